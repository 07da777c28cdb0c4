#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "providers/id_table.h"

enum number_of { NUMBER_OF_TMDB, NUMBER_OF_TVDB };

/* What stands before a number; in links it may stand anywhere and a "-slug" may follow. */
static const struct form {
    const char *before;
    enum number_of number;
    enum media_type media_type;
    bool is_link;
} forms[] = {
    {"tmdb:", NUMBER_OF_TMDB, MEDIA_UNKNOWN, false},
    {"movie:", NUMBER_OF_TMDB, MEDIA_MOVIE, false},
    {"film:", NUMBER_OF_TMDB, MEDIA_MOVIE, false},
    {"tv:", NUMBER_OF_TMDB, MEDIA_TV, false},
    {"show:", NUMBER_OF_TMDB, MEDIA_TV, false},
    {"series:", NUMBER_OF_TMDB, MEDIA_TV, false},
    {"tvdb:", NUMBER_OF_TVDB, MEDIA_TV, false},
    {"themoviedb.org/movie/", NUMBER_OF_TMDB, MEDIA_MOVIE, true},
    {"themoviedb.org/tv/", NUMBER_OF_TMDB, MEDIA_TV, true},
};

/* The number that the form names in the word, or 0. */
static int64_t number_in(const struct form *form, const char *word)
{
    char digits[20] = "";
    int64_t number = 0;
    const char *at = form->is_link ? strstr(word, form->before) : word;

    if (!at || !text_starts_with_ignoring_case(at, form->before))
        return 0;
    at += strlen(form->before);
    size_t length = strspn(at, "0123456789");
    if (length == 0 || length >= sizeof(digits) ||
        (at[length] && !(form->is_link && strchr("-/?#", at[length]))))
        return 0;
    memcpy(digits, at, length);
    return text_to_integer(digits, 1, INT64_MAX, &number) ? number : 0;
}

static bool is_imdb(const char *word)
{
    return text_starts_with(word, "tt") || text_starts_with_ignoring_case(word, "imdb:") ||
           strstr(word, "imdb.com/title/");
}

bool id_table_word(struct entry *entry, const char *word)
{
    struct ids found = {0};

    if (is_imdb(word) &&
        ids_set_imdb(&found, text_starts_with_ignoring_case(word, "imdb:") ? strchr(word, ':') + 1
                                                                           : word)) {
        if (!entry->ids.imdb[0])
            text_copy(entry->ids.imdb, sizeof(entry->ids.imdb), found.imdb);
        return true;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        int64_t number = number_in(&forms[i], word);
        int64_t *id = forms[i].number == NUMBER_OF_TVDB ? &entry->ids.tvdb : &entry->ids.tmdb;
        if (!number)
            continue;
        if (!*id)
            *id = number;
        if (entry->media_type == MEDIA_UNKNOWN)
            entry->media_type = forms[i].media_type;
        return true;
    }
    return false;
}

/* The id of a line: its first word; what follows "#" or white space is for people. */
static char *first_word(char *line)
{
    char *word = text_trim(line);

    if (*word == '#')
        *word = '\0';
    text_cut_at(word, " \t,;");
    return word;
}

bool id_table_words_read(struct id_table *table, const char *bytes, size_t length)
{
    AUTO_FREE char *text = text_valid_utf8(bytes, length, NULL);
    char *rest = text;
    bool goes_on = true;

    for (size_t number = 1; rest && goes_on; number++) {
        struct entry entry = {.title = ""};
        const char *word = first_word(strsep(&rest, "\n"));
        if (*word)
            goes_on =
                id_table_add_entry(table, id_table_word(&entry, word) ? &entry : NULL, number);
    }
    return true;
}

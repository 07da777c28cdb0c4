#include "providers/id_table.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "providers/imdb_titles.h"

/* Letters and digits of the names in lower case; of two names for one column the first counts. */
static const struct {
    const char *letters;
    enum id_column column;
} names[] = {
    {"imdbid", ID_COLUMN_IMDB},
    {"imdb", ID_COLUMN_IMDB},
    {"const", ID_COLUMN_IMDB},
    {"tconst", ID_COLUMN_IMDB},
    {"tmdbid", ID_COLUMN_TMDB},
    {"tmdb", ID_COLUMN_TMDB},
    {"themoviedbid", ID_COLUMN_TMDB},
    {"tvdbid", ID_COLUMN_TVDB},
    {"tvdb", ID_COLUMN_TVDB},
    {"thetvdbid", ID_COLUMN_TVDB},
    {"id", ID_COLUMN_ANY_ID},
    {"guid", ID_COLUMN_ANY_ID},
    {"url", ID_COLUMN_ANY_ID},
    {"link", ID_COLUMN_ANY_ID},
    {"title", ID_COLUMN_TITLE},
    {"name", ID_COLUMN_TITLE},
    {"filmtitle", ID_COLUMN_TITLE},
    {"originaltitle", ID_COLUMN_ORIGINAL_TITLE},
    {"originalname", ID_COLUMN_ORIGINAL_TITLE},
    {"year", ID_COLUMN_YEAR},
    {"releaseyear", ID_COLUMN_YEAR},
    {"releasedate", ID_COLUMN_YEAR},
    {"firstairdate", ID_COLUMN_YEAR},
    {"mediatype", ID_COLUMN_TYPE},
    {"titletype", ID_COLUMN_TYPE},
    {"type", ID_COLUMN_TYPE},
    {"season", ID_COLUMN_SEASON},
    {"seasonnumber", ID_COLUMN_SEASON},
};

/* What others than IMDb call the kinds, in letters as above. */
static const struct kind {
    const char *letters;
    enum media_type media_type;
    const char *unsupported;
} kinds[] = {
    {"film", MEDIA_MOVIE, NULL},
    {"tv", MEDIA_TV, NULL},
    {"show", MEDIA_TV, NULL},
    {"series", MEDIA_TV, NULL},
    {"tvshow", MEDIA_TV, NULL},
    {"miniseries", MEDIA_TV, NULL},
    {"season", MEDIA_TV, NULL},
    {"episode", MEDIA_TV, "a single episode"},
    {"person", MEDIA_UNKNOWN, "a person"},
};

enum { LETTERS_SIZE = 32 };

/* "Title Type" -> "titletype"; "" for what is longer than any name we know. */
static const char *letters_of(const char *text, char letters[LETTERS_SIZE])
{
    size_t length = 0;

    for (; *text; text++) {
        if (!isalnum((unsigned char)*text))
            continue;
        if (length + 1 == LETTERS_SIZE)
            return "";
        letters[length++] = (char)tolower((unsigned char)*text);
    }
    letters[length] = '\0';
    return letters;
}

int id_table_name(const char *name)
{
    char buffer[LETTERS_SIZE];
    const char *letters = letters_of(name, buffer);

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (strcmp(names[i].letters, letters) == 0)
            return (int)i;
    return ID_NAME_NONE;
}

enum id_column id_table_column(int name)
{
    return names[name].column;
}

void id_table_take(struct id_row *row, int name, const char *value)
{
    if (name == ID_NAME_NONE || text_is_empty(value))
        return;
    enum id_column column = names[name].column;
    if (row->values[column] && row->precedence[column] <= name)
        return;
    row->values[column] = value;
    row->precedence[column] = name;
}

/* A number of that kind, or a word or link that says itself what it is. */
static void read_number(struct entry *entry, int64_t *id, const char *value)
{
    if (value && !text_to_integer(value, 0, INT64_MAX, id))
        id_table_word(entry, value);
}

static void read_ids(struct entry *entry, const struct id_row *row)
{
    if (row->values[ID_COLUMN_IMDB])
        ids_set_imdb(&entry->ids, row->values[ID_COLUMN_IMDB]);
    read_number(entry, &entry->ids.tmdb, row->values[ID_COLUMN_TMDB]);
    read_number(entry, &entry->ids.tvdb, row->values[ID_COLUMN_TVDB]);
    if (row->values[ID_COLUMN_ANY_ID])
        id_table_word(entry, row->values[ID_COLUMN_ANY_ID]);
}

/* "1995", "1995-12-15" */
static int year_of(const char *text)
{
    char digits[5] = "";
    int64_t year = 0;

    if (!text)
        return 0;
    text_copy(digits, sizeof(digits), text);
    bool ends = strlen(text) <= 4 || text[4] == '-';
    return ends && text_to_integer(digits, 1870, 2200, &year) ? (int)year : 0;
}

static void read_title(struct entry *entry, const struct id_row *row, struct arena *arena)
{
    const char *title = row->values[ID_COLUMN_TITLE];
    const char *original = row->values[ID_COLUMN_ORIGINAL_TITLE];

    if (!title)
        title = original;
    if (original && !text_equal(title, original))
        entry->original_title = original;
    entry->year = year_of(row->values[ID_COLUMN_YEAR]);
    char *copy = text_trim(arena_text(arena, title ? title : ""));
    if (!entry->year)
        entry->year = title_split_year(copy);
    entry->title = copy;
}

static void set_kind(struct entry *entry, const char *word)
{
    char buffer[LETTERS_SIZE];
    const char *letters = letters_of(word, buffer);

    imdb_titles_set_kind(entry, word);
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (strcmp(kinds[i].letters, letters) != 0)
            continue;
        entry->media_type = kinds[i].media_type;
        entry->unsupported = kinds[i].unsupported;
    }
}

static void read_kind(struct entry *entry, const struct id_row *row)
{
    const char *kind = row->values[ID_COLUMN_TYPE] ? row->values[ID_COLUMN_TYPE] : "";
    const char *written = row->values[ID_COLUMN_SEASON];
    int64_t season = 0;

    set_kind(entry, kind);
    if (entry->media_type == MEDIA_MOVIE)
        return;
    /* Season 0 holds the specials; to us 0 would mean the whole series. */
    if (!text_is_empty(written) && !text_to_integer(written, 0, 10000, &season))
        entry->unsupported = "a season whose number is not understood";
    else if (season == 0 && (text_equal_ignoring_case(kind, "season") || !text_is_empty(written)))
        entry->unsupported = "a season without a number, or the specials";
    entry->season = (int)season;
    if (season > 0 && entry->media_type == MEDIA_UNKNOWN)
        entry->media_type = MEDIA_TV;
}

static bool has_id(const struct ids *ids)
{
    return ids->imdb[0] || ids->tmdb || ids->tvdb || ids->source_id;
}

static void note(struct id_table *table, size_t place, const char *title)
{
    size_t used = strlen(table->named);
    char shown[32];

    text_copy(shown, sizeof(shown), title);
    snprintf(table->named + used, sizeof(table->named) - used, "%s%s %zu%s%s%s", used ? ", " : "",
             table->row_word, place, *shown ? " \"" : "", shown, *shown ? "\"" : "");
}

bool id_table_add_entry(struct id_table *table, const struct entry *entry, size_t place)
{
    bool is_useless = !entry || (!has_id(&entry->ids) && text_is_empty(entry->title));
    bool is_yearless = !is_useless && !has_id(&entry->ids) && entry->year == 0;

    table->rows++;
    table->useless += is_useless;
    table->yearless += is_yearless;
    if ((is_useless || is_yearless) && table->useless + table->yearless <= 3)
        note(table, place, is_yearless ? entry->title : "");
    return is_useless || fetch_add(table->fetch, entry);
}

bool id_table_add(struct id_table *table, const struct id_row *row, size_t place)
{
    struct entry entry = {.title = ""};

    read_kind(&entry, row);
    read_ids(&entry, row);
    read_title(&entry, row, table->fetch->arena);
    /* Only series are told by a TVDB number alone. */
    if (entry.ids.tvdb && !entry.ids.tmdb && !entry.ids.imdb[0] &&
        entry.media_type == MEDIA_UNKNOWN)
        entry.media_type = MEDIA_TV;
    return id_table_add_entry(table, &entry, place);
}

/* The beginning of a foreign text, fit for a sentence. */
static void describe(const char *bytes, size_t length, char found[96])
{
    char start[48] = "";
    size_t valid_length = 0;
    AUTO_FREE char *valid = text_valid_utf8(bytes, length < 256 ? length : 256, &valid_length);
    char *text = text_trim(valid);

    text_cut_at(text, "\r\n");
    for (char *at = text; *at; at++)
        if (iscntrl((unsigned char)*at))
            *at = ' ';
    text_copy(start, sizeof(start), text);
    snprintf(found, 96, *start ? "text that begins with \"%s\"" : "nothing%s", start);
}

static void finish(struct id_table *table, const char *bytes, size_t length)
{
    struct fetch *fetch = table->fetch;
    size_t odd = table->useless + table->yearless;
    char found[96];

    if (fetch->finished)
        return;
    if (!table->is_understood || (table->rows && table->useless == table->rows)) {
        describe(bytes, length, found);
        fetch_not_understood(fetch, table->expected, found);
        return;
    }
    fetch_complete(fetch);
    if (odd > 0 && fetch->outcome == OUTCOME_OK)
        snprintf(fetch->message, sizeof(fetch->message),
                 "without an id or a title with a year: %zu of %zu rows (%s%s)", odd, table->rows,
                 table->named, odd > 3 ? ", ..." : "");
}

static char first_character(const char *bytes, size_t length)
{
    size_t at = length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < length && isspace((unsigned char)bytes[at]))
        at++;
    return at < length ? bytes[at] : '\0';
}

/* UTF-16, as some spreadsheets write it, or no text at all. */
static bool is_text(const char *bytes, size_t length)
{
    return length == 0 || !memchr(bytes, '\0', length);
}

void id_table_read_csv(struct fetch *fetch, const char *expected, const char *bytes, size_t length)
{
    struct id_table table = {.fetch = fetch, .expected = expected, .row_word = "line"};

    table.is_understood = is_text(bytes, length) && id_table_csv_read(&table, bytes, length);
    finish(&table, bytes, length);
}

void id_table_read(struct fetch *fetch, const char *expected, const char *bytes, size_t length)
{
    struct id_table table = {.fetch = fetch, .expected = expected, .row_word = "line"};
    char first = is_text(bytes, length) ? first_character(bytes, length) : '\0';

    if (first == '[' || first == '{')
        table.is_understood = id_table_json_read(&table, bytes, length);
    else if (first && first != '<')
        table.is_understood =
            id_table_csv_read(&table, bytes, length) || id_table_words_read(&table, bytes, length);
    finish(&table, bytes, length);
}

#include "app/words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum {
    SOURCES_NAMED = 2,
    USUAL_COLUMNS = 100,
    FEWEST_COLUMNS = 20,
    NARROWEST_TEXT = 16,
    MINUTES = 16
};

static const char ellipsis[] = "…";

size_t words_columns(FILE *out)
{
    struct winsize size = {0};
    int64_t columns = 0;
    int file = fileno(out);

    if (file < 0 || !isatty(file))
        return SIZE_MAX;
    if (ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        columns = size.ws_col;
    else if (!text_to_integer(getenv("COLUMNS"), 1, INT16_MAX, &columns))
        columns = USUAL_COLUMNS;
    return columns < FEWEST_COLUMNS ? FEWEST_COLUMNS : (size_t)columns;
}

/* Bytes of `text` that go onto a line of so many columns: up to a blank, or one long word. */
static size_t line_length(const char *text, size_t columns)
{
    size_t length = text_fitting(text, columns);
    size_t start = strspn(text, " ");

    if (!text[length])
        return length;
    size_t blank = length;
    while (blank > start && text[blank] != ' ')
        blank--;
    return blank > start ? blank : strcspn(text + start, " ") + start;
}

void words_wrap(FILE *out, const char *text, int hang, size_t columns)
{
    int indent = 0;

    if ((size_t)hang + NARROWEST_TEXT > columns)
        hang = (int)(columns / 8);
    do {
        size_t length = line_length(text, columns - (size_t)indent);
        size_t shown = length;
        while (shown && text[shown - 1] == ' ')
            shown--;
        fprintf(out, "%*s%.*s\n", shown ? indent : 0, "", (int)shown, text);
        text += length;
        text += strspn(text, " ");
        indent = hang;
    } while (*text);
}

void words_print(FILE *out, int hang, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *text = memory_print_list(format, arguments);
    va_end(arguments);
    text_tame(text);
    words_wrap(out, text, hang, words_columns(out));
}

void words_print_paragraph(FILE *out, const char *text, int indent)
{
    words_print(out, indent, "%*s%s", indent, "", text);
}

struct help_line {
    size_t length;
    size_t indent;
    size_t column; /* where its second column begins, behind two blanks; else its indent */
};

static struct help_line help_line_at(const char *text)
{
    struct help_line line = {.length = strcspn(text, "\n"), .indent = strspn(text, " ")};
    const char *gap = memmem(text + line.indent, line.length - line.indent, "  ", 2);

    line.column = gap ? (size_t)(gap - text) + strspn(gap, " ") : line.indent;
    return line;
}

/* It goes on where the line before it broke, and has no columns of its own. */
static bool is_continued_by(const struct help_line *line, const struct help_line *next)
{
    return line->length && next->length && next->indent == line->column &&
           next->column == next->indent;
}

void words_print_help(FILE *out, const char *text)
{
    while (*text) {
        struct help_line first = help_line_at(text), next;
        AUTO_BUFFER struct buffer line = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
        buffer_append(&line, text, first.length);
        text += first.length + (text[first.length] == '\n');
        for (; next = help_line_at(text), is_continued_by(&first, &next);
             text += next.length + (text[next.length] == '\n')) {
            buffer_byte(&line, ' ');
            buffer_append(&line, text + next.indent, next.length - next.indent);
        }
        words_print(out, (int)first.column, "%s", buffer_string(&line));
    }
}

static const char *kind_suffix(enum media_type type)
{
    return type == MEDIA_TV ? ", series" : "";
}

const char *words_title_of(struct arena *arena, const char *title, int64_t year,
                           enum media_type type)
{
    const char *name = text_is_empty(title) ? "(no title)" : title;

    return year ? arena_print(arena, "%s (%" PRId64 ")%s", name, year, kind_suffix(type))
                : arena_print(arena, "%s%s", name, kind_suffix(type));
}

static const char *name_of(struct arena *arena, const struct item *item)
{
    if (!text_is_empty(item->title))
        return item->title;
    return *item->ids.imdb ? item->ids.imdb : item_key(item, arena);
}

const char *words_title(struct arena *arena, const struct item *item, size_t columns)
{
    const char *kind = kind_suffix(item->media_type);
    const char *rest =
        item->year ? arena_print(arena, " (%d)%s", item->year, kind) : arena_text(arena, kind);
    size_t taken = strlen(rest); /* ASCII */
    size_t left = columns > taken ? columns - taken : 1;

    return arena_print(arena, "%s%s", words_cut(arena, name_of(arena, item), left), rest);
}

const char *words_sources(struct arena *arena, const struct item *item)
{
    const char *all = "";

    for (size_t i = 0; i < item->source_count && i < SOURCES_NAMED; i++) {
        const struct list_ref *ref = item->sources[i].list->ref;
        all = arena_print(arena, "%s%s%s:%s", all, i ? ", " : "", ref->type, ref->id);
    }
    if (item->source_count > SOURCES_NAMED)
        all = arena_print(arena, "%s and %zu more", all, item->source_count - SOURCES_NAMED);
    return all;
}

const char *words_seasons(struct arena *arena, const struct item *item)
{
    char text[SEASON_SET_TEXT];

    if (item->media_type != MEDIA_TV)
        return "";
    if (season_set_is_empty(&item->seasons_to_request))
        return "all seasons";
    season_set_describe(&item->seasons_to_request, text);
    return arena_text(arena, text);
}

static const char *const status_words[] = {
    [ITEM_STATUS_REQUESTED] = "requested",
    [ITEM_STATUS_ALREADY_REQUESTED] = "already requested",
    [ITEM_STATUS_ALREADY_AVAILABLE] = "already available",
    [ITEM_STATUS_SKIPPED] = "not requested",
    [ITEM_STATUS_NOT_FOUND] = "not identified for certain",
    [ITEM_STATUS_ERROR] = "could not be looked into",
    [ITEM_STATUS_REQUEST_FAILED] = "the request failed",
    [ITEM_STATUS_WOULD_BE_SYNCED] = "would be requested",
    [ITEM_STATUS_CANCELLED] = "to be requested, but not reached",
};

const char *words_verdict(enum decision decision, enum item_status status)
{
    if (decision == DECISION_REQUEST || status == ITEM_STATUS_ERROR)
        return status_words[status];
    return decision_headline(decision);
}

const char *words_status(const char *status)
{
    enum item_status known;

    return item_status_from_word(status, &known) ? status_words[known] : "nothing done yet";
}

const char *words_proof(const char *proof)
{
    static const char *const sentences[] = {
        [PROOF_NONE] = "none",
        [PROOF_LIST] = "the list gives the TMDB number",
        [PROOF_ID_MAP] = "remembered",
        [PROOF_IMDB] = "by the IMDb id",
        [PROOF_TVDB] = "by the TVDB id",
        [PROOF_SOURCE] = "by the source's own page of the title",
        [PROOF_TITLE] = "by title, kind and year, the only one of them",
        [PROOF_PERSON] = "you said what it is",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(sentences); i++)
        if (strcmp(proof_word((enum proof)i), proof) == 0)
            return sentences[i];
    return sentences[PROOF_NONE];
}

const char *words_time(struct arena *arena, const char *utc)
{
    return arena_print(arena, "%.*s", MINUTES, utc);
}

const char *words_plain(struct arena *arena, const char *word)
{
    char *plain = arena_text(arena, word);

    for (char *at = plain; *at; at++)
        if (*at == '_')
            *at = ' ';
    return plain;
}

const char *words_count(struct arena *arena, int64_t count, const char *one, const char *many)
{
    return arena_print(arena, "%" PRId64 " %s", count, count == 1 ? one : many);
}

const char *words_cut(struct arena *arena, const char *text, size_t columns)
{
    if (text_columns(text) <= columns)
        return text;
    size_t length = text_fitting(text, columns ? columns - 1 : 0);
    while (length && text[length - 1] == ' ')
        length--;
    return arena_print(arena, "%.*s%s", (int)length, text, ellipsis);
}

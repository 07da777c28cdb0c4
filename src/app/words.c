#include "app/words.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

enum { SOURCES_NAMED = 2, PARAGRAPH_COLUMNS = 80 };

static const char ellipsis[] = "…";

static const char *kind_suffix(enum media_type type)
{
    return type == MEDIA_TV ? ", series" : "";
}

void words_print_title(FILE *out, const char *title, int64_t year, enum media_type type)
{
    fputs(text_is_empty(title) ? "(no title)" : title, out);
    if (year)
        fprintf(out, " (%d)", (int)year);
    fputs(kind_suffix(type), out);
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

void words_print_paragraph(FILE *out, const char *text, int indent)
{
    size_t room = (size_t)(PARAGRAPH_COLUMNS - indent);

    while (*text) {
        size_t length = text_fitting(text, room);
        if (text[length]) {
            size_t blank = length;
            while (blank && text[blank] != ' ')
                blank--;
            length = blank ? blank : length + strcspn(text + length, " ");
        }
        fprintf(out, "%*s%.*s\n", indent, "", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

#include "notify/render.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum { LINE_LIMIT = 4096, MORE_SIZE = 40 };

static const char *entity_of(char byte)
{
    return byte == '&' ? "&amp;" : byte == '<' ? "&lt;" : byte == '>' ? "&gt;" : NULL;
}

/* What begins a mark in Markdown. */
static bool marks_markdown(char byte)
{
    return strchr("\\`*_~|[]()<>#", byte) != NULL;
}

static bool is_of_word(char byte)
{
    return isalnum((unsigned char)byte) || (byte & 0x80);
}

/*
 * Slack has no way to escape its marks, which count at the edges of words: what looks like them
 * takes their place there.
 */
static const char *slack_stand_in(const char *begin, const char *at)
{
    static const struct {
        char mark;
        const char *stand_in;
    } marks[] = {{'*', "\u2217"}, {'_', "\u02cd"}, {'~', "\u223c"}, {'`', "\u02cb"}};

    if (at > begin && is_of_word(at[-1]) && is_of_word(at[1]))
        return NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++)
        if (marks[i].mark == *at)
            return marks[i].stand_in;
    return NULL;
}

void render_escaped(struct buffer *out, enum render_form form, const char *text)
{
    const char *begin = text;

    for (; *text; text++) {
        const char *entity = form == RENDER_SLACK || form == RENDER_HTML ? entity_of(*text) : NULL;
        if (form == RENDER_HTML && *text == '"')
            entity = "&quot;";
        if (form == RENDER_SLACK && !entity)
            entity = slack_stand_in(begin, text);
        if (form == RENDER_MARKDOWN && marks_markdown(*text))
            buffer_byte(out, '\\');
        if (entity)
            buffer_text(out, entity);
        else
            buffer_byte(out, *text);
    }
}

/* Only links that cannot end the mark around them. */
static bool is_plain_link(const char *link)
{
    return *link && !strpbrk(link, " <>\"()|[]\\");
}

static void put_named(struct buffer *out, enum render_form form, const struct notice_item *item)
{
    render_escaped(out, form, item->title);
    if (item->year)
        buffer_print(out, form == RENDER_MARKDOWN ? " \\(%" PRId64 "\\)" : " (%" PRId64 ")",
                     item->year);
}

static void put_item(struct buffer *out, enum render_form form, const struct notice_item *item)
{
    bool linked = is_plain_link(item->link) && form != RENDER_PLAIN;

    buffer_text(out, form == RENDER_SLACK || form == RENDER_HTML ? "• " : "- ");
    if (linked && form == RENDER_MARKDOWN)
        buffer_byte(out, '[');
    else if (linked && form == RENDER_SLACK)
        buffer_print(out, "<%s|", item->link);
    else if (linked) {
        buffer_text(out, "<a href=\"");
        render_escaped(out, form, item->link);
        buffer_text(out, "\">");
    }
    put_named(out, form, item);
    if (linked && form == RENDER_MARKDOWN)
        buffer_print(out, "](%s)", item->link);
    else if (linked)
        buffer_text(out, form == RENDER_SLACK ? ">" : "</a>");
    buffer_byte(out, '\n');
}

static void put_sentence(struct buffer *out, enum render_form form, const struct notice_part *part,
                         bool with_items)
{
    static const char *const bold[] = {
        [RENDER_PLAIN] = "", [RENDER_MARKDOWN] = "**", [RENDER_SLACK] = "*", [RENDER_HTML] = "<b>"};
    AUTO_ARENA struct arena *arena = arena_new();
    bool counts = notice_part_counts(part->kind);

    if (counts)
        buffer_text(out, bold[form]);
    render_escaped(out, form, notice_part_sentence(part, arena));
    if (counts)
        buffer_text(out, form == RENDER_HTML ? "</b>" : bold[form]);
    buffer_text(out, with_items ? ":\n" : "\n");
}

/* Takes the line over if it fits with `reserve` to spare. */
static bool take_line(struct buffer *out, size_t begin, size_t limit, size_t reserve,
                      const struct buffer *line)
{
    if (line->overflowed || out->length - begin + line->length + reserve > limit)
        return false;
    buffer_append(out, line->bytes, line->length);
    return true;
}

/* How many titles found room. */
static size_t put_items(struct buffer *out, size_t begin, size_t limit, enum render_form form,
                        const struct notice_part *part)
{
    size_t i = 0;

    for (; i < part->count; i++) {
        AUTO_BUFFER struct buffer line = BUFFER_WITH_LIMIT(LINE_LIMIT);
        put_item(&line, form, &part->items[i]);
        if (!take_line(out, begin, limit, MORE_SIZE, &line))
            break;
    }
    return i;
}

/* False when not even its sentence found room. */
static bool put_part(const struct notice_part *part, enum render_form form, bool is_brief,
                     size_t limit, struct buffer *out)
{
    AUTO_BUFFER struct buffer line = BUFFER_WITH_LIMIT(LINE_LIMIT);
    size_t begin = out->length;
    bool with_items = part->count && !is_brief;

    put_sentence(&line, form, part, with_items);
    if (!take_line(out, begin, limit, 0, &line))
        return false;
    size_t shown = with_items ? put_items(out, begin, limit, form, part) : 0;
    if (!with_items || part->total <= (int64_t)shown)
        return true;
    buffer_clear(&line);
    buffer_print(&line, "… and %" PRId64 " more\n", part->total - (int64_t)shown);
    take_line(out, begin, limit, 0, &line);
    return true;
}

/* Each part gets what those before it have left, but leaves the next ones room for a sentence. */
static size_t put_parts(const struct notice *notice, enum render_form form, bool is_brief,
                        size_t limit, struct buffer *out)
{
    size_t begin = out->length;
    size_t left_out = 0;

    for (size_t i = 0; i < notice->count; i++) {
        size_t left = limit - (out->length - begin);
        size_t behind = notice->count - 1 - i;
        size_t reserve = behind * 120 < left / 2 ? behind * 120 : left / 2;
        if (i && out->length > begin && left > 1 && notice_part_counts(notice->parts[i].kind)) {
            buffer_byte(out, '\n');
            left--;
        }
        left_out += !put_part(&notice->parts[i], form, is_brief, left - reserve, out) &&
                    notice->parts[i].kind != NOTICE_PART_SUMMARY;
    }
    return left_out;
}

void render_body(const struct notice *notice, enum render_form form, bool is_brief, size_t limit,
                 struct buffer *out)
{
    size_t begin = out->length;
    size_t room = limit > 2 * MORE_SIZE ? limit - MORE_SIZE : limit;
    size_t left_out = put_parts(notice, form, is_brief, room, out);

    if (left_out && room < limit)
        buffer_print(out, "… and %zu more\n", left_out);
    while (out->length > begin && out->bytes[out->length - 1] == '\n')
        out->bytes[--out->length] = '\0';
}

void render_title(const struct notice *notice, enum render_form form, size_t limit,
                  struct buffer *out)
{
    AUTO_FREE char *shorter = memory_text(notice->title);
    AUTO_BUFFER struct buffer escaped = BUFFER_WITH_LIMIT(LINE_LIMIT);

    render_escaped(&escaped, form, shorter);
    for (size_t length = strlen(shorter); length && escaped.length > limit; length--) {
        text_copy(shorter, length, notice->title); /* one byte less, of whole characters */
        buffer_clear(&escaped);
        render_escaped(&escaped, form, shorter);
    }
    buffer_append(out, escaped.bytes, escaped.length);
}

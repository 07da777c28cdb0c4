#include "model/list_text.h"

#include <string.h>

#include "base/text.h"

struct reading {
    struct list_lines *lines;
    size_t most;
    const char *type; /* of the block of an export that is being read */
};

bool list_text_is_export(const char *text)
{
    return text_starts_with(text, "ListSync - Lists Export");
}

static bool add_line(struct reading *reading, int64_t number, const char *type, const char *input)
{
    if (reading->lines->count == reading->most)
        return false;
    reading->lines->items[reading->lines->count++] =
        (struct list_line){.number = number, .type = type, .input = input};
    return true;
}

/* "   Type: imdb" -> "imdb"; NULL when the line is another. */
static const char *after(const char *line, const char *label)
{
    if (!text_starts_with_ignoring_case(line, label))
        return NULL;
    line += strlen(label);
    return line + strspn(line, " \t");
}

/* Of each list there is a block of labelled lines, of which two count. */
static bool read_block_line(struct reading *reading, const char *text, int64_t number)
{
    const char *named = after(text, "Type:");
    const char *id = after(text, "ID:");

    if (named)
        reading->type = named;
    if (!id || !reading->type)
        return true;
    const char *type = reading->type;
    reading->type = NULL;
    return add_line(reading, number, type, id);
}

bool list_text_read(char *text, size_t most, struct arena *arena, struct list_lines *ret)
{
    struct reading reading = {.lines = ret, .most = most};
    bool is_export = list_text_is_export(text);
    int64_t number = 0;

    *ret = (struct list_lines){.items = arena_take(arena, most * sizeof(*ret->items))};
    for (char *next = text; next;) {
        char *end = strchr(next, '\n');
        char *from = next;
        next = end ? end + 1 : NULL;
        if (end)
            *end = '\0';
        from = text_trim(from);
        number++;
        if (!*from || *from == '#')
            continue;
        if (is_export ? !read_block_line(&reading, from, number)
                      : !add_line(&reading, number, NULL, from))
            return false;
    }
    return true;
}

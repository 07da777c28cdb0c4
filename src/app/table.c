#include "app/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "app/words.h"
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* With less room than that beside the others, the last column goes below them. */
enum { WIDEST_COLUMN = 60, NARROWEST_LAST = 24, NARROWEST_COLUMN = 8, GAP = 2, BELOW = 4 };

struct layout {
    size_t widths[TABLE_COLUMNS];
    size_t indent;
    size_t columns; /* of the terminal */
    bool below;     /* the last column has lines of its own */
};

void table_init(struct table *table, size_t columns)
{
    CHECK(columns > 0 && columns <= TABLE_COLUMNS);
    *table = (struct table){.columns = columns};
}

void table_release(struct table *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->cells[i]);
    free(table->cells);
    *table = (struct table){.columns = table->columns};
}

void table_cell(struct table *table, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = memory_print_list(format, arguments);
    va_end(arguments);
    text_tame(text);
    memory_grow(&table->cells, table->count, &table->capacity);
    table->cells[table->count++] = text;
}

static void measure(const struct table *table, size_t widths[TABLE_COLUMNS])
{
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        bool is_last = column + 1 == table->columns;
        size_t width = text_columns(table->cells[i]);
        if (width > WIDEST_COLUMN && !is_last)
            width = WIDEST_COLUMN;
        if (width > widths[column])
            widths[column] = width;
    }
}

/* Where the last of so many columns ends. */
static size_t end_of(const struct layout *layout, size_t columns)
{
    size_t end = layout->indent;

    for (size_t i = 0; i < columns; i++)
        end += (i ? GAP : 0) + layout->widths[i];
    return end;
}

/* Narrows the widest column again and again, until the first `columns` fit. */
static void shrink(struct layout *layout, size_t columns)
{
    while (end_of(layout, columns) > layout->columns) {
        size_t widest = 0;
        for (size_t i = 1; i < columns; i++)
            if (layout->widths[i] > layout->widths[widest])
                widest = i;
        if (layout->widths[widest] <= NARROWEST_COLUMN)
            return;
        layout->widths[widest]--;
    }
}

static struct layout arrange(const struct table *table, int indent, size_t columns)
{
    struct layout layout = {.indent = (size_t)indent, .columns = columns};
    size_t last = table->columns - 1;

    measure(table, layout.widths);
    if (!last || end_of(&layout, table->columns) <= columns)
        return layout;
    layout.below = end_of(&layout, last) + GAP + NARROWEST_LAST > columns;
    if (layout.below)
        shrink(&layout, last);
    return layout;
}

/* Something stands in the columns from `from` on. */
static bool has_more(char *const *row, size_t from, size_t columns)
{
    for (; from < columns; from++)
        if (*row[from])
            return true;
    return false;
}

/* One cell, cut when its column had to shrink, and blanks up to the next if there is one. */
static void print_cell(FILE *line, const struct layout *layout, char *const *row, size_t at,
                       size_t columns)
{
    AUTO_ARENA struct arena *arena = arena_new();
    size_t width = layout->widths[at];
    const char *text = layout->below ? words_cut(arena, row[at], width) : row[at];
    size_t used = text_columns(text);

    fputs(text, line);
    if (has_more(row, at + 1, columns))
        fprintf(line, "%*s", (int)(used < width ? width - used : 0) + GAP, "");
}

static void print_below(const struct layout *layout, const char *cell, FILE *out)
{
    int indent = (int)layout->indent + BELOW;
    AUTO_FREE char *text = memory_print("%*s%s", indent, "", cell);

    words_wrap(out, text, indent, layout->columns);
}

static void print_row(const struct table *table, const struct layout *layout, char *const *row,
                      FILE *out)
{
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    size_t last = table->columns - 1;
    size_t beside = layout->below ? last : table->columns;
    FILE *line = open_memstream(&text, &size);

    CHECK(line);
    fprintf(line, "%*s", (int)layout->indent, "");
    for (size_t i = 0; i < beside; i++)
        print_cell(line, layout, row, i, beside);
    fclose(line);
    words_wrap(out, text, (int)(end_of(layout, last) + (last ? GAP : 0)), layout->columns);
    if (layout->below && *row[last])
        print_below(layout, row[last], out);
}

void table_print_within(const struct table *table, FILE *out, int indent, size_t columns)
{
    struct layout layout = arrange(table, indent, columns);

    for (size_t i = 0; i < table->count; i += table->columns)
        print_row(table, &layout, &table->cells[i], out);
}

void table_print(const struct table *table, FILE *out, int indent)
{
    table_print_within(table, out, indent, words_columns(out));
}

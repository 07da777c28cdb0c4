#include "app/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum { WIDEST_COLUMN = 60 };

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
    char *text = NULL;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    CHECK(length >= 0);
    memory_grow(&table->cells, table->count, &table->capacity);
    table->cells[table->count++] = text;
}

static void measure(const struct table *table, size_t widths[TABLE_COLUMNS])
{
    for (size_t i = 0; i < table->count; i++) {
        size_t width = text_columns(table->cells[i]);
        if (width > WIDEST_COLUMN)
            width = WIDEST_COLUMN;
        if (width > widths[i % table->columns])
            widths[i % table->columns] = width;
    }
}

/* Blanks up to the next column, if something stands there or further on. */
static void print_gap(const struct table *table, size_t at, size_t width, FILE *out)
{
    size_t row_end = at - at % table->columns + table->columns;
    size_t used = text_columns(table->cells[at]);
    size_t pad = used < width ? width - used : 0;

    for (size_t next = at + 1; next < row_end; next++) {
        if (*table->cells[next]) {
            fprintf(out, "%*s", (int)pad + 2, "");
            return;
        }
    }
}

void table_print(const struct table *table, FILE *out, int indent)
{
    size_t widths[TABLE_COLUMNS] = {0};

    measure(table, widths);
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        if (column == 0)
            fprintf(out, "%*s", indent, "");
        fputs(table->cells[i], out);
        if (column + 1 == table->columns)
            fputc('\n', out);
        else
            print_gap(table, i, widths[column], out);
    }
}

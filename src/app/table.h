/*
 * table.h: aligned columns for people. Cells are copied and made harmless; no line ends in blanks.
 *
 * On a terminal a table keeps to its width: the last column wraps under itself or, where there is
 * no room beside the others, goes below them.
 */
#ifndef LISTSYNC_APP_TABLE_H
#define LISTSYNC_APP_TABLE_H

#include <stddef.h>
#include <stdio.h>

enum { TABLE_COLUMNS = 8 };

struct table {
    char **cells; /* row by row, `columns` each */
    size_t columns;
    size_t count;
    size_t capacity;
};

void table_init(struct table *table, size_t columns);
void table_release(struct table *table);
void table_cell(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Each line is indented by so many blanks. */
void table_print(const struct table *table, FILE *out, int indent);
/* The same in so many columns, whatever `out` is. */
void table_print_within(const struct table *table, FILE *out, int indent, size_t columns);

#define AUTO_TABLE __attribute__((cleanup(table_release)))

#endif

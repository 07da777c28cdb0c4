/*
 * csv.h: comma separated values as people's exports have them (RFC 4180).
 *
 * Quoted fields may hold commas, doubled quotes and line breaks; CRLF, LF and a byte order mark
 * are accepted. A reader walks one text and hands out one row at a time; the fields of a row are
 * valid until the next row is read.
 */
#ifndef LISTSYNC_BASE_CSV_H
#define LISTSYNC_BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>

enum { CSV_FIELDS = 64 }; /* further fields of a row are dropped */

struct csv {
    char *text; /* a valid UTF-8 copy, cut into fields in place */
    char *at;
    size_t line; /* where the row last read begins, from 1 */
    size_t next_line;
    size_t count;
    char *fields[CSV_FIELDS];
};

void csv_init(struct csv *csv, const char *bytes, size_t length);
void csv_release(struct csv *csv);
bool csv_next(struct csv *csv); /* false at the end; an empty line is a row of one empty field */

/* Index of the field that equals `name` without regard to case, or -1: to find a header. */
int csv_find(const struct csv *csv, const char *name);
/* The field, or "" when the row is shorter or the column is -1. */
const char *csv_field(const struct csv *csv, int column);

#define AUTO_CSV __attribute__((cleanup(csv_release)))

#endif

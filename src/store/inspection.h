/*
 * inspection.h: the database as a file with tables: for who wants to know how it is, not what is in
 * it. Each question stands alone, since a damaged file may answer one and not the other.
 */
#ifndef LISTSYNC_STORE_INSPECTION_H
#define LISTSYNC_STORE_INSPECTION_H

#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

enum { INSPECTION_TABLES_MOST = 100, INSPECTION_DAMAGES_MOST = 10 };

struct inspected_table {
    const char *name;
    int64_t rows;      /* -1: not counted */
    const char *error; /* why; "": it is none of ours */
};

struct inspected_tables {
    struct inspected_table *items; /* by name */
    size_t count;
};

enum error_code inspection_tables(struct store *store, struct arena *arena,
                                  struct inspected_tables *ret, struct error *error);

struct inspected_file {
    int64_t page_bytes, pages, free_pages;
    const char *journal; /* "wal" */
};

enum error_code inspection_file(struct store *store, struct arena *arena,
                                struct inspected_file *ret, struct error *error);

struct inspected_damage {
    const char *lines[INSPECTION_DAMAGES_MOST]; /* SQLite's own */
    size_t count;                               /* 0: it is whole */
};

/* Reads the whole file (PRAGMA quick_check). */
enum error_code inspection_damage(struct store *store, struct arena *arena,
                                  struct inspected_damage *ret, struct error *error);

const char *inspection_library_version(void); /* SQLite's */
int inspection_newest_schema(void);           /* that this program knows */

#endif

/*
 * id_table.h: lists that people make themselves, read by the names of their columns.
 *
 * Three forms: JSON (an array of objects, or an object that holds one), CSV with a header row, and
 * plain ids one a line. Column and member names are compared by their letters and digits alone,
 * so that imdb_id, imdbId and "IMDb ID" are one name; the table in id_table.c lists them all. It
 * knows the columns of the exports of IMDb (2023 and 2024 on), Letterboxd (all files of the data
 * export, lists in version 7 with their preamble), Trakt, MDBList, Radarr and Sonarr.
 *
 * A row with an id, or with a title and a year, becomes an entry. A row with a title alone becomes
 * one too, so that a person sees it wait, and is named in the message beside the rows that name
 * nothing at all. A text of which nothing is understood is never an empty list.
 */
#ifndef LISTSYNC_PROVIDERS_ID_TABLE_H
#define LISTSYNC_PROVIDERS_ID_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/item.h"
#include "providers/fetch.h"

/* One text being read into one fetch. */
struct id_table {
    struct fetch *fetch;
    const char *expected; /* for changed_format: "a Letterboxd export" */
    const char *row_word; /* what a row is called in sentences: "line", "element" */
    bool is_understood;   /* the form was recognised, even if there are no rows */
    size_t rows;
    size_t useless;  /* rows that name nothing */
    size_t yearless; /* rows with a title but neither year nor id */
    char named[160]; /* the first of both */
};

/* Reads any of the three forms and ends the fetch. */
void id_table_read(struct fetch *fetch, const char *expected, const char *bytes, size_t length);
/* The same for texts that can only be CSV. */
void id_table_read_csv(struct fetch *fetch, const char *expected, const char *bytes, size_t length);

/* The rest is for the readers of the three forms: id_table_csv.c, _json.c, _words.c. */

enum id_column {
    ID_COLUMN_IMDB,
    ID_COLUMN_TMDB,
    ID_COLUMN_TVDB,
    ID_COLUMN_ANY_ID, /* an id that says itself what it is: "tt0113277", a link */
    ID_COLUMN_TITLE,
    ID_COLUMN_ORIGINAL_TITLE,
    ID_COLUMN_YEAR,
    ID_COLUMN_TYPE,
    ID_COLUMN_SEASON,
    ID_COLUMN_COUNT
};

/* One row: a borrowed text for each column, NULL when it has none. */
struct id_row {
    const char *values[ID_COLUMN_COUNT];
    int precedence[ID_COLUMN_COUNT]; /* place in the table of names of what was taken */
};

enum { ID_NAME_NONE = -1 };

/* A column or member name to its place in the table of names, or ID_NAME_NONE. */
int id_table_name(const char *name);
enum id_column id_table_column(int name);
/* Keeps the value unless it is empty or a name that comes earlier in the table gave one. */
void id_table_take(struct id_row *row, int name, const char *value);
/* Makes the row an entry; `place` is its line or number. False: the fetch ended, stop reading. */
bool id_table_add(struct id_table *table, const struct id_row *row, size_t place);
/* Adds an entry made elsewhere, or counts the row as useless when `entry` is NULL. */
bool id_table_add_entry(struct id_table *table, const struct entry *entry, size_t place);
/*
 * Each reads the whole text unless the fetch ends before. False: it is not of that form and
 * nothing was read; what is wrong with JSON ends the fetch with the parser's words instead.
 */
bool id_table_csv_read(struct id_table *table, const char *bytes, size_t length);
bool id_table_json_read(struct id_table *table, const char *bytes, size_t length);
bool id_table_words_read(struct id_table *table, const char *bytes, size_t length);

/*
 * "tt0113277", "imdb:tt0113277", "tmdb:949", "movie:949", "tv:1399", "show:1399", "tvdb:121361",
 * or a link to a title at imdb.com or themoviedb.org. Sets only what the entry does not know yet;
 * false when it is none of them. TVDB numbers without a kind are series, as everywhere.
 */
bool id_table_word(struct entry *entry, const char *word);

#endif

/*
 * rows.h: small helps for the domain files of this folder: rows into arenas, words into enums.
 */
#ifndef LISTSYNC_STORE_ROWS_H
#define LISTSYNC_STORE_ROWS_H

#include <stddef.h>

#include "base/arena.h"
#include "base/clock.h"
#include "model/item.h"
#include "store/db.h"

/* The column's text, copied into the arena; "" for NULL. */
const char *rows_text(struct db_statement *statement, int column, struct arena *arena);
enum media_type rows_media_type(struct db_statement *statement, int column);
/* NULL is bound as "": for columns that are never NULL. */
void rows_bind_text_or_empty(struct db_statement *statement, int index, const char *value);
/* "" is bound as NULL: for columns in which an unknown value must not equal another one. */
void rows_bind_text_or_null(struct db_statement *statement, int index, const char *value);
/* UTC text of now. */
void rows_now(char text[CLOCK_TEXT_SIZE]);
/* Moves a grown vector into the arena: frees `items`, returns the copy (NULL when empty). */
void *rows_keep(struct arena *arena, void *items, size_t count, size_t size);

/* Steps a statement that returns no row, or whose row nobody needs, and finishes it. */
enum error_code rows_run(struct db_statement *statement, struct error *error);
/* The same for a statement whose only value, $1, is the number of a row. */
enum error_code rows_run_on(struct db *db, const char *sql, int64_t id, struct error *error);
/* Like rows_run for one that returns one number; `fallback` when there is no row. */
enum error_code rows_number(struct db_statement *statement, int64_t fallback, int64_t *ret,
                            struct error *error);

#endif

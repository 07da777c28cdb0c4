/*
 * migrations.h: the schema, as numbered steps that are never changed once released.
 *
 * Each step is one transaction and is noted in `schema_version`, so that a step cut off in the
 * middle has not happened. There is no way back: a database of a newer program is refused.
 */
#ifndef LISTSYNC_STORE_MIGRATIONS_H
#define LISTSYNC_STORE_MIGRATIONS_H

#include "base/error.h"
#include "store/db.h"

/* Brings the schema up to date; several processes may do so at once. */
enum error_code migrations_run(struct db *db, struct error *error);
/* The number of the last step that was taken. */
enum error_code migrations_version(struct db *db, int *ret, struct error *error);

/* The number of the last step that there is. */
int migrations_newest(void);

#endif

#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/migrations.h"

enum error_code store_open(const struct db_driver *driver, const char *target, struct store **ret,
                           struct error *error)
{
    AUTO_STORE struct store *store = memory_new(sizeof(*store));
    enum error_code rc = db_open(driver, target, &store->db, error);

    if (!rc)
        rc = migrations_run(store->db, error);
    if (rc)
        return rc;
    store->is_wide = true;
    *ret = TAKE(store);
    return ERROR_NONE;
}

enum error_code store_open_to_look(const char *path, struct store **ret, struct error *error)
{
    AUTO_STORE struct store *store = memory_new(sizeof(*store));
    enum error_code rc = db_open(&db_driver_look, path, &store->db, error);

    if (rc)
        return rc;
    store->is_wide = true;
    *ret = TAKE(store);
    return ERROR_NONE;
}

bool store_is_behind(const char *path)
{
    struct db *db = NULL;
    int version = 0;

    if (access(path, F_OK) != 0 || db_open(&db_driver_sqlite, path, &db, NULL) != ERROR_NONE)
        return false;
    bool is_ours = migrations_version(db, &version, NULL) == ERROR_NONE;
    db_close(db);
    return is_ours && version > 0 && version < migrations_newest();
}

void store_close(struct store *store)
{
    if (!store)
        return;
    db_close(store->db);
    free(store);
}

void store_close_local(struct store **store)
{
    store_close(*store);
}

void store_set_wide(struct store *store, bool wide)
{
    if (store->is_wide != wide)
        db_set_wide(store->db, wide);
    store->is_wide = wide;
}

enum error_code store_begin(struct store *store, struct error *error)
{
    return db_begin(store->db, error);
}

enum error_code store_begin_read(struct store *store, struct error *error)
{
    return db_begin_read(store->db, error);
}

enum error_code store_end(struct store *store, enum error_code rc, struct error *error)
{
    return db_end(store->db, rc, error);
}

enum error_code store_check(struct store *store, struct error *error)
{
    return db_check(store->db, error);
}

static enum error_code check_references(struct store *store, struct error *error)
{
    char table[64] = "", other[64] = "";
    struct db_statement *row = db_prepare(store->db, "PRAGMA foreign_key_check");

    bool broken = db_step(row);
    if (broken) {
        text_copy(table, sizeof(table), db_column_text(row, 0));
        text_copy(other, sizeof(other), db_column_text(row, 2));
    }
    enum error_code rc = db_finish(row, error);
    if (rc || !broken)
        return rc;
    return error_set(error, ERROR_STORE,
                     "the database " DB_IS_DAMAGED ": a row of %s points to none of %s", table,
                     other);
}

enum error_code store_check_all(struct store *store, struct error *error)
{
    enum error_code rc = db_check_all(store->db, error);

    return rc ? rc : check_references(store, error);
}

bool store_says_damaged(const char *sentence)
{
    return strstr(sentence, DB_IS_DAMAGED) || strstr(sentence, DB_IS_NONE) ||
           strstr(sentence, DB_IS_EMPTY);
}

enum error_code store_is_well(struct store *store, struct error *error)
{
    int version = 0;

    return migrations_version(store->db, &version, error);
}

int store_schema_version(struct store *store)
{
    int version = 0;

    return migrations_version(store->db, &version, NULL) ? 0 : version;
}

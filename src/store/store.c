#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
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

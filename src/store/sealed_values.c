#include "store/sealed_values.h"

#include <inttypes.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/migrations.h"
#include "store/notification_targets.h"
#include "store/rows.h"

/* Where something sealed stands: the columns are id, name and the sealed text. */
static const struct {
    int since; /* schema */
    const char *load;
    const char *write;  /* $1 the sealed text, $2 the id, $3 the name */
    const char *forget; /* $1 why, $2 the id, $3 the name, $4 now */
} places[] = {
    [SEALED_SETTING] = {2, "SELECT 0, name, value FROM settings WHERE is_sealed = 1 ORDER BY name",
                        "UPDATE settings SET value = $1 WHERE $2 = 0 AND name = $3",
                        "DELETE FROM settings WHERE $1 <> '' AND $2 = 0 AND name = $3 AND $4 > 0"},
    [SEALED_TARGET] =
        {4,
         "SELECT id, name, sealed FROM notification_targets"
         " WHERE from_environment = 0 AND sealed <> '' ORDER BY id",
         "UPDATE notification_targets SET sealed = $1 WHERE id = $2 AND name = $3",
         "UPDATE notification_targets SET sealed = '', disabled = $1, disabled_at = $4"
         " WHERE id = $2 AND name = $3"},
    [SEALED_TOKEN_KEY] =
        {2, "SELECT id, '', sealed FROM token_keys ORDER BY id",
         "UPDATE token_keys SET sealed = $1 WHERE id = $2 AND $3 = ''",
         "DELETE FROM token_keys WHERE $1 <> '' AND id = $2 AND $3 = '' AND $4 > 0"},
};

static const char why_forgotten[] = "the key that opens its settings is lost: enter them again";

/* ---- reading ---- */

struct growing {
    struct sealed_value *items;
    size_t count, capacity;
};

static const char *seal_name_of(enum sealed_kind kind, int64_t id, const char *name,
                                struct arena *arena)
{
    char target[NOTIFICATION_SEAL_NAME_SIZE];

    if (kind == SEALED_SETTING)
        return name;
    if (kind == SEALED_TOKEN_KEY)
        return TOKEN_KEY_SEAL_NAME;
    notification_target_seal_name(id, target);
    return arena_text(arena, target);
}

static enum error_code load_kind(struct db *db, enum sealed_kind kind, struct arena *arena,
                                 struct growing *growing, struct error *error)
{
    struct db_statement *row = db_prepare(db, places[kind].load);

    while (db_step(row)) {
        int64_t id = db_column_integer(row, 0);
        const char *name = rows_text(row, 1, arena);
        memory_grow(&growing->items, growing->count, &growing->capacity);
        growing->items[growing->count++] = (struct sealed_value){
            .kind = kind,
            .id = id,
            .name = name,
            .seal_name = seal_name_of(kind, id, name, arena),
            .sealed = rows_text(row, 2, arena),
        };
    }
    return db_finish(row, error);
}

enum error_code sealed_values_load_from(struct db *db, struct arena *arena,
                                        struct sealed_values *ret, struct error *error)
{
    struct growing growing = {0};
    int schema = 0;
    enum error_code rc = migrations_version(db, &schema, error);

    for (size_t kind = 0; !rc && kind < ARRAY_LENGTH(places); kind++)
        if (schema >= places[kind].since)
            rc = load_kind(db, (enum sealed_kind)kind, arena, &growing, error);
    void *kept = rows_keep(arena, growing.items, growing.count, sizeof(*growing.items));
    if (!rc)
        *ret = (struct sealed_values){kept, growing.count};
    return rc;
}

enum error_code sealed_values_load(struct store *store, struct arena *arena,
                                   struct sealed_values *ret, struct error *error)
{
    return sealed_values_load_from(store->db, arena, ret, error);
}

/* ---- which key ---- */

bool sealed_values_opens(const struct sealed_value *value, const struct crypto_key *key)
{
    struct secret text = {0};
    bool opens = crypto_open(key, value->seal_name, value->sealed, &text, NULL) == ERROR_NONE;

    secret_release(&text);
    return opens;
}

size_t sealed_values_opened(const struct sealed_values *values, const struct crypto_key *key)
{
    size_t opened = 0;

    for (size_t i = 0; i < values->count; i++)
        opened += sealed_values_opens(&values->items[i], key);
    return opened;
}

size_t sealed_values_best(const struct sealed_values *values, const struct crypto_key *keys,
                          size_t count)
{
    size_t best = 0, most = 0;

    for (size_t i = 0; i < count; i++) {
        size_t opened = sealed_values_opened(values, &keys[i]);
        if (opened <= most)
            continue;
        best = i;
        most = opened;
    }
    return best;
}

/* ---- for people ---- */

static const char *title_of(const struct sealed_value *value, struct arena *arena)
{
    return value->kind == SEALED_TARGET
               ? arena_print(arena, "the notification target \"%s\"", value->name)
               : value->name;
}

const char *sealed_values_names(const struct sealed_values *values, struct arena *arena)
{
    const char **titles = arena_take(arena, (values->count + 1) * sizeof(*titles));
    const char *text = "";
    size_t count = 0, signing = 0;

    for (size_t i = 0; i < values->count; i++)
        if (values->items[i].kind == SEALED_TOKEN_KEY)
            signing++;
        else
            titles[count++] = title_of(&values->items[i], arena);
    if (signing)
        titles[count++] = signing == 1 ? "the key that signs tokens"
                                       : arena_print(arena, "%zu keys that sign tokens", signing);
    for (size_t i = 0; i < count; i++)
        text = arena_print(arena, "%s%s%s", text,
                           !i              ? ""
                           : i + 1 < count ? ", "
                                           : " and ",
                           titles[i]);
    return text;
}

/* ---- another key ---- */

struct changing {
    struct store *store;
    const struct sealed_change *change;
    struct arena *arena;
    struct growing lost;
    size_t sealed_anew;
};

static enum error_code write_value(struct store *store, const struct sealed_value *value,
                                   const char *sealed, struct error *error)
{
    struct db_statement *statement = db_prepare(store->db, places[value->kind].write);

    db_bind_text(statement, 1, sealed);
    db_bind_integer(statement, 2, value->id);
    db_bind_text(statement, 3, value->name);
    return rows_run(statement, error);
}

static enum error_code give_up(struct changing *changing, const struct sealed_value *value,
                               struct error *error)
{
    struct growing *lost = &changing->lost;

    if (!changing->change->ret_lost)
        return error_set(error, ERROR_CONFLICT, "no key that is here opens %s",
                         value->kind == SEALED_TOKEN_KEY ? "the key that signs tokens"
                                                         : title_of(value, changing->arena));
    struct db_statement *statement = db_prepare(changing->store->db, places[value->kind].forget);
    db_bind_text(statement, 1, why_forgotten);
    db_bind_integer(statement, 2, value->id);
    db_bind_text(statement, 3, value->name);
    db_bind_integer(statement, 4, clock_wall_ms());
    memory_grow(&lost->items, lost->count, &lost->capacity);
    lost->items[lost->count++] = *value;
    return rows_run(statement, error);
}

static bool open_with_any(const struct sealed_change *change, const struct sealed_value *value,
                          struct secret *ret)
{
    for (size_t i = 0; i < change->from_count; i++)
        if (crypto_open(&change->from[i], value->seal_name, value->sealed, ret, NULL) == ERROR_NONE)
            return true;
    return false;
}

static enum error_code change_value(struct changing *changing, const struct sealed_value *value,
                                    struct error *error)
{
    const struct sealed_change *change = changing->change;
    struct secret text = {0};

    if (change->to && sealed_values_opens(value, change->to))
        return ERROR_NONE;
    if (!open_with_any(change, value, &text))
        return give_up(changing, value, error);
    AUTO_FREE char *sealed = crypto_seal(change->to, value->seal_name, secret_reveal(&text));
    secret_release(&text);
    changing->sealed_anew++;
    return write_value(changing->store, value, sealed, error);
}

static enum error_code change_all(struct changing *changing, struct error *error)
{
    struct sealed_values values;
    enum error_code rc = sealed_values_load(changing->store, changing->arena, &values, error);

    for (size_t i = 0; !rc && i < values.count; i++)
        rc = change_value(changing, &values.items[i], error);
    return rc;
}

enum error_code sealed_values_change(struct store *store, const struct sealed_change *change,
                                     struct arena *arena, size_t *ret_count, struct error *error)
{
    struct changing changing = {.store = store, .change = change, .arena = arena};

    CHECK(change->to || !change->from_count);
    enum error_code rc = db_begin_durable_if_outermost(store->db, error);
    if (rc)
        return rc;
    rc = db_end(store->db, change_all(&changing, error), error);
    void *lost =
        rows_keep(arena, changing.lost.items, changing.lost.count, sizeof(*changing.lost.items));
    if (rc)
        return rc;
    if (change->ret_lost)
        *change->ret_lost = (struct sealed_values){lost, changing.lost.count};
    *ret_count = changing.sealed_anew;
    return ERROR_NONE;
}

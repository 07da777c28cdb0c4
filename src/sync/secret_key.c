#include "sync/secret_key.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/secret_key_parts.h"

char *secret_key_path(const char *folder, const char *ending)
{
    return memory_print("%s/" SECRET_KEY_FILE "%s", folder, ending);
}

struct secret_key_place secret_key_place(const char *folder, const struct options *given)
{
    return (struct secret_key_place){
        .folder = folder,
        .setting = options_secret(given, SECRET_KEY_SETTING),
        .setting_before = options_secret(given, SECRET_KEY_SETTING_BEFORE),
    };
}

void secret_keys_release(struct secret_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        crypto_key_release(&keys->items[i]);
        free(keys->sources[i]);
    }
    free(keys->items);
    free(keys->sources);
    *keys = (struct secret_keys){0};
}

void secret_key_release(struct secret_key *key)
{
    crypto_key_release(&key->key);
}

enum error_code secret_keys_gather(const struct secret_key_place *place, struct secret_keys *ret,
                                   struct error *error)
{
    struct secret_keys keys = {0};
    enum error_code rc = ERROR_NONE;

    if (secret_is_set(place->setting)) {
        rc = secret_keys_add_setting(&keys, SECRET_KEY_SETTING, place->setting, error);
    } else {
        rc = secret_keys_add_file(&keys, place->folder, "", error);
        if (!rc)
            rc = secret_keys_add_file(&keys, place->folder, SECRET_KEY_NEW, error);
    }
    if (rc)
        secret_keys_release(&keys);
    else
        *ret = keys;
    return rc;
}

/* ---- by what is stored ---- */

/* Does a key that does not count here open it? Then one command settles it. */
static const char *find_elsewhere(const struct secret_key_place *place,
                                  const struct sealed_values *values, struct arena *arena)
{
    AUTO_SECRET_KEYS struct secret_keys all = {0};

    if (secret_keys_gather_all(place, &all, NULL) || !all.count)
        return NULL;
    size_t best = sealed_values_best(values, all.items, all.count);
    return sealed_values_opened(values, &all.items[best]) ? arena_text(arena, all.sources[best])
                                                          : NULL;
}

static enum error_code refuse(const struct secret_key_place *place,
                              const struct sealed_values *values, bool has_file,
                              struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const char *elsewhere = find_elsewhere(place, values, arena);

    if (secret_is_set(place->setting) && elsewhere)
        return error_set(error, ERROR_CONFLICT,
                         "the credentials that are stored in %s are sealed with %s and not with "
                         "LISTSYNC_SECRET_KEY: `listsync key rotate` seals them with it; nothing "
                         "was changed",
                         place->folder, elsewhere);
    if (secret_is_set(place->setting))
        return error_set(error, ERROR_CONFLICT,
                         "LISTSYNC_SECRET_KEY does not open the credentials that are stored in "
                         "%s: set it as it was, or give the key that it was to `listsync key "
                         "rotate` as LISTSYNC_SECRET_KEY_OLD; `listsync key forget` gives up what "
                         "no key opens; nothing was changed",
                         place->folder);
    if (elsewhere)
        return error_set(error, ERROR_CONFLICT,
                         "the credentials that are stored in %s are sealed with %s: `listsync key "
                         "rotate` seals them with a key file of their own; nothing was changed",
                         place->folder, elsewhere);
    return error_set(error, ERROR_CONFLICT,
                     "%s/" SECRET_KEY_FILE " %s the credentials that are stored there: put the "
                     "right file back, or set LISTSYNC_SECRET_KEY if they were sealed with that; "
                     "`listsync key forget` gives up what no key opens; nothing was changed",
                     place->folder, has_file ? "does not open" : "is missing, which opens");
}

static void describe(const struct secret_key_place *place, const struct secret_keys *keys,
                     size_t at, const struct sealed_values *values, struct secret_key *ret)
{
    *ret = (struct secret_key){
        .key = keys->items[at],
        .is_there = true,
        .is_setting = secret_is_set(place->setting),
        .sealed = values->count,
        .opened = sealed_values_opened(values, &keys->items[at]),
    };
    text_copy(ret->source, sizeof(ret->source), keys->sources[at]);
    crypto_stream_mark(&ret->key, ret->mark);
}

enum error_code secret_key_find(const struct secret_key_place *place, struct store *store,
                                struct secret_key *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_SECRET_KEYS struct secret_keys keys = {0};
    AUTO_SECRET_KEY struct secret_key found = {0};
    struct sealed_values values;
    enum error_code rc = secret_keys_gather(place, &keys, error);

    if (!rc)
        rc = sealed_values_load(store, arena, &values, error);
    if (rc)
        return rc;
    if (keys.count)
        describe(place, &keys, sealed_values_best(&values, keys.items, keys.count), &values,
                 &found);
    if (values.count && !found.opened)
        return refuse(place, &values, keys.count > 0, error);
    *ret = found;
    return ERROR_NONE;
}

enum error_code secret_key_open(const struct secret_key_place *place, struct store *store,
                                struct secret_key *ret, struct error *error)
{
    enum error_code rc = secret_key_find(place, store, ret, error);

    if (rc || ret->is_there)
        return rc;
    AUTO_FREE char *path = secret_key_path(place->folder, "");
    struct crypto_key made;
    rc = crypto_key_of_file(path, &made, error);
    crypto_key_release(&made);
    return rc ? rc : secret_key_find(place, store, ret, error);
}

#include "sync/secret_key_change.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/secret_key_parts.h"

enum { MARK_SHOWN = 8 };

/* In place of a mark. */
#define NO_KEY "no-key"

void secret_key_changed_release(struct secret_key_changed *changed)
{
    secret_key_release(&changed->key);
    free(changed->aside);
    *changed = (struct secret_key_changed){0};
}

static enum error_code cannot_move(const char *path, struct error *error)
{
    return error_set(error, ERROR_STORE, "%s cannot be moved: %s", path, strerror(errno));
}

/* ---- the files ---- */

/* Where a key file goes that counts no more; NULL when there is none. One key has one such name. */
static char *path_aside(const char *folder)
{
    AUTO_FREE char *path = secret_key_path(folder, "");
    char mark[CRYPTO_STREAM_MARK] = NO_KEY;
    struct crypto_key key = {0};
    enum error_code rc = crypto_key_read(path, &key, NULL);

    if (rc == ERROR_NOT_FOUND)
        return NULL;
    if (!rc)
        crypto_stream_mark(&key, mark);
    crypto_key_release(&key);
    return memory_print("%s" SECRET_KEY_ASIDE "%.*s", path, MARK_SHOWN, mark);
}

/*
 * `stays`: until another file takes its place, so that there is a key at any moment; some disks
 * have no second names, there it is away for a moment.
 */
static enum error_code put_aside(const char *folder, bool stays, char **ret_path,
                                 struct error *error)
{
    AUTO_FREE char *path = secret_key_path(folder, "");
    AUTO_FREE char *aside = path_aside(folder);

    if (!aside)
        return ERROR_NONE;
    bool is_linked = stays && (link(path, aside) == 0 || errno == EEXIST);
    if (!is_linked && rename(path, aside) != 0)
        return cannot_move(path, error);
    enum error_code rc = files_sync_directory(path, error);
    if (!rc && ret_path)
        *ret_path = TAKE(aside);
    return rc;
}

static enum error_code put_in_place(const char *folder, char **ret_aside, struct error *error)
{
    AUTO_FREE char *path = secret_key_path(folder, "");
    AUTO_FREE char *new_path = secret_key_path(folder, SECRET_KEY_NEW);
    enum error_code rc = put_aside(folder, true, ret_aside, error);

    if (rc)
        return rc;
    return rename(new_path, path) == 0 ? files_sync_directory(path, error)
                                       : cannot_move(new_path, error);
}

/* ---- a change that was cut off ---- */

static size_t opened_by_file(const struct secret_key_place *place, const char *ending,
                             const struct sealed_values *values)
{
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    (void)secret_keys_add_file(&keys, place->folder, ending, NULL);
    return keys.count ? sealed_values_opened(values, &keys.items[0]) : 0;
}

static enum error_code throw_away(const char *path, struct error *error)
{
    return unlink(path) == 0 ? files_sync_directory(path, error) : cannot_move(path, error);
}

static void close_folder(DIR **folder)
{
    if (*folder)
        closedir(*folder);
}

/* "secret.key.new.Ab12Cd": not even written to its end. */
static void remove_work_files(const char *folder)
{
    static const char start[] = SECRET_KEY_FILE SECRET_KEY_NEW ".";
    AUTO(close_folder) DIR *entries = opendir(folder);

    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        AUTO_FREE char *path = memory_print("%s/%s", folder, entry->d_name);
        if (text_starts_with(entry->d_name, start))
            unlink(path);
    }
}

enum error_code secret_key_settle(const struct secret_key_place *place, struct store *store,
                                  struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *new_path = secret_key_path(place->folder, SECRET_KEY_NEW);
    struct sealed_values values;

    remove_work_files(place->folder);
    if (access(new_path, F_OK) != 0)
        return ERROR_NONE;
    enum error_code rc = sealed_values_load(store, arena, &values, error);
    if (rc)
        return rc;
    if (opened_by_file(place, SECRET_KEY_NEW, &values) > opened_by_file(place, "", &values))
        return put_in_place(place->folder, NULL, error);
    return throw_away(new_path, error);
}

/* ---- a change ---- */

struct changing {
    const struct secret_key_place *place;
    struct store *store;
    struct arena *arena;
    struct secret_keys from; /* all that may open something */
    struct secret_key_changed result;
};

static enum error_code seal_with(struct changing *changing, const struct crypto_key *to,
                                 bool may_lose, struct error *error)
{
    struct secret_key_changed *result = &changing->result;
    struct sealed_change change = {
        .to = to,
        .from = changing->from.items,
        .from_count = changing->from.count,
        .ret_lost = may_lose ? &result->lost : NULL,
    };

    return sealed_values_change(changing->store, &change, changing->arena, &result->sealed_anew,
                                error);
}

/* The setting is the first of all. */
static enum error_code rotate_to_setting(struct changing *changing, struct error *error)
{
    enum error_code rc = seal_with(changing, &changing->from.items[0], false, error);

    return rc ? rc : put_aside(changing->place->folder, false, &changing->result.aside, error);
}

static enum error_code rotate_to_file(struct changing *changing, struct error *error)
{
    const struct secret_key_place *place = changing->place;
    AUTO_FREE char *new_path = secret_key_path(place->folder, SECRET_KEY_NEW);
    struct crypto_key key;

    crypto_random(key.bytes, sizeof(key.bytes));
    enum error_code rc = crypto_key_write(new_path, &key, error);
    if (!rc)
        rc = seal_with(changing, &key, false, error);
    crypto_key_release(&key);
    if (!rc)
        return put_in_place(place->folder, &changing->result.aside, error);
    (void)secret_key_settle(place, changing->store, NULL); /* or the next start does */
    return rc;
}

static enum error_code gather_from(struct changing *changing, struct error *error)
{
    enum error_code rc = secret_key_settle(changing->place, changing->store, error);

    return rc ? rc : secret_keys_gather_all(changing->place, &changing->from, error);
}

/* What counts now is looked up anew: that the change worked is seen, not believed. */
static enum error_code finish(struct changing *changing, enum error_code rc,
                              struct secret_key_changed *ret, struct error *error)
{
    const char *aside = changing->result.aside;

    secret_keys_release(&changing->from);
    changing->result.is_aside_a_key = aside && !text_ends_with(aside, SECRET_KEY_ASIDE NO_KEY);
    if (!rc)
        rc = secret_key_find(changing->place, changing->store, &changing->result.key, error);
    if (rc)
        secret_key_changed_release(&changing->result);
    else
        *ret = changing->result;
    return rc;
}

enum error_code secret_key_rotate(const struct secret_key_place *place, struct store *store,
                                  struct secret_key_changed *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct changing changing = {.place = place, .store = store, .arena = arena};
    enum error_code rc = gather_from(&changing, error);

    if (!rc)
        rc = secret_is_set(place->setting) ? rotate_to_setting(&changing, error)
                                           : rotate_to_file(&changing, error);
    if (rc == ERROR_CONFLICT)
        error_prefix(error,
                     "nothing was changed; name the right key by LISTSYNC_SECRET_KEY_OLD, or "
                     "give up what cannot be opened by `listsync key forget`");
    return finish(&changing, rc, ret, error);
}

/* What lies there and is no key makes place for one. */
static enum error_code make_key_file(const char *folder, char **ret_aside, struct error *error)
{
    AUTO_FREE char *path = secret_key_path(folder, "");
    struct crypto_key key;
    enum error_code rc = ERROR_NONE;

    if (crypto_key_read(path, &key, NULL) == ERROR_FORMAT)
        rc = put_aside(folder, false, ret_aside, error);
    if (!rc)
        rc = crypto_key_of_file(path, &key, error);
    crypto_key_release(&key);
    return rc;
}

/* Beside the setting a file seals nothing more, as after secret_key_rotate. */
static enum error_code forget(struct changing *changing, struct error *error)
{
    const struct secret_key_place *place = changing->place;
    const bool is_setting = secret_is_set(place->setting);
    char **aside = &changing->result.aside;
    AUTO_SECRET_KEYS struct secret_keys counting = {0};
    enum error_code rc = is_setting ? ERROR_NONE : make_key_file(place->folder, aside, error);

    if (!rc)
        rc = secret_keys_gather(place, &counting, error);
    if (!rc)
        rc = seal_with(changing, &counting.items[0], true, error);
    return rc || !is_setting ? rc : put_aside(place->folder, false, aside, error);
}

enum error_code secret_key_forget(const struct secret_key_place *place, struct store *store,
                                  struct arena *arena, struct secret_key_changed *ret,
                                  struct error *error)
{
    struct changing changing = {.place = place, .store = store, .arena = arena};
    enum error_code rc = gather_from(&changing, error);

    if (!rc)
        rc = forget(&changing, error);
    return finish(&changing, rc, ret, error);
}

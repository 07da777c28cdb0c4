#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/backup_reader.h"
#include "store/stored_settings.h"
#include "support/backup_world.h"

enum { PORTION = 3000 };

static void fill(struct backup_world *world, size_t bytes)
{
    struct store_world *store = world->store;
    struct item item = {.title = "Heat", .year = 1995, .ids.tmdb = 949};

    store_world_list(store, "imdb", "top");
    store_world_item(store, store_world_run(store), &item);
    AUTO_FREE char *sealed = crypto_seal(&world->key, "MDBLIST_API_KEY", "the key of a source");
    must(store, stored_settings_put(store->store, "MDBLIST_API_KEY", sealed, true, &store->error));
    for (size_t i = 0; i < bytes; i += PORTION) {
        uint8_t noise[PORTION];
        crypto_random(noise, sizeof(noise));
        AUTO_FREE char *text = crypto_base64url(noise, sizeof(noise));
        AUTO_FREE char *name = memory_print("noise %zu", i);
        must(store, service_state_put(store->store, name, text, &store->error));
    }
}

void backup_world_open(struct backup_world *world, size_t bytes)
{
    void *state = NULL;

    *world = (struct backup_world){0};
    crypto_begin();
    store_world_setup(&state);
    world->store = state;
    world->key_file = temp_dir_file(&world->store->dir, "secret.key");
    world->file = temp_dir_file(&world->store->dir, "a.backup");
    world->work = temp_dir_file(&world->store->dir, "work");
    must(world, crypto_key_of_file(world->key_file, &world->key, &world->error));
    fill(world, bytes);
    world->order = (struct backup_order){
        .database = world->store->path,
        .keys = &world->key,
        .key_count = 1,
        .target = world->file,
        .reason = BACKUP_BY_HAND,
        .work = {1, 1 << 20},
    };
}

void backup_world_close(struct backup_world *world)
{
    void *state = world->store;

    store_world_teardown(&state);
    free(world->key_file);
    free(world->file);
    free(world->work);
}

void backup_world_make(struct backup_world *world, const char *passphrase)
{
    unlink(world->file);
    world->order.passphrase = passphrase;
    must(world, backup_make(&world->order, &world->head, &world->error));
}

enum error_code backup_world_verify(struct backup_world *world, const char *passphrase)
{
    return backup_verify(world->file, passphrase, world->work, &world->head, &world->error);
}

static enum error_code read_all(struct backup_reader *reader, const char *passphrase,
                                struct error *error)
{
    char chunk[4096];
    size_t count = 1;
    enum error_code rc = backup_reader_unlock(reader, passphrase, error);

    while (!rc && count)
        rc = backup_reader_read(reader, chunk, sizeof(chunk), &count, error);
    return rc;
}

enum error_code backup_world_read(const char *bytes, size_t length, const char *passphrase,
                                  struct error *error)
{
    struct backup_reader *reader = NULL;
    FILE *file = fmemopen((void *)bytes, length ? length : 1, "rb");

    assert_non_null(file);
    if (!length)
        (void)fgetc(file);
    enum error_code rc = backup_reader_open(file, &reader, error);
    if (!rc)
        rc = read_all(reader, passphrase, error);
    backup_reader_free(reader);
    return rc;
}

static bool is_among(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (text_equal(name, *names))
            return true;
    return false;
}

void backup_world_expect_files(const struct backup_world *world, const char *const *names)
{
    DIR *folder = opendir(world->store->dir.path);
    size_t found = 0, wanted = 0;

    assert_non_null(folder);
    while (names[wanted])
        wanted++;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.' || text_starts_with(entry->d_name, "list_sync.db-"))
            continue;
        if (!is_among(entry->d_name, names))
            fail_msg("%s is left", entry->d_name);
        found++;
    }
    closedir(folder);
    assert_int_equal(found, wanted);
}

static void give_to(const struct backup_world *world, uid_t user)
{
    const char *const paths[] = {world->store->dir.path, world->store->path, world->key_file,
                                 world->file};

    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
        if (access(paths[i], F_OK) == 0)
            assert_int_equal(chown(paths[i], user, (gid_t)-1), 0);
}

void backup_world_hide_names(const struct backup_world *world, bool hidden)
{
    enum { ROOT = 0, NOBODY = 65534 };
    bool is_root = getuid() == ROOT;

    if (is_root && !hidden)
        assert_int_equal(seteuid(ROOT), 0);
    if (is_root)
        give_to(world, hidden ? NOBODY : ROOT);
    assert_int_equal(chmod(world->store->dir.path, hidden ? 0300 : 0700), 0);
    if (is_root && hidden)
        assert_int_equal(seteuid(NOBODY), 0);
}

#include "support/key_world.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/accounts.h"
#include "store/notification_targets.h"
#include "store/stored_settings.h"
#include "support/store_world.h"

static const struct {
    const char *name, *text;
} settings[] = {
    {"MDBLIST_API_KEY", "the key of a source"},
    {"OVERSEERR_API_KEY", "the key of Seerr"},
};
static const char target_text[] = "{\"topic\":\"ours\"}", signing_text[] = "what signs tokens";

void key_world_open_store(struct key_world *world)
{
    must(world, store_open(&db_driver_sqlite, world->database, &world->store, &world->error));
}

void key_world_close_store(struct key_world *world)
{
    store_close(TAKE(world->store));
}

void key_world_open(struct key_world *world)
{
    *world = (struct key_world){.arena = arena_new()};
    crypto_begin();
    temp_dir_open(&world->dir);
    world->database = temp_dir_file(&world->dir, "list_sync.db");
    options_declare(&world->given, secret_key_options);
    key_world_set(world, "LISTSYNC_SECRET_KEY", NULL);
    key_world_open_store(world);
}

void key_world_close(struct key_world *world)
{
    key_world_close_store(world);
    arena_free(world->arena);
    options_release(&world->given);
    memory_release_local(&world->database);
    temp_dir_close(&world->dir);
}

void key_world_set(struct key_world *world, const char *name, const char *value)
{
    must(world, options_set(&world->given, name, value, &world->error));
    world->place = secret_key_place(world->dir.path, &world->given);
}

static void fill_target(struct key_world *world, const struct crypto_key *key)
{
    struct notification_target row = {.name = "Phone", .kind = "ntfy", .form = "", .events = ""};
    char name[NOTIFICATION_SEAL_NAME_SIZE];

    must(world, notification_targets_add(world->store, &row, &row.id, &world->error));
    notification_target_seal_name(row.id, name);
    AUTO_FREE char *sealed = crypto_seal(key, name, target_text);
    row.sealed = sealed;
    must(world, notification_targets_change(world->store, &row, &world->error));
}

/* One of the environment holds no seal, but what looks like one. */
static void fill_target_of_environment(struct key_world *world)
{
    struct notification_target row = {.name = "Discord (environment)",
                                      .kind = "discord",
                                      .from_environment = true,
                                      .form = "",
                                      .events = "",
                                      .sealed = "0123abcd"};

    must(world, notification_targets_add(world->store, &row, &row.id, &world->error));
}

void key_world_fill(struct key_world *world)
{
    AUTO_SECRET_KEY struct secret_key key = {0};
    int64_t id = 0;

    must(world, secret_key_open(&world->place, world->store, &key, &world->error));
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        AUTO_FREE char *sealed = crypto_seal(&key.key, settings[i].name, settings[i].text);
        must(world,
             stored_settings_put(world->store, settings[i].name, sealed, true, &world->error));
    }
    must(world, stored_settings_put(world->store, "OVERSEERR_URL", "http://seerr.lan", false,
                                    &world->error));
    fill_target(world, &key.key);
    fill_target_of_environment(world);
    AUTO_FREE char *sealed = crypto_seal(&key.key, TOKEN_KEY_SEAL_NAME, signing_text);
    must(world, token_keys_rotate(world->store, sealed, 1, 0, &id, &world->error));
}

static const char *text_of(const struct sealed_value *value)
{
    if (value->kind == SEALED_TARGET)
        return target_text;
    if (value->kind == SEALED_TOKEN_KEY)
        return signing_text;
    return text_equal(value->name, settings[0].name) ? settings[0].text : settings[1].text;
}

void key_world_expect_open(struct key_world *world)
{
    AUTO_SECRET_KEY struct secret_key key = {0};
    struct sealed_values values;

    must(world, secret_key_find(&world->place, world->store, &key, &world->error));
    must(world, sealed_values_load(world->store, world->arena, &values, &world->error));
    assert_int_equal(values.count, KEY_WORLD_SEALED);
    assert_int_equal(key.sealed, KEY_WORLD_SEALED);
    for (size_t i = 0; i < values.count; i++) {
        struct secret text = {0};
        must(world, crypto_open(&key.key, values.items[i].seal_name, values.items[i].sealed, &text,
                                &world->error));
        assert_string_equal(secret_reveal(&text), text_of(&values.items[i]));
        secret_release(&text);
    }
}

const char *key_world_mark(struct key_world *world)
{
    AUTO_SECRET_KEY struct secret_key key = {0};

    must(world, secret_key_find(&world->place, world->store, &key, &world->error));
    return arena_text(world->arena, key.mark);
}

int key_world_files(const struct key_world *world, const char *start)
{
    DIR *folder = opendir(world->dir.path);
    int count = 0;

    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));)
        count += text_starts_with(entry->d_name, start);
    closedir(folder);
    return count;
}

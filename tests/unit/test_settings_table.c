#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/settings.h"
#include "base/files.h"
#include "base/memory.h"
#include "providers/provider.h"
#include "support/temp_dir.h"

/* A folder with an own .env, which need not exist, and settings read from there. */
struct world {
    struct temp_dir dir;
    char *dotenv;
    struct settings settings;
    struct error error;
};

static int open_world(void **state)
{
    struct world *world = memory_new(sizeof(*world));

    temp_dir_open(&world->dir);
    world->dotenv = temp_dir_file(&world->dir, ".env");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    settings_release(&world->settings);
    memory_release_local(&world->dotenv);
    temp_dir_close(&world->dir);
    memory_release_local(state);
    return 0;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static enum error_code load(struct world *world, const char *const *environment)
{
    return settings_load(&world->settings, (char *const *)environment, world->dotenv,
                         &world->error);
}

#define ENVIRONMENT(...) ((const char *const[]){__VA_ARGS__, NULL})

static void without_anything_the_fallbacks_hold(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, (const char *const[]){NULL}), ERROR_NONE);
    assert_string_equal(options_text(&world->settings.options, "LISTSYNC_DATA_DIR"), "./data");
    assert_string_equal(options_text(&world->settings.options, "OVERSEERR_URL"), "");
    assert_false(options_switch(&world->settings.options, "OVERSEERR_4K"));
    assert_string_equal(world->settings.warnings, "");
}

static void the_environment_wins_over_the_file(void **state)
{
    struct world *world = *state;

    write_file(world->dotenv, "OVERSEERR_USER_ID=3\nOVERSEERR_4K=yes\n");
    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_USER_ID=4", "PATH=/bin")), ERROR_NONE);
    assert_int_equal(options_number(&world->settings.options, "OVERSEERR_USER_ID"), 4);
    assert_true(options_switch(&world->settings.options, "OVERSEERR_4K"));
    assert_string_equal(world->settings.warnings, "");
}

static void an_empty_value_is_not_set(void **state)
{
    struct world *world = *state;

    write_file(world->dotenv, "OVERSEERR_URL=http://seerr:5055\n");
    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_URL=", "OVERSEERR_API_KEY_FILE=")),
                     ERROR_NONE);
    assert_string_equal(options_text(&world->settings.options, "OVERSEERR_URL"),
                        "http://seerr:5055");
}

static void a_secret_may_stand_in_a_file(void **state)
{
    struct world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "key");
    AUTO_FREE char *setting = memory_print("OVERSEERR_API_KEY_FILE=%s", path);

    write_file(path, "  the key\n");
    assert_int_equal(load(world, ENVIRONMENT(setting)), ERROR_NONE);
    assert_string_equal(
        secret_reveal(options_secret(&world->settings.options, "OVERSEERR_API_KEY")), "the key");
}

static void a_missing_secret_file_is_an_error_that_names_the_setting(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_API_KEY_FILE=/nowhere/key")), ERROR_USAGE);
    assert_non_null(strstr(world->error.message, "OVERSEERR_API_KEY_FILE"));
}

static void a_malformed_value_is_an_error_that_names_the_setting(void **state)
{
    static const char *const malformed[] = {"OVERSEERR_URL=seerr", "OVERSEERR_USER_ID=me",
                                            "OVERSEERR_4K=perhaps", "TRAKT_SPECIAL_ITEMS_LIMIT=-1"};
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(malformed); i++) {
        AUTO_FREE char *name = memory_text_n(malformed[i], strcspn(malformed[i], "="));
        world->error = (struct error){0};
        assert_int_equal(load(world, ENVIRONMENT(malformed[i])), ERROR_USAGE);
        assert_non_null(strstr(world->error.message, name));
        settings_release(&world->settings);
    }
}

static void a_misspelt_name_is_answered_with_the_nearest(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_APIKEY=x", "OVERSEER_URL=x", "EDITOR=vi")),
                     ERROR_NONE);
    assert_string_equal(world->settings.warnings,
                        "unknown setting OVERSEERR_APIKEY: did you mean OVERSEERR_API_KEY?\n"
                        "unknown setting OVERSEER_URL: did you mean OVERSEERR_URL?\n");
}

static void everything_in_the_file_is_meant_for_us(void **state)
{
    struct world *world = *state;

    write_file(world->dotenv, "EDITOR=vi\n");
    assert_int_equal(load(world, ENVIRONMENT("EDITOR=vi")), ERROR_NONE);
    assert_string_equal(world->settings.warnings, "unknown setting EDITOR\n");
}

static void names_of_the_original_that_do_nothing_are_remembered(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, ENVIRONMENT("DISCORD_COLOR=x")), ERROR_NONE);
    assert_true(settings_has_unused(&world->settings, "DISCORD_COLOR"));
    assert_false(settings_has_unused(&world->settings, "SIMKL_LISTS"));
    assert_string_equal(world->settings.warnings, "");
}

static void what_the_original_only_documented_is_told_with_a_way(void **state)
{
    static const struct {
        const char *name, *part;
    } cases[] = {
        {"PARALLEL_LISTS", "at once"},
        {"IMDB_CACHE_TTL", "kept"},
        {"IMDB_ITEM_LIMIT", "each list"},
        {"TRAKT_API_KEY", "TRAKT_CLIENT_ID"},
        {"SSL_CERT_PATH", "TLS"},
        {"SIMKL_LISTS", "source"},
        {"IMDB_REQUEST_DELAY", "as it allows"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const struct unused_setting *found = unused_settings_find(cases[i].name);
        assert_non_null(found);
        assert_non_null(strstr(found->note, cases[i].part));
    }
    assert_null(unused_settings_find("OVERSEER_URL"));
    assert_null(unused_settings_find("PATH"));
}

static void names_of_other_programs_count_in_the_file_alone(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, ENVIRONMENT("DEBUG=1", "SSL_CERT_FILE=/x")), ERROR_NONE);
    assert_int_equal(world->settings.unused_count, 0);
    settings_release(&world->settings);
    write_file(world->dotenv, "DEBUG=1\n");
    assert_int_equal(load(world, ENVIRONMENT("PATH=/bin")), ERROR_NONE);
    assert_true(settings_has_unused(&world->settings, "DEBUG"));
}

static void list_settings_name_list_types_that_exist(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, (const char *const[]){NULL}), ERROR_NONE);
    for (const struct list_setting *setting = settings_lists; setting->name; setting++) {
        assert_true(options_is_declared(&world->settings.options, setting->name));
        assert_non_null(provider_find(setting->type));
    }
}

static void no_setting_is_both_used_and_unused(void **state)
{
    struct world *world = *state;

    assert_int_equal(load(world, (const char *const[]){NULL}), ERROR_NONE);
    for (const struct unused_setting *unused = unused_settings_table; unused->name; unused++)
        assert_false(options_is_declared(&world->settings.options, unused->name));
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(without_anything_the_fallbacks_hold),
        WORLD_TEST(the_environment_wins_over_the_file),
        WORLD_TEST(an_empty_value_is_not_set),
        WORLD_TEST(a_secret_may_stand_in_a_file),
        WORLD_TEST(a_missing_secret_file_is_an_error_that_names_the_setting),
        WORLD_TEST(a_malformed_value_is_an_error_that_names_the_setting),
        WORLD_TEST(a_misspelt_name_is_answered_with_the_nearest),
        WORLD_TEST(everything_in_the_file_is_meant_for_us),
        WORLD_TEST(names_of_the_original_that_do_nothing_are_remembered),
        WORLD_TEST(what_the_original_only_documented_is_told_with_a_way),
        WORLD_TEST(names_of_other_programs_count_in_the_file_alone),
        WORLD_TEST(list_settings_name_list_types_that_exist),
        WORLD_TEST(no_setting_is_both_used_and_unused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

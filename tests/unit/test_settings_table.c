#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static const char *seerr_key(const struct world *world)
{
    return secret_reveal(options_secret(&world->settings.options, "OVERSEERR_API_KEY"));
}

static void a_secret_counts_more_than_its_file_in_any_order(void **state)
{
    static const char warning[] = "OVERSEERR_API_KEY and OVERSEERR_API_KEY_FILE are both set: "
                                  "OVERSEERR_API_KEY counts, and the file is not read\n";
    struct world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "key");
    AUTO_FREE char *setting = memory_print("OVERSEERR_API_KEY_FILE=%s", path);
    const char *const orders[][3] = {{setting, "OVERSEERR_API_KEY=itself", NULL},
                                     {"OVERSEERR_API_KEY=itself", setting, NULL}};

    write_file(path, "of the file");
    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++) {
        assert_int_equal(load(world, orders[i]), ERROR_NONE);
        assert_string_equal(seerr_key(world), "itself");
        assert_string_equal(world->settings.warnings, warning);
        settings_release(&world->settings);
    }
    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_API_KEY=", setting)), ERROR_NONE);
    assert_string_equal(seerr_key(world), "of the file");
    assert_string_equal(world->settings.warnings, "");
    settings_release(&world->settings);
    write_file(world->dotenv, "OVERSEERR_API_KEY=of .env\n");
    assert_int_equal(load(world, ENVIRONMENT(setting)), ERROR_NONE);
    assert_string_equal(seerr_key(world), "of the file");
    assert_string_equal(world->settings.warnings, "");
}

static void a_secret_is_not_read_from_a_pipe(void **state)
{
    struct world *world = *state;
    AUTO_FREE char *path = temp_dir_file(&world->dir, "pipe");
    AUTO_FREE char *link = temp_dir_file(&world->dir, "link");
    AUTO_FREE char *setting = memory_print("OVERSEERR_API_KEY_FILE=%s", link);

    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(symlink(path, link), 0);
    assert_int_equal(load(world, ENVIRONMENT(setting)), ERROR_USAGE);
    assert_non_null(strstr(world->error.message, "OVERSEERR_API_KEY_FILE: "));
    assert_non_null(strstr(world->error.message, "/link is no plain file"));
    settings_release(&world->settings);
    assert_int_equal(unlink(path), 0);
    write_file(path, "the key"); /* as the secrets of containers are */
    assert_int_equal(load(world, ENVIRONMENT(setting)), ERROR_NONE);
    assert_string_equal(seerr_key(world), "the key");
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

/* All that the original's program or documents name, and what becomes of each here. */
enum fate {
    WORKS,
    IS_NAMED,           /* at start, with the reason */
    IS_NAMED_FROM_FILE, /* likewise, but only in a .env: other programs use that name too */
    IS_PASSED_OVER,     /* of its image, or of every environment */
};

static const struct {
    const char *name;
    enum fate fate;
    const char *value;
} originals[] = {
    {"OVERSEERR_URL", WORKS, "http://seerr:5055"},
    {"OVERSEERR_API_KEY", WORKS, "x"},
    {"OVERSEERR_USER_ID", WORKS, "1"},
    {"OVERSEERR_4K", WORKS, "False"},
    {"TRAKT_CLIENT_ID", WORKS, "x"},
    {"TRAKT_SPECIAL_ITEMS_LIMIT", WORKS, "20"},
    {"SYNC_INTERVAL", WORKS, "0.5"},
    {"AUTOMATED_MODE", WORKS, "true"},
    {"AUTO_SYNC", WORKS, "True"},
    {"TZ", WORKS, "Europe/London"},
    {"TIMEZONE_REGION", WORKS, "EU"},
    {"TIMEZONE", IS_NAMED, "Europe/London"},
    {"DISCORD_WEBHOOK_URL", WORKS, "x"},
    {"DISCORD_WEBHOOK", WORKS, "x"},
    {"DISCORD_ENABLED", WORKS, "false"},
    {"IMDB_LISTS", WORKS, "top"},
    {"TRAKT_LISTS", WORKS, "1"},
    {"TRAKT_SPECIAL_LISTS", WORKS, "trending:movies"},
    {"LETTERBOXD_LISTS", WORKS, "a/watchlist"},
    {"MDBLIST_LISTS", WORKS, "a/b"},
    {"STEVENLU_LISTS", WORKS, "stevenlu"},
    {"ANILIST_LISTS", IS_NAMED, "anna"},
    {"TMDB_LISTS", IS_NAMED, "1"},
    {"TVDB_LISTS", IS_NAMED, "1"},
    {"SIMKL_LISTS", IS_NAMED, "1"},
    {"TMDB_KEY", IS_NAMED, "x"},
    {"TMDB_KEY_FILE", IS_NAMED, "/run/secrets/tmdb"},
    {"TVDB_KEY", IS_NAMED, "x"},
    {"SIMKL_CLIENT_ID", IS_NAMED, "x"},
    {"SIMKL_USER_TOKEN", IS_NAMED, "x"},
    {"FRONTEND_DOMAIN", IS_NAMED, "http://localhost:3222"},
    {"BACKEND_DOMAIN", IS_NAMED, "http://localhost:4222"},
    {"NUXT_PUBLIC_API_URL", IS_NAMED, "http://localhost:4222"},
    {"NUXT_PUBLIC_API_BASE", IS_NAMED, "/api"},
    {"CORS_ALLOWED_ORIGINS", WORKS, "https://dash.example.org"},
    {"ENCRYPTION_KEY", WORKS, "x"},
    {"LISTSYNC_BATCH_SIZE", IS_NAMED, "3"},
    {"LISTSYNC_SEQUENTIAL_MODE", IS_NAMED, "false"},
    {"SINGLE_LIST_SYNC", IS_NAMED, "true"},
    {"SINGLE_LIST_TYPE", IS_NAMED, "imdb"},
    {"SINGLE_LIST_ID", IS_NAMED, "top"},
    {"RUNNING_IN_DOCKER", IS_PASSED_OVER, "true"},
    {"CHROME_BIN", IS_PASSED_OVER, "/usr/bin/chromium"},
    {"CHROME_DRIVER_PATH", IS_PASSED_OVER, "/usr/bin/chromedriver"},
    {"NO_SANDBOX", IS_PASSED_OVER, "true"},
    {"SELENIUM_DRIVER_PATH", IS_PASSED_OVER, "x"},
    {"MAX_WORKERS", IS_NAMED, "4"},
    {"PARALLEL_LISTS", IS_NAMED, "2"},
    {"PARALLEL_ITEMS", IS_NAMED, "2"},
    {"CACHE_TTL", IS_NAMED_FROM_FILE, "3600"},
    {"TRAKT_CACHE_TTL", IS_NAMED_FROM_FILE, "3600"},
    {"DB_PATH", IS_NAMED_FROM_FILE, "/x"},
    {"HTTP_TIMEOUT", IS_NAMED, "30"},
    {"CONNECTION_POOL_SIZE", IS_NAMED, "10"},
    {"RETRY_ATTEMPTS", IS_NAMED, "3"},
    {"RETRY_DELAY", IS_NAMED, "1"},
    {"LOG_LEVEL", IS_NAMED, "DEBUG"},
    {"DEBUG", IS_NAMED_FROM_FILE, "true"},
    {"VERBOSE_LOGGING", IS_NAMED, "true"},
    {"EMAIL_NOTIFICATIONS", WORKS, "true"},
    {"EMAIL_SUBJECT_PREFIX", WORKS, "[x]"},
    {"EMAIL_HTML", IS_NAMED, "true"},
    {"EMAIL_FROM", IS_NAMED, "a@example.org"},
    {"EMAIL_TO", IS_NAMED, "a@example.org"},
    {"SMTP_SERVER", WORKS, "mail"},
    {"SMTP_PORT", WORKS, "587"},
    {"SMTP_USERNAME", WORKS, "a"},
    {"SMTP_PASSWORD", WORKS, "b"},
    {"SMTP_FROM", WORKS, "a@example.org"},
    {"SMTP_TO", WORKS, "a@example.org"},
    {"SMTP_HOST", IS_NAMED, "mail"},
    {"SMTP_USER", IS_NAMED, "a"},
    {"SMTP_USE_TLS", IS_NAMED, "true"},
    {"PUSHOVER_ENABLED", WORKS, "false"},
    {"PUSHOVER_TOKEN", WORKS, "x"},
    {"PUSHOVER_USER", WORKS, "x"},
    {"PUSHOVER_PRIORITY", WORKS, "0"},
    {"DISCORD_USERNAME", WORKS, "x"},
    {"DISCORD_AVATAR_URL", WORKS, "https://example.org/a.png"},
    {"DISCORD_COLOR", IS_NAMED, "5814783"},
    {"IMDB_ITEM_LIMIT", IS_NAMED, "100"},
    {"TRAKT_RATE_LIMIT", IS_NAMED, "1"},
    {"LETTERBOXD_REQUEST_DELAY", IS_NAMED, "1"},
    {"IMDB_USER_AGENT", IS_NAMED_FROM_FILE, "x"},
    {"MDBLIST_API_KEY", WORKS, "x"},
    {"TRAKT_API_KEY", IS_NAMED, "x"},
    {"API_RATE_LIMIT", IS_NAMED, "100"},
    {"SYNC_RATE_LIMIT", IS_NAMED, "100"},
    {"FETCH_RATE_LIMIT", IS_NAMED, "100"},
    {"HTTPS_ENABLED", IS_NAMED, "true"},
    {"SSL_CERT_PATH", IS_NAMED_FROM_FILE, "/x"},
    {"SSL_KEY_PATH", IS_NAMED_FROM_FILE, "/x"},
    {"API_HTTPS_PORT", IS_NAMED, "443"},
    {"FRONTEND_PORT", IS_NAMED, "3222"},
    {"API_PORT", IS_NAMED, "4222"},
    {"ENCRYPTED_CONFIG", IS_NAMED, "true"},
    {"CONFIG_PASSWORD", IS_NAMED, "x"},
    {"MAX_MEMORY_MB", IS_NAMED, "512"},
    {"MAX_CPU_PERCENT", IS_NAMED, "50"},
    {"GC_INTERVAL", IS_NAMED_FROM_FILE, "60"},
};

static void expect_named(struct world *world, const char *name, const char *line, bool from_file)
{
    AUTO_FREE char *written = memory_print("%s\n", line);
    AUTO_FREE char *says = NULL;
    size_t length = 0;

    write_file(world->dotenv, from_file ? written : "");
    if (load(world, from_file ? ENVIRONMENT("PATH=/bin") : ENVIRONMENT(line)))
        fail_msg("%s: %s", line, world->error.message);
    FILE *out = open_memstream(&says, &length);
    settings_print_unused(&world->settings, out);
    fclose(out);
    if (!strstr(says, name) || length < strlen(name) + strlen(" is set and does nothing: ") + 5)
        fail_msg("%s: \"%s\"", line, says);
    assert_string_equal(world->settings.warnings, "");
}

static void expect_to_work(struct world *world, const char *name, const char *line)
{
    if (load(world, ENVIRONMENT(line)))
        fail_msg("%s: %s", line, world->error.message);
    if (!options_is_declared(&world->settings.options, name) ||
        !options_is_set(&world->settings.options, name) || *world->settings.warnings)
        fail_msg("%s does not work: %s", line, world->settings.warnings);
}

static void each_name_of_the_original_works_or_is_named(void **state)
{
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(originals); i++) {
        const char *name = originals[i].name;
        AUTO_FREE char *line = memory_print("%s=%s", name, originals[i].value);
        if (originals[i].fate == WORKS) {
            expect_to_work(world, name, line);
        } else if (originals[i].fate == IS_PASSED_OVER) {
            assert_int_equal(load(world, ENVIRONMENT(line)), ERROR_NONE);
            assert_string_equal(world->settings.warnings, "");
        } else {
            expect_named(world, name, line, originals[i].fate == IS_NAMED_FROM_FILE);
        }
        settings_release(&world->settings);
        remove(world->dotenv);
    }
}

static void an_abbreviation_of_a_time_zone_is_read_as_its_place(void **state)
{
    static const struct {
        const char *zone, *region, *name;
    } cases[] = {
        {"TZ=PST", "TIMEZONE_REGION=", "America/Los_Angeles"},
        {"TZ=aest", "TIMEZONE_REGION=", "Australia/Brisbane"},
        {"TZ=IST", "TIMEZONE_REGION=", "Asia/Kolkata"},
        {"TZ=IST", "TIMEZONE_REGION=EU", "Europe/Dublin"},
        {"TZ=CST", "TIMEZONE_REGION=asia", "Asia/Shanghai"},
        {"TZ=BST", "TIMEZONE_REGION=US", "Europe/London"},
        {"TZ=CET", "TIMEZONE_REGION=", "CET"},
        {"TZ=Europe/Berlin", "TIMEZONE_REGION=US", "Europe/Berlin"},
        {"TZ=UTC+2", "TIMEZONE_REGION=", "UTC+2"},
        {"TZ=", "TIMEZONE_REGION=US", "UTC"},
        {"TZ=Nowhere", "TIMEZONE_REGION=US", "Nowhere"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        if (load(world, ENVIRONMENT(cases[i].zone, cases[i].region)))
            fail_msg("%s: %s", cases[i].zone, world->error.message);
        assert_string_equal(options_text(&world->settings.options, "TZ"), cases[i].name);
        bool is_told = strstr(world->settings.warnings, "is taken for");
        assert_int_equal(is_told, !strstr(cases[i].zone, cases[i].name) && cases[i].zone[3]);
        settings_release(&world->settings);
    }
}

static void a_folder_in_place_of_the_file_is_passed_over(void **state)
{
    struct world *world = *state;

    assert_int_equal(mkdir(world->dotenv, 0700), 0);
    assert_int_equal(load(world, ENVIRONMENT("OVERSEERR_4K=true")), ERROR_NONE);
    assert_non_null(strstr(world->settings.warnings, "is a folder"));
    assert_true(options_switch(&world->settings.options, "OVERSEERR_4K"));
    assert_int_equal(rmdir(world->dotenv), 0);
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
        WORLD_TEST(a_secret_counts_more_than_its_file_in_any_order),
        WORLD_TEST(a_secret_is_not_read_from_a_pipe),
        WORLD_TEST(a_missing_secret_file_is_an_error_that_names_the_setting),
        WORLD_TEST(a_malformed_value_is_an_error_that_names_the_setting),
        WORLD_TEST(a_misspelt_name_is_answered_with_the_nearest),
        WORLD_TEST(everything_in_the_file_is_meant_for_us),
        WORLD_TEST(names_of_the_original_that_do_nothing_are_remembered),
        WORLD_TEST(what_the_original_only_documented_is_told_with_a_way),
        WORLD_TEST(each_name_of_the_original_works_or_is_named),
        WORLD_TEST(an_abbreviation_of_a_time_zone_is_read_as_its_place),
        WORLD_TEST(a_folder_in_place_of_the_file_is_passed_over),
        WORLD_TEST(names_of_other_programs_count_in_the_file_alone),
        WORLD_TEST(list_settings_name_list_types_that_exist),
        WORLD_TEST(no_setting_is_both_used_and_unused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

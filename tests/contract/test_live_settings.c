/* Which settings hold: the environment's first, then those that were stored, then fallbacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/stored_settings.h"
#include "support/store_world.h"
#include "sync/live_settings.h"

static const struct option table[] = {
    {"OVERSEERR_URL", OPTION_URL, NULL, 0, 0, "address"},
    {"OVERSEERR_API_KEY", OPTION_SECRET, NULL, 0, 0, "key"},
    {"OVERSEERR_USER_ID", OPTION_NUMBER, "0", 0, 100, "user"},
    {"LISTSYNC_DATA_DIR", OPTION_TEXT, "./data", 0, 0, "folder"},
    {0},
};

static const struct crypto_key key = {.bytes = {1, 2, 3}};
static const struct crypto_key other_key = {.bytes = {4}};

struct settings_world {
    struct store_world *world;
    struct options given, live;
};

static struct settings_world open_with(struct store_world *world)
{
    struct settings_world settings = {.world = world};

    crypto_begin();
    options_declare(&settings.given, table);
    return settings;
}

static void load(struct settings_world *settings)
{
    options_release(&settings->live);
    must(settings->world, live_settings_load(&settings->given, settings->world->store, &key,
                                             &settings->live, &settings->world->error));
}

static void store(struct settings_world *settings, const char *name, const char *value)
{
    must(settings->world,
         stored_settings_put(settings->world->store, name, value, false, &settings->world->error));
}

static void store_sealed(struct settings_world *settings, const struct crypto_key *with,
                         const char *name, const char *value)
{
    AUTO_FREE char *sealed = crypto_seal(with, "OVERSEERR_API_KEY", value);
    must(settings->world,
         stored_settings_put(settings->world->store, name, sealed, true, &settings->world->error));
}

static void close_settings(struct settings_world *settings)
{
    options_release(&settings->given);
    options_release(&settings->live);
}

static void stored_settings_complete_those_of_the_environment(void **state)
{
    struct settings_world settings = open_with(*state);

    options_set(&settings.given, "OVERSEERR_USER_ID", "7", NULL);
    store(&settings, "OVERSEERR_USER_ID", "8");
    store(&settings, "OVERSEERR_URL", "http://seerr:5055");
    store_sealed(&settings, &key, "OVERSEERR_API_KEY", "geheim");
    load(&settings);
    assert_int_equal(options_number(&settings.live, "OVERSEERR_USER_ID"), 7);
    assert_string_equal(options_text(&settings.live, "OVERSEERR_URL"), "http://seerr:5055");
    assert_string_equal(secret_reveal(options_secret(&settings.live, "OVERSEERR_API_KEY")),
                        "geheim");
    assert_false(options_is_set(&settings.given, "OVERSEERR_URL"));
    close_settings(&settings);
}

static void what_no_longer_fits_is_left_out(void **state)
{
    struct settings_world settings = open_with(*state);

    store(&settings, "OVERSEERR_USER_ID", "101");
    store(&settings, "LISTSYNC_DATA_DIR", "/elsewhere");
    store(&settings, "NO_SUCH_SETTING", "x");
    store_sealed(&settings, &other_key, "OVERSEERR_API_KEY", "geheim");
    load(&settings);
    assert_int_equal(options_number(&settings.live, "OVERSEERR_USER_ID"), 0);
    assert_string_equal(options_text(&settings.live, "LISTSYNC_DATA_DIR"), "./data");
    assert_false(options_is_set(&settings.live, "OVERSEERR_API_KEY"));
    close_settings(&settings);
}

static size_t warnings(void)
{
    int64_t counts[LOG_LEVEL_COUNT];

    log_counts(counts);
    return (size_t)counts[LOG_WARNING];
}

static void what_does_not_fit_is_said_once_until_it_fits(void **state)
{
    struct settings_world settings = open_with(*state);

    log_begin(LOG_WARNING, LOG_AS_TEXT);
    size_t before = warnings();
    for (size_t round = 1; round <= 2; round++) {
        store(&settings, "OVERSEERR_USER_ID", "2");
        load(&settings);
        store(&settings, "OVERSEERR_USER_ID", "101");
        load(&settings);
        load(&settings);
        assert_int_equal(warnings(), before + round);
    }
    log_end();
    close_settings(&settings);
}

static void a_login_needs_address_and_key(void **state)
{
    struct settings_world settings = open_with(*state);
    struct seerr_login login;
    struct error error = {0};

    load(&settings);
    assert_int_equal(seerr_login_init(&login, &settings.live, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "OVERSEERR_URL is not set"));
    seerr_login_release(&login);
    store(&settings, "OVERSEERR_URL", "http://seerr:5055/api/v1");
    load(&settings);
    assert_int_equal(seerr_login_init(&login, &settings.live, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "OVERSEERR_API_KEY is not set"));
    seerr_login_release(&login);
    store_sealed(&settings, &key, "OVERSEERR_API_KEY", "geheim");
    load(&settings);
    assert_int_equal(seerr_login_init(&login, &settings.live, &error), ERROR_NONE);
    assert_string_equal(login.seerr.base_url, "http://seerr:5055");
    assert_string_equal(secret_reveal(&login.seerr.key), "geheim");
    seerr_login_release(&login);
    close_settings(&settings);
}

static void live_names_are_known(void **state)
{
    (void)state;
    assert_true(live_settings_is_live("OVERSEERR_API_KEY"));
    assert_true(live_settings_is_live("TZ"));
    assert_false(live_settings_is_live("LISTSYNC_DATA_DIR"));
    assert_false(live_settings_is_live(""));
}

#define WITH_WORLD(function)                                                                       \
    cmocka_unit_test_setup_teardown(function, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(stored_settings_complete_those_of_the_environment),
        WITH_WORLD(what_no_longer_fits_is_left_out),
        WITH_WORLD(what_does_not_fit_is_said_once_until_it_fits),
        WITH_WORLD(a_login_needs_address_and_key),
        WITH_WORLD(live_names_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

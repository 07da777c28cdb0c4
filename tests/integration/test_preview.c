/* Errands over the network that are no run: nothing is recorded, and they end when they must. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "providers/provider.h"
#include "support/world.h"
#include "sync/preview.h"

struct errands {
    struct world world;
    struct options options;
    struct origins origins;
    atomic_bool stopping;
    struct runner_tools tools;
    struct seerr seerr;
    struct arena *arena;
};

static int open_errands(void **state)
{
    struct errands *errands = memory_new(sizeof(*errands));

    world_open(&errands->world, NULL);
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        if ((*provider)->options)
            options_declare(&errands->options, (*provider)->options);
    assert_int_equal(
        origins_add(&errands->origins, world_get(&errands->world, "LISTSYNC_ORIGINS"), NULL), 0);
    errands->tools = (struct runner_tools){
        .origins = &errands->origins,
        .user_agent = "ListSync/test",
        .stopping = &errands->stopping,
    };
    errands->seerr.base_url = errands->world.sim.url;
    secret_set(&errands->seerr.key, "sim-key");
    errands->arena = arena_new();
    *state = errands;
    return 0;
}

static int close_errands(void **state)
{
    struct errands *errands = *state;

    secret_release(&errands->seerr.key);
    origins_release(&errands->origins);
    options_release(&errands->options);
    arena_free(errands->arena);
    world_close(&errands->world);
    free(errands);
    return 0;
}

static void look_at(struct errands *errands, const char *list, struct list_preview *ret)
{
    struct list_ref ref;

    assert_int_equal(provider_parse(NULL, list, &ref, NULL), ERROR_NONE);
    preview_list(&errands->tools, &errands->options, &ref, errands->arena, ret);
}

static void a_list_is_read_without_being_kept(void **state)
{
    struct errands *errands = *state;
    struct list_preview preview;

    look_at(errands, "mdblist:demo/everything", &preview);
    assert_int_equal(preview.outcome, OUTCOME_OK);
    assert_true(preview.entries.count > 3);
    assert_true(*preview.entries.items[0].title);
    entry_list_release(&preview.entries);
}

static void trouble_of_the_source_is_told(void **state)
{
    struct errands *errands = *state;
    struct list_preview preview;

    look_at(errands, "letterboxd:blocked/list/any", &preview);
    assert_int_equal(preview.outcome, OUTCOME_BLOCKED);
    assert_true(*preview.message);
    assert_int_equal(preview.entries.count, 0);
    entry_list_release(&preview.entries);
}

static void seerr_says_what_it_is_and_who_asks(void **state)
{
    struct errands *errands = *state;
    struct seerr_check check;
    struct error error = {0};

    assert_int_equal(preview_seerr(&errands->tools, &errands->seerr, 0, &check, &error), 0);
    assert_int_equal(check.server.flavour, SEERR_SEERR);
    assert_int_equal(check.user.id, 1);
    assert_true(*check.version);
    assert_int_equal(preview_seerr(&errands->tools, &errands->seerr, 2, &check, &error), 0);
    assert_int_equal(check.user.id, 2);
    assert_int_equal(preview_seerr(&errands->tools, &errands->seerr, 99, &check, &error),
                     ERROR_REFUSED);
    secret_set(&errands->seerr.key, "wrong");
    error = (struct error){0};
    assert_int_equal(preview_seerr(&errands->tools, &errands->seerr, 0, &check, &error),
                     ERROR_REFUSED);
    assert_non_null(strstr(error.message, "key"));
}

static void users_and_services_are_listed(void **state)
{
    struct errands *errands = *state;
    struct seerr_people people = {0};
    struct seerr_services services = {.count = 9};
    struct error error = {0};

    assert_int_equal(
        preview_seerr_users(&errands->tools, &errands->seerr, errands->arena, &people, &error), 0);
    assert_true(people.count >= 2);
    assert_int_equal(people.items[0].id, 1);
    assert_true(*people.items[0].name);
    assert_int_equal(
        preview_seerr_services(&errands->tools, &errands->seerr, errands->arena, &services, &error),
        0);
    assert_int_equal(services.count, 0);
    assert_int_equal(sim_seerr_calls(&errands->world.sim, "GET /api/v1/service/radarr"), 1);
    assert_int_equal(sim_seerr_calls(&errands->world.sim, "GET /api/v1/service/sonarr"), 1);
}

static void what_a_title_may_be_is_shown(void **state)
{
    struct errands *errands = *state;
    struct match_candidates found = {0};
    struct error error = {0};

    assert_int_equal(preview_candidates(&errands->tools, &errands->seerr, "matrix", errands->arena,
                                        &found, &error),
                     0);
    assert_true(found.count >= 1);
    assert_int_equal(preview_candidates(&errands->tools, &errands->seerr, "tt0133093",
                                        errands->arena, &found, &error),
                     0);
    assert_int_equal(found.count, 1);
    assert_int_equal(found.items[0].tmdb, 603);
    assert_int_equal(found.items[0].year, 1999);
}

static void an_errand_ends_when_the_program_does(void **state)
{
    struct errands *errands = *state;
    struct seerr_people people = {0};
    struct error error = {0};
    int64_t before = clock_steady_ms();

    errands->stopping = true;
    assert_int_equal(
        preview_seerr_users(&errands->tools, &errands->seerr, errands->arena, &people, &error),
        ERROR_CANCELLED);
    assert_true(clock_steady_ms() - before < 2000);
    assert_string_equal(error.message, "the program is ending");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_errands, close_errands)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_read_without_being_kept),  TEST(trouble_of_the_source_is_told),
        TEST(seerr_says_what_it_is_and_who_asks), TEST(users_and_services_are_listed),
        TEST(what_a_title_may_be_is_shown),       TEST(an_errand_ends_when_the_program_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

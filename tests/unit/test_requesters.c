#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "sync/requesters.h"

struct world {
    struct arena *arena;
    struct requesters requesters;
};

static int open_world(void **state)
{
    struct world *world = memory_new(sizeof(*world));

    world->arena = arena_new();
    requesters_init(&world->requesters, world->arena);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    arena_free(world->arena);
    memory_release_local(state);
    return 0;
}

static void the_owner_of_the_key_needs_no_proof(void **state)
{
    struct world *world = *state;

    assert_true(requesters_is_verified(&world->requesters, 0));
    assert_false(requesters_is_verified(&world->requesters, 7));
    requesters_verify(&world->requesters, 7);
    assert_true(requesters_is_verified(&world->requesters, 7));
    assert_false(requesters_is_verified(&world->requesters, 8));
}

static void nobody_is_limited_at_first(void **state)
{
    struct world *world = *state;

    requesters_verify(&world->requesters, 7);
    assert_null(requesters_limit(&world->requesters, 0, MEDIA_MOVIE));
    assert_null(requesters_limit(&world->requesters, 7, MEDIA_TV));
}

static void a_refusal_limits_what_it_speaks_of(void **state)
{
    static const struct {
        enum request_answer answer;
        enum media_type media_type;
        bool films, series;
        const char *sentence;
    } cases[] = {
        {REQUEST_QUOTA_USED_UP, MEDIA_MOVIE, true, false, "for films is used up"},
        {REQUEST_QUOTA_USED_UP, MEDIA_TV, false, true, "for series is used up"},
        {REQUEST_NO_PERMISSION, MEDIA_MOVIE, true, false, "may not request films"},
        {REQUEST_NO_PERMISSION, MEDIA_TV, false, true, "may not request series"},
        {REQUEST_NOT_ALLOWED, MEDIA_MOVIE, true, true, "may not make requests as"},
    };
    struct world *world = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        int64_t user = (int64_t)i + 10;
        const char *why =
            requesters_set_limit(&world->requesters, user, cases[i].media_type, cases[i].answer);
        assert_non_null(strstr(why, cases[i].sentence));
        assert_int_equal(requesters_limit(&world->requesters, user, MEDIA_MOVIE) != NULL,
                         cases[i].films);
        assert_int_equal(requesters_limit(&world->requesters, user, MEDIA_TV) != NULL,
                         cases[i].series);
        assert_null(requesters_limit(&world->requesters, 7, MEDIA_MOVIE));
    }
}

static void sentences_name_whom_they_are_about(void **state)
{
    struct world *world = *state;

    assert_non_null(
        strstr(requesters_set_limit(&world->requesters, 0, MEDIA_MOVIE, REQUEST_QUOTA_USED_UP),
               "the owner of the API key"));
    assert_non_null(
        strstr(requesters_set_limit(&world->requesters, 7, MEDIA_MOVIE, REQUEST_QUOTA_USED_UP),
               "Seerr user 7"));
}

static void a_user_who_is_refused_may_ask_for_nothing(void **state)
{
    struct world *world = *state;

    assert_string_equal(requesters_refuse(&world->requesters, 7, "no such user"), "no such user");
    assert_string_equal(requesters_limit(&world->requesters, 7, MEDIA_MOVIE), "no such user");
    assert_string_equal(requesters_limit(&world->requesters, 7, MEDIA_TV), "no such user");
}

/* The one waits for time to pass, the other for a person. */
static void a_quota_for_films_does_not_hide_that_series_are_refused(void **state)
{
    struct world *world = *state;

    requesters_set_limit(&world->requesters, 7, MEDIA_TV, REQUEST_NO_PERMISSION);
    requesters_set_limit(&world->requesters, 7, MEDIA_MOVIE, REQUEST_QUOTA_USED_UP);
    assert_true(requesters_is_refused(&world->requesters, 7, MEDIA_TV));
    assert_false(requesters_is_refused(&world->requesters, 7, MEDIA_MOVIE));
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(the_owner_of_the_key_needs_no_proof),
        WORLD_TEST(nobody_is_limited_at_first),
        WORLD_TEST(a_refusal_limits_what_it_speaks_of),
        WORLD_TEST(sentences_name_whom_they_are_about),
        WORLD_TEST(a_user_who_is_refused_may_ask_for_nothing),
        WORLD_TEST(a_quota_for_films_does_not_hide_that_series_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The id map: what was found once is never looked for again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/identities.h"
#include "support/store_world.h"

static const struct known_identity matrix = {
    .looked_at = 1700000000123, .media_type = MEDIA_MOVIE, .tmdb = 603, .imdb = "tt0133093"};
static const struct known_identity miss = {.is_miss = true, .looked_at = 1700000009999};

static struct known_identity find(struct store_world *world, const char *key)
{
    struct known_identity found;

    must(world, identities_find(world->store, key, &found, &world->error));
    return found;
}

static void learn(struct store_world *world, const char *key, const struct known_identity *identity)
{
    must(world, identities_learn(world->store, key, identity, &world->error));
}

static void test_what_was_never_looked_for_is_not_found(void **state)
{
    struct store_world *world = *state;
    struct known_identity found = {.tmdb = 5};

    assert_int_equal(identities_find(world->store, "imdb:tt0133093", &found, &world->error),
                     ERROR_NOT_FOUND);
    assert_int_equal(found.tmdb, 5);
}

static void test_a_hit_is_found_again_after_a_restart(void **state)
{
    struct store_world *world = *state;

    learn(world, "imdb:tt0133093", &matrix);
    store_world_reopen(world);
    struct known_identity found = find(world, "imdb:tt0133093");
    assert_false(found.is_miss);
    assert_int_equal(found.tmdb, 603);
    assert_int_equal(found.media_type, MEDIA_MOVIE);
    assert_string_equal(found.imdb, "tt0133093");
    assert_int_equal(found.looked_at, 1700000000123);
}

static void test_a_miss_is_remembered_with_its_time(void **state)
{
    struct store_world *world = *state;

    learn(world, "tvdb:tv:81189", &miss);
    assert_true(find(world, "tvdb:tv:81189").is_miss);
    assert_int_equal(find(world, "tvdb:tv:81189").looked_at, 1700000009999);
}

static void test_a_hit_replaces_a_miss_and_not_the_other_way_round(void **state)
{
    struct store_world *world = *state;

    learn(world, "imdb:tt0133093", &miss);
    learn(world, "imdb:tt0133093", &matrix);
    learn(world, "imdb:tt0133093", &miss);
    struct known_identity found = find(world, "imdb:tt0133093");
    assert_false(found.is_miss);
    assert_int_equal(found.tmdb, 603);
    assert_int_equal(found.looked_at, 1700000000123);
}

static void test_a_hit_that_knows_less_takes_nothing_away(void **state)
{
    struct store_world *world = *state;
    const struct known_identity imdb_only = {.imdb = "tt0133093", .looked_at = 1};

    learn(world, "letterboxd:the-matrix", &matrix);
    learn(world, "letterboxd:the-matrix", &imdb_only);
    assert_int_equal(find(world, "letterboxd:the-matrix").tmdb, 603);
    assert_int_equal(find(world, "letterboxd:the-matrix").media_type, MEDIA_MOVIE);
}

static void test_a_later_hit_replaces_an_earlier_one(void **state)
{
    struct store_world *world = *state;
    const struct known_identity series = {.media_type = MEDIA_TV, .tmdb = 1399, .looked_at = 9};

    learn(world, "imdb:tt0944947", &matrix);
    learn(world, "imdb:tt0944947", &series);
    assert_int_equal(find(world, "imdb:tt0944947").tmdb, 1399);
    assert_int_equal(find(world, "imdb:tt0944947").media_type, MEDIA_TV);
}

static void test_a_time_that_is_not_given_is_now(void **state)
{
    struct store_world *world = *state;
    const struct known_identity undated = {.media_type = MEDIA_TV, .tmdb = 1399};

    learn(world, "imdb:tt0944947", &undated);
    assert_in_range(find(world, "imdb:tt0944947").looked_at, clock_wall_ms() - 60000,
                    clock_wall_ms());
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_what_was_never_looked_for_is_not_found),
        WITH_WORLD(test_a_hit_is_found_again_after_a_restart),
        WITH_WORLD(test_a_miss_is_remembered_with_its_time),
        WITH_WORLD(test_a_hit_replaces_a_miss_and_not_the_other_way_round),
        WITH_WORLD(test_a_hit_that_knows_less_takes_nothing_away),
        WITH_WORLD(test_a_later_hit_replaces_an_earlier_one),
        WITH_WORLD(test_a_time_that_is_not_given_is_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

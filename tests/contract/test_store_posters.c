/* Where posters are: told by Seerr, kept, and believed only as far as they can be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "store/items_query.h"
#include "store/posters.h"
#include "support/store_world.h"

static int64_t now_ms;

static int64_t wall(void)
{
    return now_ms;
}

static int set_up(void **state)
{
    now_ms = clock_wall_ms();
    clock_set_for_tests(wall, NULL);
    return store_world_setup(state);
}

static int tear_down(void **state)
{
    clock_set_for_tests(NULL, NULL);
    return store_world_teardown(state);
}

static void learn(struct store_world *world, int64_t tmdb, const char *path)
{
    must(world, posters_learn(world->store, MEDIA_MOVIE, tmdb, path, &world->error));
}

static const char *find(struct store_world *world, int64_t tmdb)
{
    static char path[POSTER_PATH_SIZE];

    must(world, posters_find(world->store, MEDIA_MOVIE, tmdb, path, &world->error));
    return path;
}

static void assert_unknown(struct store_world *world, enum media_type media_type, int64_t tmdb)
{
    char path[POSTER_PATH_SIZE] = "as it was";

    assert_int_equal(posters_find(world->store, media_type, tmdb, path, &world->error),
                     ERROR_NOT_FOUND);
    assert_string_equal(path, "as it was");
}

static void test_a_path_is_kept_for_its_title_alone(void **state)
{
    struct store_world *world = *state;

    assert_unknown(world, MEDIA_MOVIE, 603);
    learn(world, 603, "/matrix.jpg");
    store_world_reopen(world);
    assert_string_equal(find(world, 603), "/matrix.jpg");
    assert_unknown(world, MEDIA_TV, 603);
    learn(world, 603, "/newer.jpg");
    assert_string_equal(find(world, 603), "/newer.jpg");
    must(world, posters_forget(world->store, MEDIA_MOVIE, 603, &world->error));
    assert_unknown(world, MEDIA_MOVIE, 603);
}

static void test_what_is_no_path_counts_as_none(void **state)
{
    struct store_world *world = *state;

    learn(world, 1, "/../secret.jpg");
    learn(world, 2, NULL);
    learn(world, 3, "");
    for (int64_t tmdb = 1; tmdb <= 3; tmdb++)
        assert_string_equal(find(world, tmdb), "");
}

static void test_that_there_is_none_holds_for_a_week(void **state)
{
    struct store_world *world = *state;

    learn(world, 1, "");
    learn(world, 2, "/there.jpg");
    now_ms += POSTERS_NONE_VALID_MS - 1000;
    assert_string_equal(find(world, 1), "");
    now_ms += 2000;
    assert_unknown(world, MEDIA_MOVIE, 1);
    assert_string_equal(find(world, 2), "/there.jpg");
    learn(world, 1, "");
    assert_string_equal(find(world, 1), "");
}

static void test_what_is_known_already_changes_nothing(void **state)
{
    struct store_world *world = *state;

    learn(world, 1, "/a.jpg");
    now_ms += 5000;
    learn(world, 1, "/a.jpg");
    assert_int_equal(store_world_number(world, "SELECT learned_at FROM posters"), now_ms - 5000);
}

static void test_an_item_tells_that_it_has_none(void **state)
{
    struct store_world *world = *state;
    struct item item = {.title = "Heat", .media_type = MEDIA_MOVIE, .ids.tmdb = 949};
    struct queried_item found;
    int64_t id = store_world_item(world, store_world_run(world), &item);

    must(world, items_find(world->store, world->arena, id, &found, &world->error));
    assert_false(found.has_no_poster);
    learn(world, 949, "");
    must(world, items_find(world->store, world->arena, id, &found, &world->error));
    assert_true(found.has_no_poster);
    now_ms += POSTERS_NONE_VALID_MS + 1000;
    must(world, items_find(world->store, world->arena, id, &found, &world->error));
    assert_false(found.has_no_poster);
    learn(world, 949, "/heat.jpg");
    must(world, items_find(world->store, world->arena, id, &found, &world->error));
    assert_false(found.has_no_poster);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_path_is_kept_for_its_title_alone),
        TEST(test_what_is_no_path_counts_as_none),
        TEST(test_that_there_is_none_holds_for_a_week),
        TEST(test_what_is_known_already_changes_nothing),
        TEST(test_an_item_tells_that_it_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* How the lists of a run fare, as whoever looks in the middle of it sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sync/live_lists.h"

static struct stored_list stored[] = {
    {.id = 3, .ref = {"imdb", "top", ""}, .description = ""},
    {.id = 5, .ref = {"trakt", "trending:movies", ""}, .description = "Trending"},
};

static void test_a_list_waits_is_read_and_is_requested_from(void **state)
{
    const struct stored_lists of_run = {stored, 2};
    const struct sync_list read = {
        .list = stored[1], .outcome = OUTCOME_PARTIAL, .message = "half of it", .count = 7};
    const struct merge_list merged = {.list_id = 5};
    struct item_source source = {&merged, 1};
    const struct item item = {.sources = &source, .source_count = 1};
    struct live_list *seen;
    AUTO_ARENA struct arena *arena = arena_new();
    struct live_lists *lists = live_lists_new();

    (void)state;
    assert_int_equal(live_lists_copy(lists, arena, &seen), 0);
    live_lists_begin(lists, &of_run);
    assert_int_equal(live_lists_copy(lists, arena, &seen), 2);
    assert_int_equal(seen[0].state, LIVE_LIST_WAITING);
    live_lists_reading(lists);
    live_lists_read(lists, &read);
    live_lists_requested(lists, &item);
    live_lists_copy(lists, arena, &seen);
    live_lists_end(lists);
    assert_int_equal(seen[0].state, LIVE_LIST_READING);
    assert_int_equal(seen[1].state, LIVE_LIST_READ);
    assert_int_equal(seen[1].outcome, OUTCOME_PARTIAL);
    assert_string_equal(seen[1].message, "half of it");
    assert_int_equal(seen[1].items, 7);
    assert_int_equal(seen[1].requested, 1);
    assert_int_equal(seen[0].requested, 0);
    assert_int_equal(live_lists_copy(lists, arena, &seen), 0);
    live_lists_free(lists);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_list_waits_is_read_and_is_requested_from),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

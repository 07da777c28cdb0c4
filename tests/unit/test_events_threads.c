#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/events.h"

enum { PUBLISHERS = 3, PUBLISHED = 4000, LISTENERS = 3 };

static int open_events(void **state)
{
    *state = events_new();
    return 0;
}

static int close_events(void **state)
{
    events_free(*state);
    return 0;
}

static void publish_number(struct events *events, int number)
{
    char json[32];

    snprintf(json, sizeof(json), "{\"n\":%d}", number);
    events_publish(events, EVENT_RUN_ITEM, json);
}

static void every_type_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < EVENT_COUNT; i++) {
        enum event_type type;
        assert_true(event_from_word(event_word((enum event_type)i), &type));
        assert_int_equal(type, i);
        assert_true(strlen(event_meaning(type)) > 0);
    }
    enum event_type untouched = EVENT_RUN_LIST;
    assert_false(event_from_word("run_", &untouched));
    assert_int_equal(untouched, EVENT_RUN_LIST);
}

static void events_are_read_in_order_and_then_there_are_none(void **state)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    struct event event;

    assert_int_equal(events_newest(*state), 0);
    assert_int_equal(events_next(*state, 0, &event, &json), EVENTS_NONE);
    events_publish(*state, EVENT_RUN_STARTED, "{\"run\":1}");
    events_publish(*state, EVENT_RUN_FINISHED, "{\"run\":1,\"state\":\"completed\"}");
    assert_int_equal(events_next(*state, 0, &event, &json), EVENTS_READ);
    assert_int_equal(event.number, 1);
    assert_int_equal(event.type, EVENT_RUN_STARTED);
    assert_true(event.wall_ms > 0);
    assert_string_equal(json.bytes, "{\"run\":1}");
    assert_int_equal(events_next(*state, 1, &event, &json), EVENTS_READ);
    assert_int_equal(event.type, EVENT_RUN_FINISHED);
    assert_int_equal(events_next(*state, 2, &event, &json), EVENTS_NONE);
    assert_int_equal(events_newest(*state), 2);
}

static void the_newest_of_a_type_is_known(void **state)
{
    events_publish(*state, EVENT_RUN_PROGRESS, "{}");
    events_publish(*state, EVENT_RUN_PROGRESS, "{}");
    events_publish(*state, EVENT_RUN_ITEM, "{}");
    assert_int_equal(events_newest_of(*state, EVENT_RUN_PROGRESS), 2);
    assert_int_equal(events_newest_of(*state, EVENT_RUN_ITEM), 3);
    assert_int_equal(events_newest_of(*state, EVENT_RUN_LIST), 0);
}

static void who_was_away_too_long_is_told(void **state)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    struct event event;

    for (int i = 1; i <= EVENTS_KEPT + 1; i++)
        publish_number(*state, i);
    assert_int_equal(events_next(*state, 0, &event, &json), EVENTS_LOST);
    assert_int_equal(events_next(*state, 1, &event, &json), EVENTS_READ);
    assert_string_equal(json.bytes, "{\"n\":2}");
    assert_int_equal(events_next(*state, EVENTS_KEPT + 2, &event, &json), EVENTS_LOST);
    assert_int_equal(events_next(*state, UINT64_MAX, &event, &json), EVENTS_LOST);
}

static int64_t moved_wall_ms;

static int64_t moved_wall(void)
{
    return moved_wall_ms;
}

static void what_is_forgotten_is_lost_and_the_rest_is_not(void **state)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    struct event event;

    clock_set_for_tests(moved_wall, NULL);
    for (int i = 1; i <= 3; i++) {
        moved_wall_ms = i * 1000;
        publish_number(*state, i);
    }
    clock_set_for_tests(NULL, NULL);
    events_forget(*state, 3000);
    assert_int_equal(events_next(*state, 1, &event, &json), EVENTS_LOST);
    assert_int_equal(events_next(*state, 2, &event, &json), EVENTS_READ);
    assert_string_equal(buffer_string(&json), "{\"n\":3}");
    events_forget(*state, INT64_MAX);
    assert_int_equal(events_next(*state, 2, &event, &json), EVENTS_LOST);
    assert_int_equal(events_next(*state, 3, &event, &json), EVENTS_NONE);
    publish_number(*state, 4);
    assert_int_equal(events_next(*state, 3, &event, &json), EVENTS_READ);
    assert_int_equal(event.number, 4);
}

static void large_events_push_out_more_old_ones(void **state)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    AUTO_FREE char *large = memory_print("{\"a\":\"%0*d\"}", EVENT_SIZE - 8, 0);
    const int fitting = EVENTS_BYTES / EVENT_SIZE;
    struct event event;

    assert_int_equal(strlen(large), EVENT_SIZE);
    for (int i = 0; i < fitting + 3; i++)
        events_publish(*state, EVENT_RUN_ITEM, large);
    assert_int_equal(events_next(*state, 2, &event, &json), EVENTS_LOST);
    assert_int_equal(events_next(*state, 3, &event, &json), EVENTS_READ);
    assert_int_equal(json.length, EVENT_SIZE);
}

static void what_is_too_large_is_only_said_to_have_happened(void **state)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    AUTO_FREE char *large = memory_print("{\"a\":\"%0*d\"}", EVENT_SIZE, 0);
    struct event event;

    events_publish(*state, EVENT_RUN_WARNING, large);
    assert_int_equal(events_next(*state, 0, &event, &json), EVENTS_READ);
    assert_int_equal(event.type, EVENT_RUN_WARNING);
    assert_string_equal(json.bytes, "{\"omitted\":true}");
}

static void processes_can_be_told_apart(void **state)
{
    struct events *other = events_new();

    assert_int_equal(strlen(events_epoch(*state)), 8);
    assert_int_equal(strspn(events_epoch(*state), "abcdefghijklmnopqrstuvwxyz0123456789"), 8);
    assert_string_not_equal(events_epoch(*state), events_epoch(other));
    events_free(other);
}

static void *publish_many(void *events)
{
    for (int i = 0; i < PUBLISHED; i++)
        publish_number(events, i);
    return NULL;
}

/* Reads on from the start until all were published; what was missed was announced as lost. */
static void *listen_to_the_end(void *events)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    uint64_t after = 0, read = 0, lost = 0;
    struct event event;

    while (after < PUBLISHERS * PUBLISHED) {
        enum events_fate fate = events_next(events, after, &event, &json);
        if (fate == EVENTS_READ) {
            if (event.number != after + 1 || strncmp(json.bytes, "{\"n\":", 5) != 0)
                break;
            after = event.number;
            read++;
        } else if (fate == EVENTS_LOST) {
            uint64_t newest = events_newest(events);
            lost += newest - after;
            after = newest;
        }
    }
    return (void *)(uintptr_t)(read + lost);
}

static void listeners_miss_nothing_while_many_publish(void **state)
{
    pthread_t publishers[PUBLISHERS], listeners[LISTENERS];

    for (int i = 0; i < LISTENERS; i++)
        pthread_create(&listeners[i], NULL, listen_to_the_end, *state);
    for (int i = 0; i < PUBLISHERS; i++)
        pthread_create(&publishers[i], NULL, publish_many, *state);
    for (int i = 0; i < PUBLISHERS; i++)
        pthread_join(publishers[i], NULL);
    for (int i = 0; i < LISTENERS; i++) {
        void *counted;
        pthread_join(listeners[i], &counted);
        assert_int_equal((uintptr_t)counted, PUBLISHERS * PUBLISHED);
    }
}

static void count_call(void *context)
{
    atomic_fetch_add((atomic_int *)context, 1);
}

static void the_watcher_is_called_for_each_event_until_it_leaves(void **state)
{
    atomic_int *calls = memory_new(sizeof(*calls));
    pthread_t publisher;

    events_watch(*state, count_call, calls);
    events_publish(*state, EVENT_RUN_ITEM, "{}");
    assert_int_equal(atomic_load(calls), 1);
    pthread_create(&publisher, NULL, publish_many, *state);
    while (atomic_load(calls) < 2)
        ;
    events_watch(*state, NULL, NULL);
    free(calls); /* nobody may touch it any more, though events still come */
    pthread_join(publisher, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_has_a_word_of_its_own),
#define WITH_EVENTS(test) cmocka_unit_test_setup_teardown(test, open_events, close_events)
        WITH_EVENTS(events_are_read_in_order_and_then_there_are_none),
        WITH_EVENTS(the_newest_of_a_type_is_known),
        WITH_EVENTS(who_was_away_too_long_is_told),
        WITH_EVENTS(what_is_forgotten_is_lost_and_the_rest_is_not),
        WITH_EVENTS(large_events_push_out_more_old_ones),
        WITH_EVENTS(what_is_too_large_is_only_said_to_have_happened),
        WITH_EVENTS(processes_can_be_told_apart),
        WITH_EVENTS(listeners_miss_nothing_while_many_publish),
        WITH_EVENTS(the_watcher_is_called_for_each_event_until_it_leaves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

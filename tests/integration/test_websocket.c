/* What listeners of the hub get, each on a socket pair: docs/websocket.md holds them to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/hub_world.h"
#include "support/patience.h"

enum { SLOW_EVENTS = 3000 };

static int open_world(void **state)
{
    struct hub_world *world = memory_new(sizeof(*world));

    hub_world_open(world, NULL);
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    hub_world_close(*state);
    memory_release_local(state);
    return 0;
}

/* Joins and reads the hello; `id` of it is freed by the caller. */
static char *join(struct hub_world *world, struct ws_client *client)
{
    hub_world_join(world, NULL, client);
    AUTO_JSON struct json_value *hello = ws_client_expect(client, "hello");
    return memory_text(json_value_get_text(hello, "id"));
}

static void a_listener_is_greeted_and_told_what_happens(void **state)
{
    struct ws_client client;

    hub_world_publish(*state, EVENT_RUN_STARTED, 1);
    hub_world_join(*state, NULL, &client);
    AUTO_JSON struct json_value *hello = ws_client_expect(&client, "hello");
    assert_string_equal(json_value_get_text(hello, "version"), LISTSYNC_VERSION);
    assert_false(json_value_is_true(json_value_get(hello, "resumed")));
    assert_non_null(json_value_get(hello, "resumed"));
    hub_world_publish(*state, EVENT_RUN_FINISHED, 2);
    AUTO_JSON struct json_value *event = ws_client_expect(&client, "run_finished");
    assert_int_equal(json_value_get_integer(json_value_get(event, "data"), "n"), 2);
    const char *at = json_value_get_text(event, "at");
    assert_int_equal(strlen(at), strlen("2026-11-22T09:33:56.120Z"));
    assert_true(at[10] == 'T' && at[23] == 'Z');
    ws_client_release(&client);
}

static void ids_name_the_process_and_count_up(void **state)
{
    struct hub_world *world = *state;
    struct ws_client client;
    AUTO_FREE char *id = join(world, &client);
    AUTO_FREE char *first = memory_print("%s-0", events_epoch(world->events));
    AUTO_FREE char *second = memory_print("%s-1", events_epoch(world->events));

    assert_string_equal(id, first);
    hub_world_publish(world, EVENT_LIST_CHANGED, 7);
    AUTO_JSON struct json_value *event = ws_client_expect(&client, "list_changed");
    assert_string_equal(json_value_get_text(event, "id"), second);
    ws_client_release(&client);
}

static void only_what_was_asked_for_is_sent(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct ws_client client;

    listener.wish = (struct feed_wish){0};
    assert_true(feed_wish_add(&listener.wish, "run_finished"));
    hub_world_join(*state, &listener, &client);
    json_value_free(ws_client_expect(&client, "hello"));
    hub_world_publish(*state, EVENT_RUN_ITEM, 1);
    hub_world_publish(*state, EVENT_RUN_FINISHED, 2);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_FINISHED), 2);

    ws_client_text(&client, "{\"subscribe\":{\"types\":[\"run_item\"]}}");
    AUTO_JSON struct json_value *answer = ws_client_expect(&client, "subscribed");
    const struct json_value *types = json_value_get(answer, "types");
    assert_int_equal(json_value_count(types), 1);
    assert_string_equal(json_value_text(json_value_at(types, 0)), "run_item");
    assert_true(json_value_is_null(json_value_get(answer, "log_level")));
    hub_world_publish(*state, EVENT_RUN_FINISHED, 3);
    hub_world_publish(*state, EVENT_RUN_ITEM, 4);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), 4);
    ws_client_release(&client);
}

static void of_progress_only_the_newest_is_sent_to_who_is_behind(void **state)
{
    struct ws_client client;
    AUTO_FREE char *id = join(*state, &client);
    struct hub_listener listener = hub_world_listener();

    ws_client_release(&client);
    for (int i = 1; i <= 50; i++) {
        hub_world_publish(*state, EVENT_RUN_PROGRESS, i);
        if (i % 10 == 0)
            hub_world_publish(*state, EVENT_RUN_ITEM, i);
    }
    listener.last_event_id = id;
    hub_world_join(*state, &listener, &client);
    json_value_free(ws_client_expect(&client, "hello"));
    for (int i = 10; i <= 40; i += 10)
        assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), i);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_PROGRESS), 50);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), 50);
    ws_client_release(&client);
}

static void a_lost_connection_is_resumed_where_it_ended(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct ws_client client;
    AUTO_FREE char *id = join(*state, &client);

    ws_client_release(&client);
    for (int i = 1; i <= 500; i++)
        hub_world_publish(*state, EVENT_RUN_ITEM, i);
    listener.last_event_id = id;
    hub_world_join(*state, &listener, &client);
    AUTO_JSON struct json_value *hello = ws_client_expect(&client, "hello");
    assert_true(json_value_is_true(json_value_get(hello, "resumed")));
    for (int i = 1; i <= 500; i++)
        assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), i);
    ws_client_release(&client);
}

static void expect_resync(struct hub_world *world, const char *id, const char *reason)
{
    struct hub_listener listener = hub_world_listener();
    struct ws_client client;

    listener.last_event_id = id;
    hub_world_join(world, &listener, &client);
    AUTO_JSON struct json_value *hello = ws_client_expect(&client, "hello");
    assert_false(json_value_is_true(json_value_get(hello, "resumed")));
    AUTO_JSON struct json_value *resync = ws_client_expect(&client, "resync");
    assert_string_equal(json_value_get_text(resync, "reason"), reason);
    assert_string_equal(json_value_get_text(resync, "id"), json_value_get_text(hello, "id"));
    hub_world_publish(world, EVENT_RUN_ITEM, 77);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), 77);
    ws_client_release(&client);
}

static void who_cannot_go_on_is_told_to_read_everything_anew(void **state)
{
    struct hub_world *world = *state;
    AUTO_FREE char *first = memory_print("%s-0", events_epoch(world->events));
    AUTO_FREE char *future = memory_print("%s-999999", events_epoch(world->events));
    AUTO_FREE char *garbage = memory_print("%s-1x", events_epoch(world->events));

    for (int i = 0; i <= EVENTS_KEPT; i++)
        hub_world_publish(world, EVENT_RUN_ITEM, i);
    expect_resync(world, first, "too_late");
    expect_resync(world, future, "too_late");
    expect_resync(world, garbage, "too_late");
    expect_resync(world, "aaaaaaaa-3", "restarted");
    expect_resync(world, "", "restarted");
}

/* Reads on until the connection has caught up; how many items came on the way. */
static int64_t catch_up(struct hub_world *world, struct ws_client *client, int *resyncs)
{
    for (int64_t items = 0;;) {
        AUTO_JSON struct json_value *message = ws_client_next(client);
        const char *type = json_value_get_text(message, "type");
        assert_non_null(type);
        if (strcmp(type, "run_queued") == 0)
            return items;
        if (strcmp(type, "run_item") == 0) {
            items++;
            continue;
        }
        assert_string_equal(type, "resync");
        assert_string_equal(json_value_get_text(message, "reason"), "too_slow");
        ++*resyncs;
        hub_world_publish(world, EVENT_RUN_QUEUED, *resyncs);
    }
}

static void a_slow_reader_costs_nothing_and_is_told_to_resync(void **state)
{
    AUTO_FREE char *large = memory_print("{\"text\":\"%0*d\"}", 4000, 0);
    struct hub_world *world = *state;
    struct hub_listener listener = hub_world_listener();
    struct ws_client slow, quick;
    int resyncs = 0;

    listener.wish.types = 1 << EVENT_RUN_ITEM | 1 << EVENT_RUN_QUEUED;
    hub_world_join(world, &listener, &slow);
    json_value_free(ws_client_expect(&slow, "hello"));
    for (int i = 0; i < SLOW_EVENTS; i++)
        events_publish(world->events, EVENT_RUN_ITEM, large);
    /* Meanwhile others are served. */
    listener.wish.types = 1 << EVENT_RUN_STARTED;
    hub_world_join(world, &listener, &quick);
    json_value_free(ws_client_expect(&quick, "hello"));
    hub_world_publish(world, EVENT_RUN_STARTED, 1);
    assert_int_equal(hub_world_expect(&quick, EVENT_RUN_STARTED), 1);

    int64_t items = catch_up(world, &slow, &resyncs);
    assert_true(items < SLOW_EVENTS);
    assert_true(resyncs > 0);
    ws_client_release(&slow);
    ws_client_release(&quick);
}

static void pings_in_json_and_in_frames_are_answered(void **state)
{
    struct ws_client client;
    struct ws_frame frame;
    AUTO_FREE char *id = join(*state, &client);

    (void)id;
    ws_client_text(&client, "{\"ping\":42}");
    AUTO_JSON struct json_value *pong = ws_client_expect(&client, "pong");
    assert_int_equal(json_value_get_integer(pong, "ping"), 42);
    ws_client_frame(&client, &(struct ws_sent_frame){.opcode = WS_PING, .payload = "hello"});
    assert_true(ws_client_read(&client, &frame));
    assert_int_equal(frame.opcode, WS_PONG);
    assert_string_equal(buffer_string(&frame.payload), "hello");
    ws_frame_release(&frame);
    ws_client_release(&client);
}

static void words_that_make_no_sense_are_answered_and_forgiven(void **state)
{
    static const char *const texts[] = {
        "",
        "hello",
        "[]",
        "{}",
        "{\"ping\":\"x\"}",
        "{\"subscribe\":[]}",
        "{\"subscribe\":{\"types\":\"run_item\"}}",
        "{\"subscribe\":{\"types\":[\"run_nothing\"]}}",
        "{\"subscribe\":{\"types\":[1]}}",
        "{\"subscribe\":{\"log_level\":\"loud\"}}",
        "{\"subscribe\":{\"log_level\":3}}",
    };
    struct ws_client client;
    AUTO_FREE char *id = join(*state, &client);

    (void)id;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        ws_client_text(&client, texts[i]);
        AUTO_JSON struct json_value *error = ws_client_expect(&client, "error");
        assert_string_equal(json_value_get_text(error, "code"), "bad_message");
    }
    hub_world_publish(*state, EVENT_RUN_ITEM, 1);
    assert_int_equal(hub_world_expect(&client, EVENT_RUN_ITEM), 1);
    ws_client_release(&client);
}

static void words_that_came_with_the_request_are_not_lost(void **state)
{
    AUTO_BUFFER struct buffer extra = BUFFER_WITH_LIMIT(1000);
    struct ws_client client;

    ws_frame_put(&extra, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = "{\"ping\":1}"});
    ws_frame_put(&extra, &(struct ws_sent_frame){.opcode = WS_TEXT, .payload = "{\"ping\":2}"});
    hub_world_join_with(*state, NULL, extra.bytes, extra.length - 3, &client);
    json_value_free(ws_client_expect(&client, "hello"));
    json_value_free(ws_client_expect(&client, "pong"));
    ws_client_bytes(&client, extra.bytes + extra.length - 3, 3);
    AUTO_JSON struct json_value *pong = ws_client_expect(&client, "pong");
    assert_int_equal(json_value_get_integer(pong, "ping"), 2);
    ws_client_release(&client);
}

static void a_flood_of_messages_ends_the_connection(void **state)
{
    AUTO_BUFFER struct buffer flood = BUFFER_WITH_LIMIT(1 << 20);
    struct hub_figures figures;
    struct ws_client client;
    struct hub_world *world = *state;
    AUTO_FREE char *id = join(world, &client);

    (void)id;
    for (int i = 0; i < 5000; i++)
        ws_frame_put(&flood, &(struct ws_sent_frame){.opcode = WS_PING, .payload = "flood"});
    ws_client_bytes(&client, flood.bytes, flood.length);
    assert_int_equal(ws_client_close_code(&client), 1008);
    ws_client_release(&client);
    hub_world_wait_for_open(world, 0);
    hub_figures(world->hub, &figures);
    assert_int_equal(figures.dropped, 1);
}

/* Frames against the rules and what they are answered with; all others are in
 * test_websocket_frames.c. */
static void garbage_closes_with_the_right_code(void **state)
{
    AUTO_FREE char *large = memory_print("%0*d", 70000, 0);
    const struct {
        struct ws_sent_frame frame;
        int code;
    } cases[] = {
        {{.opcode = WS_TEXT, .payload = "{}", .is_unmasked = true}, 1002},
        {{.opcode = WS_TEXT, .payload = "{}", .reserved = 4}, 1002},
        {{.opcode = WS_PING, .is_unfinished = true}, 1002},
        {{.opcode = WS_TEXT, .payload = "\xff"}, 1007},
        {{.opcode = WS_TEXT, .payload = large}, 1009},
        {{.opcode = WS_TEXT, .payload = "{}", .claimed = 1ull << 60}, 1009},
        {{.opcode = WS_BINARY, .payload = "{}"}, 1003},
        {{.opcode = 5, .payload = large}, 1002},
    };

    for (size_t i = 0; i < 2 * ARRAY_LENGTH(cases); i++) {
        struct ws_client client;
        AUTO_FREE char *id = join(*state, &client);
        client.is_in_trickle = i % 2 && cases[i / 2].frame.payload != large;
        ws_client_frame(&client, &cases[i / 2].frame);
        assert_int_equal(ws_client_close_code(&client), cases[i / 2].code);
        (void)id;
        ws_client_release(&client);
    }
    hub_world_wait_for_open(*state, 0);
}

static void a_client_that_says_goodbye_is_answered(void **state)
{
    struct ws_client client;
    AUTO_FREE char *id = join(*state, &client);

    (void)id;
    ws_client_close(&client, 1000);
    assert_int_equal(ws_client_close_code(&client), 1000);
    ws_client_release(&client);
    hub_world_wait_for_open(*state, 0);
}

static void a_client_that_vanishes_is_forgotten(void **state)
{
    struct ws_client client;
    struct hub_figures figures;
    struct hub_world *world = *state;

    for (int i = 0; i < 20; i++) {
        free(join(world, &client));
        if (i % 2)
            ws_client_bytes(&client, "\x81", 1);
        hub_world_publish(world, EVENT_RUN_ITEM, i);
        ws_client_release(&client);
        hub_world_publish(world, EVENT_RUN_ITEM, i);
    }
    hub_world_wait_for_open(world, 0);
    hub_figures(world->hub, &figures);
    assert_int_equal(figures.websockets, 0);
    assert_int_equal(figures.dropped, 0);
}

static void a_session_that_ends_takes_its_connections_along(void **state)
{
    struct hub_listener other = hub_world_listener();
    struct hub_world *world = *state;
    struct ws_client client, kept, keyed;

    other.caller.session = "6";
    free(join(world, &client));
    hub_world_join(world, &other, &kept);
    other.caller.session = NULL;
    other.caller.key_id = 9;
    hub_world_join(world, &other, &keyed);
    hub_end_session(world->hub, "5");
    assert_int_equal(ws_client_close_code(&client), 1008);
    json_value_free(ws_client_expect(&keyed, "hello"));
    hub_world_publish(world, EVENT_RUN_ITEM, 1);
    assert_int_equal(hub_world_expect(&keyed, EVENT_RUN_ITEM), 1);
    hub_end_key(world->hub, 9);
    assert_int_equal(ws_client_close_code(&keyed), 1008);
    json_value_free(ws_client_expect(&kept, "hello"));
    assert_int_equal(hub_world_expect(&kept, EVENT_RUN_ITEM), 1);
    ws_client_release(&client);
    ws_client_release(&kept);
    ws_client_release(&keyed);
}

static void log_lines_are_for_administrators_who_ask_for_them(void **state)
{
    struct hub_listener viewer = hub_world_listener();
    struct ws_client admin, other;

    log_begin(LOG_DEBUG, LOG_NOWHERE);
    viewer.caller.access = ACCESS_READ;
    free(join(*state, &admin));
    hub_world_join(*state, &viewer, &other);
    json_value_free(ws_client_expect(&other, "hello"));
    log_warning("test", "before anybody asked", LOG_END);
    ws_client_text(&admin, "{\"subscribe\":{\"log_level\":\"warning\"}}");
    ws_client_text(&other, "{\"subscribe\":{\"log_level\":\"warning\"}}");
    json_value_free(ws_client_expect(&admin, "subscribed"));
    AUTO_JSON struct json_value *error = ws_client_expect(&other, "error");
    assert_string_equal(json_value_get_text(error, "code"), "forbidden");
    log_info("test", "not loud enough", LOG_END);
    log_error("test", "a line", LOG_NUMBER("run", 12), LOG_END);
    AUTO_JSON struct json_value *line = ws_client_expect(&admin, "log");
    const struct json_value *data = json_value_get(line, "data");
    assert_string_equal(json_value_get_text(data, "sentence"), "a line");
    assert_string_equal(json_value_get_text(data, "level"), "error");
    assert_int_equal(json_value_get_integer(json_value_get(data, "values"), "run"), 12);
    assert_int_equal(json_value_get_integer(line, "missed"), 0);
    ws_client_text(&admin, "{\"subscribe\":{\"log_level\":null}}");
    json_value_free(ws_client_expect(&admin, "subscribed"));
    log_error("test", "nobody listens", LOG_END);
    hub_world_publish(*state, EVENT_RUN_ITEM, 3);
    assert_int_equal(hub_world_expect(&admin, EVENT_RUN_ITEM), 3);
    assert_int_equal(hub_world_expect(&other, EVENT_RUN_ITEM), 3);
    ws_client_release(&admin);
    ws_client_release(&other);
    log_end();
}

static void stopping_says_goodbye_to_all(void **state)
{
    struct hub_world *world = *state;
    struct ws_client polite, rude;
    struct hub_listener late = hub_world_listener();
    struct web_takeover takeover;

    free(join(world, &polite));
    free(join(world, &rude));
    int64_t began = clock_steady_ms();
    /* The one ends its side at once, the other never does. */
    shutdown(polite.socket, SHUT_WR);
    hub_close(world->hub);
    assert_true(clock_steady_ms() - began < 5000);
    assert_int_equal(atomic_load(&world->open), 0);
    assert_int_equal(ws_client_close_code(&rude), 1001);
    assert_false(hub_take_websocket(world->hub, &late, &takeover));
    ws_client_release(&polite);
    ws_client_release(&rude);
}

/* With times of its own. */
static void who_does_not_answer_pings_is_closed(void **state)
{
    struct hub_world world;
    struct ws_client silent, lively;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.ping_ms = 40, .pong_ms = 400});
    hub_world_join(&world, NULL, &silent);
    hub_world_join(&world, NULL, &lively);
    silent.is_silent = true;
    json_value_free(ws_client_expect(&lively, "hello"));
    int64_t until = clock_steady_ms() + 1000;
    while (clock_steady_ms() < until) {
        struct ws_frame frame;
        assert_true(ws_client_read(&lively, &frame));
        assert_int_equal(frame.opcode, WS_PING);
        ws_frame_release(&frame);
        ws_client_frame(&lively, &(struct ws_sent_frame){.opcode = WS_PONG});
    }
    assert_int_equal(ws_client_close_code(&silent), 1008);
    hub_world_publish(&world, EVENT_RUN_ITEM, 1);
    assert_int_equal(hub_world_expect(&lively, EVENT_RUN_ITEM), 1);
    ws_client_release(&silent);
    ws_client_release(&lively);
    hub_world_close(&world);
}

static void who_takes_no_byte_is_dropped(void **state)
{
    AUTO_FREE char *large = memory_print("{\"text\":\"%0*d\"}", 8000, 0);
    struct hub_world world;
    struct ws_client client;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.stall_ms = 100, .gather_ms = 1});
    hub_world_join(&world, NULL, &client);
    while (atomic_load(&world.open))
        events_publish(world.events, EVENT_RUN_ITEM, large);
    ws_client_release(&client);
    hub_world_close(&world);
}

static void who_may_no_longer_listen_is_closed(void **state)
{
    struct hub_world world;
    struct ws_client client;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.recheck_ms = 20});
    free(join(&world, &client));
    struct patience patience = {0};
    while (atomic_load(&world.asked) < 3)
        assert_true(patience_wait(&patience));
    atomic_store(&world.is_refusing, true);
    assert_int_equal(ws_client_close_code(&client), 1008);
    ws_client_release(&client);
    hub_world_close(&world);
}

static void what_changes_about_somebody_is_asked_for_at_once(void **state)
{
    struct hub_world *world = *state;
    struct ws_client client;

    free(join(world, &client));
    hub_recheck(world->hub);
    struct patience patience = {0};
    while (atomic_load(&world->asked) < 2) /* once when it arrived */
        assert_true(patience_wait(&patience));
    atomic_store(&world->is_refusing, true);
    hub_recheck(world->hub);
    assert_int_equal(ws_client_close_code(&client), 1008);
    ws_client_release(&client);
}

/* The session ended after the guard had looked, and before there was a client to be told. */
static void who_was_ended_on_the_way_in_is_closed(void **state)
{
    struct hub_world *world = *state;
    struct ws_client client;

    atomic_store(&world->is_refusing, true);
    hub_world_join(world, NULL, &client);
    assert_int_equal(ws_client_close_code(&client), 1008);
    ws_client_release(&client);
}

static void more_than_the_limit_are_not_taken(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct hub_world world;
    struct ws_client clients[3];
    struct web_takeover takeover;
    struct web_stream stream;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.listeners = 2});
    free(join(&world, &clients[0]));
    free(join(&world, &clients[1]));
    assert_false(hub_take_websocket(world.hub, &listener, &takeover));
    assert_false(hub_take_stream(world.hub, &listener, &stream));
    ws_client_release(&clients[0]);
    hub_world_wait_for_open(&world, 1);
    free(join(&world, &clients[2]));
    ws_client_release(&clients[1]);
    ws_client_release(&clients[2]);
    hub_world_close(&world);
}

int main(void)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(a_listener_is_greeted_and_told_what_happens),
        IN_WORLD(ids_name_the_process_and_count_up),
        IN_WORLD(only_what_was_asked_for_is_sent),
        IN_WORLD(of_progress_only_the_newest_is_sent_to_who_is_behind),
        IN_WORLD(a_lost_connection_is_resumed_where_it_ended),
        IN_WORLD(who_cannot_go_on_is_told_to_read_everything_anew),
        IN_WORLD(a_slow_reader_costs_nothing_and_is_told_to_resync),
        IN_WORLD(pings_in_json_and_in_frames_are_answered),
        IN_WORLD(words_that_make_no_sense_are_answered_and_forgiven),
        IN_WORLD(words_that_came_with_the_request_are_not_lost),
        IN_WORLD(a_flood_of_messages_ends_the_connection),
        IN_WORLD(garbage_closes_with_the_right_code),
        IN_WORLD(a_client_that_says_goodbye_is_answered),
        IN_WORLD(a_client_that_vanishes_is_forgotten),
        IN_WORLD(a_session_that_ends_takes_its_connections_along),
        IN_WORLD(log_lines_are_for_administrators_who_ask_for_them),
        IN_WORLD(stopping_says_goodbye_to_all),
        IN_WORLD(what_changes_about_somebody_is_asked_for_at_once),
        IN_WORLD(who_was_ended_on_the_way_in_is_closed),
        cmocka_unit_test(who_does_not_answer_pings_is_closed),
        cmocka_unit_test(who_takes_no_byte_is_dropped),
        cmocka_unit_test(who_may_no_longer_listen_is_closed),
        cmocka_unit_test(more_than_the_limit_are_not_taken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

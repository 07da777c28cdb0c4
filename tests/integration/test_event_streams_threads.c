/* Server-Sent Events: what the server's threads read from the hub. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/hub_world.h"

enum { PUBLISHED = 1000, PATIENCE_S = 20 };

/* One connection as the server would hold it. */
struct reader {
    struct web_stream stream;
    pthread_mutex_t lock;
    pthread_cond_t woken_up;
    bool is_woken;
    bool is_over;
    size_t size; /* of each read */
    struct buffer text;
};

static void wake(void *handle)
{
    struct reader *reader = handle;

    pthread_mutex_lock(&reader->lock);
    reader->is_woken = true;
    pthread_cond_signal(&reader->woken_up);
    pthread_mutex_unlock(&reader->lock);
}

static void open_reader(struct reader *reader, struct hub_world *world,
                        const struct hub_listener *listener)
{
    struct hub_listener usual = hub_world_listener();

    *reader = (struct reader){.size = 4096};
    buffer_init(&reader->text, 8 << 20);
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->woken_up, NULL);
    assert_true(hub_take_stream(world->hub, listener ? listener : &usual, &reader->stream));
    reader->stream.begin(reader->stream.context, wake, reader);
}

static void close_reader(struct reader *reader)
{
    reader->stream.end(reader->stream.context);
    buffer_release(&reader->text);
    pthread_cond_destroy(&reader->woken_up);
    pthread_mutex_destroy(&reader->lock);
}

/* False when nobody woke us in time. */
static bool wait_for_wake(struct reader *reader)
{
    struct timespec until;
    int rc = 0;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += PATIENCE_S;
    pthread_mutex_lock(&reader->lock);
    while (!reader->is_woken && !rc)
        rc = pthread_cond_timedwait(&reader->woken_up, &reader->lock, &until);
    reader->is_woken = false;
    pthread_mutex_unlock(&reader->lock);
    return rc == 0;
}

/* Reads until `part` has come, or the end. */
static bool read_until(struct reader *reader, const char *part)
{
    char bytes[4096];

    while (!reader->is_over && !(part && strstr(buffer_string(&reader->text), part))) {
        int64_t length = reader->stream.read(reader->stream.context, bytes, reader->size);
        if (length < 0)
            reader->is_over = true;
        else if (length == 0 && !wait_for_wake(reader))
            return false;
        else
            buffer_append(&reader->text, bytes, (size_t)length);
    }
    return !part || !reader->is_over;
}

static void a_stream_is_greeted_and_told_what_happens(void **state)
{
    AUTO_BUFFER struct buffer wanted = BUFFER_WITH_LIMIT(1000);
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, NULL);
    open_reader(&reader, &world, NULL);
    assert_true(read_until(&reader, "event: hello\n"));
    assert_true(text_starts_with(buffer_string(&reader.text), "retry: 3000\n\nid: "));
    hub_world_publish(&world, EVENT_RUN_STARTED, 5);
    assert_true(read_until(&reader, "\"data\":{\"n\":5}}\n\n"));
    buffer_print(&wanted,
                 "\n\nid: %s-1\nevent: run_started\ndata: {\"id\":\"%s-1\",\"type\":\"run_"
                 "started\",\"at\":\"",
                 events_epoch(world.events), events_epoch(world.events));
    assert_non_null(strstr(buffer_string(&reader.text), buffer_string(&wanted)));
    close_reader(&reader);
    hub_world_close(&world);
}

static void *publish(void *context)
{
    for (int i = 1; i <= PUBLISHED; i++)
        hub_world_publish(context, EVENT_RUN_ITEM, i);
    return NULL;
}

/* That the numbers 1 to PUBLISHED stand there in order. */
static bool has_all(const char *text)
{
    for (int i = 1; i <= PUBLISHED; i++) {
        char part[40];
        snprintf(part, sizeof(part), "\"data\":{\"n\":%d}}\n\n", i);
        text = strstr(text, part);
        if (!text)
            return false;
        text += strlen(part);
    }
    return true;
}

static void nothing_is_missed_however_little_is_read_at_once(void **state)
{
    static const size_t sizes[] = {1, 100, 4096};
    struct hub_world world;
    struct reader readers[ARRAY_LENGTH(sizes)];
    pthread_t publisher;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.gather_ms = 1});
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        open_reader(&readers[i], &world, NULL);
        readers[i].size = sizes[i];
    }
    pthread_create(&publisher, NULL, publish, &world);
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        char last[40];
        snprintf(last, sizeof(last), "\"data\":{\"n\":%d}}\n\n", PUBLISHED);
        assert_true(read_until(&readers[i], last));
        assert_true(has_all(buffer_string(&readers[i].text)));
        assert_null(strstr(buffer_string(&readers[i].text), "resync"));
        close_reader(&readers[i]);
    }
    pthread_join(publisher, NULL);
    hub_world_close(&world);
}

static void a_stream_goes_on_where_it_ended_or_says_that_it_cannot(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, NULL);
    for (int i = 1; i <= 9; i++)
        hub_world_publish(&world, EVENT_RUN_ITEM, i);
    AUTO_FREE char *id = memory_print("%s-6", events_epoch(world.events));
    listener.last_event_id = id;
    open_reader(&reader, &world, &listener);
    assert_true(read_until(&reader, "{\"n\":9}"));
    assert_non_null(strstr(buffer_string(&reader.text), "\"resumed\":true"));
    assert_non_null(strstr(buffer_string(&reader.text), "{\"n\":7}"));
    assert_null(strstr(buffer_string(&reader.text), "{\"n\":6}"));
    close_reader(&reader);
    listener.last_event_id = "other123-6";
    open_reader(&reader, &world, &listener);
    assert_true(read_until(&reader, "\"reason\":\"restarted\""));
    close_reader(&reader);
    hub_world_close(&world);
}

static void silence_is_filled_with_comments(void **state)
{
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.heartbeat_ms = 10});
    open_reader(&reader, &world, NULL);
    assert_true(read_until(&reader, "\n\n:\n\n:\n\n"));
    close_reader(&reader);
    hub_world_close(&world);
}

static void log_lines_have_no_id_so_that_a_browser_keeps_its_place(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct hub_world world;
    struct reader reader;

    (void)state;
    log_begin(LOG_DEBUG, LOG_NOWHERE);
    hub_world_open(&world, NULL);
    assert_true(feed_wish_add(&listener.wish, "log"));
    open_reader(&reader, &world, &listener);
    assert_true(read_until(&reader, "event: hello"));
    log_info("test", "a line", LOG_END);
    assert_true(read_until(&reader, "\"sentence\":\"a line\""));
    assert_non_null(strstr(buffer_string(&reader.text), "\n\nevent: log\ndata: {\"type\":\"log\""));
    close_reader(&reader);
    hub_world_close(&world);
    log_end();
}

static void streams_end_with_their_session_with_their_rights_and_with_the_hub(void **state)
{
    struct hub_listener keyed = hub_world_listener();
    struct hub_figures figures;
    struct hub_world world;
    struct reader of_session, of_key, of_nobody;

    (void)state;
    keyed.caller.session = NULL;
    keyed.caller.key_id = 4;
    hub_world_open(&world, NULL);
    open_reader(&of_session, &world, NULL);
    open_reader(&of_key, &world, &keyed);
    keyed.caller.key_id = 0;
    open_reader(&of_nobody, &world, &keyed);
    hub_end_session(world.hub, "5");
    assert_true(read_until(&of_session, NULL));
    close_reader(&of_session);
    hub_end_key(world.hub, 4);
    assert_true(read_until(&of_key, NULL));
    close_reader(&of_key);
    hub_figures(world.hub, &figures);
    assert_int_equal(figures.streams, 1);
    assert_false(of_nobody.is_over);
    hub_close(world.hub);
    assert_true(read_until(&of_nobody, NULL));
    assert_true(of_nobody.is_over);
    close_reader(&of_nobody);
    hub_world_close(&world);
}

static void who_may_no_longer_listen_gets_no_more(void **state)
{
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, &(struct hub_settings){.recheck_ms = 10});
    open_reader(&reader, &world, NULL);
    atomic_store(&world.is_refusing, true);
    assert_true(read_until(&reader, NULL));
    close_reader(&reader);
    hub_world_close(&world);
}

static void what_changes_about_somebody_is_asked_for_at_once(void **state)
{
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, NULL);
    open_reader(&reader, &world, NULL);
    atomic_store(&world.is_refusing, true);
    hub_recheck(world.hub);
    assert_true(read_until(&reader, NULL));
    close_reader(&reader);
    hub_world_close(&world);
}

static void who_was_ended_on_the_way_in_gets_no_more(void **state)
{
    struct hub_world world;
    struct reader reader;

    (void)state;
    hub_world_open(&world, NULL);
    atomic_store(&world.is_refusing, true);
    open_reader(&reader, &world, NULL);
    assert_true(read_until(&reader, NULL));
    close_reader(&reader);
    hub_world_close(&world);
}

static void a_stream_that_never_began_can_be_ended(void **state)
{
    struct hub_listener listener = hub_world_listener();
    struct hub_world world;
    struct web_stream stream;

    (void)state;
    hub_world_open(&world, NULL);
    assert_true(hub_take_stream(world.hub, &listener, &stream));
    stream.end(stream.context);
    hub_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_is_greeted_and_told_what_happens),
        cmocka_unit_test(nothing_is_missed_however_little_is_read_at_once),
        cmocka_unit_test(a_stream_goes_on_where_it_ended_or_says_that_it_cannot),
        cmocka_unit_test(silence_is_filled_with_comments),
        cmocka_unit_test(log_lines_have_no_id_so_that_a_browser_keeps_its_place),
        cmocka_unit_test(streams_end_with_their_session_with_their_rights_and_with_the_hub),
        cmocka_unit_test(who_may_no_longer_listen_gets_no_more),
        cmocka_unit_test(what_changes_about_somebody_is_asked_for_at_once),
        cmocka_unit_test(who_was_ended_on_the_way_in_gets_no_more),
        cmocka_unit_test(a_stream_that_never_began_can_be_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

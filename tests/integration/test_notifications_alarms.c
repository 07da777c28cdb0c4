/* Somebody is told of what is wrong while syncs go on, and that it has ended: once each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/receiver.h"
#include "support/visitor.h"

#define TAKEN "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

struct scene {
    struct visitor visitor;
    struct receiver receiver;
    size_t heard; /* messages that were looked at */
};

/* The one list is the file titles.csv. */
static int open_scene(void **state)
{
    struct scene *scene = memory_new(sizeof(*scene));

    *state = scene;
    visitor_open_with(
        &scene->visitor,
        (const char *[]){"AUTOMATED_MODE=false", "CUSTOM_LISTS=file:titles.csv", NULL},
        (const char *[]){"--titles", "100", NULL});
    receiver_open(&scene->receiver, TAKEN);
    visitor_send(&scene->visitor, 201, "POST", "/api/notifications",
                 "{'name':'Script','kind':'webhook','settings':{'url':'http://127.0.0.1:%d/'}}",
                 scene->receiver.port);
    return 0;
}

static int close_scene(void **state)
{
    struct scene *scene = *state;

    visitor_close(&scene->visitor);
    receiver_close(&scene->receiver);
    free(scene);
    return 0;
}

static void write_titles(struct scene *scene, int count)
{
    AUTO_BUFFER struct buffer list = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&list, "tmdb_id,title,type\n");
    for (int i = 1; i <= count; i++)
        buffer_print(&list, "%d,Title %d,movie\n", 9000000 + i, i);
    world_write(&scene->visitor.daemon.world, "titles.csv", buffer_string(&list));
}

/* Until a message holds it. */
static void expect_told(struct scene *scene, const char *sentence)
{
    for (;;) {
        AUTO_FREE char *request = receiver_wait(&scene->receiver, ++scene->heard);
        if (strstr(request, sentence))
            return;
    }
}

static size_t times_told(struct scene *scene, const char *sentence)
{
    size_t times = 0;

    for (size_t i = 1; i <= receiver_count(&scene->receiver); i++) {
        AUTO_FREE char *request = receiver_wait(&scene->receiver, i);
        times += strstr(request, sentence) != NULL;
    }
    return times;
}

static void expect_attention(struct scene *scene, const char *sentence, bool wanted)
{
    visitor_ask(&scene->visitor, 200, "GET", "/api/attention", NULL);
    if (visitor_sees(&scene->visitor, sentence) != wanted)
        fail_msg("%s: %s", sentence, buffer_string(&scene->visitor.last.body));
}

/* The simulator's user 4 may ask for two films. */
static void test_a_used_up_quota_is_told_until_nothing_waits_for_it(void **state)
{
    struct scene *scene = *state;
    const char *waits = "3 titles wait: the requester may not ask Seerr for more now";

    write_titles(scene, 5);
    visitor_ask(&scene->visitor, 200, "PUT", "/api/lists/1", "{\"user_id\":\"4\"}");
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, waits);
    assert_int_equal(visitor_requests(&scene->visitor), 2);
    expect_attention(scene, waits, true);
    visitor_sync(&scene->visitor, NULL);
    visitor_ask(&scene->visitor, 200, "PUT", "/api/lists/1", "{\"user_id\":\"2\"}");
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, "No title waits for a quota any more");
    assert_int_equal(visitor_requests(&scene->visitor), 5);
    expect_attention(scene, "quota", false);
    assert_int_equal(times_told(scene, waits), 1);
}

static void test_a_list_that_shrinks_is_told(void **state)
{
    struct scene *scene = *state;

    write_titles(scene, 20);
    visitor_sync(&scene->visitor, NULL);
    write_titles(scene, 6);
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, "holds 6 titles, and held 20 a short while ago");
    expect_attention(scene, "\"list_shrunk\"", true);
    visitor_sync(&scene->visitor, NULL);
    write_titles(scene, 21);
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, "holds 21 titles, which is usual for it now");
    expect_attention(scene, "\"list_shrunk\"", false);
    assert_int_equal(times_told(scene, "a short while ago"), 1);
}

static void test_a_list_that_is_no_list_any_more_is_told(void **state)
{
    struct scene *scene = *state;

    write_titles(scene, 3);
    visitor_sync(&scene->visitor, NULL);
    world_write(&scene->visitor.daemon.world, "titles.csv", "<html>We have moved</html>\n");
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, "the answer is not understood");
    visitor_sync(&scene->visitor, NULL);
    assert_int_equal(visitor_requests(&scene->visitor), 3);
    write_titles(scene, 3);
    visitor_sync(&scene->visitor, NULL);
    expect_told(scene, "can be read again");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_scene, close_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_used_up_quota_is_told_until_nothing_waits_for_it),
        TEST(test_a_list_that_shrinks_is_told),
        TEST(test_a_list_that_is_no_list_any_more_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

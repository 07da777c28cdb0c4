/*
 * The desks of notices and of backups, each with a thread of its own, while many ask the service at
 * once: targets are added, changed and tested, backups made, figures read, syncs begun, and the
 * program is stopped in the midst of it. Each notice still comes once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/receiver.h"
#include "support/visitor.h"

#define TAKEN "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define BUSY  "HTTP/1.1 429 Too Many\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"

enum { ROUNDS = 12, TITLES = 3, PATIENCE_MS = 60000 };

static struct visitor visitor;
static struct receiver receiver;

static int begin(void **state)
{
    (void)state;
    visitor_open_with(&visitor,
                      (const char *[]){"AUTOMATED_MODE=false", "CUSTOM_LISTS=file:titles.csv",
                                       "BACKUP_SCHEDULE=* * * * *",
                                       "LISTSYNC_BACKUP_PASSPHRASE=a passphrase", NULL},
                      (const char *[]){"--titles", "100", NULL});
    receiver_open(&receiver, TAKEN);
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Script','kind':'webhook','settings':{'url':'http://127.0.0.1:%d/'}}",
                 receiver.port);
    assert_int_equal(visitor_number(&visitor, "id"), 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    visitor_close(&visitor);
    receiver_close(&receiver);
    return 0;
}

struct asking {
    const char *method, *path, *body;
    int status, other; /* one of these */
};

/* Any of 2xx, or a refusal that is meant: two backups at once. */
static const struct asking askings[] = {
    {"PUT", "/api/notifications/1", "{\"quiet_from\":null}", 200, 200},
    {"GET", "/api/notifications/deliveries", NULL, 200, 200},
    {"POST", "/api/notifications/1/test", NULL, 200, 200},
    {"GET", "/metrics", NULL, 200, 200},
    {"GET", "/api/attention", NULL, 200, 200},
    {"POST", "/api/backups", NULL, 201, 409},
    {"GET", "/api/backups", NULL, 200, 200},
    {"POST", "/api/sync/trigger", NULL, 200, 409},
};

static void *ask(void *context)
{
    const struct asking *asking = context;

    for (int i = 0; i < ROUNDS; i++) {
        int status = daemon_status(&visitor.daemon, asking->method, asking->path,
                                   visitor.daemon.admin_key, asking->body);
        if (status != asking->status && status != asking->other)
            return (void *)asking;
    }
    return NULL;
}

static void ask_all(void)
{
    pthread_t threads[ARRAY_LENGTH(askings)];

    for (size_t i = 0; i < ARRAY_LENGTH(askings); i++)
        pthread_create(&threads[i], NULL, ask, (void *)&askings[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(askings); i++) {
        void *failed = NULL;
        pthread_join(threads[i], &failed);
        if (failed)
            fail_msg("%s %s was not answered as it should", askings[i].method, askings[i].path);
    }
}

/* So many films are on the list. */
static void write_titles(int count)
{
    AUTO_BUFFER struct buffer list = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&list, "tmdb_id,title,type\n");
    for (int i = 1; i <= count; i++)
        buffer_print(&list, "%d,Title %d,movie\n", 9000000 + i, i);
    world_write(&visitor.daemon.world, "titles.csv", buffer_string(&list));
}

/* Of the titles that notices name, each once; those of tests do not count. */
static int64_t titles_told(void)
{
    struct map seen = {0};
    int64_t told = 0;

    for (size_t i = 1; i <= receiver_count(&receiver); i++) {
        AUTO_FREE char *request = receiver_wait(&receiver, i);
        const char *body = strstr(request, "\r\n\r\n") + 4;
        AUTO_JSON struct json_value *notice = NULL;
        if (strstr(body, "A test of ListSync") ||
            json_value_parse(body, strlen(body), &notice, NULL) ||
            map_get(&seen, json_value_get_text(notice, "id")))
            continue;
        map_set(&seen, json_value_get_text(notice, "id"), &seen);
        const struct json_value *part = json_value_at(json_value_get(notice, "parts"), 0);
        if (text_equal(json_value_get_text(part, "kind"), "requested"))
            told += json_value_get_integer(part, "total");
    }
    map_release(&seen);
    return told;
}

/* Notices are composed by a thread of their own, some time after the run. */
static void expect_told(int64_t titles)
{
    int64_t until = clock_steady_ms() + PATIENCE_MS;

    do
        visitor_ask(&visitor, 200, "GET", "/api/notifications/deliveries?limit=500", NULL);
    while ((visitor_sees(&visitor, "\"waiting\"") || visitor_sees(&visitor, "\"sending\"") ||
            titles_told() < titles) &&
           clock_steady_ms() < until);
    assert_false(visitor_sees(&visitor, "\"waiting\""));
    assert_int_equal(titles_told(), titles);
}

static void test_everybody_asks_at_once(void **state)
{
    (void)state;
    write_titles(TITLES);
    ask_all();
    visitor_sync(&visitor, NULL);
    expect_told(TITLES);
    assert_int_equal(visitor_requests(&visitor), TITLES);
}

static void test_a_stop_in_the_midst_of_it(void **state)
{
    (void)state;
    receiver_answer(&receiver, BUSY);
    write_titles(2 * TITLES);
    visitor_sync(&visitor, NULL);
    daemon_stop(&visitor.daemon);
    receiver_answer(&receiver, TAKEN);
    daemon_start(&visitor.daemon);
    expect_told(2 * TITLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everybody_asks_at_once),
        cmocka_unit_test(test_a_stop_in_the_midst_of_it),
    };

    return cmocka_run_group_tests(tests, begin, end);
}

/* What needs a person is said in one place, and the counts agree with the pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/one_visitor.h"
#include "support/patience.h"

/* Of the entry of this kind in the last answer; NULL when there is none. */
static const struct json_value *entry_of(const char *kind)
{
    const struct json_value *entries = visitor_value(&visitor, "entries");

    for (size_t i = 0; i < json_value_count(entries); i++)
        if (text_equal(json_value_text(json_value_get(json_value_at(entries, i), "kind")), kind))
            return json_value_at(entries, i);
    return NULL;
}

static int64_t count_of(const char *kind)
{
    return json_value_get_integer(entry_of(kind), "count");
}

static void test_a_new_service_lacks_lists_and_nothing_else(void **state)
{
    (void)state;
    ask(200, "GET", "/api/attention");
    assert_int_equal(visitor_number(&visitor, "total"), 1);
    assert_non_null(entry_of("no_lists"));
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/attention");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    assert_int_equal(visitor_number(&visitor, "items"), 0);
}

static void test_failed_requests_are_counted_as_the_items_page_does(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    sim_tell(&visitor.daemon.world.sim, "/sim/faults",
             "{\"match\":\"POST /api/v1/request\",\"nth\":3,\"action\":\"status\","
             "\"status\":403,\"body\":"
             "\"{\\\"message\\\":\\\"You do not have permission to make requests.\\\"}\"}");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/attention");
    int64_t failed = count_of("request_failed");
    assert_true(failed > 3);
    assert_int_equal(visitor_number(&visitor, "items"), failed);
    assert_int_equal(json_value_count(json_value_get(entry_of("request_failed"), "items")), 3);
    ask(200, "GET", "/api/items?needs_person=true");
    assert_int_equal(visitor_number(&visitor, "total"), failed);
    ask(200, "GET", "/api/items?need=request_failed&limit=1");
    assert_int_equal(visitor_number(&visitor, "total"), failed);
    AUTO_FREE char *target =
        memory_print("/api/items/%lld/ignore", (long long)visitor_number(&visitor, "items.0.id"));
    ask(200, "POST", target);
    ask(200, "GET", "/api/attention");
    assert_int_equal(count_of("request_failed"), failed - 1);
    ask(200, "GET", "/api/items?need=unmatched");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
}

static void test_a_list_that_cannot_be_read_says_what_is_used_instead(void **state)
{
    (void)state;
    int64_t list = visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    sim_tell(&visitor.daemon.world.sim, "/sim/faults",
             "{\"match\":\"GET /host/popular-movies-data.stevenlu.com\",\"action\":\"status\","
             "\"status\":403,\"body\":\"no\"}");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/attention");
    const struct json_value *entry = entry_of("list_unread");
    assert_non_null(entry);
    const char *sentence = json_value_text(json_value_get(entry, "sentence"));
    assert_non_null(strstr(sentence, "the source refuses programs. What was read "));
    assert_true(json_value_is_null(json_value_get(entry, "run_id")));
    assert_int_equal(json_value_get_integer(json_value_get(entry, "list"), "id"), list);
    assert_false(json_value_is_null(json_value_get(entry, "since")));
}

static void test_a_refused_key_is_said_once(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    sim_tell(&visitor.daemon.world.sim, "/sim/config", "{\"key\":\"another\"}");
    visitor_sync(&visitor, NULL);
    struct patience patience = {0};
    do
        ask(200, "GET", "/api/attention");
    while (!entry_of("seerr_trouble") && patience_wait(&patience));
    assert_non_null(strstr(json_value_get_text(entry_of("seerr_trouble"), "sentence"),
                           "Seerr cannot be used: "));
    assert_null(entry_of("run_failed"));
    assert_int_equal(visitor_number(&visitor, "errors"), 1);
    visitor_ask(&visitor, 200, "PUT", "/api/schedule/pause", "{\"paused\":true}");
    ask(200, "GET", "/api/attention");
    assert_non_null(entry_of("schedule_paused"));
    assert_string_equal(visitor_text(&visitor, "entries.0.kind"), "seerr_trouble");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_a_new_service_lacks_lists_and_nothing_else),
        VISITED(test_failed_requests_are_counted_as_the_items_page_does),
        VISITED(test_a_list_that_cannot_be_read_says_what_is_used_instead),
        VISITED(test_a_refused_key_is_said_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

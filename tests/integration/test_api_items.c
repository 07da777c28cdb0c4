/* Items over the API of the real service: finding them, their stories, and what a person decides.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

static void ask_item(int status, const char *method, int64_t item, const char *action)
{
    AUTO_FREE char *target = memory_print("/api/items/%lld%s", (long long)item, action);

    ask(status, method, target);
}

/* The number of the one item that this finds. */
static int64_t find(const char *question)
{
    AUTO_FREE char *target = memory_print("/api/items?%s", question);

    ask(200, "GET", target);
    if (visitor_count(&visitor, "items") != 1)
        fail_msg("%s finds %s", question, buffer_string(&visitor.last.body));
    return visitor_number(&visitor, "items.0.id");
}

static int64_t count(const char *question)
{
    AUTO_FREE char *target = memory_print("/api/items?limit=1&%s", question);

    ask(200, "GET", target);
    return visitor_number(&visitor, "total");
}

/* What the newest run decided of it. */
static const char *decided(int64_t item)
{
    ask_item(200, "GET", item, "");
    return visitor_text(&visitor, "history.0.decision");
}

static void test_cursors_lead_to_every_item_once(void **state)
{
    (void)state;
    static const char *const orders[] = {"recent", "title", "year", "added"};
    bool seen[512];

    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_sync(&visitor, "{\"dry_run\":true}");
    for (size_t i = 0; i < ARRAY_LENGTH(orders); i++) {
        AUTO_FREE char *target = memory_print("/api/items?limit=9&sort=%s", orders[i]);
        size_t met = 0;
        memset(seen, 0, sizeof(seen));
        for (;;) {
            ask(200, "GET", target);
            for (size_t k = 0; k < visitor_count(&visitor, "items"); k++, met++) {
                AUTO_FREE char *path = memory_print("items.%zu.id", k);
                int64_t id = visitor_number(&visitor, path);
                assert_true(id > 0 && id < 512 && !seen[id]);
                seen[id] = true;
            }
            const char *cursor = visitor_text(&visitor, "next_cursor");
            if (!cursor)
                break;
            free(target);
            target = memory_print("/api/items?limit=9&sort=%s&cursor=%s", orders[i], cursor);
        }
        assert_int_equal(met, visitor_number(&visitor, "total"));
        assert_true(visitor_switch(&visitor, "total_is_exact"));
    }
    ask(422, "GET", "/api/items?cursor=nonsense");
    assert_string_equal(visitor_text(&visitor, "errors.0.field"), "cursor");
}

static void test_items_are_found_by_what_is_known_of_them(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_sync(&visitor, NULL);
    int64_t all = count("");
    assert_int_equal(count("status=requested"), visitor_requests(&visitor));
    assert_int_equal(count("media_type=movie") + count("media_type=tv") + count("status=skipped"),
                     all); /* a game and an episode */
    assert_int_equal(count("list=1"), 15);
    assert_true(count("year_from=1990&year_to=1999") < all);
    assert_int_equal(count("search=no+such+title"), 0);
    ask(200, "GET", "/api/items?limit=1&list=1");
    AUTO_FREE char *imdb = memory_text(visitor_text(&visitor, "items.0.imdb_id"));
    int64_t item = visitor_number(&visitor, "items.0.id");
    assert_int_equal(visitor_number(&visitor, "items.0.overseerr_id"),
                     visitor_number(&visitor, "items.0.tmdb_id"));
    AUTO_FREE char *question = memory_print("search=%s", imdb);
    assert_int_equal(find(question), item);
    ask(422, "GET", "/api/items?media_type=song");
    ask(422, "GET", "/api/items?year_form=1990");
}

static void test_an_item_tells_why(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    int64_t run = visitor_sync(&visitor, NULL);
    visitor_sync(&visitor, NULL);
    ask_item(200, "GET", 1, "");
    assert_string_equal(visitor_text(&visitor, "item.list_sources.0.list_type"), "stevenlu");
    assert_true(visitor_number(&visitor, "item.list_sources.0.rank") > 0);
    assert_true(*visitor_text(&visitor, "evidence"));
    assert_int_equal(visitor_count(&visitor, "history"), 2);
    assert_string_equal(visitor_text(&visitor, "history.1.decision"), "request");
    assert_int_equal(visitor_number(&visitor, "history.1.run_id"), run);
    assert_true(*visitor_text(&visitor, "history.0.reason"));
    assert_int_equal(visitor_count(&visitor, "requests"), 1);
    assert_string_equal(visitor_text(&visitor, "requests.0.state"), "requested");
    assert_int_equal(visitor_number(&visitor, "requests.0.run_id"), run);
    ask_item(404, "GET", 999, "");
    assert_string_equal(visitor_text(&visitor, "code"), "item_not_found");
}

static void test_an_ignored_item_is_left_alone_until_somebody_says_otherwise(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, "{\"dry_run\":true}");
    ask_item(200, "POST", 1, "/ignore");
    assert_true(visitor_switch(&visitor, "ignored"));
    assert_int_equal(count("ignored=true"), 1);
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 14);
    assert_string_equal(decided(1), "skip_ignored");
    ask_item(200, "DELETE", 1, "/ignore");
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 1);
    assert_string_equal(decided(1), "request");
    ask_item(404, "POST", 999, "/ignore");
}

static void test_what_was_declined_comes_again_when_a_person_allows_it(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists", "{'list_id':'stevenlu:stevenlu','user_id':'2'}");
    visitor_sync(&visitor, NULL);
    ask_item(200, "GET", 1, "");
    AUTO_FREE char *decline = memory_print("{\"kind\":\"movie\",\"tmdb\":%lld}",
                                           (long long)visitor_number(&visitor, "item.tmdb_id"));
    sim_tell(&visitor.daemon.world.sim, "/sim/decline", decline);
    visitor_sync(&visitor, NULL);
    assert_string_equal(decided(1), "skip_declined");
    assert_int_equal(count("needs_person=true"), 1);
    ask_item(200, "POST", 1, "/allow");
    visitor_sync(&visitor, NULL);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 1);
    assert_string_equal(decided(1), "request");
}

static const char plex[] = "{'custom_list':[{'title':'Die Matrix der anderen Art','year':1999,"
                           "'media_type':'movie'}]}";

static void push(int64_t requested)
{
    send(200, "POST", "/api/sync/trigger", plex);
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), requested);
}

static void test_what_nobody_knows_is_matched_by_a_person(void **state)
{
    (void)state;
    push(0);
    int64_t item = find("needs_person=true");
    assert_string_equal(visitor_text(&visitor, "items.0.decision"), "unmatched");
    ask_item(409, "POST", item, "/allow");
    assert_string_equal(visitor_text(&visitor, "code"), "not_identified");
    ask_item(200, "GET", item, "/candidates?search=the+matrix");
    assert_true(visitor_sees(&visitor, "\"tmdb_id\":603"));
    AUTO_FREE char *target = memory_print("/api/items/%lld/match", (long long)item);
    send(422, "PUT", target, "{'media_type':'song','tmdb_id':0}");
    assert_int_equal(visitor_count(&visitor, "errors"), 2);
    send(200, "PUT", target, "{'media_type':'movie','tmdb_id':603,'title':'The Matrix'}");
    push(1);
    ask_item(200, "GET", item, "");
    assert_int_equal(visitor_number(&visitor, "item.tmdb_id"), 603);
    assert_int_equal(count("needs_person=true"), 0);
    ask(200, "DELETE", target);
    ask_item(404, "DELETE", 999, "/match");
}

static void test_what_failed_is_tried_again_and_nothing_else(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    sim_tell(&visitor.daemon.world.sim, "/sim/faults",
             "{\"match\":\"POST /api/v1/request\",\"nth\":3,\"action\":\"status\","
             "\"status\":403,\"body\":"
             "\"{\\\"message\\\":\\\"You do not have permission to make requests.\\\"}\"}");
    visitor_sync(&visitor, NULL);
    assert_string_equal(visitor_text(&visitor, "run.state"), "completed_with_errors");
    int64_t failed = visitor_number(&visitor, "run.items_errored");
    assert_int_equal(failed, 13); /* who may not ask is not tried again in that run */
    sim_forget_faults(&visitor.daemon.world.sim);
    ask(200, "GET", "/api/items?needs_person=true");
    int64_t one = visitor_number(&visitor, "items.0.id");
    ask_item(200, "POST", one, "/retry");
    assert_int_equal(visitor_number(&visitor, "items"), 1);
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_int_equal(visitor_number(&visitor, "run.items_processed"), 1);
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), 1);
    ask(200, "POST", "/api/items/retry-failed");
    assert_int_equal(visitor_number(&visitor, "items"), failed - 1);
    visitor_wait(&visitor, visitor_number(&visitor, "run_id"));
    assert_int_equal(visitor_number(&visitor, "run.items_requested"), failed - 1);
    ask(409, "POST", "/api/items/retry-failed");
    assert_string_equal(visitor_text(&visitor, "code"), "nothing_failed");
    assert_int_equal(visitor_requests(&visitor), 15);
}

static void test_what_was_asked_for_stays_told_after_later_syncs(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/requests?limit=5");
    assert_int_equal(visitor_count(&visitor, "requests"), 5);
    int64_t newest = visitor_number(&visitor, "requests.0.item_id");
    int64_t run = visitor_number(&visitor, "requests.0.run_id");
    visitor_sync(&visitor, NULL);
    assert_int_equal(count("status=requested"), 0);
    ask(200, "GET", "/api/requests?limit=1");
    assert_int_equal(visitor_count(&visitor, "requests"), 1);
    assert_int_equal(visitor_number(&visitor, "requests.0.item_id"), newest);
    assert_int_equal(visitor_number(&visitor, "requests.0.run_id"), run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_cursors_lead_to_every_item_once),
        VISITED(test_items_are_found_by_what_is_known_of_them),
        VISITED(test_an_item_tells_why),
        VISITED(test_an_ignored_item_is_left_alone_until_somebody_says_otherwise),
        VISITED(test_what_was_declined_comes_again_when_a_person_allows_it),
        VISITED(test_what_nobody_knows_is_matched_by_a_person),
        VISITED(test_what_failed_is_tried_again_and_nothing_else),
        VISITED(test_what_was_asked_for_stays_told_after_later_syncs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

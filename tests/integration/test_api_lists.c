/* Lists over the API of the real service: adding, changing, finding and removing them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/one_visitor.h"

static int open_with_environment(void **state)
{
    (void)state;
    visitor_open(&visitor, (const char *[]){"IMDB_LISTS=top", "AUTO_SYNC=false", NULL});
    return 0;
}

static void test_a_list_is_answered_in_the_originals_shape(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists", "{'list_type':'imdb','list_id':'ls000000001','user_id':'2'}");
    assert_true(visitor_switch(&visitor, "success"));
    assert_string_equal(visitor_text(&visitor, "message"), "Added imdb list: ls000000001");
    assert_non_null(strstr(visitor_text(&visitor, "list_url"), "ls000000001"));
    assert_true(json_value_is_integer(visitor_value(&visitor, "item_count")));
    assert_string_equal(visitor_text(&visitor, "user_id"), "2");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_count(&visitor, "lists"), 1);
    assert_true(json_value_is_integer(visitor_value(&visitor, "lists.0.id")));
    assert_string_equal(visitor_text(&visitor, "lists.0.list_type"), "imdb");
    assert_string_equal(visitor_text(&visitor, "lists.0.list_id"), "ls000000001");
    assert_non_null(visitor_text(&visitor, "lists.0.list_url"));
    assert_string_equal(visitor_text(&visitor, "lists.0.display_name"), "Watch next");
    assert_true(visitor_number(&visitor, "lists.0.item_count") > 50);
    assert_int_equal(strlen(visitor_text(&visitor, "lists.0.last_synced")), 20);
    assert_string_equal(visitor_text(&visitor, "lists.0.user_id"), "2");
    assert_string_equal(visitor_text(&visitor, "lists.0.status"), "ok");
}

static void test_a_list_that_is_posted_again_changes_in_what_the_body_says(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists",
         "{'list_type':'imdb','list_id':'ls000000001','priority':7,'seasons':'first',"
         "'description':'for the evening','user_id':'2'}");
    int64_t id = visitor_number(&visitor, "list.id");
    visitor_sync(&visitor, NULL);
    send(200, "POST", "/api/lists",
         "{'list_id':'https://www.imdb.com/list/ls000000001/',"
         "'item_limit':5}");
    assert_int_equal(visitor_number(&visitor, "list.id"), id);
    assert_int_equal(visitor_number(&visitor, "list.item_limit"), 5);
    assert_int_equal(visitor_number(&visitor, "list.priority"), 7);
    assert_string_equal(visitor_text(&visitor, "list.seasons"), "first");
    assert_string_equal(visitor_text(&visitor, "list.description"), "for the evening");
    assert_string_equal(visitor_text(&visitor, "list.user_id"), "2");
    assert_true(visitor_number(&visitor, "item_count") > 50);
    send(200, "POST", "/api/lists", "{'list_id':'imdb:ls000000001','user_id':'0'}");
    assert_string_equal(visitor_text(&visitor, "list.user_id"), "0");
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 1);
}

static void test_what_a_change_leaves_out_stays(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:top");
    send(200, "PUT", "/api/lists/1",
         "{'auto_sync':false,'priority':3,'quality':'4k','seasons':'1-3,5','schedule':'every 6h'}");
    send(200, "PUT", "/api/lists/1", "{'description':'mine'}");
    ask(200, "GET", "/api/lists/1");
    assert_false(visitor_switch(&visitor, "auto_sync"));
    assert_int_equal(visitor_number(&visitor, "priority"), 3);
    assert_string_equal(visitor_text(&visitor, "quality"), "4k");
    assert_string_equal(visitor_text(&visitor, "seasons"), "1-3,5");
    assert_string_equal(visitor_text(&visitor, "schedule"), "every 6h");
    assert_string_equal(visitor_text(&visitor, "description"), "mine");
    assert_true(json_value_is_null(visitor_value(&visitor, "next_sync")));
    send(200, "PUT", "/api/lists/1", "{'schedule':'','quality':'default','description':''}");
    assert_string_equal(visitor_text(&visitor, "schedule"), "");
    assert_string_equal(visitor_text(&visitor, "quality"), "default");
    send(404, "PUT", "/api/lists/99", "{'priority':3}");
    assert_string_equal(visitor_text(&visitor, "code"), "list_not_found");
}

static void test_a_removed_list_of_the_environment_comes_back_by_hand(void **state)
{
    (void)state;
    ask(200, "GET", "/api/lists");
    assert_string_equal(visitor_text(&visitor, "lists.0.origin"), "environment");
    int64_t id = visitor_number(&visitor, "lists.0.id");
    ask(200, "DELETE", "/api/lists/imdb/top");
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    assert_int_equal(visitor_add_list(&visitor, "imdb:top"), id);
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 1);
    assert_string_equal(visitor_text(&visitor, "lists.0.origin"), "added");
}

static void test_trakt_charts_become_trakt_special(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists", "{'list_type':'trakt','list_id':'trending:movies'}");
    assert_string_equal(visitor_text(&visitor, "list.list_type"), "trakt_special");
    assert_string_equal(visitor_text(&visitor, "message"),
                        "Added trakt_special list: trending:movies");
}

/* However it is written: a file of the server is not for everybody who may call. */
static const char *const files[] = {"file:/etc/passwd",
                                    "FILE:/etc/passwd",
                                    "File:///etc/passwd",
                                    "file:list.csv",
                                    " file:/etc/passwd",
                                    "file%3A/etc/passwd",
                                    "file%3a%2fetc/passwd",
                                    "/etc/passwd",
                                    "./list.csv",
                                    "~/list.csv",
                                    "custom:file:/etc/passwd",
                                    "imdb:file:/etc/passwd",
                                    "file:\\u002fetc",
                                    "fi\\u006ce:/etc/passwd",
                                    "\\tfile:/etc/passwd",
                                    "file://localhost/etc",
                                    "url:file:///etc/passwd",
                                    "custom:FILE:/x.csv",
                                    "letterboxd:file:/etc/x.csv"};
static const char *const types[] = {"",           "imdb",    "trakt",    "trakt_special", "custom",
                                    "letterboxd", "mdblist", "stevenlu", "CUSTOM"};

static bool is_file(const char *path)
{
    const char *id = visitor_text(&visitor, path);

    return id && (strcasestr(id, "file:") || *id == '/' || *id == '.');
}

static void test_files_of_the_server_are_no_lists_here(void **state)
{
    (void)state;
    for (size_t t = 0; t < ARRAY_LENGTH(types); t++) {
        for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
            send(200, "POST", "/api/lists/validate", "{'list_type':'%s','list_id':'%s'}", types[t],
                 files[i]);
            if (is_file("list_id") || (!*types[t] && visitor_switch(&visitor, "valid")))
                fail_msg("%s %s is %s", types[t], files[i], visitor_text(&visitor, "list_id"));
        }
    }
    send(422, "POST", "/api/lists", "{'list_type':'custom','list_id':'file:/etc/passwd'}");
    send(422, "POST", "/api/lists/preview", "{'list_type':'imdb','list_id':'file:/etc/passwd'}");
    send(404, "POST", "/api/sync/trigger", "{'list_type':'custom','list_id':'file:/etc/passwd'}");
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
}

static void test_lists_are_found_by_filters_and_pages(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:top");
    visitor_add_list(&visitor, "imdb:ls000000001");
    send(200, "POST", "/api/lists",
         "{'list_id':'mdblist:demo/everything','auto_sync':false,"
         "'priority':1}");
    ask(200, "GET", "/api/lists?list_type=imdb");
    assert_int_equal(visitor_number(&visitor, "total"), 2);
    ask(200, "GET", "/api/lists?auto_sync=false");
    assert_string_equal(visitor_text(&visitor, "lists.0.list_id"), "demo/everything");
    ask(200, "GET", "/api/lists?search=LS0");
    assert_int_equal(visitor_count(&visitor, "lists"), 1);
    ask(200, "GET", "/api/lists?limit=2");
    assert_int_equal(visitor_count(&visitor, "lists"), 2);
    assert_int_equal(visitor_number(&visitor, "total"), 3);
    assert_string_equal(visitor_text(&visitor, "lists.0.list_type"), "mdblist");
    ask(200, "GET", "/api/lists?limit=2&page=2");
    assert_int_equal(visitor_count(&visitor, "lists"), 1);
    ask(200, "GET", "/api/lists?sort=name&reversed=true");
    assert_string_equal(visitor_text(&visitor, "lists.0.list_id"), "top");
    ask(422, "GET", "/api/lists?sort=size");
}

static void test_a_list_is_removed_by_number_or_by_name(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "imdb:top");
    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_add_list(&visitor, "mdblist:demo/everything");
    send(200, "POST", "/api/lists",
         "{'list_type':'custom','list_id':'https://lists.example/a.json?key=1'}");
    ask(404, "DELETE", "/api/lists/imdb/ls9");
    assert_string_equal(visitor_text(&visitor, "detail"),
                        "List not found: imdb/ls9. Available imdb lists: top, ls000000001");
    ask(200, "DELETE", "/api/lists/imdb/https%3A%2F%2Fwww.imdb.com%2Flist%2Fls000000001%2F");
    assert_string_equal(visitor_text(&visitor, "message"), "Deleted imdb list: ls000000001");
    ask(200, "DELETE", "/api/lists/mdblist/demo/everything");
    ask(200, "DELETE", "/api/lists/custom/https%3A%2F%2Flists.example%2Fa.json%3Fkey%3D1");
    ask(200, "DELETE", "/api/lists/1");
    ask(404, "DELETE", "/api/lists/1");
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
}

static void test_a_list_shows_its_items_in_pages(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    ask(200, "GET", "/api/lists/mdblist/demo/best-of-the-year/items");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    visitor_sync(&visitor, "{\"dry_run\":true}");
    ask(200, "GET", "/api/lists/mdblist/demo%2Fbest-of-the-year/items?limit=7");
    assert_int_equal(visitor_count(&visitor, "items"), 7);
    assert_true(visitor_number(&visitor, "total") > 7);
    assert_true(visitor_switch(&visitor, "total_is_exact"));
    assert_string_equal(visitor_text(&visitor, "items.0.list_sources.0.list_id"),
                        "demo/best-of-the-year");
    assert_non_null(visitor_text(&visitor, "next_cursor"));
    ask(404, "GET", "/api/lists/mdblist/demo/nothing/items");
}

static void test_a_list_is_looked_at_before_it_is_added(void **state)
{
    (void)state;
    send(200, "POST", "/api/lists/preview", "{'list_id':'mdblist:demo/best-of-the-year'}");
    assert_string_equal(visitor_text(&visitor, "outcome"), "ok");
    int64_t read = visitor_number(&visitor, "read");
    assert_true(read > 0);
    assert_int_equal(visitor_number(&visitor, "movies") + visitor_number(&visitor, "series"), read);
    assert_int_equal(visitor_number(&visitor, "known"), 0);
    assert_true(visitor_count(&visitor, "items") > 0);
    send(200, "POST", "/api/lists/preview", "{'list_id':'imdb:ls000000003'}");
    assert_string_equal(visitor_text(&visitor, "outcome"), "private");
    assert_true(*visitor_text(&visitor, "message"));
    ask(200, "GET", "/api/lists");
    assert_int_equal(visitor_number(&visitor, "total"), 0);
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    visitor_sync(&visitor, "{\"dry_run\":true}");
    send(200, "POST", "/api/lists/preview", "{'list_id':'mdblist:demo/best-of-the-year'}");
    assert_int_equal(visitor_number(&visitor, "known"), read);
}

static void look_into(const char *list, int64_t new_to_seerr, int64_t in_seerr, int64_t unclear)
{
    send(200, "POST", "/api/lists/preview", "{'list_id':'%s'}", list);
    assert_int_equal(visitor_number(&visitor, "new_to_seerr"), new_to_seerr);
    assert_int_equal(visitor_number(&visitor, "in_seerr"), in_seerr);
    assert_int_equal(visitor_number(&visitor, "unclear"), unclear);
}

static void put_into_seerr(const struct sim *sim, const char *item, int status)
{
    AUTO_FREE char *type_path = memory_print("%s.media_type", item);
    AUTO_FREE char *tmdb_path = memory_print("%s.tmdb_id", item);
    AUTO_FREE char *title = memory_print("{\"kind\":\"%s\",\"tmdb\":%lld,\"status\":%d}",
                                         visitor_text(&visitor, type_path),
                                         (long long)visitor_number(&visitor, tmdb_path), status);

    sim_tell(sim, "/sim/media", title);
}

static void test_a_preview_tells_what_is_new_to_seerr(void **state)
{
    const char *list = "mdblist:demo/best-of-the-year";
    const struct sim *sim = &visitor.daemon.world.sim;

    (void)state;
    send(200, "POST", "/api/lists/preview", "{'list_id':'%s'}", list);
    int64_t read = visitor_number(&visitor, "read");
    put_into_seerr(sim, "items.0", 1); /* known, and neither there nor asked for */
    put_into_seerr(sim, "items.1", 2);
    put_into_seerr(sim, "items.2", 5);
    put_into_seerr(sim, "items.3", 6);
    int64_t calls = sim_seerr_calls(sim, NULL);
    look_into(list, read - 3, 3, 0);
    assert_int_equal(sim_seerr_calls(sim, NULL), calls + 1);
}

static void test_a_preview_knows_the_ids_that_were_found_once(void **state)
{
    const char *list = "imdb:ls000000001";

    (void)state;
    send(200, "POST", "/api/lists/preview", "{'list_id':'%s'}", list);
    int64_t unclear = visitor_number(&visitor, "unclear"); /* all but what Seerr cannot hold */
    assert_int_equal(unclear, visitor_number(&visitor, "read") - 2);
    look_into(list, 0, 0, unclear);
    visitor_add_list(&visitor, list);
    visitor_sync(&visitor, "{\"dry_run\":true}");
    int64_t unmatched = visitor_number(&visitor, "run.items_unmatched");
    look_into(list, unclear - unmatched, 0, unmatched);
    visitor_sync(&visitor, NULL);
    look_into(list, 0, unclear - unmatched, unmatched);
}

static void assert_seerr_told_nothing(void)
{
    send(200, "POST", "/api/lists/preview", "{'list_id':'mdblist:demo/best-of-the-year'}");
    assert_string_equal(visitor_text(&visitor, "outcome"), "ok");
    assert_true(visitor_number(&visitor, "read") > 0);
    assert_true(json_value_is_null(visitor_value(&visitor, "new_to_seerr")));
    assert_true(json_value_is_null(visitor_value(&visitor, "in_seerr")));
    assert_true(json_value_is_null(visitor_value(&visitor, "unclear")));
}

static void test_a_preview_does_without_a_seerr_that_fails(void **state)
{
    (void)state;
    sim_tell(&visitor.daemon.world.sim, "/sim/faults",
             "{\"match\":\"GET /api/v1/media\",\"nth\":0,\"action\":\"html\"}");
    assert_seerr_told_nothing();
}

static void test_a_preview_does_without_a_seerr(void **state)
{
    (void)state;
    assert_seerr_told_nothing();
    assert_int_equal(sim_seerr_calls(&visitor.daemon.world.sim, NULL), 0);
}

static void test_a_list_has_the_name_that_people_give_it(void **state)
{
    (void)state;
    visitor_add_list(&visitor, "stevenlu:movies.json");
    visitor_add_list(&visitor, "mdblist:demo/best-of-the-year");
    ask(200, "GET", "/api/lists/1");
    assert_string_equal(visitor_text(&visitor, "display_name"), "Popular films");
    ask(200, "GET", "/api/lists/2");
    assert_string_equal(visitor_text(&visitor, "display_name"), "best-of-the-year");
    send(200, "PUT", "/api/lists/1", "{'description':'For the weekend'}");
    assert_string_equal(visitor_text(&visitor, "display_name"), "For the weekend");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_a_list_is_answered_in_the_originals_shape),
        VISITED(test_a_list_that_is_posted_again_changes_in_what_the_body_says),
        VISITED(test_what_a_change_leaves_out_stays),
        cmocka_unit_test_setup_teardown(test_a_removed_list_of_the_environment_comes_back_by_hand,
                                        open_with_environment, one_visitor_close),
        VISITED(test_trakt_charts_become_trakt_special),
        VISITED(test_files_of_the_server_are_no_lists_here),
        VISITED(test_lists_are_found_by_filters_and_pages),
        VISITED(test_a_list_is_removed_by_number_or_by_name),
        VISITED(test_a_list_shows_its_items_in_pages),
        VISITED(test_a_list_is_looked_at_before_it_is_added),
        VISITED(test_a_preview_tells_what_is_new_to_seerr),
        VISITED(test_a_preview_knows_the_ids_that_were_found_once),
        VISITED(test_a_preview_does_without_a_seerr_that_fails),
        cmocka_unit_test_setup_teardown(test_a_preview_does_without_a_seerr,
                                        one_visitor_open_without_seerr, one_visitor_close),
        VISITED(test_a_list_has_the_name_that_people_give_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

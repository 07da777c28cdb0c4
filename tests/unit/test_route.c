#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/route.h"

static const struct route table[] = {
    {.id = "root", .method = WEB_GET, .path = "/"},
    {.id = "lists", .method = WEB_GET, .path = "/api/lists"},
    {.id = "lists_add", .method = WEB_POST, .path = "/api/lists"},
    {.id = "lists_change", .method = WEB_PUT, .path = "/api/lists/{id}"},
    {.id = "lists_show", .method = WEB_GET, .path = "/api/lists/{id}"},
    {.id = "lists_debug", .method = WEB_GET, .path = "/api/lists/debug"},
    {.id = "lists_remove", .method = WEB_DELETE, .path = "/api/lists/{list_type}/{list_id...}"},
    {.id = "lists_items", .method = WEB_GET, .path = "/api/lists/{list_type}/{list_id...}/items"},
    {.id = "lists_find", .method = WEB_GET, .path = "/api/lists/{list_type}/{list_id...}"},
    {.id = NULL},
};

static const struct route *const *all(void)
{
    static const struct route *routes[ARRAY_LENGTH(table)];

    for (size_t i = 0; table[i].id; i++)
        routes[i] = &table[i];
    return routes;
}

/* "lists_find list_type=imdb list_id=top"; "-" when nothing fits. */
static void assert_found(enum web_method method, const char *path, const char *expected)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct web_request request = {.arena = arena, .method = method, .path = path};
    struct route_match match;
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    route_find(all(), &request, &match);
    buffer_text(&text, match.route ? match.route->id : "-");
    for (size_t i = 0; i < match.in_path.count; i++)
        buffer_print(&text, " %s=%s", match.in_path.items[i].name, match.in_path.items[i].value);
    assert_string_equal(buffer_string(&text), expected);
}

static void test_plain_paths(void **state)
{
    (void)state;
    assert_found(WEB_GET, "/", "root");
    assert_found(WEB_GET, "/api/lists", "lists");
    assert_found(WEB_GET, "/api/lists/", "lists");
    assert_found(WEB_HEAD, "/api/lists", "lists");
    assert_found(WEB_POST, "/api/lists", "lists_add");
    assert_found(WEB_GET, "/api/%6Cists", "lists");
    assert_found(WEB_GET, "/api", "-");
    assert_found(WEB_GET, "/api/list", "-");
    assert_found(WEB_GET, "/api/listsx", "-");
    assert_found(WEB_GET, "/API/lists", "-");
    assert_found(WEB_GET, "//api/lists", "-");
    assert_found(WEB_GET, "/api//lists", "-");
    assert_found(WEB_GET, "", "-");
    assert_found(WEB_GET, "api/lists", "-");
    assert_found(WEB_PATCH, "/api/lists", "-");
}

static void test_values_of_one_segment(void **state)
{
    (void)state;
    assert_found(WEB_PUT, "/api/lists/7", "lists_change id=7");
    assert_found(WEB_GET, "/api/lists/7/", "lists_show id=7");
    assert_found(WEB_GET, "/api/lists/a%2Fb", "lists_show id=a/b");
    assert_found(WEB_GET, "/api/lists/Am%C3%A9lie+1", "lists_show id=Amélie+1");
    assert_found(WEB_PUT, "/api/lists//", "-");
}

static void test_what_is_spelt_out_goes_first(void **state)
{
    (void)state;
    assert_found(WEB_GET, "/api/lists/debug", "lists_debug");
    assert_found(WEB_PUT, "/api/lists/debug", "lists_change id=debug");
    assert_found(WEB_GET, "/api/lists/imdb/top/items", "lists_items list_type=imdb list_id=top");
    assert_found(WEB_GET, "/api/lists/imdb/items", "lists_find list_type=imdb list_id=items");
    assert_found(WEB_DELETE, "/api/lists/imdb/top/items",
                 "lists_remove list_type=imdb list_id=top/items");
}

static void test_the_rest_of_a_path(void **state)
{
    (void)state;
    assert_found(WEB_DELETE, "/api/lists/imdb/top", "lists_remove list_type=imdb list_id=top");
    assert_found(WEB_DELETE, "/api/lists/letterboxd/anna/list/best/",
                 "lists_remove list_type=letterboxd list_id=anna/list/best");
    assert_found(WEB_DELETE, "/api/lists/imdb/https://www.imdb.com/list/ls1",
                 "lists_remove list_type=imdb list_id=https://www.imdb.com/list/ls1");
    assert_found(WEB_DELETE, "/api/lists/imdb/https%3A%2F%2Fwww.imdb.com%2Flist%2Fls1%2F",
                 "lists_remove list_type=imdb list_id=https://www.imdb.com/list/ls1/");
    assert_found(WEB_GET, "/api/lists/imdb/https://www.imdb.com/list/ls1/items",
                 "lists_items list_type=imdb list_id=https://www.imdb.com/list/ls1");
    assert_found(WEB_DELETE, "/api/lists/imdb", "-");
    assert_found(WEB_DELETE, "/api/lists/imdb/", "-");
    assert_found(WEB_DELETE, "/api/lists/imdb//", "-");
}

static void test_senseless_segments_fit_nothing(void **state)
{
    static const char *const paths[] = {
        "/api/lists/.",           "/api/lists/..",          "/api/lists/%2e%2e", "/api/lists/a%00b",
        "/api/lists/a%0d%0aX: 1", "/api/lists/%7f",         "/api/lists/%zz",    "/api/lists/%f",
        "/api/lists/%ff",         "/api/lists/imdb/a/../b", "/api/../api/lists",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++)
        assert_found(WEB_GET, paths[i], "-");
}

static void test_long_paths_fit_nothing(void **state)
{
    AUTO_BUFFER struct buffer path = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    buffer_text(&path, "/api/lists/imdb");
    for (int i = 0; i < 1000; i++)
        buffer_text(&path, "/a");
    assert_found(WEB_GET, buffer_string(&path), "-");
}

static unsigned allowed(enum web_method method, const char *path)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct web_request request = {.arena = arena, .method = method, .path = path};
    struct route_match match;

    route_find(all(), &request, &match);
    assert_null(match.route);
    return match.allowed;
}

static void test_methods_of_a_path(void **state)
{
    (void)state;
    assert_int_equal(allowed(WEB_DELETE, "/api/lists"),
                     1U << WEB_GET | 1U << WEB_HEAD | 1U << WEB_POST | 1U << WEB_OPTIONS);
    assert_int_equal(allowed(WEB_OPTIONS, "/api/lists/7"),
                     1U << WEB_GET | 1U << WEB_HEAD | 1U << WEB_PUT | 1U << WEB_OPTIONS);
    assert_int_equal(allowed(WEB_GET, "/nothing"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_paths),
        cmocka_unit_test(test_values_of_one_segment),
        cmocka_unit_test(test_what_is_spelt_out_goes_first),
        cmocka_unit_test(test_the_rest_of_a_path),
        cmocka_unit_test(test_senseless_segments_fit_nothing),
        cmocka_unit_test(test_long_paths_fit_nothing),
        cmocka_unit_test(test_methods_of_a_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

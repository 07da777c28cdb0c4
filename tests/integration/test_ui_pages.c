#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/api_world.h"
#include "support/raw_http.h"
#include "web/ui_assets.h"

/* ---- an interface of the tests' own ---- */

#define BYTES(text)                                                                                \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static const struct ui_asset files[] = {
    {"assets/index-12345678.js",
     "text/javascript; charset=utf-8",
     "\"script\"",
     true,
     {BYTES("plain script"), BYTES("gzipped"), BYTES("brotli")}},
    {"favicon.svg", "image/svg+xml", "\"icon\"", false, {BYTES("<svg/>"), {0}, {0}}},
    {"index.html",
     "text/html; charset=utf-8",
     "\"page\"",
     false,
     {BYTES("<html><base href=\"/\" /><p>page</p></html>"), {0}, BYTES("packed page")}},
};
static const struct ui_assets assets = {files, ARRAY_LENGTH(files)};
static const struct ui_assets no_assets = {0};

static const char browser[] = "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n";
static const char plain_page[] = "<html><base href=\"/\" /><p>page</p></html>";

/* ---- the server around it ---- */

struct place {
    struct api_world *world;
    struct web_server *server;
    int api, ui;
};

static enum web_verdict answer(void *context, struct web_request *request,
                               struct web_response *response)
{
    return call_answer(context, request, response);
}

static void open_place(void **state, const char *base_path, const char *login)
{
    struct place *place = memory_new(sizeof(*place));
    struct error error = {0};

    if (text_equal(login, "enabled"))
        api_world_setup_with_login((void **)&place->world);
    else
        api_world_setup((void **)&place->world);
    place->world->api.ui = &assets;
    assert_int_equal(
        web_server_start(&(struct web_server_settings){.doors = {{WEB_DOOR_API, "127.0.0.1", 0},
                                                                 {WEB_DOOR_UI, "127.0.0.1", 0}},
                                                       .door_count = 2,
                                                       .base_path = base_path},
                         &(struct web_handler){.context = &place->world->api, .answer = answer},
                         &place->server, &error),
        ERROR_NONE);
    place->api = web_server_port(place->server, WEB_DOOR_API);
    place->ui = web_server_port(place->server, WEB_DOOR_UI);
    *state = place;
}

static int open_at_root(void **state)
{
    open_place(state, "", "enabled");
    return 0;
}

static int open_below_base(void **state)
{
    open_place(state, "/listsync", "enabled");
    return 0;
}

static int close_place(void **state)
{
    struct place *place = *state;

    web_server_stop(place->server, 1000);
    api_world_teardown((void **)&place->world);
    free(place);
    return 0;
}

static const char *header(const struct raw_answer *answer, const char *name)
{
    const char *found = http_headers_find(&answer->headers, name);

    return found ? found : "";
}

static void get(int port, const char *path, const char *headers, struct raw_answer *ret)
{
    assert_true(raw_http_get(port, path, headers, ret));
}

static void assert_body(const char *path, const char *headers, int port, const char *wanted)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(port, path, headers, &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(buffer_string(&answer.body), wanted);
}

static void assert_code(int port, const char *path, const char *headers, int status,
                        const char *code)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(port, path, headers, &answer);
    assert_int_equal(answer.status, status);
    assert_string_equal(header(&answer, "Content-Type"), "application/json");
    assert_non_null(strstr(buffer_string(&answer.body), code));
}

/* ---- files ---- */

static void assert_encoding(int port, const char *accepted, const char *encoding, const char *body,
                            const char *etag)
{
    AUTO_FREE char *line = memory_print("Accept-Encoding: %s\r\n", accepted);
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(port, "/assets/index-12345678.js", line, &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(header(&answer, "Content-Encoding"), encoding);
    assert_string_equal(buffer_string(&answer.body), body);
    assert_string_equal(header(&answer, "ETag"), etag);
    assert_string_equal(header(&answer, "Vary"), "Accept-Encoding");
    assert_string_equal(header(&answer, "Content-Type"), "text/javascript; charset=utf-8");
}

static void test_files_go_out_packed_as_the_client_likes(void **state)
{
    const struct place *place = *state;

    assert_encoding(place->ui, "gzip, deflate, br", "br", "brotli", "\"script-br\"");
    assert_encoding(place->ui, "gzip", "gzip", "gzipped", "\"script-gzip\"");
    assert_encoding(place->ui, "br;q=0.5, gzip;q=0.8", "gzip", "gzipped", "\"script-gzip\"");
    assert_encoding(place->ui, "br;q=0, gzip;q=0", "", "plain script", "\"script\"");
    assert_encoding(place->ui, "identity", "", "plain script", "\"script\"");
}

static void test_files_without_packed_forms_go_out_plain(void **state)
{
    const struct place *place = *state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(place->ui, "/favicon.svg", "Accept-Encoding: br, gzip\r\n", &answer);
    assert_int_equal(answer.status, 200);
    assert_string_equal(buffer_string(&answer.body), "<svg/>");
    assert_string_equal(header(&answer, "Content-Encoding"), "");
    assert_string_equal(header(&answer, "Content-Type"), "image/svg+xml");
}

static void assert_cache_control(int port, const char *path, const char *wanted)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(port, path, browser, &answer);
    assert_string_equal(header(&answer, "Cache-Control"), wanted);
}

static void test_only_files_named_by_their_contents_are_kept_for_ever(void **state)
{
    const struct place *place = *state;

    assert_cache_control(place->ui, "/assets/index-12345678.js",
                         "public, max-age=31536000, immutable");
    assert_cache_control(place->ui, "/favicon.svg", "no-cache");
    assert_cache_control(place->ui, "/", "no-cache");
    assert_cache_control(place->ui, "/assets/index-87654321.js", "no-store");
}

static void test_what_the_client_has_is_not_sent_again(void **state)
{
    const struct place *place = *state;
    static const char *const paths[] = {"/favicon.svg", "/assets/index-12345678.js", "/",
                                        "/index.html"};

    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        AUTO_RAW_ANSWER struct raw_answer first = {0}, again = {0};
        get(place->ui, paths[i], "Accept-Encoding: br\r\n", &first);
        AUTO_FREE char *line =
            memory_print("Accept-Encoding: br\r\nIf-None-Match: %s\r\n", header(&first, "ETag"));
        get(place->ui, paths[i], line, &again);
        assert_int_equal(again.status, 304);
        assert_string_equal(header(&again, "ETag"), header(&first, "ETag"));
        assert_string_equal(header(&again, "Vary"), "Accept-Encoding");
    }
}

static void test_head_tells_what_get_would(void **state)
{
    const struct place *place = *state;
    AUTO_RAW_HTTP struct raw_http http;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    raw_http_open(&http, place->ui);
    raw_http_send(&http, "HEAD /assets/index-12345678.js HTTP/1.1\r\nHost: a\r\n"
                         "Accept-Encoding: br\r\n\r\n");
    assert_true(raw_http_read_head(&http, &answer));
    assert_int_equal(answer.status, 200);
    assert_string_equal(header(&answer, "Content-Length"), "6");
    assert_string_equal(header(&answer, "Content-Encoding"), "br");
}

static void test_files_take_nothing_but_get(void **state)
{
    const struct place *place = *state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    assert_true(raw_http_ask(
        place->ui, "POST /favicon.svg HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", &answer));
    assert_int_equal(answer.status, 404);
}

/* ---- pages ---- */

static void test_every_address_of_the_interface_is_its_page(void **state)
{
    const struct place *place = *state;

    assert_body("/", browser, place->ui, plain_page);
    assert_body("/index.html", "", place->ui, plain_page);
    assert_body("/lists", browser, place->ui, plain_page);
    assert_body("/lists/", browser, place->ui, plain_page);
    assert_body("/lists", "Accept: */*\r\n", place->ui, plain_page);
    assert_body("/lists/imdb/top.250?tab=items&whatever=1", browser, place->ui, plain_page);
    assert_body("/lists/a%2Fb", browser, place->ui, plain_page);
}

static void test_what_is_no_page_is_not_found(void **state)
{
    const struct place *place = *state;

    assert_code(place->ui, "/assets/gone-12345678.js", browser, 404, "no_such_path");
    assert_code(place->ui, "/api", browser, 404, "no_such_path");
    assert_code(place->ui, "/api/nothing", browser, 404, "no_such_path");
    assert_code(place->ui, "/%61pi/nothing", browser, 404, "no_such_path");
    assert_code(place->ui, "/docs/nothing", browser, 404, "no_such_path");
    assert_code(place->ui, "/lists", "Accept: application/json\r\n", 404, "no_such_path");
    assert_code(place->ui, "/lists", "Accept: text/html;q=0\r\n", 404, "no_such_path");
    assert_code(place->ui, "/favicon.ico", "Accept: image/*,*/*;q=0.8\r\n", 404, "no_such_path");
    assert_code(place->ui, "/lists", "", 404, "no_such_path");
    assert_code(place->ui, "/API/users", browser, 404, "no_such_path");
    assert_code(place->ui, "//api/users", browser, 404, "no_such_path");
    assert_code(place->ui, "/a/../b", browser, 404, "no_such_path");
    assert_code(place->ui, "/a%0ab", browser, 404, "no_such_path");
    assert_code(place->ui, "/%ff", browser, 404, "no_such_path");
}

static void test_the_api_is_there_as_well(void **state)
{
    const struct place *place = *state;

    assert_body("/ping", browser, place->ui, "{\"status\":\"OK\"}");
    assert_code(place->ui, "/api/lists", browser, 401, "setup_needed");
}

static void test_pages_may_load_what_lies_beside_them_only(void **state)
{
    const struct place *place = *state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(place->ui, "/lists", browser, &answer);
    assert_string_equal(header(&answer, "Content-Security-Policy"),
                        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
                        "data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
                        "form-action 'self'; base-uri 'self'; frame-ancestors 'none'");
    assert_string_equal(header(&answer, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(header(&answer, "X-Frame-Options"), "DENY");
    assert_string_equal(header(&answer, "RateLimit-Limit"), "");
}

static void test_the_base_of_the_page_is_that_of_the_request(void **state)
{
    const struct place *place = *state;
    static const char page[] = "<html><base href=\"/listsync/\" /><p>page</p></html>";

    assert_body("/listsync", browser, place->ui, page);
    assert_body("/listsync/", browser, place->ui, page);
    assert_body("/listsync/lists/7", browser, place->ui, page);
    assert_body("/listsync/assets/index-12345678.js", "", place->ui, "plain script");
    assert_code(place->ui, "/lists", browser, 404, "not_found");
    assert_cache_control(place->ui, "/listsync/lists", "no-cache");
}

static void test_the_other_door_has_no_interface(void **state)
{
    const struct place *place = *state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    get(place->api, "/", browser, &answer);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(buffer_string(&answer.body), "href=\"/docs\""));
    assert_code(place->api, "/lists", browser, 404, "no_such_path");
    assert_code(place->api, "/favicon.svg", browser, 404, "no_such_path");
}

static void test_a_program_without_its_interface_says_so(void **state)
{
    struct place *place = *state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    place->world->api.ui = &no_assets;
    get(place->ui, "/", browser, &answer);
    assert_int_equal(answer.status, 200);
    assert_non_null(strstr(buffer_string(&answer.body), "built without its web interface"));
    assert_non_null(strstr(buffer_string(&answer.body), "href=\"/docs\""));
    assert_code(place->ui, "/lists", browser, 404, "no_such_path");
}

#define AT_ROOT(test) cmocka_unit_test_setup_teardown(test, open_at_root, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_ROOT(test_files_go_out_packed_as_the_client_likes),
        AT_ROOT(test_files_without_packed_forms_go_out_plain),
        AT_ROOT(test_only_files_named_by_their_contents_are_kept_for_ever),
        AT_ROOT(test_what_the_client_has_is_not_sent_again),
        AT_ROOT(test_head_tells_what_get_would),
        AT_ROOT(test_files_take_nothing_but_get),
        AT_ROOT(test_every_address_of_the_interface_is_its_page),
        AT_ROOT(test_what_is_no_page_is_not_found),
        AT_ROOT(test_the_api_is_there_as_well),
        AT_ROOT(test_pages_may_load_what_lies_beside_them_only),
        cmocka_unit_test_setup_teardown(test_the_base_of_the_page_is_that_of_the_request,
                                        open_below_base, close_place),
        AT_ROOT(test_the_other_door_has_no_interface),
        AT_ROOT(test_a_program_without_its_interface_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

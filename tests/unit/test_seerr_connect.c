#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/connect.h"
#include "support/answer_of.h"

static void an_address_is_taken_in_any_form(void **state)
{
    static const struct {
        const char *given, *kept;
    } cases[] = {
        {"http://seerr:5055", "http://seerr:5055"},
        {"  http://seerr:5055/ ", "http://seerr:5055"},
        {"https://host/seerr/", "https://host/seerr"},
        {"http://seerr:5055/api/v1", "http://seerr:5055"},
        {"http://seerr:5055/api/v1/", "http://seerr:5055"},
        {"http://seerr:5055/?x=1#y", "http://seerr:5055"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_FREE char *url = NULL;
        struct error error = {0};
        assert_int_equal(seerr_normalise_url(cases[i].given, &url, &error), ERROR_NONE);
        assert_string_equal(url, cases[i].kept);
    }
}

static void an_address_without_scheme_or_host_is_refused(void **state)
{
    static const char *const given[] = {"", "seerr:5055", "ftp://seerr", "http://"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(given); i++) {
        char *url = NULL;
        struct error error = {0};
        assert_int_equal(seerr_normalise_url(given[i], &url, &error), ERROR_USAGE);
        assert_null(url);
        assert_non_null(strstr(error.message, "address of Seerr"));
    }
}

static void a_call_goes_to_the_api_with_the_key(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct seerr seerr = {.base_url = "http://host/base"};

    (void)state;
    secret_set(&seerr.key, "k");
    http_request_init(&request);
    connect_user_request(&seerr, 7, &request);
    assert_string_equal(request.url, "http://host/base/api/v1/auth/me");
    assert_string_equal(http_headers_find(&request.headers, "X-Api-Key"), "k");
    assert_string_equal(http_headers_find(&request.headers, "X-API-User"), "7");
    assert_true(request.repeatable);
    secret_release(&seerr.key);
}

static void nobody_is_acted_for_unless_asked(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct seerr seerr = {.base_url = "http://host"};

    (void)state;
    http_request_init(&request);
    connect_user_request(&seerr, 0, &request);
    assert_null(http_headers_find(&request.headers, "X-API-User"));
}

static void the_servers_differ_by_what_they_tell(void **state)
{
    static const struct {
        const char *body;
        enum seerr_flavour flavour;
        const char *name;
        bool movie_4k;
    } cases[] = {
        {"{\"hideBlocklisted\":false,\"mediaServerType\":4,\"movie4kEnabled\":true}", SEERR_SEERR,
         "Seerr", true},
        {"{\"hideBlacklisted\":false,\"mediaServerType\":2}", SEERR_JELLYSEERR, "Jellyseerr",
         false},
        {"{\"mediaServerType\":2}", SEERR_JELLYSEERR, "Jellyseerr", false},
        {"{\"region\":\"\",\"movie4kEnabled\":false}", SEERR_OVERSEERR, "Overseerr", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RESPONSE struct http_response response = answer_of(200, cases[i].body);
        struct seerr_server server;
        assert_int_equal(connect_server_answer(&response, &server, NULL), ERROR_NONE);
        assert_int_equal(server.flavour, cases[i].flavour);
        assert_string_equal(seerr_flavour_name(server.flavour), cases[i].name);
        assert_int_equal(server.movie_4k_enabled, cases[i].movie_4k);
    }
}

/* Whatever may answer at a wrong address or with a wrong key, in a sentence of its own. */
static void what_is_no_seerr_is_explained(void **state)
{
    static const struct {
        int status;
        const char *type, *body;
        enum error_code code;
        const char *sentence;
    } cases[] = {
        {200, "text/html; charset=utf-8", "<!DOCTYPE html>", ERROR_FORMAT, "web page"},
        {404, "text/html", "no", ERROR_FORMAT, "base path"},
        {200, NULL, "  <html>", ERROR_FORMAT, "web page"},
        {404, "application/json", "", ERROR_FORMAT, "nothing of Seerr's API is at that address"},
        {200, "application/json", "{\"pong\":true}", ERROR_FORMAT, "is not Overseerr"},
        {200, "application/json", "{\"reg", ERROR_FORMAT, "not understood"},
        {200, "application/json", "", ERROR_FORMAT, "not understood"},
        {401, "application/json", "{\"message\":\"cookie 'connect.sid' required\"}", ERROR_REFUSED,
         "got none"},
        {403, "application/json",
         "{\"status\":403,\"error\":\"You do not have permission to access this endpoint\"}",
         ERROR_REFUSED, "does not accept the API key"},
        {403, "application/json", "{\"message\":\"invalid csrf token\"}", ERROR_REFUSED,
         "switch it off"},
        {500, "application/json", "{\"message\":\"broken\"}", ERROR_UNREACHABLE, "broken"},
        {502, "text/html", "<html>bad gateway</html>", ERROR_UNREACHABLE, "HTTP 502"},
        {418, "application/json", "{}", ERROR_REFUSED, "no explanation"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RESPONSE struct http_response response =
            typed_answer_of(cases[i].status, cases[i].type, cases[i].body);
        struct seerr_server server;
        struct error error = {0};
        assert_int_equal(connect_server_answer(&response, &server, &error), cases[i].code);
        if (!strstr(error.message, cases[i].sentence))
            fail_msg("\"%s\" does not say \"%s\"", error.message, cases[i].sentence);
    }
}

static void an_unknown_user_is_not_a_wrong_key(void **state)
{
    AUTO_RESPONSE struct http_response response = answer_of(
        403, "{\"status\":403,\"error\":\"You do not have permission to access this endpoint\"}");
    struct seerr_user user;
    struct error error = {0};

    (void)state;
    assert_int_equal(connect_user_answer(&response, 42, &user, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.message, "no user 42"));
    assert_int_equal(connect_user_answer(&response, 0, &user, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.message, "API key"));
}

static void a_user_has_a_number_and_a_name(void **state)
{
    AUTO_RESPONSE struct http_response known = answer_of(200, "{\"id\":3,\"displayName\":\"Ann\"}");
    AUTO_RESPONSE struct http_response nobody = answer_of(200, "{\"displayName\":\"Ann\"}");
    struct seerr_user user;

    (void)state;
    assert_int_equal(connect_user_answer(&known, 0, &user, NULL), ERROR_NONE);
    assert_int_equal(user.id, 3);
    assert_string_equal(user.name, "Ann");
    assert_int_equal(connect_user_answer(&nobody, 0, &user, NULL), ERROR_FORMAT);
}

static void a_version_is_for_people_and_may_be_missing(void **state)
{
    AUTO_RESPONSE struct http_response told = answer_of(200, "{\"version\":\"2.7.3\"}");
    AUTO_RESPONSE struct http_response broken = answer_of(500, "oops");
    char version[16];

    (void)state;
    connect_version_answer(&told, version, sizeof(version));
    assert_string_equal(version, "2.7.3");
    connect_version_answer(&broken, version, sizeof(version));
    assert_string_equal(version, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_taken_in_any_form),
        cmocka_unit_test(an_address_without_scheme_or_host_is_refused),
        cmocka_unit_test(a_call_goes_to_the_api_with_the_key),
        cmocka_unit_test(nobody_is_acted_for_unless_asked),
        cmocka_unit_test(the_servers_differ_by_what_they_tell),
        cmocka_unit_test(what_is_no_seerr_is_explained),
        cmocka_unit_test(an_unknown_user_is_not_a_wrong_key),
        cmocka_unit_test(a_user_has_a_number_and_a_name),
        cmocka_unit_test(a_version_is_for_people_and_may_be_missing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/request.h"
#include "support/answer_of.h"

static struct http_request request_for(enum media_type type, bool is_4k, const char *seasons,
                                       int64_t requester)
{
    struct http_request request;
    struct season_set set = season_set_parse(seasons);
    struct seerr seerr = {.base_url = "http://seerr"};

    http_request_init(&request);
    secret_set(&seerr.key, "k");
    request_make(&seerr, type, 1396, is_4k, &set, requester, &request);
    secret_release(&seerr.key);
    return request;
}

static void every_request_says_its_quality(void **state)
{
    static const struct {
        enum media_type media_type;
        bool is_4k;
        const char *seasons, *body;
    } cases[] = {
        {MEDIA_MOVIE, false, "", "{\"mediaType\":\"movie\",\"mediaId\":1396,\"is4k\":false}"},
        {MEDIA_MOVIE, true, "", "{\"mediaType\":\"movie\",\"mediaId\":1396,\"is4k\":true}"},
        {MEDIA_TV, false, "1,3",
         "{\"mediaType\":\"tv\",\"mediaId\":1396,\"is4k\":false,\"seasons\":[1,3]}"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_REQUEST struct http_request request =
            request_for(cases[i].media_type, cases[i].is_4k, cases[i].seasons, 0);
        assert_string_equal(buffer_string(&request.body), cases[i].body);
        assert_string_equal(request.url, "http://seerr/api/v1/request");
        assert_string_equal(http_headers_find(&request.headers, "Content-Type"),
                            "application/json");
        assert_int_equal(request.method, HTTP_POST);
        assert_false(request.repeatable);
    }
}

static void a_requester_is_acted_for_by_header(void **state)
{
    AUTO_REQUEST struct http_request named = request_for(MEDIA_MOVIE, false, "", 5);
    AUTO_REQUEST struct http_request own = request_for(MEDIA_MOVIE, false, "", 0);

    (void)state;
    assert_string_equal(http_headers_find(&named.headers, "X-API-User"), "5");
    assert_null(http_headers_find(&own.headers, "X-API-User"));
    assert_null(strstr(buffer_string(&named.body), "userId"));
}

static const struct {
    int status;
    const char *body;
    enum request_answer answer;
} answers[] = {
    {201, "{\"id\":9,\"status\":2}", REQUEST_MADE},
    {201, "cut off", REQUEST_MADE},
    {202, "{\"message\":\"No seasons available to request\"}", REQUEST_NOTHING_NEW},
    {409, "{\"message\":\"Request for this media already exists.\"}", REQUEST_EXISTED},
    {403, "{\"message\":\"You do not have permission to make movie requests.\"}",
     REQUEST_NO_PERMISSION},
    {403, "{\"message\":\"You do not have permission to make 4K series requests.\"}",
     REQUEST_NO_PERMISSION},
    {403, "{\"message\":\"Movie Quota exceeded.\"}", REQUEST_QUOTA_USED_UP},
    {403, "{\"message\":\"Series Quota exceeded.\"}", REQUEST_QUOTA_USED_UP},
    {403, "{\"message\":\"This media is blocklisted.\"}", REQUEST_BLOCKLISTED},
    {403, "{\"message\":\"This media is blacklisted.\"}", REQUEST_BLOCKLISTED},
    {403, "{\"message\":\"You do not have permission to modify the request user.\"}",
     REQUEST_NOT_ALLOWED},
    {403, "{\"message\":\"something new\"}", REQUEST_NOT_UNDERSTOOD},
    {403, "{\"message\":\"invalid csrf token\"}", REQUEST_REFUSED_ALL},
    {403, "{\"status\":403,\"error\":\"You do not have permission to access this endpoint\"}",
     REQUEST_REFUSED_ALL},
    {401, "{\"message\":\"cookie 'connect.sid' required\"}", REQUEST_REFUSED_ALL},
    {200, "<html>login</html>", REQUEST_REFUSED_ALL},
    {500,
     "{\"message\":\"[TMDB] Failed to fetch movie details: Request failed with status code 404\"}",
     REQUEST_UNKNOWN_TITLE},
    {500,
     "{\"message\":\"[TMDB] Failed to fetch movie details: Request failed with status code 429\"}",
     REQUEST_TROUBLE},
    {500, "{\"message\":\"SQLITE_CONSTRAINT: FOREIGN KEY constraint failed\"}", REQUEST_TROUBLE},
    {502, "<html>bad gateway</html>", REQUEST_TROUBLE},
    {503, "", REQUEST_TROUBLE},
    {504, "", REQUEST_TROUBLE},
    {200, "{\"id\":9}", REQUEST_NOT_UNDERSTOOD},
    {400, "{\"message\":\"request.body.mediaId should be number\"}", REQUEST_NOT_UNDERSTOOD},
};

static void only_201_is_a_request_and_every_refusal_is_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
        AUTO_RESPONSE struct http_response response =
            typed_answer_of(answers[i].status, NULL, answers[i].body);
        struct request_result result;
        request_made(&response, &result);
        if (result.answer != answers[i].answer)
            fail_msg("%d %s is read as %d", answers[i].status, answers[i].body, result.answer);
        assert_true(result.answer == REQUEST_MADE || *result.message);
    }
}

static void a_request_that_was_made_has_a_number_and_a_state(void **state)
{
    AUTO_RESPONSE struct http_response response = answer_of(201, "{\"id\":9,\"status\":1}");
    struct request_result result;

    (void)state;
    request_made(&response, &result);
    assert_int_equal(result.request_id, 9);
    assert_int_equal(result.status, REQUEST_STATUS_PENDING);
}

static void a_message_without_words_names_the_status(void **state)
{
    AUTO_RESPONSE struct http_response response = answer_of(503, "");
    struct request_result result;

    (void)state;
    request_made(&response, &result);
    assert_string_equal(result.message, "HTTP 503");
}

static void the_state_of_a_request_says_for_what_it_is(void **state)
{
    AUTO_RESPONSE struct http_response response =
        answer_of(200, "{\"id\":9,\"status\":1,\"type\":\"tv\",\"is4k\":true,"
                       "\"media\":{\"tmdbId\":1396}}");
    AUTO_RESPONSE struct http_response gone =
        answer_of(404, "{\"message\":\"Request not found.\"}");
    AUTO_RESPONSE struct http_response odd = answer_of(200, "{\"id\":9}");
    struct request_state found;

    (void)state;
    assert_int_equal(request_state_answer(&response, &found, NULL), ERROR_NONE);
    assert_int_equal(found.status, REQUEST_STATUS_PENDING);
    assert_int_equal(found.media_type, MEDIA_TV);
    assert_int_equal(found.tmdb, 1396);
    assert_true(found.is_4k);
    assert_int_equal(request_state_answer(&gone, &found, NULL), ERROR_NOT_FOUND);
    assert_int_equal(request_state_answer(&odd, &found, NULL), ERROR_FORMAT);
}

static void a_withdrawal_succeeds_when_the_request_is_gone(void **state)
{
    static const struct {
        int status;
        const char *body;
        enum error_code code;
    } cases[] = {
        {204, "", ERROR_NONE},
        {404, "{\"message\":\"Request not found.\"}", ERROR_NONE},
        {401, "{\"message\":\"You do not have permission to delete this request.\"}",
         ERROR_REFUSED},
        {500, "{\"message\":\"x\"}", ERROR_UNREACHABLE},
    };
    AUTO_REQUEST struct http_request request;
    struct seerr seerr = {.base_url = "http://seerr"};

    (void)state;
    http_request_init(&request);
    request_withdraw(&seerr, 9, &request);
    assert_string_equal(request.url, "http://seerr/api/v1/request/9");
    assert_int_equal(request.method, HTTP_DELETE);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RESPONSE struct http_response response = answer_of(cases[i].status, cases[i].body);
        assert_int_equal(request_withdrawn(&response, NULL), cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_request_says_its_quality),
        cmocka_unit_test(a_requester_is_acted_for_by_header),
        cmocka_unit_test(only_201_is_a_request_and_every_refusal_is_told_apart),
        cmocka_unit_test(a_request_that_was_made_has_a_number_and_a_state),
        cmocka_unit_test(a_message_without_words_names_the_status),
        cmocka_unit_test(the_state_of_a_request_says_for_what_it_is),
        cmocka_unit_test(a_withdrawal_succeeds_when_the_request_is_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

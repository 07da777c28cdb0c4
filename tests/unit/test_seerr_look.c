#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/look.h"
#include "support/answer_of.h"

static void the_title_is_asked_for_by_kind_and_number(void **state)
{
    AUTO_REQUEST struct http_request request;
    struct seerr seerr = {.base_url = "http://seerr"};

    (void)state;
    http_request_init(&request);
    look_request(&seerr, MEDIA_TV, 1399, &request);
    assert_string_equal(request.url, "http://seerr/api/v1/tv/1399");
}

struct look_case {
    const char *what;
    enum media_type media_type;
    bool is_4k;
    const char *body;
    enum media_status status;
    const char *seasons, *covered;
    bool open, declined;
};

static const struct look_case cases[] = {
    {"a film that Seerr does not know", MEDIA_MOVIE, false, "{\"id\":1}", MEDIA_STATUS_NONE, "", "",
     false, false},
    {"a film that was requested", MEDIA_MOVIE, false,
     "{\"mediaInfo\":{\"status\":3,\"status4k\":1,\"requests\":[{\"status\":2,\"is4k\":false}]}}",
     MEDIA_STATUS_PROCESSING, "", "", true, false},
    {"the same in 4K", MEDIA_MOVIE, true,
     "{\"mediaInfo\":{\"status\":3,\"status4k\":1,\"requests\":[{\"status\":2,\"is4k\":false}]}}",
     MEDIA_STATUS_UNKNOWN, "", "", false, false},
    {"a film that was declined", MEDIA_MOVIE, false,
     "{\"mediaInfo\":{\"status\":1,\"requests\":[{\"status\":3,\"is4k\":false}]}}",
     MEDIA_STATUS_UNKNOWN, "", "", false, true},
    {"declined, then asked for again", MEDIA_MOVIE, false,
     "{\"mediaInfo\":{\"status\":2,\"requests\":[{\"status\":3,\"is4k\":false},"
     "{\"status\":1,\"is4k\":false}]}}",
     MEDIA_STATUS_PENDING, "", "", true, true},
    {"a request that failed is still open", MEDIA_MOVIE, false,
     "{\"mediaInfo\":{\"status\":2,\"requests\":[{\"status\":4,\"is4k\":false}]}}",
     MEDIA_STATUS_PENDING, "", "", true, false},
    {"a new series, its specials left out", MEDIA_TV, false,
     "{\"seasons\":[{\"seasonNumber\":0},{\"seasonNumber\":1},{\"seasonNumber\":2}]}",
     MEDIA_STATUS_NONE, "1,2", "", false, false},
    {"a series asked for and declined in part", MEDIA_TV, false,
     "{\"seasons\":[{\"seasonNumber\":1},{\"seasonNumber\":2},{\"seasonNumber\":3},"
     "{\"seasonNumber\":4}],\"mediaInfo\":{\"status\":4,\"seasons\":[{\"seasonNumber\":1,"
     "\"status\":5},{\"seasonNumber\":4,\"status\":1}],\"requests\":[{\"status\":3,\"is4k\":false,"
     "\"seasons\":[{\"seasonNumber\":2}]},{\"status\":2,\"is4k\":false,"
     "\"seasons\":[{\"seasonNumber\":3}]}]}}",
     MEDIA_STATUS_PARTIALLY_AVAILABLE, "1,2,3,4", "1,3", true, true},
    {"seasons of the other quality do not count", MEDIA_TV, true,
     "{\"seasons\":[{\"seasonNumber\":1}],\"mediaInfo\":{\"status\":5,\"status4k\":1,"
     "\"seasons\":[{\"seasonNumber\":1,\"status\":5,\"status4k\":1}],"
     "\"requests\":[{\"status\":2,\"is4k\":false,\"seasons\":[{\"seasonNumber\":1}]}]}}",
     MEDIA_STATUS_UNKNOWN, "1", "", false, false},
    {"a series without a season", MEDIA_TV, false, "{\"seasons\":[]}", MEDIA_STATUS_NONE, "", "",
     false, false},
    {"a status of a newer Seerr", MEDIA_MOVIE, false, "{\"mediaInfo\":{\"status\":9}}",
     MEDIA_STATUS_NONE, "", "", false, false},
};

static void check(const struct look_case *row)
{
    AUTO_RESPONSE struct http_response response = answer_of(200, row->body);
    struct title_look look;
    char text[SEASON_SET_TEXT];

    print_message("%s\n", row->what);
    assert_int_equal(look_answer(&response, row->media_type, row->is_4k, &look, NULL), ERROR_NONE);
    assert_int_equal(look.status, row->status);
    season_set_format(&look.seasons, text);
    assert_string_equal(text, row->seasons);
    season_set_format(&look.covered, text);
    assert_string_equal(text, row->covered);
    assert_int_equal(look.has_open_request, row->open);
    assert_int_equal(look.has_declined_request, row->declined);
}

static void a_look_tells_seasons_and_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        check(&cases[i]);
}

static void a_series_without_a_list_of_seasons_is_not_guessed_at(void **state)
{
    AUTO_RESPONSE struct http_response response = answer_of(200, "{\"id\":1}");
    struct title_look look;
    struct error error = {0};

    (void)state;
    assert_int_equal(look_answer(&response, MEDIA_TV, false, &look, &error), ERROR_FORMAT);
    assert_non_null(strstr(error.message, "no seasons"));
}

static void trouble_is_not_an_unknown_title(void **state)
{
    AUTO_RESPONSE struct http_response response =
        answer_of(500, "{\"message\":\"Unable to retrieve movie.\"}");
    struct title_look look;

    (void)state;
    assert_int_equal(look_answer(&response, MEDIA_MOVIE, false, &look, NULL), ERROR_UNREACHABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_title_is_asked_for_by_kind_and_number),
        cmocka_unit_test(a_look_tells_seasons_and_requests),
        cmocka_unit_test(a_series_without_a_list_of_seasons_is_not_guessed_at),
        cmocka_unit_test(trouble_is_not_an_unknown_title),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

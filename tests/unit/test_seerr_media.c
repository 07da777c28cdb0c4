#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/media.h"
#include "support/answer_of.h"

static const struct seerr seerr = {.base_url = "http://seerr"};

static int open_sweep(void **state)
{
    struct media_sweep *sweep = memory_new(sizeof(*sweep));

    media_sweep_init(sweep, false);
    *state = sweep;
    return 0;
}

static int close_sweep(void **state)
{
    media_sweep_release(*state);
    memory_release_local((char **)state);
    return 0;
}

/* One page, with so many results in all. */
static enum error_code take(struct media_sweep *sweep, int results, const char *rows)
{
    AUTO_FREE char *body =
        memory_print("{\"pageInfo\":{\"results\":%d},\"results\":[%s]}", results, rows);
    AUTO_RESPONSE struct http_response response = answer_of(200, body);

    return media_sweep_answer(sweep, &response, NULL);
}

static char *next_url(const struct media_sweep *sweep)
{
    AUTO_REQUEST struct http_request request;

    http_request_init(&request);
    media_sweep_request(sweep, &seerr, &request);
    return memory_text(request.url);
}

static void assert_asks(const struct media_sweep *sweep, const char *url)
{
    AUTO_FREE char *asked = next_url(sweep);

    assert_string_equal(asked, url);
}

static enum media_status status_of(const struct media_sweep *sweep, enum media_type type,
                                   int64_t tmdb)
{
    const struct media_state *found = media_sweep_find(sweep, type, tmdb);

    return found ? found->status : MEDIA_STATUS_NONE;
}

static void pages_are_asked_for_until_all_rows_are_read(void **state)
{
    struct media_sweep *sweep = *state;

    assert_asks(sweep, "http://seerr/api/v1/media?take=1000&skip=0");
    assert_int_equal(take(sweep, 3,
                          "{\"mediaType\":\"movie\",\"tmdbId\":1,\"status\":5},"
                          "{\"mediaType\":\"tv\",\"tmdbId\":1,\"status\":2}"),
                     ERROR_NONE);
    assert_false(sweep->finished);
    assert_asks(sweep, "http://seerr/api/v1/media?take=1000&skip=2");
    take(sweep, 3, "{\"mediaType\":\"movie\",\"tmdbId\":2,\"status\":3}");
    assert_true(sweep->finished);
    assert_int_equal(sweep->count, 3);
    assert_int_equal(status_of(sweep, MEDIA_MOVIE, 1), MEDIA_STATUS_AVAILABLE);
    assert_int_equal(status_of(sweep, MEDIA_TV, 1), MEDIA_STATUS_PENDING);
    assert_int_equal(status_of(sweep, MEDIA_TV, 2), MEDIA_STATUS_NONE);
}

static void an_empty_seerr_is_read_at_once(void **state)
{
    struct media_sweep *sweep = *state;

    assert_int_equal(take(sweep, 0, ""), ERROR_NONE);
    assert_true(sweep->finished);
    assert_int_equal(sweep->count, 0);
}

static void rows_added_while_paging_repeat_and_count_once(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 2, "{\"mediaType\":\"movie\",\"tmdbId\":2,\"status\":3}");
    take(sweep, 3, "{\"mediaType\":\"movie\",\"tmdbId\":2,\"status\":3}");
    assert_false(sweep->finished);
    take(sweep, 3, "{\"mediaType\":\"movie\",\"tmdbId\":1,\"status\":3}");
    assert_true(sweep->finished);
    assert_int_equal(sweep->count, 2);
}

static void a_sweep_that_shrinks_is_read_again_once(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 3, "{\"mediaType\":\"movie\",\"tmdbId\":3,\"status\":5}");
    take(sweep, 2, "{\"mediaType\":\"movie\",\"tmdbId\":1,\"status\":5}");
    assert_false(sweep->finished);
    assert_int_equal(sweep->count, 0);
    assert_asks(sweep, "http://seerr/api/v1/media?take=1000&skip=0");
    take(sweep, 2, "{\"mediaType\":\"movie\",\"tmdbId\":2,\"status\":5}");
    take(sweep, 1, "");
    assert_true(sweep->finished);
}

static void a_sweep_that_is_short_twice_is_not_believed(void **state)
{
    struct media_sweep *sweep = *state;
    AUTO_RESPONSE struct http_response response =
        answer_of(200, "{\"pageInfo\":{\"results\":5},\"results\":[]}");

    take(sweep, 5, "{\"mediaType\":\"movie\",\"tmdbId\":3,\"status\":5}");
    take(sweep, 5, "");
    assert_false(sweep->finished);
    assert_int_equal(media_sweep_answer(sweep, &response, NULL), ERROR_FORMAT);
}

static void two_rows_of_a_title_are_merged_and_the_further_status_wins(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 2,
         "{\"mediaType\":\"tv\",\"tmdbId\":7,\"status\":4,\"seasons\":"
         "[{\"seasonNumber\":1,\"status\":5}]},"
         "{\"mediaType\":\"tv\",\"tmdbId\":7,\"status\":2,\"seasons\":"
         "[{\"seasonNumber\":2,\"status\":3},{\"seasonNumber\":3,\"status\":1}]}");
    const struct media_state *series = media_sweep_find(sweep, MEDIA_TV, 7);
    assert_int_equal(sweep->count, 1);
    assert_int_equal(series->status, MEDIA_STATUS_PARTIALLY_AVAILABLE);
    assert_true(season_set_has(&series->seasons_there, 1));
    assert_true(season_set_has(&series->seasons_there, 2));
    assert_false(season_set_has(&series->seasons_there, 3));
}

static void specials_are_left_out(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 1,
         "{\"mediaType\":\"tv\",\"tmdbId\":7,\"status\":4,\"seasons\":"
         "[{\"seasonNumber\":0,\"status\":5}]}");
    assert_true(season_set_is_empty(&media_sweep_find(sweep, MEDIA_TV, 7)->seasons_there));
}

static void the_4k_sweep_reads_the_other_status(void **state)
{
    struct media_sweep *sweep = *state;

    media_sweep_init(sweep, true);
    take(sweep, 4,
         "{\"mediaType\":\"movie\",\"tmdbId\":1,\"status\":5,\"status4k\":1},"
         "{\"mediaType\":\"movie\",\"tmdbId\":2,\"status\":1,\"status4k\":3},"
         "{\"mediaType\":\"movie\",\"tmdbId\":3,\"status\":6,\"status4k\":1},"
         "{\"mediaType\":\"tv\",\"tmdbId\":4,\"status\":5,\"status4k\":4,\"seasons\":"
         "[{\"seasonNumber\":1,\"status\":5,\"status4k\":1},"
         "{\"seasonNumber\":2,\"status\":1,\"status4k\":5}]}");
    assert_int_equal(status_of(sweep, MEDIA_MOVIE, 1), MEDIA_STATUS_UNKNOWN);
    assert_int_equal(status_of(sweep, MEDIA_MOVIE, 2), MEDIA_STATUS_PROCESSING);
    assert_int_equal(status_of(sweep, MEDIA_MOVIE, 3), MEDIA_STATUS_BLOCKLISTED);
    const struct media_state *series = media_sweep_find(sweep, MEDIA_TV, 4);
    assert_false(season_set_has(&series->seasons_there, 1));
    assert_true(season_set_has(&series->seasons_there, 2));
}

static void a_status_of_a_newer_seerr_is_not_guessed(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 1, "{\"mediaType\":\"movie\",\"tmdbId\":1,\"status\":8}");
    assert_int_equal(status_of(sweep, MEDIA_MOVIE, 1), MEDIA_STATUS_UNKNOWN);
}

static void rows_without_kind_or_number_are_passed_over(void **state)
{
    struct media_sweep *sweep = *state;

    take(sweep, 3, "{\"mediaType\":\"person\",\"tmdbId\":1},{\"mediaType\":\"tv\"},null");
    assert_true(sweep->finished);
    assert_int_equal(sweep->count, 0);
}

static void what_is_no_media_list_is_refused(void **state)
{
    static const char *const bodies[] = {
        "{}",
        "[]",
        "{\"results\":[]}",
        "{\"pageInfo\":{\"results\":\"x\"},\"results\":[]}",
        "{\"pageInfo\":{\"results\":1},\"results\":{}}",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(bodies); i++) {
        AUTO_RESPONSE struct http_response response = answer_of(200, bodies[i]);
        struct error error = {0};
        assert_int_equal(media_sweep_answer(*state, &response, &error), ERROR_FORMAT);
        assert_non_null(strstr(error.message, "list of media is not understood"));
    }
}

#define SWEEP_TEST(name) cmocka_unit_test_setup_teardown(name, open_sweep, close_sweep)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SWEEP_TEST(pages_are_asked_for_until_all_rows_are_read),
        SWEEP_TEST(an_empty_seerr_is_read_at_once),
        SWEEP_TEST(rows_added_while_paging_repeat_and_count_once),
        SWEEP_TEST(a_sweep_that_shrinks_is_read_again_once),
        SWEEP_TEST(a_sweep_that_is_short_twice_is_not_believed),
        SWEEP_TEST(two_rows_of_a_title_are_merged_and_the_further_status_wins),
        SWEEP_TEST(specials_are_left_out),
        SWEEP_TEST(the_4k_sweep_reads_the_other_status),
        SWEEP_TEST(a_status_of_a_newer_seerr_is_not_guessed),
        SWEEP_TEST(rows_without_kind_or_number_are_passed_over),
        SWEEP_TEST(what_is_no_media_list_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

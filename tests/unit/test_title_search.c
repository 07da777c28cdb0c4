#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/answer_of.h"
#include "sync/title_search.h"

static const struct seerr seerr = {.base_url = "http://seerr"};
static const struct item heat = {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE};

static void assert_asks(const struct title_search *search, const char *query)
{
    AUTO_REQUEST struct http_request request;
    AUTO_FREE char *url = memory_print("http://seerr/api/v1/search?query=%s", query);

    http_request_init(&request);
    title_search_request(search, &seerr, &request);
    assert_string_equal(request.url, url);
}

static enum error_code give(struct title_search *search, int pages, int total, const char *results)
{
    AUTO_FREE char *body = memory_print("{\"totalPages\":%d,\"totalResults\":%d,\"results\":[%s]}",
                                        pages, total, results);
    AUTO_RESPONSE struct http_response response = answer_of(200, body);

    return title_search_answer(search, &response, NULL);
}

/* One page of an answer that holds as many titles as it announces. */
static void take(struct title_search *search, int pages, const char *results)
{
    assert_int_equal(give(search, pages, *results ? 1 : 0, results), ERROR_NONE);
}

/* The look-up that shows TMDB to be well. */
static void prove_health(struct title_search *search)
{
    assert_asks(search, "imdb%3Att0133093");
    take(search, 1, "");
}

#define HEAT_OF(year, number)                                                                      \
    "{\"id\":" number ",\"mediaType\":\"movie\",\"title\":\"Heat\",\"releaseDate\":\"" year        \
    "-01-01\"}"

static void three_years_are_asked_for_the_lists_own_first(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);
    static const char *const queries[] = {"Heat%20year%3A1995", "Heat%20year%3A1994",
                                          "Heat%20year%3A1996"};

    (void)state;
    for (size_t i = 0; i < 2 * ARRAY_LENGTH(queries); i++) {
        assert_false(title_search_is_finished(search));
        assert_asks(search, queries[i % ARRAY_LENGTH(queries)]); /* nothing is asked for twice */
        take(search, 1, "");
    }
    prove_health(search);
    assert_true(title_search_is_finished(search));
    assert_null(title_search_choose(search).chosen);
}

static void every_page_of_a_year_is_read(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    assert_int_equal(give(search, 2, 2, HEAT_OF("1995", "949")), ERROR_NONE);
    assert_asks(search, "Heat%20year%3A1995&page=2");
    assert_int_equal(give(search, 2, 2, HEAT_OF("1995", "950")), ERROR_NONE);
    assert_asks(search, "Heat%20year%3A1994");
}

static void the_only_exact_title_is_chosen(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    take(search, 1, HEAT_OF("1995", "949"));
    take(search, 1, "");
    take(search, 1,
         "{\"id\":1,\"mediaType\":\"movie\",\"title\":\"Heat Wave\",\"releaseDate\":"
         "\"1996-01-01\"}");
    assert_asks(search, "Heat%20year%3A1994");
    take(search, 1, "");
    prove_health(search);
    assert_true(title_search_is_finished(search));
    struct match match = title_search_choose(search);
    assert_non_null(match.chosen);
    assert_int_equal(match.chosen->tmdb, 949);
}

static void two_of_one_name_in_neighbouring_years_are_none(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    take(search, 1, HEAT_OF("1995", "949"));
    take(search, 1, HEAT_OF("1994", "5"));
    take(search, 1, "");
    take(search, 1, "");
    prove_health(search);
    assert_null(title_search_choose(search).chosen);
}

static void a_name_with_too_many_pages_is_never_the_only_one(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    take(search, TITLE_SEARCH_PAGES + 1, HEAT_OF("1995", "949"));
    assert_true(title_search_is_finished(search));
    assert_null(title_search_choose(search).chosen);
}

static void a_failed_page_is_an_error(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);
    AUTO_RESPONSE struct http_response response = answer_of(500, "{\"message\":\"x\"}");

    (void)state;
    assert_int_equal(title_search_answer(search, &response, NULL), ERROR_UNREACHABLE);
    assert_asks(search, "Heat%20year%3A1995");
}

static void an_empty_year_that_fills_on_second_asking_proves_nothing(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    take(search, 1, "");
    take(search, 1, HEAT_OF("1994", "5"));
    take(search, 1, HEAT_OF("1996", "6"));
    assert_asks(search, "Heat%20year%3A1995");
    assert_int_equal(give(search, 1, 1, HEAT_OF("1995", "949")), ERROR_UNREACHABLE);
}

static void a_page_that_lacks_what_was_announced_proves_nothing(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    assert_int_equal(give(search, 2, 21, HEAT_OF("1995", "949")), ERROR_NONE);
    assert_int_equal(give(search, 1, 0, ""), ERROR_UNREACHABLE);
}

static void trouble_at_tmdb_in_the_end_proves_nothing(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);
    AUTO_RESPONSE struct http_response trouble = answer_of(500, "{\"message\":\"x\"}");

    (void)state;
    take(search, 1, HEAT_OF("1995", "949"));
    for (int i = 0; i < 4; i++)
        take(search, 1, "");
    assert_asks(search, "imdb%3Att0133093");
    assert_int_equal(title_search_answer(search, &trouble, NULL), ERROR_UNREACHABLE);
}

static void more_than_the_only_page_shows_is_not_complete(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    assert_int_equal(give(search, 1, 45, HEAT_OF("1995", "949")), ERROR_NONE);
    for (int i = 0; i < 4; i++)
        take(search, 1, "");
    prove_health(search);
    assert_null(title_search_choose(search).chosen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_years_are_asked_for_the_lists_own_first),
        cmocka_unit_test(every_page_of_a_year_is_read),
        cmocka_unit_test(the_only_exact_title_is_chosen),
        cmocka_unit_test(two_of_one_name_in_neighbouring_years_are_none),
        cmocka_unit_test(a_name_with_too_many_pages_is_never_the_only_one),
        cmocka_unit_test(a_failed_page_is_an_error),
        cmocka_unit_test(an_empty_year_that_fills_on_second_asking_proves_nothing),
        cmocka_unit_test(a_page_that_lacks_what_was_announced_proves_nothing),
        cmocka_unit_test(trouble_at_tmdb_in_the_end_proves_nothing),
        cmocka_unit_test(more_than_the_only_page_shows_is_not_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

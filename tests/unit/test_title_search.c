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

/* One page of an answer. */
static void take(struct title_search *search, int pages, const char *results)
{
    AUTO_FREE char *body = memory_print("{\"totalPages\":%d,\"results\":[%s]}", pages, results);
    AUTO_RESPONSE struct http_response response = answer_of(200, body);

    assert_int_equal(title_search_answer(search, &response, NULL), ERROR_NONE);
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
    for (size_t i = 0; i < ARRAY_LENGTH(queries); i++) {
        assert_false(title_search_is_finished(search));
        assert_asks(search, queries[i]);
        take(search, 1, "");
    }
    assert_true(title_search_is_finished(search));
    assert_false(title_search_saw_any(search));
    assert_null(title_search_choose(search).chosen);
}

static void every_page_of_a_year_is_read(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct title_search *search = title_search_new(arena, &heat);

    (void)state;
    take(search, 2, HEAT_OF("1995", "949"));
    assert_asks(search, "Heat%20year%3A1995&page=2");
    take(search, 2, "");
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
    assert_true(title_search_saw_any(search));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_years_are_asked_for_the_lists_own_first),
        cmocka_unit_test(every_page_of_a_year_is_read),
        cmocka_unit_test(the_only_exact_title_is_chosen),
        cmocka_unit_test(two_of_one_name_in_neighbouring_years_are_none),
        cmocka_unit_test(a_name_with_too_many_pages_is_never_the_only_one),
        cmocka_unit_test(a_failed_page_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/search.h"
#include "support/answer_of.h"

static const struct seerr seerr = {.base_url = "http://seerr"};

static void queries_have_every_reserved_character_encoded(void **state)
{
    AUTO_REQUEST struct http_request imdb;
    AUTO_REQUEST struct http_request tvdb;
    AUTO_REQUEST struct http_request title;

    (void)state;
    http_request_init(&imdb);
    http_request_init(&tvdb);
    http_request_init(&title);
    search_imdb_request(&seerr, "tt0111161", &imdb);
    search_tvdb_request(&seerr, 81189, &tvdb);
    search_title_request(&seerr, "What's Up, Doc?", 1972, 2, &title);
    assert_string_equal(imdb.url, "http://seerr/api/v1/search?query=imdb%3Att0111161");
    assert_string_equal(tvdb.url, "http://seerr/api/v1/search?query=tvdb%3A81189");
    assert_string_equal(title.url, "http://seerr/api/v1/search?query="
                                   "What%27s%20Up%2C%20Doc%3F%20year%3A1972&page=2");
}

static const struct {
    const char *what, *results;
    enum media_type asked;
    enum error_code code;
    enum media_type media_type;
    int64_t tmdb;
} id_answers[] = {
    {"one film", "{\"id\":278,\"mediaType\":\"movie\"}", MEDIA_UNKNOWN, ERROR_NONE, MEDIA_MOVIE,
     278},
    {"nothing", "", MEDIA_UNKNOWN, ERROR_NOT_FOUND, 0, 0},
    {"people only", "{\"mediaType\":\"person\",\"knownFor\":[]}", MEDIA_UNKNOWN, ERROR_NOT_FOUND, 0,
     0},
    {"a film among people",
     "{\"mediaType\":\"person\",\"id\":1},{\"id\":278,\"mediaType\":\"movie\"}", MEDIA_UNKNOWN,
     ERROR_NONE, MEDIA_MOVIE, 278},
    {"a film and a series: the kind picks",
     "{\"id\":1,\"mediaType\":\"movie\"},{\"id\":2,\"mediaType\":\"tv\"}", MEDIA_TV, ERROR_NONE,
     MEDIA_TV, 2},
    {"a film and a series, the kind unknown",
     "{\"id\":1,\"mediaType\":\"movie\"},{\"id\":2,\"mediaType\":\"tv\"}", MEDIA_UNKNOWN,
     ERROR_NOT_FOUND, 0, 0},
    {"two of one kind", "{\"id\":1,\"mediaType\":\"tv\"},{\"id\":2,\"mediaType\":\"tv\"}", MEDIA_TV,
     ERROR_NOT_FOUND, 0, 0},
    {"the wrong kind", "{\"id\":1,\"mediaType\":\"movie\"}", MEDIA_TV, ERROR_NOT_FOUND, 0, 0},
    {"no number", "{\"mediaType\":\"movie\"}", MEDIA_UNKNOWN, ERROR_NOT_FOUND, 0, 0},
};

static void an_id_names_one_title_or_none(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(id_answers); i++) {
        AUTO_FREE char *body = memory_print("{\"results\":[%s]}", id_answers[i].results);
        AUTO_RESPONSE struct http_response response = answer_of(200, body);
        struct candidate found = {0};
        print_message("%s\n", id_answers[i].what);
        assert_int_equal(search_id_answer(&response, id_answers[i].asked, arena, &found, NULL),
                         id_answers[i].code);
        if (id_answers[i].code)
            continue;
        assert_int_equal(found.media_type, id_answers[i].media_type);
        assert_int_equal(found.tmdb, id_answers[i].tmdb);
    }
}

static void trouble_is_not_an_unknown_id(void **state)
{
    AUTO_RESPONSE struct http_response trouble =
        answer_of(500, "{\"message\":\"Unable to retrieve search results.\"}");
    AUTO_RESPONSE struct http_response odd = answer_of(200, "{\"page\":1}");
    AUTO_ARENA struct arena *arena = arena_new();
    struct candidate found;

    (void)state;
    assert_int_equal(search_id_answer(&trouble, MEDIA_UNKNOWN, arena, &found, NULL),
                     ERROR_UNREACHABLE);
    assert_int_equal(search_id_answer(&odd, MEDIA_UNKNOWN, arena, &found, NULL), ERROR_FORMAT);
}

static void a_page_of_titles_outlives_its_answer(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct search_page page;

    (void)state;
    {
        AUTO_RESPONSE struct http_response response = answer_of(
            200, "{\"totalPages\":3,\"results\":["
                 "{\"id\":12,\"mediaType\":\"movie\",\"title\":\"Amélie\",\"originalTitle\":"
                 "\"Le Fabuleux Destin\",\"releaseDate\":\"2001-04-25\"},"
                 "{\"id\":5,\"mediaType\":\"person\",\"name\":\"Amélie\"},"
                 "{\"id\":13,\"mediaType\":\"tv\",\"name\":\"Dark\",\"originalName\":\"Dark\","
                 "\"firstAirDate\":\"\"}]}");
        assert_int_equal(search_title_answer(&response, arena, &page, NULL), ERROR_NONE);
    }
    assert_int_equal(page.count, 2);
    assert_int_equal(page.total_pages, 3);
    assert_string_equal(page.candidates[0].title, "Amélie");
    assert_string_equal(page.candidates[0].original_title, "Le Fabuleux Destin");
    assert_int_equal(page.candidates[0].year, 2001);
    assert_int_equal(page.candidates[1].media_type, MEDIA_TV);
    assert_string_equal(page.candidates[1].title, "Dark");
    assert_int_equal(page.candidates[1].year, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_have_every_reserved_character_encoded),
        cmocka_unit_test(an_id_names_one_title_or_none),
        cmocka_unit_test(trouble_is_not_an_unknown_id),
        cmocka_unit_test(a_page_of_titles_outlives_its_answer),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

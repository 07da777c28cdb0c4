/* Users, services and search results of a Seerr, as people are shown them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/browse.h"
#include "seerr/people.h"
#include "seerr/services.h"
#include "support/answer_of.h"

static const struct seerr seerr = {.base_url = "http://seerr"};

static void users_come_page_by_page(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct people_sweep sweep;
    struct error error = {0};

    (void)state;
    people_sweep_init(&sweep, arena);
    AUTO_RESPONSE struct http_response first = answer_of(
        200, "{\"pageInfo\":{\"results\":3},\"results\":[{\"id\":1,\"displayName\":\"an\\u0007na\","
             "\"email\":\"a@b\",\"avatar\":\"/a.png\"},{\"id\":2}]}");
    assert_int_equal(people_sweep_answer(&sweep, &first, &error), ERROR_NONE);
    assert_false(sweep.finished);
    AUTO_REQUEST struct http_request request;
    http_request_init(&request);
    people_sweep_request(&sweep, &seerr, &request);
    assert_string_equal(request.url, "http://seerr/api/v1/user?take=500&skip=2");
    AUTO_RESPONSE struct http_response second =
        answer_of(200, "{\"pageInfo\":{\"results\":3},\"results\":[{\"id\":2},{\"id\":0}]}");
    assert_int_equal(people_sweep_answer(&sweep, &second, &error), ERROR_NONE);
    assert_true(sweep.finished);
    assert_int_equal(sweep.people.count, 2);
    assert_string_equal(sweep.people.items[0].name, "an na");
    assert_string_equal(sweep.people.items[0].email, "a@b");
    assert_string_equal(sweep.people.items[0].avatar, "/a.png");
    assert_string_equal(sweep.people.items[1].name, "");
}

/* A server that announces users and gives none must not be asked for ever. */
static void an_empty_page_is_the_last(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_RESPONSE struct http_response empty =
        answer_of(200, "{\"pageInfo\":{\"results\":9},\"results\":[]}");
    struct people_sweep sweep;

    (void)state;
    people_sweep_init(&sweep, arena);
    assert_int_equal(people_sweep_answer(&sweep, &empty, NULL), ERROR_NONE);
    assert_true(sweep.finished);
    assert_int_equal(sweep.people.count, 0);
}

static void services_are_told_by_kind_and_quality(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_RESPONSE struct http_response radarr =
        answer_of(200, "[{\"id\":0,\"name\":\"Films\",\"is4k\":false,\"isDefault\":true},"
                       "{\"id\":1,\"name\":\"UHD\",\"is4k\":true}]");
    AUTO_RESPONSE struct http_response sonarr = answer_of(200, "[{\"id\":0,\"name\":\"TV\"}]");
    struct seerr_services services = {0};

    (void)state;
    assert_int_equal(services_answer(&radarr, SERVICE_RADARR, arena, &services, NULL), ERROR_NONE);
    assert_int_equal(services_answer(&sonarr, SERVICE_SONARR, arena, &services, NULL), ERROR_NONE);
    assert_int_equal(services.count, 3);
    assert_string_equal(services.items[0].name, "Films");
    assert_true(services.items[0].is_default);
    assert_true(services.items[1].is_4k);
    assert_string_equal(services.items[2].kind, "sonarr");
}

static void a_search_shows_films_and_series(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_RESPONSE struct http_response response = answer_of(
        200, "{\"results\":[{\"mediaType\":\"person\",\"id\":4,\"name\":\"x\"},"
             "{\"mediaType\":\"movie\",\"id\":603,\"title\":\"The Matrix\",\"releaseDate\":"
             "\"1999-03-30\",\"overview\":\"A hacker.\",\"posterPath\":\"/m.jpg\"},"
             "{\"mediaType\":\"tv\",\"id\":1396,\"name\":\"Breaking Bad\",\"firstAirDate\":\"\","
             "\"originalName\":\"BB\"}]}");
    struct match_candidates found = {0};

    (void)state;
    assert_int_equal(browse_answer(&response, arena, &found, NULL), ERROR_NONE);
    assert_int_equal(found.count, 2);
    assert_string_equal(found.items[0].title, "The Matrix");
    assert_int_equal(found.items[0].year, 1999);
    assert_string_equal(found.items[0].overview, "A hacker.");
    assert_string_equal(found.items[0].poster, "/m.jpg");
    assert_int_equal(found.items[1].media_type, MEDIA_TV);
    assert_string_equal(found.items[1].original_title, "BB");
    assert_int_equal(found.items[1].year, 0);
    assert_string_equal(found.items[1].poster, "");
}

/* What is typed, and what is asked. */
static const struct {
    const char *typed, *url;
} queries[] = {
    {"heat & dust", "http://seerr/api/v1/search?query=heat%20%26%20dust"},
    {"tt0133093", "http://seerr/api/v1/search?query=imdb%3Att0133093"},
    {"https://www.imdb.com/title/tt0133093/", "http://seerr/api/v1/search?query=imdb%3Att0133093"},
    {"tmdb:603", "http://seerr/api/v1/search?query=tmdb%3A603"},
};

static void an_imdb_id_is_looked_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(queries); i++) {
        AUTO_REQUEST struct http_request request;
        http_request_init(&request);
        browse_request(&seerr, queries[i].typed, &request);
        assert_string_equal(request.url, queries[i].url);
    }
}

static void an_answer_of_another_shape_is_not_understood(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_RESPONSE struct http_response odd = answer_of(200, "{\"results\":7}");
    struct people_sweep sweep;
    struct seerr_services services = {0};
    struct match_candidates found = {0};

    (void)state;
    people_sweep_init(&sweep, arena);
    assert_int_equal(people_sweep_answer(&sweep, &odd, NULL), ERROR_FORMAT);
    assert_int_equal(services_answer(&odd, SERVICE_RADARR, arena, &services, NULL), ERROR_FORMAT);
    assert_int_equal(browse_answer(&odd, arena, &found, NULL), ERROR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_come_page_by_page),
        cmocka_unit_test(an_empty_page_is_the_last),
        cmocka_unit_test(services_are_told_by_kind_and_quality),
        cmocka_unit_test(a_search_shows_films_and_series),
        cmocka_unit_test(an_imdb_id_is_looked_up),
        cmocka_unit_test(an_answer_of_another_shape_is_not_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

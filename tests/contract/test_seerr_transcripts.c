/*
 * Holds the client to the real servers: what it makes of each recorded answer that tells something.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "seerr/connect.h"
#include "seerr/look.h"
#include "seerr/media.h"
#include "seerr/search.h"
#include "support/transcripts.h"

static void the_three_servers_are_told_apart(void **state)
{
    static const enum seerr_flavour expected[] = {SEERR_OVERSEERR, SEERR_JELLYSEERR, SEERR_SEERR};
    struct seerr_server server;
    struct error error = {0};

    (void)state;
    for (size_t i = 0; i < TRANSCRIPT_FLAVOURS; i++) {
        AUTO_RESPONSE struct http_response response =
            transcripts_answer(transcript_flavours[i].name, "003-settings-public-nokey");
        assert_int_equal(connect_server_answer(&response, &server, &error), ERROR_NONE);
        assert_int_equal(server.flavour, expected[i]);
        assert_false(server.movie_4k_enabled);
    }
}

struct user_case {
    const char *name;
    int64_t act_as;
    enum error_code error;
    int64_t id;
    const char *sentence; /* part of it */
};

static void check_user(const struct http_response *response, const void *row)
{
    const struct user_case *expected = row;
    struct seerr_user user = {0};
    struct error error = {0};

    assert_int_equal(connect_user_answer(response, expected->act_as, &user, &error),
                     expected->error);
    assert_int_equal(user.id, expected->id);
    assert_non_null(strstr(error.message, expected->sentence));
}

static void key_and_user_are_judged(void **state)
{
    static const struct user_case cases[] = {
        {"005-auth-me", 0, ERROR_NONE, 1, ""},
        {"006-auth-me-nokey", 0, ERROR_REFUSED, 0, "got none"},
        {"007-auth-me-badkey", 0, ERROR_REFUSED, 0, "does not accept the API key"},
        {"008-auth-me-as-user2", 2, ERROR_NONE, 2, ""},
        {"009-auth-me-as-user-unknown", 99, ERROR_REFUSED, 0, "no user 99"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        transcripts_each(ALL_SERVERS, cases[i].name, &cases[i], check_user);
}

struct search_case {
    unsigned flavours;
    const char *name;
    enum media_type asked;
    enum error_code error;
    enum media_type media_type;
    int64_t tmdb;
};

static void check_search(const struct http_response *response, const void *row)
{
    const struct search_case *expected = row;
    AUTO_ARENA struct arena *arena = arena_new();
    struct candidate found = {0};
    struct error error = {0};

    assert_int_equal(search_id_answer(response, expected->asked, arena, &found, &error),
                     expected->error);
    if (expected->error)
        return;
    assert_int_equal(found.media_type, expected->media_type);
    assert_int_equal(found.tmdb, expected->tmdb);
}

static void ids_are_looked_up(void **state)
{
    static const struct search_case cases[] = {
        {ALL_SERVERS, "101-search-imdb", MEDIA_UNKNOWN, ERROR_NONE, MEDIA_MOVIE, 278},
        {ALL_SERVERS, "103-search-imdb-tv", MEDIA_UNKNOWN, ERROR_NONE, MEDIA_TV, 1396},
        {ALL_SERVERS, "104-search-imdb-unknown", MEDIA_UNKNOWN, ERROR_NOT_FOUND, 0, 0},
        {ALL_SERVERS, "108-search-tvdb-prefix", MEDIA_TV, ERROR_NONE, MEDIA_TV, 1396},
        {ALL_SERVERS, "108-search-tvdb-prefix", MEDIA_MOVIE, ERROR_NOT_FOUND, 0, 0},
        {ALL_SERVERS, "109-search-tvdb-unknown", MEDIA_TV, ERROR_NOT_FOUND, 0, 0},
        {ALL_SERVERS, "126-search-nokey", MEDIA_UNKNOWN, ERROR_REFUSED, 0, 0},
        {ALL_SERVERS, "113-search-spaces-plus", MEDIA_UNKNOWN, ERROR_REFUSED, 0, 0},
        {SEERR, "600-tmdb-404-search-imdb", MEDIA_UNKNOWN, ERROR_UNREACHABLE, 0, 0},
        {SEERR, "600-tmdb-429-search-imdb", MEDIA_UNKNOWN, ERROR_UNREACHABLE, 0, 0},
        {SEERR, "600-tmdb-503-search-imdb", MEDIA_UNKNOWN, ERROR_UNREACHABLE, 0, 0},
        {SEERR, "600-tmdb-badjson-search-imdb", MEDIA_UNKNOWN, ERROR_UNREACHABLE, 0, 0},
        {SEERR, "600-tmdb-badjson-search-tmdb", MEDIA_UNKNOWN, ERROR_NOT_FOUND, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        transcripts_each(cases[i].flavours, cases[i].name, &cases[i], check_search);
}

struct title_case {
    const char *name;
    size_t count;
    int64_t first_tmdb;
    const char *first_title;
    int first_year;
};

static void check_titles(const struct http_response *response, const void *row)
{
    const struct title_case *expected = row;
    AUTO_ARENA struct arena *arena = arena_new();
    struct search_page page;
    struct error error = {0};

    assert_int_equal(search_title_answer(response, arena, &page, &error), ERROR_NONE);
    assert_int_equal(page.count, expected->count);
    assert_int_equal(page.total_pages, 1);
    if (!expected->count)
        return;
    assert_int_equal(page.candidates[0].tmdb, expected->first_tmdb);
    assert_string_equal(page.candidates[0].title, expected->first_title);
    assert_int_equal(page.candidates[0].year, expected->first_year);
}

static void titles_are_searched(void **state)
{
    static const struct title_case cases[] = {
        {"111-search-title-year", 1, 438631, "Dune", 2021},
        {"114-search-spaces-pct", 2, 238, "The Godfather", 1972},
        {"105-search-imdb-no-prefix", 0, 0, NULL, 0},
        {"123-search-nothing", 0, 0, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        transcripts_each(ALL_SERVERS, cases[i].name, &cases[i], check_titles);
}

static void check_sweep(const struct http_response *response, const void *row)
{
    const int64_t *expected = row; /* titles in Seerr; status of the film 278 */
    struct media_sweep sweep;
    struct error error = {0};

    media_sweep_init(&sweep, false);
    assert_int_equal(media_sweep_answer(&sweep, response, &error), ERROR_NONE);
    assert_true(sweep.finished);
    assert_int_equal(sweep.count, expected[0]);
    const struct media_state *film = media_sweep_find(&sweep, MEDIA_MOVIE, 278);
    assert_non_null(film);
    assert_int_equal(film->status, expected[1]);
    assert_null(media_sweep_find(&sweep, MEDIA_TV, 278));
    media_sweep_release(&sweep);
}

static void the_media_list_is_read(void **state)
{
    (void)state;
    transcripts_each(ALL_SERVERS, "301-media-take1000",
                     (const int64_t[]){15, MEDIA_STATUS_PROCESSING}, check_sweep);
}

static void check_race(const struct http_response *response, const void *row)
{
    struct media_sweep sweep;
    struct error error = {0};

    (void)row;
    media_sweep_init(&sweep, false);
    assert_int_equal(media_sweep_answer(&sweep, response, &error), ERROR_NONE);
    assert_true(sweep.finished);
    assert_true((int64_t)sweep.count < sweep.results);
    media_sweep_release(&sweep);
}

static void two_rows_of_one_title_are_one_title(void **state)
{
    (void)state;
    transcripts_each(SEERR | JELLYSEERR, "460-race-state", NULL, check_race);
}

struct look_case {
    unsigned flavours;
    const char *name;
    enum media_type media_type;
    bool is_4k;
    enum error_code error;
    enum media_status status;
    const char *seasons;
    const char *covered;
    bool open, declined;
};

static void check_look(const struct http_response *response, const void *row)
{
    const struct look_case *expected = row;
    struct title_look look = {0};
    struct error error = {0};
    char text[SEASON_SET_TEXT];

    assert_int_equal(look_answer(response, expected->media_type, expected->is_4k, &look, &error),
                     expected->error);
    if (expected->error)
        return;
    assert_int_equal(look.status, expected->status);
    season_set_format(&look.seasons, text);
    assert_string_equal(text, expected->seasons);
    season_set_add_all(&look.covered, &look.refused);
    season_set_format(&look.covered, text);
    assert_string_equal(text, expected->covered);
    assert_int_equal(look.has_open_request, expected->open);
    assert_int_equal(look.has_declined_request, expected->declined);
}

static void titles_are_looked_at(void **state)
{
    static const struct look_case cases[] = {
        {ALL_SERVERS, "130-movie-278", MEDIA_MOVIE, false, 0, MEDIA_STATUS_NONE, "", "", false,
         false},
        {ALL_SERVERS, "131-movie-unknown", MEDIA_MOVIE, false, ERROR_UNREACHABLE, 0, "", "", 0, 0},
        {ALL_SERVERS, "134-tv-1396", MEDIA_TV, false, 0, MEDIA_STATUS_NONE, "1,2,3,4,5", "", 0, 0},
        {ALL_SERVERS, "135-tv-unknown", MEDIA_TV, false, ERROR_UNREACHABLE, 0, "", "", 0, 0},
        {ALL_SERVERS, "201-movie-after-request", MEDIA_MOVIE, false, 0, MEDIA_STATUS_PROCESSING, "",
         "", true, false},
        {ALL_SERVERS, "201-movie-after-request", MEDIA_MOVIE, true, 0, MEDIA_STATUS_UNKNOWN, "", "",
         false, false},
        {ALL_SERVERS, "343-request-declined-state", MEDIA_TV, false, 0, MEDIA_STATUS_PROCESSING,
         "1,2,3,4,5,6,7,8", "1,2,3,4,5,6,7,8", true, true},
        {ALL_SERVERS, "353-movie-after-delete", MEDIA_MOVIE, false, 0, MEDIA_STATUS_UNKNOWN, "", "",
         false, false},
        {ALL_SERVERS, "353-movie-after-delete", MEDIA_MOVIE, true, 0, MEDIA_STATUS_PROCESSING, "",
         "", true, false},
        {ALL_SERVERS, "356-movie-after-media-delete", MEDIA_MOVIE, false, 0, MEDIA_STATUS_NONE, "",
         "", false, false},
        {ALL_SERVERS, "361-movie-550-available", MEDIA_MOVIE, false, 0, MEDIA_STATUS_AVAILABLE, "",
         "", true, false},
        {ALL_SERVERS, "402-decline-3-movie", MEDIA_MOVIE, false, 0, MEDIA_STATUS_UNKNOWN, "", "",
         false, true},
        {OVERSEERR, "418-tv-avail-4-state", MEDIA_TV, false, 0, MEDIA_STATUS_AVAILABLE, "1,2,3",
         "1,2,3", true, false},
        {SEERR, "426-movie-blocklisted", MEDIA_MOVIE, false, 0, MEDIA_STATUS_BLOCKLISTED, "", "",
         false, false},
        {SEERR, "711-radarr-down-state", MEDIA_MOVIE, false, 0, MEDIA_STATUS_PENDING, "", "", true,
         false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        transcripts_each(cases[i].flavours, cases[i].name, &cases[i], check_look);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_servers_are_told_apart),
        cmocka_unit_test(key_and_user_are_judged),
        cmocka_unit_test(ids_are_looked_up),
        cmocka_unit_test(titles_are_searched),
        cmocka_unit_test(the_media_list_is_read),
        cmocka_unit_test(two_rows_of_one_title_are_one_title),
        cmocka_unit_test(titles_are_looked_at),
    };

    return cmocka_run_group_tests(tests, transcripts_need, NULL);
}

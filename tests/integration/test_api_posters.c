/* Posters through the real service: fetched once, kept, and never from anybody but TMDB. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/one_visitor.h"
#include "support/patience.h"

#define IMAGES  "image.tmdb.org"
#define POSTER  "/api/posters/movie/19913"
#define DETAILS "GET /api/v1/movie/{movieId}"

static int open_without_posters(void **state)
{
    (void)state;
    visitor_open(&visitor, (const char *[]){"POSTERS=false", NULL});
    return 0;
}

static const struct sim *sim(void)
{
    return &visitor.daemon.world.sim;
}

static void fails_with(const char *target, const char *code)
{
    ask(404, "GET", target);
    assert_string_equal(visitor_text(&visitor, "code"), code);
}

static const char *header(const char *name)
{
    return http_headers_find(&visitor.last.headers, name);
}

static void test_a_poster_is_fetched_once_and_then_kept(void **state)
{
    (void)state;
    ask(200, "GET", POSTER);
    assert_string_equal(header("Content-Type"), "image/png");
    assert_memory_equal(visitor.last.body.bytes, "\x89PNG", 4);
    assert_non_null(strstr(header("Cache-Control"), "private, max-age="));
    assert_int_equal(sim_seerr_calls(sim(), DETAILS), 1);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 1);
    ask(200, "GET", POSTER);
    assert_int_equal(sim_seerr_calls(sim(), DETAILS), 1);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 1);
    ask(200, "GET", POSTER "?size=small");
    assert_int_equal(sim_seerr_calls(sim(), DETAILS), 1);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 2);
}

static void test_what_is_kept_is_private_outlives_a_restart_and_has_a_tag(void **state)
{
    (void)state;
    struct daemon_answer again = {0};
    struct stat status;
    char etag[128];

    ask(200, "GET", POSTER);
    AUTO_FREE char *path = memory_print("%s/posters/movie-19913-w342",
                                        world_get(&visitor.daemon.world, "LISTSYNC_DATA_DIR"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    path[strlen(path) - strlen("/movie-19913-w342")] = '\0';
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    daemon_stop(&visitor.daemon);
    daemon_start(&visitor.daemon);
    ask(200, "GET", POSTER);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 1);
    text_copy(etag, sizeof(etag), header("ETag"));
    AUTO_FREE char *headers =
        memory_print("X-Api-Key: %s\r\nIf-None-Match: %s\r\n", visitor.daemon.read_key, etag);
    daemon_call_with(&visitor.daemon, "GET", POSTER, headers, NULL, &again);
    assert_int_equal(again.status, 304);
    daemon_answer_release(&again);
}

static void test_who_is_nobody_gets_no_poster_and_a_cookie_is_enough(void **state)
{
    (void)state;
    AUTO_FREE char *cookie = memory_print("Cookie: %s\r\n", visitor.daemon.cookie);
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    assert_int_equal(daemon_status(&visitor.daemon, "GET", POSTER, NULL, NULL), 401);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 0);
    daemon_call_with(&visitor.daemon, "GET", POSTER, cookie, NULL, &answer);
    assert_int_equal(answer.status, 200);
}

static void test_that_a_title_has_none_is_remembered(void **state)
{
    (void)state;
    fails_with("/api/posters/movie/999999999", "no_poster");
    int64_t calls = sim_seerr_calls(sim(), DETAILS);
    fails_with("/api/posters/movie/999999999", "no_poster");
    assert_int_equal(sim_seerr_calls(sim(), DETAILS), calls);
    assert_int_equal(sim_source_calls(sim(), IMAGES), 0);
}

static void test_switched_off_nobody_is_asked_and_items_name_none(void **state)
{
    (void)state;
    fails_with(POSTER, "posters_off");
    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_sync(&visitor, "{\"dry_run\": true}");
    ask(200, "GET", "/api/items?limit=1");
    assert_true(json_value_is_null(visitor_value(&visitor, "items.0.poster")));
    assert_int_equal(sim_source_calls(sim(), IMAGES), 0);
}

static void test_items_say_where_their_posters_are(void **state)
{
    (void)state;
    char target[64];

    visitor_add_list(&visitor, "imdb:ls000000001");
    visitor_sync(&visitor, NULL);
    ask(200, "GET", "/api/items?limit=1&media_type=tv");
    snprintf(target, sizeof(target), "/api/posters/tv/%lld",
             (long long)visitor_number(&visitor, "items.0.tmdb_id"));
    assert_string_equal(visitor_text(&visitor, "items.0.poster"), target);
    int64_t calls = sim_seerr_calls(sim(), NULL);
    ask(200, "GET", target); /* the run looked at it, and knows the path */
    assert_int_equal(sim_seerr_calls(sim(), NULL), calls);
}

static void test_an_image_server_that_does_not_answer_is_left_alone(void **state)
{
    (void)state;
    sim_tell(sim(), "/sim/faults",
             "{\"match\": \"GET /host/" IMAGES "\", \"nth\": 0, \"action\": \"status\","
             " \"status\": 500}");
    fails_with(POSTER, "poster_unreachable");
    int64_t calls = sim_source_calls(sim(), IMAGES);
    fails_with(POSTER, "poster_unreachable");
    fails_with("/api/posters/movie/389", "poster_unreachable");
    assert_int_equal(sim_source_calls(sim(), IMAGES), calls);
}

static void test_a_seerr_that_is_gone_is_no_reason_to_wait(void **state)
{
    (void)state;
    sim_stop(&visitor.daemon.world.sim);
    fails_with(POSTER, "poster_unreachable");
    fails_with("/api/posters/movie/389", "poster_unreachable");
    sim_start(&visitor.daemon.world.sim, NULL); /* for the end of the test */
}

/* What an image server under somebody else's hand could answer. */
static void test_what_is_no_image_is_not_taken(void **state)
{
    (void)state;
    static const char *const answers[] = {
        /* a page */
        "\"action\": \"html\"",
        /* a page that says it is an image */
        "\"action\": \"status\", \"status\": 200, \"body\": \"<html><script>1</script></html>\","
        " \"headers\": {\"Content-Type\": \"image/png\"}",
        /* a drawing with a script in it */
        "\"action\": \"status\", \"status\": 200, \"body\": \"<svg onload='x'/>\","
        " \"headers\": {\"Content-Type\": \"image/svg+xml\"}",
        /* an image that says it is a page */
        "\"action\": \"status\", \"status\": 200, \"body\": \"RIFF0000WEBPVP8 \","
        " \"headers\": {\"Content-Type\": \"text/html\"}",
        /* somewhere else */
        "\"action\": \"status\", \"status\": 302, \"body\": \"\","
        " \"headers\": {\"Location\": \"http://127.0.0.1:1/poster.png\"}",
    };
    static const int titles[] = {19913, 389, 12219, 76203, 29756};

    for (size_t i = 0; i < ARRAY_LENGTH(answers); i++) {
        AUTO_FREE char *fault =
            memory_print("{\"match\": \"GET /host/" IMAGES "\", \"nth\": 0, %s}", answers[i]);
        AUTO_FREE char *target = memory_print("/api/posters/movie/%d", titles[i]);
        sim_forget_faults(sim());
        sim_tell(sim(), "/sim/faults", fault);
        fails_with(target, "poster_unreachable");
        int64_t calls = sim_source_calls(sim(), IMAGES);
        assert_int_equal(calls, i + 1); /* and a redirect was not followed */
    }
}

static void test_what_is_too_large_is_not_taken(void **state)
{
    (void)state;
    AUTO_FREE char *large = memory_new((600 << 10) + 1);
    memset(large, 'x', 600 << 10);
    AUTO_FREE char *fault =
        memory_print("{\"match\": \"GET /host/" IMAGES "\", \"nth\": 0, \"action\": \"status\","
                     " \"status\": 200, \"body\": \"RIFF0000WEBP%s\","
                     " \"headers\": {\"Content-Type\": \"image/webp\"}}",
                     large);

    sim_tell(sim(), "/sim/faults", fault);
    fails_with(POSTER, "poster_unreachable");
}

/* What becomes part of an address comes from Seerr. */
static void test_a_path_that_is_none_is_not_asked_for(void **state)
{
    (void)state;
    sim_tell(sim(), "/sim/faults",
             "{\"match\": \"GET /api/v1/movie/\", \"nth\": 0, \"action\": \"status\","
             " \"status\": 200, \"body\": \"{\\\"id\\\": 19913, \\\"posterPath\\\":"
             " \\\"/../../x/poster.jpg\\\"}\","
             " \"headers\": {\"Content-Type\": \"application/json\"}}");
    fails_with(POSTER, "no_poster");
    assert_int_equal(sim_source_calls(sim(), IMAGES), 0);
}

static void test_what_is_no_title_or_size_is_refused(void **state)
{
    (void)state;
    ask(422, "GET", "/api/posters/person/1");
    ask(422, "GET", "/api/posters/movie/0");
    ask(422, "GET", "/api/posters/movie/..%2f..%2fsecret.key");
    ask(422, "GET", POSTER "?size=original");
    assert_int_equal(sim_seerr_calls(sim(), DETAILS), 0);
}

/* ---- a wall of them ---- */

enum { WALL = 24 };

struct brick {
    pthread_t thread;
    int64_t tmdb;
    int status;
};

static void *lay_brick(void *context)
{
    struct brick *brick = context;
    AUTO_FREE char *target = memory_print("/api/posters/movie/%lld", (long long)brick->tmdb);

    brick->status = daemon_status(&visitor.daemon, "GET", target, visitor.daemon.read_key, NULL);
    return NULL;
}

static void begin_wall(struct brick wall[WALL])
{
    for (int i = 0; i < WALL; i++) {
        wall[i] = (struct brick){.tmdb = 9000001 + i - i / 9};
        assert_int_equal(pthread_create(&wall[i].thread, NULL, lay_brick, &wall[i]), 0);
    }
}

static void end_wall(struct brick wall[WALL])
{
    for (int i = 0; i < WALL; i++)
        pthread_join(wall[i].thread, NULL);
}

static int open_with_titles(void **state)
{
    (void)state;
    visitor_open_with(&visitor, NULL, (const char *[]){"--titles", "100", NULL});
    return 0;
}

static void test_a_wall_of_posters_is_served_and_nobody_is_refused(void **state)
{
    (void)state;
    struct brick wall[WALL];
    int served = 0;

    begin_wall(wall);
    end_wall(wall);
    for (int i = 0; i < WALL; i++) {
        assert_true(wall[i].status == 200 || wall[i].status == 404); /* some films have none */
        served += wall[i].status == 200;
    }
    assert_in_range(served, WALL / 2, WALL);
}

static void test_a_wall_that_waits_keeps_no_other_errand_waiting(void **state)
{
    (void)state;
    struct brick wall[WALL];
    struct patience patience = {0};

    sim_tell(sim(), "/sim/faults",
             "{\"match\": \"GET /host/" IMAGES "\", \"nth\": 0, \"action\": \"hang\"}");
    begin_wall(wall);
    while (sim_source_calls(sim(), IMAGES) < 3)
        assert_true(patience_wait(&patience));
    assert_int_equal(sim_source_calls(sim(), IMAGES), 3);
    ask(200, "GET", "/api/overseerr/status");
    assert_true(visitor_switch(&visitor, "isConnected"));
    assert_int_equal(sim_source_calls(sim(), IMAGES), 3); /* they wait still */
    daemon_stop(&visitor.daemon);
    end_wall(wall);
    sim_forget_faults(sim());
    daemon_start(&visitor.daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        VISITED(test_a_poster_is_fetched_once_and_then_kept),
        VISITED(test_what_is_kept_is_private_outlives_a_restart_and_has_a_tag),
        VISITED(test_who_is_nobody_gets_no_poster_and_a_cookie_is_enough),
        VISITED(test_that_a_title_has_none_is_remembered),
        cmocka_unit_test_setup_teardown(test_switched_off_nobody_is_asked_and_items_name_none,
                                        open_without_posters, one_visitor_close),
        VISITED(test_items_say_where_their_posters_are),
        VISITED(test_an_image_server_that_does_not_answer_is_left_alone),
        VISITED(test_a_seerr_that_is_gone_is_no_reason_to_wait),
        VISITED(test_what_is_no_image_is_not_taken),
        VISITED(test_what_is_too_large_is_not_taken),
        VISITED(test_a_path_that_is_none_is_not_asked_for),
        VISITED(test_what_is_no_title_or_size_is_refused),
        cmocka_unit_test_setup_teardown(test_a_wall_of_posters_is_served_and_nobody_is_refused,
                                        open_with_titles, one_visitor_close),
        cmocka_unit_test_setup_teardown(test_a_wall_that_waits_keeps_no_other_errand_waiting,
                                        open_with_titles, one_visitor_close),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

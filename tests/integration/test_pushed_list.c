/* Titles that come along with the order of a run: what may stand there, and what becomes of it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/ledger.h"
#include "support/report.h"
#include "support/running.h"
#include "sync/pushed_list.h"

static int open_running(void **state)
{
    struct world *world = memory_new(sizeof(*world));
    struct running *running = memory_new(sizeof(*running));

    world_open(world, NULL);
    running_open(running, world);
    *state = running;
    return 0;
}

static int close_running(void **state)
{
    struct running *running = *state;
    struct world *world = running->world;

    running_close(running);
    world_close(world);
    free(running);
    free(world);
    return 0;
}

static enum error_code push(struct running *running, const char *json, struct stored_list *ret)
{
    AUTO_JSON struct json_value *titles = NULL;

    running_must(running, json_value_parse(json, strlen(json), &titles, &running->error));
    return pushed_list_add(running->store, running->world->folder, titles, ret, running->arena,
                           &running->error);
}

static struct stored_run run_list(struct running *running, int64_t list)
{
    struct run_order order = {
        .mode = RUN_CUSTOM, .trigger = RUN_BY_API, .lists = &list, .list_count = 1};

    return running_wait(running, running_order(running, &order));
}

static const char *path_of(const struct stored_list *list)
{
    return list->ref.id + strlen("file:");
}

/* As if it had been sent an hour ago. */
static void make_file_old(const char *path)
{
    const struct timespec old[2] = {{.tv_sec = time(NULL) - 3600}, {.tv_sec = time(NULL) - 3600}};

    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

static void make_old(const struct stored_list *list)
{
    make_file_old(path_of(list));
}

/* One title as somebody may send it, and what is then requested; NULL: nothing. */
static const struct {
    const char *json, *requested;
} titles[] = {
    {"{\"title\":\"The Matrix\",\"year\":1999,\"media_type\":\"movie\",\"imdb_id\":\"tt0133093\"}",
     "movie:603"},
    {"{\"title\":\"The Matrix\",\"imdb_id\":\"imdb://tt0133093\"}", "movie:603"},
    {"{\"imdb_id\":\"com.plexapp.agents.imdb://tt0133093?lang=en\"}", "movie:603"},
    {"{\"title\":\"x\",\"media_type\":\"movie\",\"guid\":\"tmdb://603\"}", "movie:603"},
    {"{\"media_type\":\"movie\",\"tmdb_id\":603}", "movie:603"},
    {"{\"media_type\":\"movie\",\"tmdb_id\":\"603\"}", "movie:603"},
    {"{\"media_type\":\"movie\",\"imdb_id\":\"com.plexapp.agents.themoviedb://603?lang=en\"}",
     "movie:603"},
    {"{\"media_type\":\"show\",\"tvdb_id\":\"com.plexapp.agents.thetvdb://81189/1/1\"}", "tv:1396"},
    {"{\"title\":\"The Matrix\",\"year\":1999,\"media_type\":\"movie\"}", "movie:603"},
    {"{\"title\":\"The Matrix\",\"year\":1999,\"media_type\":\"movie\",\"guid\":"
     "\"plex://movie/5d776825880197001ec90e8f\"}",
     "movie:603"},
    {"{\"title\":\"no such film at all\",\"year\":1950,\"media_type\":\"movie\"}", NULL},
};

static void what_is_sent_is_requested(void **state)
{
    struct running *running = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(titles); i++) {
        AUTO_FREE char *json = memory_print("[%s]", titles[i].json);
        struct stored_list list;
        sim_tell(&running->world->sim, "/sim/reset", NULL);
        running_must(running, push(running, json, &list));
        run_list(running, list.id);
        if (titles[i].requested && !report_is_requested(&running->world->sim, titles[i].requested))
            fail_msg("%s is not requested for %s", titles[i].requested, titles[i].json);
        assert_int_equal(report_requests(&running->world->sim), titles[i].requested != NULL);
        int64_t forgiven = 0;
        running_must(running, ledger_forgive_all(running->store, &forgiven, &running->error));
    }
}

static const struct {
    const char *json;
    enum error_code code;
    const char *sentence;
} refusals[] = {
    {"[]", ERROR_USAGE, "holds no titles"},
    {"{}", ERROR_USAGE, "holds no titles"},
    {"[{\"title\":\"Heat\"},{\"year\":1999}]", ERROR_USAGE, "title 2"},
    {"[7]", ERROR_USAGE, "title 1"},
    {"[{\"imdb_id\":\"plex://movie/5d77\"}]", ERROR_USAGE, "title 1"},
    {"[{\"tmdb_id\":-3}]", ERROR_USAGE, "title 1"},
};

static void what_names_nothing_is_refused(void **state)
{
    struct running *running = *state;

    for (size_t i = 0; i < ARRAY_LENGTH(refusals); i++) {
        struct stored_list list;
        running->error = (struct error){0};
        assert_int_equal(push(running, refusals[i].json, &list), refusals[i].code);
        if (!strstr(running->error.message, refusals[i].sentence))
            fail_msg("%s: %s", refusals[i].json, running->error.message);
    }
}

static void too_many_titles_are_refused(void **state)
{
    struct running *running = *state;
    struct stored_list list;
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);

    for (int i = 0; i <= PUSHED_LIST_MOST; i++)
        buffer_print(&json, "%s{\"title\":\"%d\"}", i ? "," : "[", i);
    buffer_text(&json, "]");
    assert_int_equal(push(running, buffer_string(&json), &list), ERROR_LIMIT);
}

static const char matrix[] = "[{\"media_type\":\"movie\",\"tmdb_id\":603}]";
static const char gump[] = "[{\"media_type\":\"movie\",\"tmdb_id\":13}]";

static void the_file_is_for_us_alone_and_the_same_twice(void **state)
{
    struct running *running = *state;
    struct stored_list first, second, other;
    struct stat status;

    running_must(running, push(running, matrix, &first));
    running_must(running, push(running, matrix, &second));
    running_must(running, push(running, gump, &other));
    assert_int_equal(first.id, second.id);
    assert_int_not_equal(first.id, other.id);
    assert_int_equal(first.origin, LIST_ONE_TIME);
    assert_int_equal(stat(path_of(&first), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
}

static void what_has_run_is_removed_and_what_waits_is_kept(void **state)
{
    struct running *running = *state;
    struct stored_list done, waiting, young, found;
    struct stored_run order = {.mode = RUN_CUSTOM};
    int64_t run = 0;
    bool again;

    running_must(running, push(running, matrix, &done));
    running_must(running, push(running, gump, &waiting));
    running_must(running, push(running, "[{\"title\":\"Heat\"}]", &young));
    run_list(running, done.id);
    AUTO_FREE char *number = memory_print("%lld", (long long)waiting.id);
    order.lists = number;
    running_must(running, runs_queue(running->store, &order, &run, &again, &running->error));
    make_old(&done);
    make_old(&waiting);
    running_must(running,
                 pushed_list_clean(running->store, running->world->folder, &running->error));
    assert_int_not_equal(access(path_of(&done), F_OK), 0);
    assert_int_equal(access(path_of(&waiting), F_OK), 0);
    assert_int_equal(access(path_of(&young), F_OK), 0);
    assert_int_equal(lists_find_id(running->store, running->arena, done.id, &found, NULL),
                     ERROR_NOT_FOUND);
    assert_int_equal(lists_find_id(running->store, running->arena, waiting.id, &found, NULL),
                     ERROR_NONE);
    /* And sent once more it is a list again. */
    running_must(running, push(running, matrix, &found));
    assert_int_equal(found.id, done.id);
}

static char *old_file(struct running *running, const char *name)
{
    char *path = world_path(running->world, name);

    world_write(running->world, name, "somebody's");
    make_file_old(path);
    return path;
}

static void clean(struct running *running)
{
    running_must(running,
                 pushed_list_clean(running->store, running->world->folder, &running->error));
}

static void files_that_are_not_ours_are_kept(void **state)
{
    static const char *const names[] = {
        "pushed/notes.json",
        "pushed/0123456789abcdef",
        "pushed/0123456789abcdef0.json",
        "pushed/0123456789ABCDEF.json",
        "pushed/0123456789abcdef.json.old",
    };
    struct running *running = *state;
    struct stored_list done;

    running_must(running, push(running, matrix, &done));
    make_old(&done);
    AUTO_FREE char *half_written = old_file(running, "pushed/0123456789abcdef.json.Ab3x9Z");
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_FREE char *path = old_file(running, names[i]);
        clean(running);
        if (access(path, F_OK) != 0)
            fail_msg("%s is gone", names[i]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_not_equal(access(path_of(&done), F_OK), 0);
    assert_int_not_equal(access(half_written, F_OK), 0);
}

static void a_folder_that_is_a_link_is_neither_cleaned_nor_written(void **state)
{
    struct running *running = *state;
    AUTO_FREE char *elsewhere = world_path(running->world, "elsewhere");
    AUTO_FREE char *folder = world_path(running->world, "pushed");
    struct stored_list list;

    assert_int_equal(mkdir(elsewhere, 0700), 0);
    AUTO_FREE char *path = old_file(running, "elsewhere/0123456789abcdef.json");
    assert_int_equal(symlink(elsewhere, folder), 0);
    clean(running);
    assert_int_equal(access(path, F_OK), 0);
    assert_int_equal(push(running, matrix, &list), ERROR_STORE);
    assert_non_null(strstr(running->error.message, "is a link"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_running, close_running)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_sent_is_requested),
        TEST(what_names_nothing_is_refused),
        TEST(too_many_titles_are_refused),
        TEST(the_file_is_for_us_alone_and_the_same_twice),
        TEST(what_has_run_is_removed_and_what_waits_is_kept),
        TEST(files_that_are_not_ours_are_kept),
        TEST(a_folder_that_is_a_link_is_neither_cleaned_nor_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

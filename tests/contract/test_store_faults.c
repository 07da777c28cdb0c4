/*
 * A failure, or sudden death, at every single step of a small sync and of what the service writes
 * beside it: afterwards the database opens, holds nothing half-done and nothing less than what was
 * reported as done, and the same goes through.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/accounts.h"
#include "store/identities.h"
#include "store/ledger.h"
#include "support/failing_db.h"
#include "support/store_world.h"

static const struct entry entries[] = {
    {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE, .ids = {.tmdb = 949}},
    {.title = "Ran", .year = 1985, .media_type = MEDIA_MOVIE, .ids = {.tmdb = 11645}},
    {.title = "Dark", .year = 2017, .media_type = MEDIA_TV, .ids = {.tmdb = 70523}},
};
enum { ENTRIES = ARRAY_LENGTH(entries) };

/* How far a sync got, by its own account; in memory that outlives a killed child. */
enum progress {
    NOTHING,
    OPENED,
    LIST_THERE,
    LIST_READ,
    LEARNED,
    INTENDED,
    ANSWERED,
    ITEMS_DONE,
    LOGGED_IN,
    DISABLED,
    ROTATED,
    QUEUED,
};
static volatile enum progress *progress;

struct small_sync {
    struct store *store;
    struct arena *arena;
    int64_t list_id;
    int64_t run_id;
    int64_t ledger_id;
    struct error error;
};

static enum error_code add_list(struct small_sync *sync)
{
    const struct list_ref ref = {"imdb", "top", ""};

    return lists_add(sync->store, &ref, LIST_ADDED, 0, &sync->list_id, &sync->error);
}

static enum error_code read_list(struct small_sync *sync)
{
    struct entry_list read;

    entry_list_init(&read, sync->arena);
    for (size_t i = 0; i < ENTRIES; i++)
        entry_list_add(&read, &entries[i]);
    const struct list_reading reading = {.outcome = OUTCOME_OK, .total = 3, .entries = &read};
    enum error_code rc = lists_record(sync->store, sync->list_id, &reading, &sync->error);
    entry_list_release(&read);
    return rc;
}

static enum error_code learn(struct small_sync *sync)
{
    const struct known_identity heat = {.media_type = MEDIA_MOVIE, .tmdb = 949, .looked_at = 1};

    return identities_learn(sync->store, "imdb:tt0113277", &heat, &sync->error);
}

static enum error_code intend(struct small_sync *sync)
{
    const struct ledger_row row = {.media_type = MEDIA_TV, .tmdb = 70523, .asked_at = 1};
    enum error_code rc =
        runs_begin(sync->store, RUN_FULL, RUN_BY_CLI, false, &sync->run_id, &sync->error);

    return rc ? rc : ledger_intend(sync->store, &row, &sync->ledger_id, &sync->error);
}

static enum error_code answer(struct small_sync *sync)
{
    return ledger_answer(sync->store, sync->ledger_id, LEDGER_REQUESTED, 7, "", &sync->error);
}

static enum error_code record_items(struct small_sync *sync)
{
    enum error_code rc = store_begin(sync->store, &sync->error);

    if (rc)
        return rc;
    for (size_t i = 0; !rc && i < ENTRIES; i++) {
        const struct item item = {.title = entries[i].title,
                                  .year = entries[i].year,
                                  .media_type = entries[i].media_type,
                                  .ids = entries[i].ids};
        rc = runs_record_item(sync->store, sync->run_id, &item, item_key(&item, sync->arena), false,
                              &sync->error);
    }
    return store_end(sync->store, rc, &sync->error);
}

static enum error_code end_run(struct small_sync *sync)
{
    const struct stored_run run = {.id = sync->run_id, .state = RUN_COMPLETED, .processed = 3};

    return runs_finish(sync->store, &run, &sync->error);
}

static const struct account bert = {.name = "bert", .password = "old", .role = "user"};

/* He may be there from an earlier life. */
static enum error_code find_bert(struct small_sync *sync, struct account *ret)
{
    int64_t id = 0;
    enum error_code rc = accounts_add(sync->store, &bert, &id, &sync->error);

    if (rc && rc != ERROR_CONFLICT)
        return rc;
    return accounts_find_name(sync->store, sync->arena, "bert", ret, &sync->error);
}

static enum error_code log_in(struct small_sync *sync)
{
    struct login_session session = {.digest = "session", .expires_at = INT64_MAX};
    struct api_key key = {.name = "key", .digest = "key", .hint = "", .scope = "read"};
    struct account account = {0};
    int64_t id = 0;
    enum error_code rc = find_bert(sync, &account);

    session.user_id = key.user_id = account.id;
    account.disabled = false;
    if (!rc)
        rc = accounts_change(sync->store, &account, NULL, &sync->error);
    if (!rc)
        rc = sessions_end(sync->store, "session", &sync->error);
    if (!rc)
        rc = sessions_add(sync->store, &session, &sync->error);
    if (!rc && api_keys_find(sync->store, sync->arena, "key", 1, &key, NULL) == ERROR_NOT_FOUND)
        rc = api_keys_add(sync->store, &key, &id, &sync->error);
    return rc;
}

static enum error_code disable(struct small_sync *sync)
{
    struct account account = {0};
    enum error_code rc = find_bert(sync, &account);

    account.disabled = true;
    account.password = "new";
    return rc ? rc : accounts_change(sync->store, &account, NULL, &sync->error);
}

static enum error_code rotate(struct small_sync *sync)
{
    int64_t id;
    enum error_code rc = ERROR_NONE;

    for (int64_t now = 10; !rc && now < 40; now += 10)
        rc = token_keys_rotate(sync->store, "sealed", now, now - 10, &id, &sync->error);
    return rc;
}

static enum error_code order_run(struct small_sync *sync)
{
    const struct stored_run order = {.mode = RUN_FULL, .trigger = RUN_BY_API};
    int64_t id;
    bool again;

    return runs_queue(sync->store, &order, &id, &again, &sync->error);
}

static const struct {
    enum error_code (*take)(struct small_sync *sync);
    enum progress then;
} steps[] = {
    {add_list, LIST_THERE}, {read_list, LIST_READ},     {learn, LEARNED},      {intend, INTENDED},
    {answer, ANSWERED},     {record_items, ITEMS_DONE}, {end_run, ITEMS_DONE}, {log_in, LOGGED_IN},
    {disable, DISABLED},    {rotate, ROTATED},          {order_run, QUEUED},
};

/* Stops at the first failure, as the program does. */
static enum error_code run_sync(const struct db_driver *driver, const char *path)
{
    struct small_sync sync = {.arena = arena_new()};
    enum error_code rc = store_open(driver, path, &sync.store, &sync.error);

    *progress = rc ? NOTHING : OPENED;
    for (size_t i = 0; !rc && i < ARRAY_LENGTH(steps); i++) {
        rc = steps[i].take(&sync);
        if (!rc)
            *progress = steps[i].then;
    }
    store_close(sync.store);
    arena_free(sync.arena);
    return rc;
}

/* Whole or not at all, and at least what was reported as done. */
static void expect_count(const char *what, int64_t count, int64_t whole, enum progress done_at)
{
    if (count != whole && count != 0)
        fail_msg("%s: %d of %d, half-done", what, (int)count, (int)whole);
    if (count == 0 && *progress >= done_at)
        fail_msg("%s: was reported as done and is lost", what);
}

static void expect_no_right_half_taken(struct store_world *world)
{
    static const char open_doors[] =
        "SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM api_keys)"
        " FROM users WHERE disabled = 1 OR password = 'new'";

    expect_count("logins and new passwords",
                 store_world_number(world, "SELECT COUNT(*) FROM users"
                                           " WHERE disabled = 1 AND password = 'new'"),
                 1, DISABLED);
    assert_true(store_world_number(world, open_doors) <= 0); /* -1: nobody is disabled */
    expect_count("the key that signs",
                 store_world_number(world, "SELECT COUNT(*) FROM token_keys WHERE retired_at = 0"),
                 1, ROTATED);
    expect_count(
        "the order",
        store_world_number(world, "SELECT COUNT(*) FROM sync_history WHERE state = 'queued'"), 1,
        QUEUED);
}

static void expect_nothing_half_done(struct store_world *world)
{
    expect_no_right_half_taken(world);
    must(world, store_check(world->store, &world->error));
    assert_string_equal(store_world_text(world, "PRAGMA foreign_key_check"), "(no row)");
    expect_count("entries", store_world_number(world, "SELECT COUNT(*) FROM list_items"), ENTRIES,
                 LIST_READ);
    expect_count("the count of entries",
                 store_world_number(world, "SELECT COALESCE(SUM(item_count), 0) FROM lists"),
                 ENTRIES, LIST_READ);
    expect_count("decisions", store_world_number(world, "SELECT COUNT(*) FROM run_items"), ENTRIES,
                 ITEMS_DONE);
    expect_count("the intent", store_world_number(world, "SELECT COUNT(*) FROM request_ledger"), 1,
                 INTENDED);
    expect_count("the answer",
                 store_world_number(world, "SELECT COUNT(*) FROM request_ledger"
                                           " WHERE state = 'requested'"),
                 1, ANSWERED);
    expect_count("the id map", store_world_number(world, "SELECT COUNT(*) FROM item_ids"), 1,
                 LEARNED);
}

static void expect_goes_through(struct store_world *world)
{
    store_close(TAKE(world->store));
    assert_int_equal(run_sync(&db_driver_sqlite, world->path), ERROR_NONE);
    store_world_reopen(world);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM lists"), 1);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM list_items"), ENTRIES);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM synced_items"), ENTRIES);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM request_ledger"), 1);
    assert_string_equal(store_world_text(world,
                                         "SELECT state FROM sync_history WHERE state <> 'queued'"
                                         " ORDER BY id DESC LIMIT 1"),
                        "completed");
    assert_int_equal(
        store_world_number(world, "SELECT COUNT(*) FROM sync_history WHERE state = 'queued'"), 1);
}

static void sync_in_child(const struct db_driver *driver, const char *path)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)run_sync(driver, path);
        _exit(0); /* the step was never reached */
    }
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* One life: trouble at one step, a look, and the sync once more. */
static void live_through(struct store_world *world, int64_t at, enum failing_db_mode mode)
{
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);

    *progress = NOTHING;
    failing_db_arm(at, mode);
    if (mode == FAILING_DB_KILL)
        sync_in_child(&driver, world->path);
    else
        (void)run_sync(&driver, world->path);
    store_world_reopen(world);
    expect_nothing_half_done(world);
    expect_goes_through(world);
}

static int64_t count_steps(void)
{
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);
    void *state = NULL;

    store_world_setup_empty(&state);
    struct store_world *world = state;
    failing_db_arm(0, FAILING_DB_ONCE);
    assert_int_equal(run_sync(&driver, world->path), ERROR_NONE);
    int64_t count = failing_db_steps();
    store_world_teardown(&state);
    return count;
}

static void live_through_every_step(enum failing_db_mode mode)
{
    int64_t count = count_steps();

    assert_true(count > 50);
    for (int64_t at = 1; at <= count; at++) {
        void *state = NULL;
        store_world_setup_empty(&state);
        live_through(state, at, mode);
        store_world_teardown(&state);
    }
}

static void test_one_failed_step_leaves_nothing_half_done(void **state)
{
    (void)state;
    live_through_every_step(FAILING_DB_ONCE);
}

static void test_failures_from_one_step_on_leave_nothing_half_done(void **state)
{
    (void)state;
    live_through_every_step(FAILING_DB_ONWARD);
}

static void test_death_at_any_step_leaves_nothing_half_done(void **state)
{
    (void)state;
    live_through_every_step(FAILING_DB_KILL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_failed_step_leaves_nothing_half_done),
        cmocka_unit_test(test_failures_from_one_step_on_leave_nothing_half_done),
        cmocka_unit_test(test_death_at_any_step_leaves_nothing_half_done),
    };

    progress =
        mmap(NULL, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (progress == MAP_FAILED)
        return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The pool of connections, and what must hold when several of them write at once. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/accounts.h"
#include "store/store_pool.h"
#include "store/stored_settings.h"
#include "support/store_world.h"

enum { CONNECTIONS = 4 };

/* Opens a pool on the world's database. */
static struct store_pool *open_pool(struct store_world *world, const struct db_driver *driver)
{
    struct store_pool *pool = NULL;

    must(world, store_pool_open(driver, world->path, CONNECTIONS, &pool, &world->error));
    return pool;
}

static struct store *take(struct store_world *world, struct store_pool *pool)
{
    struct store *store = NULL;

    must(world, store_pool_take(pool, &store, &world->error));
    return store;
}

static int opened;

static enum error_code counting_open(const char *target, void **ret_handle, struct error *error)
{
    opened++;
    return db_driver_sqlite.open(target, ret_handle, error);
}

static void test_connections_are_opened_when_needed_and_kept(void **state)
{
    struct store_world *world = *state;
    struct db_driver driver = db_driver_sqlite;
    struct store *stores[CONNECTIONS];

    driver.open = counting_open;
    opened = 0;
    struct store_pool *pool = open_pool(world, &driver);
    int at_first = opened;
    store_pool_give(pool, take(world, pool));
    assert_int_equal(opened, at_first);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < CONNECTIONS; i++)
            stores[i] = take(world, pool);
        for (int i = 0; i < CONNECTIONS; i++)
            store_pool_give(pool, stores[i]);
    }
    assert_int_equal(opened, at_first + CONNECTIONS - 1);
    store_pool_close(pool);
}

static void test_a_file_that_is_gone_is_not_begun_anew(void **state)
{
    struct store_world *world = *state;
    AUTO_FREE char *moved = memory_print("%s.moved", world->path);
    struct store_pool *pool = open_pool(world, &db_driver_sqlite);
    struct store *store = NULL;
    struct stat status;

    store_pool_tidy(pool);
    assert_int_equal(rename(world->path, moved), 0);
    assert_int_equal(store_pool_take(pool, &store, &world->error), ERROR_STORE);
    assert_non_null(strstr(world->error.message, "was removed or replaced"));
    assert_int_equal(stat(world->path, &status), -1);
    assert_int_equal(rename(moved, world->path), 0);
    store_pool_give(pool, take(world, pool));
    store_pool_close(pool);
}

static int closed;

static void counting_close(void *handle)
{
    closed++;
    db_driver_sqlite.close(handle);
}

static void test_idle_connections_are_closed_when_it_is_tidied(void **state)
{
    struct store_world *world = *state;
    struct db_driver driver = db_driver_sqlite;
    struct store *stores[CONNECTIONS];
    const char *value = NULL;

    driver.close = counting_close;
    struct store_pool *pool = open_pool(world, &driver);
    for (int i = 0; i < CONNECTIONS; i++)
        stores[i] = take(world, pool);
    for (int i = 1; i < CONNECTIONS; i++)
        store_pool_give(pool, stores[i]);
    closed = 0;
    store_pool_tidy(pool);
    store_pool_tidy(pool);
    assert_int_equal(closed, CONNECTIONS - 1);
    must(world, service_state_put(stores[0], "a", "1", &world->error));
    for (int i = 1; i < CONNECTIONS; i++)
        stores[i] = take(world, pool);
    must(world, service_state_get(stores[1], world->arena, "a", &value, &world->error));
    assert_string_equal(value, "1");
    for (int i = 0; i < CONNECTIONS; i++)
        store_pool_give(pool, stores[i]);
    store_pool_tidy(pool);
    assert_int_equal(closed, 2 * CONNECTIONS - 1);
    store_pool_close(pool);
}

static void test_who_waits_too_long_for_a_connection_is_told(void **state)
{
    struct store_world *world = *state;
    struct store_pool *pool = open_pool(world, &db_driver_sqlite);
    struct store *stores[CONNECTIONS], *more = NULL;

    store_pool_set_patience(pool, 20);
    for (int i = 0; i < CONNECTIONS; i++)
        stores[i] = take(world, pool);
    assert_int_equal(store_pool_take(pool, &more, &world->error), ERROR_STORE);
    assert_non_null(strstr(world->error.message, "too busy: all 4 connections"));
    store_pool_give(pool, stores[0]);
    stores[0] = take(world, pool);
    for (int i = 0; i < CONNECTIONS; i++)
        store_pool_give(pool, stores[i]);
    store_pool_close(pool);
}

static void *give_back(void *argument)
{
    void **pair = argument;

    store_pool_give(pair[0], pair[1]);
    return NULL;
}

static void test_who_waits_gets_what_is_given_back(void **state)
{
    struct store_world *world = *state;
    struct store_pool *pool = open_pool(world, &db_driver_sqlite);
    struct store *stores[CONNECTIONS];
    pthread_t other;

    for (int i = 0; i < CONNECTIONS; i++)
        stores[i] = take(world, pool);
    void *pair[] = {pool, stores[0]};
    assert_int_equal(pthread_create(&other, NULL, give_back, pair), 0);
    stores[0] = take(world, pool);
    pthread_join(other, NULL);
    for (int i = 0; i < CONNECTIONS; i++)
        store_pool_give(pool, stores[i]);
    store_pool_close(pool);
}

static bool must_fail;

static enum error_code sometimes_open(const char *target, void **ret_handle, struct error *error)
{
    if (must_fail)
        return error_set(error, ERROR_STORE, "no more files");
    return db_driver_sqlite.open(target, ret_handle, error);
}

static void test_a_connection_that_cannot_be_opened_is_tried_again(void **state)
{
    struct store_world *world = *state;
    struct db_driver driver = db_driver_sqlite;
    struct store *stores[CONNECTIONS];

    driver.open = sometimes_open;
    must_fail = true;
    struct store_pool *pool = NULL;
    assert_int_equal(store_pool_open(&driver, world->path, CONNECTIONS, &pool, &world->error),
                     ERROR_STORE);
    must_fail = false;
    pool = open_pool(world, &driver);
    stores[0] = take(world, pool);
    must_fail = true;
    assert_int_equal(store_pool_take(pool, &stores[1], &world->error), ERROR_STORE);
    assert_string_equal(world->error.message, "no more files");
    must_fail = false;
    for (int i = 1; i < CONNECTIONS; i++)
        stores[i] = take(world, pool);
    for (int i = 0; i < CONNECTIONS; i++)
        store_pool_give(pool, stores[i]);
    store_pool_close(pool);
}

static void test_the_version_changes_with_any_commit_and_only_then(void **state)
{
    struct store_world *world = *state;
    struct store_pool *pool = open_pool(world, &db_driver_sqlite);
    struct store *inside = take(world, pool);
    int64_t before = 0, same = 0, after = 0, later = 0;

    must(world, store_pool_version(pool, &before, &world->error));
    store_world_number(world, "SELECT COUNT(*) FROM users");
    must(world, store_pool_version(pool, &same, &world->error));
    assert_int_equal(before, same);
    must(world, service_state_put(inside, "a", "1", &world->error));
    must(world, store_pool_version(pool, &after, &world->error));
    assert_int_not_equal(before, after);
    must(world, service_state_put(world->store, "a", "2", &world->error));
    must(world, store_pool_version(pool, &later, &world->error));
    assert_int_not_equal(after, later);
    store_pool_give(pool, inside);
    store_pool_close(pool);
}

static enum error_code impatient_open(const char *target, void **ret_handle, struct error *error)
{
    enum error_code rc = db_driver_sqlite.open(target, ret_handle, error);

    return rc ? rc : db_driver_sqlite.execute(*ret_handle, "PRAGMA busy_timeout = 20", error);
}

static void test_a_writer_that_holds_the_database_is_told(void **state)
{
    struct store_world *world = *state;
    struct db_driver driver = db_driver_sqlite;
    const char *value = NULL;
    int64_t run_id = 0;

    driver.open = impatient_open;
    struct store_pool *pool = open_pool(world, &driver);
    struct store *store = take(world, pool);
    must(world, store_begin(world->store, &world->error));
    assert_int_equal(service_state_put(store, "a", "1", &world->error), ERROR_STORE);
    assert_non_null(strstr(world->error.message, "is busy: another writer held it too long"));
    assert_int_equal(runs_begin(store, RUN_FULL, RUN_BY_API, false, &run_id, &world->error),
                     ERROR_STORE);
    must(world, service_state_get(store, world->arena, "a", &value, &world->error));
    must(world, store_end(world->store, ERROR_NONE, &world->error));
    must(world, service_state_put(store, "a", "1", &world->error));
    store_pool_give(pool, store);
    store_pool_close(pool);
}

enum { LOG_WRITES = 150, LOG_ROW = 400000, LOG_LIMIT = 40 << 20 };

struct reading {
    struct store *stores[2];
    atomic_bool is_over;
};

/* There is always one reading under way: the next begins before the last one ends. */
static void *read_without_a_pause(void *argument)
{
    struct reading *reading = argument;
    struct db_statement *last = NULL;

    for (int turn = 0; !atomic_load(&reading->is_over); turn = !turn) {
        struct db_statement *row =
            db_prepare(reading->stores[turn]->db, "SELECT value FROM service_state");
        db_step(row);
        if (last)
            db_finish(last, NULL);
        last = row;
    }
    if (last)
        db_finish(last, NULL);
    return NULL;
}

static void test_the_log_stays_small_though_somebody_always_reads(void **state)
{
    struct store_world *world = *state;
    struct store_pool *pool = open_pool(world, &db_driver_sqlite);
    struct reading reading = {.stores = {take(world, pool), take(world, pool)}};
    AUTO_FREE char *log_path = memory_print("%s-wal", world->path);
    AUTO_FREE char *text = memory_new(LOG_ROW + 1);
    struct stat status;
    pthread_t reader;

    must(world, service_state_put(world->store, "a", "1", &world->error));
    assert_int_equal(pthread_create(&reader, NULL, read_without_a_pause, &reading), 0);
    for (int i = 0; i < LOG_WRITES; i++) {
        memset(text, 'a' + i % 26, LOG_ROW);
        must(world, service_state_put(world->store, "large", text, &world->error));
    }
    atomic_store(&reading.is_over, true);
    pthread_join(reader, NULL);
    assert_int_equal(stat(log_path, &status), 0);
    assert_true(status.st_size < LOG_LIMIT);
    store_pool_give(pool, reading.stores[0]);
    store_pool_give(pool, reading.stores[1]);
    store_pool_close(pool);
}

/* Both threads start together, each with a connection of its own. */
struct contest {
    struct store_pool *pool;
    pthread_barrier_t start;
    enum error_code (*attempt)(struct store *store, int64_t number, struct error *error);
};

struct contender {
    struct contest *contest;
    int64_t number;
    enum error_code outcome;
};

static void *contend(void *argument)
{
    struct contender *contender = argument;
    struct contest *contest = contender->contest;
    struct store *store = NULL;
    struct error error = {0};

    contender->outcome = store_pool_take(contest->pool, &store, &error);
    pthread_barrier_wait(&contest->start);
    if (!contender->outcome) {
        contender->outcome = contest->attempt(store, contender->number, &error);
        store_pool_give(contest->pool, store);
    }
    return NULL;
}

/* Returns how many of `count` succeeded; all others must have failed with a conflict. */
static int hold(struct contest *contest, const int64_t *numbers, int count)
{
    struct contender contenders[CONNECTIONS];
    pthread_t threads[CONNECTIONS];
    int won = 0;

    pthread_barrier_init(&contest->start, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        contenders[i] = (struct contender){.contest = contest, .number = numbers[i]};
        assert_int_equal(pthread_create(&threads[i], NULL, contend, &contenders[i]), 0);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        won += contenders[i].outcome == ERROR_NONE;
        assert_true(contenders[i].outcome == ERROR_NONE || contenders[i].outcome == ERROR_CONFLICT);
    }
    pthread_barrier_destroy(&contest->start);
    return won;
}

enum { ROUNDS = 25 };

static enum error_code add_first(struct store *store, int64_t number, struct error *error)
{
    const struct account account = {
        .name = number % 2 ? "anna" : "bert", .password = "x", .role = "admin"};
    int64_t id = 0;

    return accounts_add_first(store, &account, &id, error);
}

static void test_of_several_who_set_it_up_at_once_one_becomes_admin(void **state)
{
    struct store_world *world = *state;
    struct contest contest = {.pool = open_pool(world, &db_driver_sqlite), .attempt = add_first};
    static const int64_t numbers[CONNECTIONS] = {1, 2, 3, 4};

    for (int round = 0; round < ROUNDS; round++) {
        assert_int_equal(hold(&contest, numbers, CONNECTIONS), 1);
        assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM users"), 1);
        must(world, db_execute(world->store->db, "DELETE FROM users", &world->error));
    }
    store_pool_close(contest.pool);
}

static enum error_code demote(struct store *store, int64_t number, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct account account = {0};
    enum error_code rc = accounts_find(store, arena, number, &account, error);

    account.role = "user";
    return rc ? rc : accounts_change(store, &account, NULL, error);
}

static void contest_of_two_admins(struct store_world *world,
                                  enum error_code (*attempt)(struct store *, int64_t,
                                                             struct error *))
{
    struct contest contest = {.pool = open_pool(world, &db_driver_sqlite), .attempt = attempt};

    for (int round = 0; round < ROUNDS; round++) {
        int64_t ids[2];
        for (int i = 0; i < 2; i++) {
            const struct account admin = {
                .name = i ? "anna" : "bert", .password = "x", .role = "admin"};
            must(world, accounts_add(world->store, &admin, &ids[i], &world->error));
        }
        assert_int_equal(hold(&contest, ids, 2), 1);
        assert_int_equal(
            store_world_number(world, "SELECT COUNT(*) FROM users WHERE role = 'admin'"), 1);
        must(world, db_execute(world->store->db, "DELETE FROM users", &world->error));
    }
    store_pool_close(contest.pool);
}

static void test_two_admins_cannot_demote_each_other_at_once(void **state)
{
    contest_of_two_admins(*state, demote);
}

static void test_two_admins_cannot_delete_each_other_at_once(void **state)
{
    contest_of_two_admins(*state, accounts_delete);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_connections_are_opened_when_needed_and_kept),
        WITH_WORLD(test_a_file_that_is_gone_is_not_begun_anew),
        WITH_WORLD(test_idle_connections_are_closed_when_it_is_tidied),
        WITH_WORLD(test_who_waits_too_long_for_a_connection_is_told),
        WITH_WORLD(test_who_waits_gets_what_is_given_back),
        WITH_WORLD(test_a_connection_that_cannot_be_opened_is_tried_again),
        WITH_WORLD(test_the_version_changes_with_any_commit_and_only_then),
        WITH_WORLD(test_a_writer_that_holds_the_database_is_told),
        WITH_WORLD(test_the_log_stays_small_though_somebody_always_reads),
        WITH_WORLD(test_of_several_who_set_it_up_at_once_one_becomes_admin),
        WITH_WORLD(test_two_admins_cannot_demote_each_other_at_once),
        WITH_WORLD(test_two_admins_cannot_delete_each_other_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The service under load, killed at random moments and started again on the same data directory:
 * the database opens and is whole, all that was acknowledged is there, each run that was accepted
 * comes to an end, and Seerr is asked for nothing twice. The same of an orderly stop.
 *
 *     ENDURE_KILLS=500 ENDURE_SEED=7 build-asan/tests/test_daemon_kill     (tools/endure)
 *
 * The moments come from the seed, which is printed; threads make each run a little different.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/store.h"
#include "support/busy_clients.h"
#include "support/busy_things.h"
#include "support/patience.h"

enum { KILLS = 25, STOP_EVERY = 5, EARLY_EVERY = 6, MOMENT_MS = 500 };

static uint64_t number_from(const char *name, uint64_t usual)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, NULL, 10) : usual;
}

struct endurance {
    struct daemon daemon;
    struct busy_clients *clients;
    struct lot lot;
    char about[64];
};

static void open_endurance(struct endurance *test, int kills)
{
    uint64_t seed = number_from("ENDURE_SEED", (uint64_t)clock_wall_ms());
    AUTO_FREE char *titles = memory_print("%d", 2 * (kills + 1) * BUSY_TITLES + BUSY_TITLES_BEFORE);

    printf("seed %" PRIu64 "\n", seed);
    fflush(stdout);
    test->lot = lot_of(seed);
    daemon_open_with(&test->daemon, busy_clients_environment,
                     (const char *[]){"--titles", titles, "--quiet", NULL});
    test->clients = busy_clients_new(&test->daemon, seed);
}

static void check_database(struct endurance *test)
{
    AUTO_FREE char *path = world_path(&test->daemon.world, "list_sync.db");
    AUTO_STORE struct store *store = NULL;
    struct error error = {0};

    if (store_open(&db_driver_sqlite, path, &store, &error) || store_check(store, &error))
        fail_msg("%s: %s", test->about, error.message);
}

static void check(struct endurance *test)
{
    check_database(test);
    busy_clients_check(test->clients, test->about);
    int64_t twice = sim_counter(&test->daemon.world.sim, "duplicate_requests");
    if (twice)
        fail_msg("%s: %" PRId64 " titles were requested twice", test->about, twice);
}

static void pause_for(struct lot *lot, int most_us)
{
    usleep((useconds_t)lot_below(lot, most_us));
}

/* The program is started and ended before it may have said anything. */
static void kill_early(struct endurance *test)
{
    struct process process;
    struct process_result result;

    world_start(&test->daemon.world, (const char *[]){"serve", NULL}, &process);
    pause_for(&test->lot, 300000);
    process_signal(&process, SIGKILL);
    process_finish(&process, DAEMON_STOP_MS, &result);
    process_result_release(&result);
}

/* Half of the ends come when clients were answered so often, half when so much was requested. */
static void wait_for_moment(struct endurance *test)
{
    struct sim *sim = &test->daemon.world.sim;
    int64_t deadline = clock_steady_ms() + MOMENT_MS;
    int64_t enough = sim_counter(sim, "requests_made") + 1 + lot_below(&test->lot, BUSY_TITLES);

    busy_clients_wait(test->clients, 1 + lot_below(&test->lot, 60));
    if (lot_below(&test->lot, 2))
        while (sim_counter(sim, "requests_made") < enough && clock_steady_ms() < deadline)
            pause_for(&test->lot, 2000);
    pause_for(&test->lot, 20000);
}

/* Ends it in the midst of things, starts it again, and looks. */
static void round_of(struct endurance *test, int number, bool orderly)
{
    snprintf(test->about, sizeof(test->about), "after %s %d", orderly ? "stop" : "kill", number);
    busy_clients_start(test->clients);
    wait_for_moment(test);
    if (orderly)
        daemon_stop(&test->daemon);
    else
        daemon_kill(&test->daemon);
    busy_clients_stop(test->clients);
    if (number % EARLY_EVERY == 0)
        kill_early(test);
    daemon_start(&test->daemon);
    check(test);
}

static void sum_up(struct endurance *test)
{
    printf("%" PRId64 " acknowledged, %" PRId64 " refused, %" PRId64 " requests\n",
           busy_clients_acknowledged(test->clients), busy_clients_refused(test->clients),
           sim_counter(&test->daemon.world.sim, "requests_made"));
}

static void test_sudden_ends_lose_nothing(void **state)
{
    (void)state;
    struct endurance test = {0};
    int kills = (int)number_from("ENDURE_KILLS", KILLS);

    open_endurance(&test, kills);
    for (int i = 1; i <= kills; i++) {
        round_of(&test, i, false);
        if (i % STOP_EVERY == 0)
            round_of(&test, i, true);
    }
    busy_clients_drain(test.clients);
    check(&test);
    sum_up(&test);
    busy_clients_free(test.clients);
    daemon_close(&test.daemon);
}

static int64_t requests_made(const struct daemon *daemon)
{
    return sim_counter(&daemon->world.sim, "requests_made");
}

/* What it has not asked for yet is written down on the way out, all of it at once. */
static void test_a_large_sync_stops_in_time(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_BUFFER struct buffer list = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct patience patience = {0};

    daemon_open_with(&daemon, (const char *[]){"CUSTOM_LISTS=file:large.csv", NULL},
                     (const char *[]){"--titles", "4000", "--quiet", NULL});
    buffer_text(&list, "tmdb_id,title,type\n");
    for (int i = 1; i < 4000; i += i % 10 == 9 ? 2 : 1)
        buffer_print(&list, "%d,Title %d,movie\n", 9000000 + i, i);
    world_write(&daemon.world, "large.csv", buffer_string(&list));
    assert_int_equal(daemon_status(&daemon, "POST", "/api/sync/trigger", daemon.sync_key, NULL),
                     200);
    while (requests_made(&daemon) < 20)
        assert_true(patience_wait(&patience));
    daemon_stop(&daemon);
    assert_true(requests_made(&daemon) < 3600);
    daemon_start(&daemon);
    while (requests_made(&daemon) < 3600)
        assert_true(patience_wait(&patience));
    assert_int_equal(requests_made(&daemon), 3600);
    assert_int_equal(sim_counter(&daemon.world.sim, "duplicate_requests"), 0);
    daemon_close(&daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sudden_ends_lose_nothing),
        cmocka_unit_test(test_a_large_sync_stops_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

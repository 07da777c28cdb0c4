/*
 * A small sync in which the n-th exchange or the n-th step of the database fails, or the process
 * is killed there, for every n until it passes. After each: nothing was asked for twice, the
 * ledger holds nothing that did not happen, and the next sync completes.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/failing_db.h"
#include "support/failing_transport.h"
#include "support/small_sync.h"

enum { EXCHANGES_FEWEST = 12, STEPS_FEWEST = 150 };

/* How one trial goes wrong. */
struct fault {
    const char *about;
    bool is_of_store;
    int mode; /* enum failing_db_mode or enum failing_transport_mode */
    int retries;
    bool kills;
};

/* One sync with the fault, to its end if it has one. True when the fault was reached. */
static bool sync_hits(const struct small_sync *sync, const struct fault *fault, int64_t at)
{
    struct db_driver driver = failing_db_driver(&db_driver_sqlite);
    struct in_process run;
    struct in_process_call call = {
        .world = &sync->world,
        .driver = &driver,
        .retries = fault->retries,
    };

    failing_db_arm(fault->is_of_store ? at : 0, (enum failing_db_mode)fault->mode);
    failing_transport_arm(fault->is_of_store ? 0 : at, (enum failing_transport_mode)fault->mode);
    in_process_sync(&call, &run);
    in_process_release(&run);
    int64_t reached = fault->is_of_store ? failing_db_steps() : failing_transport_exchanges();
    return reached >= at;
}

/* The same in a child, which lives on only if it never gets there. */
static bool sync_dies(const struct small_sync *sync, const struct fault *fault, int64_t at)
{
    int status = 0;

    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(sync_hits(sync, fault, at));
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status))
        assert_int_equal(WTERMSIG(status), SIGKILL);
    else
        assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

/* Returns how often the fault was hit before the sync passed without meeting it. */
static int64_t try_everywhere(const struct small_sync *sync, const struct fault *fault)
{
    for (int64_t at = 1;; at++) {
        small_sync_start_over(sync);
        bool hit = fault->kills ? sync_dies(sync, fault, at) : sync_hits(sync, fault, at);
        small_sync_check_promises(sync, fault->about, at);
        small_sync_check_next(sync, fault->about, at);
        if (!hit)
            return at - 1;
    }
}

static void a_sync_survives_the_loss_of_any_exchange(void **state)
{
    static const struct fault faults[] = {
        {"not sent", false, FAILING_TRANSPORT_NOT_SENT, -1, false},
        {"not sent, with retries", false, FAILING_TRANSPORT_NOT_SENT, 2, false},
        {"answer lost", false, FAILING_TRANSPORT_ANSWER_LOST, -1, false},
        {"answer lost, with retries", false, FAILING_TRANSPORT_ANSWER_LOST, 2, false},
        {"down from there on", false, FAILING_TRANSPORT_DOWN, 2, false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
        assert_true(try_everywhere(*state, &faults[i]) >= EXCHANGES_FEWEST);
}

static void a_sync_survives_being_killed_at_any_exchange(void **state)
{
    static const struct fault faults[] = {
        {"killed before sending", false, FAILING_TRANSPORT_KILL_BEFORE, 0, true},
        {"killed after the answer", false, FAILING_TRANSPORT_KILL_AFTER, 0, true},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++)
        assert_true(try_everywhere(*state, &faults[i]) >= EXCHANGES_FEWEST);
}

static void a_sync_survives_the_failure_of_any_step_of_the_store(void **state)
{
    static const struct fault fault = {"step fails", true, FAILING_DB_ONCE, 0, false};

    assert_true(try_everywhere(*state, &fault) >= STEPS_FEWEST);
}

static void a_sync_survives_a_full_disk_from_any_step_on(void **state)
{
    static const struct fault fault = {"full disk", true, FAILING_DB_ONWARD, 0, false};

    assert_true(try_everywhere(*state, &fault) >= STEPS_FEWEST);
}

static void a_sync_survives_being_killed_at_any_step_of_the_store(void **state)
{
    static const struct fault fault = {"killed at step", true, FAILING_DB_KILL, 0, true};

    assert_true(try_everywhere(*state, &fault) >= STEPS_FEWEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sync_survives_the_loss_of_any_exchange),
        cmocka_unit_test(a_sync_survives_being_killed_at_any_exchange),
        cmocka_unit_test(a_sync_survives_the_failure_of_any_step_of_the_store),
        cmocka_unit_test(a_sync_survives_a_full_disk_from_any_step_on),
        cmocka_unit_test(a_sync_survives_being_killed_at_any_step_of_the_store),
    };
    return cmocka_run_group_tests(tests, small_sync_set_up, small_sync_tear_down);
}

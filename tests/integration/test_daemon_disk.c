/*
 * The service while its disk is full, or its data directory cannot be written: it says so, goes on
 * answering, loses nothing that it acknowledged, and goes on by itself when there is room again.
 *
 * A full disk is a small file system in memory of this process's own, where the kernel permits
 * one; and, everywhere, a limit on the size of the service's files, which it meets as it works.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/capability.h>

#include "base/check.h"
#include "base/memory.h"
#include "store/store.h"
#include "support/busy_clients.h"
#include "support/patience.h"
#include "support/temp_dir.h"

enum { REFUSALS = 20, CHANGES = 40, ROOM = 160 << 10, SEED = 1 };

static char small_disk[64]; /* "" where there is none */

struct trouble {
    struct daemon daemon;
    struct busy_clients *clients;
};

static void open_trouble(struct trouble *trouble)
{
    daemon_open_with(&trouble->daemon, busy_clients_environment,
                     (const char *[]){"--titles", "3000", "--quiet", NULL});
    trouble->clients = busy_clients_new(&trouble->daemon, SEED);
    busy_clients_start(trouble->clients);
    busy_clients_wait(trouble->clients, CHANGES);
}

static void expect_refusals(struct trouble *trouble)
{
    int64_t enough = busy_clients_refused(trouble->clients) + REFUSALS;
    struct patience patience = {0};

    while (busy_clients_refused(trouble->clients) < enough)
        if (!patience_wait(&patience))
            fail_msg("nothing was refused");
    AUTO_FREE char *refusal = busy_clients_last_refusal(trouble->clients);
    assert_non_null(strstr(refusal, "\"code\":\"database\""));
    assert_non_null(strstr(refusal, ": 503 "));
}

static void expect_answers(struct trouble *trouble)
{
    static const char *const targets[] = {"/api/lists",       "/api/items",
                                          "/api/runs",        "/api/settings",
                                          "/api/sync/status", "/api/system/health"};

    for (size_t i = 0; i < ARRAY_LENGTH(targets); i++)
        if (daemon_status(&trouble->daemon, "GET", targets[i], trouble->daemon.admin_key, NULL) !=
            200)
            fail_msg("%s is not answered", targets[i]);
}

/* Changing a setting lets the schedule look at once; else it does so within half a minute. */
static void expect_health(const struct daemon *daemon, bool wanted)
{
    AUTO_DAEMON_ANSWER struct daemon_answer health = {0}, attention = {0}, figures = {0};
    struct patience patience = {0};
    bool is_well;

    if (wanted)
        daemon_status(daemon, "PUT", "/api/settings", daemon->admin_key,
                      "{\"settings\":{\"HISTORY_DAYS\":90}}");
    do {
        daemon_answer_release(&health);
        daemon_call(daemon, "GET", "/api/system/health", daemon->read_key, NULL, &health);
        is_well = json_value_is_true(json_value_get(health.document, "database"));
    } while (is_well != wanted && patience_wait(&patience));
    assert_int_equal(is_well, wanted);
    assert_int_equal(daemon_status(daemon, "GET", "/api/health/ready", NULL, NULL),
                     wanted ? 200 : 503);
    daemon_call(daemon, "GET", "/metrics", daemon->read_key, NULL, &figures);
    assert_non_null(strstr(buffer_string(&figures.body),
                           wanted ? "\nlistsync_database_up 1\n" : "\nlistsync_database_up 0\n"));
    daemon_call(daemon, "GET", "/api/attention", daemon->read_key, NULL, &attention);
    const struct json_value *entries = json_value_get(attention.document, "entries");
    const char *kind = json_value_get_text(json_value_at(entries, 0), "kind");
    if ((kind && strcmp(kind, "database") == 0) == wanted)
        fail_msg("what needs a person: %s", buffer_string(&attention.body));
}

static void check_database(struct trouble *trouble)
{
    AUTO_FREE char *path = world_path(&trouble->daemon.world, "list_sync.db");
    AUTO_STORE struct store *store = NULL;
    struct error error = {0};

    if (store_open(&db_driver_sqlite, path, &store, &error) || store_check(store, &error))
        fail_msg("%s", error.message);
}

/* There is room again: all goes on without a restart, and after one. */
static void expect_recovery(struct trouble *trouble)
{
    busy_clients_wait(trouble->clients, CHANGES);
    busy_clients_stop(trouble->clients);
    busy_clients_check(trouble->clients, "with room again");
    busy_clients_drain(trouble->clients);
    check_database(trouble);
    daemon_kill(&trouble->daemon);
    daemon_start(&trouble->daemon);
    busy_clients_check(trouble->clients, "after a restart");
    assert_int_equal(sim_counter(&trouble->daemon.world.sim, "duplicate_requests"), 0);
    busy_clients_free(trouble->clients);
    daemon_close(&trouble->daemon);
}

/* ---- a limit on the size of its files ---- */

static void test_no_room_for_its_files_is_survived(void **state)
{
    (void)state;
    struct trouble trouble = {0};

    open_trouble(&trouble);
    daemon_limit_files(&trouble.daemon, 0);
    expect_refusals(&trouble);
    expect_answers(&trouble);
    free(daemon_wait_for_log(&trouble.daemon, "the disk is full"));
    expect_health(&trouble.daemon, false);
    daemon_limit_files(&trouble.daemon, -1);
    expect_recovery(&trouble);
}

static char *state_of(const struct daemon *daemon, int64_t run)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_FREE char *target = memory_print("/api/runs/%d", (int)run);

    daemon_call(daemon, "GET", target, daemon->read_key, NULL, &answer);
    assert_int_equal(answer.status, 200);
    return memory_text(json_value_text(json_value_path(answer.document, "run.state")));
}

static void wait_for_requests(const struct daemon *daemon, int64_t count)
{
    struct patience patience = {0};

    while (sim_counter(&daemon->world.sim, "requests_made") < count)
        if (!patience_wait(&patience))
            fail_msg("no %d requests", (int)count);
}

/* Nobody orders another one, and nobody starts the program again. */
static void test_a_run_whose_end_found_no_room_ends_later(void **state)
{
    (void)state;
    struct daemon daemon;
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    struct patience patience = {0};
    AUTO_FREE char *now = NULL;

    daemon_open_with(&daemon,
                     (const char *[]){"MDBLIST_LISTS=bench/films-200", "AUTO_SYNC=false", NULL},
                     (const char *[]){"--titles", "300", "--latency-ms", "5", "--quiet", NULL});
    daemon_call(&daemon, "POST", "/api/sync/trigger", daemon.sync_key, NULL, &answer);
    int64_t run = json_value_get_integer(answer.document, "run_id");
    wait_for_requests(&daemon, 5);
    daemon_limit_files(&daemon, 0);
    free(daemon_wait_for_log(&daemon, "could not be written"));
    now = state_of(&daemon, run);
    assert_string_equal(now, "running");
    daemon_limit_files(&daemon, -1);
    while (strcmp(now, "running") == 0 && patience_wait(&patience)) {
        free(now);
        now = state_of(&daemon, run);
    }
    assert_string_equal(now, "failed");
    daemon_answer_release(&answer);
    daemon_call(&daemon, "GET", "/api/runs/1", daemon.read_key, NULL, &answer);
    assert_non_null(strstr(json_value_text(json_value_path(answer.document, "run.message")),
                           "cannot be written, the disk is full"));
    expect_health(&daemon, true);
    daemon_close(&daemon);
}

/* ---- a disk that is full ---- */

static void make_small_disk(void)
{
    char folder[] = "/tmp/listsync-disk-XXXXXX";
    int flags = CLONE_NEWNS | (geteuid() ? CLONE_NEWUSER : 0);

    if (unshare(flags) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || !mkdtemp(folder))
        return;
    if (mount("small", folder, "tmpfs", 0, "size=16m") == 0)
        strcpy(small_disk, folder);
    else
        rmdir(folder);
}

static void remove_small_disk(void)
{
    if (*small_disk && umount(small_disk) == 0)
        rmdir(small_disk);
}

/* Takes all of the disk but ROOM. */
static void fill_disk(const char *path)
{
    static const char block[4096];
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    CHECK(file >= 0);
    while (write(file, block, sizeof(block)) > 0)
        ;
    CHECK(errno == ENOSPC);
    CHECK(ftruncate(file, lseek(file, 0, SEEK_END) - ROOM) == 0);
    close(file);
}

static void test_a_full_disk_is_survived(void **state)
{
    (void)state;
    struct trouble trouble = {0};

    if (!*small_disk)
        skip();
    setenv("TMPDIR", small_disk, 1);
    open_trouble(&trouble);
    unsetenv("TMPDIR");
    AUTO_FREE char *ballast = world_path(&trouble.daemon.world, "ballast");
    /* A log that is long already would be written over and over without new room. */
    busy_clients_stop(trouble.clients);
    daemon_stop(&trouble.daemon);
    daemon_start(&trouble.daemon);
    busy_clients_start(trouble.clients);
    fill_disk(ballast);
    expect_refusals(&trouble);
    expect_answers(&trouble);
    free(daemon_wait_for_log(&trouble.daemon, "is full"));
    expect_health(&trouble.daemon, false);
    CHECK(unlink(ballast) == 0);
    expect_health(&trouble.daemon, true);
    expect_recovery(&trouble);
}

/* ---- a data directory that cannot be written ---- */

static void permit(const struct daemon *daemon, mode_t folder, mode_t file)
{
    static const char *const names[] = {"list_sync.db", "list_sync.db-wal", "list_sync.db-shm",
                                        "listsync.lock"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_FREE char *path = world_path(&daemon->world, names[i]);
        if (chmod(path, file))
            CHECK(errno == ENOENT);
    }
    CHECK(chmod(daemon->world.folder, folder) == 0);
}

static void expect_no_start(const struct daemon *daemon)
{
    struct process_result result;

    world_run(&daemon->world, (const char *[]){"serve", NULL}, &result);
    assert_int_not_equal(result.exit_code, 0);
    assert_int_equal(result.signal, 0);
    if (!strstr(buffer_string(&result.errors),
                "cannot be written: its mode is 0500; let its owner write: "))
        fail_msg("it says: %s", buffer_string(&result.errors));
    process_result_release(&result);
}

/* What is open stays open; only what needs a new file is refused. */
static void test_a_folder_that_cannot_be_written_is_survived(void **state)
{
    (void)state;
    struct trouble trouble = {0};

    open_trouble(&trouble);
    permit(&trouble.daemon, 0500, 0400);
    busy_clients_wait(trouble.clients, CHANGES);
    expect_answers(&trouble);
    busy_clients_stop(trouble.clients);
    busy_clients_check(trouble.clients, "read-only");
    daemon_stop(&trouble.daemon);
    expect_no_start(&trouble.daemon);
    permit(&trouble.daemon, 0700, 0600);
    daemon_start(&trouble.daemon);
    busy_clients_start(trouble.clients);
    expect_recovery(&trouble);
}

static void expect_of(const struct world *world, const char *command, int code, const char *part)
{
    struct process_result result;

    world_run(world, (const char *[]){command, NULL}, &result);
    assert_int_equal(result.exit_code, code);
    if (!strstr(buffer_string(&result.out), part) && !strstr(buffer_string(&result.errors), part))
        fail_msg("%s says: %s%s", command, buffer_string(&result.out),
                 buffer_string(&result.errors));
    process_result_release(&result);
}

static void test_an_empty_folder_that_cannot_be_written_is_told_before_it_is_needed(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    CHECK(chmod(world.folder, 0500) == 0);
    expect_of(&world, "doctor", 1, "yet, and none can be made: the directory ");
    expect_of(&world, "doctor", 1, "cannot be written: its mode is 0500; let its owner write");
    expect_of(&world, "serve", 1, "listsync: the directory ");
    AUTO_FREE char *deeper = world_path(&world, "deep/er");
    world_set(&world, "LISTSYNC_DATA_DIR", deeper);
    expect_of(&world, "doctor", 1, "cannot be written: its mode is 0500; let its owner write");
    CHECK(chmod(world.folder, 0700) == 0);
    expect_of(&world, "doctor", 0, "yet; the first sync makes it");
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_room_for_its_files_is_survived),
        cmocka_unit_test(test_a_run_whose_end_found_no_room_ends_later),
        cmocka_unit_test(test_a_full_disk_is_survived),
        cmocka_unit_test(test_a_folder_that_cannot_be_written_is_survived),
        cmocka_unit_test(test_an_empty_folder_that_cannot_be_written_is_told_before_it_is_needed),
    };

    make_small_disk();
    prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE); /* root's programs, too, heed permissions */
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    remove_small_disk();
    return failed;
}

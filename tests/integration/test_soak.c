/*
 * A week in ten seconds: the service in this process, with a wall clock that runs an
 * hour at a time, its schedule, syncs that meet faults, clients that change things, and listeners
 * that come and go. Whenever all is quiet again it must hold as many files and threads as after
 * the first days, and hardly more memory; its database may grow by what there is to remember. No
 * title may ever be asked for twice.
 *
 *     tools/endure days
 */
#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <malloc.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/service.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/store.h"
#include "support/busy_clients.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
size_t __sanitizer_get_current_allocated_bytes(void);
#define IS_SANITIZED 1 /* what is freed stays resident, in quarantine */
#else
#define IS_SANITIZED 0
#endif

enum {
    DAYS = 8,
    DAYS_TO_WARM_UP = 4,
    HOUR_MS = 3600 * 1000,
    SPELL_DAYS = 2,     /* of work, before all comes to rest */
    HOUR_TAKES_MS = 20, /* real ones */
    QUIET_MS = 20000,
    LOOK_MS = 5,
    QUIET_LOOKS = 20,
    HEAP_GROWTH_KB = 192,
    RESIDENT_GROWTH_KB = 4096, /* what lies between the pieces in use differs */
    DAY_KB = 1024,             /* of the database: new titles, runs and what they decided */
    SEED = 7,
};

static atomic_int_least64_t ahead_ms;

static int64_t real_wall(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static int64_t running_wall(void)
{
    return real_wall() + atomic_load(&ahead_ms);
}

/* At rest. */
struct held {
    int handles, threads;
    int heap_kb, resident_kb, database_kb;
};

struct soak {
    struct daemon daemon; /* what its clients need: world, ports and keys */
    struct session session;
    struct service *service;
    struct busy_clients *clients;
    char *folder; /* where the test was started */
    int spells;
    struct held at_first; /* after the days to warm up */
};

/* ---- the service in this process ---- */

#define soak_must(call)                                                                            \
    do {                                                                                           \
        if (call)                                                                                  \
            fail_msg("%s: %s", #call, error.message);                                              \
    } while (0)

static int port_in(const char *log, const char *door)
{
    const char *at = strstr(log, door);
    const char *colon = at ? strstr(at, "127.0.0.1:") : NULL;

    return colon ? atoi(colon + strlen("127.0.0.1:")) : 0;
}

/* What the log says on stderr meanwhile: the ports. */
static void start_service(struct soak *soak)
{
    struct error error = {0};
    char log[8192] = "";
    int shown = dup(STDERR_FILENO), kept = memfd_create("log", MFD_CLOEXEC);

    CHECK(shown >= 0 && kept >= 0 && dup2(kept, STDERR_FILENO) >= 0);
    enum error_code rc = service_start(&soak->session, &soak->service, &error);
    log_set_level(LOG_ERROR + 1);
    CHECK(dup2(shown, STDERR_FILENO) >= 0 && pread(kept, log, sizeof(log) - 1, 0) > 0);
    close(shown);
    close(kept);
    soak_must(rc);
    soak->daemon.port = port_in(log, "\"api\":");
    soak->daemon.ui_port = port_in(log, "\"ui\":");
    CHECK(soak->daemon.port > 0 && soak->daemon.ui_port > 0);
}

static void open_service(struct soak *soak)
{
    struct error error = {0};

    for (char *const *pair = soak->daemon.world.environment; *pair; pair++)
        putenv(*pair);
    soak_must(session_open(&soak->session, NULL, &error));
    soak_must(session_check_lists(&soak->session, &error));
    soak_must(session_lock(&soak->session, &error));
    soak_must(session_make_store(&soak->session, &error));
    store_close(TAKE(soak->session.store));
    start_service(soak);
}

static void set_environment(struct world *world)
{
    static const char *const usual[][2] = {
        {"LISTSYNC_BIND", "127.0.0.1"},
        {"LISTSYNC_API_PORT", "0"},
        {"LISTSYNC_UI_PORT", "0"},
        {"LISTSYNC_LOG_FORMAT", "json"},
        {"LISTSYNC_RATE_LIMIT", "0"},
        {"SYNC_INTERVAL", "6"},
        {"LISTSYNC_ADMIN_USER", DAEMON_USER},
        {"LISTSYNC_ADMIN_PASSWORD", DAEMON_PASSWORD},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(usual); i++)
        world_set(world, usual[i][0], usual[i][1]);
    for (const char *const *pair = busy_clients_environment; *pair; pair++) {
        AUTO_FREE char *name = memory_text_n(*pair, strcspn(*pair, "="));
        world_set(world, name, strchr(*pair, '=') + 1);
    }
}

static void open_soak(struct soak *soak, int titles)
{
    struct daemon *daemon = &soak->daemon;
    AUTO_FREE char *words = memory_print("%d", titles);

    clock_set_for_tests(running_wall, NULL);
    world_open(&daemon->world, (const char *[]){"--titles", words, "--quiet", NULL});
    set_environment(&daemon->world);
    daemon->process.id = getpid();
    soak->folder = getcwd(NULL, 0);
    CHECK(soak->folder && chdir(daemon->world.folder) == 0); /* lists that are files lie there */
    open_service(soak);
    CHECK(daemon_log_in(daemon, DAEMON_USER, DAEMON_PASSWORD, daemon->cookie, daemon->csrf) == 200);
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "read", daemon->read_key);
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "sync", daemon->sync_key);
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "admin", daemon->admin_key);
    soak->clients = busy_clients_new(daemon, SEED);
}

static void close_soak(struct soak *soak)
{
    busy_clients_free(soak->clients);
    service_stop(soak->service);
    session_close(&soak->session);
    for (char *const *pair = soak->daemon.world.environment; *pair; pair++) {
        AUTO_FREE char *name = memory_text_n(*pair, strcspn(*pair, "="));
        unsetenv(name);
    }
    CHECK(chdir(soak->folder) == 0);
    free(soak->folder);
    world_close(&soak->daemon.world);
    clock_set_for_tests(NULL, NULL);
}

/* ---- a spell of work ---- */

static void make_trouble(struct soak *soak)
{
    static const char *const faults[] = {
        "{\"match\": \"POST /api/v1/request\", \"nth\": 3, \"action\": \"close\", \"apply\": true}",
        "{\"match\": \"GET /api/v1\", \"nth\": 4, \"action\": \"status\", \"status\": 500}",
        "{\"match\": \"/host/\", \"nth\": 2, \"times\": 5, \"action\": \"garbage\"}",
        "{\"match\": \"POST /api/v1/request\", \"nth\": 2, \"action\": \"status\", \"status\": "
        "500}",
        "{\"match\": \"/api/v1/media\", \"action\": \"truncate\"}",
        "{\"match\": \"*\", \"nth\": 5, \"times\": 10, \"action\": \"slow\", \"ms\": 30}",
        "{\"match\": \"/host/\", \"times\": 20, \"action\": \"close\"}",
        "{\"match\": \"/api/v1/auth/me\", \"action\": \"html\"}",
    };

    sim_tell(&soak->daemon.world.sim, "/sim/faults",
             faults[soak->spells % (int)ARRAY_LENGTH(faults)]);
}

static void pass_an_hour(struct soak *soak)
{
    atomic_fetch_add(&ahead_ms, HOUR_MS);
    service_reload(soak->service); /* the schedule looks at the clock now and then: now */
    poll(NULL, 0, HOUR_TAKES_MS);
}

static void pause_schedule(struct soak *soak, bool paused)
{
    assert_int_equal(daemon_status(&soak->daemon, "PUT", "/api/schedule/pause",
                                   soak->daemon.admin_key,
                                   paused ? "{\"paused\": true}" : "{\"paused\": false}"),
                     200);
}

static void work(struct soak *soak)
{
    pause_schedule(soak, false);
    busy_clients_start(soak->clients);
    for (int hour = 0; hour < SPELL_DAYS * 24; hour++) {
        if (hour % 12 == 6)
            make_trouble(soak);
        if (hour % 8 == 0)
            service_tidy(soak->service);
        pass_an_hour(soak);
    }
    busy_clients_stop(soak->clients);
    pause_schedule(soak, true);
    sim_forget_faults(&soak->daemon.world.sim);
    busy_clients_drain(soak->clients);
}

/* ---- at rest ---- */

static int count_threads(void)
{
    DIR *folder = opendir("/proc/self/task");
    int count = -2; /* . and .. */

    CHECK(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static int resident_kb(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    long pages = 0;

    CHECK(file && fscanf(file, "%*d %ld", &pages) == 1);
    fclose(file);
    return (int)(pages * (sysconf(_SC_PAGESIZE) / 1024));
}

/* What is in use; malloc counts what it keeps at hand for each thread as well. */
static int heap_kb(void)
{
#if IS_SANITIZED
    return (int)(__sanitizer_get_current_allocated_bytes() / 1024);
#else
    struct mallinfo2 heap = mallinfo2();
    return (int)((heap.uordblks + heap.hblkhd) / 1024);
#endif
}

static int database_kb(const struct soak *soak)
{
    AUTO_FREE char *path = world_path(&soak->daemon.world, "list_sync.db");
    struct stat file;

    CHECK(stat(path, &file) == 0);
    return (int)(file.st_size / 1024);
}

static bool is_running(const struct soak *soak)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(&soak->daemon, "GET", "/api/sync/status", soak->daemon.read_key, NULL, &answer);
    return !json_value_is_switch(json_value_get(answer.document, "running")) ||
           json_value_is_true(json_value_get(answer.document, "running"));
}

static struct held measure(const struct soak *soak)
{
    return (struct held){
        .handles = daemon_handles(&soak->daemon),
        .threads = count_threads(),
        .heap_kb = heap_kb(),
        .resident_kb = resident_kb(),
        .database_kb = database_kb(soak),
    };
}

/* Connections that were left, and the threads of errands, end in a moment: until nothing changes.
 */
static void wait_for_rest(const struct soak *soak)
{
    const struct held *most = &soak->at_first;
    int64_t deadline = clock_steady_ms() + QUIET_MS;
    int quiet = 0;

    while (quiet < QUIET_LOOKS && clock_steady_ms() < deadline) {
        struct held before = measure(soak);
        poll(NULL, 0, LOOK_MS);
        bool more = most->handles && (daemon_handles(&soak->daemon) > most->handles ||
                                      count_threads() > most->threads);
        bool same =
            before.handles == daemon_handles(&soak->daemon) && before.threads == count_threads();
        quiet = same && !more && !is_running(soak) ? quiet + 1 : 0;
    }
}

static void assert_at_most(const char *what, int now, int most)
{
    if (now > most)
        fail_msg("%d %s, no more than %d expected", now, what, most);
}

static void compare(const struct soak *soak, const struct held *now)
{
    const struct held *first = &soak->at_first;
    int days = soak->spells * SPELL_DAYS - DAYS_TO_WARM_UP;

    assert_at_most("files", now->handles, first->handles);
    assert_at_most("threads", now->threads, first->threads);
    if (IS_SANITIZED)
        assert_at_most("kB in use", now->heap_kb, first->heap_kb + HEAP_GROWTH_KB);
    else
        assert_at_most("kB resident", now->resident_kb, first->resident_kb + RESIDENT_GROWTH_KB);
    assert_at_most("kB of database", now->database_kb, first->database_kb + days * DAY_KB);
}

static void look(struct soak *soak)
{
    atomic_fetch_add(&ahead_ms, HOUR_MS); /* events of the last spell are old now */
    wait_for_rest(soak);
    for (int i = 0; i < 2; i++) /* the second finds what nobody used since the first */
        service_tidy(soak->service);
    struct held now = measure(soak);
    int days = soak->spells * SPELL_DAYS;
    printf("day %d: %d files, %d threads, %d kB in use, %d kB resident, %d kB of database\n", days,
           now.handles, now.threads, now.heap_kb, now.resident_kb, now.database_kb);
    fflush(stdout);
    if (days > DAYS_TO_WARM_UP)
        compare(soak, &now);
    else if (days == DAYS_TO_WARM_UP)
        soak->at_first = now;
}

static int64_t scheduled_runs(const struct soak *soak)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    const char *at;
    int64_t count = 0;

    daemon_call(&soak->daemon, "GET", "/api/runs?limit=200", soak->daemon.read_key, NULL, &answer);
    for (at = buffer_string(&answer.body); (at = strstr(at, "\"trigger\":\"schedule\"")); at++)
        count++;
    return count;
}

static void test_nothing_grows_in_weeks(void **state)
{
    (void)state;
    const char *given = getenv("ENDURE_DAYS");
    int spells = (given ? atoi(given) : DAYS) / SPELL_DAYS;
    struct soak soak = {0};

    open_soak(&soak, BUSY_TITLES_BEFORE + BUSY_TITLES * spells);
    while (soak.spells < spells) {
        work(&soak);
        soak.spells++;
        look(&soak);
    }
    assert_true(soak.spells * SPELL_DAYS > DAYS_TO_WARM_UP);
    assert_true(scheduled_runs(&soak) > 0);
    assert_true(sim_counter(&soak.daemon.world.sim, "requests_made") > 0);
    assert_int_equal(sim_counter(&soak.daemon.world.sim, "duplicate_requests"), 0);
    printf("%" PRId64 " acknowledged, %" PRId64 " requests\n",
           busy_clients_acknowledged(soak.clients),
           sim_counter(&soak.daemon.world.sim, "requests_made"));
    close_soak(&soak);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_grows_in_weeks),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

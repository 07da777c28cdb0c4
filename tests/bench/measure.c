#include "measure.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"

static const char *const hosts[] = {"api.graphql.imdb.com", "mdblist.com"};

static int64_t ms_of(const struct timeval *time)
{
    return (int64_t)time->tv_sec * 1000 + time->tv_usec / 1000;
}

/* Only what a program may do between fork and exec. */
static void become(const char *const *words, const char *const *names, int nothing)
{
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    execve(LISTSYNC_PROGRAM, (char *const *)words, (char *const *)names);
    _exit(127);
}

static struct measure run(const char *const *words, const char *const *names)
{
    struct measure measure = {0};
    struct rusage usage;
    int status;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int64_t started = clock_steady_ms();
    pid_t child = fork();

    CHECK(nothing >= 0 && child >= 0);
    if (child == 0)
        become(words, names, nothing);
    CHECK(wait4(child, &status, 0, &usage) == child);
    close(nothing);
    measure.wall_ms = clock_steady_ms() - started;
    measure.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    measure.peak_kb = usage.ru_maxrss;
    measure.cpu_ms = ms_of(&usage.ru_utime) + ms_of(&usage.ru_stime);
    return measure;
}

static char *origins_to(const struct sim *sim)
{
    char *all = memory_text("");

    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        char *longer =
            memory_print("%s%s%s=%s/host/%s", all, i ? "," : "", hosts[i], sim->url, hosts[i]);
        free(all);
        all = longer;
    }
    return all;
}

static void read_counters(const struct sim *sim, struct measure *measure)
{
    /* First of all, because each question is a connection too, this one included. */
    measure->connections = sim_counter(sim, "connections") - 1;
    measure->requested = sim_counter(sim, "requests_made");
    measure->repeats = sim_counter(sim, "duplicate_requests");
    measure->seerr_calls = sim_seerr_calls(sim, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++)
        measure->source_calls += sim_source_calls(sim, hosts[i]);
}

struct measure measure_sync(const struct sim *sim, const char *folder, const char *list,
                            bool dry_run)
{
    AUTO_FREE char *url = memory_print("OVERSEERR_URL=%s", sim->url);
    AUTO_FREE char *data = memory_print("LISTSYNC_DATA_DIR=%s", folder);
    AUTO_FREE char *origins = origins_to(sim);
    AUTO_FREE char *setting = memory_print("LISTSYNC_ORIGINS=%s", origins);
    const char *names[] = {url, data, setting, "OVERSEERR_API_KEY=sim-key", NULL};
    const char *words[] = {"listsync", "sync", "--quiet", "--list", list, "--dry-run", NULL};

    if (!dry_run)
        words[5] = NULL;
    sim_tell(sim, "/sim/counters/reset", "");
    struct measure measure = run(words, names);
    read_counters(sim, &measure);
    return measure;
}

struct measure measure_start(void)
{
    const char *words[] = {"listsync", "version", NULL};
    const char *names[] = {NULL};

    return run(words, names);
}

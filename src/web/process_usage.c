#include "web/process_usage.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

enum { SHORTEST_US = 1000000 }; /* of less time no share can be told */

/* The look before, from which shares are counted. */
static struct {
    pthread_mutex_t lock;
    int64_t at_us;
    double cpu_seconds, percent;
} before = {.lock = PTHREAD_MUTEX_INITIALIZER};

static double seconds_of(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static double cpu_seconds(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage))
        return 0;
    return seconds_of(&usage.ru_utime) + seconds_of(&usage.ru_stime);
}

static double cpu_percent(double seconds)
{
    pthread_mutex_lock(&before.lock);
    int64_t now = clock_steady_us();
    int64_t passed = now - before.at_us;
    if (passed >= SHORTEST_US) {
        if (before.at_us)
            before.percent = (seconds - before.cpu_seconds) * 1e8 / (double)passed;
        before.at_us = now;
        before.cpu_seconds = seconds;
    }
    double percent = before.percent;
    pthread_mutex_unlock(&before.lock);
    return percent;
}

static int64_t resident_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long size = 0, resident = 0;

    if (!file)
        return 0;
    int found = fscanf(file, "%ld %ld", &size, &resident);
    fclose(file);
    return found == 2 ? (int64_t)resident * sysconf(_SC_PAGESIZE) : 0;
}

static int64_t open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int64_t count = 0;

    if (!folder)
        return 0;
    for (const struct dirent *entry = readdir(folder); entry; entry = readdir(folder))
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count - 1; /* the folder's own */
}

void process_usage(struct process_usage *ret)
{
    ret->resident_bytes = resident_bytes();
    ret->cpu_seconds = cpu_seconds();
    ret->cpu_percent = cpu_percent(ret->cpu_seconds);
    ret->open_files = open_files();
}

#include "sync/run_state.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

void run_title_key(const struct item *item, char key[TITLE_KEY_SIZE])
{
    snprintf(key, TITLE_KEY_SIZE, "%s:%" PRId64, media_type_word(item->media_type), item->ids.tmdb);
}

void run_progress(struct run *run, enum sync_phase phase, int64_t done, int64_t total)
{
    const struct sync_observer *observer = run->tools->observer;

    if (observer->progress)
        observer->progress(observer->context, phase, done, total);
}

void run_warn(struct run *run, const char *format, ...)
{
    const struct sync_observer *observer = run->tools->observer;
    char sentence[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    if (observer->warning)
        observer->warning(observer->context, sentence);
}

static bool keep_going(void *context)
{
    const struct run *run = context;
    const struct sync_observer *observer = run->tools->observer;

    return !observer->keep_going || observer->keep_going(observer->context);
}

bool run_is_cancelled(const struct run *run)
{
    return client_is_cancelled(run->tools->client);
}

enum error_code run_drive(struct run *run)
{
    enum error_code rc = client_run(run->tools->client, keep_going, run);

    if (rc && !run->error.code)
        error_set(&run->error, rc, "the sync was cancelled");
    return run->error.code;
}

void run_pause(struct run *run, int64_t ms)
{
    int64_t slice = ms < 50 ? ms : 50;
    struct timespec pause = {.tv_nsec = slice * 1000000};

    nanosleep(&pause, NULL);
    if (!keep_going(run))
        client_cancel(run->tools->client);
}

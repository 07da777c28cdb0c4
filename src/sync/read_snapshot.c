#include "sync/crew.h"
#include "sync/run_state.h"

static bool ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct run *run = context;

    if (run->media.finished || run->error.code)
        return false;
    *ret_job = 0;
    media_sweep_request(&run->media, run->tools->seerr, request);
    return true;
}

static void answer(void *context, size_t job, const struct http_response *response)
{
    struct run *run = context;

    (void)job;
    media_sweep_answer(&run->media, response, &run->error);
    run_progress(run, SYNC_SNAPSHOT, (int64_t)run->media.count, run->media.results);
}

static void failed(void *context, size_t job, const struct error *error)
{
    struct run *run = context;

    (void)job;
    run->error = *error;
}

enum error_code read_snapshot(struct run *run)
{
    struct crew crew = {
        .client = run->tools->client,
        .arena = run->arena,
        .workers = 1,
        .context = run,
        .ask = ask,
        .answer = answer,
        .failed = failed,
    };

    crew_feed(&crew);
    if (run_drive(run) == ERROR_NONE && run->error.code)
        error_prefix(&run->error, "reading what Seerr has");
    return run->error.code;
}

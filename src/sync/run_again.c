#include "sync/run_again.h"

#include "base/log.h"

enum { ATTEMPTS_MOST = 2 };

static enum error_code leave_ended(struct store *store, const struct stored_run *cut,
                                   struct error *error)
{
    log_warning("run", "a run was cut off when the program ended; it is not begun again",
                LOG_NUMBER("run", cut->id), LOG_END);
    if (cut->attempt < ATTEMPTS_MOST)
        return ERROR_NONE;
    return runs_set_failure(store, cut->id,
                            RUN_CUT_OFF " twice: the program ended suddenly each time; it is not "
                                        "begun again by itself",
                            error);
}

static enum error_code queue_again(struct store *store, const struct stored_run *cut,
                                   struct error *error)
{
    struct stored_run row = *cut;
    int64_t id = 0;
    bool again = false;

    row.attempt = cut->attempt + 1;
    /* What the command line began was ordered by somebody who saw it end. */
    if (cut->trigger == RUN_BY_CLI || row.attempt > ATTEMPTS_MOST)
        return leave_ended(store, cut, error);
    log_warning("run", "a run was cut off when the program ended; it is queued again",
                LOG_NUMBER("run", cut->id), LOG_END);
    enum error_code rc = runs_queue(store, &row, &id, &again, error);
    return rc ? rc : runs_set_goes_on(store, cut->id, id, error);
}

static enum error_code queue_all_again(struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_runs cut = {0};
    enum error_code rc = runs_take_interrupted(store, arena, &cut, error);

    for (size_t i = 0; !rc && i < cut.count; i++)
        rc = queue_again(store, &cut.items[i], error);
    return rc;
}

enum error_code run_again_cut_off(struct store *store, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    return rc ? rc : store_end(store, queue_all_again(store, error), error);
}

enum error_code run_again_stopped(struct store *store, const struct stored_run *order,
                                  struct stored_run *ended, struct error *error)
{
    int64_t id = 0;
    bool again = false;

    ended->message = RUN_STOPPED "; it goes on when the program starts again";
    enum error_code rc = runs_queue(store, order, &id, &again, error);
    return rc ? rc : runs_finish(store, ended, error);
}

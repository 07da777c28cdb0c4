#include "sync/schedule_plan.h"

enum { HOUR_MS = 3600 * 1000, MOST_DOUBLINGS = 10 };

/* As if it had never been, where the clock says that it is still to come. */
static struct schedule_plan without_future(const struct schedule_plan *plan, int64_t now_ms)
{
    struct schedule_plan past = *plan;

    if (past.last_began_ms > now_ms || past.last_ended_ms > now_ms)
        past.last_began_ms = past.last_ended_ms = past.ready_ms = past.failures = 0;
    if (past.since_ms > now_ms)
        past.since_ms = now_ms;
    if (past.ready_ms > now_ms)
        past.ready_ms = now_ms;
    if (past.ready_ms > past.last_ended_ms)
        past.failures = 0; /* of another set-up */
    return past;
}

static int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

static int64_t regular_by_interval(const struct schedule_plan *plan, int64_t now_ms)
{
    int64_t last = plan->last_ended_ms ? plan->last_ended_ms : plan->last_began_ms;
    int64_t from = later(last, plan->ready_ms);

    if (plan->interval_hours <= 0)
        return 0;
    if (!from)
        return now_ms;
    return from + (int64_t)(plan->interval_hours * HOUR_MS) + plan->jitter_ms;
}

static int64_t regular_by_cron(const struct schedule_plan *plan)
{
    int64_t from = later(later(plan->last_began_ms, plan->since_ms), plan->ready_ms);
    int64_t next = cron_next(plan->cron, plan->zone, from / 1000);

    return next < 0 ? 0 : next * 1000 + plan->jitter_ms;
}

static int64_t retry(const struct schedule_plan *plan)
{
    int doublings = plan->failures - 1 < MOST_DOUBLINGS ? plan->failures - 1 : MOST_DOUBLINGS;

    return plan->last_ended_ms + ((int64_t)SCHEDULE_RETRY_MS << doublings);
}

int64_t schedule_plan_next(const struct schedule_plan *plan, int64_t now_ms)
{
    struct schedule_plan past = without_future(plan, now_ms);
    int64_t regular = past.cron ? regular_by_cron(&past) : regular_by_interval(&past, now_ms);

    if (!regular || past.failures <= 0 || !past.last_ended_ms)
        return regular;
    return retry(&past) < regular ? retry(&past) : regular;
}

int64_t schedule_plan_after_pause(int64_t next_ms, int64_t paused_until_ms)
{
    if (!next_ms || paused_until_ms < 0)
        return 0;
    return next_ms > paused_until_ms ? next_ms : paused_until_ms;
}

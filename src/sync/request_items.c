#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "model/contradiction.h"
#include "seerr/look.h"
#include "store/posters.h"
#include "sync/known_ids.h"
#include "sync/request_desk.h"

/*
 * Requests go out one at a time, each with its intent in the ledger before and its answer after.
 * Meanwhile a few reads run ahead: they tell which seasons a series has, and they warm Seerr's
 * cache so that the POST is quick. A title whose earlier request got no answer comes last, and is
 * looked at again before it is asked for again.
 */

enum {
    WARM_READS_AT_ONCE = 4,
    UNSEEN_HEAD = 8,
    LARGE_RUN = 500,
    WARM_LEAD = 64, /* reads run at most so far ahead: what they tell is kept until then */
    POST_TIMEOUT_MS = 30000,
    LOST_ANSWERS_IN_A_ROW = 2,
    LOST_READS_IN_A_ROW = 5,
};

enum job { JOB_VERIFY_REQUESTER, JOB_LOOK, JOB_POST };

static bool is_open_intent(const struct asking *asking)
{
    return asking->memory && asking->memory->open_intent_at > 0;
}

static void enqueue(struct desk *desk, struct item *item, const struct memory *memory)
{
    int64_t requester = item->source_count ? item->sources[0].list->requester : 0;

    desk->queue[desk->count++] = (struct asking){
        .item = item,
        .memory = memory,
        .requester = requester ? requester : desk->run->settings->default_requester,
    };
}

static void fill_queue(struct desk *desk)
{
    struct run *run = desk->run;
    struct item_list *items = &run->result->items;

    desk->queue = arena_take(run->arena, items->count * sizeof(*desk->queue));
    for (int open = 0; open < 2; open++) {
        for (size_t i = 0; i < items->count; i++) {
            struct item *item = &items->items[i];
            const struct memory *memory = item_plan_memory(run, item);
            bool is_open = memory && memory->open_intent_at > 0;
            if (item->decision == DECISION_REQUEST && is_open == (open == 1))
                enqueue(desk, item, memory);
        }
    }
}

static void skip_for_limit(struct desk *desk, struct asking *asking, const char *why)
{
    asking->item->decision = DECISION_SKIP_LIMIT;
    asking->item->rule = "requester_limit";
    asking->item->reason = why;
    asking->item->status =
        requesters_is_refused(&desk->requesters, asking->requester, asking->item->media_type)
            ? ITEM_STATUS_ERROR
            : ITEM_STATUS_SKIPPED;
    request_desk_finish(desk, asking);
}

/*
 * A large run asks for its first films without a look, so that all its calls stay within two a
 * film; they rest on the list's word and on the id map.
 */
static bool is_in_head(const struct desk *desk, const struct asking *asking)
{
    return desk->count >= LARGE_RUN && asking < desk->queue + UNSEEN_HEAD;
}

static bool needs_look(const struct desk *desk, const struct asking *asking)
{
    return asking->item->media_type == MEDIA_TV || is_open_intent(asking) ||
           (contradiction_is_possible(asking->item) && !is_in_head(desk, asking));
}

/* A film that Seerr cannot show is asked for: the answer to that tells a dead number from trouble.
 */
static bool may_go_unseen(const struct desk *desk, const struct asking *asking)
{
    return !needs_look(desk, asking) ||
           (asking->not_shown && asking->item->media_type == MEDIA_MOVIE &&
            !is_open_intent(asking));
}

/* Seasons as the look shows them; the plan speaks again, since Seerr may have moved on. */
static bool plan_with_look(struct desk *desk, struct asking *asking)
{
    struct plan_result plan;

    item_plan_decide(desk->run, asking->item, &plan);
    if (plan.needs_look)
        return true;
    item_plan_take(desk->run, asking->item, &plan);
    return plan.decision == DECISION_REQUEST;
}

/* Seerr has moved on since the snapshot, or an earlier request of ours did arrive. */
static void leave_as_it_is(struct desk *desk, struct asking *asking)
{
    if (item_plan_is_in_seerr(asking->item->decision))
        item_plan_confirm_intent(desk->run, asking->item);
    request_desk_finish(desk, asking);
}

static int64_t settle_ms_left(const struct desk *desk, const struct asking *asking)
{
    int64_t waited = clock_wall_ms() - asking->memory->open_intent_at;
    int64_t left = desk->run->settings->settle_ms - waited;

    /* A clock that was set back makes `left` too long: then the whole time is waited once more. */
    if (left > desk->run->settings->settle_ms)
        return desk->run->settings->settle_ms;
    return left > 0 ? left : 0;
}

static void ask_for_look(struct desk *desk, struct asking *asking, struct http_request *request)
{
    asking->warmth = WARMING;
    look_request(desk->run->tools->seerr, asking->item->media_type, asking->item->ids.tmdb,
                 request);
}

static bool write_intent(struct desk *desk, struct asking *asking)
{
    struct run *run = desk->run;
    struct ledger_row row = {
        .media_type = asking->item->media_type,
        .tmdb = asking->item->ids.tmdb,
        .is_4k = run->settings->is_4k,
        .seasons = asking->item->seasons_to_request,
        .state = LEDGER_INTENT,
        .requester = asking->requester,
        .run_id = run->result->run.id,
        .asked_at = clock_wall_ms(),
        .message = "",
    };

    return ledger_intend(run->tools->store, &row, &asking->ledger_id, &run->error) == ERROR_NONE;
}

static bool ask_for_title(struct desk *desk, struct asking *asking, struct http_request *request)
{
    const struct item *item = asking->item;

    if (!write_intent(desk, asking))
        return false;
    request_make(desk->run->tools->seerr, item->media_type, item->ids.tmdb,
                 desk->run->settings->is_4k, &item->seasons_to_request, asking->requester, request);
    request->timeout_ms = POST_TIMEOUT_MS;
    return true;
}

/* What cannot be seen is not asked for: a series' seasons, or a number, would be a guess. */
static void could_not_look(struct desk *desk, struct asking *asking)
{
    asking->item->status = ITEM_STATUS_ERROR;
    asking->item->answer = "Seerr could not show it now; the next sync asks again";
    request_desk_finish(desk, asking);
}

enum next_step { STEP_SKIP, STEP_WAIT, STEP_SEND };

static enum next_step step_for(struct desk *desk, struct asking *asking, size_t *ret_job,
                               struct http_request *request)
{
    const char *limit =
        requesters_limit(&desk->requesters, asking->requester, asking->item->media_type);

    if (limit)
        return skip_for_limit(desk, asking, limit), STEP_SKIP;
    if (!requesters_is_verified(&desk->requesters, asking->requester)) {
        *ret_job = JOB_VERIFY_REQUESTER;
        connect_user_request(desk->run->tools->seerr, asking->requester, request);
        return STEP_SEND;
    }
    if (needs_look(desk, asking) && asking->warmth == COLD) {
        *ret_job = JOB_LOOK;
        return ask_for_look(desk, asking, request), STEP_SEND;
    }
    if (asking->warmth == WARMING && needs_look(desk, asking))
        return STEP_WAIT;
    if (asking->warmth == WARM_FAILED && !may_go_unseen(desk, asking))
        return could_not_look(desk, asking), STEP_SKIP;
    if (asking->warmth == WARM && !plan_with_look(desk, asking))
        return leave_as_it_is(desk, asking), STEP_SKIP;
    if (is_open_intent(asking) && !asking->settled && settle_ms_left(desk, asking))
        return STEP_WAIT;
    *ret_job = JOB_POST;
    return ask_for_title(desk, asking, request) ? STEP_SEND : STEP_WAIT;
}

static bool post_ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct desk *desk = context;

    /* A cancelled client does not send what it asks for: no intent is written for it. */
    if (run_is_cancelled(desk->run))
        return false;
    while (desk->next < desk->count && !desk->stopped && !desk->run->error.code) {
        switch (step_for(desk, &desk->queue[desk->next], ret_job, request)) {
        case STEP_SEND:
            return true;
        case STEP_WAIT:
            return false;
        case STEP_SKIP:
            desk->next++;
        }
    }
    return false;
}

static void keep_poster(struct desk *desk, const struct item *item, const struct title_look *look)
{
    struct error error = {0};

    if (posters_learn(desk->run->tools->store, item->media_type, item->ids.tmdb, look->poster,
                      &error))
        request_desk_stop(desk, error.code, error.message);
}

static void take_look(struct desk *desk, struct asking *asking,
                      const struct http_response *response)
{
    char key[TITLE_KEY_SIZE];
    struct run *run = desk->run;
    struct title_look look;
    enum error_code rc =
        look_answer(response, asking->item->media_type, run->settings->is_4k, &look, NULL);

    asking->warmth = rc ? WARM_FAILED : WARM;
    asking->not_shown = rc != ERROR_NONE;
    if (rc)
        return;
    desk->series_shown += asking->item->media_type == MEDIA_TV;
    look.looked_at = clock_wall_ms();
    asking->look = memory_new(sizeof(look));
    *asking->look = look;
    run_title_key(asking->item, key);
    map_set(&run->looks, key, asking->look);
    keep_poster(desk, asking->item, &look);
}

static void verify_requester(struct desk *desk, struct asking *asking,
                             const struct http_response *response)
{
    struct seerr_user user;
    struct error error = {0};
    enum error_code rc = connect_user_answer(response, asking->requester, &user, &error);

    if (rc == ERROR_NONE)
        requesters_verify(&desk->requesters, asking->requester);
    else if (rc == ERROR_REFUSED && asking->requester)
        run_warn(desk->run, "%s",
                 requesters_refuse(&desk->requesters, asking->requester, error.message));
    else
        request_desk_stop(desk, rc, error.message);
}

static void post_answer(void *context, size_t job, const struct http_response *response)
{
    struct desk *desk = context;
    struct asking *asking = &desk->queue[desk->next];
    struct request_result result;

    if (job == JOB_VERIFY_REQUESTER) {
        verify_requester(desk, asking, response);
    } else if (job == JOB_LOOK) {
        take_look(desk, asking, response);
    } else {
        request_made(response, &result);
        desk->losses_in_a_row = 0; /* reads that work do not make up for lost requests */
        desk->next++;
        request_answers_keep(desk, asking, &result);
    }
    crew_feed(&desk->warm_crew); /* it keeps a certain lead */
}

static void post_failed(void *context, size_t job, const struct error *error)
{
    struct desk *desk = context;
    struct asking *asking = &desk->queue[desk->next];

    if (error->code == ERROR_CANCELLED) {
        request_desk_stop(desk, ERROR_CANCELLED, "cancelled");
    } else if (++desk->losses_in_a_row >= LOST_ANSWERS_IN_A_ROW || job == JOB_VERIFY_REQUESTER) {
        request_desk_stop(desk, ERROR_UNREACHABLE, error->message);
    }
    if (job == JOB_POST) {
        desk->next++;
        request_answers_lose(desk, asking, error);
    } else if (job == JOB_LOOK) {
        asking->warmth = WARM_FAILED;
    }
}

static bool warm_ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct desk *desk = context;

    while (desk->next_warm < desk->count && desk->next_warm <= desk->next + WARM_LEAD &&
           !desk->stopped && !desk->run->error.code) {
        size_t at = desk->next_warm++;
        const struct asking *asking = &desk->queue[at];
        if (at <= desk->next || asking->warmth != COLD || is_in_head(desk, asking))
            continue; /* its turn has come, or comes before a read could help */
        *ret_job = at;
        ask_for_look(desk, &desk->queue[at], request);
        return true;
    }
    return false;
}

static void warm_answer(void *context, size_t job, const struct http_response *response)
{
    struct desk *desk = context;

    desk->lost_reads_in_a_row = 0;
    take_look(desk, &desk->queue[job], response);
    crew_feed(&desk->post_crew); /* it may have waited for this */
}

static void warm_failed(void *context, size_t job, const struct error *error)
{
    struct desk *desk = context;

    desk->queue[job].warmth = WARM_FAILED;
    if (error->code != ERROR_CANCELLED && ++desk->lost_reads_in_a_row >= LOST_READS_IN_A_ROW)
        request_desk_stop(desk, ERROR_UNREACHABLE, error->message);
    crew_feed(&desk->post_crew);
}

static void set_up_crews(struct desk *desk)
{
    struct crew crew = {
        .client = desk->run->tools->client,
        .arena = desk->run->arena,
        .context = desk,
    };

    desk->post_crew = desk->warm_crew = crew;
    desk->post_crew.workers = 1;
    desk->post_crew.ask = post_ask;
    desk->post_crew.answer = post_answer;
    desk->post_crew.failed = post_failed;
    desk->warm_crew.workers = WARM_READS_AT_ONCE;
    desk->warm_crew.ask = warm_ask;
    desk->warm_crew.answer = warm_answer;
    desk->warm_crew.failed = warm_failed;
}

static void wait_to_settle(struct desk *desk)
{
    struct asking *asking = &desk->queue[desk->next];
    int64_t until = clock_steady_ms();

    if (is_open_intent(asking))
        until += settle_ms_left(desk, asking);
    while (clock_steady_ms() < until && !run_is_cancelled(desk->run))
        run_pause(desk->run, until - clock_steady_ms());
    asking->settled = true;
}

static void work_off(struct desk *desk)
{
    crew_feed(&desk->post_crew);
    crew_feed(&desk->warm_crew);
    while (run_drive(desk->run) == ERROR_NONE && !desk->run->error.code && !desk->stopped &&
           desk->next < desk->count) {
        wait_to_settle(desk);
        crew_feed(&desk->post_crew);
    }
}

/*
 * An unknown number and TMDB trouble look the same in a look (HTTP 500). A number that Seerr could
 * not show in two runs, while it showed other series, is taken for unknown.
 */
static void drop_unknown_series(struct desk *desk)
{
    struct run *run = desk->run;

    for (size_t i = 0; i < desk->next && desk->series_shown && !run->error.code; i++) {
        struct item *item = desk->queue[i].item;
        if (!desk->queue[i].not_shown || item->status != ITEM_STATUS_ERROR)
            continue;
        const char *suspicion = arena_print(run->arena, "not shown:tv:%" PRId64, item->ids.tmdb);
        if (!known_ids_miss(run, suspicion)) {
            known_ids_not_found(run, suspicion, "Seerr could not show it");
            continue;
        }
        item->status = ITEM_STATUS_NOT_FOUND;
        item->answer = arena_print(
            run->arena, "TMDB seems to have no series with the number %" PRId64, item->ids.tmdb);
        known_ids_not_found(run, known_ids_tmdb_key(item, run->arena), item->answer);
        record_item(run, item);
    }
}

/* It waits for the next sync: that this one did not come to it is no fault of the title. */
static enum error_code leave(struct desk *desk, struct item *item, bool cancelled)
{
    item->status = ITEM_STATUS_CANCELLED;
    item->answer = cancelled
                       ? "not reached before the sync was cancelled"
                       : arena_print(desk->run->arena, "not asked for: %s",
                                     desk->stopped ? desk->stopped : desk->run->error.message);
    return record_item(desk->run, item);
}

/* Nor is it one's fault that Seerr went away just when it was asked for. */
static enum error_code leave_unanswered(struct desk *desk)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < desk->next; i++) {
        struct item *item = desk->queue[i].item;
        if (!desk->queue[i].answer_lost || item->status != ITEM_STATUS_REQUEST_FAILED)
            continue;
        item->status = ITEM_STATUS_CANCELLED;
        rc = record_item(desk->run, item);
    }
    return rc;
}

/*
 * What was not reached says why. All in one transaction: one for each of ten thousand titles takes
 * longer than a service may take to stop.
 */
static void leave_the_rest(struct desk *desk)
{
    struct run *run = desk->run;
    bool cancelled = desk->stop_code == ERROR_CANCELLED || run_is_cancelled(run);
    bool is_away = desk->stop_code == ERROR_UNREACHABLE;

    if ((desk->next >= desk->count && !is_away) || store_begin(run->tools->store, &run->error))
        return;
    enum error_code rc = is_away ? leave_unanswered(desk) : ERROR_NONE;
    for (size_t i = desk->next; !rc && i < desk->count; i++)
        rc = leave(desk, desk->queue[i].item, cancelled);
    store_end(run->tools->store, rc, &run->error);
}

enum error_code request_items(struct run *run)
{
    struct desk desk = {.run = run};
    struct error earlier;

    requesters_init(&desk.requesters, run->arena);
    fill_queue(&desk);
    set_up_crews(&desk);
    run_progress(run, SYNC_REQUEST, 0, (int64_t)desk.count);
    work_off(&desk);
    drop_unknown_series(&desk);
    earlier = run->error;
    run->error = (struct error){0};
    leave_the_rest(&desk);
    for (size_t i = 0; i < desk.count; i++)
        request_desk_forget_look(&desk, &desk.queue[i]);
    if (earlier.code)
        run->error = earlier;
    else if (desk.stopped && !run->error.code)
        error_set(&run->error, desk.stop_code, "%s", desk.stopped);
    return run->error.code;
}

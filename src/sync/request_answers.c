#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/known_ids.h"
#include "sync/request_desk.h"

enum { TROUBLES_IN_A_ROW = 5 };

void request_desk_stop(struct desk *desk, enum error_code code, const char *why)
{
    if (desk->stopped)
        return;
    desk->stopped = arena_text(desk->run->arena, why);
    desk->stop_code = code;
}

void request_desk_forget_look(struct desk *desk, struct asking *asking)
{
    char key[TITLE_KEY_SIZE];

    if (!asking->look)
        return;
    run_title_key(asking->item, key);
    map_set(&desk->run->looks, key, NULL);
    free(TAKE(asking->look));
}

void request_desk_finish(struct desk *desk, struct asking *asking)
{
    struct run *run = desk->run;

    desk->done++;
    request_desk_forget_look(desk, asking);
    if (record_item(run, asking->item))
        return;
    run_progress(run, SYNC_REQUEST, (int64_t)desk->done, (int64_t)desk->count);
    if (run->tools->observer->item_done)
        run->tools->observer->item_done(run->tools->observer->context, asking->item);
}

/* What an answer to the POST means for the ledger and for the item. */
static const struct {
    enum ledger_state ledger;
    enum item_status status;
} meanings[] = {
    [REQUEST_MADE] = {LEDGER_REQUESTED, ITEM_STATUS_REQUESTED},
    [REQUEST_EXISTED] = {LEDGER_EXISTED, ITEM_STATUS_ALREADY_REQUESTED},
    [REQUEST_NOTHING_NEW] = {LEDGER_NOTHING_NEW, ITEM_STATUS_ALREADY_REQUESTED},
    [REQUEST_NO_PERMISSION] = {LEDGER_FAILED, ITEM_STATUS_ERROR},
    [REQUEST_QUOTA_USED_UP] = {LEDGER_FAILED, ITEM_STATUS_SKIPPED},
    [REQUEST_BLOCKLISTED] = {LEDGER_BLOCKLISTED, ITEM_STATUS_SKIPPED},
    [REQUEST_NOT_ALLOWED] = {LEDGER_FAILED, ITEM_STATUS_ERROR},
    [REQUEST_UNKNOWN_TITLE] = {LEDGER_FAILED, ITEM_STATUS_NOT_FOUND},
    [REQUEST_TROUBLE] = {LEDGER_INTENT, ITEM_STATUS_REQUEST_FAILED},
    [REQUEST_REFUSED_ALL] = {LEDGER_FAILED, ITEM_STATUS_REQUEST_FAILED},
    [REQUEST_NOT_UNDERSTOOD] = {LEDGER_INTENT, ITEM_STATUS_REQUEST_FAILED},
};

static void after_trouble(struct desk *desk, struct asking *asking, const char *message)
{
    asking->answer_lost = true;
    if (++desk->troubles_in_a_row < TROUBLES_IN_A_ROW)
        return;
    request_desk_stop(desk, ERROR_UNREACHABLE,
                      arena_print(desk->run->arena, "Seerr failed %d requests in a row: %s",
                                  TROUBLES_IN_A_ROW, message));
}

static void limit_requester(struct desk *desk, struct asking *asking,
                            const struct request_result *result)
{
    const char *why = requesters_set_limit(&desk->requesters, asking->requester,
                                           asking->item->media_type, result->answer);

    asking->item->decision = DECISION_SKIP_LIMIT;
    asking->item->rule = "requester_limit";
    asking->item->reason = asking->item->answer = why;
    run_warn(desk->run, "%s", why);
}

/* What follows from an answer beyond the item itself. */
static void draw_consequences(struct desk *desk, struct asking *asking,
                              const struct request_result *result)
{
    struct item *item = asking->item;
    struct run *run = desk->run;

    switch (result->answer) {
    case REQUEST_NO_PERMISSION:
    case REQUEST_QUOTA_USED_UP:
    case REQUEST_NOT_ALLOWED:
        limit_requester(desk, asking, result);
        break;
    case REQUEST_BLOCKLISTED:
        item->decision = DECISION_SKIP_BLOCKLISTED;
        item->rule = "blocklisted";
        item->reason = "Seerr refused it: it is on the blocklist";
        break;
    case REQUEST_UNKNOWN_TITLE:
        known_ids_not_found(run, known_ids_tmdb_key(item, run->arena),
                            arena_print(run->arena, "TMDB has no %s with the number %" PRId64,
                                        media_type_noun(item->media_type), item->ids.tmdb));
        break;
    case REQUEST_REFUSED_ALL:
        request_desk_stop(desk, ERROR_REFUSED, result->message);
        break;
    case REQUEST_TROUBLE:
    case REQUEST_NOT_UNDERSTOOD:
        after_trouble(desk, asking, result->message);
        return;
    default:
        break;
    }
    desk->troubles_in_a_row = 0;
}

/* After 201 the seasons asked for are covered: the next sync need not look. */
static void note_seasons(struct run *run, const struct item *item)
{
    char key[TITLE_KEY_SIZE];

    run_title_key(item, key);
    struct title_look *look = map_get(&run->looks, key);
    if (!look || item->media_type != MEDIA_TV)
        return;
    season_set_add_all(&look->covered, &item->seasons_to_request);
    look->has_open_request = true;
    looks_save(run->tools->store, MEDIA_TV, item->ids.tmdb, run->settings->is_4k, look,
               &run->error);
}

static const char *words_for(struct arena *arena, const struct request_result *result)
{
    switch (result->answer) {
    case REQUEST_MADE:
        return result->status == REQUEST_STATUS_PENDING ? "requested, waits for approval"
                                                        : "requested and approved";
    case REQUEST_EXISTED:
        return "somebody had requested it already";
    case REQUEST_NOTHING_NEW:
        return "no season was left to request";
    default:
        return arena_text(arena, result->message);
    }
}

static bool is_in_seerr_now(enum request_answer answer)
{
    return answer == REQUEST_MADE || answer == REQUEST_EXISTED || answer == REQUEST_NOTHING_NEW;
}

void request_answers_keep(struct desk *desk, struct asking *asking,
                          const struct request_result *result)
{
    struct run *run = desk->run;
    struct item *item = asking->item;
    struct store *store = run->tools->store;

    item->status = meanings[result->answer].status;
    item->request_id = result->request_id;
    item->answer = words_for(run->arena, result);
    if (store_begin(store, &run->error))
        return;
    draw_consequences(desk, asking, result);
    if (!run->error.code)
        ledger_answer(store, asking->ledger_id, meanings[result->answer].ledger, result->request_id,
                      item->answer, &run->error);
    if (is_in_seerr_now(result->answer) && !run->error.code)
        ledger_use_allowance(store, item->media_type, item->ids.tmdb, &run->error);
    if (result->answer == REQUEST_MADE && !run->error.code)
        note_seasons(run, item);
    request_desk_finish(desk, asking);
    store_end(store, run->error.code, &run->error);
}

void request_answers_lose(struct desk *desk, struct asking *asking, const struct error *error)
{
    /* Whoever cancels does not wait for the answer: that is nobody's failure. */
    asking->answer_lost = true;
    asking->item->status =
        error->code == ERROR_CANCELLED ? ITEM_STATUS_CANCELLED : ITEM_STATUS_REQUEST_FAILED;
    asking->item->answer =
        arena_print(desk->run->arena, "no answer (%s); Seerr is looked at before it is asked again",
                    error->message);
    request_desk_finish(desk, asking);
}

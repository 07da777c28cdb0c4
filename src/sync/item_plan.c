#include "sync/item_plan.h"

#include <string.h>

#include "base/text.h"
#include "model/contradiction.h"

/* Refusals before requests, requests before what came to nothing. */
static int strength(enum ledger_state state)
{
    static const int strengths[] = {
        [LEDGER_FAILED] = 0,    [LEDGER_INTENT] = 1,    [LEDGER_NOTHING_NEW] = 2,
        [LEDGER_EXISTED] = 2,   [LEDGER_REQUESTED] = 2, [LEDGER_BLOCKLISTED] = 3,
        [LEDGER_WITHDRAWN] = 4, [LEDGER_DELETED] = 5,   [LEDGER_DECLINED] = 6,
        [LEDGER_ALLOWED] = 7,
    };
    return strengths[state];
}

static void remember_row(void *context, const struct ledger_row *row)
{
    char key[TITLE_KEY_SIZE];
    struct run *run = context;
    struct item title = {.media_type = row->media_type, .ids.tmdb = row->tmdb};

    run_title_key(&title, key);
    struct memory *memory = map_get(&run->memories, key);
    if (!memory) {
        memory = arena_take(run->arena, sizeof(*memory));
        map_set(&run->memories, key, memory);
    }
    if (row->state == LEDGER_WITHDRAWN && !season_set_is_empty(&row->seasons)) {
        season_set_add_all(&memory->seasons_withdrawn, &row->seasons);
    } else if (!memory->has_state || strength(row->state) > strength(memory->strongest)) {
        memory->has_state = true;
        memory->strongest = row->state;
    }
    if (strength(row->state) == strength(LEDGER_REQUESTED))
        season_set_add_all(&memory->seasons_requested, &row->seasons);
    if (row->state == LEDGER_INTENT && row->asked_at > memory->open_intent_at) {
        memory->open_intent_at = row->asked_at;
        memory->open_intent_id = row->id;
        memory->open_intent_requester = row->requester;
    }
}

/* Under both ids: it may have been ignored before its TMDB id was known. */
static void add_ignored(void *context, enum media_type media_type, const struct ids *ids)
{
    char key[TITLE_KEY_SIZE];
    struct run *run = context;
    struct item title = {.media_type = media_type, .ids = *ids};

    run_title_key(&title, key);
    if (ids->tmdb)
        map_set(&run->ignored, key, run);
    if (*ids->imdb)
        map_set(&run->ignored, ids->imdb, run);
}

static bool is_ignored(const struct run *run, const struct item *item, const char *key)
{
    return map_has(&run->ignored, key) ||
           (*item->ids.imdb && map_has(&run->ignored, item->ids.imdb));
}

enum error_code item_plan_load(struct run *run)
{
    struct store *store = run->tools->store;

    if (ledger_each(store, run->settings->is_4k, remember_row, run, &run->error))
        return run->error.code;
    return items_each_ignored(store, add_ignored, run, &run->error);
}

const struct memory *item_plan_memory(const struct run *run, const struct item *item)
{
    char key[TITLE_KEY_SIZE];

    run_title_key(item, key);
    return map_get(&run->memories, key);
}

static struct plan_result unmatched(const char *rule, const char *reason)
{
    struct plan_result result = {.decision = DECISION_UNMATCHED, .rule = rule};

    text_copy(result.reason, sizeof(result.reason), reason);
    return result;
}

void item_plan_decide(struct run *run, const struct item *item, struct plan_result *ret)
{
    char key[TITLE_KEY_SIZE];

    run_title_key(item, key);
    const struct memory *memory = item_plan_memory(run, item);
    const struct title_look *look = map_get(&run->looks, key);
    char contradiction[MATCH_REASON_SIZE];
    struct media_state seen = {.media_type = item->media_type, .tmdb = item->ids.tmdb};
    struct plan_input input = {
        .item = item,
        .media = media_sweep_find(&run->media, item->media_type, item->ids.tmdb),
        .look = look,
        .remembered = memory && memory->has_state,
        .is_4k = run->settings->is_4k,
        .ignored = is_ignored(run, item, key),
    };

    if (!input.media && look && look->status != MEDIA_STATUS_NONE) {
        seen.status = look->status; /* it came to Seerr after the snapshot */
        input.media = &seen;
    }
    if (memory) {
        input.memory = memory->strongest;
        input.seasons_requested = memory->seasons_requested;
        input.seasons_withdrawn = memory->seasons_withdrawn;
    }
    plan_decide(&input, ret);
    if (look && ret->decision != DECISION_UNMATCHED &&
        contradiction_find(item, look, contradiction))
        *ret = unmatched("contradiction", contradiction);
}

/* The same few sentences hold for thousands of items in a row. */
static const char *keep_reason(struct run *run, const char *reason)
{
    if (!run->last_reason || strcmp(run->last_reason, reason) != 0)
        run->last_reason = arena_text(run->arena, reason);
    return run->last_reason;
}

void item_plan_take(struct run *run, struct item *item, const struct plan_result *plan)
{
    item->decision = plan->decision;
    item->rule = plan->rule;
    item->reason = keep_reason(run, plan->reason);
    item->seasons_to_request = plan->seasons;
    item->status = plan->decision == DECISION_REQUEST ? ITEM_STATUS_WOULD_BE_SYNCED
                                                      : item_status_of_decision(plan->decision);
    if (item->lookup_failed && plan->decision == DECISION_UNMATCHED)
        item->status = ITEM_STATUS_ERROR;
}

/* Only a request in the name that we asked in can be the one whose answer was lost. */
static bool is_ours(const struct run *run, const struct memory *memory,
                    const struct title_look *look)
{
    int64_t requester =
        memory->open_intent_requester ? memory->open_intent_requester : run->key_user;

    return look && look->request_id && look->requested_by == requester;
}

/* As after an answer: the request is told as this run's, and what a person allowed is used up. */
static void take_as_ours(struct run *run, struct item *item, int64_t intent_id, int64_t request_id)
{
    struct store *store = run->tools->store;

    item->status = ITEM_STATUS_REQUESTED;
    item->request_id = request_id;
    item->answer = "the answer was lost; Seerr has the request";
    if (ledger_answer(store, intent_id, LEDGER_REQUESTED, request_id, item->answer, &run->error) ==
        ERROR_NONE)
        ledger_use_allowance(store, item->media_type, item->ids.tmdb, &run->error);
}

void item_plan_confirm_intent(struct run *run, struct item *item)
{
    char key[TITLE_KEY_SIZE];

    run_title_key(item, key);
    struct memory *memory = map_get(&run->memories, key);
    const struct title_look *look = map_get(&run->looks, key);
    if (!memory || !memory->open_intent_at || run->settings->dry_run)
        return;
    if (is_ours(run, memory, look))
        take_as_ours(run, item, memory->open_intent_id, look->request_id);
    else
        ledger_answer(run->tools->store, memory->open_intent_id, LEDGER_EXISTED, 0,
                      "the answer was lost; Seerr has the title", &run->error);
    memory->open_intent_at = 0;
}

bool item_plan_is_in_seerr(enum decision decision)
{
    return decision == DECISION_SKIP_AVAILABLE || decision == DECISION_SKIP_REQUESTED ||
           decision == DECISION_SKIP_PARTIAL_CURRENT;
}

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "seerr/look.h"
#include "store/posters.h"
#include "sync/crew.h"
#include "sync/item_plan.h"

/*
 * Every item gets its decision here. Most are decided from the snapshot and the ledger alone;
 * only a series that is neither new nor complete, and a title that Seerr lists without a state
 * (declined? deleted?), needs a closer look, and what was seen is remembered for a week.
 */

enum { LOOKS_AT_ONCE = 4, FAILURES_IN_A_ROW = 5, NEW_SEERR_AT_LEAST = 5 };

struct looking {
    struct run *run;
    struct item **items; /* that need a look */
    size_t count;
    size_t next;
    size_t done;
    size_t failures_in_a_row;
};

static enum error_code keep_memory(struct run *run, struct item *item,
                                   const struct plan_result *plan)
{
    if (item_plan_is_in_seerr(plan->decision))
        item_plan_confirm_intent(run, item);
    if (!plan->has_new_memory || run->settings->dry_run || run->error.code)
        return run->error.code;
    return ledger_remember(run->tools->store, item->media_type, item->ids.tmdb,
                           run->settings->is_4k, plan->new_memory, plan->reason, &run->error);
}

/* True when a look of the last days will do. */
static bool recall_look(struct run *run, const struct item *item)
{
    char key[TITLE_KEY_SIZE];
    struct title_look look = {0};

    /* What Seerr no longer lists is looked at anew: it may have been deleted. */
    if (item->media_type != MEDIA_TV || !media_sweep_find(&run->media, MEDIA_TV, item->ids.tmdb) ||
        looks_find(run->tools->store, MEDIA_TV, item->ids.tmdb, run->settings->is_4k, &look, NULL))
        return false;
    if (llabs(clock_wall_ms() - look.looked_at) > SYNC_LOOK_VALID_MS)
        return false;
    struct title_look *kept = arena_take(run->arena, sizeof(*kept));
    *kept = look;
    run_title_key(item, key);
    map_set(&run->looks, key, kept);
    return true;
}

static bool ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct looking *looking = context;

    if (looking->next >= looking->count || looking->run->error.code ||
        looking->failures_in_a_row >= FAILURES_IN_A_ROW)
        return false;
    *ret_job = looking->next++;
    const struct item *item = looking->items[*ret_job];
    look_request(looking->run->tools->seerr, item->media_type, item->ids.tmdb, request);
    return true;
}

static void count_look(struct looking *looking)
{
    looking->done++;
    run_progress(looking->run, SYNC_LOOK, (int64_t)looking->done, (int64_t)looking->count);
}

static void keep_look(struct run *run, const struct item *item, const struct title_look *look)
{
    char key[TITLE_KEY_SIZE];
    struct title_look *kept = arena_take(run->arena, sizeof(*kept));

    *kept = *look;
    kept->looked_at = clock_wall_ms();
    run_title_key(item, key);
    map_set(&run->looks, key, kept);
    posters_learn(run->tools->store, item->media_type, item->ids.tmdb, look->poster, &run->error);
    if (item->media_type == MEDIA_TV)
        looks_save(run->tools->store, MEDIA_TV, item->ids.tmdb, run->settings->is_4k, kept,
                   &run->error);
}

static void answer(void *context, size_t job, const struct http_response *response)
{
    struct looking *looking = context;
    struct run *run = looking->run;
    const struct item *item = looking->items[job];
    struct title_look look;
    struct error error = {0};
    enum error_code rc =
        look_answer(response, item->media_type, run->settings->is_4k, &look, &error);

    count_look(looking);
    if (rc == ERROR_NONE) {
        looking->failures_in_a_row = 0;
        keep_look(run, item, &look);
    } else if (rc == ERROR_REFUSED || rc == ERROR_FORMAT) {
        run->error = error;
    } else {
        looking->failures_in_a_row++;
    }
}

static void failed(void *context, size_t job, const struct error *error)
{
    struct looking *looking = context;

    (void)job;
    (void)error; /* the item says that it could not be looked at */
    count_look(looking);
    looking->failures_in_a_row++;
}

static enum error_code look_at_them(struct looking *looking)
{
    struct crew crew = {
        .client = looking->run->tools->client,
        .arena = looking->run->arena,
        .workers = LOOKS_AT_ONCE,
        .context = looking,
        .ask = ask,
        .answer = answer,
        .failed = failed,
    };

    if (!looking->count)
        return ERROR_NONE;
    run_progress(looking->run, SYNC_LOOK, 0, (int64_t)looking->count);
    crew_feed(&crew);
    run_drive(looking->run);
    return looking->run->error.code;
}

static void could_not_look(struct item *item)
{
    item->decision = DECISION_SKIP_REQUESTED;
    item->rule = "look_failed";
    item->reason = "Seerr knows it but could not show it now; the next sync looks again";
    item->status = ITEM_STATUS_ERROR;
}

static bool has_open_intent(const struct run *run, const struct item *item)
{
    const struct memory *memory = item_plan_memory(run, item);

    return memory && memory->open_intent_at;
}

/* Seerr has what we never got an answer about: the look tells whether the request is ours. */
static bool is_worth_a_look(const struct run *run, const struct item *item,
                            const struct plan_result *plan)
{
    return item_plan_is_in_seerr(plan->decision) && has_open_intent(run, item);
}

/* Decides what can be decided and collects what needs a look. */
static void first_pass(struct run *run, struct looking *looking)
{
    struct item_list *items = &run->result->items;
    struct plan_result plan;

    for (size_t i = 0; i < items->count && !run->error.code; i++) {
        struct item *item = &items->items[i];
        item_plan_decide(run, item, &plan);
        if (plan.needs_look && !has_open_intent(run, item) && recall_look(run, item))
            item_plan_decide(run, item, &plan);
        if (plan.needs_look || is_worth_a_look(run, item, &plan)) {
            looking->items[looking->count++] = item;
            continue;
        }
        item_plan_take(run, item, &plan);
        keep_memory(run, item, &plan);
    }
}

static void second_pass(struct run *run, struct looking *looking)
{
    struct plan_result plan;

    for (size_t i = 0; i < looking->count && !run->error.code; i++) {
        item_plan_decide(run, looking->items[i], &plan);
        if (plan.needs_look) {
            could_not_look(looking->items[i]);
            continue;
        }
        item_plan_take(run, looking->items[i], &plan);
        keep_memory(run, looking->items[i], &plan);
    }
}

/* Decisions of one pass are written together; nothing is held while the network is asked. */
static enum error_code pass(struct run *run, struct looking *looking,
                            void (*decide)(struct run *run, struct looking *looking))
{
    struct store *store = run->tools->store;

    if (store_begin(store, &run->error))
        return run->error.code;
    decide(run, looking);
    return store_end(store, run->error.code, &run->error);
}

/*
 * A Seerr that knows none of the titles that we ever asked for is another one, or was set up anew.
 * Then nothing was deleted, and nothing is remembered as such: a person decides.
 */
static enum error_code refuse_new_seerr(struct run *run)
{
    const struct item_list *items = &run->result->items;
    size_t asked = 0;
    size_t known = 0;

    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->items[i];
        const struct memory *memory = item_plan_memory(run, item);
        if (!memory || memory->strongest != LEDGER_REQUESTED)
            continue;
        asked++;
        known += media_sweep_find(&run->media, item->media_type, item->ids.tmdb) != NULL;
    }
    if (asked < NEW_SEERR_AT_LEAST || known)
        return ERROR_NONE;
    return error_set(&run->error, ERROR_REFUSED,
                     "Seerr knows none of the %zu titles on your lists that were requested before: "
                     "it seems to be another one, or set up anew, and nothing was requested. If "
                     "that is right, `listsync allow --all` (of the service: POST "
                     "/api/items/allow-all) lets everything be requested again",
                     asked);
}

static bool is_wanted(const struct run *run, int64_t row)
{
    for (size_t i = 0; i < run->settings->only_item_count; i++)
        if (run->settings->only_items[i] == row)
            return true;
    return false;
}

/* Drops all but the items that the run was ordered for. */
static enum error_code narrow(struct run *run)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item_list *items = &run->result->items;
    size_t kept = 0;

    for (size_t i = 0; i < items->count; i++) {
        struct item *item = &items->items[i];
        int64_t row = 0;
        runs_find_item(run->tools->store, item, item_key(item, arena), &row, &run->error);
        if (is_wanted(run, row))
            items->items[kept++] = *item;
        else
            free(item->sources);
    }
    items->count = kept;
    return run->error.code;
}

/* After the look at the whole: that Seerr is another one shows in all items, not in a few. */
static enum error_code narrow_if_ordered(struct run *run)
{
    struct store *store = run->tools->store;

    if (!run->settings->only_item_count || store_begin(store, &run->error))
        return run->error.code;
    return store_end(store, narrow(run), &run->error);
}

enum error_code plan_items(struct run *run)
{
    struct looking looking = {.run = run};

    looking.items = arena_take(run->arena, run->result->items.count * sizeof(struct item *));
    if (item_plan_load(run) || refuse_new_seerr(run) || narrow_if_ordered(run) ||
        pass(run, &looking, first_pass) || look_at_them(&looking))
        return run->error.code;
    return pass(run, &looking, second_pass);
}

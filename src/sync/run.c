#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"
#include "sync/run_state.h"

const char *sync_phase_word(enum sync_phase phase)
{
    static const char *const words[] = {
        [SYNC_CONNECT] = "connecting",      [SYNC_FETCH] = "fetching lists",
        [SYNC_SNAPSHOT] = "reading Seerr",  [SYNC_RESOLVE] = "identifying",
        [SYNC_LOOK] = "looking at seasons", [SYNC_REQUEST] = "requesting",
    };
    return words[phase];
}

bool sync_list_is_4k(const struct stored_list *list, bool default_4k)
{
    return list->quality < 0 ? default_4k : list->quality > 0;
}

/* Their texts stay in the arena, for the items. */
static void release_entries(struct run *run)
{
    for (size_t i = 0; i < run->result->list_count; i++) {
        entry_list_release(&run->entries[i]);
        run->merge_lists[i].entries = NULL;
        run->merge_lists[i].count = 0;
    }
}

/* What cannot be read asks for as little as it may mean. */
static struct season_set seasons_of(struct run *run, const struct stored_list *list)
{
    struct season_set seasons;
    struct error error = {0};

    if (season_set_of_choice(list->seasons, &seasons, &error)) {
        run_warn(run, "%s:%s asks for first seasons only: %s", list->ref.type, list->ref.id,
                 error.message);
        season_set_add(&seasons, 1);
    }
    return seasons;
}

static enum error_code merge_items(struct run *run)
{
    struct sync_result *result = run->result;

    for (size_t i = 0; i < result->list_count; i++) {
        struct sync_list *list = &result->lists[i];
        const struct provider *provider = provider_find(list->list.ref.type);

        run->merge_lists[i] = (struct merge_list){
            .ref = &list->list.ref,
            .source = provider ? provider->title : NULL,
            .list_id = list->list.id,
            .requester = list->list.requester,
            .seasons = seasons_of(run, &list->list),
            .entries = run->entries[i].items,
            .count = run->entries[i].count,
        };
    }
    merge_lists(run->merge_lists, result->list_count, &result->items);
    release_entries(run);
    return ERROR_NONE;
}

/* Phases that ask nobody do not notice it themselves. */
static bool is_called_off(struct run *run)
{
    run_pause(run, 0);
    if (run_is_cancelled(run) && !run->error.code)
        error_set(&run->error, ERROR_CANCELLED, "the sync was cancelled");
    return run->error.code;
}

/* A run that ends before all is decided and recorded has decided nothing. */
static enum error_code perform(struct run *run)
{
    static enum error_code (*const phases[])(struct run *) = {
        connect_to_seerr, fetch_lists, merge_items, read_snapshot,
        resolve_items,    plan_items,  record_plan,
    };

    for (size_t i = 0; i < ARRAY_LENGTH(phases); i++) {
        if (is_called_off(run) || phases[i](run)) {
            item_list_release(&run->result->items);
            return run->error.code;
        }
    }
    return run->settings->dry_run ? ERROR_NONE : request_items(run);
}

static void count_items(struct sync_result *result)
{
    int64_t *const counters[] = {
        [ITEM_STATUS_REQUESTED] = &result->counts.requested,
        [ITEM_STATUS_ALREADY_REQUESTED] = &result->counts.already_requested,
        [ITEM_STATUS_ALREADY_AVAILABLE] = &result->counts.already_available,
        [ITEM_STATUS_SKIPPED] = &result->counts.skipped,
        [ITEM_STATUS_NOT_FOUND] = &result->counts.not_found,
        [ITEM_STATUS_ERROR] = &result->counts.error,
        [ITEM_STATUS_REQUEST_FAILED] = &result->counts.error,
        [ITEM_STATUS_WOULD_BE_SYNCED] = &result->counts.requested,
        [ITEM_STATUS_CANCELLED] = &result->counts.not_reached,
    };

    for (size_t i = 0; i < result->items.count; i++) {
        const struct item *item = &result->items.items[i];
        if (item->decision == DECISION_UNMATCHED && item->status != ITEM_STATUS_ERROR)
            result->counts.unmatched++;
        else
            ++*counters[item->status];
    }
}

static bool has_errors(const struct sync_result *result)
{
    for (size_t i = 0; i < result->list_count; i++)
        if (!outcome_is_complete(result->lists[i].outcome))
            return true;
    return result->counts.error > 0;
}

static enum run_state end_state(const struct run *run)
{
    if (run->error.code == ERROR_CANCELLED)
        return RUN_CANCELLED;
    if (run->error.code)
        return RUN_FAILED;
    return has_errors(run->result) ? RUN_COMPLETED_WITH_ERRORS : RUN_COMPLETED;
}

enum { NAMED_LISTS = 3, NAMED_BYTES = 80 };

/* "2 of 4 lists could not be read: trakt:me/watchlist, imdb:top"; "" when all could. */
static const char *say_unread(const struct run *run)
{
    const struct sync_result *result = run->result;
    size_t unread = 0;

    AUTO_BUFFER struct buffer names = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    for (size_t i = 0; i < result->list_count; i++) {
        const struct list_ref *ref = &result->lists[i].list.ref;
        if (outcome_is_complete(result->lists[i].outcome))
            continue;
        char id[NAMED_BYTES];
        text_copy(id, sizeof(id), ref->id);
        if (unread++ < NAMED_LISTS)
            buffer_print(&names, "%s%s:%s", names.length ? ", " : "", ref->type, id);
    }
    if (!unread)
        return "";
    if (unread > NAMED_LISTS)
        buffer_print(&names, " and %zu more", unread - NAMED_LISTS);
    return arena_print(run->arena, "%zu of %zu list%s could not be read: %s", unread,
                       result->list_count, result->list_count == 1 ? "" : "s",
                       buffer_string(&names));
}

/* One client may serve several runs: each counts from what it found (sign -1) to its end (+1). */
static void count_calls(struct run *run, int sign)
{
    struct stored_run *row = &run->result->run;
    const struct client *client = run->tools->client;
    struct url url;
    int64_t to_seerr = 0;

    if (url_parse(run->tools->seerr->base_url, &url, NULL) == ERROR_NONE)
        to_seerr = client_requests_sent(client, url.host);
    row->seerr_calls += sign * to_seerr;
    row->source_calls += sign * (client_requests_sent(client, NULL) - to_seerr);
}

static void close_run(struct run *run, int64_t started_ms)
{
    struct sync_result *result = run->result;
    struct stored_run *row = &result->run;

    count_items(result);
    count_calls(run, +1);
    row->state = end_state(run);
    row->duration_ms = clock_steady_ms() - started_ms;
    row->processed = (int64_t)result->items.count;
    row->requested = run->settings->dry_run ? 0 : result->counts.requested;
    row->errored = result->counts.error;
    row->unmatched = result->counts.unmatched;
    row->skipped = row->processed - result->counts.requested - row->errored - row->unmatched;
    row->message = run->error.code ? arena_text(run->arena, run->error.message) : say_unread(run);
    result->failure = run->error.code;
}

static void copy_lists(struct run *run)
{
    struct sync_result *result = run->result;
    size_t count = run->settings->list_count;

    result->list_count = count;
    result->lists = arena_take(run->arena, count * sizeof(*result->lists));
    run->entries = arena_take(run->arena, count * sizeof(*run->entries));
    run->merge_lists = arena_take(run->arena, count * sizeof(*run->merge_lists));
    for (size_t i = 0; i < count; i++) {
        result->lists[i].list = run->settings->lists[i];
        result->lists[i].outcome = OUTCOME_CANCELLED;
        result->lists[i].message = "not read";
        result->lists[i].age_from = "";
    }
}

static void open_run(struct run *run)
{
    copy_lists(run);
    item_list_init(&run->result->items, run->arena);
    media_sweep_init(&run->media, run->settings->is_4k);
}

static void release_run(struct run *run)
{
    release_entries(run);
    media_sweep_release(&run->media);
    map_release(&run->memories);
    map_release(&run->ignored);
    map_release(&run->looks);
}

static enum error_code begin_row(struct store *store, const struct sync_settings *settings,
                                 int64_t *ret_id, struct error *error)
{
    *ret_id = settings->run_id;
    if (settings->run_id)
        return ERROR_NONE;
    enum error_code rc = runs_end_interrupted(store, error);

    return rc ? rc
              : runs_begin(store, settings->mode, settings->trigger, settings->dry_run, ret_id,
                           error);
}

enum error_code sync_run(const struct sync_tools *tools, const struct sync_settings *settings,
                         struct sync_result *ret, struct error *error)
{
    int64_t started_ms = clock_steady_ms();
    struct run run = {.tools = tools, .settings = settings, .result = ret};
    enum error_code rc;

    *ret = (struct sync_result){.arena = arena_new()};
    run.arena = ret->arena;
    ret->run = (struct stored_run){.mode = settings->mode,
                                   .trigger = settings->trigger,
                                   .state = RUN_RUNNING,
                                   .dry_run = settings->dry_run};
    rc = begin_row(tools->store, settings, &ret->run.id, error);
    if (rc)
        return rc;
    open_run(&run);
    count_calls(&run, -1);
    perform(&run);
    close_run(&run, started_ms);
    release_run(&run);
    return runs_finish(tools->store, &ret->run, error);
}

void sync_result_release(struct sync_result *result)
{
    item_list_release(&result->items);
    arena_free(result->arena);
    *result = (struct sync_result){0};
}

#include "sync/run_perform.h"

#include "base/log.h"
#include "sync/live_settings.h"
#include "sync/measures.h"
#include "sync/run_again.h"
#include "sync/run_client.h"
#include "sync/run_order.h"
#include "sync/spans.h"
#include "sync/store_trouble.h"

static enum error_code open_run(struct run_perform *now, struct error *error)
{
    enum error_code rc =
        live_settings_load(now->tools->given, now->store, now->tools->key, &now->options, error);

    if (!rc)
        rc = run_order_lists(now->store, now->arena, &now->row,
                             options_switch(&now->options, "OVERSEERR_4K"), &now->lists, error);
    if (!rc && now->lists.count)
        rc = seerr_login_init(&now->login, &now->options, error);
    return rc;
}

static void close_run(struct run_perform *now)
{
    seerr_login_release(&now->login);
    options_release(&now->options);
}

/* A run that does not come to pass ends in the history all the same. */
static void end_without_sync(struct run_perform *now, enum run_state state, const char *message)
{
    struct stored_run *row = &now->row;
    struct error error = {0};

    row->state = state;
    row->message = arena_text(now->arena, message);
    if (runs_finish(now->store, row, &error))
        log_error("run", error.message, LOG_NUMBER("run", row->id), LOG_END);
    measures_note_run(now->tools->metrics, row, NULL);
    run_report_finished(now->tools->events, row, NULL);
}

/* What the history tells of a row beside what the sync itself knows of it. */
static void keep_order(struct stored_run *ended, const struct stored_run *row)
{
    ended->is_4k = row->is_4k;
    ended->attempt = row->attempt;
    ended->lists = row->lists;
    ended->items = row->items;
    ended->requested_by = row->requested_by;
    ended->queued_at = row->queued_at;
}

/* The database, and who stops a run, say nothing about Seerr. */
static void judge_seerr(struct health *health, const struct sync_result *result)
{
    if (result->failure != ERROR_STORE && result->failure != ERROR_CANCELLED)
        health_note(health, HEALTH_SEERR, result->failure ? result->run.message : "");
}

/* The run itself is in the log already. */
static void judge_store(const struct runner_tools *tools, const struct sync_result *result)
{
    struct error error = {0};

    if (result->failure != ERROR_STORE)
        return;
    error_set(&error, ERROR_STORE, "%s", result->run.message);
    (void)store_trouble_note(tools, &error);
}

static struct sync_settings settings_of(const struct run_perform *now,
                                        const struct number_list *items)
{
    return (struct sync_settings){
        .mode = now->row.mode,
        .trigger = now->row.trigger,
        .dry_run = now->row.dry_run,
        .is_4k = now->row.is_4k,
        .default_requester = options_number(&now->options, "OVERSEERR_USER_ID"),
        .lists = now->lists.items,
        .list_count = now->lists.count,
        .run_id = now->row.id,
        .only_items = items->items,
        .only_item_count = items->count,
        .settle_ms = SYNC_SETTLE_MS,
    };
}

static void sync_lists(struct run_perform *now, struct client *client, struct sync_result *ret)
{
    struct run_report report = {
        .events = now->tools->events,
        .tracer = now->tools->tracer,
        .store = now->store,
        .run = &now->row,
        .lists = now->live,
        .context = now->context,
        .progress = now->progress,
        .keep_going = now->keep_going,
    };
    struct sync_observer observer = run_report_observer(&report);
    struct sync_tools tools = {
        .store = now->store,
        .client = client,
        .seerr = &now->login.seerr,
        .options = &now->options,
        .observer = &observer,
    };
    struct number_list items = run_order_numbers(now->row.items, now->arena);
    struct sync_settings settings = settings_of(now, &items);
    struct error error = {0};

    if (sync_run(&tools, &settings, ret, &error))
        log_error("run", error.message, LOG_NUMBER("run", now->row.id), LOG_END);
}

/* Stopped with the program, not by a person: it goes on when the program starts again. */
static void order_again(const struct run_perform *now, struct stored_run *ended)
{
    struct error error = {0};

    if (run_again_stopped(now->store, &now->row, ended, &error))
        log_error("run", error.message, LOG_NUMBER("run", ended->id), LOG_END);
}

static void perform_sync(struct run_perform *now, struct client *client)
{
    const struct runner_tools *tools = now->tools;
    struct run_span span = spans_begin_run(tools->tracer);
    struct sync_result result;

    sync_lists(now, client, &result);
    now->row.message = arena_text(now->arena, result.run.message);
    judge_seerr(tools->health, &result);
    judge_store(tools, &result);
    keep_order(&result.run, &now->row);
    if (now->stops_with_program(now->context) && result.run.state == RUN_CANCELLED)
        order_again(now, &result.run);
    spans_end_run(tools->tracer, &span, &result.run);
    measures_note_run(tools->metrics, &result.run, &result);
    run_report_finished(tools->events, &result.run, &result.counts);
    sync_result_release(&result);
}

static void perform_with_client(struct run_perform *now)
{
    struct client *client = run_client_new(now->tools);

    now->use_client(now->context, client);
    live_lists_begin(now->live, &now->lists);
    run_report_started(now->tools->events, &now->row, now->lists.count);
    perform_sync(now, client);
    now->use_client(now->context, NULL);
    live_lists_end(now->live);
    client_free(client);
}

void run_perform(struct run_perform *now)
{
    struct error error = {0};

    if (open_run(now, &error))
        end_without_sync(now, RUN_FAILED, error.message);
    else if (!now->lists.count)
        end_without_sync(now, RUN_COMPLETED,
                         *now->row.lists ? "none of its lists is there any more, or can be read"
                                         : "there are no lists to sync");
    else
        perform_with_client(now);
    close_run(now);
}

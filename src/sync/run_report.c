#include "sync/run_report.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/spans.h"

enum { TELL_MS = 200, LISTS_NAMED = 50, TITLE_BYTES = 300, SENTENCE_BYTES = 600 };

/* More than so many would push each other out of the ring before anybody has read them. */
enum { DECIDED_TOLD = 500 };

/* Texts are foreign: tamed, so that few of their bytes need an escape, and cut. */
static void put_text(struct json_writer *json, const char *key, const char *text, size_t size)
{
    AUTO_FREE char *cut = memory_new(size);

    text_copy(cut, size, text ? text : "");
    text_tame(cut);
    json_put_text(json, key, cut);
}

static void put_kind(struct json_writer *json, const struct stored_run *run)
{
    json_put_number(json, "run", run->id);
    json_put_text(json, "mode", run_mode_word(run->mode));
    json_put_text(json, "trigger", run_trigger_word(run->trigger));
    json_put_bool(json, "dry_run", run->dry_run);
    json_put_bool(json, "is_4k", run->is_4k);
}

static void publish(struct events *events, enum event_type type, struct json_writer *json)
{
    json_end_object(json);
    events_publish(events, type, buffer_string(json->out));
}

static struct json_writer open_event(struct buffer *text)
{
    struct json_writer json = json_writer_to(text);

    json_begin_object(&json, NULL);
    return json;
}

void run_report_queued(struct events *events, const struct stored_run *run, int64_t queued)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    put_kind(&json, run);
    put_text(&json, "requested_by", run->requested_by, TITLE_BYTES);
    json_put_number(&json, "queued", queued);
    publish(events, EVENT_RUN_QUEUED, &json);
}

/* "full sync", "dry run of single sync" */
static void name_run(const struct stored_run *run, char *text, size_t size)
{
    snprintf(text, size, "%s%s sync%s", run->dry_run ? "dry run of a " : "",
             run_mode_word(run->mode), run->is_4k ? " in 4K" : "");
}

void run_report_started(struct events *events, const struct stored_run *run, size_t lists)
{
    char name[64], sentence[128];

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    put_kind(&json, run);
    json_put_number(&json, "attempt", run->attempt);
    json_put_number(&json, "lists", (int64_t)lists);
    publish(events, EVENT_RUN_STARTED, &json);
    name_run(run, name, sizeof(name));
    snprintf(sentence, sizeof(sentence), "%s of %zu list%s has begun", name, lists,
             lists == 1 ? "" : "s");
    log_info("run", sentence, LOG_NUMBER("run", run->id),
             LOG_TEXT("trigger", run_trigger_word(run->trigger)), LOG_TEXT("by", run->requested_by),
             LOG_END);
}

static void put_counts(struct json_writer *json, const struct sync_counts *counts)
{
    json_begin_object(json, "counts");
    json_put_number(json, "requested", counts->requested);
    json_put_number(json, "already_requested", counts->already_requested);
    json_put_number(json, "already_available", counts->already_available);
    json_put_number(json, "skipped", counts->skipped);
    json_put_number(json, "not_found", counts->not_found);
    json_put_number(json, "error", counts->error);
    json_put_number(json, "unmatched", counts->unmatched);
    json_put_number(json, "not_reached", counts->not_reached);
    json_end_object(json);
}

/* A run with errors may be one that could not read a list, and had no trouble beside that. */
static const char *ending_of(const struct stored_run *run, const struct sync_counts *counts)
{
    static const char *const endings[] = {
        [RUN_QUEUED] = "waits",          [RUN_RUNNING] = "has not ended",
        [RUN_COMPLETED] = "is complete", [RUN_COMPLETED_WITH_ERRORS] = "is complete, with errors",
        [RUN_FAILED] = "failed",         [RUN_CANCELLED] = "was cancelled",
    };

    if (run->state == RUN_CANCELLED && text_starts_with(run->message, RUN_STOPPED))
        return "was stopped";
    return run->state == RUN_COMPLETED_WITH_ERRORS && !counts->error
               ? "is complete, but for what could not be read,"
               : endings[run->state];
}

static void and_count(struct buffer *text, int64_t count, const char *words)
{
    if (count)
        buffer_print(text, ", %lld %s", (long long)count, words);
}

static void log_end_of_run(const struct stored_run *run, const struct sync_counts *counts)
{
    char name[64], duration[CLOCK_TEXT_SIZE];
    enum log_level level = run->state == RUN_FAILED                  ? LOG_ERROR
                           : run->state == RUN_COMPLETED_WITH_ERRORS ? LOG_WARNING
                                                                     : LOG_INFO;

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    name_run(run, name, sizeof(name));
    clock_format_duration(run->duration_ms, duration);
    buffer_print(&text, "%s %s after %s: %lld %s", name, ending_of(run, counts), duration,
                 (long long)counts->requested, run->dry_run ? "to request" : "requested");
    and_count(&text, counts->already_requested + counts->already_available, "there or asked for");
    and_count(&text, counts->skipped, "skipped");
    and_count(&text, counts->not_reached, "not reached");
    and_count(&text, counts->unmatched + counts->not_found, "unmatched");
    and_count(&text, counts->error, counts->error == 1 ? "error" : "errors");
    if (!text_is_empty(run->message))
        buffer_print(&text, "; %s", run->message);
    log_at(level, "run", buffer_string(&text), LOG_NUMBER("run", run->id),
           LOG_NUMBER("seerr_calls", run->seerr_calls),
           LOG_NUMBER("source_calls", run->source_calls), LOG_END);
}

void run_report_finished(struct events *events, const struct stored_run *run,
                         const struct sync_counts *counts)
{
    static const struct sync_counts none;

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    put_kind(&json, run);
    json_put_text(&json, "state", run_state_word(run->state));
    put_text(&json, "message", run->message, SENTENCE_BYTES);
    json_put_number(&json, "duration_ms", run->duration_ms);
    json_put_number(&json, "items", run->processed);
    put_counts(&json, counts ? counts : &none);
    json_put_number(&json, "seerr_calls", run->seerr_calls);
    json_put_number(&json, "source_calls", run->source_calls);
    publish(events, EVENT_RUN_FINISHED, &json);
    log_end_of_run(run, counts ? counts : &none);
}

static void tell_progress(struct run_report *report)
{
    const struct run_progress *now = &report->now;

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    json_put_number(&json, "run", report->run->id);
    json_put_text(&json, "phase", sync_phase_word(now->phase));
    json_put_number(&json, "done", now->done);
    json_put_number(&json, "total", now->total);
    if (now->per_second > 0)
        json_put_decimal(&json, "per_second", now->per_second);
    else
        json_put_text(&json, "per_second", NULL);
    if (now->left_ms >= 0)
        json_put_number(&json, "left_ms", now->left_ms);
    else
        json_put_text(&json, "left_ms", NULL);
    json_put_number(&json, "requested", now->requested);
    json_put_number(&json, "errors", now->errors);
    publish(report->events, EVENT_RUN_PROGRESS, &json);
    report->told_ms = clock_steady_ms();
    report->untold = false;
}

static void tell_if_due(struct run_report *report)
{
    if (report->untold && clock_steady_ms() - report->told_ms >= TELL_MS)
        tell_progress(report);
}

static void on_progress(void *context, enum sync_phase phase, int64_t done, int64_t total)
{
    struct run_report *report = context;
    struct run_progress *now = &report->now;
    int64_t at = clock_steady_ms();

    if (phase == SYNC_FETCH && phase != now->phase)
        live_lists_reading(report->lists);
    if (phase != now->phase || done == 0)
        speed_begin(&report->speed, at, done);
    speed_note(&report->speed, at, done);
    now->phase = phase;
    now->done = done;
    now->total = total;
    if (!speed_tell(&report->speed, at, done, total, &now->per_second, &now->left_ms)) {
        now->per_second = 0;
        now->left_ms = -1;
    }
    report->untold = true;
    if (report->progress)
        report->progress(report->context, now);
    tell_if_due(report);
}

static void log_list(const struct run_report *report, const struct sync_list *list)
{
    char sentence[LOG_LINE_SIZE];

    snprintf(sentence, sizeof(sentence), "list %s:%s: %s%s%s", list->list.ref.type,
             list->list.ref.id, outcome_word(list->outcome), *list->message ? ": " : "",
             list->message);
    log_at(outcome_is_complete(list->outcome) ? LOG_DEBUG : LOG_WARNING, "run", sentence,
           LOG_NUMBER("run", report->run->id), LOG_NUMBER("list", list->list.id),
           LOG_TEXT("provider", list->list.ref.type), LOG_NUMBER("items", list->count), LOG_END);
}

static void on_list_read(void *context, const struct sync_list *list)
{
    const struct run_report *report = context;

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    live_lists_read(report->lists, list);
    json_put_number(&json, "run", report->run->id);
    json_put_number(&json, "list_id", list->list.id);
    json_put_text(&json, "outcome", outcome_word(list->outcome));
    put_text(&json, "message", list->message, SENTENCE_BYTES);
    json_put_number(&json, "items", list->count);
    publish(report->events, EVENT_RUN_LIST_READ, &json);
    spans_note_list(report->tracer, report->run->id, list);
}

static void on_list(void *context, const struct sync_list *list)
{
    const struct run_report *report = context;

    live_lists_read(report->lists, list);
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    json_put_number(&json, "run", report->run->id);
    json_put_number(&json, "list_id", list->list.id);
    put_text(&json, "list_type", list->list.ref.type, LIST_TYPE_SIZE);
    put_text(&json, "list", list->list.ref.id, LIST_ID_SIZE);
    put_text(&json, "name", list->list.description, TITLE_BYTES);
    json_put_text(&json, "outcome", outcome_word(list->outcome));
    put_text(&json, "message", list->message, SENTENCE_BYTES);
    json_put_number(&json, "items", list->count);
    json_put_bool(&json, "from_snapshot", list->from_snapshot);
    publish(report->events, EVENT_RUN_LIST, &json);
    log_list(report, list);
}

static void count_item(struct run_report *report, const struct item *item)
{
    report->now.requested += item->status == ITEM_STATUS_REQUESTED;
    if (item->status == ITEM_STATUS_REQUESTED)
        live_lists_requested(report->lists, item);
    report->now.errors +=
        item->status == ITEM_STATUS_ERROR || item->status == ITEM_STATUS_REQUEST_FAILED;
    report->untold = true;
    if (report->progress)
        report->progress(report->context, &report->now);
}

static int64_t row_of(const struct run_report *report, const struct item *item)
{
    AUTO_ARENA struct arena *arena = arena_new();
    int64_t row = 0;

    if (report->store)
        runs_find_item(report->store, item, item_key(item, arena), &row, NULL);
    return row;
}

static void log_item(const struct run_report *report, const struct item *item)
{
    char sentence[LOG_LINE_SIZE];

    snprintf(sentence, sizeof(sentence), "%s %s (%d): %s", media_type_noun(item->media_type),
             item->title, item->year, item_status_word(item->status));
    log_debug("run", sentence, LOG_NUMBER("run", report->run->id),
              LOG_TEXT("answer", item->answer ? item->answer : item->reason), LOG_END);
}

static void publish_item(const struct run_report *report, const struct item *item)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    json_put_number(&json, "run", report->run->id);
    json_put_number_or_null(&json, "item_id", row_of(report, item));
    put_text(&json, "title", item->title, TITLE_BYTES);
    json_put_number_or_null(&json, "year", item->year);
    json_put_text(&json, "media_type", media_type_word(item->media_type));
    json_put_number_or_null(&json, "tmdb_id", item->ids.tmdb);
    json_put_text(&json, "imdb_id", *item->ids.imdb ? item->ids.imdb : NULL);
    json_put_text(&json, "decision", decision_word(item->decision));
    json_put_text(&json, "status", item_status_word(item->status));
    put_text(&json, "reason", item->reason, SENTENCE_BYTES);
    put_text(&json, "answer", item->answer, SENTENCE_BYTES);
    json_put_number_or_null(&json, "request_id", item->request_id);
    json_begin_array(&json, "lists");
    for (size_t i = 0; i < item->source_count && i < LISTS_NAMED; i++)
        json_put_number(&json, NULL, item->sources[i].list->list_id);
    json_end_array(&json);
    publish(report->events, EVENT_RUN_ITEM, &json);
}

static void on_item(void *context, const struct item *item)
{
    struct run_report *report = context;

    count_item(report, item);
    publish_item(report, item);
    log_item(report, item);
}

/* Those that will be asked for are told with their answer; a run's items are read over REST. */
static void on_decided(void *context, const struct item *item)
{
    struct run_report *report = context;
    bool comes_again = item->decision == DECISION_REQUEST && !report->run->dry_run;

    if (!comes_again && report->decided++ < DECIDED_TOLD)
        publish_item(report, item);
}

static void on_warning(void *context, const char *sentence)
{
    const struct run_report *report = context;

    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = open_event(&text);
    json_put_number(&json, "run", report->run->id);
    put_text(&json, "message", sentence, SENTENCE_BYTES);
    publish(report->events, EVENT_RUN_WARNING, &json);
    log_warning("run", sentence, LOG_NUMBER("run", report->run->id), LOG_END);
}

static bool on_tick(void *context)
{
    struct run_report *report = context;

    tell_if_due(report);
    return report->keep_going(report->context);
}

struct sync_observer run_report_observer(struct run_report *report)
{
    report->now = (struct run_progress){.left_ms = -1};
    report->told_ms = clock_steady_ms() - TELL_MS;
    return (struct sync_observer){
        .context = report,
        .progress = on_progress,
        .list_read = on_list_read,
        .list_done = on_list,
        .item_decided = on_decided,
        .item_done = on_item,
        .warning = on_warning,
        .keep_going = on_tick,
    };
}

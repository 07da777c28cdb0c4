#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "sync/run_state.h"

/* No list holds up a run for longer: what was read by then takes part. */
enum { LIST_DEADLINE_MS = 15 * 60 * 1000 };

/* All lists under way, for the progress. */
struct fetching {
    struct run *run;
    size_t done;
    size_t count;
};

/* One list under way. */
struct reading {
    struct run *run;
    struct fetching *all;
    struct sync_list *list;
    struct list_ref ref;        /* canonical: a database of the original also holds whole URLs */
    struct entry_list *entries; /* where they end up */
    const struct provider *provider;
    struct fetch fetch;
    size_t requests;
    int64_t started_ms;
    int64_t started_us;
    struct trace_context trace;
    bool conditional;             /* the request under way asks whether anything changed */
    struct list_validators known; /* of the last good reading */
    struct list_validators fresh; /* of the first answer of this one */
};

static void count_list(const struct reading *reading)
{
    struct fetching *fetching = reading->all;
    const struct sync_observer *observer = fetching->run->tools->observer;
    struct sync_list list = *reading->list;

    fetching->done++;
    run_progress(fetching->run, SYNC_FETCH, (int64_t)fetching->done, (int64_t)fetching->count);
    list.outcome = reading->fetch.outcome;
    list.message = reading->fetch.message;
    list.count = (int64_t)reading->fetch.entries.count;
    list.trace = reading->trace;
    list.started_us = reading->started_us;
    if (observer->list_read)
        observer->list_read(observer->context, &list);
}

static bool next(void *state, struct http_request *request)
{
    struct reading *reading = state;

    reading->conditional = false;
    if (!reading->fetch.finished && clock_steady_ms() - reading->started_ms > LIST_DEADLINE_MS)
        fetch_finish(&reading->fetch, OUTCOME_PARTIAL, "not read to its end in %d minutes",
                     LIST_DEADLINE_MS / 60000);
    if (!reading->fetch.finished)
        reading->provider->request(&reading->fetch, request);
    request->party = reading->provider->name;
    request->trace = reading->trace.exists ? &reading->trace : NULL;
    if (reading->fetch.finished) {
        count_list(reading);
        return false;
    }
    /* Only a list that was one answer has validators that speak for the whole list. */
    if (reading->requests++ == 0) {
        reading->conditional = *reading->known.etag || *reading->known.last_modified;
        if (*reading->known.etag)
            http_request_header(request, "If-None-Match", reading->known.etag);
        if (*reading->known.last_modified)
            http_request_header(request, "If-Modified-Since", reading->known.last_modified);
    }
    return true;
}

static const char *header_or_empty(const struct http_response *response, const char *name,
                                   struct arena *arena)
{
    const char *value = http_response_header(response, name);

    return value ? arena_text(arena, value) : "";
}

static void answer(void *state, const struct http_response *response)
{
    struct reading *reading = state;

    if (response->status == 304 && !reading->conditional) {
        fetch_finish(&reading->fetch, OUTCOME_CHANGED_FORMAT,
                     "the source says \"not changed\" (HTTP 304) and was not asked whether");
        return;
    }
    if (response->status == 304) {
        fetch_finish(&reading->fetch, OUTCOME_UNCHANGED, "%s", "");
        return;
    }
    reading->fresh.etag = header_or_empty(response, "ETag", reading->run->arena);
    reading->fresh.last_modified = header_or_empty(response, "Last-Modified", reading->run->arena);
    reading->provider->answer(&reading->fetch, response);
}

static void failed(void *state, const struct error *error)
{
    struct reading *reading = state;
    enum outcome outcome = error->code == ERROR_CANCELLED ? OUTCOME_CANCELLED
                           : error->code == ERROR_LIMIT   ? OUTCOME_CHANGED_FORMAT
                                                          : OUTCOME_UNREACHABLE;

    fetch_finish(&reading->fetch, outcome, "%s", error->message);
    count_list(reading);
}

static void start(struct reading *reading)
{
    struct exchange exchange = {.state = reading, .next = next, .answer = answer, .failed = failed};
    const struct sync_tools *tools = reading->run->tools;
    struct arena *arena = reading->run->arena;
    const struct list_ref *kept = &reading->list->list.ref;
    struct error error = {0};

    struct trace_context run = trace_current();

    reading->started_ms = clock_steady_ms();
    reading->started_us = clock_steady_us();
    reading->trace = trace_child(&run);
    enum error_code rc = provider_parse(kept->type, kept->id, &reading->ref, &error);

    fetch_init(&reading->fetch, &reading->ref, tools->options, arena);
    reading->known = reading->fresh = (struct list_validators){"", ""};
    if (rc) {
        fetch_finish(&reading->fetch, OUTCOME_NOT_FOUND, "%s", error.message);
        count_list(reading);
        return;
    }
    reading->provider = provider_find(reading->ref.type);
    if (reading->list->list.id)
        lists_validators(tools->store, reading->list->list.id, arena, &reading->known,
                         &reading->run->error);
    client_add(tools->client, &exchange);
}

static enum error_code record(struct reading *reading)
{
    const struct run *run = reading->run;
    const struct fetch *fetch = &reading->fetch;
    struct list_reading record = {
        .outcome = fetch->outcome,
        .message = fetch->message,
        .name = fetch->name,
        .total = fetch->total,
        .entries = &fetch->entries,
        .validators = {"", ""},
    };

    if (reading->requests == 1)
        record.validators = reading->fresh;
    return lists_record(run->tools->store, reading->list->list.id, &record, &reading->run->error);
}

/* The entries that take part: those just read, joined by the last good ones if it was not all. */
static enum error_code choose_entries(struct reading *reading)
{
    struct run *run = reading->run;
    struct sync_list *list = reading->list;
    bool fresh = outcome_is_complete(list->outcome) && list->outcome != OUTCOME_UNCHANGED;

    entry_list_init(reading->entries, run->arena);
    if (fresh) {
        struct entry_list taken = reading->fetch.entries;
        reading->fetch.entries = *reading->entries;
        *reading->entries = taken;
    } else if (lists_entries(run->tools->store, list->list.id, reading->entries, &run->error)) {
        return run->error.code;
    }
    list->from_snapshot = !fresh && reading->entries->count > 0;
    list->age_from = list->from_snapshot ? list->list.last_synced : "";
    if (list->list.item_limit > 0 && (int64_t)reading->entries->count > list->list.item_limit)
        reading->entries->count = (size_t)list->list.item_limit;
    list->count = (int64_t)reading->entries->count;
    return ERROR_NONE;
}

static enum error_code finish(struct reading *reading)
{
    struct run *run = reading->run;
    struct sync_list *list = reading->list;

    list->outcome = reading->fetch.outcome;
    list->message = arena_text(run->arena, reading->fetch.message);
    if (text_is_empty(list->list.description))
        list->list.description = arena_text(run->arena, reading->fetch.name);
    if (record(reading) || choose_entries(reading))
        return run->error.code;
    if (runs_record_list(run->tools->store, run->result->run.id, list->list.id, list->outcome,
                         list->count, list->message, &run->error))
        return run->error.code;
    if (run->tools->observer->list_done)
        run->tools->observer->list_done(run->tools->observer->context, list);
    return ERROR_NONE;
}

static enum error_code finish_all(struct run *run, struct reading *readings, size_t count)
{
    struct store *store = run->tools->store;

    if (store_begin(store, &run->error))
        return run->error.code;
    enum error_code rc = ERROR_NONE;
    for (size_t i = 0; !rc && i < count; i++)
        rc = finish(&readings[i]);
    return store_end(store, rc, &run->error);
}

enum error_code fetch_lists(struct run *run)
{
    size_t count = run->result->list_count;
    struct reading *readings = arena_take(run->arena, count * sizeof(*readings));
    struct fetching fetching = {.run = run, .count = count};

    run_progress(run, SYNC_FETCH, 0, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        readings[i].run = run;
        readings[i].all = &fetching;
        readings[i].list = &run->result->lists[i];
        readings[i].entries = &run->entries[i];
        start(&readings[i]);
    }
    run_drive(run);
    enum error_code cancelled = run->error.code;
    if (!cancelled || cancelled == ERROR_CANCELLED) {
        run->error = (struct error){0};
        finish_all(run, readings, count);
    }
    for (size_t i = 0; i < count; i++)
        fetch_release(&readings[i].fetch);
    if (cancelled && !run->error.code)
        error_set(&run->error, ERROR_CANCELLED, "cancelled while the lists were read");
    return run->error.code;
}

#include "web/metrics_page.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "store/analytics.h"
#include "store/ledger.h"
#include "store/lists.h"
#include "store/notification_deliveries.h"
#include "store/runs_newest.h"
#include "sync/backup_desk.h"
#include "sync/measures.h"
#include "sync/poster_desk.h"
#include "sync/store_trouble.h"
#include "sync/trace_sender.h"
#include "web/answer_cache.h"
#include "web/hub.h"
#include "web/process_usage.h"
#include "web/server.h"

const struct option metrics_page_options[] = {
    {"LISTSYNC_METRICS", OPTION_TEXT, "open", 0, 0,
     "who may read /metrics: open, login (an API key of scope read) or off (nobody)"},
    {0},
};

enum metrics_listener { LISTENER_WEBSOCKET, LISTENER_STREAM };

/* One page under way. */
struct page {
    struct api *api;
    struct store *store;
    struct arena *arena;
    struct metrics *now;
};

enum error_code metrics_page_access(const struct options *given, enum metrics_access *ret,
                                    struct error *error)
{
    static const char *const words[] = {
        [METRICS_OPEN] = "open", [METRICS_LOGIN] = "login", [METRICS_OFF] = "off"};
    const char *text = options_text(given, "LISTSYNC_METRICS");

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_equal(words[i], text)) {
            *ret = (enum metrics_access)i;
            return ERROR_NONE;
        }
    }
    return error_set(error, ERROR_USAGE, "LISTSYNC_METRICS wants open, login or off, not \"%s\"",
                     text);
}

static void set(struct page *page, enum measure measure, double value)
{
    metrics_set(page->now, measure, 0, 0, value);
}

static int64_t bytes_of(struct page *page, const char *name)
{
    struct stat file;
    const char *path = arena_print(page->arena, "%s/%s", page->api->data_directory, name);

    return stat(path, &file) ? 0 : (int64_t)file.st_size;
}

static void look_at_process(struct page *page)
{
    struct process_usage usage;

    process_usage(&usage);
    metrics_set_text(page->now, MEASURE_BUILD, 0, LISTSYNC_VERSION, 1);
    set(page, MEASURE_STARTED, (double)page->api->started_ms / 1000);
    set(page, MEASURE_MEMORY_USAGE, (double)usage.resident_bytes);
    set(page, MEASURE_CPU_USAGE, usage.cpu_percent);
    set(page, MEASURE_CPU_SECONDS, usage.cpu_seconds);
    set(page, MEASURE_OPEN_FILES, (double)usage.open_files);
    set(page, MEASURE_DATABASE_SIZE,
        (double)(bytes_of(page, "list_sync.db") + bytes_of(page, "list_sync.db-wal")));
}

static void look_at_syncs(struct page *page)
{
    struct runner_state runner;
    struct schedule_state schedule;
    char problem[HEALTH_TEXT_SIZE] = "";

    if (page->api->tools) {
        health_problem(page->api->tools->health, HEALTH_SEERR, problem);
        set(page, MEASURE_SEERR_UP, !*problem);
    }
    if (page->api->runner) {
        runner_state(page->api->runner, &runner);
        set(page, MEASURE_SYNC_RUNNING, runner.run != 0);
        set(page, MEASURE_SYNC_QUEUE, (double)runner.queued);
    }
    if (page->api->schedule) {
        schedule_state(page->api->schedule, &schedule);
        set(page, MEASURE_SCHEDULE_PAUSED, schedule.paused_until != 0);
        if (schedule.last_ms)
            set(page, MEASURE_LAST_SUCCESS, (double)schedule.last_ms / 1000);
        if (schedule.next_ms)
            set(page, MEASURE_NEXT_SYNC, (double)schedule.next_ms / 1000);
    }
}

static void look_at_listeners(struct page *page)
{
    struct hub_figures figures;

    if (page->api->events)
        set(page, MEASURE_EVENTS, (double)events_newest(page->api->events));
    if (!page->api->hub)
        return;
    hub_figures(page->api->hub, &figures);
    metrics_set(page->now, MEASURE_LISTENERS, LISTENER_WEBSOCKET, 0, (double)figures.websockets);
    metrics_set(page->now, MEASURE_LISTENERS, LISTENER_STREAM, 0, (double)figures.streams);
    set(page, MEASURE_LISTENERS_DROPPED, (double)figures.dropped);
}

static void look_at_server(struct page *page)
{
    struct web_server *server = page->api->server;
    struct web_server_figures figures;

    if (!server)
        return;
    web_server_figures(server, &figures);
    set(page, MEASURE_HTTP_CONNECTIONS, (double)figures.connections);
    set(page, MEASURE_HTTP_ERRANDS, (double)figures.errands);
    set(page, MEASURE_HTTP_REFUSED, (double)figures.refused);
}

static void look_at_caches(struct page *page)
{
    struct answer_cache_figures figures;

    answer_cache_figures(page->api->cache, &figures);
    metrics_set(page->now, MEASURE_ANSWER_CACHE, 0, 0, (double)figures.found);
    metrics_set(page->now, MEASURE_ANSWER_CACHE, 1, 0, (double)figures.missed);
    set(page, MEASURE_ANSWER_CACHE_BYTES, (double)figures.bytes);
    if (page->api->posters)
        set(page, MEASURE_POSTER_BYTES, (double)poster_desk_bytes(page->api->posters));
}

static void look_at_traces(struct page *page)
{
    struct trace_sender_figures figures;

    trace_sender_figures(page->api->traces, &figures);
    metrics_set(page->now, MEASURE_SPANS, 0, 0, (double)figures.sent);
    metrics_set(page->now, MEASURE_SPANS, 1, 0, (double)figures.lost);
}

static void look_at_log(struct page *page)
{
    int64_t counts[LOG_LEVEL_COUNT];

    log_counts(counts);
    for (int level = 0; level < LOG_LEVEL_COUNT; level++)
        metrics_set(page->now, MEASURE_LOG_LINES, level, 0, (double)counts[level]);
}

static int64_t age_of(const struct stored_list *list)
{
    int64_t since = clock_parse_utc(list->last_synced);

    if (since < 0)
        since = clock_parse_utc(list->created_at);
    int64_t age = since < 0 ? 0 : clock_wall_ms() - since;
    return age > 0 ? age : 0;
}

static int compare_ages(const void *a, const void *b)
{
    int64_t one = age_of(a), other = age_of(b);

    return (one < other) - (one > other);
}

static enum error_code look_at_lists(struct page *page, struct error *error)
{
    struct stored_lists lists = {0};
    bool has_oldest = false;
    enum error_code rc = lists_load(page->store, page->arena, false, &lists, error);

    if (rc)
        return rc;
    if (lists.count)
        qsort(lists.items, lists.count, sizeof(*lists.items), compare_ages);
    for (size_t i = 0; i < lists.count; i++) {
        const struct stored_list *list = &lists.items[i];
        if (!provider_find(list->ref.type))
            continue; /* it moved in and is never read: its age is no news */
        int provider = measure_provider(list->ref.type);
        double age = (double)age_of(list) / 1000;
        metrics_gain(page->now, MEASURE_LISTS, provider, measure_outcome(list->status), 1);
        if (!has_oldest)
            set(page, MEASURE_OLDEST_AGE, age);
        has_oldest = true;
        metrics_set_text(page->now, MEASURE_LIST_AGE, provider,
                         arena_print(page->arena, "%lld", (long long)list->id), age);
    }
    return ERROR_NONE;
}

static enum error_code look_at_items(struct page *page, struct error *error)
{
    struct status_counts counts = {0};
    enum error_code rc = analytics_statuses(page->store, page->arena, &counts, error);
    enum item_status status;

    for (int word = 0; !rc && word < ITEM_STATUS_COUNT; word++)
        metrics_set(page->now, MEASURE_ITEMS, word, 0, 0);
    for (size_t i = 0; !rc && i < counts.count; i++)
        if (item_status_from_word(counts.items[i].status, &status))
            metrics_gain(page->now, MEASURE_ITEMS, (int)status, 0, (double)counts.items[i].count);
    return rc;
}

static enum error_code look_at_ledger(struct page *page, struct error *error)
{
    int64_t counts[LEDGER_STATES];
    enum error_code rc = ledger_counts(page->store, counts, error);

    for (int state = 0; !rc && state < LEDGER_STATES; state++)
        metrics_set(page->now, MEASURE_LEDGER, state, 0, (double)counts[state]);
    return rc;
}

static enum error_code look_at_notices(struct page *page, struct error *error)
{
    int64_t counts[DELIVERY_STATES];
    enum error_code rc = notification_deliveries_counts(page->store, counts, error);

    for (int state = 0; !rc && state < DELIVERY_STATES; state++)
        metrics_set(page->now, MEASURE_NOTICES, state, 0, (double)counts[state]);
    return rc;
}

static enum error_code look_at_backups(struct page *page, struct error *error)
{
    struct backup_desk_state state;

    if (!page->api->backups)
        return ERROR_NONE;
    enum error_code rc = backup_desk_state(page->api->backups, page->store, &state, error);
    if (!rc && state.is_on)
        set(page, MEASURE_BACKUP_OK, !*state.problem);
    return rc;
}

static enum error_code look_at_last_run(struct page *page, struct error *error)
{
    struct stored_runs runs = {0};
    enum error_code rc = runs_newest_real(page->store, page->arena, &runs, error);

    if (!rc && runs.count && !runs.items[0].is_moved_in)
        set(page, MEASURE_LAST_SYNC_OK,
            runs.items[0].state == RUN_COMPLETED ||
                runs.items[0].state == RUN_COMPLETED_WITH_ERRORS);
    return rc;
}

/* Whether all could be read is told too. */
static void look_at_store(struct page *page)
{
    static enum error_code (*const looks[])(struct page *, struct error *) = {
        look_at_lists,    look_at_items,   look_at_ledger,
        look_at_last_run, look_at_notices, look_at_backups};
    enum error_code rc = page->store ? ERROR_NONE : ERROR_STORE;
    struct error error = {0};

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(looks); i++)
        rc = looks[i](page, &error);
    if (rc && page->store)
        log_warning("metrics", error.message, LOG_END);
    set(page, MEASURE_DATABASE_UP, !rc && !store_trouble_is_known(page->api->tools));
}

void metrics_page_put(struct api *api, struct store *store, struct buffer *out)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct page page = {
        .api = api, .store = store, .arena = arena, .now = metrics_copy(api->metrics)};

    look_at_process(&page);
    look_at_syncs(&page);
    look_at_listeners(&page);
    look_at_server(&page);
    look_at_caches(&page);
    look_at_log(&page);
    look_at_traces(&page);
    look_at_store(&page);
    metrics_put(page.now, out);
    metrics_free(page.now);
}

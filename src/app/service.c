#include "app/service.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/pacer.h"
#include "providers/provider.h"
#include "store/accounts.h"
#include "sync/backup_desk.h"
#include "sync/history_desk.h"
#include "sync/import_upload.h"
#include "sync/log_parts.h"
#include "sync/measures.h"
#include "sync/notice_desk.h"
#include "sync/poster_desk.h"
#include "sync/secret_key_change.h"
#include "sync/spans.h"
#include "sync/store_trouble.h"
#include "sync/trace_sender.h"
#include "web/answer_cache.h"
#include "web/guard.h"
#include "web/hub.h"
#include "web/metrics_page.h"
#include "web/server.h"

enum {
    STORES_MOST = 16, /* server and errand threads, runner, schedule, hub, and some to spare */
    GRACE_MS = 1000,
    EVENTS_KEPT_MS = 15 * 60 * 1000, /* for clients that lost their connection */
    MEMORY_POOLS = 2,
    MEMORY_KEPT = 128 << 10, /* in each pool */
};

const struct option service_options[] = {
    {"LISTSYNC_API_PORT", OPTION_NUMBER, "4222", 0, 65535, "port of the API; 0: any free one"},
    {"LISTSYNC_UI_PORT", OPTION_NUMBER, "3222", 0, 65535,
     "port of the web interface, where the API answers as well; 0: any free one"},
    {"LISTSYNC_BIND", OPTION_TEXT, "::", 0, 0,
     "address to listen on; :: means all of IPv6 and IPv4"},
    {"LISTSYNC_BASE_PATH", OPTION_TEXT, "", 0, 0, "path before all others, such as /listsync"},
    {"LISTSYNC_TRUSTED_PROXIES", OPTION_TEXT, "", 0, 0,
     "addresses of reverse proxies whose X-Forwarded headers count, such as 172.18.0.0/16"},
    {"LISTSYNC_ALLOWED_ADDRESSES", OPTION_TEXT, "", 0, 0,
     "private addresses that lists may be read from, such as 192.168.1.0/24"},
    {"LISTSYNC_TLS_CERTIFICATE", OPTION_TEXT, "", 0, 0, "PEM file; with it both ports speak TLS"},
    {"LISTSYNC_TLS_KEY", OPTION_TEXT, "", 0, 0, "PEM file of its key"},
    {"LISTSYNC_CONNECTIONS", OPTION_NUMBER, "1024", 8, 60000, "connections at once, on each port"},
    {"LISTSYNC_CONNECTIONS_PER_ADDRESS", OPTION_NUMBER, "0", 0, 60000,
     "the same for one address; 0: no limit of its own"},
    {"LISTSYNC_LOG_LEVEL", OPTION_TEXT, "info", 0, 0,
     "debug, info, warning or error, and of parts that differ: info,web=debug"},
    {"LISTSYNC_LOG_FILE", OPTION_TEXT, "", 0, 0,
     "file of log lines; logs/listsync.log in the data folder when not set; off: none"},
    {"LISTSYNC_LOG_FILE_MB", OPTION_NUMBER, "10", 1, 10000,
     "megabytes that it and the older ones beside it may take together"},
    {"LISTSYNC_LOG_FORMAT", OPTION_TEXT, "", 0, 0,
     "text or json; text on a terminal, json elsewhere when not set"},
    {0},
};

struct service {
    struct session *session;
    atomic_bool stopping; /* errands over the network end */
    struct address_ranges proxies, allowed;
    char *base_path;
    struct pacer *pacer;
    struct health *health;
    struct runner_tools tools;
    struct api api;
    struct web_server *server;
    struct trace_sender *traces; /* NULL: nobody traces */
};

static const char user_agent[] = "ListSync/" LISTSYNC_VERSION;

static const struct options *options_of(const struct service *service)
{
    return &service->session->settings.options;
}

/* A log that cannot be kept is told on stderr; it is no reason not to sync. */
static void open_log_file(const struct service *service)
{
    const struct options *options = options_of(service);
    const char *given = options_text(options, "LISTSYNC_LOG_FILE");
    int64_t megabytes = options_number(options, "LISTSYNC_LOG_FILE_MB");
    struct error error = {0};

    if (text_equal(given, "off"))
        return;
    AUTO_FREE char *path =
        *given ? memory_text(given)
               : memory_print("%s/logs/listsync.log", service->session->data_directory);
    if (log_open_file(path, megabytes << 20, &error))
        log_warning("service", error.message, LOG_END);
}

static enum error_code start_log(const struct service *service, struct error *error)
{
    const struct options *options = options_of(service);
    const char *form = options_text(options, "LISTSYNC_LOG_FORMAT");

    if (*form && !text_equal(form, "text") && !text_equal(form, "json"))
        return error_set(error, ERROR_USAGE, "LISTSYNC_LOG_FORMAT wants text or json, not \"%s\"",
                         form);
    bool as_text = *form ? text_equal(form, "text") : isatty(STDERR_FILENO);
    log_begin(LOG_INFO, as_text ? LOG_AS_TEXT : LOG_AS_JSON);
    enum error_code rc = log_parts_set(options, error);
    if (rc && rc != ERROR_NOT_FOUND)
        return rc;
    open_log_file(service);
    if (rc)
        log_warning("service", error->message, LOG_END);
    return ERROR_NONE;
}

static enum error_code read_ranges(const struct options *options, const char *name,
                                   struct address_ranges *ret, struct error *error)
{
    if (address_ranges_parse(options_text(options, name), ret, error))
        return error_prefix(error, "%s", name);
    return ERROR_NONE;
}

/* "listsync/" and "/listsync" -> "/listsync"; "/" -> "". */
static enum error_code read_base_path(struct service *service, struct error *error)
{
    const char *text = options_text(options_of(service), "LISTSYNC_BASE_PATH");

    while (*text == '/')
        text++;
    AUTO_FREE char *path = memory_print("/%s", text);
    for (size_t end = strlen(path); end && path[end - 1] == '/'; end--)
        path[end - 1] = '\0';
    if (strspn(path, "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") !=
        strlen(path))
        return error_set(error, ERROR_USAGE,
                         "LISTSYNC_BASE_PATH wants a path of letters, digits and -._~, not \"%s\"",
                         path);
    service->base_path = TAKE(path);
    return ERROR_NONE;
}

/* What a change of the key left half-done is ended first; nobody else is at it, by the lock. */
static enum error_code open_key(struct service *service, struct store *store, struct error *error)
{
    const struct secret_key_place place = session_key_place(service->session);
    AUTO_SECRET_KEY struct secret_key key = {0};
    enum error_code rc = secret_key_settle(&place, store, error);

    if (!rc)
        rc = secret_key_open(&place, store, &key, error);
    if (rc)
        return rc;
    service->api.key = key.key;
    if (key.opened < key.sealed)
        log_warning("service", "some stored credentials cannot be opened: see listsync key",
                    LOG_NUMBER("sealed", (int64_t)key.sealed),
                    LOG_NUMBER("opened", (int64_t)key.opened), LOG_END);
    return ERROR_NONE;
}

static enum error_code open_stores(struct service *service, struct error *error)
{
    AUTO_FREE char *database = memory_print("%s/list_sync.db", service->session->data_directory);
    struct store *store = NULL;
    enum error_code rc =
        store_pool_open(&db_driver_sqlite, database, STORES_MOST, &service->api.stores, error);

    if (!rc)
        rc = store_pool_take(service->api.stores, &store, error);
    if (rc)
        return rc;
    rc = open_key(service, store, error);
    store_pool_give(service->api.stores, store);
    return rc;
}

/* One pace for each source, whatever asks it: runs, previews. */
static void set_paces(struct service *service)
{
    service->pacer = pacer_new();
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        for (const struct provider_host *host = (*provider)->hosts; host->name; host++)
            pacer_set(service->pacer, host->name, &host->pace);
}

/* In the runner's thread. */
static void tell_of_run(void *context, const struct stored_run *run)
{
    const struct service *service = context;

    (void)run;
    notice_desk_wake(service->api.notices);
    history_desk_wake(service->api.history);
}

static void fill_tools(struct service *service)
{
    struct session *session = service->session;

    service->tools = (struct runner_tools){
        .given = options_of(service),
        .data_directory = session->data_directory,
        .key = &service->api.key,
        .stores = service->api.stores,
        .events = service->api.events,
        .health = service->health,
        .metrics = service->api.metrics,
        .tracer = trace_sender_tracer(service->traces),
        .origins = &session->origins,
        .pacer = service->pacer,
        .allowed_addresses = &service->allowed,
        .user_agent = user_agent,
        .stopping = &service->stopping,
        .finished = tell_of_run,
        .context = service,
    };
}

static void fill_api(struct service *service)
{
    struct api *api = &service->api;

    api->given = options_of(service);
    api->settings_warnings = service->session->settings.warnings;
    api->data_directory = service->session->data_directory;
    import_upload_tidy(api->data_directory, true);
    api->tools = &service->tools;
    api->events = events_new();
    api->metrics = measures_new();
    api->routes = routes_all();
    service->health = health_new(api->events);
    api->cache = answer_cache_new();
    api->started_ms = clock_wall_ms();
}

/* The hub's question, in its thread. */
static bool still_admitted(void *context, const struct caller *caller, enum access access)
{
    struct service *service = context;
    struct store *store;

    if (store_pool_take(service->api.stores, &store, NULL))
        return true; /* a database in trouble throws nobody out */
    bool still = guard_still(service->api.guard, store, caller, access);
    store_pool_give(service->api.stores, store);
    return still;
}

static enum error_code start_guard(struct service *service, struct error *error)
{
    struct guard_settings settings = {
        .given = options_of(service),
        .trusted_proxies = &service->proxies,
        .key = &service->api.key,
    };

    return guard_new(&settings, &service->api.guard, error);
}

static enum error_code start_hub(struct service *service, struct error *error)
{
    struct hub_settings settings = {
        .events = service->api.events,
        .listeners = (int)options_number(options_of(service), "LISTSYNC_WEBSOCKET_CLIENTS"),
        .still_admitted = still_admitted,
        .context = service,
    };

    return hub_new(&settings, &service->api.hub, error);
}

static enum web_verdict answer(void *context, struct web_request *request,
                               struct web_response *response)
{
    return call_answer(context, request, response);
}

static void later(void *context, struct web_request *request, struct web_response *response)
{
    call_later(context, request, response);
}

static void keep_span(struct tracer *tracer, const struct web_request *request, int status,
                      int64_t duration_us)
{
    const char *route = request->route ? request->route : "";
    char name[SPAN_TEXT_SIZE];
    struct span span;

    if (!request->trace.sampled)
        return;
    snprintf(name, sizeof(name), "%s%s%s", web_method_word(request->method), *route ? " " : "",
             route);
    span_init(&span, SPAN_SERVER, name, &request->trace, &request->trace_parent);
    spans_set_time(&span, clock_steady_us() - duration_us);
    span_text(&span, "http.request.method", web_method_word(request->method));
    if (*route)
        span_text(&span, "http.route", route);
    span_number(&span, "http.response.status_code", status);
    span_number(&span, "listsync.request", (int64_t)request->number);
    if (status >= 500)
        snprintf(span.problem, sizeof(span.problem), "HTTP %d", status);
    tracer_keep(tracer, &span);
}

static void sent(void *context, const struct web_request *request, int status, int64_t bytes,
                 int64_t duration_us)
{
    const struct api *api = context;
    char client[ADDRESS_TEXT_SIZE];

    measures_note_answer(api->metrics, &(struct answer_given){.method = (int)request->method,
                                                              .door = (int)request->door,
                                                              .status = status,
                                                              .bytes = bytes,
                                                              .duration_us = duration_us,
                                                              .is_stream = request->is_stream});
    if (api->tools)
        keep_span(api->tools->tracer, request, status, duration_us);
    if (!log_wants(LOG_DEBUG, "web"))
        return;
    address_format(&request->client, client);
    log_debug("web", "answered", LOG_TEXT("method", web_method_word(request->method)),
              LOG_TEXT("path", request->path), LOG_NUMBER("status", status),
              LOG_NUMBER("bytes", bytes), LOG_NUMBER("us", duration_us), LOG_TEXT("client", client),
              LOG_NUMBER("request", (int64_t)request->number), LOG_END);
}

static const char *text_or_null(const char *text)
{
    return *text ? text : NULL;
}

static enum error_code start_server(struct service *service, struct error *error)
{
    const struct options *options = options_of(service);
    const char *bind = options_text(options, "LISTSYNC_BIND");
    struct web_server_settings settings = {
        .doors = {{WEB_DOOR_API, bind, (int)options_number(options, "LISTSYNC_API_PORT")},
                  {WEB_DOOR_UI, bind, (int)options_number(options, "LISTSYNC_UI_PORT")}},
        .door_count = 2,
        .base_path = service->base_path,
        .tls_certificate = text_or_null(options_text(options, "LISTSYNC_TLS_CERTIFICATE")),
        .tls_key = text_or_null(options_text(options, "LISTSYNC_TLS_KEY")),
        .trusted_proxies = &service->proxies,
        .connections = (int)options_number(options, "LISTSYNC_CONNECTIONS"),
        .connections_per_address = (int)options_number(options, "LISTSYNC_CONNECTIONS_PER_ADDRESS"),
    };
    struct web_handler handler = {
        .context = &service->api, .answer = answer, .later = later, .sent = sent};

    enum error_code rc = web_server_start(&settings, &handler, &service->server, error);
    atomic_store(&service->api.server, service->server);
    return rc;
}

/* Where a person on this machine finds it. */
static char *address_of(const struct service *service, enum web_door door)
{
    bool tls = *options_text(options_of(service), "LISTSYNC_TLS_CERTIFICATE");

    return memory_print("%s://127.0.0.1:%d%s", tls ? "https" : "http",
                        web_server_port(service->server, door), service->base_path);
}

static enum error_code greet(struct service *service, struct error *error)
{
    AUTO_FREE char *api = address_of(service, WEB_DOOR_API);
    AUTO_FREE char *ui = address_of(service, WEB_DOOR_UI);
    struct store *store;

    log_info("service", "ListSync " LISTSYNC_VERSION " is listening", LOG_TEXT("api", api),
             LOG_TEXT("ui", ui), LOG_TEXT("data", service->session->data_directory), LOG_END);
    enum error_code rc = store_pool_take(service->api.stores, &store, error);
    if (rc)
        return rc;
    guard_begin(service->api.guard, store, ui);
    store_pool_give(service->api.stores, store);
    return ERROR_NONE;
}

/* Whoever finds the doors open finds the account too that the settings name. */
static enum error_code make_first_account(struct service *service, struct error *error)
{
    struct store *store;
    enum error_code rc = store_pool_take(service->api.stores, &store, error);

    if (rc)
        return rc;
    rc = guard_make_first(service->api.guard, store, error);
    store_pool_give(service->api.stores, store);
    return rc;
}

static enum error_code read_settings(struct service *service, struct error *error)
{
    const struct options *options = options_of(service);
    enum error_code rc = start_log(service, error);

    if (!rc)
        rc = read_ranges(options, "LISTSYNC_TRUSTED_PROXIES", &service->proxies, error);
    if (!rc)
        rc = read_ranges(options, "LISTSYNC_ALLOWED_ADDRESSES", &service->allowed, error);
    enum metrics_access access;
    if (!rc)
        rc = metrics_page_access(options, &access, error);
    return rc ? rc : read_base_path(service, error);
}

static enum error_code start_parts(struct service *service, struct error *error)
{
    enum error_code rc = open_stores(service, error);

    if (rc)
        return rc;
    rc = trace_sender_start(options_of(service), &service->session->origins, user_agent,
                            &service->traces, error);
    if (rc)
        return rc;
    set_paces(service);
    fill_api(service);
    service->api.traces = service->traces;
    fill_tools(service);
    service->api.posters = poster_desk_new(&service->tools);
    service->api.notices = notice_desk_new(&service->tools);
    service->api.history = history_desk_start(&service->tools);
    rc = start_guard(service, error);
    if (!rc)
        rc = make_first_account(service, error);
    if (!rc)
        rc = start_hub(service, error);
    if (!rc)
        rc = runner_start(&service->tools, &service->api.runner, error);
    if (!rc)
        rc = schedule_start(&service->tools, service->api.runner, &service->api.schedule, error);
    if (!rc)
        rc = notice_desk_begin(service->api.notices, service->api.schedule, error);
    if (!rc) {
        service->api.backups = backup_desk_start(&service->tools);
        rc = start_server(service, error);
    }
    return rc ? rc : greet(service, error);
}

/*
 * Each pool of malloc keeps what its busiest moment took, and few threads are at work at once; and
 * by itself malloc learns from large answers to keep as much. Measured: 3 MB less after a rush.
 */
static void be_modest(void)
{
    mallopt(M_ARENA_MAX, MEMORY_POOLS);
    mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
    mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT);
}

enum error_code service_start(struct session *session, struct service **ret, struct error *error)
{
    struct service *service = memory_new(sizeof(*service));

    service->session = session;
    be_modest();
    crypto_begin();
    enum error_code rc = read_settings(service, error);
    if (!rc)
        rc = start_parts(service, error);
    if (rc)
        service_stop(service);
    else
        *ret = service;
    return rc;
}

/* Who asks first; then who begins runs, the run, and last what all of them use. */
void service_stop(struct service *service)
{
    if (!service)
        return;
    atomic_store(&service->stopping, true);
    hub_close(service->api.hub);
    web_server_stop(service->server, GRACE_MS);
    backup_desk_stop(service->api.backups);
    notice_desk_stop(service->api.notices);
    schedule_stop(service->api.schedule);
    runner_stop(service->api.runner);
    history_desk_stop(service->api.history);
    hub_free(service->api.hub);
    trace_sender_stop(service->traces);
    guard_free(service->api.guard);
    answer_cache_free(service->api.cache);
    notice_desk_free(service->api.notices);
    poster_desk_free(service->api.posters);
    health_free(service->health);
    events_free(service->api.events);
    metrics_free(service->api.metrics);
    store_pool_close(service->api.stores);
    pacer_free(service->pacer);
    crypto_key_release(&service->api.key);
    address_ranges_release(&service->proxies);
    address_ranges_release(&service->allowed);
    free(service->base_path);
    free(service);
    log_end();
}

static void give_memory_back(struct service *service)
{
    events_forget(service->api.events, clock_wall_ms() - EVENTS_KEPT_MS);
    answer_cache_tidy(service->api.cache);
    poster_desk_tidy(service->api.posters);
    web_server_tidy(service->server);
    store_pool_tidy(service->api.stores);
    import_upload_tidy(service->api.data_directory, false);
    malloc_trim(0);
}

void service_tidy(struct service *service)
{
    struct store *store;
    struct error error = {0};

    if (store_pool_take(service->api.stores, &store, &error) == ERROR_NONE) {
        (void)sessions_drop_expired(store, clock_wall_ms(), &error);
        store_pool_give(service->api.stores, store);
    }
    if (error.code && store_trouble_note(&service->tools, &error))
        log_error("service", error.message, LOG_END);
    give_memory_back(service);
}

void service_reload(struct service *service)
{
    log_info("service", "reading stored settings again", LOG_END);
    schedule_changed(service->api.schedule);
    backup_desk_changed(service->api.backups);
    history_desk_changed(service->api.history);
}

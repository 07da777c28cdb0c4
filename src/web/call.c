#include "web/call.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "base/log.h"
#include "web/answer_cache.h"
#include "web/guard.h"
#include "web/ui_pages.h"

/* "GET, HEAD, OPTIONS": what the path has. */
static const char *allowed_methods(const struct call *call)
{
    const char *text = "";

    for (unsigned method = 0; method <= WEB_OPTIONS; method++) {
        if (call->allowed & 1U << method)
            text = arena_print(call->arena, "%s%s%s", text, *text ? ", " : "",
                               web_method_word((enum web_method)method));
    }
    return text;
}

static void answer_no_route(struct call *call)
{
    if (!call->allowed) {
        call_fail(call, 404, "no_such_path", "there is nothing at this path; /docs shows what is");
        return;
    }
    web_response_header(call->response, "Allow", "%s", allowed_methods(call));
    if (call->request->method == WEB_OPTIONS)
        call->response->status = 204;
    else
        call_fail(call, 405, "method_not_allowed", "this path does not take %s, only %s",
                  web_method_word(call->request->method), allowed_methods(call));
}

static const struct route no_route = {
    .id = "no_route",
    .access = ACCESS_NONE,
    .flags = ROUTE_NO_STORE | ROUTE_UNCHECKED,
    .handle = answer_no_route,
};

static void find_route(struct call *call)
{
    struct route_match match;

    route_find(call->api->routes, call->request, &match);
    call->route = match.route ? match.route : &no_route;
    call->allowed = match.allowed;
    call->in_path = match.in_path;
    const struct route *page = call->request->door == WEB_DOOR_UI ? ui_pages_route(call) : NULL;
    if (page)
        call->route = page;
    call->request->route = call->route->path;
    call->request->is_stream = call->route->flags & ROUTE_STREAM;
}

static void begin(struct call *call, struct api *api, struct web_request *request,
                  struct web_response *response)
{
    *call = (struct call){
        .api = api,
        .request = request,
        .response = response,
        .arena = request->arena,
        .json = json_writer_to(&response->body),
    };
    find_route(call);
    if (call->route->flags & ROUTE_SECRETS)
        response->no_compression = true;
}

static bool take_store(struct call *call)
{
    struct error error;

    if (call->route->flags & ROUTE_NO_STORE)
        return true;
    if (store_pool_take(call->api->stores, &call->store, &error) == ERROR_NONE)
        return true;
    call_fail_error(call, &error);
    return false;
}

static void end(struct call *call)
{
    if (call->store)
        store_pool_give(call->api->stores, call->store);
    json_value_free(call->document);
}

/* What a handler may leave out. */
static void complete(struct call *call)
{
    struct web_response *response = call->response;
    const struct route *route = call->route;

    CHECK(call->json.depth == 0);
    if (response->body.overflowed) {
        call_fail(call, 500, "answer_too_large", "the answer is too large; ask for less of it");
        return;
    }
    if (!response->status)
        response->status = route->status ? route->status : 200;
    if (!response->content_type && (response->body.length || response->fixed))
        response->content_type = route->media_type ? route->media_type : "application/json";
}

static void handle(struct call *call)
{
    call->route->handle(call);
    if (!call->is_set_aside)
        complete(call);
}

void call_set_aside(struct call *call)
{
    CHECK(!call->in_errand);
    call->is_set_aside = true;
}

/* Everything that the answer of a ROUTE_CACHED route depends on, but for the store. */
static void put_cache_key(const struct call *call, struct buffer *key)
{
    const struct web_pairs *query = &call->request->query;

    buffer_print(key, "%s %d %s %s", call->route->id, (int)call->caller.access,
                 call->request->base_path, call->request->path);
    for (size_t i = 0; i < query->count; i++) {
        const struct web_pair *pair = &query->items[i];
        if (pair->name[0] != '_')
            buffer_print(key, " %s=%zu:%s", pair->name, strlen(pair->value), pair->value);
    }
}

static void answer_from_cache(struct call *call, const char *key, int64_t version)
{
    struct web_response *response = call->response;

    if (answer_cache_find(call->api->cache, key, version, &response->body)) {
        complete(call);
        return;
    }
    handle(call);
    if (response->status == 200 && !response->fixed)
        answer_cache_keep(call->api->cache, key, version, &response->body);
}

static bool is_cached(const struct call *call)
{
    return call->route->flags & ROUTE_CACHED && call->api->cache;
}

static void serve(struct call *call)
{
    AUTO_BUFFER struct buffer key = BUFFER_WITH_LIMIT(3 * WEB_PATH_SIZE);
    int64_t version = 0;

    if (call->route->flags & ROUTE_UNCHECKED) {
        handle(call);
        return;
    }
    if (!call_check_input(call))
        return;
    if (is_cached(call))
        put_cache_key(call, &key);
    if (is_cached(call) && !key.overflowed &&
        store_pool_version(call->api->stores, &version, NULL) == ERROR_NONE)
        answer_from_cache(call, buffer_string(&key), version);
    else
        handle(call);
}

/* What this thread works on, for its log lines and for what it asks others. */
static void begin_work(struct web_request *request)
{
    log_carry("request", (int64_t)request->number);
    trace_set_current(&request->trace);
}

static void end_work(void)
{
    log_carry("request", 0);
    trace_set_current(NULL);
}

static void begin_trace(const struct api *api, struct web_request *request)
{
    struct tracer *tracer = api->tools ? api->tools->tracer : NULL;

    if (!tracer)
        return;
    trace_parse(web_request_header(request, "traceparent"), &request->trace_parent);
    request->trace = tracer_begin(tracer, &request->trace_parent);
}

enum web_verdict call_answer(struct api *api, struct web_request *request,
                             struct web_response *response)
{
    enum web_verdict verdict = WEB_ANSWERED;
    struct call call;

    begin_trace(api, request);
    begin_work(request);
    if (!guard_preflight(api->guard, request, response)) {
        begin(&call, api, request, response);
        if (take_store(&call) && guard_admit(api->guard, &call)) {
            if (call.route->flags & ROUTE_ERRAND)
                verdict = WEB_LATER;
            else
                serve(&call);
        }
        if (call.is_set_aside)
            verdict = WEB_LATER_IN_CROWD;
        end(&call);
    }
    if (verdict == WEB_ANSWERED)
        guard_headers(api->guard, request, response);
    end_work();
    return verdict;
}

void call_later(struct api *api, struct web_request *request, struct web_response *response)
{
    struct call call;

    begin_work(request);
    begin(&call, api, request, response);
    call.in_errand = true;
    if (take_store(&call) && guard_admit_again(api->guard, &call))
        serve(&call);
    end(&call);
    guard_headers(api->guard, request, response);
    end_work();
}

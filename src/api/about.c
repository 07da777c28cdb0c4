/*
 * about.c: whether the program lives and is ready, for those who watch over it, and what the
 * API can do.
 */
#include <string.h>

#include "base/log.h"
#include "sync/store_trouble.h"
#include "web/call.h"
#include "web/docs_page.h"
#include "web/openapi.h"

static const struct field status_fields[] = {
    {"status", FIELD_TEXT, .help = "OK"},
    {0},
};

static const struct field status_answer = {.kind = FIELD_OBJECT, .fields = status_fields};

static void answer_ok(struct call *call)
{
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "status", "OK");
    json_end_object(&call->json);
}

static void answer_readiness(struct call *call)
{
    struct error error;
    int64_t version;
    bool can_read = store_pool_version(call->api->stores, &version, &error) == ERROR_NONE;

    if (can_read && !store_trouble_is_known(call->api->tools)) {
        answer_ok(call);
        return;
    }
    if (!can_read && store_trouble_note(call->api->tools, &error))
        log_warning("web", error.message, LOG_END);
    call_fail(call, 503, "not_ready", "the database could not be used; the log says why");
}

/* Any object: the description does not describe itself. */
static const struct field no_fields[] = {{0}};
static const struct field description = {
    .kind = FIELD_OBJECT, .flags = FIELD_OPEN, .fields = no_fields};

static void answer_description(struct call *call)
{
    openapi_put(&call->json, call->api->routes, call->request->base_path);
}

static void answer_docs(struct call *call)
{
    docs_page_put(&call->response->body, call->api->routes, call->request->base_path);
}

static void answer_docs_style(struct call *call)
{
    call->response->fixed = docs_page_style;
    call->response->fixed_length = strlen(docs_page_style);
}

static void answer_start(struct call *call)
{
    static const char *const sentences[] = {
        [WEB_DOOR_API] = "The web interface has a port of its own; this one is the API's:",
        [WEB_DOOR_UI] = "It was built without its web interface; everything can be done through "
                        "its API:",
    };

    docs_page_put_start(&call->response->body, sentences[call->request->door],
                        call->request->base_path);
}

const struct route api_about_routes[] = {
    {
        .id = "ping",
        .tag = "About",
        .method = WEB_GET,
        .path = "/ping",
        .flags = ROUTE_UNLIMITED | ROUTE_NO_STORE,
        .summary = "Whether anybody is there",
        .answer = &status_answer,
        .handle = answer_ok,
    },
    {
        .id = "health_live",
        .tag = "About",
        .method = WEB_GET,
        .path = "/api/health/live",
        .flags = ROUTE_UNLIMITED | ROUTE_NO_STORE,
        .summary = "Whether the program lives",
        .answer = &status_answer,
        .handle = answer_ok,
    },
    {
        .id = "health_ready",
        .tag = "About",
        .method = WEB_GET,
        .path = "/api/health/ready",
        .flags = ROUTE_UNLIMITED | ROUTE_NO_STORE,
        .summary = "Whether the program can work: 503 when the database cannot be used",
        .answer = &status_answer,
        .handle = answer_readiness,
    },
    {
        .id = "openapi",
        .tag = "About",
        .method = WEB_GET,
        .path = "/openapi.json",
        .flags = ROUTE_NO_STORE | ROUTE_CACHED,
        .summary = "This description",
        .answer = &description,
        .handle = answer_description,
    },
    {
        .id = "docs",
        .tag = "About",
        .method = WEB_GET,
        .path = "/docs",
        .flags = ROUTE_NO_STORE | ROUTE_CACHED,
        .summary = "The same as a page to read",
        .media_type = "text/html; charset=utf-8",
        .handle = answer_docs,
    },
    {
        .id = "docs_style",
        .tag = "About",
        .method = WEB_GET,
        .path = "/docs/style.css",
        .flags = ROUTE_NO_STORE,
        .summary = "How that page looks",
        .media_type = "text/css; charset=utf-8",
        .handle = answer_docs_style,
    },
    {
        .id = "start",
        .tag = "About",
        .method = WEB_GET,
        .path = "/",
        .flags = ROUTE_NO_STORE,
        .summary = "A page that leads to the others",
        .media_type = "text/html; charset=utf-8",
        .handle = answer_start,
    },
    {0},
};

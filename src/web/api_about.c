/*
 * api_about.c: whether the program lives and is ready, for those who watch over it.
 */
#include "base/log.h"
#include "web/call.h"

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

    if (store_pool_version(call->api->stores, &version, &error) == ERROR_NONE) {
        answer_ok(call);
        return;
    }
    log_warning("web", error.message, LOG_END);
    call_fail(call, 503, "not_ready", "the database could not be used; the log says why");
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
    {0},
};

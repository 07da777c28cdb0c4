/*
 * events.c: what happens, as it happens: over WebSocket and as Server-Sent Events. The hub
 * (hub.h) does the work; docs/websocket.md is its manual for those who write clients.
 */
#include <string.h>

#include "base/text.h"
#include "web/call.h"
#include "web/hub.h"
#include "web/websocket.h"

static const char *const log_levels[] = {"debug", "info", "warning", "error", NULL};

static const struct field parameters[] = {
    {"types", FIELD_TEXT,
     .help = "Event types, comma separated, and log; all but the log when it is left out"},
    {"last_event_id", FIELD_TEXT, .help = "The id of the last message that was read"},
    {"log_level", FIELD_TEXT, .words = log_levels,
     .help = "Sends the lines of the log, from this level on; for administrators"},
    {0},
};

static const struct field log_parameters[] = {
    {"level", FIELD_TEXT, .words = log_levels, .help = "This one and worse", .fallback = "info"},
    {0},
};

/* Whether a header that is a list of tokens has this one: "keep-alive, Upgrade". */
static bool has_token(struct call *call, const char *header, const char *token)
{
    char *list = arena_text(call->arena, web_request_header(call->request, header));
    char *rest = NULL;

    for (char *part = list ? strtok_r(list, ",", &rest) : NULL; part;
         part = strtok_r(NULL, ",", &rest))
        if (text_equal_ignoring_case(text_trim(part), token))
            return true;
    return false;
}

static bool read_types(struct call *call, struct feed_wish *wish)
{
    const char *types = call_text(call, "types");
    char *rest = NULL;

    if (!types) {
        wish->types = FEED_ALL_TYPES;
        return true;
    }
    for (char *type = strtok_r(arena_text(call->arena, types), ",", &rest); type;
         type = strtok_r(NULL, ",", &rest)) {
        if (!feed_wish_add(wish, text_trim(type))) {
            call_fail_field(call, "types", "there is no event type %.40s", text_trim(type));
            return false;
        }
    }
    return true;
}

/* The header is what EventSource sends by itself when it connects again. */
static const char *last_event_id(const struct call *call)
{
    const char *header = web_request_header(call->request, "Last-Event-ID");

    return text_is_empty(header) ? call_text(call, "last_event_id") : header;
}

/* False: the call has failed. */
static bool read_listener(struct call *call, struct hub_listener *ret)
{
    const char *level = call_text(call, "log_level");

    *ret = (struct hub_listener){.caller = call->caller, .last_event_id = last_event_id(call)};
    if (!read_types(call, &ret->wish))
        return false;
    if (level)
        ret->wish.wants_log = log_level_from_word(level, &ret->wish.least);
    if (ret->wish.wants_log && call->caller.access < ACCESS_ADMIN) {
        call_fail(call, 403, "forbidden", "log lines are for administrators");
        return false;
    }
    return true;
}

static void fail_for_want_of_room(struct call *call)
{
    web_response_header(call->response, "Retry-After", "30");
    call_fail(call, 503, "too_many_listeners", "too many are listening already");
}

/* False: the call has failed. */
static bool check_upgrade(struct call *call)
{
    const char *version = web_request_header(call->request, "Sec-WebSocket-Version");

    if (!has_token(call, "Upgrade", "websocket") || !has_token(call, "Connection", "upgrade")) {
        web_response_header(call->response, "Upgrade", "websocket");
        call_fail(call, 426, "upgrade_required",
                  "this is a WebSocket; /api/events tells the same over plain HTTP");
        return false;
    }
    if (!text_equal(version, "13")) {
        web_response_header(call->response, "Sec-WebSocket-Version", "13");
        call_fail(call, 426, "websocket_version", "only version 13 of WebSocket is spoken here");
        return false;
    }
    return true;
}

static void open_websocket(struct call *call)
{
    char accept[WEBSOCKET_ACCEPT_SIZE];
    struct hub_listener listener;

    if (!check_upgrade(call) || !read_listener(call, &listener))
        return;
    if (!websocket_accept(web_request_header(call->request, "Sec-WebSocket-Key"), accept)) {
        call_fail(call, 400, "websocket_key", "Sec-WebSocket-Key is not 16 bytes in base64");
        return;
    }
    if (!hub_take_websocket(call->api->hub, &listener, &call->response->takeover)) {
        fail_for_want_of_room(call);
        return;
    }
    call->response->status = 101;
    web_response_header(call->response, "Upgrade", "websocket");
    web_response_header(call->response, "Sec-WebSocket-Accept", "%s", accept);
}

static void take_stream(struct call *call, const struct hub_listener *listener)
{
    if (!hub_take_stream(call->api->hub, listener, &call->response->stream)) {
        fail_for_want_of_room(call);
        return;
    }
    call->response->content_type = "text/event-stream";
    call->response->no_compression = true;
    web_response_header(call->response, "Cache-Control", "no-store");
    /* nginx would gather the events otherwise. */
    web_response_header(call->response, "X-Accel-Buffering", "no");
}

static void open_stream(struct call *call)
{
    struct hub_listener listener;

    if (read_listener(call, &listener))
        take_stream(call, &listener);
}

static void open_log_stream(struct call *call)
{
    struct hub_listener listener = {.caller = call->caller, .wish.wants_log = true};

    log_level_from_word(call_text(call, "level"), &listener.wish.least);
    take_stream(call, &listener);
}

const struct route api_events_routes[] = {
    {
        .id = "websocket",
        .tag = "Events",
        .method = WEB_GET,
        .path = "/api/ws",
        .access = ACCESS_READ,
        .flags = ROUTE_STREAM,
        .summary = "What happens, as it happens, over WebSocket",
        .parameters = parameters,
        .status = 101,
        .handle = open_websocket,
    },
    {
        .id = "events",
        .tag = "Events",
        .method = WEB_GET,
        .path = "/api/events",
        .access = ACCESS_READ,
        .flags = ROUTE_STREAM,
        .summary = "The same as Server-Sent Events",
        .parameters = parameters,
        .media_type = "text/event-stream",
        .handle = open_stream,
    },
    {
        .id = "logs_stream",
        .tag = "Logs",
        .method = WEB_GET,
        .path = "/api/logs/stream",
        .access = ACCESS_ADMIN,
        .flags = ROUTE_STREAM,
        .summary = "The log as it is written, as Server-Sent Events",
        .parameters = log_parameters,
        .media_type = "text/event-stream",
        .handle = open_log_stream,
    },
    {0},
};

/* What Prometheus reads. */
#include "base/text.h"
#include "web/call.h"
#include "web/guard.h"
#include "web/metrics_page.h"

static void metrics_read(struct call *call);

/* The same route where one must log in. */
static const struct route with_login = {
    .id = "metrics",
    .access = ACCESS_READ,
    .flags = ROUTE_NO_STORE,
    .handle = metrics_read,
};

/* A database in trouble is something to be told: the page has no store of its own. */
static struct store *take_store(struct call *call)
{
    struct store *store = NULL;

    return store_pool_take(call->api->stores, &store, NULL) ? NULL : store;
}

static bool is_admitted(struct call *call, struct store *store)
{
    if (!store) {
        call_fail(call, 503, "database", "the database cannot be used");
        return false;
    }
    call->route = &with_login;
    call->store = store;
    bool admitted = guard_admit_again(call->api->guard, call);
    call->store = NULL;
    return admitted;
}

static void metrics_read(struct call *call)
{
    enum metrics_access access = METRICS_OFF;

    if (call->api->metrics)
        metrics_page_access(call->api->given, &access, NULL);
    if (access == METRICS_OFF) {
        call_fail(call, 404, "metrics_off", "metrics are switched off (LISTSYNC_METRICS)");
        return;
    }
    struct store *store = take_store(call);
    if (access == METRICS_OPEN || is_admitted(call, store))
        metrics_page_put(call->api, store, &call->response->body);
    if (store)
        store_pool_give(call->api->stores, store);
}

const struct route api_metrics_routes[] = {
    {.id = "metrics",
     .tag = "System",
     .method = WEB_GET,
     .path = "/metrics",
     .flags = ROUTE_NO_STORE,
     .summary = "Figures for Prometheus; LISTSYNC_METRICS says who may read them",
     .media_type = "text/plain; version=0.0.4; charset=utf-8",
     .handle = metrics_read},
    {0},
};

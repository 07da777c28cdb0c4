#include "sync/run_client.h"

#include "net/transport_curl.h"
#include "sync/measures.h"
#include "sync/spans.h"

static void carried(void *context, const struct client_traffic *traffic)
{
    const struct runner_tools *tools = context;

    measures_note_traffic(tools->metrics, traffic);
    spans_note_traffic(tools->tracer, traffic);
}

struct client *run_client_new(const struct runner_tools *tools)
{
    struct client_settings settings = {
        .transport = transport_curl_new(0),
        .origins = tools->origins,
        .pacer = tools->pacer,
        .user_agent = tools->user_agent,
        .watcher = {(void *)tools, tools->tracer != NULL, carried},
        .guard_user_given = true,
        .allowed_private = tools->allowed_addresses,
    };

    return client_new(&settings);
}

bool run_client_may_go_on(const struct runner_tools *tools)
{
    return !tools->stopping || !atomic_load(tools->stopping);
}

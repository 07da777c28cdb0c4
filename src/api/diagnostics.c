/* A report for who helps with trouble (sync/diagnostics.h), as a file to be saved. */
#include "sync/diagnostics.h"
#include "base/memory.h"
#include "web/call.h"
#include "web/libraries.h"
#include "web/metrics_page.h"
#include "web/process_usage.h"
#include "web/server.h"

static void look_at_service(struct call *call, struct diagnostics_service *ret,
                            struct backup_desk_state *backups, struct buffer *metrics)
{
    struct api *api = call->api;
    struct process_usage usage;

    process_usage(&usage);
    *ret = (struct diagnostics_service){
        .started_ms = api->started_ms,
        .resident_bytes = usage.resident_bytes,
        .open_files = usage.open_files,
        .cpu_seconds = usage.cpu_seconds,
    };
    if (api->schedule)
        schedule_state(api->schedule, &ret->schedule);
    if (api->runner)
        runner_state(api->runner, &ret->runner);
    if (api->backups && !backup_desk_state(api->backups, call->store, backups, NULL))
        ret->backups = backups;
    if (!api->metrics)
        return;
    metrics_page_put(api, call->store, metrics);
    ret->metrics = buffer_string(metrics);
}

static void diagnostics_get(struct call *call)
{
    AUTO_BUFFER struct buffer metrics = BUFFER_WITH_LIMIT(WEB_ANSWER_LIMIT);
    struct diagnostics_service service;
    struct backup_desk_state backups;
    char name[DIAGNOSTICS_NAME_SIZE];

    look_at_service(call, &service, &backups, &metrics);
    diagnostics_write(
        &(struct diagnostics_order){
            .given = call->api->given,
            .settings_problem = "",
            .warnings = call->api->settings_warnings ? call->api->settings_warnings : "",
            .data_directory = call->api->data_directory,
            .store = call->store,
            .store_problem = "",
            .is_held = true,
            .tools = call->api->tools,
            .libraries = libraries_all(call->arena),
            .service = &service,
        },
        &call->response->body);
    diagnostics_name(name);
    web_response_header(call->response, "Cache-Control", "no-store");
    web_response_header(call->response, "Content-Disposition", "attachment; filename=\"%s\"", name);
    call_audit(call, "diagnostics.make", "", "");
}

const struct route api_diagnostics_routes[] = {
    {.id = "diagnostics",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/diagnostics",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND,
     .summary = "A report for who helps with trouble, without secrets, as a text to be read",
     .media_type = "text/plain; charset=utf-8",
     .handle = diagnostics_get},
    {0},
};

/* Taking back what a run asked Seerr for. */
#include "sync/undo.h"

#include <inttypes.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/hold.h"
#include "api/runs.h"
#include "api/seerr.h"
#include "base/memory.h"
#include "sync/run_client.h"

static const char *const outcome_words[] = {
    [UNDO_WITHDRAWN] = "withdrawn", [UNDO_NOT_PENDING] = "not_pending", [UNDO_GONE] = "gone",
    [UNDO_NOT_OURS] = "not_ours",   [UNDO_FAILED] = "failed",           [UNDO_FAILED + 1] = NULL,
};

static const struct field row_fields[] = {
    {"media_type", FIELD_TEXT},
    {"tmdb_id", FIELD_INTEGER},
    {"request_id", FIELD_INTEGER},
    {"outcome", FIELD_TEXT, .words = outcome_words},
    {"message", FIELD_TEXT, .help = "why it was left alone; \"\""},
    {0},
};

static const struct field undone_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"run_id", FIELD_INTEGER},
    {"withdrawn", FIELD_INTEGER},
    {"requests", FIELD_LIST, .of = FIELD_OBJECT, .fields = row_fields, .schema = "UndoneRequest"},
    {0},
};

static const struct field undone = {"", FIELD_OBJECT, .fields = undone_fields, .schema = "Undone"};

static void put_row(struct json_writer *json, const struct undo_row *row)
{
    json_begin_object(json, NULL);
    json_put_text(json, "media_type", media_type_word(row->media_type));
    json_put_number(json, "tmdb_id", row->tmdb);
    json_put_number(json, "request_id", row->request_id);
    json_put_text(json, "outcome", outcome_words[row->outcome]);
    json_put_text(json, "message", row->message ? row->message : "");
    json_end_object(json);
}

static int64_t count_withdrawn(const struct undo_result *result)
{
    int64_t withdrawn = 0;

    for (size_t i = 0; i < result->count; i++)
        withdrawn += result->rows[i].outcome == UNDO_WITHDRAWN;
    return withdrawn;
}

static void put_result(struct call *call, int64_t run, const struct undo_result *result)
{
    int64_t withdrawn = count_withdrawn(result);

    json_begin_object(&call->json, NULL);
    api_put_done(call, "%" PRId64 " of %zu requests were taken back", withdrawn, result->count);
    json_put_number(&call->json, "run_id", run);
    json_put_number(&call->json, "withdrawn", withdrawn);
    json_begin_array(&call->json, "requests");
    for (size_t i = 0; i < result->count; i++)
        put_row(&call->json, &result->rows[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

/* The program does not wait for it when it ends. */
static bool go_on(void *context)
{
    const struct call *call = context;

    return run_client_may_go_on(call->api->tools);
}

static enum error_code undo(struct call *call, const struct seerr *seerr, int64_t run,
                            struct undo_result *ret, struct error *error)
{
    const struct sync_observer observer = {.keep_going = go_on, .context = call};
    struct client *client = run_client_new(call->api->tools);
    struct sync_tools tools = {.store = call->store,
                               .client = client,
                               .seerr = seerr,
                               .options = call->api->given,
                               .observer = &observer};
    enum error_code rc = undo_run(&tools, call->arena, run, ret, error);

    /* A run of which nothing could be taken back stands as it was. */
    if (!rc && count_withdrawn(ret))
        rc = runs_set_undone(call->store, run, error);
    client_free(client);
    return rc;
}

static void tell(struct call *call, int64_t run)
{
    call_audit(call, "run.undo", arena_print(call->arena, "run %" PRId64, run), "");
    call_announce(
        call, "item_changed",
        arena_print(call->arena, "{\"id\":null,\"run\":%" PRId64 ",\"action\":\"run.undo\"}", run));
}

/* What was taken back before it failed is told as well. */
static void undo_held(struct call *call, int64_t run_id, const struct seerr *seerr)
{
    struct undo_result result = {0};
    struct error error = {0};
    enum error_code rc = undo(call, seerr, run_id, &result, &error);

    if (!rc || count_withdrawn(&result))
        tell(call, run_id);
    if (rc)
        call_fail_error(call, &error);
    else
        put_result(call, run_id, &result);
}

/* A run that began meanwhile would ask for what is being taken back. */
static void runs_undo(struct call *call)
{
    struct stored_run run;
    struct seerr_login login;

    if (!api_find_run(call, &run) || !api_open_seerr(call, &login))
        return;
    if (api_hold_runs(call)) {
        undo_held(call, run.id, &login.seerr);
        runner_release(call->api->runner);
    }
    seerr_login_release(&login);
}

const struct route api_undo_routes[] = {
    {.id = "runs_undo",
     .tag = "Runs",
     .method = WEB_POST,
     .path = "/api/runs/{id}/undo",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "Take back what a run requested and nobody approved yet",
     .parameters = api_run_id_parameters,
     .answer = &undone,
     .handle = runs_undo},
    {0},
};

#include "sync/undo.h"

#include "seerr/request.h"
#include "store/ledger.h"
#include "sync/crew.h"

enum { JOB_STATE, JOB_WITHDRAW };

struct undoing {
    const struct sync_tools *tools;
    struct arena *arena;
    struct ledger_rows ledger;
    struct undo_result *result;
    size_t at;         /* the row under way */
    bool may_withdraw; /* its state was read and says so */
    struct error error;
};

/* What was seen of the title before no longer holds. */
static void remember_withdrawal(struct undoing *undoing, const struct ledger_row *row)
{
    struct store *store = undoing->tools->store;

    if (store_begin(store, &undoing->error))
        return;
    enum error_code rc = ledger_answer(store, row->id, LEDGER_WITHDRAWN, row->request_id,
                                       "withdrawn by undo", &undoing->error);
    if (!rc)
        rc = looks_forget(store, row->media_type, row->tmdb, &undoing->error);
    if (!rc)
        rc = items_withdraw(store, row->media_type, row->tmdb, &undoing->error);
    if (!rc)
        rc = runs_set_undone(store, row->run_id, &undoing->error);
    store_end(store, rc, &undoing->error);
}

static void end_row(struct undoing *undoing, enum undo_outcome outcome, const char *message)
{
    const struct ledger_row *row = &undoing->ledger.items[undoing->at];
    struct undo_result *result = undoing->result;

    result->rows[result->count++] = (struct undo_row){
        .media_type = row->media_type,
        .tmdb = row->tmdb,
        .request_id = row->request_id,
        .outcome = outcome,
        .message = arena_text(undoing->arena, message),
    };
    if (outcome == UNDO_WITHDRAWN)
        remember_withdrawal(undoing, row);
    undoing->at++;
    undoing->may_withdraw = false;
}

static bool ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct undoing *undoing = context;

    if (undoing->at >= undoing->ledger.count || undoing->error.code)
        return false;
    int64_t id = undoing->ledger.items[undoing->at].request_id;
    *ret_job = undoing->may_withdraw ? JOB_WITHDRAW : JOB_STATE;
    if (undoing->may_withdraw)
        request_withdraw(undoing->tools->seerr, id, request);
    else
        request_state_request(undoing->tools->seerr, id, request);
    return true;
}

static const char *status_sentence(enum request_status status)
{
    static const char *const sentences[] = {
        [REQUEST_STATUS_APPROVED] = "it is approved already",
        [REQUEST_STATUS_DECLINED] = "it was declined",
        [REQUEST_STATUS_FAILED] = "it is approved, and failed since",
        [REQUEST_STATUS_COMPLETED] = "it is available already",
    };
    return status > REQUEST_STATUS_PENDING && status <= REQUEST_STATUS_COMPLETED
               ? sentences[status]
               : "its state is not known to us";
}

static void read_state(struct undoing *undoing, const struct http_response *response)
{
    const struct ledger_row *row = &undoing->ledger.items[undoing->at];
    struct request_state state;
    struct error error = {0};
    enum error_code rc = request_state_answer(response, &state, &error);

    if (rc == ERROR_NOT_FOUND)
        end_row(undoing, UNDO_GONE, "Seerr no longer has this request");
    else if (rc == ERROR_REFUSED || rc == ERROR_FORMAT)
        undoing->error = error;
    else if (rc)
        end_row(undoing, UNDO_FAILED, error.message);
    else if (state.tmdb != row->tmdb || state.media_type != row->media_type ||
             state.is_4k != row->is_4k)
        end_row(undoing, UNDO_NOT_OURS, "under this number Seerr now has another request");
    else if (state.status != REQUEST_STATUS_PENDING)
        end_row(undoing, UNDO_NOT_PENDING, status_sentence(state.status));
    else
        undoing->may_withdraw = true;
}

static void answer(void *context, size_t job, const struct http_response *response)
{
    struct undoing *undoing = context;
    struct error error = {0};

    if (job == JOB_STATE)
        read_state(undoing, response);
    else if (request_withdrawn(response, &error))
        end_row(undoing, UNDO_FAILED, error.message);
    else
        end_row(undoing, UNDO_WITHDRAWN, "");
}

static void failed(void *context, size_t job, const struct error *error)
{
    struct undoing *undoing = context;

    (void)job;
    undoing->error = *error;
}

static bool tick(void *context)
{
    const struct sync_observer *observer = ((struct undoing *)context)->tools->observer;

    return !observer->keep_going || observer->keep_going(observer->context);
}

/* Only what this run made, under a number that we know, can be taken back. */
static void keep_ours(struct ledger_rows *rows)
{
    size_t kept = 0;

    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].state == LEDGER_REQUESTED && rows->items[i].request_id > 0)
            rows->items[kept++] = rows->items[i];
    rows->count = kept;
}

/* Requests of the run without an answer are named: they may have been made. */
static void name_unanswered(struct undo_result *result, const struct ledger_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->items[i].state == LEDGER_INTENT)
            result->rows[result->count++] = (struct undo_row){
                .media_type = rows->items[i].media_type,
                .tmdb = rows->items[i].tmdb,
                .outcome = UNDO_FAILED,
                .message = "its answer never came; the next sync finds out what became of it",
            };
}

enum error_code undo_run(const struct sync_tools *tools, struct arena *arena, int64_t run_id,
                         struct undo_result *ret, struct error *error)
{
    struct stored_run run;
    struct undoing undoing = {.tools = tools, .arena = arena, .result = ret};
    struct crew crew = {
        .client = tools->client,
        .arena = arena,
        .workers = 1,
        .context = &undoing,
        .ask = ask,
        .answer = answer,
        .failed = failed,
    };
    enum error_code rc = runs_find(tools->store, arena, run_id, &run, error);

    if (rc == ERROR_NONE)
        rc = ledger_of_run(tools->store, arena, run_id, &undoing.ledger, error);
    if (rc)
        return rc;
    ret->rows = arena_take(arena, undoing.ledger.count * sizeof(*ret->rows));
    ret->count = 0;
    name_unanswered(ret, &undoing.ledger);
    keep_ours(&undoing.ledger);
    crew_feed(&crew);
    rc = client_run(tools->client, tick, &undoing);
    if (undoing.error.code)
        return error_set(error, undoing.error.code, "%s", undoing.error.message);
    return rc ? error_set(error, rc, "the undo was cancelled") : ERROR_NONE;
}

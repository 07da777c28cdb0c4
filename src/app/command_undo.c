#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "base/text.h"
#include "sync/undo.h"

static bool keep_going(void *context)
{
    (void)context;
    return !interrupt_came();
}

static enum exit_code print_result(const struct undo_result *result, int64_t run_id)
{
    AUTO_TABLE struct table table;
    size_t withdrawn = 0;
    size_t failed = 0;

    table_init(&table, 4);
    for (size_t i = 0; i < result->count; i++) {
        const struct undo_row *row = &result->rows[i];
        withdrawn += row->outcome == UNDO_WITHDRAWN;
        failed += row->outcome == UNDO_FAILED;
        table_cell(&table, "%s:%" PRId64, media_type_word(row->media_type), row->tmdb);
        table_cell(&table, "request %" PRId64, row->request_id);
        table_cell(&table, "%s", undo_outcome_word(row->outcome));
        table_cell(&table, "%s", row->message);
    }
    table_print(&table, stdout, 2);
    printf("Run %" PRId64 ": %zu of %zu requests withdrawn%s\n", run_id, withdrawn, result->count,
           withdrawn < result->count ? "; only pending requests of ours can be" : "");
    return failed ? EXIT_WITH_ERRORS : EXIT_DONE;
}

static enum error_code open_all(struct session *session, const struct words *origins,
                                struct error *error)
{
    enum error_code rc = session_open(session, origins->items, error);

    if (!rc)
        rc = session_open_seerr(session, error);
    if (!rc)
        rc = session_lock(session, error);
    if (!rc)
        rc = session_open_store(session, error);
    if (!rc)
        session_open_network(session);
    return rc;
}

static enum exit_code perform(struct session *session, int64_t run_id)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct undo_result result = {0};
    struct error error = {0};
    struct sync_observer observer = {.keep_going = keep_going};
    struct sync_tools tools = {
        .store = session->store,
        .client = session->client,
        .seerr = &session->seerr,
        .options = &session->settings.options,
        .observer = &observer,
    };
    enum error_code rc = undo_run(&tools, arena, run_id, &result, &error);

    enum exit_code code = rc == ERROR_NOT_FOUND ? EXIT_DONE : print_result(&result, run_id);
    return rc ? command_fail(&error) : code;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    int64_t run_id;
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_undo, "%s", error.message);
    if (words.count != 1 || !text_to_integer(words.items[0], 1, INT64_MAX, &run_id))
        return command_usage(&command_undo, "which run? `listsync runs` shows their numbers");
    interrupt_watch();
    enum exit_code code =
        open_all(&session, &origins, &error) ? command_fail(&error) : perform(&session, run_id);
    session_close(&session);
    return code;
}

const struct command command_undo = {
    .name = "undo",
    .arguments = "RUN",
    .summary = "withdraw the requests of a run that are still pending",
    .help =
        "  Only requests which that run made, and which nobody has approved yet, are withdrawn;\n"
        "  the others are named with the reason. What is withdrawn is not asked for again.\n",
    .run = run,
};

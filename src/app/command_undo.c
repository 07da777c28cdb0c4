#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/text.h"
#include "store/ledger.h"
#include "store/runs.h"
#include "sync/undo.h"

static bool keep_going(void *context)
{
    (void)context;
    return !interrupt_came();
}

static const char *outcome_words(enum undo_outcome outcome)
{
    static const char *const words[] = {
        [UNDO_WITHDRAWN] = "withdrawn",  [UNDO_NOT_PENDING] = "left alone",
        [UNDO_GONE] = "gone already",    [UNDO_NOT_OURS] = "left alone",
        [UNDO_FAILED] = "not withdrawn",
    };
    return words[outcome];
}

/* "Heat (1995)", or its number when the database does not know it any more. */
static const char *title_of(struct session *session, struct arena *arena,
                            const struct undo_row *row)
{
    struct item_stories stories = {0};
    const char *key =
        arena_print(arena, "%s:%" PRId64, media_type_word(row->media_type), row->tmdb);

    if (runs_explain(session->store, arena, key, 1, &stories, NULL) || !stories.count)
        return key;
    const struct item_story *story = &stories.items[0];
    if (text_is_empty(story->title))
        return key;
    return words_title_of(arena, story->title, story->year, story->media_type);
}

static size_t count_of(const struct undo_result *result, enum undo_outcome outcome)
{
    size_t count = 0;

    for (size_t i = 0; i < result->count; i++)
        count += result->rows[i].outcome == outcome;
    return count;
}

static enum exit_code print_result(struct session *session, struct arena *arena,
                                   const struct undo_result *result, int64_t run_id)
{
    AUTO_TABLE struct table table;
    size_t withdrawn = count_of(result, UNDO_WITHDRAWN);

    table_init(&table, 4);
    for (size_t i = 0; i < result->count; i++) {
        const struct undo_row *row = &result->rows[i];
        table_cell(&table, "%s", title_of(session, arena, row));
        table_cell(&table, "request %" PRId64, row->request_id);
        table_cell(&table, "%s", outcome_words(row->outcome));
        table_cell(&table, "%s", row->message);
    }
    table_print(&table, stdout, 2);
    words_print(stdout, 2, "Run %" PRId64 ": %zu of %s withdrawn%s", run_id, withdrawn,
                words_count(arena, (int64_t)result->count, "request", "requests"),
                withdrawn < result->count ? "; only pending requests of ours can be" : "");
    return count_of(result, UNDO_FAILED) ? EXIT_WITH_ERRORS : EXIT_DONE;
}

/* A run without anything to take back says why. */
static enum error_code print_nothing(struct session *session, struct arena *arena, int64_t run_id,
                                     struct error *error)
{
    struct stored_run run;
    struct ledger_rows rows = {0};
    size_t withdrawn = 0;

    if (runs_find(session->store, arena, run_id, &run, error) ||
        ledger_of_run(session->store, arena, run_id, &rows, error))
        return error->code;
    for (size_t i = 0; i < rows.count; i++)
        withdrawn += rows.items[i].state == LEDGER_WITHDRAWN;
    words_print(stdout, 2, "Run %" PRId64 " %s: there is nothing to withdraw", run_id,
                run.dry_run               ? "was a dry run"
                : withdrawn               ? "was taken back already"
                : run.state == RUN_QUEUED ? "has not begun yet"
                                          : "made no request");
    return ERROR_NONE;
}

static enum error_code open_all(struct session *session, const struct words *origins,
                                struct error *error)
{
    enum error_code rc = session_open(session, origins->items, error);

    if (!rc)
        rc = session_add_stored(session, error);
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
        .seerr = &session->login.seerr,
        .options = &session->settings.options,
        .observer = &observer,
    };
    struct error trouble = {0};
    enum error_code rc = undo_run(&tools, arena, run_id, &result, &error);
    enum exit_code code = EXIT_DONE;

    if (result.count)
        code = print_result(session, arena, &result, run_id);
    if (!rc && !result.count && print_nothing(session, arena, run_id, &trouble))
        code = session_fail(session, &trouble);
    return rc ? session_fail(session, &error) : code;
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
    enum exit_code code = open_all(&session, &origins, &error) ? session_fail(&session, &error)
                                                               : perform(&session, run_id);
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

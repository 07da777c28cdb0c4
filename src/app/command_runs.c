#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/runs.h"

enum { RUNS_SHOWN = 20 };

static const char *and_count(struct arena *arena, const char *text, int64_t count,
                             const char *words)
{
    return count ? arena_print(arena, "%s, %" PRId64 " %s", text, count, words) : text;
}

/* Nobody holds the lock any more: it was cut off, and its row does not know that yet. */
static bool is_orphan(const struct stored_run *run, bool is_in_use)
{
    return run->state == RUN_RUNNING && !is_in_use;
}

static const char *state_of(struct arena *arena, const struct stored_run *run, bool is_in_use)
{
    if (is_orphan(run, is_in_use) || text_starts_with(run->message, RUN_CUT_OFF))
        return "cut off";
    if (text_starts_with(run->message, RUN_STOPPED))
        return "stopped";
    return words_plain(arena, run_state_word(run->state));
}

/* Who cancelled a run knows why; that it was cut off or stopped is said already. */
static const char *message_of(const struct stored_run *run, bool is_in_use)
{
    static const char *const said[] = {RUN_CUT_OFF ": ", RUN_STOPPED "; "};

    if (is_orphan(run, is_in_use))
        return run->trigger == RUN_BY_CLI ? "the program ended before the run did"
                                          : "it goes on when the service starts";
    for (size_t i = 0; i < ARRAY_LENGTH(said); i++)
        if (text_starts_with(run->message, said[i]))
            return run->message + strlen(said[i]);
    return run->state == RUN_CANCELLED ? "" : run->message;
}

/* "completed with errors: 3 requested of 14 titles, 1 failed; 2 lists could not be read" */
static const char *tell(struct arena *arena, const struct stored_run *run, bool is_in_use)
{
    const char *text = state_of(arena, run, is_in_use);
    const char *message = message_of(run, is_in_use);

    if (run->state == RUN_QUEUED)
        return run->dry_run ? "waits, dry run" : "waits";
    if (run->dry_run)
        text = arena_print(arena, "%s, dry run: %s", text,
                           words_count(arena, run->processed, "title", "titles"));
    else if (!run->processed)
        text = arena_print(arena, "%s: nothing requested", text);
    else
        text = arena_print(arena, "%s: %" PRId64 " requested of %s", text, run->requested,
                           words_count(arena, run->processed, "title", "titles"));
    text = and_count(arena, text, run->unmatched, "not identified");
    text = and_count(arena, text, run->errored, "failed");
    if (run->unread_lists && !*message) /* else it names them */
        text = arena_print(arena, "%s; %s could not be read", text,
                           words_count(arena, run->unread_lists, "list", "lists"));
    if (*run->undone_at)
        text = arena_print(arena, "%s; taken back", text);
    return *message ? arena_print(arena, "%s; %s", text, message) : text;
}

static void print_runs(struct arena *arena, const struct stored_runs *runs, bool is_in_use)
{
    AUTO_TABLE struct table table;
    static const char *const headings[] = {"run", "started (UTC)", "took", "what came of it"};

    table_init(&table, ARRAY_LENGTH(headings));
    for (size_t i = 0; i < ARRAY_LENGTH(headings); i++)
        table_cell(&table, "%s", headings[i]);
    for (size_t i = 0; i < runs->count; i++) {
        const struct stored_run *run = &runs->items[i];
        char took[CLOCK_TEXT_SIZE] = "";
        if (run->state != RUN_QUEUED && run->state != RUN_RUNNING)
            clock_format_duration(run->duration_ms, took);
        table_cell(&table, "%" PRId64, run->id);
        table_cell(&table, "%s", words_time(arena, run->started));
        table_cell(&table, "%s", run->duration_ms ? took : "-");
        table_cell(&table, "%s", tell(arena, run, is_in_use));
    }
    table_print(&table, stdout, 0);
}

/* What is under way is not summed up in its row yet. */
static enum error_code load(struct session *session, struct arena *arena, struct stored_runs *ret,
                            struct error *error)
{
    enum error_code rc = runs_load(session->store, arena, RUNS_SHOWN, ret, error);

    for (size_t i = 0; !rc && i < ret->count; i++)
        if (ret->items[i].state == RUN_RUNNING)
            rc = runs_count_so_far(session->store, &ret->items[i], error);
    return rc;
}

static enum exit_code perform(struct session *session)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *lock = memory_print("%s/listsync.lock", session->data_directory);
    bool is_in_use = files_is_locked(lock);
    struct stored_runs runs = {0};
    struct error error = {0};

    if (load(session, arena, &runs, &error))
        return session_fail(session, &error);
    if (runs.count)
        print_runs(arena, &runs, is_in_use);
    else
        puts("No runs yet: `listsync sync --dry-run` shows what one would do.");
    return EXIT_DONE;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_runs, "%s", error.message);
    if (words.count)
        return command_usage(&command_runs, "runs takes no words");
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code = rc ? session_fail(&session, &error) : perform(&session);
    session_close(&session);
    return code;
}

const struct command command_runs = {
    .name = "runs",
    .arguments = "",
    .summary = "the last runs and how they ended",
    .help = "  The newest first, at most 20. `listsync undo RUN` takes one back.\n",
    .run = run,
};

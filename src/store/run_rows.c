#include "store/run_rows.h"

#include "base/memory.h"
#include "store/rows.h"

struct stored_run run_rows_read(struct db_statement *row, struct arena *arena)
{
    struct stored_run run = {
        .id = db_column_integer(row, 0),
        .mode = RUN_FULL,
        .trigger = RUN_BY_SCHEDULE,
        .state = RUN_COMPLETED,
        .dry_run = db_column_integer(row, 4) != 0,
        .started = rows_text(row, 5, arena),
        .completed = rows_text(row, 6, arena),
        .duration_ms = db_column_integer(row, 7),
        .processed = db_column_integer(row, 8),
        .requested = db_column_integer(row, 9),
        .skipped = db_column_integer(row, 10),
        .errored = db_column_integer(row, 11),
        .unmatched = db_column_integer(row, 12),
        .message = rows_text(row, 13, arena),
        .seerr_calls = db_column_integer(row, 14),
        .source_calls = db_column_integer(row, 15),
        .queued_at = rows_text(row, 16, arena),
        .lists = rows_text(row, 17, arena),
        .items = rows_text(row, 18, arena),
        .requested_by = rows_text(row, 19, arena),
        .attempt = db_column_integer(row, 20),
        .is_4k = db_column_integer(row, 21) != 0,
        .undone_at = rows_text(row, 22, arena),
        .thinned_at = rows_text(row, 23, arena),
        .is_moved_in = db_column_integer(row, 24) != 0,
    };

    run_mode_from_word(db_column_text(row, 1), &run.mode);
    run_trigger_from_word(db_column_text(row, 2), &run.trigger);
    run_state_from_word(db_column_text(row, 3), &run.state);
    return run;
}

/* A list that was not reached is not the list's fault: those of a cancelled run do not count. */
static enum error_code count_unread(struct store *store, struct stored_run *run,
                                    struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT outcome FROM run_lists WHERE run_id = $1");

    db_bind_integer(row, 1, run->id);
    while (db_step(row)) {
        enum outcome outcome;
        run->unread_lists += outcome_from_word(db_column_text(row, 0), &outcome) &&
                             outcome != OUTCOME_CANCELLED && !outcome_is_complete(outcome);
    }
    return db_finish(row, error);
}

void run_rows_add_group(struct db_statement *row, int64_t groups[RUN_GROUP_COUNT])
{
    enum decision decision;
    enum item_status status;

    if (decision_from_word(db_column_text(row, 0), &decision) &&
        item_status_from_word(db_column_text(row, 1), &status))
        groups[run_group_of(decision, status)] += db_column_integer(row, 2);
}

/* What was written at its end; one that goes on has none. */
static enum error_code count_groups(struct store *store, struct stored_run *run,
                                    struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT decision, status, items FROM run_counts WHERE run_id = $1");

    db_bind_integer(row, 1, run->id);
    while (db_step(row))
        run_rows_add_group(row, run->groups);
    return db_finish(row, error);
}

/* The earlier program kept no more than these. */
static void take_sums(struct stored_run *run)
{
    run->groups[RUN_GROUP_NEW] = run->requested;
    run->groups[RUN_GROUP_THERE] = run->skipped;
    run->groups[RUN_GROUP_FAILED] = run->errored;
}

enum error_code run_rows_complete(struct store *store, struct stored_run *run, struct error *error)
{
    enum error_code rc = count_unread(store, run, error);

    if (rc || !run->is_moved_in)
        return rc ? rc : count_groups(store, run, error);
    take_sums(run);
    return ERROR_NONE;
}

enum error_code run_rows_load(struct store *store, struct db_statement *row, struct arena *arena,
                              struct stored_runs *ret, struct error *error)
{
    struct stored_run *items = NULL;
    size_t count = 0, capacity = 0;

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = run_rows_read(row, arena);
    }
    struct stored_run *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    for (size_t i = 0; !rc && i < count; i++)
        rc = run_rows_complete(store, &kept[i], error);
    if (!rc)
        *ret = (struct stored_runs){kept, count};
    return rc;
}

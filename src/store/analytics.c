#include "store/analytics.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/rows.h"

static enum error_code read_range(struct store *store, const char *since,
                                  struct analytics_overview *overview, int64_t *ret_ms,
                                  struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT COUNT(*), COALESCE(SUM(state = 'failed'), 0),"
                   "  COALESCE(SUM(items_processed), 0), COALESCE(SUM(items_requested), 0),"
                   "  COALESCE(SUM(items_skipped), 0), COALESCE(SUM(items_errored), 0),"
                   "  COALESCE(SUM(items_unmatched), 0), COALESCE(SUM(duration_ms), 0)"
                   " FROM sync_history INDEXED BY sync_history_by_start"
                   " WHERE sync_started >= $1 AND dry_run = 0 AND state NOT IN ('queued',"
                   "  'running')");

    rows_bind_text_or_empty(row, 1, since);
    if (db_step(row)) {
        overview->runs = db_column_integer(row, 0);
        overview->failed_runs = db_column_integer(row, 1);
        overview->items = db_column_integer(row, 2);
        overview->requested = db_column_integer(row, 3);
        overview->skipped = db_column_integer(row, 4);
        overview->errored = db_column_integer(row, 5);
        overview->unmatched = db_column_integer(row, 6);
        *ret_ms = db_column_integer(row, 7);
    }
    return db_finish(row, error);
}

static enum error_code read_last_run(struct store *store, struct arena *arena,
                                     struct analytics_overview *overview, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT sync_completed FROM sync_history WHERE dry_run = 0"
                              " AND +state NOT IN ('queued', 'running') ORDER BY id DESC LIMIT 1");

    overview->last_run = db_step(row) ? rows_text(row, 0, arena) : "";
    return db_finish(row, error);
}

static enum error_code read_ever(struct store *store, struct analytics_overview *overview,
                                 struct error *error)
{
    enum error_code rc =
        rows_number(db_prepare(store->db, "SELECT COALESCE(SUM(items), 0) FROM item_groups"), 0,
                    &overview->all_items, error);

    if (rc)
        return rc;
    return rows_number(db_prepare(store->db, "SELECT requested FROM run_totals WHERE dry_run = 0"),
                       0, &overview->all_requested, error);
}

static enum error_code read_overview(struct store *store, struct arena *arena, const char *since,
                                     struct analytics_overview *overview, struct error *error)
{
    int64_t ms = 0;
    enum error_code rc = read_range(store, since, overview, &ms, error);

    if (!rc)
        rc = read_last_run(store, arena, overview, error);
    if (!rc)
        rc = read_ever(store, overview, error);
    if (rc || !overview->items)
        return rc;
    int64_t bad = overview->errored + overview->unmatched;
    int64_t good = overview->items > bad ? overview->items - bad : 0;
    overview->success_rate = 100.0 * (double)good / (double)overview->items;
    overview->seconds_per_item = (double)ms / 1000 / (double)overview->items;
    return rc;
}

enum error_code analytics_overview(struct store *store, struct arena *arena, const char *since,
                                   struct analytics_overview *ret, struct error *error)
{
    struct analytics_overview overview = {0};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = store_end(store, read_overview(store, arena, since, &overview, error), error);
    if (!rc)
        *ret = overview;
    return rc;
}

/* Points on their way: those of one step are together, for runs are read newest first. */
struct plotting {
    struct arena *arena;
    struct analytics_point *points;
    size_t count, capacity, most;
    size_t step_first; /* the first of the newest step that was met */
    int64_t step_ms, step;
};

/* False when there are enough points of the steps before. */
static bool begin_step(struct plotting *plotting, const char *started)
{
    int64_t at = clock_parse_utc(started);
    int64_t step = at < 0 ? 0 : at / plotting->step_ms;

    if (plotting->count && step == plotting->step)
        return true;
    plotting->step = step;
    plotting->step_first = plotting->count;
    return plotting->count < plotting->most;
}

static struct analytics_point *find_point(struct plotting *plotting, const char *source,
                                          const char *media_type)
{
    char at[CLOCK_TEXT_SIZE];

    for (size_t i = plotting->step_first; i < plotting->count; i++) {
        if (strcmp(plotting->points[i].source, source) == 0 &&
            strcmp(plotting->points[i].media_type, media_type) == 0)
            return &plotting->points[i];
    }
    memory_grow(&plotting->points, plotting->count, &plotting->capacity);
    struct analytics_point *point = &plotting->points[plotting->count++];
    clock_format_utc(plotting->step * plotting->step_ms, at);
    *point = (struct analytics_point){
        .at = arena_text(plotting->arena, at),
        .source = arena_text(plotting->arena, source),
        .media_type = arena_text(plotting->arena, media_type),
    };
    return point;
}

static int compare_points(const void *a, const void *b)
{
    const struct analytics_point *one = a, *other = b;
    int difference = strcmp(other->at, one->at);

    if (!difference)
        difference = strcmp(one->source, other->source);
    return difference ? difference : strcmp(one->media_type, other->media_type);
}

static enum error_code plot(struct store *store, const char *since, struct plotting *plotting,
                            struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT run.sync_started, run_changes.provider_source, run_changes.media_type,"
                   "  run_changes.requested, run_changes.available, run_changes.failed"
                   " FROM sync_history AS run INDEXED BY sync_history_by_start"
                   " CROSS JOIN run_changes ON run_changes.run_id = run.id"
                   " WHERE run.sync_started >= $1 AND run.dry_run = 0"
                   " ORDER BY run.sync_started DESC");

    rows_bind_text_or_empty(row, 1, since);
    while (db_step(row) && begin_step(plotting, db_column_text(row, 0))) {
        struct analytics_point *point =
            find_point(plotting, db_column_text(row, 1), db_column_text(row, 2));
        point->requested += db_column_integer(row, 3);
        point->available += db_column_integer(row, 4);
        point->failed += db_column_integer(row, 5);
    }
    return db_finish(row, error);
}

enum error_code analytics_additions(struct store *store, struct arena *arena, const char *since,
                                    int step_minutes, int limit, struct analytics_points *ret,
                                    struct error *error)
{
    enum { MINUTE_MS = 60000, YEAR_MINUTES = 366 * 24 * 60 };
    int step = step_minutes < 1 ? 1 : step_minutes > YEAR_MINUTES ? YEAR_MINUTES : step_minutes;
    struct plotting plotting = {.arena = arena,
                                .most = limit > 0 ? (size_t)limit : 0,
                                .step_ms = (int64_t)step * MINUTE_MS};
    enum error_code rc = plot(store, since, &plotting, error);

    if (plotting.count)
        qsort(plotting.points, plotting.count, sizeof(*plotting.points), compare_points);
    size_t count = plotting.count < plotting.most ? plotting.count : plotting.most;
    struct analytics_point *kept = rows_keep(arena, plotting.points, plotting.count, sizeof(*kept));
    if (!rc)
        *ret = (struct analytics_points){kept, count};
    return rc;
}

enum error_code analytics_statuses(struct store *store, struct arena *arena,
                                   struct status_counts *ret, struct error *error)
{
    struct status_count *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(store->db, "SELECT status, media_type, SUM(items) FROM item_groups"
                              " WHERE items > 0 GROUP BY status, media_type");

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = (struct status_count){
            .status = rows_text(row, 0, arena),
            .media_type = rows_text(row, 1, arena),
            .count = db_column_integer(row, 2),
        };
    }
    *ret = (struct status_counts){rows_keep(arena, items, count, sizeof(*items)), count};
    return db_finish(row, error);
}

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/analytics.h"
#include "store/rows.h"

/* Sources found so far. */
struct sources {
    struct arena *arena;
    struct analytics_source *items;
    size_t count, capacity;
};

static struct analytics_source *find_source(struct sources *sources, const char *type)
{
    for (size_t i = 0; i < sources->count; i++) {
        if (strcmp(sources->items[i].source, type) == 0)
            return &sources->items[i];
    }
    memory_grow(&sources->items, sources->count, &sources->capacity);
    struct analytics_source *source = &sources->items[sources->count++];
    *source = (struct analytics_source){.source = arena_text(sources->arena, type)};
    return source;
}

static enum error_code add_lists(struct store *store, struct sources *sources, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT list_type, COUNT(*) FROM lists WHERE removed_at IS NULL"
                              " GROUP BY list_type");

    while (db_step(row))
        find_source(sources, db_column_text(row, 0))->lists = db_column_integer(row, 1);
    return db_finish(row, error);
}

static enum error_code add_items(struct store *store, struct sources *sources, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT provider_source, SUM(items),"
                   "  SUM(CASE WHEN status IN ('requested', 'already_requested') THEN items"
                   "   ELSE 0 END),"
                   "  SUM(CASE WHEN status = 'already_available' THEN items ELSE 0 END),"
                   "  SUM(CASE WHEN status IN ('error', 'request_failed') THEN items ELSE 0 END)"
                   " FROM item_groups WHERE items > 0 GROUP BY provider_source");

    while (db_step(row)) {
        struct analytics_source *source = find_source(sources, db_column_text(row, 0));
        source->items = db_column_integer(row, 1);
        source->requested = db_column_integer(row, 2);
        source->available = db_column_integer(row, 3);
        source->errored = db_column_integer(row, 4);
    }
    return db_finish(row, error);
}

static enum error_code add_fetches(struct store *store, const char *since, struct sources *sources,
                                   struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT run_fetches.list_type, run_fetches.fetches, run_fetches.failed"
                   " FROM sync_history AS run INDEXED BY sync_history_by_start"
                   " CROSS JOIN run_fetches ON run_fetches.run_id = run.id"
                   " WHERE run.sync_started >= $1 AND run.dry_run = 0");

    rows_bind_text_or_empty(row, 1, since);
    while (db_step(row)) {
        struct analytics_source *source = find_source(sources, db_column_text(row, 0));
        source->fetches += db_column_integer(row, 1);
        source->failed_fetches += db_column_integer(row, 2);
    }
    return db_finish(row, error);
}

/* The largest first. */
static int compare_sources(const void *a, const void *b)
{
    const struct analytics_source *one = a, *other = b;

    if (one->items != other->items)
        return one->items > other->items ? -1 : 1;
    return strcmp(one->source, other->source);
}

enum error_code analytics_sources(struct store *store, struct arena *arena, const char *since,
                                  struct analytics_sources *ret, struct error *error)
{
    struct sources sources = {.arena = arena};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = add_lists(store, &sources, error);
    if (!rc)
        rc = add_items(store, &sources, error);
    if (!rc)
        rc = add_fetches(store, since, &sources, error);
    rc = store_end(store, rc, error);
    if (sources.count)
        qsort(sources.items, sources.count, sizeof(*sources.items), compare_sources);
    struct analytics_source *kept = rows_keep(arena, sources.items, sources.count, sizeof(*kept));
    if (!rc)
        *ret = (struct analytics_sources){kept, sources.count};
    return rc;
}

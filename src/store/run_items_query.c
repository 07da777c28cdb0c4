#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/items_read.h"
#include "store/rows.h"
#include "store/run_rows.h"
#include "store/runs_query.h"
#include "store/runs_query_sql.h"

enum { LIMIT_MOST = 500, PAIRS_MOST = DECISION_COUNT * ITEM_STATUS_COUNT };

/* One call of runs_items. */
struct asking {
    struct store *store;
    const struct run_items_query *query;
    const char *status; /* the query's, or the one that its decision comes down to */
    char statuses[256]; /* of its group, "|requested|"; "": no group */
    char skipped[256];  /* decisions, likewise */
    char *folded;       /* search; NULL: none */
    enum run_group group;
    bool has_group;
};

static void bind_filters(const struct asking *asking, struct db_statement *statement)
{
    db_bind_integer(statement, 1, asking->query->run_id);
    db_bind_text(statement, 2, asking->status);
    db_bind_text(statement, 3, asking->query->decision);
    db_bind_text(statement, 6, asking->has_group ? asking->statuses : NULL);
    db_bind_text(statement, 7, asking->skipped);
}

static void bind_all_filters(const struct asking *asking, struct db_statement *statement)
{
    bind_filters(asking, statement);
    db_bind_text(statement, 8, asking->folded);
    db_bind_text(statement, 9, asking->query->unless_before);
}

static enum run_items_way choose(const struct asking *asking)
{
    if (asking->query->changed_only)
        return RUN_ITEMS_CHANGED;
    return asking->status ? RUN_ITEMS_BY_STATUS : RUN_ITEMS_ALL;
}

static void append(char *text, size_t size, const char *word)
{
    size_t length = strlen(text);

    snprintf(text + length, size - length, "%s%s|", length ? "" : "|", word);
}

/* Which statuses are in the group whatever was decided, and which decisions of what was skipped. */
static void understand_group(struct asking *asking)
{
    asking->has_group = run_group_from_word(asking->query->group, &asking->group);
    for (int i = 0; asking->has_group && i < ITEM_STATUS_COUNT; i++)
        if (i != ITEM_STATUS_SKIPPED &&
            run_group_of(DECISION_REQUEST, (enum item_status)i) == asking->group)
            append(asking->statuses, sizeof(asking->statuses),
                   item_status_word((enum item_status)i));
    for (int i = 0; asking->has_group && i < DECISION_COUNT; i++)
        if (run_group_of((enum decision)i, ITEM_STATUS_SKIPPED) == asking->group)
            append(asking->skipped, sizeof(asking->skipped), decision_word((enum decision)i));
}

static void understand(struct asking *asking)
{
    const char *search = asking->query->search;

    understand_group(asking);
    if (!search || !search[strspn(search, " \t\r\n")])
        return;
    asking->folded = title_fold(search);
    if (!*asking->folded) {
        free(asking->folded);
        asking->folded = memory_text("\xff"); /* no title holds it */
    }
}

static struct run_item read_item(struct db_statement *row, struct arena *arena)
{
    return (struct run_item){
        .item_id = db_column_integer(row, 0),
        .title = rows_text(row, 1, arena),
        .year = db_column_integer(row, 2),
        .media_type = rows_media_type(row, 3),
        .tmdb = db_column_integer(row, 4),
        .imdb = rows_text(row, 5, arena),
        .decision = rows_text(row, 6, arena),
        .rule = rows_text(row, 7, arena),
        .reason = rows_text(row, 8, arena),
        .status = rows_text(row, 9, arena),
        .answer = rows_text(row, 10, arena),
        .request_id = db_column_integer(row, 11),
        .status_before = rows_text(row, 12, arena),
    };
}

/* One more than the page holds says that there is a next one. */
static enum error_code load_page(const struct asking *asking, struct arena *arena,
                                 struct run_items *ret, struct error *error)
{
    int limit = asking->query->limit;
    size_t most = (size_t)(limit < 1 ? 1 : limit > LIMIT_MOST ? LIMIT_MOST : limit);
    struct run_items page = {.items = arena_take(arena, (most + 1) * sizeof(*page.items))};
    struct db_statement *row = db_prepare(asking->store->db, run_items_ways[choose(asking)].page);

    bind_all_filters(asking, row);
    db_bind_integer(row, 4, asking->query->after);
    db_bind_integer(row, 5, (int64_t)most + 1);
    while (page.count <= most && db_step(row))
        page.items[page.count++] = read_item(row, arena);
    if (page.count > most) {
        page.count = most;
        page.next_after = page.items[most - 1].item_id;
    }
    *ret = page;
    return db_finish(row, error);
}

static enum error_code load_lists(struct store *store, struct arena *arena, struct run_items *items,
                                  struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < items->count; i++)
        rc = items_read_lists(store, arena, items->items[i].item_id, &items->items[i].lists,
                              &items->items[i].list_count, error);
    return rc;
}

static enum error_code since_when_thinned(struct store *store, struct arena *arena, int64_t run_id,
                                          const char **ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT thinned_at FROM sync_history WHERE id = $1");

    db_bind_integer(row, 1, run_id);
    *ret = db_step(row) ? rows_text(row, 0, arena) : "";
    return db_finish(row, error);
}

/* As long as a run goes on there are none. */
static enum error_code has_counts(struct store *store, int64_t run_id, bool *ret,
                                  struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT EXISTS (SELECT 1 FROM run_counts WHERE run_id = $1)");

    db_bind_integer(statement, 1, run_id);
    enum error_code rc = rows_number(statement, 0, &found, error);
    *ret = found != 0;
    return rc;
}

static enum error_code sum_counts(const struct asking *asking, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(asking->store->db, "SELECT SUM(items) FROM run_counts WHERE run_id = $1"
                                      " AND ($2 IS NULL OR status = $2)"
                                      " AND ($3 IS NULL OR decision = $3)"
                                      " AND ($6 IS NULL OR instr($6, '|' || status || '|') > 0"
                                      "  OR (status = 'skipped'"
                                      "   AND instr($7, '|' || decision || '|') > 0))");

    bind_filters(asking, statement);
    return rows_number(statement, 0, ret, error);
}

static enum error_code count_rows(const struct asking *asking, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(asking->store->db, run_items_ways[choose(asking)].count);

    bind_all_filters(asking, statement);
    return rows_number(statement, 0, ret, error);
}

/* Items that were decided alike have nearly always one status, and that has an index. */
static enum error_code narrow_to_status(struct asking *asking, struct arena *arena,
                                        struct error *error)
{
    const char *status = NULL;
    int found = 0;
    struct db_statement *row = db_prepare(
        asking->store->db, "SELECT status FROM run_counts WHERE run_id = $1 AND decision = $2");

    db_bind_integer(row, 1, asking->query->run_id);
    db_bind_text(row, 2, asking->query->decision);
    for (; db_step(row); found++)
        status = rows_text(row, 0, arena);
    if (found == 1)
        asking->status = status;
    return db_finish(row, error);
}

/* Summed up at the run's end, unless its rows tell something else. */
static enum error_code count_items(struct asking *asking, struct arena *arena, bool whole,
                                   int64_t *ret, struct error *error)
{
    const struct run_items_query *query = asking->query;
    enum error_code rc = ERROR_NONE;

    if (whole && query->decision && !asking->status)
        rc = narrow_to_status(asking, arena, error);
    if (rc)
        return rc;
    return whole && !query->changed_only && !asking->folded ? sum_counts(asking, ret, error)
                                                            : count_rows(asking, ret, error);
}

static enum error_code read_items(struct asking *asking, struct arena *arena, struct run_items *ret,
                                  struct error *error)
{
    bool counted = false;
    const char *thinned_at = "";
    int64_t total = 0;
    enum error_code rc =
        since_when_thinned(asking->store, arena, asking->query->run_id, &thinned_at, error);

    if (!rc)
        rc = has_counts(asking->store, asking->query->run_id, &counted, error);
    if (!rc)
        rc = count_items(asking, arena, counted && !*thinned_at, &total, error);
    if (!rc && total)
        rc = load_page(asking, arena, ret, error);
    if (!rc && asking->query->with_lists)
        rc = load_lists(asking->store, arena, ret, error);
    ret->total = total;
    ret->thinned_at = thinned_at;
    return rc;
}

enum error_code runs_items(struct store *store, struct arena *arena,
                           const struct run_items_query *query, struct run_items *ret,
                           struct error *error)
{
    struct asking asking = {.store = store, .query = query, .status = query->status};
    struct run_items items = {0};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    understand(&asking);
    rc = store_end(store, read_items(&asking, arena, &items, error), error);
    free(asking.folded);
    if (!rc)
        *ret = items;
    return rc;
}

static void add_count(struct run_counts *counts, const char *word, int64_t count,
                      struct arena *arena)
{
    for (size_t i = 0; i < counts->count; i++) {
        if (strcmp(counts->items[i].word, word) == 0) {
            counts->items[i].count += count;
            return;
        }
    }
    counts->items[counts->count++] = (struct run_count){arena_text(arena, word), count};
}

/* Sums them up by each word. The words are ours: there are no more pairs of them. */
static enum error_code read_counts(struct db_statement *row, struct arena *arena,
                                   struct run_tally *ret, struct error *error)
{
    ret->decisions.items = arena_take(arena, PAIRS_MOST * sizeof(*ret->decisions.items));
    ret->statuses.items = arena_take(arena, PAIRS_MOST * sizeof(*ret->statuses.items));
    for (int i = 0; i < PAIRS_MOST && db_step(row); i++) {
        int64_t count = db_column_integer(row, 2);
        add_count(&ret->decisions, db_column_text(row, 0), count, arena);
        add_count(&ret->statuses, db_column_text(row, 1), count, arena);
        run_rows_add_group(row, ret->groups);
    }
    return db_finish(row, error);
}

/* Of a run that goes on, its rows are counted. */
static enum error_code count_run(struct store *store, struct arena *arena, int64_t run_id,
                                 struct run_tally *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT decision, status, items FROM run_counts WHERE run_id = $1");

    db_bind_integer(row, 1, run_id);
    enum error_code rc = read_counts(row, arena, ret, error);
    if (rc || ret->decisions.count)
        return rc;
    row = db_prepare(store->db, "SELECT decision, status, COUNT(*) FROM run_items"
                                " WHERE run_id = $1 GROUP BY decision, status");
    db_bind_integer(row, 1, run_id);
    return read_counts(row, arena, ret, error);
}

enum error_code runs_count(struct store *store, struct arena *arena, int64_t run_id,
                           struct run_tally *ret, struct error *error)
{
    struct run_tally tally = {0};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = store_end(store, count_run(store, arena, run_id, &tally, error), error);
    if (!rc)
        *ret = tally;
    return rc;
}

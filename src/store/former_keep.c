#include "store/former_keep.h"

#include "base/memory.h"
#include "base/text.h"
#include "model/merge.h"
#include "model/outcome.h"
#include "model/title.h"
#include "store/ledger.h"
#include "store/lists.h"
#include "store/rows.h"
#include "store/run_rows.h"

struct known_list {
    int64_t id;
    bool is_removed, is_kept_out;
};

static enum error_code find_list(struct store *store, const struct list_ref *ref,
                                 struct known_list *ret, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT id, removed_at IS NOT NULL, kept_out FROM lists"
                              " WHERE list_type = $1 AND list_id = $2");

    db_bind_text(row, 1, ref->type);
    db_bind_text(row, 2, ref->id);
    *ret = (struct known_list){0};
    if (db_step(row)) {
        ret->id = db_column_integer(row, 0);
        ret->is_removed = db_column_integer(row, 1) != 0;
        ret->is_kept_out = db_column_integer(row, 2) != 0;
    }
    return db_finish(row, error);
}

static enum error_code complete_list(struct store *store, int64_t id,
                                     const struct former_list *list, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE lists SET item_count = $2, last_synced = $3,"
                              "  description = $4, item_limit = $5, auto_sync = $6 WHERE id = $1");

    db_bind_integer(statement, 1, id);
    db_bind_integer(statement, 2, list->item_count);
    rows_bind_text_or_null(statement, 3, list->last_synced);
    rows_bind_text_or_empty(statement, 4, list->name);
    db_bind_integer(statement, 5, list->item_limit);
    db_bind_integer(statement, 6, !list->is_off);
    return rows_run(statement, error);
}

enum error_code former_keep_list(struct store *store, const struct list_ref *ref,
                                 const struct former_list *list, enum former_kept *ret,
                                 int64_t *ret_id, struct error *error)
{
    struct known_list known;
    enum error_code rc = find_list(store, ref, &known, error);

    if (rc)
        return rc;
    *ret_id = known.is_removed ? 0 : known.id;
    *ret = known.is_kept_out && known.is_removed ? FORMER_KEPT_OUT
           : *ret_id                             ? FORMER_KEPT_THERE
                                                 : FORMER_KEPT_NEW;
    if (*ret != FORMER_KEPT_NEW)
        return ERROR_NONE;
    rc = lists_add(store, ref, list->is_named ? LIST_FROM_ENVIRONMENT : LIST_ADDED, list->requester,
                   ret_id, error);
    return rc ? rc : complete_list(store, *ret_id, list, error);
}

/* By any of its ids: the same title may be known here by another key. */
static enum error_code has_item(struct store *store, const struct former_item *item,
                                const char *key, int64_t *ret, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE item_key = $1"
                              " UNION ALL SELECT id FROM synced_items WHERE imdb_id = $2"
                              " UNION ALL SELECT id FROM synced_items WHERE overseerr_id = $3"
                              "  AND media_type = $4 LIMIT 1");

    db_bind_text(statement, 1, key);
    rows_bind_text_or_null(statement, 2, item->ids.imdb);
    db_bind_integer_or_null(statement, 3, item->ids.tmdb);
    db_bind_text(statement, 4, media_type_word(item->media_type));
    return rows_number(statement, 0, ret, error);
}

static enum error_code add_item(struct store *store, const struct former_item *item,
                                const char *key, struct error *error)
{
    AUTO_FREE char *folded = title_fold(item->title);
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO synced_items (item_key, title, folded_title, year, media_type,"
                   "  imdb_id, overseerr_id, status, provider_source, last_synced, evidence)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                   "  'taken over from the database of the earlier ListSync')");

    db_bind_text(statement, 1, key);
    db_bind_text(statement, 2, item->title);
    db_bind_text(statement, 3, folded);
    db_bind_integer_or_null(statement, 4, item->year);
    db_bind_text(statement, 5, media_type_word(item->media_type));
    rows_bind_text_or_null(statement, 6, item->ids.imdb);
    db_bind_integer_or_null(statement, 7, item->ids.tmdb);
    db_bind_text(statement, 8, item->status);
    db_bind_text(statement, 9, item->source);
    rows_bind_text_or_null(statement, 10, item->last_synced);
    return rows_run(statement, error);
}

enum error_code former_keep_item(struct store *store, const struct former_item *item,
                                 enum former_kept *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct item named = {
        .title = item->title, .year = item->year, .media_type = item->media_type, .ids = item->ids};
    const char *key = item_key(&named, arena);
    int64_t known = 0;
    enum error_code rc = has_item(store, item, key, &known, error);

    if (rc)
        return rc;
    *ret = known ? FORMER_KEPT_THERE : FORMER_KEPT_NEW;
    return known ? ERROR_NONE : add_item(store, item, key, error);
}

/* What the earlier program's word says of Seerr; false when it says nothing. */
static bool was_in_seerr(const char *status, enum ledger_state *ret)
{
    static const struct {
        const char *word;
        enum ledger_state state;
    } words[] = {
        {"requested", LEDGER_REQUESTED},
        {"already_requested", LEDGER_EXISTED},
        {"already_available", LEDGER_EXISTED},
        {"skipped", LEDGER_EXISTED}, /* written over one of the others */
    };

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (text_equal(words[i].word, status)) {
            *ret = words[i].state;
            return true;
        }
    }
    return false;
}

static int64_t asked_at(const struct former_item *item)
{
    int64_t at = clock_parse_utc(item->last_synced);

    return at > 0 ? at : clock_wall_ms();
}

enum error_code former_keep_request(struct store *store, const struct former_item *item, bool is_4k,
                                    bool *ret, struct error *error)
{
    enum ledger_state state;
    int64_t id = 0;

    *ret = false;
    if (!item->ids.tmdb || item->media_type == MEDIA_UNKNOWN || !was_in_seerr(item->status, &state))
        return ERROR_NONE;
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO request_ledger (media_type, tmdb_id, is_4k, seasons, state,"
                   "  requester, run_id, request_id, asked_at, message)"
                   " SELECT $1, $2, $3, '', $4, 0, 0, 0, $5, 'as the earlier ListSync found it'"
                   " WHERE NOT EXISTS (SELECT 1 FROM request_ledger WHERE media_type = $1"
                   "  AND tmdb_id = $2 AND is_4k = $3) RETURNING id");
    db_bind_text(statement, 1, media_type_word(item->media_type));
    db_bind_integer(statement, 2, item->ids.tmdb);
    db_bind_integer(statement, 3, is_4k && state == LEDGER_REQUESTED);
    db_bind_text(statement, 4, ledger_state_word(state));
    db_bind_integer(statement, 5, asked_at(item));
    enum error_code rc = rows_number(statement, 0, &id, error);
    *ret = id != 0;
    return rc;
}

/* How many runs fit a question about the time of one. */
static enum error_code look_at_runs(struct store *store, const struct former_run *run,
                                    enum former_kept *ret, struct error *error)
{
    int64_t count = 0;
    struct db_statement *same = db_prepare(
        store->db, "SELECT COUNT(*) FROM sync_history WHERE sync_started = $1 AND sync_mode = $2");

    db_bind_text(same, 1, run->started);
    db_bind_text(same, 2, run_mode_word(run->mode));
    enum error_code rc = rows_number(same, 0, &count, error);
    *ret = FORMER_KEPT_THERE;
    if (rc || count)
        return rc;
    struct db_statement *later =
        db_prepare(store->db, "SELECT COUNT(*) FROM sync_history WHERE sync_started > $1");
    db_bind_text(later, 1, run->started);
    rc = rows_number(later, 0, &count, error);
    *ret = count ? FORMER_KEPT_OUT : FORMER_KEPT_NEW;
    return rc;
}

static int64_t duration_ms(const struct former_run *run)
{
    int64_t began = clock_parse_utc(run->started), ended = clock_parse_utc(run->completed);

    return ended > began ? ended - began : 0;
}

/* Who started it was not kept: most were started by the schedule. */
static enum error_code add_run(struct store *store, const struct former_run *run, int64_t list_id,
                               int64_t *ret_id, struct error *error)
{
    AUTO_FREE char *list = list_id ? memory_print("%lld", (long long)list_id) : memory_text("");
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO sync_history (sync_started, sync_completed, items_processed,"
                   "  items_requested, items_skipped, items_errored, sync_mode, started_by, state,"
                   "  duration_ms, message, lists, is_told)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, " RUN_MOVED_IN ")"
                   " RETURNING id");

    db_bind_text(statement, 1, run->started);
    db_bind_text(statement, 2, *run->completed ? run->completed : run->started);
    db_bind_integer(statement, 3, run->processed);
    db_bind_integer(statement, 4, run->requested);
    db_bind_integer(statement, 5, run->skipped);
    db_bind_integer(statement, 6, run->errored);
    db_bind_text(statement, 7, run_mode_word(run->mode));
    db_bind_text(statement, 8, run_trigger_word(RUN_BY_SCHEDULE));
    db_bind_text(statement, 9, run_state_word(run->state));
    db_bind_integer(statement, 10, duration_ms(run));
    db_bind_text(statement, 11, run->message);
    db_bind_text(statement, 12, list);
    return rows_number(statement, 0, ret_id, error);
}

static enum error_code tie_list(struct store *store, const struct former_run *run, int64_t run_id,
                                int64_t list_id, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "INSERT INTO run_lists (run_id, list_id, outcome, items, message)"
                              " VALUES ($1, $2, $3, $4, '')");

    db_bind_integer(statement, 1, run_id);
    db_bind_integer(statement, 2, list_id);
    db_bind_text(statement, 3, outcome_word(OUTCOME_OK));
    db_bind_integer(statement, 4, run->processed);
    return rows_run(statement, error);
}

enum error_code former_keep_run(struct store *store, const struct former_run *run, int64_t list_id,
                                enum former_kept *ret, struct error *error)
{
    int64_t run_id = 0;
    enum error_code rc = look_at_runs(store, run, ret, error);

    if (rc || *ret != FORMER_KEPT_NEW)
        return rc;
    rc = add_run(store, run, list_id, &run_id, error);
    return rc || !list_id || run->state != RUN_COMPLETED
               ? rc
               : tie_list(store, run, run_id, list_id, error);
}

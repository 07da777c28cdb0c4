#include <stdlib.h>

#include "base/memory.h"
#include "store/item_rows.h"
#include "store/query_schema.h"
#include "store/rows.h"
#include "store/runs.h"

/* What a person should read beside a status that is no success. */
static const char *error_message(const struct item *item)
{
    switch (item->status) {
    case ITEM_STATUS_ERROR:
    case ITEM_STATUS_REQUEST_FAILED:
        return item->answer ? item->answer : item->reason;
    case ITEM_STATUS_NOT_FOUND:
        return item->evidence ? item->evidence : item->reason;
    default:
        return "";
    }
}

#define SOURCE "CASE WHEN $4 = '' THEN provider_source ELSE $4 END"

/*
 * Only where something differs, and with the group that follows from it (query_schema.h): an
 * UPDATE that names a column rewrites every index over it.
 */
static enum error_code write_facts(struct store *store, int64_t item_id, const struct item *item,
                                   bool dry_run, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db,
        dry_run ? "UPDATE synced_items SET provider_source = $4 WHERE id = $1 AND $4 <> ''"
                  " AND provider_source <> $4"
                : "UPDATE synced_items SET status = $2, decision = $3, provider_source = " SOURCE
                  ", group_id = " ITEM_GROUP(
                      "$2", "synced_items.media_type", "$3", SOURCE,
                      "synced_items.ignored") " WHERE id = $1"
                                              " AND (status <> $2 OR decision <> $3 OR ($4 <> '' "
                                              "AND provider_source <> $4))");

    db_bind_integer(statement, 1, item_id);
    if (!dry_run) {
        db_bind_text(statement, 2, item_status_word(item->status));
        db_bind_text(statement, 3, decision_word(item->decision));
    }
    db_bind_text(statement, 4, item->source_count ? item->sources[0].list->ref->type : "");
    return rows_run(statement, error);
}

static enum error_code write_proof(struct store *store, int64_t item_id, const struct item *item,
                                   struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE synced_items SET proof = $2, evidence = $3 WHERE id = $1");

    db_bind_integer(statement, 1, item_id);
    db_bind_text(statement, 2, proof_word(item->proof));
    rows_bind_text_or_empty(statement, 3, item->evidence);
    return rows_run(statement, error);
}

static enum error_code write_synced(struct store *store, int64_t run_id, int64_t item_id,
                                    const struct item *item, struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE synced_items SET proof = $2, evidence = $3,"
                              "  last_synced = $4, error_message = $5, last_run_id = $6"
                              " WHERE id = $1");
    char now[CLOCK_TEXT_SIZE];

    rows_now(now);
    db_bind_integer(statement, 1, item_id);
    db_bind_text(statement, 2, proof_word(item->proof));
    rows_bind_text_or_empty(statement, 3, item->evidence);
    db_bind_text(statement, 4, now);
    rows_bind_text_or_empty(statement, 5, error_message(item));
    db_bind_integer(statement, 6, run_id);
    return rows_run(statement, error);
}

/* A dry run says how the item is known, and leaves what became of it alone. */
static enum error_code write_status(struct store *store, int64_t run_id, int64_t item_id,
                                    const struct item *item, bool dry_run, struct error *error)
{
    enum error_code rc = write_facts(store, item_id, item, dry_run, error);

    if (rc)
        return rc;
    return dry_run ? write_proof(store, item_id, item, error)
                   : write_synced(store, run_id, item_id, item, error);
}

/* Before the status is written: what it was is kept, the first time. */
static enum error_code write_decision(struct store *store, int64_t run_id, int64_t item_id,
                                      const struct item *item, struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db, "INSERT INTO run_items (run_id, item_id, decision, rule, reason, status,"
                   "  answer, request_id, status_before) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
                   "  (SELECT synced_items.status FROM synced_items WHERE synced_items.id = $2))"
                   " ON CONFLICT (run_id, item_id) DO UPDATE SET decision = excluded.decision,"
                   "  rule = excluded.rule, reason = excluded.reason, status = excluded.status,"
                   "  answer = excluded.answer, request_id = excluded.request_id");

    db_bind_integer(statement, 1, run_id);
    db_bind_integer(statement, 2, item_id);
    db_bind_text(statement, 3, decision_word(item->decision));
    rows_bind_text_or_empty(statement, 4, item->rule);
    rows_bind_text_or_empty(statement, 5, item->reason);
    db_bind_text(statement, 6, item_status_word(item->status));
    rows_bind_text_or_empty(statement, 7, item->answer);
    db_bind_integer(statement, 8, item->request_id);
    return rows_run(statement, error);
}

/* Ties the entries of the lists to the item, so that it can say where it is from. */
static enum error_code write_sources(struct store *store, int64_t item_id, const struct item *item,
                                     struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < item->source_count; i++) {
        struct db_statement *statement = db_prepare(
            store->db, "UPDATE list_items SET item_id = $1 WHERE list_id = $2 AND rank = $3"
                       " AND (item_id IS NULL OR item_id <> $1)");
        db_bind_integer(statement, 1, item_id);
        db_bind_integer(statement, 2, item->sources[i].list->list_id);
        db_bind_integer(statement, 3, item->sources[i].rank);
        rc = rows_run(statement, error);
    }
    return rc;
}

static enum error_code record(struct store *store, int64_t run_id, const struct item *item,
                              const char *item_key, bool dry_run, struct error *error)
{
    int64_t item_id = 0;
    enum error_code rc = item_rows_settle(store, item, item_key, &item_id, error);

    if (!rc)
        rc = write_decision(store, run_id, item_id, item, error);
    if (!rc)
        rc = write_status(store, run_id, item_id, item, dry_run, error);
    if (!rc)
        rc = write_sources(store, item_id, item, error);
    return rc;
}

enum error_code runs_record_item(struct store *store, int64_t run_id, const struct item *item,
                                 const char *item_key, bool dry_run, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = record(store, run_id, item, item_key, dry_run, error);
    return store_end(store, rc, error);
}

enum error_code runs_find_item(struct store *store, const struct item *item, const char *item_key,
                               int64_t *ret_id, struct error *error)
{
    return item_rows_find(store, item, item_key, ret_id, error);
}

enum error_code items_set_ignored(struct store *store, int64_t item_id, bool ignored,
                                  struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE synced_items SET ignored = $2 WHERE id = $1 RETURNING id");

    db_bind_integer(statement, 1, item_id);
    db_bind_integer(statement, 2, ignored);
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no item %lld", (long long)item_id);
}

enum error_code items_withdraw(struct store *store, enum media_type media_type, int64_t tmdb,
                               struct error *error)
{
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE synced_items SET status = $3,"
                              "  error_message = 'the request was taken back by an undo'"
                              " WHERE media_type = $1 AND overseerr_id = $2");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    db_bind_text(statement, 3, item_status_word(ITEM_STATUS_SKIPPED));
    return rows_run(statement, error);
}

enum error_code items_each_ignored(struct store *store,
                                   void (*visit)(void *context, enum media_type media_type,
                                                 const struct ids *ids),
                                   void *context, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT media_type, overseerr_id, imdb_id FROM synced_items WHERE ignored = 1");

    while (db_step(row)) {
        struct ids ids = {.tmdb = db_column_integer(row, 1)};
        ids_set_imdb(&ids, db_column_text(row, 2));
        visit(context, rows_media_type(row, 0), &ids);
    }
    return db_finish(row, error);
}

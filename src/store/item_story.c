#include "store/item_story.h"

#include "base/memory.h"
#include "base/text.h"
#include "store/items_query.h"
#include "store/rows.h"

enum { HISTORY_SHOWN = 20 };

static enum error_code tell_item(struct store *store, struct arena *arena, struct item_story *story,
                                 struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT title, COALESCE(year, 0), media_type, imdb_id, overseerr_id, tvdb_id,"
                   "  source_id, status, proof, evidence, last_synced, error_message"
                   " FROM synced_items WHERE id = $1");

    db_bind_integer(row, 1, story->item_id);
    bool found = db_step(row);
    if (found) {
        story->title = rows_text(row, 0, arena);
        story->year = db_column_integer(row, 1);
        story->media_type = rows_media_type(row, 2);
        text_copy(story->ids.imdb, sizeof(story->ids.imdb), db_column_text(row, 3));
        story->ids.tmdb = db_column_integer(row, 4);
        story->ids.tvdb = db_column_integer(row, 5);
        story->ids.source_id = db_column_is_null(row, 6) ? NULL : rows_text(row, 6, arena);
        story->status = rows_text(row, 7, arena);
        story->proof = rows_text(row, 8, arena);
        story->evidence = rows_text(row, 9, arena);
        story->last_synced = rows_text(row, 10, arena);
        story->note = rows_text(row, 11, arena);
    }
    enum error_code rc = db_finish(row, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no item %lld", (long long)story->item_id);
}

static enum error_code tell_sources(struct store *store, struct arena *arena,
                                    struct item_story *story, struct error *error)
{
    size_t capacity = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT lists.list_type, lists.list_id, MIN(list_items.first_seen),"
                   "  MAX(CASE WHEN list_snapshots.confirmed_at > list_items.last_seen"
                   "   THEN list_snapshots.confirmed_at ELSE list_items.last_seen END),"
                   "  MIN(list_items.rank)"
                   " FROM list_items JOIN lists ON lists.id = list_items.list_id"
                   " LEFT JOIN list_snapshots ON list_snapshots.list_id = list_items.list_id"
                   " WHERE list_items.item_id = $1"
                   " GROUP BY lists.priority, lists.id, lists.list_type, lists.list_id"
                   " ORDER BY lists.priority, lists.id");

    db_bind_integer(row, 1, story->item_id);
    while (db_step(row)) {
        memory_grow(&story->sources, story->source_count, &capacity);
        size_t at = story->source_count++;
        story->sources[at].type = rows_text(row, 0, arena);
        story->sources[at].id = rows_text(row, 1, arena);
        story->sources[at].first_seen = rows_text(row, 2, arena);
        story->sources[at].last_seen = rows_text(row, 3, arena);
        story->sources[at].rank = db_column_integer(row, 4);
    }
    story->sources = rows_keep(arena, story->sources, story->source_count, sizeof(*story->sources));
    return db_finish(row, error);
}

static struct item_history read_history(struct db_statement *row, struct arena *arena)
{
    struct item_history history = {
        .run_id = db_column_integer(row, 0),
        .at = rows_text(row, 1, arena),
        .dry_run = db_column_integer(row, 2) != 0,
        .decision = DECISION_UNMATCHED,
        .status = ITEM_STATUS_SKIPPED,
        .rule = rows_text(row, 5, arena),
        .reason = rows_text(row, 6, arena),
        .answer = rows_text(row, 7, arena),
    };

    decision_from_word(db_column_text(row, 3), &history.decision);
    item_status_from_word(db_column_text(row, 4), &history.status);
    return history;
}

static enum error_code tell_history(struct store *store, struct arena *arena,
                                    struct item_story *story, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT run_items.run_id, sync_history.sync_started, sync_history.dry_run,"
                   "  run_items.decision, run_items.status, run_items.rule, run_items.reason,"
                   "  run_items.answer"
                   " FROM run_items JOIN sync_history ON sync_history.id = run_items.run_id"
                   " WHERE run_items.item_id = $1 ORDER BY run_items.run_id DESC LIMIT $2");

    story->history = arena_take(arena, HISTORY_SHOWN * sizeof(*story->history));
    db_bind_integer(row, 1, story->item_id);
    db_bind_integer(row, 2, HISTORY_SHOWN);
    while (db_step(row))
        story->history[story->history_count++] = read_history(row, arena);
    return db_finish(row, error);
}

enum error_code item_story_tell(struct store *store, struct arena *arena, int64_t item_id,
                                struct item_story *story, struct error *error)
{
    *story = (struct item_story){.item_id = item_id};
    enum error_code rc = tell_item(store, arena, story, error);
    if (!rc)
        rc = tell_sources(store, arena, story, error);
    return rc ? rc : tell_history(store, arena, story, error);
}

enum error_code items_story(struct store *store, struct arena *arena, int64_t id,
                            struct item_story *ret, struct error *error)
{
    return item_story_tell(store, arena, id, ret, error);
}

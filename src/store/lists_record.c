#include <stdlib.h>

#include "base/check.h"
#include "base/map.h"
#include "base/memory.h"
#include "model/merge.h"
#include "store/lists.h"
#include "store/rows.h"

/* One reading on its way into the tables. */
struct recording {
    struct store *store;
    int64_t list_id;
    const struct list_reading *reading;
    char now[CLOCK_TEXT_SIZE];
    struct arena *arena; /* of the keys */
    struct map keys;     /* of the entries, to drop repeats and to find what has left the list */
    int64_t rank_base;   /* added to the ranks of entries that a partial reading brings */
};

/* An entry is the same from reading to reading when it is the same item, and the same season. */
static const char *entry_key(const struct entry *entry, struct arena *arena)
{
    const struct item item = {
        .title = entry->title,
        .original_title = entry->original_title,
        .year = entry->year,
        .media_type = entry->media_type,
        .ids = entry->ids,
    };
    const char *key = item_key(&item, arena);

    return entry->season ? arena_print(arena, "%s@%d", key, entry->season) : key;
}

#define INSERT_ENTRY                                                                               \
    "INSERT INTO list_items (list_id, entry_key, rank, title, original_title, year, media_type,"   \
    "  imdb_id, tmdb_id, tvdb_id, source_id, season, unsupported, first_seen, last_seen)"          \
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)"                   \
    " ON CONFLICT (list_id, entry_key) DO UPDATE SET "

/* Rows that stay as they are are not written: an unchanged list costs reading alone. */
static const char replace_entry[] =
    INSERT_ENTRY "rank = excluded.rank, title = excluded.title,"
                 "  original_title = excluded.original_title, year = excluded.year,"
                 "  media_type = excluded.media_type, imdb_id = excluded.imdb_id,"
                 "  tmdb_id = excluded.tmdb_id, tvdb_id = excluded.tvdb_id,"
                 "  source_id = excluded.source_id, unsupported = excluded.unsupported,"
                 "  last_seen = excluded.last_seen"
                 " WHERE (list_items.rank, list_items.title, list_items.original_title,"
                 "   list_items.year, list_items.media_type, list_items.imdb_id,"
                 "   list_items.tmdb_id, list_items.tvdb_id, list_items.source_id,"
                 "   list_items.unsupported)"
                 "  <> (excluded.rank, excluded.title, excluded.original_title, excluded.year,"
                 "   excluded.media_type, excluded.imdb_id, excluded.tmdb_id, excluded.tvdb_id,"
                 "   excluded.source_id, excluded.unsupported)";

static const char add_entry[] = INSERT_ENTRY "last_seen = excluded.last_seen";

static enum error_code write_entry(struct recording *recording, const struct entry *entry,
                                   const char *key, struct error *error)
{
    bool partial = recording->reading->outcome == OUTCOME_PARTIAL;
    struct db_statement *statement =
        db_prepare(recording->store->db, partial ? add_entry : replace_entry);

    db_bind_integer(statement, 1, recording->list_id);
    db_bind_text(statement, 2, key);
    db_bind_integer(statement, 3, recording->rank_base + entry->rank);
    rows_bind_text_or_empty(statement, 4, entry->title);
    rows_bind_text_or_empty(statement, 5, entry->original_title);
    db_bind_integer(statement, 6, entry->year);
    db_bind_text(statement, 7, media_type_word(entry->media_type));
    db_bind_text(statement, 8, entry->ids.imdb);
    db_bind_integer(statement, 9, entry->ids.tmdb);
    db_bind_integer(statement, 10, entry->ids.tvdb);
    rows_bind_text_or_empty(statement, 11, entry->ids.source_id);
    db_bind_integer(statement, 12, entry->season);
    rows_bind_text_or_empty(statement, 13, entry->unsupported);
    db_bind_text(statement, 14, recording->now);
    return rows_run(statement, error);
}

static enum error_code write_entries(struct recording *recording, struct error *error)
{
    const struct entry_list *entries = recording->reading->entries;

    for (size_t i = 0; entries && i < entries->count; i++) {
        const char *key = entry_key(&entries->items[i], recording->arena);
        if (map_has(&recording->keys, key))
            continue;
        map_set(&recording->keys, key, NULL);
        enum error_code rc = write_entry(recording, &entries->items[i], key, error);
        if (rc)
            return rc;
    }
    return ERROR_NONE;
}

static enum error_code drop_entry(struct recording *recording, const char *key, struct error *error)
{
    struct db_statement *statement = db_prepare(
        recording->store->db, "DELETE FROM list_items WHERE list_id = $1 AND entry_key = $2");

    db_bind_integer(statement, 1, recording->list_id);
    db_bind_text(statement, 2, key);
    return rows_run(statement, error);
}

/* Collected first: rows are not deleted from under the statement that reads them. */
static enum error_code drop_left_entries(struct recording *recording, struct error *error)
{
    AUTO_FREE const char **left = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row =
        db_prepare(recording->store->db, "SELECT entry_key FROM list_items WHERE list_id = $1");

    db_bind_integer(row, 1, recording->list_id);
    while (db_step(row)) {
        if (map_has(&recording->keys, db_column_text(row, 0)))
            continue;
        memory_grow(&left, count, &capacity);
        left[count++] = rows_text(row, 0, recording->arena);
    }
    enum error_code rc = db_finish(row, error);
    for (size_t i = 0; !rc && i < count; i++)
        rc = drop_entry(recording, left[i], error);
    return rc;
}

static enum error_code write_snapshot(struct recording *recording, struct error *error)
{
    const struct list_reading *reading = recording->reading;
    struct db_statement *statement = db_prepare(
        recording->store->db,
        "INSERT INTO list_snapshots"
        " (list_id, outcome, total, read_at, confirmed_at, etag, last_modified)"
        " VALUES ($1, $2, $3, $4, $4, $5, $6)"
        " ON CONFLICT (list_id) DO UPDATE SET outcome = excluded.outcome, total = excluded.total,"
        "  read_at = excluded.read_at, confirmed_at = excluded.confirmed_at,"
        "  etag = excluded.etag, last_modified = excluded.last_modified");

    db_bind_integer(statement, 1, recording->list_id);
    db_bind_text(statement, 2, outcome_word(reading->outcome));
    db_bind_integer(statement, 3, reading->total);
    db_bind_text(statement, 4, recording->now);
    rows_bind_text_or_empty(statement, 5, reading->validators.etag);
    rows_bind_text_or_empty(statement, 6, reading->validators.last_modified);
    return rows_run(statement, error);
}

static enum error_code replace(struct recording *recording, struct error *error)
{
    enum error_code rc = write_entries(recording, error);

    if (!rc)
        rc = drop_left_entries(recording, error);
    return rc ? rc : write_snapshot(recording, error);
}

static enum error_code confirm(struct recording *recording, struct error *error)
{
    struct db_statement *statement = db_prepare(
        recording->store->db, "UPDATE list_snapshots SET confirmed_at = $2 WHERE list_id = $1");

    db_bind_integer(statement, 1, recording->list_id);
    db_bind_text(statement, 2, recording->now);
    return rows_run(statement, error);
}

/* The snapshot is then no longer what the source's validators spoke of. */
static enum error_code drop_validators(struct recording *recording, struct error *error)
{
    return rows_run_on(recording->store->db,
                       "UPDATE list_snapshots SET etag = '', last_modified = '' WHERE list_id = $1",
                       recording->list_id, error);
}

static enum error_code add(struct recording *recording, struct error *error)
{
    struct db_statement *statement =
        db_prepare(recording->store->db, "SELECT MAX(rank) FROM list_items WHERE list_id = $1");

    db_bind_integer(statement, 1, recording->list_id);
    enum error_code rc = rows_number(statement, 0, &recording->rank_base, error);
    if (!rc)
        rc = write_entries(recording, error);
    return rc ? rc : drop_validators(recording, error);
}

static enum error_code record_contents(struct recording *recording, struct error *error)
{
    switch (recording->reading->outcome) {
    case OUTCOME_OK:
        CHECK(recording->reading->entries);
        return replace(recording, error);
    case OUTCOME_EMPTY:
        return replace(recording, error);
    case OUTCOME_UNCHANGED:
        return confirm(recording, error);
    case OUTCOME_PARTIAL:
        return add(recording, error);
    default:
        return ERROR_NONE;
    }
}

/* Else the number stays: of a list that was taken over, it is all that is known. */
static bool is_counted(enum outcome outcome)
{
    return outcome_is_complete(outcome) || outcome == OUTCOME_PARTIAL;
}

static enum error_code record_list(struct recording *recording, struct error *error)
{
    const struct list_reading *reading = recording->reading;
    struct db_statement *statement =
        db_prepare(recording->store->db,
                   "UPDATE lists SET status = $2, message = $3, last_tried = $4, updated_at = $4,"
                   "  last_synced = CASE WHEN $5 = 1 THEN $4 ELSE last_synced END,"
                   "  description = CASE WHEN description = '' THEN $6 ELSE description END,"
                   "  item_count = CASE WHEN $7 = 1 THEN"
                   "   (SELECT COUNT(*) FROM list_items WHERE list_id = $1) ELSE item_count END"
                   " WHERE id = $1");

    db_bind_integer(statement, 1, recording->list_id);
    db_bind_text(statement, 2, outcome_word(reading->outcome));
    rows_bind_text_or_empty(statement, 3, reading->message);
    db_bind_text(statement, 4, recording->now);
    db_bind_integer(statement, 5, outcome_is_complete(reading->outcome));
    rows_bind_text_or_empty(statement, 6, reading->name);
    db_bind_integer(statement, 7, is_counted(reading->outcome));
    return rows_run(statement, error);
}

static enum error_code record(struct recording *recording, struct error *error)
{
    enum error_code rc = store_begin(recording->store, error);

    if (rc)
        return rc;
    rc = record_contents(recording, error);
    if (!rc)
        rc = record_list(recording, error);
    return store_end(recording->store, rc, error);
}

/* A list that a person removed while it was being read stays forgotten. */
static enum error_code is_kept(struct store *store, int64_t list_id, bool *ret, struct error *error)
{
    int64_t kept = 0;
    struct db_statement *statement =
        db_prepare(store->db, "SELECT removed_at IS NULL FROM lists WHERE id = $1");

    db_bind_integer(statement, 1, list_id);
    enum error_code rc = rows_number(statement, -1, &kept, error);
    if (rc)
        return rc;
    if (kept < 0)
        return error_set(error, ERROR_NOT_FOUND, "there is no list number %lld",
                         (long long)list_id);
    *ret = kept == 1;
    return ERROR_NONE;
}

enum error_code lists_record(struct store *store, int64_t list_id,
                             const struct list_reading *reading, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct recording recording = {
        .store = store, .list_id = list_id, .reading = reading, .arena = arena};
    bool kept = false;
    enum error_code rc = is_kept(store, list_id, &kept, error);

    if (rc || !kept)
        return rc;
    rows_now(recording.now);
    rc = record(&recording, error);
    map_release(&recording.keys);
    return rc;
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

/* The texts belong to the statement: entry_list_add copies them. */
static struct entry read_entry(struct db_statement *row)
{
    struct entry entry = {
        .rank = (int)db_column_integer(row, 0),
        .title = db_column_text(row, 1),
        .original_title = or_null(db_column_text(row, 2)),
        .year = (int)db_column_integer(row, 3),
        .media_type = rows_media_type(row, 4),
        .ids.tmdb = db_column_integer(row, 6),
        .ids.tvdb = db_column_integer(row, 7),
        .ids.source_id = or_null(db_column_text(row, 8)),
        .season = (int)db_column_integer(row, 9),
        .unsupported = or_null(db_column_text(row, 10)),
    };

    ids_set_imdb(&entry.ids, db_column_text(row, 5));
    return entry;
}

enum error_code lists_entries(struct store *store, int64_t list_id, struct entry_list *ret,
                              struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT rank, title, original_title, year, media_type, imdb_id, tmdb_id,"
                   "  tvdb_id, source_id, season, unsupported"
                   " FROM list_items WHERE list_id = $1 ORDER BY rank, entry_key");

    db_bind_integer(row, 1, list_id);
    while (db_step(row)) {
        struct entry entry = read_entry(row);
        entry_list_add(ret, &entry);
    }
    return db_finish(row, error);
}

enum error_code lists_validators(struct store *store, int64_t list_id, struct arena *arena,
                                 struct list_validators *ret, struct error *error)
{
    struct list_validators validators = {"", ""};
    struct db_statement *row =
        db_prepare(store->db, "SELECT etag, last_modified FROM list_snapshots WHERE list_id = $1");

    db_bind_integer(row, 1, list_id);
    if (db_step(row))
        validators = (struct list_validators){rows_text(row, 0, arena), rows_text(row, 1, arena)};
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = validators;
    return rc;
}

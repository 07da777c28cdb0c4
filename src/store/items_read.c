#include "store/items_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/posters.h"
#include "store/rows.h"

/* An item is in so many lists at once, at most, that anybody wants to hear of. */
enum { LISTS_SHOWN = 100 };

static struct queried_item read_item(struct db_statement *row, struct arena *arena)
{
    struct queried_item item = {
        .id = db_column_integer(row, 0),
        .title = rows_text(row, 1, arena),
        .year = db_column_integer(row, 2),
        .media_type = rows_media_type(row, 3),
        .ids.tmdb = db_column_integer(row, 5),
        .ids.tvdb = db_column_integer(row, 6),
        .ids.source_id = db_column_is_null(row, 7) ? NULL : rows_text(row, 7, arena),
        .status = rows_text(row, 8, arena),
        .decision = rows_text(row, 9, arena),
        .proof = rows_text(row, 10, arena),
        .error_message = rows_text(row, 11, arena),
        .first_seen = rows_text(row, 12, arena),
        .last_synced = rows_text(row, 13, arena),
        .run_id = db_column_integer(row, 14),
        .ignored = db_column_integer(row, 15) != 0,
        .rule = rows_text(row, 16, arena),
        .reason = rows_text(row, 17, arena),
        .has_no_poster = db_column_integer(row, 18) != 0,
    };

    text_copy(item.ids.imdb, sizeof(item.ids.imdb), db_column_text(row, 4));
    return item;
}

static enum error_code read_row(struct store *store, struct arena *arena, int64_t id,
                                struct queried_item *ret, bool *ret_found, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT item.id, item.title, COALESCE(item.year, 0), item.media_type,"
                   "  item.imdb_id, item.overseerr_id, item.tvdb_id, item.source_id, item.status,"
                   "  item.decision, item.proof, item.error_message, item.first_seen,"
                   "  item.last_synced, item.last_run_id, item.ignored, decided.rule,"
                   "  decided.reason,"
                   "  EXISTS (SELECT 1 FROM posters WHERE posters.media_type = item.media_type"
                   "   AND posters.tmdb_id = item.overseerr_id AND posters.path = ''"
                   "   AND posters.learned_at > $2)"
                   " FROM synced_items AS item LEFT JOIN run_items AS decided"
                   "  ON decided.run_id = item.last_run_id AND decided.item_id = item.id"
                   " WHERE item.id = $1");

    db_bind_integer(row, 1, id);
    db_bind_integer(row, 2, clock_wall_ms() - POSTERS_NONE_VALID_MS);
    *ret_found = db_step(row);
    if (*ret_found)
        *ret = read_item(row, arena);
    return db_finish(row, error);
}

struct list_place {
    struct item_list_name name;
    int64_t priority;
};

static int compare_places(const void *a, const void *b)
{
    const struct list_place *one = a, *other = b;

    if (one->priority != other->priority)
        return one->priority < other->priority ? -1 : 1;
    return one->name.list_id < other->name.list_id ? -1 : 1;
}

/* By number and rank: an item that is in a list twice (two seasons) counts by its first rank. */
static enum error_code read_places(struct store *store, struct arena *arena, int64_t id,
                                   struct list_place *places, size_t *ret_count,
                                   struct error *error)
{
    size_t count = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT lists.id, lists.list_type, lists.list_id, lists.description,"
                   "  list_items.rank, lists.priority"
                   " FROM list_items CROSS JOIN lists ON lists.id = list_items.list_id"
                   " WHERE list_items.item_id = $1 ORDER BY list_items.list_id, list_items.rank");

    db_bind_integer(row, 1, id);
    while (count < LISTS_SHOWN && db_step(row)) {
        int64_t list_id = db_column_integer(row, 0);
        if (count && places[count - 1].name.list_id == list_id)
            continue;
        places[count++] = (struct list_place){
            {list_id, rows_text(row, 1, arena), rows_text(row, 2, arena), rows_text(row, 3, arena),
             db_column_integer(row, 4)},
            db_column_integer(row, 5),
        };
    }
    *ret_count = count;
    return db_finish(row, error);
}

enum error_code items_read_lists(struct store *store, struct arena *arena, int64_t item_id,
                                 struct item_list_name **ret, size_t *ret_count,
                                 struct error *error)
{
    struct list_place places[LISTS_SHOWN];
    size_t count = 0;
    enum error_code rc = read_places(store, arena, item_id, places, &count, error);

    if (rc)
        return rc;
    qsort(places, count, sizeof(*places), compare_places);
    *ret = arena_take(arena, count * sizeof(**ret));
    for (size_t i = 0; i < count; i++)
        (*ret)[i] = places[i].name;
    *ret_count = count;
    return ERROR_NONE;
}

/* Under whichever key: all say the same. */
static enum error_code read_match(struct store *store, struct arena *arena,
                                  struct queried_item *item, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT item_key, media_type, tmdb_id, title, who FROM item_matches"
                              " WHERE item_id = $1 LIMIT 1");

    db_bind_integer(row, 1, item->id);
    if (db_step(row)) {
        struct item_match *match = arena_take(arena, sizeof(*match));
        *match = (struct item_match){
            .item_key = rows_text(row, 0, arena),
            .media_type = rows_media_type(row, 1),
            .tmdb = db_column_integer(row, 2),
            .title = rows_text(row, 3, arena),
            .who = rows_text(row, 4, arena),
            .item_id = item->id,
        };
        item->match = match;
    }
    return db_finish(row, error);
}

enum error_code items_read(struct store *store, struct arena *arena, int64_t id,
                           struct queried_item *ret, bool *ret_found, struct error *error)
{
    enum error_code rc = read_row(store, arena, id, ret, ret_found, error);

    if (!rc && *ret_found)
        rc = read_match(store, arena, ret, error);
    return rc || !*ret_found
               ? rc
               : items_read_lists(store, arena, id, &ret->lists, &ret->list_count, error);
}

enum error_code items_find(struct store *store, struct arena *arena, int64_t id,
                           struct queried_item *ret, struct error *error)
{
    bool found = false;
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = store_end(store, items_read(store, arena, id, ret, &found, error), error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "there is no item %lld", (long long)id);
}

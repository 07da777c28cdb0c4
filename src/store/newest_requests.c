#include "store/newest_requests.h"

#include "base/memory.h"
#include "model/media_state.h"
#include "store/rows.h"

static struct newest_request read_request(struct db_statement *row, struct arena *arena)
{
    return (struct newest_request){
        .item_id = db_column_integer(row, 0),
        .title = rows_text(row, 1, arena),
        .year = db_column_integer(row, 2),
        .media_type = media_type_from_word(db_column_text(row, 3)),
        .tmdb = db_column_integer(row, 4),
        .is_4k = db_column_integer(row, 5) != 0,
        .asked_ms = db_column_integer(row, 6),
        .run_id = db_column_integer(row, 7),
    };
}

/* The ledger is read backwards, in which requests are found at once. */
enum error_code newest_requests_load(struct store *store, struct arena *arena, int limit,
                                     struct newest_requests *ret, struct error *error)
{
    size_t most = (size_t)(limit < 1                      ? 1
                           : limit > NEWEST_REQUESTS_MOST ? NEWEST_REQUESTS_MOST
                                                          : limit);
    struct newest_requests found = {.items = arena_take(arena, most * sizeof(*found.items))};
    struct db_statement *row = db_prepare(
        store->db,
        "SELECT item.id, item.title, item.year, asked.media_type, asked.tmdb_id, asked.is_4k,"
        "  asked.asked_at, asked.run_id"
        " FROM request_ledger AS asked"
        " CROSS JOIN synced_items AS item ON item.overseerr_id = asked.tmdb_id"
        "  AND item.media_type = asked.media_type"
        " WHERE asked.state = $1 ORDER BY asked.id DESC LIMIT $2");

    db_bind_text(row, 1, ledger_state_word(LEDGER_REQUESTED));
    db_bind_integer(row, 2, (int64_t)most);
    while (found.count < most && db_step(row))
        found.items[found.count++] = read_request(row, arena);
    *ret = found;
    return db_finish(row, error);
}

#include "store/items_query.h"
#include "store/rows.h"

enum error_code item_matches_each(struct store *store,
                                  void (*visit)(void *context, const struct item_match *match),
                                  void *context, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT item_key, media_type, tmdb_id, title, who, item_id FROM item_matches");

    while (db_step(row)) {
        struct item_match match = {
            .item_key = db_column_text(row, 0),
            .media_type = rows_media_type(row, 1),
            .tmdb = db_column_integer(row, 2),
            .title = db_column_text(row, 3),
            .who = db_column_text(row, 4),
            .item_id = db_column_integer(row, 5),
        };
        visit(context, &match);
    }
    return db_finish(row, error);
}

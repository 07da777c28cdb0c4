#include "store/lists_of_item.h"

#include "base/memory.h"
#include "store/rows.h"

enum error_code lists_of_item(struct store *store, struct arena *arena, int64_t item_id,
                              int64_t **ret, size_t *ret_count, struct error *error)
{
    int64_t *items = NULL;
    size_t count = 0, capacity = 0;
    struct db_statement *row = db_prepare(
        store->db, "SELECT DISTINCT list_id FROM list_items WHERE item_id = $1 ORDER BY list_id");

    db_bind_integer(row, 1, item_id);
    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count++] = db_column_integer(row, 0);
    }
    *ret = rows_keep(arena, items, count, sizeof(*items));
    *ret_count = count;
    return db_finish(row, error);
}

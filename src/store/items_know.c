#include "base/text.h"
#include "store/items_query.h"
#include "store/rows.h"

bool items_know(struct store *store, const struct entry *entry)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT id FROM synced_items WHERE imdb_id = $1"
                   " UNION ALL SELECT id FROM synced_items WHERE overseerr_id = $2"
                   "  AND media_type = $4"
                   " UNION ALL SELECT id FROM synced_items WHERE tvdb_id = $3 AND media_type = $4"
                   " UNION ALL SELECT id FROM synced_items WHERE source_id = $5 LIMIT 1");
    int64_t id = 0;

    rows_bind_text_or_null(row, 1, entry->ids.imdb);
    db_bind_integer_or_null(row, 2, entry->ids.tmdb);
    db_bind_integer_or_null(row, 3, entry->ids.tvdb);
    db_bind_text(row, 4, media_type_word(entry->media_type));
    rows_bind_text_or_null(row, 5, entry->ids.source_id);
    return rows_number(row, 0, &id, NULL) == ERROR_NONE && id;
}

#include "store/runs_query_sql.h"

#include "store/run_rows.h"

#define FITS                                                                                       \
    "($1 IS NULL OR sync_mode = $1) AND ($2 IS NULL OR state = $2) AND ($5 < 0 OR dry_run = $5)"   \
    " AND ($6 = 0 OR EXISTS (SELECT 1 FROM run_lists"                                              \
    "  WHERE run_lists.run_id = sync_history.id AND run_lists.list_id = $6))"

/* A blob comes behind every text. */
#define IN_RANGE "sync_started >= COALESCE($3, '') AND sync_started <= COALESCE($4, x'') AND " FITS
#define FITS_ALL                                                                                   \
    "($3 IS NULL OR sync_started >= $3) AND ($4 IS NULL OR sync_started <= $4) AND " FITS

#define WAY(from, count_from, condition, order)                                                    \
    {                                                                                              \
        "SELECT " RUN_COLUMNS " FROM " from " WHERE " condition " AND id < $7 ORDER BY " order     \
        " LIMIT $8 OFFSET $9",                                                                     \
            "SELECT COUNT(*) FROM " count_from " WHERE " condition                                 \
    }

#define INDEXED(name) "sync_history INDEXED BY sync_history_by_" name

const struct runs_way_sql runs_ways[RUNS_WAYS] = {
    /* The index by start is the smallest that knows what FITS asks. */
    [RUNS_BY_NUMBER] = {"SELECT " RUN_COLUMNS " FROM sync_history WHERE " FITS_ALL
                        " AND id < $7 ORDER BY id DESC LIMIT $8 OFFSET $9",
                        "SELECT COUNT(*) FROM " INDEXED("start") " WHERE " IN_RANGE},
    [RUNS_BY_START] =
        WAY(INDEXED("start"), INDEXED("start"), IN_RANGE, "sync_started DESC, id DESC"),
    [RUNS_BY_STATE] =
        WAY(INDEXED("state"), INDEXED("state"), "state = $2 AND " FITS_ALL, "id DESC"),
    [RUNS_BY_MODE] =
        WAY(INDEXED("mode"), INDEXED("mode"), "sync_mode = $1 AND " FITS_ALL, "id DESC"),
    [RUNS_BY_LIST] = {"SELECT " RUN_COLUMNS " FROM (SELECT sync_history.*"
                      "  FROM run_lists INDEXED BY run_lists_by_list"
                      "  CROSS JOIN sync_history ON sync_history.id = run_lists.run_id"
                      "  WHERE run_lists.list_id = $6 AND run_lists.run_id < $7"
                      "  ORDER BY run_lists.run_id DESC) AS sync_history WHERE " FITS_ALL
                      " LIMIT $8 OFFSET $9",
                      "SELECT COUNT(*) FROM run_lists INDEXED BY run_lists_by_list"
                      " CROSS JOIN sync_history ON sync_history.id = run_lists.run_id"
                      " WHERE run_lists.list_id = $6 AND " FITS_ALL},
};

#define ITEM_FITS                                                                                  \
    "($2 IS NULL OR status = $2) AND ($3 IS NULL OR decision = $3)"                                \
    " AND ($6 IS NULL OR instr($6, '|' || status || '|') > 0"                                      \
    "  OR (status = 'skipped' AND instr($7, '|' || decision || '|') > 0))"                         \
    " AND ($9 IS NULL OR instr($9, '|' || status_before || '|') = 0)"                              \
    " AND ($8 IS NULL OR EXISTS (SELECT 1 FROM synced_items AS named"                              \
    "  WHERE named.id = run_items.item_id AND instr(named.folded_title, $8) > 0))"

/* Picked from the index alone, then read. */
#define ITEMS_WAY(index, condition)                                                                \
    {                                                                                              \
        "SELECT decided.item_id, title, COALESCE(year, 0), media_type, overseerr_id, imdb_id,"     \
        "  decided.decision, rule, reason, decided.status, answer, request_id, status_before"      \
        " FROM (SELECT run_id, item_id FROM run_items " index " WHERE run_id = $1"                 \
        "   AND item_id > $4 AND " condition ITEM_FITS " ORDER BY item_id LIMIT $5) AS picked"     \
        " CROSS JOIN run_items AS decided ON decided.run_id = picked.run_id"                       \
        "  AND decided.item_id = picked.item_id"                                                   \
        " CROSS JOIN synced_items ON synced_items.id = picked.item_id",                            \
            "SELECT COUNT(*) FROM run_items " index " WHERE run_id = $1 AND " condition ITEM_FITS  \
    }

const struct run_items_way_sql run_items_ways[RUN_ITEMS_WAYS] = {
    [RUN_ITEMS_ALL] = ITEMS_WAY("", ""),
    [RUN_ITEMS_BY_STATUS] = ITEMS_WAY("INDEXED BY run_items_by_status", "status = $2 AND "),
    [RUN_ITEMS_CHANGED] = ITEMS_WAY("INDEXED BY run_items_changed", "status <> status_before AND "),
};

#include "store/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/rows.h"

#define LEDGER_COLUMNS                                                                             \
    "id, media_type, tmdb_id, is_4k, seasons, state, requester, run_id, request_id, asked_at,"     \
    " message"

/* Its message is the statement's own text, until the next step. */
static struct ledger_row read_row(struct db_statement *row)
{
    struct ledger_row read = {
        .id = db_column_integer(row, 0),
        .media_type = rows_media_type(row, 1),
        .tmdb = db_column_integer(row, 2),
        .is_4k = db_column_integer(row, 3) != 0,
        .seasons = season_set_parse(db_column_text(row, 4)),
        .state = LEDGER_INTENT,
        .requester = db_column_integer(row, 6),
        .run_id = db_column_integer(row, 7),
        .request_id = db_column_integer(row, 8),
        .asked_at = db_column_integer(row, 9),
        .message = db_column_text(row, 10),
    };

    /* A word that nobody knows stays an intent: that is looked into before anything is asked. */
    ledger_state_from_word(db_column_text(row, 5), &read.state);
    return read;
}

static enum error_code read_rows(struct db_statement *row, struct arena *arena,
                                 struct ledger_rows *ret, struct error *error)
{
    struct ledger_row *items = NULL;
    size_t count = 0, capacity = 0;

    while (db_step(row)) {
        memory_grow(&items, count, &capacity);
        items[count] = read_row(row);
        items[count].message = arena_text(arena, items[count].message);
        count++;
    }
    struct ledger_row *kept = rows_keep(arena, items, count, sizeof(*items));
    enum error_code rc = db_finish(row, error);
    if (!rc)
        *ret = (struct ledger_rows){kept, count};
    return rc;
}

static struct db_statement *all_of_quality(struct store *store, bool is_4k)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " LEDGER_COLUMNS " FROM request_ledger WHERE is_4k = $1"
                              " ORDER BY media_type, tmdb_id, id");

    db_bind_integer(row, 1, is_4k);
    return row;
}

enum error_code ledger_each(struct store *store, bool is_4k,
                            void (*visit)(void *context, const struct ledger_row *row),
                            void *context, struct error *error)
{
    struct db_statement *row = all_of_quality(store, is_4k);

    while (db_step(row)) {
        struct ledger_row read = read_row(row);
        visit(context, &read);
    }
    return db_finish(row, error);
}

enum error_code ledger_load(struct store *store, struct arena *arena, bool is_4k,
                            struct ledger_rows *ret, struct error *error)
{
    return read_rows(all_of_quality(store, is_4k), arena, ret, error);
}

enum error_code ledger_of_title(struct store *store, struct arena *arena,
                                enum media_type media_type, int64_t tmdb, struct ledger_rows *ret,
                                struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT " LEDGER_COLUMNS
                              " FROM request_ledger WHERE media_type = $1 AND tmdb_id = $2"
                              " ORDER BY id");

    db_bind_text(row, 1, media_type_word(media_type));
    db_bind_integer(row, 2, tmdb);
    return read_rows(row, arena, ret, error);
}

enum error_code ledger_of_run(struct store *store, struct arena *arena, int64_t run_id,
                              struct ledger_rows *ret, struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT " LEDGER_COLUMNS " FROM request_ledger WHERE run_id = $1 ORDER BY id");

    db_bind_integer(row, 1, run_id);
    return read_rows(row, arena, ret, error);
}

static enum error_code write_intent(struct store *store, const struct ledger_row *row,
                                    int64_t *ret_id, struct error *error)
{
    char seasons[SEASON_SET_TEXT];
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO request_ledger (media_type, tmdb_id, is_4k, seasons, state, requester,"
        "  run_id, request_id, asked_at, message)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, '')"
        " ON CONFLICT (media_type, tmdb_id, is_4k, seasons) DO UPDATE SET"
        "  state = excluded.state, requester = excluded.requester, run_id = excluded.run_id,"
        "  request_id = 0, asked_at = excluded.asked_at, message = ''"
        " RETURNING id");

    season_set_format(&row->seasons, seasons);
    db_bind_text(statement, 1, media_type_word(row->media_type));
    db_bind_integer(statement, 2, row->tmdb);
    db_bind_integer(statement, 3, row->is_4k);
    db_bind_text(statement, 4, seasons);
    db_bind_text(statement, 5, ledger_state_word(LEDGER_INTENT));
    db_bind_integer(statement, 6, row->requester);
    db_bind_integer(statement, 7, row->run_id);
    db_bind_integer(statement, 8, row->asked_at ? row->asked_at : clock_wall_ms());
    return rows_number(statement, 0, ret_id, error);
}

enum error_code ledger_counts(struct store *store, int64_t ret[LEDGER_STATES], struct error *error)
{
    struct db_statement *row = db_prepare(store->db, "SELECT state, entries FROM ledger_sums");
    enum ledger_state state;

    memset(ret, 0, LEDGER_STATES * sizeof(*ret));
    while (db_step(row))
        if (ledger_state_from_word(db_column_text(row, 0), &state))
            ret[state] = db_column_integer(row, 1);
    return db_finish(row, error);
}

enum error_code ledger_intend(struct store *store, const struct ledger_row *row, int64_t *ret_id,
                              struct error *error)
{
    int64_t id = 0;
    enum error_code rc = db_begin_durable(store->db, error);

    if (rc)
        return rc;
    rc = db_end(store->db, write_intent(store, row, &id, error), error);
    if (!rc)
        *ret_id = id;
    return rc;
}

enum error_code ledger_answer(struct store *store, int64_t id, enum ledger_state state,
                              int64_t request_id, const char *message, struct error *error)
{
    int64_t found = 0;
    struct db_statement *statement =
        db_prepare(store->db, "UPDATE request_ledger SET state = $2, message = $4,"
                              "  request_id = CASE WHEN $3 = 0 THEN request_id ELSE $3 END"
                              " WHERE id = $1 RETURNING id");

    db_bind_integer(statement, 1, id);
    db_bind_text(statement, 2, ledger_state_word(state));
    db_bind_integer(statement, 3, request_id);
    rows_bind_text_or_empty(statement, 4, message);
    enum error_code rc = rows_number(statement, 0, &found, error);
    if (rc || found)
        return rc;
    return error_set(error, ERROR_NOT_FOUND, "the ledger has no row %lld", (long long)id);
}

/* Of the whole title, so without seasons; a request of ours for some seasons keeps its own row. */
enum error_code ledger_remember(struct store *store, enum media_type media_type, int64_t tmdb,
                                bool is_4k, enum ledger_state state, const char *message,
                                struct error *error)
{
    struct db_statement *statement = db_prepare(
        store->db,
        "INSERT INTO request_ledger (media_type, tmdb_id, is_4k, seasons, state, requester,"
        "  run_id, request_id, asked_at, message)"
        " VALUES ($1, $2, $3, '', $4, 0, 0, 0, $5, $6)"
        " ON CONFLICT (media_type, tmdb_id, is_4k, seasons) DO UPDATE SET"
        "  state = excluded.state, message = excluded.message");

    db_bind_text(statement, 1, media_type_word(media_type));
    db_bind_integer(statement, 2, tmdb);
    db_bind_integer(statement, 3, is_4k);
    db_bind_text(statement, 4, ledger_state_word(state));
    db_bind_integer(statement, 5, clock_wall_ms());
    rows_bind_text_or_empty(statement, 6, message);
    return rows_run(statement, error);
}

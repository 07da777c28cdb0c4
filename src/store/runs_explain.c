#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/rows.h"
#include "store/runs.h"

enum { HISTORY_SHOWN = 20, QUERY_SIZE = 256 };

/* What the words of a person can mean. */
struct question {
    char text[QUERY_SIZE]; /* an item key or a source's own id, as it is */
    struct ids ids;
    enum media_type media_type; /* of the TMDB or TVDB id; unknown: either */
    bool is_id;                 /* and nothing else: no title is looked for */
    char title[QUERY_SIZE];     /* without the year behind it */
    int64_t year;               /* "heat (1995)", "heat 1995"; 0: none */
};

/* Items found so far, best first. */
struct found {
    int64_t *ids;
    size_t count;
    size_t capacity;
    size_t exact; /* the first ones */
};

static int64_t number_in(const char *text)
{
    int64_t number = 0;

    return text_to_integer(text, 1, INT64_MAX, &number) ? number : 0;
}

/* "tmdb:603", "movie:603", "tv:1399", "tvdb:81189" */
static void understand_prefix(struct question *question)
{
    char prefix[QUERY_SIZE];
    const char *colon = strchr(question->text, ':');
    int64_t number = colon ? number_in(colon + 1) : 0;

    if (!number)
        return;
    text_copy(prefix, sizeof(prefix), question->text);
    text_cut_at(prefix, ":");
    question->media_type = media_type_from_word(prefix);
    if (text_equal_ignoring_case(prefix, "tvdb"))
        question->ids.tvdb = number;
    else if (question->media_type != MEDIA_UNKNOWN || text_equal_ignoring_case(prefix, "tmdb"))
        question->ids.tmdb = number;
    question->is_id = question->ids.tvdb || question->ids.tmdb;
}

/* "Heat (1995)" and "heat 1995": a title and its year, perhaps. */
static void understand_year(struct question *question)
{
    char *title = question->title;
    char digits[] = "0000";

    text_copy(title, sizeof(question->title), question->text);
    size_t length = strlen(title);
    size_t closing = length && title[length - 1] == ')';
    if (length < sizeof(digits) + 2 * closing)
        return;
    char *from = title + length - closing - strlen(digits);
    memcpy(digits, from, strlen(digits));
    if (closing && *--from != '(')
        return;
    if (from == title || (!closing && from[-1] != ' ') || !text_is_digits(digits) ||
        !text_to_integer(digits, 1870, 2100, &question->year))
        return;
    *from = '\0';
}

static void understand(const char *query, struct question *question)
{
    char copy[QUERY_SIZE];

    *question = (struct question){.media_type = MEDIA_UNKNOWN};
    text_copy(copy, sizeof(copy), query);
    text_copy(question->text, sizeof(question->text), text_trim(copy));
    understand_year(question);
    question->is_id = ids_set_imdb(&question->ids, question->text);
    if (question->is_id)
        return;
    question->ids.tmdb = number_in(question->text); /* may be a title too: 1917 */
    if (!question->ids.tmdb)
        understand_prefix(question);
}

static void add_found(struct found *found, int64_t id)
{
    for (size_t i = 0; i < found->count; i++) {
        if (found->ids[i] == id)
            return;
    }
    memory_grow(&found->ids, found->count, &found->capacity);
    found->ids[found->count++] = id;
}

static enum error_code add_rows(struct db_statement *row, struct found *found, struct error *error)
{
    while (db_step(row))
        add_found(found, db_column_integer(row, 0));
    return db_finish(row, error);
}

static enum error_code find_by_id(struct store *store, const struct question *question,
                                  struct found *found, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE item_key = $1 OR source_id = $1"
                              " OR imdb_id = $2"
                              " OR (overseerr_id = $3 AND ($5 = 'unknown' OR media_type = $5))"
                              " OR (tvdb_id = $4 AND ($5 = 'unknown' OR media_type = $5))"
                              " ORDER BY id");

    db_bind_text(row, 1, question->text);
    rows_bind_text_or_null(row, 2, question->ids.imdb);
    db_bind_integer_or_null(row, 3, question->ids.tmdb);
    db_bind_integer_or_null(row, 4, question->ids.tvdb);
    db_bind_text(row, 5, media_type_word(question->media_type));
    return add_rows(row, found, error);
}

/* With a year only those of that year; 0: of any. */
static enum error_code add_exact_title(struct store *store, const char *title, int64_t year,
                                       struct found *found, struct error *error)
{
    AUTO_FREE char *folded = title_fold(title);

    if (!*folded)
        return ERROR_NONE;
    struct db_statement *row = db_prepare(
        store->db, "SELECT id FROM synced_items WHERE folded_title = $1 AND ($2 = 0 OR year = $2)"
                   " ORDER BY last_synced DESC, id");
    db_bind_text(row, 1, folded);
    db_bind_integer(row, 2, year);
    return add_rows(row, found, error);
}

/* Reads all titles there are: milliseconds for ten thousand. */
static enum error_code add_part_of_title(struct store *store, const char *title, int64_t year,
                                         struct found *found, struct error *error)
{
    AUTO_FREE char *folded = title_fold(title);

    if (!*folded)
        return ERROR_NONE;
    struct db_statement *row =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE instr(folded_title, $1) > 0"
                              " AND ($2 = 0 OR year = $2)"
                              " ORDER BY instr(folded_title, $1) > 1, length(folded_title), id");
    db_bind_text(row, 1, folded);
    db_bind_integer(row, 2, year);
    return add_rows(row, found, error);
}

/* The words may be all title ("Blade Runner 2049"), or a title and its year, or nearly so. */
static enum error_code find(struct store *store, const char *query, struct found *found,
                            struct error *error)
{
    struct question question;

    understand(query, &question);
    enum error_code rc = find_by_id(store, &question, found, error);
    if (!rc && !question.is_id)
        rc = add_exact_title(store, question.text, 0, found, error);
    if (!rc && question.year)
        rc = add_exact_title(store, question.title, question.year, found, error);
    found->exact = found->count;
    if (rc || question.is_id)
        return rc;
    rc = add_part_of_title(store, question.text, 0, found, error);
    if (!rc && question.year)
        rc = add_part_of_title(store, question.title, question.year, found, error);
    if (!rc && question.year && !found->count)
        rc = add_part_of_title(store, question.title, 0, found, error);
    return rc;
}

static enum error_code tell_item(struct store *store, struct arena *arena, struct item_story *story,
                                 struct error *error)
{
    struct db_statement *row = db_prepare(
        store->db, "SELECT title, COALESCE(year, 0), media_type, imdb_id, overseerr_id, tvdb_id,"
                   "  source_id, status, proof, evidence, last_synced, error_message"
                   " FROM synced_items WHERE id = $1");

    db_bind_integer(row, 1, story->item_id);
    if (db_step(row)) {
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
    return db_finish(row, error);
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

static enum error_code tell(struct store *store, struct arena *arena, int64_t item_id,
                            struct item_story *story, struct error *error)
{
    *story = (struct item_story){.item_id = item_id};
    enum error_code rc = tell_item(store, arena, story, error);
    if (!rc)
        rc = tell_sources(store, arena, story, error);
    return rc ? rc : tell_history(store, arena, story, error);
}

enum error_code runs_explain(struct store *store, struct arena *arena, const char *query, int limit,
                             struct item_stories *ret, struct error *error)
{
    struct found found = {0};
    enum error_code rc = find(store, query, &found, error);
    size_t count = found.count < (size_t)limit ? found.count : (size_t)limit;
    struct item_story *stories = arena_take(arena, count * sizeof(*stories));

    for (size_t i = 0; !rc && i < count; i++)
        rc = tell(store, arena, found.ids[i], &stories[i], error);
    free(found.ids);
    if (!rc)
        *ret = (struct item_stories){stories, count, found.exact, found.count - count};
    return rc;
}

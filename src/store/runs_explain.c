#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/item_question.h"
#include "store/item_story.h"
#include "store/rows.h"
#include "store/runs.h"

/* Items found so far, best first. */
struct found {
    int64_t *ids;
    size_t count;
    size_t capacity;
    size_t exact; /* the first ones */
};

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

static enum error_code find_by_id(struct store *store, const struct item_question *question,
                                  struct found *found, struct error *error)
{
    struct db_statement *row =
        db_prepare(store->db, "SELECT id FROM synced_items WHERE " ITEM_HAS_ID " ORDER BY id");

    item_question_bind(question, row);
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
    struct item_question question;

    item_question_read(query, &question);
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

enum error_code runs_explain(struct store *store, struct arena *arena, const char *query, int limit,
                             struct item_stories *ret, struct error *error)
{
    struct found found = {0};
    enum error_code rc = find(store, query, &found, error);
    size_t count = found.count < (size_t)limit ? found.count : (size_t)limit;
    struct item_story *stories = arena_take(arena, count * sizeof(*stories));

    for (size_t i = 0; !rc && i < count; i++)
        rc = item_story_tell(store, arena, found.ids[i], &stories[i], error);
    free(found.ids);
    if (!rc)
        *ret = (struct item_stories){stories, count, found.exact, found.count - count};
    return rc;
}

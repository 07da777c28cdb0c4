/* The database of the original ListSync: it has no version number and grew its columns over time.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/foreign.h"
#include "store/former_parts.h"
#include "store/rows.h"

static const char *const statuses[] = {
    "requested", "already_requested", "already_available", "skipped", "not_found",
    "error",     "request_failed",    "cancelled",
};

static const char *known_status(const char *word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(statuses); i++)
        if (text_equal(statuses[i], word))
            return statuses[i];
    return "";
}

static int64_t not_negative(int64_t number)
{
    return number > 0 ? number : 0;
}

static void read_list(const struct foreign_rows *rows, struct arena *arena, struct former_list *ret)
{
    ret->id = foreign_number(rows, "id");
    ret->type = foreign_text(rows, "list_type", arena);
    ret->list_id = foreign_text(rows, "list_id", arena);
    ret->url = foreign_text(rows, "list_url", arena);
    ret->name = "";
    ret->requester = not_negative(foreign_number(rows, "user_id"));
    ret->item_count = not_negative(foreign_number(rows, "item_count"));
    ret->last_synced = foreign_text(rows, "last_synced", arena);
    former_time(arena, &ret->last_synced);
}

static enum error_code read_lists(struct db *db, struct arena *arena, struct former *ret,
                                  struct error *error)
{
    struct former_list *items = NULL, *list;
    size_t count = 0, capacity = 0;
    struct foreign_rows rows;
    enum error_code rc = foreign_begin(db, "lists", "SELECT * FROM lists", &rows, error);

    while (!rc && foreign_next(&rows)) {
        if (!(list = former_grow(&items, &count, &capacity, FORMER_LISTS_MOST))) {
            ret->is_cut = true;
            break;
        }
        read_list(&rows, arena, list);
        count -= !*list->type || !*list->list_id;
    }
    ret->lists = rows_keep(arena, items, count, sizeof(*items));
    ret->list_count = count;
    return foreign_end(&rows, rc, error);
}

enum { TYPES_MOST = 40 };

/* There are many titles and few types: one text for each type. */
static const char *type_of_source(const char *word, struct former *former, struct arena *arena)
{
    struct former_word *known = former->words;
    int count = 0;

    for (; known && !text_equal(known->text, word); known = known->next)
        count++;
    if (known || !*word || count == TYPES_MOST)
        return known ? known->text : "";
    known = arena_take(arena, sizeof(*known));
    *known = (struct former_word){arena_text(arena, word), former->words};
    former->words = known;
    return known->text;
}

/* What is not kept of a row goes with it. */
static void read_item(const struct foreign_rows *rows, struct former *former, struct arena *arena,
                      struct former_item *ret)
{
    AUTO_ARENA struct arena *passing = arena_new();
    int64_t year = foreign_number(rows, "year");
    int64_t tmdb = foreign_number(rows, "overseerr_id");
    const char *time = foreign_text(rows, "last_synced", passing);

    if (tmdb <= 0)
        tmdb = foreign_number(rows, "tmdb_id");
    *ret = (struct former_item){0};
    ret->id = foreign_number(rows, "id");
    ret->title = foreign_text(rows, "title", arena);
    ret->year = year > 1800 && year < 3000 ? (int)year : 0;
    ret->media_type = media_type_from_word(foreign_text(rows, "media_type", passing));
    ids_set_imdb(&ret->ids, foreign_text(rows, "imdb_id", passing));
    ret->ids.tmdb = tmdb > 0 && tmdb <= INT32_MAX ? tmdb : 0;
    ret->status = known_status(foreign_text(rows, "status", passing));
    ret->source = type_of_source(foreign_text(rows, "source_list_type", passing), former, arena);
    former_time(arena, &time);
    ret->last_synced = time;
}

/* Of rows that will be read into one piece of the arena. */
static enum error_code count_items(struct db *db, size_t *ret, struct error *error)
{
    bool is_there = false;
    int64_t count = 0;
    enum error_code rc = foreign_has_table(db, "synced_items", &is_there, error);

    if (!rc && is_there)
        rc = rows_number(db_prepare(db, "SELECT COUNT(*) FROM synced_items"), 0, &count, error);
    *ret = count < FORMER_ITEMS_MOST ? (size_t)not_negative(count) : FORMER_ITEMS_MOST;
    return rc;
}

static int by_time(const void *a, const void *b)
{
    const struct former_item *one = a, *other = b;
    int order = strcmp(one->last_synced, other->last_synced);

    return order ? order : (one->id > other->id) - (one->id < other->id);
}

static enum error_code read_items(struct db *db, struct arena *arena, struct former *ret,
                                  struct error *error)
{
    struct foreign_rows rows;
    size_t most = 0;
    enum error_code rc = count_items(db, &most, error);

    if (rc)
        return rc;
    ret->items = arena_take(arena, most * sizeof(*ret->items));
    rc = foreign_begin(db, "synced_items", "SELECT * FROM synced_items", &rows, error);
    while (!rc && foreign_next(&rows)) {
        if (ret->item_count == most) {
            ret->is_cut = true;
            break;
        }
        struct former_item *item = &ret->items[ret->item_count];
        read_item(&rows, ret, arena, item);
        ret->item_count += *item->title || item->ids.tmdb || *item->ids.imdb;
    }
    if (ret->item_count)
        qsort(ret->items, ret->item_count, sizeof(*ret->items), by_time);
    return foreign_end(&rows, rc, error);
}

static enum run_state state_of(const char *status, bool in_progress)
{
    static const struct {
        const char *word;
        enum run_state state;
    } states[] = {
        {"completed", RUN_COMPLETED}, {"no_lists", RUN_COMPLETED}, {"no_items", RUN_COMPLETED},
        {"cancelled", RUN_CANCELLED}, {"failed", RUN_FAILED},      {"running", RUN_CANCELLED},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(states); i++)
        if (text_equal(states[i].word, status))
            return states[i].state;
    return in_progress ? RUN_CANCELLED : RUN_COMPLETED;
}

/* Nobody ended it: its row was never written to again. */
static bool was_cut_off(const char *status, bool in_progress)
{
    return text_equal(status, "running") ||
           (in_progress && state_of(status, true) == RUN_CANCELLED &&
            !text_equal(status, "cancelled"));
}

static void read_run(const struct foreign_rows *rows, struct arena *arena, struct former_run *ret)
{
    bool is_single = text_equal(foreign_text(rows, "sync_type", arena), "single");
    const char *status = foreign_text(rows, "status", arena);
    bool in_progress = foreign_number(rows, "in_progress") != 0;

    ret->started = foreign_text(rows, "start_time", arena);
    ret->completed = foreign_text(rows, "end_time", arena);
    former_time(arena, &ret->started);
    former_time(arena, &ret->completed);
    ret->mode = is_single ? RUN_SINGLE : RUN_FULL;
    ret->state = state_of(status, in_progress);
    ret->list_type = is_single ? foreign_text(rows, "list_type", arena) : "";
    ret->list_id = is_single ? foreign_text(rows, "list_id", arena) : "";
    ret->processed = not_negative(foreign_number(rows, "total_items"));
    ret->requested = not_negative(foreign_number(rows, "items_requested"));
    ret->skipped = not_negative(foreign_number(rows, "items_skipped"));
    ret->errored = not_negative(foreign_number(rows, "items_errors"));
    ret->message = was_cut_off(status, in_progress) ? RUN_CUT_OFF
                       ": the earlier ListSync was stopped in the midst of it"
                                                    : foreign_text(rows, "error_message", arena);
}

/* One without a beginning has no place in a history. */
static enum error_code read_runs(struct db *db, struct arena *arena, struct former *ret,
                                 struct error *error)
{
    struct former_run *items = NULL, *run;
    size_t count = 0, capacity = 0;
    struct foreign_rows rows;
    enum error_code rc =
        foreign_begin(db, "sync_history", "SELECT * FROM sync_history", &rows, error);

    while (!rc && foreign_next(&rows)) {
        if (!(run = former_grow(&items, &count, &capacity, FORMER_RUNS_MOST))) {
            ret->is_cut = true;
            break;
        }
        read_run(&rows, arena, run);
        count -= !*run->started;
    }
    ret->runs = rows_keep(arena, items, count, sizeof(*items));
    ret->run_count = count;
    return foreign_end(&rows, rc, error);
}

enum { VALUE_MOST = 100000 }; /* a setting may hold all lists of a source */

static enum error_code read_settings(struct db *db, struct arena *arena, struct former *ret,
                                     struct error *error)
{
    struct former_setting *items = NULL, *setting;
    size_t count = 0, capacity = 0;
    struct foreign_rows rows;
    enum error_code rc =
        foreign_begin(db, "app_settings", "SELECT * FROM app_settings", &rows, error);

    while (!rc && foreign_next(&rows) &&
           (setting = former_grow(&items, &count, &capacity, FORMER_SETTINGS_MOST))) {
        setting->key = foreign_text(&rows, "key", arena);
        setting->value = foreign_exact(&rows, "value", VALUE_MOST, arena);
        setting->is_encrypted = foreign_number(&rows, "is_encrypted") != 0;
        count -= !*setting->key || !*setting->value;
    }
    ret->settings = rows_keep(arena, items, count, sizeof(*items));
    ret->setting_count = count;
    return foreign_end(&rows, rc, error);
}

static enum error_code read_interval(struct db *db, struct arena *arena, struct former *ret,
                                     struct error *error)
{
    struct foreign_rows rows;
    enum error_code rc =
        foreign_begin(db, "sync_interval", "SELECT * FROM sync_interval", &rows, error);

    (void)arena;
    while (!rc && foreign_next(&rows))
        ret->interval_hours = foreign_decimal(&rows, "interval_hours");
    return foreign_end(&rows, rc, error);
}

static enum error_code count_users(struct db *db, struct arena *arena, struct former *ret,
                                   struct error *error)
{
    struct foreign_rows rows;
    enum error_code rc =
        foreign_begin(db, "overseerr_users", "SELECT * FROM overseerr_users", &rows, error);

    (void)arena;
    while (!rc && foreign_next(&rows))
        ret->user_count++;
    return foreign_end(&rows, rc, error);
}

enum error_code former_read_original(struct db *db, struct arena *arena, struct former *ret,
                                     struct error *error)
{
    static enum error_code (*const parts[])(struct db *, struct arena *, struct former *,
                                            struct error *) = {
        read_lists, read_items, read_runs, read_settings, read_interval, count_users,
    };
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(parts); i++)
        rc = parts[i](db, arena, ret, error);
    return rc;
}

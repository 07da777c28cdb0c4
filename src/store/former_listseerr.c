/* The database of listseerr, of any version: its lists, whether and when they are processed, the
 * address of Seerr. Its keys are encrypted with one that is not in the file. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/foreign.h"
#include "store/former_parts.h"
#include "store/rows.h"

static enum error_code read_lists(struct db *db, struct arena *arena, struct former *ret,
                                  struct error *error)
{
    struct former_list *items = NULL, *list;
    size_t count = 0, capacity = 0;
    struct foreign_rows rows;
    enum error_code rc =
        foreign_begin(db, "media_lists", "SELECT * FROM media_lists", &rows, error);

    while (!rc && foreign_next(&rows)) {
        if (!(list = former_grow(&items, &count, &capacity, FORMER_LISTS_MOST))) {
            ret->is_cut = true;
            break;
        }
        int64_t limit = foreign_number(&rows, "max_items");
        list->id = foreign_number(&rows, "id");
        list->type = "";
        list->list_id = foreign_text(&rows, "url", arena);
        list->url = list->list_id;
        list->name = foreign_text(&rows, "name", arena);
        list->last_synced = "";
        list->item_limit = limit > 0 && limit <= ENTRY_LIST_MAX ? limit : 0;
        list->is_off = !foreign_is_null(&rows, "enabled") && !foreign_number(&rows, "enabled");
        count -= !*list->url;
    }
    ret->lists = rows_keep(arena, items, count, sizeof(*items));
    ret->list_count = count;
    return foreign_end(&rows, rc, error);
}

enum { SETTINGS_MOST = 5 };

static void add_setting(struct former *ret, const char *key, const char *value)
{
    if (*value && ret->setting_count < SETTINGS_MOST)
        ret->settings[ret->setting_count++] = (struct former_setting){.key = key, .value = value};
}

/* Its table and a column were renamed; the newer name comes first. */
static enum error_code read_seerr(struct db *db, struct arena *arena, struct former *ret,
                                  struct error *error)
{
    static const struct {
        const char *table, *sql, *user;
    } makes[] = {
        {"seerr_configs", "SELECT * FROM seerr_configs LIMIT 1", "user_id_seerr"},
        {"jellyseerr_configs", "SELECT * FROM jellyseerr_configs LIMIT 1", "user_id_jellyseerr"},
    };
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(makes); i++) {
        struct foreign_rows rows;
        rc = foreign_begin(db, makes[i].table, makes[i].sql, &rows, error);
        if (!rc && !ret->has_secrets && foreign_next(&rows)) {
            add_setting(ret, "overseerr_url", foreign_text(&rows, "url", arena));
            add_setting(ret, "overseerr_user_id", foreign_text(&rows, makes[i].user, arena));
            ret->has_secrets = true;
        }
        rc = foreign_end(&rows, rc, error);
    }
    return rc;
}

static enum error_code read_general(struct db *db, struct arena *arena, struct former *ret,
                                    struct error *error)
{
    struct foreign_rows rows;
    enum error_code rc = foreign_begin(db, "general_settings",
                                       "SELECT * FROM general_settings LIMIT 1", &rows, error);

    if (!rc && foreign_next(&rows)) {
        bool is_on = foreign_number(&rows, "automatic_processing_enabled") != 0;
        add_setting(ret, "timezone", foreign_text(&rows, "timezone", arena));
        add_setting(ret, "auto_sync", is_on ? "true" : "false");
        add_setting(ret, "sync_schedule",
                    foreign_text(&rows, "automatic_processing_schedule", arena));
    }
    return foreign_end(&rows, rc, error);
}

enum error_code former_read_listseerr(struct db *db, struct arena *arena, struct former *ret,
                                      struct error *error)
{
    ret->settings = arena_take(arena, SETTINGS_MOST * sizeof(*ret->settings));
    enum error_code rc = read_lists(db, arena, ret, error);

    if (!rc)
        rc = read_seerr(db, arena, ret, error);
    return rc ? rc : read_general(db, arena, ret, error);
}

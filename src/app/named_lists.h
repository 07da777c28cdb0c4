/*
 * named_lists.h: the lists that the settings name (IMDB_LISTS and the like), and what becomes of
 * them in the database.
 */
#ifndef LISTSYNC_APP_NAMED_LISTS_H
#define LISTSYNC_APP_NAMED_LISTS_H

#include "base/options.h"
#include "store/lists.h"

struct named_list {
    struct list_ref ref;
    const char *setting; /* "IMDB_LISTS" */
};

struct named_lists {
    struct named_list *items;
    size_t count, capacity;
    struct error *problems; /* one for each entry that names no list; the setting stands before */
    size_t problem_count, problem_capacity;
};

/* Reads all settings of lists. What cannot be read is a problem for whoever needs it. */
void named_lists_read(struct named_lists *lists, const struct options *options);
void named_lists_release(struct named_lists *lists);

/* The setting that names this list, or NULL. */
const char *named_lists_setting(const struct named_lists *lists, const struct list_ref *ref);

/* Adds them to the database. */
enum error_code named_lists_add(const struct named_lists *lists, struct store *store,
                                struct error *error);
/*
 * Drops from the database, with what was read of them, those that came from the settings and stand
 * there no more. While an entry cannot be read none is dropped: it may be a list that is only
 * misspelt. For who syncs by these settings: whoever only looks may have others.
 */
enum error_code named_lists_drop_others(const struct named_lists *lists, struct store *store,
                                        struct error *error);

#endif

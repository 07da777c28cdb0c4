/*
 * lists_trouble.h: lists whose last reading went wrong, and since when.
 */
#ifndef LISTSYNC_STORE_LISTS_TROUBLE_H
#define LISTSYNC_STORE_LISTS_TROUBLE_H

#include "store/lists.h"

struct list_trouble {
    struct stored_list list;
    enum outcome outcome;
    const char *since; /* UTC text: the first run that could not read it; "": not by a run */
};

struct list_troubles {
    struct list_trouble *items;
    size_t count;
};

/* Those that a key would heal (auth_failed) first, then by priority. One-time lists never. */
enum error_code lists_in_trouble(struct store *store, struct arena *arena,
                                 struct list_troubles *ret, struct error *error);

#endif

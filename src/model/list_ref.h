/*
 * list_ref.h: which list: provider name and the provider's own canonical id.
 */
#ifndef LISTSYNC_MODEL_LIST_REF_H
#define LISTSYNC_MODEL_LIST_REF_H

#include <stdbool.h>

enum { LIST_TYPE_SIZE = 32, LIST_ID_SIZE = 512, LIST_URL_SIZE = 600 };

struct list_ref {
    char type[LIST_TYPE_SIZE]; /* provider name: "imdb", "trakt", "trakt_special", ... */
    char id[LIST_ID_SIZE];     /* canonical: "ls000000001", "user/lists/slug" */
    char url[LIST_URL_SIZE];   /* where a person can look at it; "" when there is no page */
};

#endif

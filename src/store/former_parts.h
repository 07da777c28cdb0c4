/*
 * former_parts.h: the two programs that former.c knows. Inside store/ only.
 */
#ifndef LISTSYNC_STORE_FORMER_PARTS_H
#define LISTSYNC_STORE_FORMER_PARTS_H

#include "base/clock.h"
#include "store/db.h"
#include "store/former.h"

enum error_code former_read_original(struct db *db, struct arena *arena, struct former *ret,
                                     struct error *error);
enum error_code former_read_listseerr(struct db *db, struct arena *arena, struct former *ret,
                                      struct error *error);

/* What is no UTC text becomes ""; fractions of a second go. */
void former_time(struct arena *arena, const char **text);

/* Adds a zeroed row to a vector that grows up to `most`; NULL when it is full. */
#define former_grow(items, count, capacity, most)                                                  \
    __extension__({                                                                                \
        __auto_type added_ = *(items);                                                             \
        added_ = NULL;                                                                             \
        if (*(count) < (most)) {                                                                   \
            memory_grow(items, *(count), capacity);                                                \
            added_ = &(*(items))[(*(count))++];                                                    \
            memset(added_, 0, sizeof(*added_));                                                    \
        }                                                                                          \
        added_;                                                                                    \
    })

#endif

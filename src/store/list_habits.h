/*
 * list_habits.h: how large a list usually is, and how often something comes to it: what shows that
 * it suddenly shrank, or that it is frozen.
 */
#ifndef LISTSYNC_STORE_LIST_HABITS_H
#define LISTSYNC_STORE_LIST_HABITS_H

#include <stdint.h>

#include "store/store.h"

struct list_habit {
    int64_t size;          /* of the newest complete reading; -1: there is none */
    int64_t usual_size;    /* the largest of the five before; 0: there are none */
    int64_t last_read;     /* when the run began that read it so, wall ms; 0 */
    int64_t changes;       /* times at which something came to it, of what it holds now */
    int64_t last_change;   /* wall ms; 0 */
    int64_t longest_pause; /* ms between two of them */
};

enum error_code list_habits_of(struct store *store, int64_t list_id, struct list_habit *ret,
                               struct error *error);

#endif

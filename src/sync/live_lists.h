/*
 * live_lists.h: how each list of the run under way fares, for whoever looks in the middle of it.
 * Any thread; one lock inside.
 */
#ifndef LISTSYNC_SYNC_LIVE_LISTS_H
#define LISTSYNC_SYNC_LIVE_LISTS_H

#include "sync/sync.h"

enum live_list_state { LIVE_LIST_WAITING, LIVE_LIST_READING, LIVE_LIST_READ };

struct live_list {
    int64_t id;
    const char *type, *list_id, *description;
    enum live_list_state state;
    enum outcome outcome; /* once it is read, with what follows */
    const char *message;
    int64_t items;      /* entries; that take part, once all lists are read */
    bool from_snapshot; /* they are from the last good reading */
    int64_t requested;  /* of its items in this run, so far */
};

struct live_lists;

struct live_lists *live_lists_new(void);
void live_lists_free(struct live_lists *lists); /* NULL is fine */

/* For the run's thread; `lists` may be NULL. All wait; none are left at the end. */
void live_lists_begin(struct live_lists *lists, const struct stored_lists *of_run);
void live_lists_end(struct live_lists *lists);
void live_lists_reading(struct live_lists *lists);
void live_lists_read(struct live_lists *lists, const struct sync_list *list);
void live_lists_requested(struct live_lists *lists, const struct item *item);

/* In the order of the run; texts are copied into the arena. */
size_t live_lists_copy(struct live_lists *lists, struct arena *arena, struct live_list **ret);

#endif

/*
 * merge_group.h: the entries of one title made into one item. A part of merge.
 */
#ifndef LISTSYNC_MODEL_MERGE_GROUP_H
#define LISTSYNC_MODEL_MERGE_GROUP_H

#include "model/merge.h"

struct merge_member {
    const struct merge_list *list;
    const struct entry *entry;
};

/* `members` are in the order of the lists and ranks; there is at least one. */
void merge_group_item(const struct merge_member *members, size_t count, struct arena *arena,
                      struct item *ret);

/* Keeps the order of the lists and one source per list, the best ranked. */
void merge_group_add_source(struct item *item, struct item_source source);

#endif

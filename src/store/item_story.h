/*
 * item_story.h: the story of one item, by its number. Inside store/ only: runs_explain (runs.h)
 * and items_story (items_query.h) are its ways out.
 */
#ifndef LISTSYNC_STORE_ITEM_STORY_H
#define LISTSYNC_STORE_ITEM_STORY_H

#include "store/runs.h"

/* ERROR_NOT_FOUND. */
enum error_code item_story_tell(struct store *store, struct arena *arena, int64_t item_id,
                                struct item_story *story, struct error *error);

#endif

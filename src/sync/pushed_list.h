/*
 * pushed_list.h: titles that somebody sends along with the order of a run ("custom_list"), kept
 * as a file of the data directory until their run has ended, and read like any file of the user.
 *
 * The file is named after what is in it, so that the same titles sent twice are one list. Any
 * thread; two that send the same write the same.
 */
#ifndef LISTSYNC_SYNC_PUSHED_LIST_H
#define LISTSYNC_SYNC_PUSHED_LIST_H

#include "base/json_value.h"
#include "store/lists.h"

enum { PUSHED_LIST_MOST = 10000 };

/*
 * `titles` is an array of {title, year, media_type, imdb_id, tmdb_id, tvdb_id}, each optional, but
 * an id or a title must be there. Ids may also be written as Plex does: "imdb://tt0133093",
 * "com.plexapp.agents.themoviedb://603?lang=en". ERROR_USAGE names the element that is none.
 */
enum error_code pushed_list_add(struct store *store, const char *data_directory,
                                const struct json_value *titles, struct stored_list *ret,
                                struct arena *arena, struct error *error);

/*
 * Removes files and lists that no waiting run names, and no file that is not named as ours are; a
 * folder that is a link is left alone. Only the runner, between two runs.
 */
enum error_code pushed_list_clean(struct store *store, const char *data_directory,
                                  struct error *error);

#endif

/*
 * id_key.h: the texts under which entries of the same title meet.
 *
 * "imdb:tt0133093", "tmdb:movie:603", "tvdb:tv:81189", or the source's own id as it is. TMDB and
 * TVDB count films and series apart, so their ids name nothing while the kind is unknown.
 */
#ifndef LISTSYNC_MODEL_ID_KEY_H
#define LISTSYNC_MODEL_ID_KEY_H

#include "model/item.h"

enum id_kind { ID_IMDB, ID_TMDB, ID_TVDB, ID_SOURCE, ID_KINDS };

/* A fresh text, to be freed; NULL when this id is not known or names nothing. */
char *id_key(const struct ids *ids, enum media_type media_type, enum id_kind kind);

#endif

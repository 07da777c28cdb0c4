/*
 * poster_files.h: posters that were fetched, as files of the data directory, up to a sum of bytes.
 *
 * The folder (mode 0700) holds one file for each title and size, "movie-603-w342", made of checked
 * parts alone, and is nobody else's: whatever lies in it counts and may go. When there is no room
 * left, those go first that were asked for least recently (within an hour). All that is here can
 * be fetched again, so trouble with the disk is no failure: there is just no file. Any thread.
 */
#ifndef LISTSYNC_SYNC_POSTER_FILES_H
#define LISTSYNC_SYNC_POSTER_FILES_H

#include "base/buffer.h"
#include "model/poster.h"

struct poster_files;

/* After so long a poster is fetched anew when it is asked for: TMDB may have a better one. */
enum { POSTER_FILES_FRESH_S = 30 * 24 * 3600 };

struct poster_image {
    struct buffer bytes;
    const char *kind; /* "image/jpeg", ... */
    char etag[64];    /* quoted; "": just fetched, and has none yet */
    bool is_old;      /* past POSTER_FILES_FRESH_S */
};

void poster_image_init(struct poster_image *image);
void poster_image_release(struct poster_image *image);
#define AUTO_POSTER __attribute__((cleanup(poster_image_release)))

struct poster_files *poster_files_new(const char *data_directory, int64_t most_bytes);
void poster_files_free(struct poster_files *files); /* NULL is fine; the files stay */

/* False: there is none, or what is there is no image. `ret` was initialised. */
bool poster_files_read(struct poster_files *files, const struct poster_key *key,
                       struct poster_image *ret);
/* Makes room first; an image larger than all the room is not kept. */
void poster_files_save(struct poster_files *files, const struct poster_key *key, const char *bytes,
                       size_t length);
/* Sums up anew what is there, and makes room if it is too much: a few hundred files each time. */
void poster_files_tidy(struct poster_files *files);
int64_t poster_files_bytes(struct poster_files *files); /* as far as is known */

#endif

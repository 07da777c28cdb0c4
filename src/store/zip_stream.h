/*
 * zip_stream.h: bytes packed (zlib) or unpacked as they pass, in whatever portions. The only file
 * of this folder that includes zlib is zip_stream.c. One thread at a time.
 *
 *     zip_stream_feed(stream, bytes, length);      // borrowed until they are used up
 *     while (zip_stream_run(stream, false, out, size, &count) == ZIP_STREAM_FULL) ...
 */
#ifndef LISTSYNC_STORE_ZIP_STREAM_H
#define LISTSYNC_STORE_ZIP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

struct zip_stream;

struct zip_stream *zip_stream_pack(void);
struct zip_stream *zip_stream_unpack(void);
void zip_stream_free(struct zip_stream *stream); /* NULL is fine */

void zip_stream_feed(struct zip_stream *stream, const void *bytes, size_t length);

enum zip_stream_state {
    ZIP_STREAM_HUNGRY, /* all that was fed is used up, and all that it makes is out */
    ZIP_STREAM_FULL,   /* `out` is full; there may be more */
    ZIP_STREAM_END,    /* nothing follows; when unpacking, what was fed beyond it is left */
    ZIP_STREAM_BROKEN, /* unpacking: no packed bytes */
};

/* `is_end`: of packing, nothing more will be fed. */
enum zip_stream_state zip_stream_run(struct zip_stream *stream, bool is_end, void *out, size_t size,
                                     size_t *ret_count);
/* Bytes that were fed and not used. */
size_t zip_stream_left(const struct zip_stream *stream);

#endif

/*
 * compression.h: gzip and brotli, for answers and for bodies of requests. The only file that
 * includes zlib and brotli is compression.c. Pure; any thread.
 */
#ifndef LISTSYNC_WEB_COMPRESSION_H
#define LISTSYNC_WEB_COMPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

enum compression { COMPRESSION_NONE, COMPRESSION_GZIP, COMPRESSION_BROTLI, COMPRESSION_COUNT };

const char *compression_word(enum compression compression); /* "gzip"; NULL for none */

/* What an Accept-Encoding header (or NULL) likes best of these; brotli when it does not mind. */
enum compression compression_choose(const char *accepted);

/* True for types of text: HTML, JSON, scripts, SVG and the like, whatever their parameters. */
bool compression_suits(const char *content_type);
enum { COMPRESSION_LEAST = 1024 }; /* bytes; shorter bodies gain nothing */

/* Appends the packed bytes; false when they do not fit into the buffer's limit. */
bool compression_pack(enum compression compression, const char *bytes, size_t length,
                      struct buffer *ret);
/* Appends; ERROR_FORMAT when it is no whole gzip, ERROR_LIMIT when the buffer's limit is passed. */
enum error_code compression_unpack_gzip(const char *bytes, size_t length, struct buffer *ret,
                                        struct error *error);

const char *compression_zlib_version(void);
/* brotli's, three numbers of which the last two have 12 bits each */
uint32_t compression_brotli_version(void);

#endif

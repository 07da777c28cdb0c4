/*
 * mime.h: an e-mail message of several forms of one text (RFC 5322, 2045 to 2047). Lines end with
 * CRLF and are short; all bytes are ASCII. Pure; only files of notify/ include it.
 */
#ifndef LISTSYNC_NOTIFY_MIME_H
#define LISTSYNC_NOTIFY_MIME_H

#include "base/buffer.h"

/* "Name: text", folded, in encoded words where it is not ASCII or would
 * be taken for such. Line breaks become blanks. */
void mime_header(struct buffer *out, const char *name, const char *text);
/* "Name: a, b": addresses with commas between them, folded after each. */
void mime_addresses(struct buffer *out, const char *name, const char *list);
/* The rest of the head, and the parts: the least form first. */
void mime_begin(struct buffer *out);
void mime_part(struct buffer *out, const char *type, const char *text);
void mime_end(struct buffer *out);

#endif

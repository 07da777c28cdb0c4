/*
 * hush.h: what a server says, without the secrets that it was sent. A server repeats the key that
 * it refuses, or the address that it was asked under; its words go on to people, to the log, the
 * database and to other services. Pure; only the client includes it.
 *
 * `hidden` is what http_request_hide() was told; NULL hides nothing.
 */
#ifndef LISTSYNC_NET_HUSH_H
#define LISTSYNC_NET_HUSH_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/redaction.h"

/* The bytes without what is hidden; empty when nothing of it is in them. buffer_release() it. */
struct buffer hush(const struct redaction *hidden, const struct buffer *bytes);
/* A copy of the text without what is hidden. free() it. */
char *hush_text(const struct redaction *hidden, const char *text);
/* In place. */
void hush_error(const struct redaction *hidden, struct error *error);

#endif

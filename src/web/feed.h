/*
 * feed.h: one listener's place in the events and in the log, what it wants of them, and the
 * messages that come next for it, as docs/websocket.md describes them.
 *
 * A feed is a value: two listeners with equal feeds get equal bytes, so these are made once.
 * Nothing waits for a listener: one that was away too long is told to read everything anew.
 */
#ifndef LISTSYNC_WEB_FEED_H
#define LISTSYNC_WEB_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/log.h"
#include "sync/events.h"

enum {
    FEED_ALL_TYPES = (1 << EVENT_COUNT) - 1,
    FEED_PIECE = 16 << 10, /* about so many bytes are made at once */
    FEED_LIMIT = 2 * FEED_PIECE + EVENT_SIZE,
    FEED_LOG_LINES = 32, /* and so many lines of the log */
};

struct feed_wish {
    unsigned types; /* bit 1 << event type */
    bool wants_log;
    enum log_level least; /* of log lines; LOG_DEBUG when none are wanted */
};

/* Adds the type of that name, or the log ("log", from `info` on); false for no such type. */
bool feed_wish_add(struct feed_wish *wish, const char *type);

struct feed {
    struct feed_wish wish;
    uint64_t after;     /* the last event that was told or is not wanted */
    uint64_t log_after; /* the same of log lines */
};

enum feed_form {
    FEED_FRAMES, /* WebSocket: a text frame each */
    FEED_LINES,  /* Server-Sent Events */
};

/*
 * Begins where `last_event_id` ended, or now (NULL, or what it names is gone): puts the hello, and
 * the resync if one was asked for that is gone.
 */
void feed_begin(struct feed *feed, const struct feed_wish *wish, struct events *events,
                const char *last_event_id, enum feed_form form, struct buffer *out);
/* From now on; lines of the log begin with the next one. */
void feed_change(struct feed *feed, const struct feed_wish *wish);
/* Puts what comes next, about FEED_PIECE bytes, and moves on; puts nothing when there is none. */
void feed_next(struct feed *feed, struct events *events, enum feed_form form, struct buffer *out);
bool feed_equal(const struct feed *a, const struct feed *b);

#endif

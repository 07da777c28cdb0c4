/*
 * hub.h: everybody who listens, over WebSocket or Server-Sent Events; docs/websocket.md is what
 * they are promised, decision 0015 why it is built so.
 *
 * One thread serves all WebSockets. A listener is a place in the ring of events (feed.h) and at
 * most one piece that was not taken whole; nothing is queued for anybody. Server-Sent Events are
 * read by the server's threads when the hub wakes them. The hub is the watcher of the events and
 * of the log.
 *
 * Who may listen was found out by the guard; the hub asks again when they arrive (what ended just
 * before was not told to them), every minute and at hub_recheck, and ends at once what
 * hub_end_session and hub_end_key name. Any thread may call these functions.
 */
#ifndef LISTSYNC_WEB_HUB_H
#define LISTSYNC_WEB_HUB_H

#include "base/error.h"
#include "base/options.h"
#include "web/call.h"
#include "web/feed.h"

struct hub;

extern const struct option hub_options[];

/* Times in milliseconds; 0: as docs/websocket.md says. */
struct hub_settings {
    struct events *events; /* borrowed; must outlive the hub */
    int listeners;         /* at most, of both kinds; 0: 1000 */
    /* May this caller still do what needs `access`? Called in the hub's thread; may read the store.
     */
    bool (*still_admitted)(void *context, const struct caller *caller, enum access access);
    void *context;
    int ping_ms, pong_ms, stall_ms, recheck_ms, heartbeat_ms;
    int gather_ms; /* after events were sent, further ones wait so long */
};

enum error_code hub_new(const struct hub_settings *settings, struct hub **ret, struct error *error);
/* Says goodbye to all (1001), waits at most 500 ms for them, and ends the thread. Takes nobody
 * any more. To be called before web_server_stop. NULL is fine. */
void hub_close(struct hub *hub);
/* After web_server_stop: the server may hold nobody any more. NULL is fine. */
void hub_free(struct hub *hub);

/* Who wants to listen to what; copied. */
struct hub_listener {
    struct caller caller;
    struct feed_wish wish;
    const char *last_event_id; /* where it was before; NULL */
};

/* What the server needs to hand the connection over; false when there are too many listeners. Of
 * what is given, `take` or `end` must be called: the place counts until then. */
bool hub_take_websocket(struct hub *hub, const struct hub_listener *listener,
                        struct web_takeover *ret);
bool hub_take_stream(struct hub *hub, const struct hub_listener *listener, struct web_stream *ret);

/* For whoever changes what somebody may do; the hub may be NULL: then nobody listens. */
void hub_end_session(struct hub *hub, const char *digest);
void hub_end_key(struct hub *hub, int64_t key_id);
void hub_recheck(struct hub *hub); /* asks about everybody now */

struct hub_figures {
    int64_t websockets, streams; /* open now */
    int64_t dropped;             /* ended by us: too slow, silent, too loud, not allowed any more */
};

void hub_figures(struct hub *hub, struct hub_figures *ret);

#endif

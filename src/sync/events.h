/*
 * events.h: what happens, told to whoever listens. Any thread; one lock inside, never held across
 * I/O or a call-back.
 *
 * Events are kept in a ring of bounded count and size. A listener holds a number, not a queue: it
 * reads on from where it was, and whoever was away too long is told so (EVENTS_LOST) and reads
 * the state anew over REST. Numbers begin anew with each process; `epoch` tells processes apart,
 * so an id for the outside is "EPOCH-NUMBER".
 */
#ifndef LISTSYNC_SYNC_EVENTS_H
#define LISTSYNC_SYNC_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

/*      NAME            word               what it holds */
#define EVENT_TABLE(X)                                                                             \
    X(RUN_QUEUED, "run_queued", "a run waits for its turn")                                        \
    X(RUN_STARTED, "run_started", "a run has begun")                                               \
    X(RUN_PROGRESS, "run_progress", "how far the run is: phase, done, total, rate, time left")     \
    X(RUN_LIST_READ, "run_list_read", "the source of a list has answered")                         \
    X(RUN_LIST, "run_list", "a list of the run was read, and takes part with so many entries")     \
    X(RUN_ITEM, "run_item", "an item was decided, or asked for, with Seerr's answer")              \
    X(RUN_WARNING, "run_warning", "something that the run could not do, in a sentence")            \
    X(RUN_FINISHED, "run_finished", "a run has ended, with its counts")                            \
    X(LIST_CHANGED, "list_changed", "a list was added, changed or removed")                        \
    X(ITEM_CHANGED, "item_changed", "items were ignored, matched, allowed again or taken back")    \
    X(SETTINGS_CHANGED, "settings_changed", "settings, by name")                                   \
    X(SCHEDULE_CHANGED, "schedule_changed", "when the next syncs are due")                         \
    X(HEALTH_CHANGED, "health_changed", "a part of the program is well again, or is not")

enum event_type {
#define EVENT_ENUM(name, word, meaning) EVENT_##name,
    EVENT_TABLE(EVENT_ENUM)
#undef EVENT_ENUM
        EVENT_COUNT
};

const char *event_word(enum event_type type);
const char *event_meaning(enum event_type type);
bool event_from_word(const char *word, enum event_type *ret);

enum { EVENTS_KEPT = 4096, EVENTS_BYTES = 1 << 20, EVENT_SIZE = 8192 };

struct events;

struct events *events_new(void);
void events_free(struct events *events); /* nobody may listen any more; NULL is fine */

/*
 * `json` is one whole object as text on one line, as json_writer writes it. What is longer than
 * EVENT_SIZE (its parts may come from strangers) is told as {"omitted":true}: that it happened is
 * known, the rest is in the store.
 */
void events_publish(struct events *events, enum event_type type, const char *json);

const char *events_epoch(const struct events *events); /* 8 letters and digits */
uint64_t events_newest(struct events *events);         /* 0: none yet */
/* The newest of one type, however old; 0: none yet. What it replaces need not be told. */
uint64_t events_newest_of(struct events *events, enum event_type type);

enum events_fate { EVENTS_READ, EVENTS_NONE, EVENTS_LOST };

struct event {
    uint64_t number;
    enum event_type type;
    int64_t wall_ms;
};

/*
 * The event after `after`: its JSON replaces `json`, whose limit is at least EVENT_SIZE. LOST:
 * those right after it are gone, or `after` is a number that was never given out.
 */
enum events_fate events_next(struct events *events, uint64_t after, struct event *ret,
                             struct buffer *json);
/* Those from before that time go: memory for who was away so long is better used. */
void events_forget(struct events *events, int64_t before_wall_ms);
/*
 * Called after each event in the thread that published it, several at once perhaps; it may read
 * events, but not change who is called. NULL: nobody, which returns when no call is under way any
 * more. There is one such listener, the hub, which wakes all others; a second is our mistake.
 */
void events_watch(struct events *events, void (*wake)(void *context), void *context);

#endif

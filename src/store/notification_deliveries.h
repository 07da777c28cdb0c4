/*
 * notification_deliveries.h: the queue of notices, and what became of each
 * (`notification_deliveries`).
 *
 * A delivery is one notice for one target. It waits until it is due, is claimed before it is sent,
 * and ends in one of the last states. What is claimed when the program ends has an unknown fate:
 * notification_deliveries_recover says so, and it is not sent again, unless the receiver can tell
 * that it has it already. A key ("run/12") is queued for a target once only, however often it is
 * asked for. Times are wall milliseconds.
 */
#ifndef LISTSYNC_STORE_NOTIFICATION_DELIVERIES_H
#define LISTSYNC_STORE_NOTIFICATION_DELIVERIES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

/*      NAME       word         what it means */
#define DELIVERY_STATE_TABLE(X)                                                                    \
    X(WAITING, "waiting", "to be sent when it is due")                                             \
    X(CLAIMED, "sending", "it is being sent")                                                      \
    X(DELIVERED, "delivered", "the service took it")                                               \
    X(FAILED, "failed", "given up, or refused for good")                                           \
    X(UNKNOWN, "unknown", "sent, but no answer came: it may have arrived, so it is not repeated")  \
    X(COLLECTED, "collected", "a part of a digest")                                                \
    X(DROPPED, "dropped", "too many waited, or the target was switched off")

enum delivery_state {
#define DELIVERY_ENUM(name, word, meaning) DELIVERY_##name,
    DELIVERY_STATE_TABLE(DELIVERY_ENUM)
#undef DELIVERY_ENUM
        DELIVERY_STATES
};

extern const char *const delivery_state_words[]; /* NULL-ended */

struct notification_delivery {
    int64_t id, target_id;
    const char *target; /* its name */
    const char *key;
    const char *title;
    const char *severity;
    const char *notice; /* JSON */
    enum delivery_state state;
    bool in_digest; /* waits to become a part of one */
    bool is_brief;  /* too long: without its titles */
    int64_t attempts;
    int64_t due_ms, created_ms, ended_ms; /* ended: 0 as long as it is not */
    const char *message;                  /* of the last attempt; "" */
};

struct notification_deliveries {
    struct notification_delivery *items;
    size_t count;
};

/* Waiting ones of a target, and, of those, parts of its next digest: the newest stay. */
enum { DELIVERIES_KEPT = 1000, DELIVERIES_WAITING_MOST = 200, DELIVERIES_IN_DIGEST_MOST = 2000 };
enum { DELIVERY_ATTEMPTS_MANY = 5 };

/* target_id, key, title, severity, notice, in_digest, due_ms. The oldest gives way when too many
 * wait for one target. Again: nothing happens. */
enum error_code notification_deliveries_add(struct store *store,
                                            const struct notification_delivery *delivery,
                                            struct error *error);
/* At the start: those that were being sent. `again`, NULL-ended: kinds whose wait again. */
enum error_code notification_deliveries_recover(struct store *store, const char *const *again,
                                                struct error *error);
/*
 * Once a backup is put back: what was due since it was made may have been sent by the program that
 * went on then, so that its fate is unknown as well.
 */
enum error_code notification_deliveries_doubt(struct store *store, int64_t now_ms,
                                              int64_t *ret_count, struct error *error);
/*
 * The first that is due for each target that is on and not disabled, but for those whose first one
 * waits for a later time: claimed, on disk, when this returns.
 */
enum error_code notification_deliveries_claim(struct store *store, struct arena *arena,
                                              int64_t now_ms, struct notification_deliveries *ret,
                                              struct error *error);
/* What became of a claimed one: state, due_ms (when it waits again), is_brief, message. */
enum error_code notification_deliveries_end(struct store *store,
                                            const struct notification_delivery *delivery,
                                            struct error *error);
/* Those that wait for a digest of the target that is due. */
enum error_code notification_deliveries_digest(struct store *store, struct arena *arena,
                                               int64_t target_id, int64_t now_ms,
                                               struct notification_deliveries *ret,
                                               struct error *error);
/* They became a part of one. */
enum error_code notification_deliveries_collect(struct store *store, int64_t target_id,
                                                int64_t now_ms, struct error *error);
/* How many are kept in each state. */
enum error_code notification_deliveries_counts(struct store *store, int64_t ret[DELIVERY_STATES],
                                               struct error *error);
/* All that wait for the target go. */
enum error_code notification_deliveries_drop(struct store *store, int64_t target_id,
                                             const char *why, struct error *error);
/* What waits for the target, and for no digest, may be sent now: its settings were changed. */
enum error_code notification_deliveries_hurry(struct store *store, int64_t target_id,
                                              int64_t now_ms, struct error *error);
/* What waits for the target's digest waits until that time: the digest's was changed. */
enum error_code notification_deliveries_move_digest(struct store *store, int64_t target_id,
                                                    int64_t due_ms, struct error *error);
/* What waits for the target, and for no digest, is not sent before that time. */
enum error_code notification_deliveries_postpone(struct store *store, int64_t target_id,
                                                 int64_t until_ms, struct error *error);
/*
 * The clock was set back: what waits for the target since a time that is still to come counts as
 * new now, and is due now, or with the digest at that time.
 */
enum error_code notification_deliveries_set_back(struct store *store, int64_t target_id,
                                                 int64_t now_ms, int64_t digest_ms,
                                                 struct error *error);
/*
 * Why messages to the target do not arrive: the newest that ended was given up, or one waits since
 * before that time and was tried again and again. "": they do. NULL: nobody knows, none ended since
 * the target was changed or switched on again.
 */
enum error_code notification_deliveries_trouble(struct store *store, struct arena *arena,
                                                int64_t target_id, int64_t before_ms,
                                                const char **ret, struct error *error);
/* What the target did not take, from the first attempt on. `message` NULL: there is nothing such.
 */
struct delivery_held_up {
    const char *message; /* of the last attempt */
    int64_t due_ms;      /* of the next one; past while it is under way */
};

enum error_code notification_deliveries_held_up(struct store *store, struct arena *arena,
                                                int64_t target_id, struct delivery_held_up *ret,
                                                struct error *error);
/* When the next one is due that can be claimed or collected then; 0: none waits. */
enum error_code notification_deliveries_next(struct store *store, int64_t *ret_ms,
                                             struct error *error);
/* Newest first, below `before` (0: all), of that target (0: all); without their notices. */
enum error_code notification_deliveries_load(struct store *store, struct arena *arena,
                                             int64_t target_id, int64_t before, int limit,
                                             struct notification_deliveries *ret,
                                             struct error *error);
/* Forgets the oldest ended ones but DELIVERIES_KEPT. */
enum error_code notification_deliveries_thin_out(struct store *store, struct error *error);

#endif

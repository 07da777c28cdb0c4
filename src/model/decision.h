/*
 * decision.h: what a run decides for an item, and what became of it.
 *
 * A decision is the plan's word; a status is the result that the original's users and scripts
 * know. Both tables are the single source of these words.
 */
#ifndef LISTSYNC_MODEL_DECISION_H
#define LISTSYNC_MODEL_DECISION_H

#include <stdbool.h>

/*      NAME                  word                    headline for people */
#define DECISION_TABLE(X)                                                                          \
    X(REQUEST, "request", "to be requested")                                                       \
    X(SKIP_AVAILABLE, "skip_available", "already available")                                       \
    X(SKIP_REQUESTED, "skip_requested", "already requested")                                       \
    X(SKIP_PARTIAL_CURRENT, "skip_partial_current", "every season is there or asked for")          \
    X(SKIP_DECLINED, "skip_declined", "declined earlier")                                          \
    X(SKIP_DELETED, "skip_deleted", "deleted earlier")                                             \
    X(SKIP_BLOCKLISTED, "skip_blocklisted", "on Seerr's blocklist")                                \
    X(SKIP_IGNORED, "skip_ignored", "ignored by you")                                              \
    X(SKIP_FILTERED, "skip_filtered", "not something Seerr can hold")                              \
    X(SKIP_LIMIT, "skip_limit", "the requester may not ask for more now")                          \
    X(UNMATCHED, "unmatched", "not identified for certain")

enum decision {
#define DECISION_ENUM(name, word, headline) DECISION_##name,
    DECISION_TABLE(DECISION_ENUM)
#undef DECISION_ENUM
        DECISION_COUNT
};

const char *decision_word(enum decision decision);
const char *decision_headline(enum decision decision);
bool decision_from_word(const char *word, enum decision *ret);

/*      NAME                   word */
#define ITEM_STATUS_TABLE(X)                                                                       \
    X(REQUESTED, "requested")                                                                      \
    X(ALREADY_REQUESTED, "already_requested")                                                      \
    X(ALREADY_AVAILABLE, "already_available")                                                      \
    X(SKIPPED, "skipped")                                                                          \
    X(NOT_FOUND, "not_found")                                                                      \
    X(ERROR, "error")                                                                              \
    X(REQUEST_FAILED, "request_failed")                                                            \
    X(WOULD_BE_SYNCED, "would_be_synced")                                                          \
    X(CANCELLED, "cancelled")

enum item_status {
#define ITEM_STATUS_ENUM(name, word) ITEM_STATUS_##name,
    ITEM_STATUS_TABLE(ITEM_STATUS_ENUM)
#undef ITEM_STATUS_ENUM
        ITEM_STATUS_COUNT
};

const char *item_status_word(enum item_status status);
bool item_status_from_word(const char *word, enum item_status *ret);
/* The status of an item whose decision was anything but request. */
enum item_status item_status_of_decision(enum decision decision);

#endif

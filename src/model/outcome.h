/*
 * outcome.h: how one fetch of one list ended. Exactly one of these; the words are the same in the
 * database, the API, the metrics and the interface.
 */
#ifndef LISTSYNC_MODEL_OUTCOME_H
#define LISTSYNC_MODEL_OUTCOME_H

#include <stdbool.h>

/*      NAME             word              complete  what it means to a person */
#define OUTCOME_TABLE(X)                                                                           \
    X(OK, "ok", true, "read completely")                                                           \
    X(UNCHANGED, "unchanged", true, "the source says nothing changed since the last read")         \
    X(PARTIAL, "partial", false, "less was read than the source says the list holds")              \
    X(EMPTY, "empty", true, "the source says that the list holds nothing")                         \
    X(PRIVATE, "private", false, "the list is private")                                            \
    X(NOT_FOUND, "not_found", false, "there is no such list")                                      \
    X(BLOCKED, "blocked", false, "the source refuses programs")                                    \
    X(RATE_LIMITED, "rate_limited", false, "the source asks us to come back later")                \
    X(AUTH_FAILED, "auth_failed", false, "the key or token is missing or no longer valid")         \
    X(CHANGED_FORMAT, "changed_format", false, "the answer is not understood")                     \
    X(UNREACHABLE, "unreachable", false, "the source does not answer")                             \
    X(CANCELLED, "cancelled", false, "stopped before it was read")

enum outcome {
#define OUTCOME_ENUM(name, word, complete, meaning) OUTCOME_##name,
    OUTCOME_TABLE(OUTCOME_ENUM)
#undef OUTCOME_ENUM
        OUTCOME_COUNT
};

const char *outcome_word(enum outcome outcome);
const char *outcome_meaning(enum outcome outcome);
/* Complete: the answer is the whole list and may replace the last good snapshot. */
bool outcome_is_complete(enum outcome outcome);
/* false when the word is none of them */
bool outcome_from_word(const char *word, enum outcome *ret);

#endif

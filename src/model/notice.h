/*
 * notice.h: a message that a person gets: a title, and parts that each say one thing.
 *
 * A part is of a kind. Kinds that count titles ("3 titles were requested") make their sentence
 * themselves, so that several of them can become one (notice_merge), however many runs they tell
 * of; the others bring a sentence. Each kind belongs to the event that a target may choose.
 * Notices and their texts live in an arena. As JSON they wait in the store, and are what a generic
 * webhook gets.
 */
#ifndef LISTSYNC_MODEL_NOTICE_H
#define LISTSYNC_MODEL_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_value.h"
#include "base/json_writer.h"

enum notice_severity { NOTICE_GOOD, NOTICE_INFO, NOTICE_WARNING, NOTICE_ERROR };

const char *notice_severity_word(enum notice_severity severity); /* "good", "info", ... */

/*      NAME          word            what it is, for people */
#define NOTICE_EVENT_TABLE(X)                                                                      \
    X(REQUESTED, "requested", "titles that a sync newly requested")                                \
    X(NEEDS_PERSON, "needs_person",                                                                \
      "titles that need you: not identified, declined, not taken, or a quota is used up")          \
    X(RUN, "run", "a sync failed, and the next one that is well again")                            \
    X(SOURCE, "source",                                                                            \
      "a list is blocked, lacks a key, changed its format, is frozen or shrank; and its recovery") \
    X(SILENCE, "silence", "no sync has succeeded for several intervals")                           \
    X(SEERR, "seerr", "Seerr cannot be used, and that it can be again")                            \
    X(SERVICE, "service", "a key is about to end, a backup failed, a target was switched off")

enum notice_event {
#define NOTICE_EVENT_ENUM(name, word, meaning) NOTICE_##name,
    NOTICE_EVENT_TABLE(NOTICE_EVENT_ENUM)
#undef NOTICE_EVENT_ENUM
        NOTICE_EVENTS
};

extern const char *const notice_event_words[]; /* NULL-ended */
const char *notice_event_meaning(enum notice_event event);
bool notice_event_from_word(const char *word, enum notice_event *ret);

enum { NOTICE_ALL_EVENTS = (1 << NOTICE_EVENTS) - 1 };

/* Sets of events, bit 1 << event, as "requested,source". Unknown words are left out. */
unsigned notice_events_from_text(const char *text);
const char *notice_events_text(unsigned events, struct arena *arena);

/*      NAME        word           event  severity  of one title, of several; "": brings its own */
#define NOTICE_PART_TABLE(X)                                                                       \
    X(NEW, "requested", REQUESTED, GOOD, "title was requested", "titles were requested")           \
    X(UNKNOWN, "unmatched", NEEDS_PERSON, WARNING, "title could not be identified for certain",    \
      "titles could not be identified for certain")                                                \
    X(REFUSED, "refused", NEEDS_PERSON, WARNING, "title was declined or deleted in Seerr",         \
      "titles were declined or deleted in Seerr")                                                  \
    X(NOT_TAKEN, "request_failed", NEEDS_PERSON, WARNING,                                          \
      "title could not be requested: Seerr did not take it",                                       \
      "titles could not be requested: Seerr did not take them")                                    \
    X(QUOTA, "quota", NEEDS_PERSON, WARNING, "", "")                                               \
    X(RUN_TROUBLE, "run_failed", RUN, ERROR, "", "")                                               \
    X(STOPPED, "run_stopped", RUN, INFO, "", "")                                                   \
    X(CUT_OFF, "run_cut_off", RUN, WARNING, "", "")                                                \
    X(LIST_TROUBLE, "list", SOURCE, WARNING, "", "")                                               \
    X(NO_SYNC, "silence", SILENCE, ERROR, "", "")                                                  \
    X(SEERR_TROUBLE, "seerr", SEERR, ERROR, "", "")                                                \
    X(SERVICE_TROUBLE, "service", SERVICE, WARNING, "", "")                                        \
    X(NO_DATABASE, "database", SERVICE, ERROR, "", "")                                             \
    X(SUMMARY, "summary", RUN, INFO, "", "")

enum notice_part_kind {
#define NOTICE_PART_ENUM(name, word, event, severity, one, many) NOTICE_PART_##name,
    NOTICE_PART_TABLE(NOTICE_PART_ENUM)
#undef NOTICE_PART_ENUM
        NOTICE_PARTS
};

enum notice_event notice_part_event(enum notice_part_kind kind);
enum notice_severity notice_part_severity(enum notice_part_kind kind);
bool notice_part_counts(enum notice_part_kind kind); /* titles; else it brings a sentence */

struct notice_item {
    const char *title;
    int64_t year;     /* 0: unknown */
    const char *link; /* "" */
};

/* So many of a part's titles are kept; `total` says how many there are. */
enum {
    NOTICE_ITEMS = 40,
    NOTICE_PARTS_MOST = 60,
    NOTICE_SAID_MOST = 50,
    NOTICE_SENTENCE_SIZE = 400
};

struct notice_part {
    enum notice_part_kind kind;
    bool is_well;         /* it tells that what was wrong is well again */
    const char *sentence; /* of kinds that do not count */
    struct notice_item *items;
    size_t count;
    int64_t total;
};

struct notice {
    const char *id; /* tells it apart from all others; receivers may know it again by this */
    const char *title;
    int64_t at_ms; /* wall */
    struct notice_part *parts;
    size_t count;
    /* Of notice_merge: sentences that are there, and the part that counts those without room. */
    size_t said, unsaid;
    struct notice_part *rest;
};

void notice_init(struct notice *notice, struct arena *arena, int64_t at_ms);
/* The next part, empty, with room for its items; beyond NOTICE_PARTS_MOST NULL. */
struct notice_part *notice_add(struct notice *notice, struct arena *arena,
                               enum notice_part_kind kind);
/* A part that brings its sentence. */
void notice_say(struct notice *notice, struct arena *arena, enum notice_part_kind kind,
                bool is_well, const char *sentence);
/* Counts a title, and keeps it while there is room. */
void notice_add_item(struct notice_part *part, struct arena *arena, const char *title, int64_t year,
                     const char *link);

/* The worst of its parts; what is well again is good. */
enum notice_severity notice_severity_of(const struct notice *notice);
enum notice_severity notice_part_severity_of(const struct notice_part *part);
/* "3 titles were requested", or its own. */
const char *notice_part_sentence(const struct notice_part *part, struct arena *arena);

/*
 * Adds the parts of `from`: titles that count become one part of their kind, each title once; a
 * sentence is said once, and beyond NOTICE_SAID_MOST of them the others are counted.
 */
void notice_merge(struct notice *notice, struct arena *arena, const struct notice *from);

void notice_put(struct json_writer *json, const char *key, const struct notice *notice);
/* ERROR_FORMAT when it is none; what is too much is left out. */
enum error_code notice_read(const struct json_value *value, struct arena *arena, struct notice *ret,
                            struct error *error);

#endif

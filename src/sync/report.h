/*
 * report.h: a report under way: lines of names and values, of which nothing secret gets out. Only
 * the files that make it include this (diagnostics_*.c).
 */
#ifndef LISTSYNC_SYNC_REPORT_H
#define LISTSYNC_SYNC_REPORT_H

#include "base/redaction.h"
#include "store/lists.h"
#include "sync/diagnostics.h"
#include "sync/secret_key.h"

struct report {
    const struct diagnostics_order *order;
    struct arena *arena;
    struct redaction *redaction;
    struct secret_key key; /* of the credentials; none unless `has_key` */
    bool has_key;
    struct error key_error;    /* why not */
    struct options live;       /* settings as they are now */
    struct stored_lists lists; /* one-time ones too */
    struct buffer text;        /* of the part under way, not redacted yet */
    struct buffer *out;
};

/* "  NAME: ..." and a line break; a short name is filled up with blanks. */
void report_say(struct report *report, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void report_line(struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A sentence of somebody else, as it may be told; "" stays "". In the arena. */
const char *report_discreet(struct report *report, const char *sentence);
/* "2026-11-22T09:33:56Z"; "never" for 0 */
const char *report_time(struct report *report, int64_t wall_ms);
/* The same of the store's text. */
const char *report_stored_time(struct report *report, const char *stored);
/* "it cannot be told: ..." of what went wrong. */
void report_trouble(struct report *report, const char *name, const struct error *error);
/* Hands out what was said since the last time; nothing gets out any other way. */
void report_hand_out(struct report *report);

#endif

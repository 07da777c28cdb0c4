/*
 * diagnostics.h: a report on how ListSync is, to be shown to those who help: one plain text that a
 * person can read over before they hand it on.
 *
 * It tells shapes: versions, settings by name, counts, states, times, sentences. It tells no
 * secret, no title, no account's name, and of lists and addresses only their form. Three walls see
 * to that: each part writes nothing secret to begin with; sentences of others go through
 * discreet.h; and all of it goes through a redaction (base/redaction.h) that knows every secret of
 * the settings, the lists, the notification targets and the environment.
 *
 * Nothing is changed, and whatever cannot be found out is said in its place: a report is wanted
 * most when things are broken. Never longer than DIAGNOSTICS_MOST; log lines are what is cut.
 *
 * One thread; reading all of the database and asking Seerr may take a minute.
 */
#ifndef LISTSYNC_SYNC_DIAGNOSTICS_H
#define LISTSYNC_SYNC_DIAGNOSTICS_H

#include "sync/backup_desk.h"
#include "sync/schedule.h"

enum {
    DIAGNOSTICS_MOST = 1 << 20,
    DIAGNOSTICS_METRICS_MOST = 256 << 10,
    DIAGNOSTICS_LINES_MOST = 5000,
    DIAGNOSTICS_NAME_SIZE = 64,
};

struct diagnostics_library {
    const char *name, *version; /* a NULL name ends */
};

/* What only a running service knows. */
struct diagnostics_service {
    int64_t started_ms; /* wall */
    int64_t resident_bytes, open_files;
    double cpu_seconds;
    struct schedule_state schedule;
    struct runner_state runner;
    const struct backup_desk_state *backups; /* NULL: nobody looks after them */
    const char *metrics;                     /* the page for Prometheus; NULL: nobody counts */
};

/* Borrowed, all of it. */
struct diagnostics_order {
    const struct options *given;  /* of the environment */
    const char *settings_problem; /* the first that could not be read; "" */
    const char *warnings;         /* about unknown names, a line each; "" */
    const char *data_directory;
    struct store *store;                         /* NULL: there is none */
    const char *store_problem;                   /* why; "" */
    bool is_held;                                /* the data directory, by a service or a sync */
    const struct runner_tools *tools;            /* to ask Seerr with; NULL: it is not asked */
    const struct diagnostics_library *libraries; /* that are not known here; may be NULL */
    const struct diagnostics_service *service;   /* NULL: this is not the service */
    const char *log_path; /* of the file; NULL: what this process has logged */
};

/* Appends it to `out`, whose limit is DIAGNOSTICS_MOST or more. */
void diagnostics_write(const struct diagnostics_order *order, struct buffer *out);
/* "listsync-diagnostics-20261122T093356Z.txt" */
void diagnostics_name(char ret[DIAGNOSTICS_NAME_SIZE]);

#endif

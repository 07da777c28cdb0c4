/*
 * audit.h: who changed what (`audit_log`). Rows are only ever added; the oldest go when there are
 * more than AUDIT_KEPT. Texts are cut at 255 bytes, `detail` at 1,023: part of them may be a
 * stranger's.
 */
#ifndef LISTSYNC_STORE_AUDIT_H
#define LISTSYNC_STORE_AUDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

enum { AUDIT_KEPT = 20000 };

struct audit_row {
    int64_t id;
    const char *at;      /* UTC text; of audit_add: NULL or "" is now */
    const char *who;     /* caller's name */
    const char *how;     /* "session", "key", ... */
    const char *address; /* client's */
    const char *action;  /* "list.add" */
    const char *subject; /* "imdb:top" */
    const char *detail;  /* a sentence or ""; never a secret */
};

struct audit_rows {
    struct audit_row *items;
    size_t count;
};

enum error_code audit_add(struct store *store, const struct audit_row *row, struct error *error);
/* Newest first; only rows before `before` (0: all) and of that action's first word ("list";
 * NULL: all). */
enum error_code audit_load(struct store *store, struct arena *arena, int64_t before,
                           const char *action, int limit, struct audit_rows *ret,
                           struct error *error);

#endif

/*
 * notice_compose.h: what there is to tell of a run that ended: everything; what a target wants of
 * it is model/notice_choice.h's business. Only files of sync/ include it.
 */
#ifndef LISTSYNC_SYNC_NOTICE_COMPOSE_H
#define LISTSYNC_SYNC_NOTICE_COMPOSE_H

#include "base/options.h"
#include "model/notice.h"
#include "store/runs.h"

/* `options`: with Seerr's address, for the links. `is_planned`: another sync begins by itself. */
enum error_code notice_compose(struct store *store, struct arena *arena,
                               const struct options *options, bool is_planned,
                               const struct stored_run *run, struct notice *ret,
                               struct error *error);

#endif

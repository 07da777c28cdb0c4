/*
 * requesters.h: the Seerr users in whose name a run asks, and what each may still ask for.
 *
 * Seerr tells by the message of a 403 whether a user may not ask for films or series at all, has
 * used up a quota, or may not be acted for; each stops that user's rest (of that kind) for this
 * run, with one clear reason.
 */
#ifndef LISTSYNC_SYNC_REQUESTERS_H
#define LISTSYNC_SYNC_REQUESTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/item.h"
#include "seerr/request.h"

struct requester;

struct requesters {
    struct arena *arena;
    struct requester *first;
};

void requesters_init(struct requesters *requesters, struct arena *arena);

/* User 0 is the key's own and needs no proof. */
bool requesters_is_verified(const struct requesters *requesters, int64_t user);
void requesters_verify(struct requesters *requesters, int64_t user);
/* No requests in this name at all; returns the sentence. */
const char *requesters_refuse(struct requesters *requesters, int64_t user, const char *why);

/* True when a person must change something (an unknown user, no permission): an error. */
bool requesters_is_refused(const struct requesters *requesters, int64_t user, enum media_type type);

/* Why nothing of this kind may be asked for in this name; NULL while it may. */
const char *requesters_limit(const struct requesters *requesters, int64_t user,
                             enum media_type type);
/* After a 403; returns the sentence. */
const char *requesters_set_limit(struct requesters *requesters, int64_t user, enum media_type type,
                                 enum request_answer answer);

#endif

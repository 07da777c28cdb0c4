/*
 * discreet.h: sentences of others (log lines, answers of servers) as a stranger may read them.
 *
 * What is known to be secret is the business of base/redaction.h. This takes out what looks like
 * something that is nobody's business, whatever it is:
 *
 *     "Heat"                               -> "(4 characters)"
 *     https://u:p@seerr.example/a?key=1    -> https://(public name)/(hidden)
 *     http://192.168.1.2:5055/login        -> http://192.168.1.2:5055/(hidden)
 *     anna@example.org                     -> (hidden)
 *     token=abc, Authorization: Bearer abc -> token=(hidden)
 *     dGhpcyBpcyBhIGxvbmcgdG9rZW4x         -> (28 characters)
 *     a folder below /home or /Users       -> with (user) for its first name
 *     203.0.113.9                          -> (public address)
 *
 * Hosts of sources stay, and addresses and names that mean something in one home only. Pure.
 */
#ifndef LISTSYNC_SYNC_DISCREET_H
#define LISTSYNC_SYNC_DISCREET_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buffer.h"

/* Appends it; control characters are gone as well. */
void discreet_text(const char *text, struct buffer *out);
/* An address: scheme, what may be told of its host, port, and whether there is more. */
void discreet_address(const char *address, struct buffer *out);
/* Whether the host of an address may be told: "192.168.1.2", "seerr", "nas.lan", "trakt.tv". */
bool discreet_host_is_public(const char *host);
/* The form of a name without the name: "anna/lists/mine-2024" -> "xxxx/lists/xxxx-0000". */
const char *discreet_form(struct arena *arena, const char *name);

#endif

/*
 * identity.h: for containers that are started as root and told by PUID and PGID whose files the
 * data directory holds: gives it to that user and becomes that user, before anything is opened.
 *
 * Not started as root, there is nothing to do: PUID is then only a wish, and where it differs from
 * who we are, a sentence on stderr says how to fulfil it. Without PUID nothing happens at all.
 * Giving files away and becoming somebody else takes the capabilities CHOWN, DAC_OVERRIDE, SETUID
 * and SETGID; without them, ERROR_USAGE says what to do instead.
 *
 * Called once, while there is one thread.
 */
#ifndef LISTSYNC_APP_IDENTITY_H
#define LISTSYNC_APP_IDENTITY_H

#include "base/options.h"

extern const struct option identity_options[];

/* `folder` need not exist. What links in it lead to is left alone. */
enum error_code identity_take(const struct options *options, const char *folder,
                              struct error *error);

#endif

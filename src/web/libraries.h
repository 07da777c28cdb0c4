/*
 * libraries.h: the versions of the libraries that only the service uses, for a report
 * (sync/diagnostics.h).
 */
#ifndef LISTSYNC_WEB_LIBRARIES_H
#define LISTSYNC_WEB_LIBRARIES_H

#include "base/arena.h"
#include "sync/diagnostics.h"

/* In the arena, ended by a NULL name. */
const struct diagnostics_library *libraries_all(struct arena *arena);

#endif

/*
 * moved_in.h: what was taken over from another program, for people: one line for each thing.
 */
#ifndef LISTSYNC_APP_MOVED_IN_H
#define LISTSYNC_APP_MOVED_IN_H

#include <stdio.h>

#include "sync/move_in.h"

/* `kept_of`: the database whose place was taken; NULL when none was. */
void moved_in_print(const struct move_in *move_in, FILE *out, const char *kept_of);

#endif

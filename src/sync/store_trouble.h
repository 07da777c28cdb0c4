/*
 * store_trouble.h: what is the matter with the database or its disk: noticed by whoever fails on
 * it, told in one sentence (health.h), and over by itself once it can be written again.
 *
 * Whoever fails notes it; that is said in the log once, and not by everybody every few seconds. The
 * schedule looks every half minute: a disk that is full or read-only, and a database that somebody
 * removed or replaced, are seen before anything fails on it, and what had failed is over when a
 * write comes through. Damage is not over until the program starts again, on a backup. Any thread.
 */
#ifndef LISTSYNC_SYNC_STORE_TROUBLE_H
#define LISTSYNC_SYNC_STORE_TROUBLE_H

#include "sync/runner.h"

/* With less room the disk counts as full: a sync of 10,000 titles writes about as much. */
enum { STORE_TROUBLE_ROOM = 4 << 20 };

/*
 * Completes the sentence by the backup that is to be put in place of a damaged database, and notes
 * it. True: it is news, and the caller says it in the log. Failures of anything else, and of tools
 * without health (or NULL), are always news.
 */
bool store_trouble_note(const struct runner_tools *tools, struct error *error);

/* Is something the matter, as far as anybody noticed? */
bool store_trouble_is_known(const struct runner_tools *tools);

/* With a store that could be read: is all well (again)? Notes what it finds; ERROR_STORE. */
enum error_code store_trouble_look(const struct runner_tools *tools, struct store *store,
                                   struct error *error);

#endif

/*
 * runs_newest.h: the runs that the schedule counts from, and those that wait.
 */
#ifndef LISTSYNC_STORE_RUNS_NEWEST_H
#define LISTSYNC_STORE_RUNS_NEWEST_H

#include "store/runs.h"

/* Full runs that are no dry runs, in any state, newest first. */
enum error_code runs_newest_full(struct store *store, struct arena *arena, int limit,
                                 struct stored_runs *ret, struct error *error);
/* The newest of them that was completed, with errors or without; `ret->count` is 0 or 1. */
enum error_code runs_newest_complete(struct store *store, struct arena *arena,
                                     struct stored_runs *ret, struct error *error);
/* The newest run of any kind that has ended; `ret->count` is 0 or 1. */
enum error_code runs_newest_ended(struct store *store, struct arena *arena, struct stored_runs *ret,
                                  struct error *error);
/* The newest run of any kind that was no dry run and has ended, but by nobody's cancel. */
enum error_code runs_newest_real(struct store *store, struct arena *arena, struct stored_runs *ret,
                                 struct error *error);
/* All that wait, oldest first. */
enum error_code runs_waiting(struct store *store, struct arena *arena, struct stored_runs *ret,
                             struct error *error);
/* Titles that were to be requested and that the newest real run with titles did not reach. */
enum error_code runs_count_waiting(struct store *store, int64_t *ret, struct error *error);

#endif

/*
 * small_sync.h: a sync of six titles that meets every kind of call to Seerr, and what must hold
 * after it, however it ended.
 *
 * Two films with a TMDB id, one with an IMDb id only, a whole series, one season of a series, and
 * a film that was declined. Between two trials the simulator forgets everything, and the database
 * is a copy of one that was made at the start.
 *
 * `about` and `at` say in messages which trial it is.
 */
#ifndef TESTS_SUPPORT_SMALL_SYNC_H
#define TESTS_SUPPORT_SMALL_SYNC_H

#include "support/in_process.h"

struct small_sync {
    struct world world;
    char *database;
    char *original; /* the database as each trial finds it */
};

/* For cmocka's set-up and tear-down; the state is a struct small_sync. */
int small_sync_set_up(void **state);
int small_sync_tear_down(void **state);

void small_sync_start_over(const struct small_sync *sync);
/* Nothing was asked for twice, and what the ledger takes for done is in Seerr. */
void small_sync_check_promises(const struct small_sync *sync, const char *about, int64_t at);
/* One more sync, undisturbed: it completes, and Seerr then has exactly what was wanted. */
void small_sync_check_next(const struct small_sync *sync, const char *about, int64_t at);

#endif

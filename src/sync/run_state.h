/*
 * run_state.h: what the phases of one run share. Only files of sync/ include it.
 *
 * A phase is a function `enum error_code x(struct run *run)`: it drives its exchanges to the end
 * and returns; a failure that ends the run is in run->error.
 */
#ifndef LISTSYNC_SYNC_RUN_STATE_H
#define LISTSYNC_SYNC_RUN_STATE_H

#include "model/plan.h"
#include "seerr/media.h"
#include "store/ledger.h"
#include "sync/sync.h"

struct run {
    const struct sync_tools *tools;
    const struct sync_settings *settings;
    struct sync_result *result; /* also owns the arena */
    struct arena *arena;
    struct merge_list *merge_lists; /* one for each of result->lists */
    struct entry_list *entries;     /* likewise, owned */
    struct media_sweep media;
    int64_t key_user;        /* Seerr user that the API key belongs to */
    struct map memories;     /* "movie:603" -> struct memory (item_plan.h), in the arena */
    struct map ignored;      /* "movie:603" */
    struct map looks;        /* "tv:1399" -> struct title_look, in the arena */
    const char *last_reason; /* in the arena, to be shared by the next item */
    struct error error;
};

enum { TITLE_KEY_SIZE = 40 };

/* "movie:603" */
void run_title_key(const struct item *item, char key[TITLE_KEY_SIZE]);
void run_progress(struct run *run, enum sync_phase phase, int64_t done, int64_t total);
void run_warn(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool run_is_cancelled(const struct run *run);
/* Drives the client until its exchanges are done; ERROR_CANCELLED is put into run->error. */
enum error_code run_drive(struct run *run);
/* Waits a little, at most `ms`, watching for a cancel. */
void run_pause(struct run *run, int64_t ms);

enum error_code connect_to_seerr(struct run *run);
enum error_code fetch_lists(struct run *run);
enum error_code read_snapshot(struct run *run);
enum error_code resolve_items(struct run *run);
enum error_code plan_items(struct run *run);
enum error_code request_items(struct run *run);
enum error_code record_plan(struct run *run);
/* One item again, after its answer. */
enum error_code record_item(struct run *run, const struct item *item);

#endif

/*
 * report.h: `listsync sync --json`, run in a world, as values that tests can ask.
 *
 *     struct report report;
 *     report_sync(&world, (const char *[]){"--dry-run", NULL}, &report);
 *     assert_int_equal(report.exit_code, 0);
 *     assert_string_equal(report_word(&report, "movie:603", "decision"), "request");
 *     report_release(&report);
 *
 * Titles are named "movie:603" (kind and TMDB id), or by their title when no such id is known.
 */
#ifndef TESTS_SUPPORT_REPORT_H
#define TESTS_SUPPORT_REPORT_H

#include "support/world.h"

struct report {
    int exit_code;
    struct buffer out;
    struct buffer errors;
    struct json_value *document; /* NULL when it printed no JSON */
};

/* `more`: further arguments, NULL-ended; NULL: none. */
void report_sync(const struct world *world, const char *const *more, struct report *ret);
/* The same of a process that was started by the test: `sync --json` under way. */
void report_finish(struct process *process, int deadline_ms, struct report *ret);
void report_release(struct report *report);

const char *report_text(const struct report *report, const char *path);
int64_t report_number(const struct report *report, const char *path);
int64_t report_count(const struct report *report, const char *name); /* of "counts" */
size_t report_items(const struct report *report);

/* An item or a list; a missing one fails the test and prints what there is. */
const struct json_value *report_item(const struct report *report, const char *title);
const char *report_word(const struct report *report, const char *title, const char *key);
const struct json_value *report_list(const struct report *report, const char *type, const char *id);

/* What the simulator's Seerr holds, and the two promises that hold after every run. */
bool report_is_requested(const struct sim *sim, const char *title); /* "movie:603" */
size_t report_requests(const struct sim *sim);
/* "1,2,3": the seasons of all requests for the series, in the order they came; free it. */
char *report_seasons(const struct sim *sim, int64_t tmdb);
/* The same for who asks about many of one moment; all of them as the simulator has them. */
struct json_value *report_all_requests(const struct sim *sim);
bool report_requests_hold(const struct json_value *requests, const char *title);
char *report_requests_seasons(const struct json_value *requests, int64_t tmdb);
void report_check_promises(const struct sim *sim);

#endif

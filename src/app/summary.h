/*
 * summary.h: what a sync did, for people and for programs.
 */
#ifndef LISTSYNC_APP_SUMMARY_H
#define LISTSYNC_APP_SUMMARY_H

#include <stdio.h>

#include "sync/sync.h"

/*
 * What was requested, what was skipped and why, what needs a person. On a terminal a section shows
 * its first 25 rows, unless `all`.
 */
void summary_print(const struct sync_result *result, FILE *out, bool all);
/* One JSON object; its shape is described in docs/json-output.md. */
void summary_print_json(const struct sync_result *result, FILE *out);

#endif

/*
 * log_parts.h: the parts of the program that speak in the log, in one table. Each may have a level
 * of its own (base/log.h); what is not in it has none, so that a misspelt one is noticed.
 */
#ifndef LISTSYNC_SYNC_LOG_PARTS_H
#define LISTSYNC_SYNC_LOG_PARTS_H

#include <stdbool.h>

#include "base/options.h"

bool log_parts_has(const char *part);
char *log_parts_text(void); /* "service, run ... and metrics"; free() it */

/*
 * What LISTSYNC_LOG_LEVEL says is set from now on. ERROR_USAGE; ERROR_NOT_FOUND for a part that
 * there is not, with those that there are: all else holds.
 */
enum error_code log_parts_set(const struct options *options, struct error *error);

#endif

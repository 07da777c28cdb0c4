/*
 * metrics_page.h: what Prometheus reads: what was counted, and a look at what is the case now. A
 * page is made of a copy, so that several may be made at once. The number of series is bounded:
 * the table is sync/measures.def, and of lists the 200 oldest are told, by their numbers, so that
 * nobody learns their names here.
 */
#ifndef LISTSYNC_WEB_METRICS_PAGE_H
#define LISTSYNC_WEB_METRICS_PAGE_H

#include "base/options.h"
#include "web/api.h"

extern const struct option metrics_page_options[];

enum metrics_access { METRICS_OPEN, METRICS_LOGIN, METRICS_OFF };

/* What LISTSYNC_METRICS says. ERROR_USAGE when it is none of "open", "login" and "off". */
enum error_code metrics_page_access(const struct options *given, enum metrics_access *ret,
                                    struct error *error);

/* `store` NULL: the database cannot be used, which is told, and what is in it is left out. */
void metrics_page_put(struct api *api, struct store *store, struct buffer *out);

#endif

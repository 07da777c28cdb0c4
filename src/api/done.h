/*
 * done.h: {"success": true, "message": ...}, what the original answers to every change.
 */
#ifndef LISTSYNC_API_DONE_H
#define LISTSYNC_API_DONE_H

#include "web/call.h"

/* The whole answer. */
extern const struct field api_done_answer;
void api_answer_done(struct call *call, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The two members alone, for answers that hold more. */
void api_put_done(struct call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

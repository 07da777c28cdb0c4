/*
 * request.h: parts of requests that several drivers make. Only files of notify/ include it.
 */
#ifndef LISTSYNC_NOTIFY_REQUEST_H
#define LISTSYNC_NOTIFY_REQUEST_H

#include "notify/notifier.h"
#include "notify/render.h"

/* The body that follows is JSON. */
void request_takes_json(struct http_request *request);
/* POST to the address in that field, without its last slash, and with a path after it. */
void request_post_to(struct http_request *request, const struct notifier_settings *settings,
                     const char *field, const char *path);
/* "2026-11-22T09:33:56Z" */
const char *request_time(int64_t wall_ms, struct arena *arena);
/* The body of the notice in the arena, "" for none. */
const char *request_text(const struct notifier_message *message, enum render_form form,
                         size_t limit);
const char *request_title(const struct notifier_message *message, enum render_form form,
                          size_t limit);

#endif

/*
 * judge.h: what most services mean by their answers. Pure; only files of notify/ include it.
 */
#ifndef LISTSYNC_NOTIFY_JUDGE_H
#define LISTSYNC_NOTIFY_JUDGE_H

#include "notify/notifier.h"

/*
 * By status: 2xx delivered; 408, 425, 429 and 5xx later (after Retry-After, when it is given), but
 * 504, 520 and 524 unclear: what stands before the service saw no end; 413 and 431 too long; 410
 * gone; a redirect and whatever else refused. `words`: what the service said of it, or NULL.
 */
void judge_status(const struct http_response *response, const char *words,
                  struct notifier_outcome *ret);
/* "NAME answers HTTP 404: words"; ends in `verdict`. */
void judge_as(const struct http_response *response, enum notifier_verdict verdict,
              const char *words, struct notifier_outcome *ret);
/* The answer as JSON; NULL when it is none. json_value_free() it. */
struct json_value *judge_json(const struct http_response *response);
/* Later, in so many seconds: what a service says in its own way; nonsense counts as not said. */
void judge_wait(struct notifier_outcome *ret, double seconds);

#endif

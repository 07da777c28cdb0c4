/*
 * blocking.h: answers that are a wall, not a list: puzzles, bans, pages where data is due.
 *
 * Sources of the signs: answers recorded in 2026 of AWS WAF in front of IMDb (202 with the header
 * x-amzn-waf-action, escalating to a 405 captcha) and of Cloudflare in front of Letterboxd and
 * others (403 with cf-mitigated or "Just a moment...", error 1015 for too many requests). Each
 * must be reported, never parsed: an empty puzzle page would look like an empty list.
 *
 * The sentence ends with the provider's `other_ways`. Nothing here helps to pass a wall.
 */
#ifndef LISTSYNC_PROVIDERS_BLOCKING_H
#define LISTSYNC_PROVIDERS_BLOCKING_H

#include <stdbool.h>

#include "net/http_message.h"
#include "providers/fetch.h"

/* For every answer, before anything else is read: ends the fetch as blocked or rate_limited. */
bool blocking_recognise(const struct http_response *response, struct fetch *fetch);

/* The same where JSON is due: then a page of HTML is a wall as well, whatever is on it. */
bool blocking_recognise_html(const struct http_response *response, struct fetch *fetch);

/* Does the body look like a page: is its first character that is no space a "<"? */
bool blocking_is_page(const struct http_response *response);

/* Ends the fetch as blocked: `what` happened, and the other ways in. */
void blocking_finish(struct fetch *fetch, const char *what);

/* The sentence alone, for identify_answer: NULL when the answer is no wall. */
const char *blocking_sign(const struct http_response *response, enum outcome *ret);

#endif

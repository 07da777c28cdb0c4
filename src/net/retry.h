/*
 * retry.h: whether and when to ask again. Pure but for the dice; any thread.
 */
#ifndef LISTSYNC_NET_RETRY_H
#define LISTSYNC_NET_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "net/http_message.h"

/* 429, 502, 503, 504: the server says that it is a matter of time. */
bool retry_suits_status(int status);
/* What Retry-After asks for, as seconds or as an HTTP date; -1 when it asks for nothing. */
int64_t retry_asked_ms(const struct http_response *response, int64_t wall_now_ms);
/* `first_ms` doubled `retries_so_far` times, up to a quarter more or less so that those who failed
 * together do not come back together, at most `longest_ms`. */
int64_t retry_backoff_ms(int retries_so_far, int64_t first_ms, int64_t longest_ms);

#endif

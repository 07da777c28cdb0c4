/*
 * look.h: a closer look at one title: GET /movie/{id} or /tv/{id}.
 *
 * It is the only call that tells which seasons exist, which of them were asked for (the media
 * list shows no seasons of a series that was only requested), and what was declined. It also
 * warms Seerr's cache, so that the POST after it is quick. An unknown id and TMDB trouble are the
 * same 500 here.
 */
#ifndef LISTSYNC_SEERR_LOOK_H
#define LISTSYNC_SEERR_LOOK_H

#include "model/media_state.h"
#include "seerr/seerr.h"

/* TMDB at its slowest was seen to take 5 s. */
enum { LOOK_TIMEOUT_MS = 15000 };

void look_request(const struct seerr *seerr, enum media_type type, int64_t tmdb,
                  struct http_request *request);
/* For the quality; `looked_at` is left to the caller. */
enum error_code look_answer(const struct http_response *response, enum media_type type, bool is_4k,
                            struct title_look *ret, struct error *error);

#endif

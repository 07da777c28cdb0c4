/*
 * request.h: asking Seerr for a title, and taking it back.
 *
 * POST /request is sent one at a time and always with `is4k`: left out, Seerr's own check for
 * repeats is off. Only 201 means that a request was made; 202, 403, 409 and 500 each mean
 * something else, and the four reasons for 403 differ by their message alone.
 */
#ifndef LISTSYNC_SEERR_REQUEST_H
#define LISTSYNC_SEERR_REQUEST_H

#include "model/media_state.h"
#include "seerr/seerr.h"

enum request_answer {
    REQUEST_MADE,          /* 201 */
    REQUEST_EXISTED,       /* 409: somebody had asked */
    REQUEST_NOTHING_NEW,   /* 202: no season left to ask for */
    REQUEST_NO_PERMISSION, /* 403: this requester may not ask for this kind or quality */
    REQUEST_QUOTA_USED_UP, /* 403: this requester's quota for this kind */
    REQUEST_BLOCKLISTED,   /* 403 */
    REQUEST_NOT_ALLOWED,   /* 403: the key may not act for this requester */
    REQUEST_UNKNOWN_TITLE, /* 500: TMDB has no such id */
    REQUEST_TROUBLE,       /* 5xx: TMDB or Seerr in trouble; may have been made or not */
    REQUEST_REFUSED_ALL,   /* key, CSRF protection, web page: nothing will be accepted */
    REQUEST_NOT_UNDERSTOOD,
};

struct request_result {
    enum request_answer answer;
    int64_t request_id;         /* when made */
    enum request_status status; /* when made: pending or approved */
    char message[256];          /* Seerr's words, or the sentence for REQUEST_REFUSED_ALL */
};

void request_make(const struct seerr *seerr, enum media_type type, int64_t tmdb, bool is_4k,
                  const struct season_set *seasons, int64_t requester,
                  struct http_request *request);
void request_made(const struct http_response *response, struct request_result *ret);

/* What a request of ours has become: for undo. ERROR_NOT_FOUND when it is gone. */
struct request_state {
    enum request_status status;
    enum media_type media_type;
    int64_t tmdb;
    bool is_4k;
};

void request_state_request(const struct seerr *seerr, int64_t request_id,
                           struct http_request *request);
enum error_code request_state_answer(const struct http_response *response,
                                     struct request_state *ret, struct error *error);

void request_withdraw(const struct seerr *seerr, int64_t request_id, struct http_request *request);
enum error_code request_withdrawn(const struct http_response *response, struct error *error);

#endif

/*
 * media_state.h: what Seerr knows of a title, and what we remember of it.
 * The numbers of enum media_status and enum request_status are Seerr's own
 * (server/constants/media.ts of all three servers; Overseerr ends at 5 and 4).
 */
#ifndef LISTSYNC_MODEL_MEDIA_STATE_H
#define LISTSYNC_MODEL_MEDIA_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/item.h"
#include "model/poster.h"
#include "model/season_set.h"

enum media_status {
    MEDIA_STATUS_NONE = 0, /* Seerr does not know the title */
    MEDIA_STATUS_UNKNOWN = 1,
    MEDIA_STATUS_PENDING = 2,
    MEDIA_STATUS_PROCESSING = 3,
    MEDIA_STATUS_PARTIALLY_AVAILABLE = 4,
    MEDIA_STATUS_AVAILABLE = 5,
    MEDIA_STATUS_BLOCKLISTED = 6, /* the published API descriptions call it DELETED: wrong */
    MEDIA_STATUS_DELETED = 7,
};

enum request_status {
    REQUEST_STATUS_PENDING = 1,
    REQUEST_STATUS_APPROVED = 2,
    REQUEST_STATUS_DECLINED = 3,
    REQUEST_STATUS_FAILED = 4,
    REQUEST_STATUS_COMPLETED = 5,
};

/* One row of the /media snapshot, for the quality that the run asks for (HD or 4K). */
struct media_state {
    enum media_type media_type;
    int64_t tmdb;
    enum media_status status;        /* for the run's quality; blocklisted counts for both */
    struct season_set seasons_there; /* seasons whose own status is pending to available */
    struct season_set seasons_deleted;
};

enum { LOOK_TITLE_SIZE = 200 };

/* A closer look at one title (GET /movie|tv/{id}), for the run's quality. */
struct title_look {
    enum media_status status;
    struct season_set seasons; /* all that exist, specials left out; empty for films */
    struct season_set covered; /* there, or in an open request */
    struct season_set refused; /* in a declined request */
    bool has_open_request;     /* pending, approved, failed or completed */
    bool has_declined_request;
    int64_t request_id;   /* of the newest open request; 0: none. Not kept between runs */
    int64_t requested_by; /* its Seerr user */
    int64_t looked_at;    /* wall ms */
    /* What Seerr says the number stands for, to hold against the list. Not kept between runs. */
    char imdb[16];
    char title[LOOK_TITLE_SIZE];
    char original_title[LOOK_TITLE_SIZE];
    int year;
    char poster[POSTER_PATH_SIZE]; /* TMDB's path; "" when it has none, or none that is valid */
};

/* Our own memory of having asked (store/ledger.h). */
enum ledger_state {
    LEDGER_INTENT,      /* written before the POST; the answer never came back to us */
    LEDGER_REQUESTED,   /* 201 */
    LEDGER_EXISTED,     /* 409: someone had asked */
    LEDGER_NOTHING_NEW, /* 202: no season left to ask for */
    LEDGER_FAILED,      /* refused or failed; may be asked again in a later run */
    LEDGER_DECLINED,    /* seen to be declined: not asked again */
    LEDGER_DELETED,     /* seen to be deleted: not asked again */
    LEDGER_BLOCKLISTED, /* Seerr said so; asked again only when Seerr no longer lists it */
    LEDGER_WITHDRAWN,   /* undone by us: not asked again unless a person says so */
    LEDGER_ALLOWED,     /* a person said so: refusals do not count until it is asked for again */
    LEDGER_STATES,
};

const char *ledger_state_word(enum ledger_state state);
bool ledger_state_from_word(const char *word, enum ledger_state *ret);

#endif

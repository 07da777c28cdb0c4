/*
 * request_desk.h: what request_items.c (who is asked for next) and request_answers.c (what an
 * answer means) share. Only these include it.
 */
#ifndef LISTSYNC_SYNC_REQUEST_DESK_H
#define LISTSYNC_SYNC_REQUEST_DESK_H

#include "seerr/request.h"
#include "sync/crew.h"
#include "sync/item_plan.h"
#include "sync/requesters.h"

enum warmth { COLD, WARMING, WARM, WARM_FAILED };

struct asking {
    struct item *item;
    const struct memory *memory; /* NULL: nothing remembered */
    enum warmth warmth;
    struct title_look *look; /* owned, until the item is through; also in run->looks */
    int64_t requester;
    int64_t ledger_id;
    bool answer_lost;
    bool not_shown; /* Seerr answered the look, and could not show the title */
    bool settled;   /* the time after an intent without answer has been waited out */
};

struct desk {
    struct run *run;
    struct asking *queue;
    size_t count;
    size_t next;
    size_t next_warm;
    size_t done;
    struct crew post_crew; /* one worker: writes never overlap */
    struct crew warm_crew;
    struct requesters requesters;
    size_t losses_in_a_row;     /* requests without an answer */
    size_t series_shown;        /* looks at series that Seerr answered well */
    size_t lost_reads_in_a_row; /* of those that run ahead */
    size_t troubles_in_a_row;
    const char *stopped; /* why the rest is not asked for now */
    enum error_code stop_code;
};

/* The rest is not asked for in this run; the first reason holds. */
void request_desk_stop(struct desk *desk, enum error_code code, const char *why);
void request_desk_forget_look(struct desk *desk, struct asking *asking);
/* An item is through: told to the store and to whoever watches. */
void request_desk_finish(struct desk *desk, struct asking *asking);

/* The answer to a POST: ledger, item, and what follows for the rest. */
void request_answers_keep(struct desk *desk, struct asking *asking,
                          const struct request_result *result);
/* No answer came: the intent stays open, and Seerr is looked at before it is asked again. */
void request_answers_lose(struct desk *desk, struct asking *asking, const struct error *error);

#endif

/*
 * notice_choice.h: what one target wants to be told of, in which form, and when. Pure.
 *
 * Of each run there is a notice, of alarms another. What is found of both at once is one event:
 * notice_choose leaves of it what the target wants, as one notice, and gives that a title. Digests
 * are gathered from the same notices (notice_merge).
 */
#ifndef LISTSYNC_MODEL_NOTICE_CHOICE_H
#define LISTSYNC_MODEL_NOTICE_CHOICE_H

#include "base/time_zone.h"
#include "model/notice.h"

/*      NAME      word        what it means, for people */
#define NOTICE_FORM_TABLE(X)                                                                       \
    X(EACH_RUN, "each_run", "one message for every sync, whatever it did")                         \
    X(CHANGES, "changes", "one message for a sync that changed something")                         \
    X(ERRORS, "errors", "only what went wrong or needs you, and its end")                          \
    X(DAILY, "daily", "one digest a day, if there is something to tell")                           \
    X(WEEKLY, "weekly", "one digest a week, if there is something to tell")

enum notice_form {
#define NOTICE_FORM_ENUM(name, word, meaning) NOTICE_FORM_##name,
    NOTICE_FORM_TABLE(NOTICE_FORM_ENUM)
#undef NOTICE_FORM_ENUM
        NOTICE_FORMS
};

extern const char *const notice_form_words[]; /* NULL-ended */
const char *notice_form_meaning(enum notice_form form);
bool notice_form_from_word(const char *word, enum notice_form *ret);

struct notice_choice {
    enum notice_form form;
    unsigned events;             /* bits 1 << enum notice_event */
    int digest_minute;           /* of the day, local */
    int digest_weekday;          /* 0: Sunday */
    int quiet_from, quiet_until; /* minutes of the day, local; the same or -1: no quiet hours */
};

enum { NOTICE_DAY_MINUTES = 24 * 60 };

bool notice_is_digest(const struct notice_choice *choice);

/* What was found together. */
struct notice_news {
    const struct notice *run;    /* that has ended; NULL: none */
    const struct notice *alarms; /* NULL: none */
    bool seerr_failed_run;       /* why the run failed is what the alarm of Seerr says */
};

/* What the target wants of it: errors first; false: nothing. */
bool notice_choose(const struct notice_choice *choice, const struct notice_news *news,
                   struct arena *arena, struct notice *ret);
/* "3 titles were requested", by its parts; `ret` of a digest says so. */
const char *notice_title_of(const struct notice *notice, struct arena *arena);

/* When it may be sent, wall: now, after the quiet hours, or with the next digest. */
int64_t notice_due(const struct notice_choice *choice, const struct time_zone *zone,
                   int64_t now_ms);
/* Now, or after the quiet hours. */
int64_t notice_after_quiet(const struct notice_choice *choice, const struct time_zone *zone,
                           int64_t now_ms);

#endif

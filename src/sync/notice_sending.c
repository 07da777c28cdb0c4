#include "sync/notice_sending.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/retry.h"

static bool next(void *state, struct http_request *request)
{
    struct notice_sending *sending = state;
    struct notifier_message message = {
        .settings = sending->settings,
        .notice = sending->notice,
        .is_brief = sending->is_brief,
        .arena = sending->arena,
    };

    if (sending->was_asked)
        return false;
    sending->was_asked = true;
    notifier_request(sending->notifier, &message, request);
    request->may_have_arrived = &sending->may_have_arrived;
    return true;
}

static void answer(void *state, const struct http_response *response)
{
    struct notice_sending *sending = state;

    sending->notifier->answer(response, &sending->outcome);
}

/* What never left may go again; what is understood and refused on the way there may not. */
static void failed(void *state, const struct error *error)
{
    struct notice_sending *sending = state;

    sending->was_cancelled = error->code == ERROR_CANCELLED;
    text_copy(sending->outcome.message, sizeof(sending->outcome.message), error->message);
    if (sending->may_have_arrived)
        sending->outcome.verdict = NOTIFIER_UNCLEAR;
    else
        sending->outcome.verdict = error->code == ERROR_USAGE ? NOTIFIER_REFUSED : NOTIFIER_LATER;
}

struct exchange notice_sending_exchange(struct notice_sending *sending)
{
    return (struct exchange){.state = sending, .next = next, .answer = answer, .failed = failed};
}

static void try_later(const struct notice_sending *sending, int64_t now_ms,
                      struct notification_delivery *delivery)
{
    int64_t asked = sending->outcome.retry_ms;
    int64_t pause =
        retry_backoff_ms((int)delivery->attempts - 1, NOTICE_PAUSE_MS, NOTICE_PAUSE_MOST_MS);

    if (sending->was_cancelled)
        pause = 0;
    delivery->due_ms = now_ms + (asked > 0 ? asked : pause);
    delivery->state = delivery->due_ms - delivery->created_ms > NOTICE_AGE_MOST_MS
                          ? DELIVERY_FAILED
                          : DELIVERY_WAITING;
}

static void send_shorter(struct notification_delivery *delivery, int64_t now_ms)
{
    delivery->state = delivery->is_brief ? DELIVERY_FAILED : DELIVERY_WAITING;
    delivery->is_brief = true;
    delivery->due_ms = now_ms;
}

void notice_sending_conclude(const struct notice_sending *sending, int64_t now_ms,
                             struct notification_delivery *delivery, bool *ret_gone)
{
    enum notifier_verdict verdict = sending->outcome.verdict;

    *ret_gone = verdict == NOTIFIER_GONE;
    delivery->message = sending->outcome.message;
    if (verdict == NOTIFIER_UNCLEAR && sending->notifier->knows_again)
        verdict = NOTIFIER_LATER;
    if (verdict == NOTIFIER_LATER)
        try_later(sending, now_ms, delivery);
    else if (verdict == NOTIFIER_TOO_LONG)
        send_shorter(delivery, now_ms);
    else
        delivery->state = verdict == NOTIFIER_DELIVERED ? DELIVERY_DELIVERED
                          : verdict == NOTIFIER_UNCLEAR ? DELIVERY_UNKNOWN
                                                        : DELIVERY_FAILED;
}

void notice_sending_test(struct notice *notice, struct arena *arena)
{
    char token[CRYPTO_TOKEN_SIZE];

    notice_init(notice, arena, clock_wall_ms());
    crypto_token(token);
    notice->id = arena_text(arena, token);
    notice->title = "A test of ListSync";
    struct notice_part *part = notice_add(notice, arena, NOTICE_PART_NEW);
    notice_add_item(part, arena, "Heat", 1995, "https://www.themoviedb.org/movie/949");
    notice_say(notice, arena, NOTICE_PART_SUMMARY, false,
               "This is only a test: nothing was requested");
}

const char *notice_sending_told(const struct notifier_outcome *outcome, const char *target,
                                struct arena *arena)
{
    if (outcome->verdict == NOTIFIER_DELIVERED)
        return arena_print(arena, "%s took the test message", target);
    if (outcome->verdict == NOTIFIER_UNCLEAR)
        return arena_print(arena, "it is not known whether %s took the test message: %s", target,
                           outcome->message);
    return arena_print(arena, "%s did not take the test message: %s", target, outcome->message);
}

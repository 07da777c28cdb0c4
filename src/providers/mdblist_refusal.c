#include "providers/mdblist_refusal.h"

#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/blocking.h"

static const struct fetch_status statuses[] = {
    {401, 401, OUTCOME_AUTH_FAILED, "MDBList asks for a valid key (MDBLIST_API_KEY)"},
    {403, 403, OUTCOME_PRIVATE, "MDBList does not show this list to others than its owner"},
    {404, 404, OUTCOME_NOT_FOUND, "MDBList has no such list, or does not show it to strangers"},
    {410, 410, OUTCOME_NOT_FOUND, "the list is gone from MDBList"},
    {500, 599, OUTCOME_UNREACHABLE, "MDBList has trouble of its own"},
    {201, 499, OUTCOME_CHANGED_FORMAT, "MDBList answers in a way that is not known"},
    {0},
};

/* Words in {"error": "..."}, in small letters; the first that occurs decides. */
static const struct {
    const char *word;
    enum outcome outcome;
} errors[] = {
    {"limit", OUTCOME_RATE_LIMITED},       {"api key", OUTCOME_AUTH_FAILED},
    {"private", OUTCOME_PRIVATE},          {"not found", OUTCOME_NOT_FOUND},
    {"does not exist", OUTCOME_NOT_FOUND}, {"empty", OUTCOME_EMPTY},
};

static void finish_limited(struct fetch *fetch, const struct http_response *response)
{
    long reset = http_response_header_number(response, "X-RateLimit-Reset");
    long wait = http_response_header_number(response, "Retry-After");
    char text[CLOCK_TEXT_SIZE];

    if (reset > 0) {
        clock_format_utc((int64_t)reset * 1000, text);
        fetch_finish(fetch, OUTCOME_RATE_LIMITED,
                     "the requests that MDBList allows are used up until %s UTC", text);
    } else if (wait > 0) {
        clock_format_duration((int64_t)wait * 1000, text);
        fetch_finish(fetch, OUTCOME_RATE_LIMITED,
                     "the requests that MDBList allows are used up; it asks to wait %s", text);
    } else {
        fetch_finish(fetch, OUTCOME_RATE_LIMITED,
                     "the requests that MDBList allows are used up; a free key has 1000 a day");
    }
}

bool mdblist_refusal_by_quota(struct fetch *fetch, const struct http_response *response)
{
    if (fetch->finished || http_response_header_number(response, "X-RateLimit-Remaining") != 0)
        return false;
    finish_limited(fetch, response);
    return true;
}

bool mdblist_refusal_by_status(struct fetch *fetch, const struct http_response *response)
{
    if (blocking_recognise_html(response, fetch))
        return true;
    if (response->status == 429 ||
        (response->status != 200 && http_response_body_contains(response, "API Limit Reached")))
        finish_limited(fetch, response);
    else
        fetch_finish_on_status(fetch, response, statuses);
    return fetch->finished;
}

bool mdblist_refusal_by_error(struct fetch *fetch, const struct http_response *response,
                              const struct json_value *answer)
{
    const char *said = json_value_get_text(answer, "error");
    enum outcome outcome = OUTCOME_CHANGED_FORMAT;

    if (!said)
        return false;
    for (size_t i = ARRAY_LENGTH(errors); i-- > 0;)
        if (strcasestr(said, errors[i].word))
            outcome = errors[i].outcome;
    if (outcome == OUTCOME_EMPTY) /* also said behind the last full page */
        fetch_complete(fetch);
    else if (outcome == OUTCOME_RATE_LIMITED)
        finish_limited(fetch, response);
    else
        fetch_finish(fetch, outcome, "MDBList says about this list: \"%.200s\"", said);
    return true;
}

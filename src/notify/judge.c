#include "notify/judge.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/retry.h"

enum { WAIT_MOST_S = 24 * 60 * 60 };

/* What is to be mended, when the service does not say. */
static const char *hint_of(int status)
{
    static const struct {
        int status;
        const char *words;
    } hints[] = {
        {401, "is the key or login right?"},
        {403, "is the key right, and may it do this?"},
        {404, "is the address right?"},
        {405, "is the address right?"},
    };

    for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++)
        if (hints[i].status == status)
            return hints[i].words;
    return "";
}

void judge_as(const struct http_response *response, enum notifier_verdict verdict,
              const char *words, struct notifier_outcome *ret)
{
    ret->verdict = verdict;
    if (verdict == NOTIFIER_DELIVERED) {
        ret->message[0] = '\0';
        return;
    }
    char shown[160];
    text_copy(shown, sizeof(shown), text_is_empty(words) ? hint_of(response->status) : words);
    text_tame(shown);
    snprintf(ret->message, sizeof(ret->message), "it answered %d%s%s", response->status,
             *shown ? ": " : "", shown);
}

/* What stands before the service asked it and saw no end; 520 and 524 are Cloudflare's. */
static bool is_cut_off(int status)
{
    return status == 504 || status == 520 || status == 524;
}

static enum notifier_verdict verdict_of(int status)
{
    if (status >= 200 && status < 300)
        return NOTIFIER_DELIVERED;
    if (is_cut_off(status))
        return NOTIFIER_UNCLEAR;
    if (status == 408 || status == 425 || status == 429 || status >= 500)
        return NOTIFIER_LATER;
    if (status == 413 || status == 431)
        return NOTIFIER_TOO_LONG;
    return status == 410 ? NOTIFIER_GONE : NOTIFIER_REFUSED;
}

void judge_wait(struct notifier_outcome *ret, double seconds)
{
    if (ret->verdict != NOTIFIER_LATER || !(seconds > 0)) /* nor what is no number */
        return;
    if (seconds > WAIT_MOST_S)
        seconds = WAIT_MOST_S;
    ret->retry_ms = (int64_t)(seconds * 1000 + 0.999);
}

void judge_status(const struct http_response *response, const char *words,
                  struct notifier_outcome *ret)
{
    if (response->status >= 300 && response->status < 400)
        words = "the address leads to another one; give that one instead";
    judge_as(response, verdict_of(response->status), words, ret);
    judge_wait(ret, (double)retry_asked_ms(response, clock_wall_ms()) / 1000.0);
}

struct json_value *judge_json(const struct http_response *response)
{
    struct json_value *document = NULL;

    json_value_parse(buffer_string(&response->body), response->body.length, &document, NULL);
    return document;
}

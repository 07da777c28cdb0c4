#include "providers/blocking.h"

#include <string.h>

#include "base/text.h"
#include "providers/provider.h"

static const char aws_puzzle[] = "the source asks for a puzzle that only people can solve (AWS)";
static const char cloudflare_puzzle[] =
    "the source asks for a puzzle that only people can solve (Cloudflare)";
static const char cloudflare_ban[] = "the source refuses this address or program (Cloudflare)";
static const char cloudflare_pause[] =
    "the source has had too many requests from this address (Cloudflare 1015); leave it alone for "
    "some hours";

/* What is not given is not asked: status 0, header NULL, body NULL. */
static const struct sign {
    int status;
    const char *header, *value;
    const char *body;
    enum outcome outcome;
    const char *sentence;
} signs[] = {
    {0, "x-amzn-waf-action", "challenge", NULL, OUTCOME_BLOCKED, aws_puzzle},
    {0, "x-amzn-waf-action", "captcha", NULL, OUTCOME_BLOCKED, aws_puzzle},
    {0, NULL, NULL, "awsWafCookieDomainList", OUTCOME_BLOCKED, aws_puzzle},
    {0, NULL, NULL, "window.gokuProps", OUTCOME_BLOCKED, aws_puzzle},
    {0, NULL, NULL, ".token.awswaf.com/", OUTCOME_BLOCKED, aws_puzzle},
    {0, NULL, NULL, ".captcha.awswaf.com/", OUTCOME_BLOCKED, aws_puzzle},
    {405, NULL, NULL, "Human Verification", OUTCOME_BLOCKED, aws_puzzle},
    {403, NULL, NULL, "used Cloudflare to restrict access", OUTCOME_RATE_LIMITED, cloudflare_pause},
    {429, NULL, NULL, "used Cloudflare to restrict access", OUTCOME_RATE_LIMITED, cloudflare_pause},
    {403, NULL, NULL, "error code: 1015", OUTCOME_RATE_LIMITED, cloudflare_pause},
    {429, NULL, NULL, "error code: 1015", OUTCOME_RATE_LIMITED, cloudflare_pause},
    {0, "cf-mitigated", "challenge", NULL, OUTCOME_BLOCKED, cloudflare_puzzle},
    {0, NULL, NULL, "window._cf_chl_opt", OUTCOME_BLOCKED, cloudflare_puzzle},
    {0, NULL, NULL, "<title>Just a moment...</title>", OUTCOME_BLOCKED, cloudflare_puzzle},
    {403, NULL, NULL, "Attention Required! | Cloudflare", OUTCOME_BLOCKED, cloudflare_ban},
};

static bool shows(const struct http_response *response, const struct sign *sign)
{
    if (sign->status && sign->status != response->status)
        return false;
    if (sign->header &&
        !text_equal_ignoring_case(http_response_header(response, sign->header), sign->value))
        return false;
    return !sign->body || http_response_body_contains(response, sign->body);
}

const char *blocking_sign(const struct http_response *response, enum outcome *ret)
{
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (!shows(response, &signs[i]))
            continue;
        *ret = signs[i].outcome;
        return signs[i].sentence;
    }
    return NULL;
}

static void finish(struct fetch *fetch, enum outcome outcome, const char *what)
{
    const struct provider *provider = provider_find(fetch->ref->type);
    const char *other_ways = provider ? provider->other_ways : NULL;

    fetch_finish(fetch, outcome, "%s%s%s", what, other_ways ? "; " : "",
                 other_ways ? other_ways : "");
}

void blocking_finish(struct fetch *fetch, const char *what)
{
    finish(fetch, OUTCOME_BLOCKED, what);
}

bool blocking_recognise(const struct http_response *response, struct fetch *fetch)
{
    enum outcome outcome;
    const char *sentence = blocking_sign(response, &outcome);

    if (sentence)
        finish(fetch, outcome, sentence);
    return sentence;
}

bool blocking_is_page(const struct http_response *response)
{
    const char *body = buffer_string(&response->body);

    if (text_starts_with(body, "\xEF\xBB\xBF"))
        body += 3;
    return body[strspn(body, " \t\r\n")] == '<';
}

bool blocking_recognise_html(const struct http_response *response, struct fetch *fetch)
{
    if (blocking_recognise(response, fetch))
        return true;
    if (response->status != 200 || !blocking_is_page(response))
        return false;
    blocking_finish(fetch, "a web page came where data is due");
    return true;
}

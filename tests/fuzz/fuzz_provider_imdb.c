/*
 * Answers of IMDb: the first byte chooses the list and the status, the rest is the body. The same
 * body answers every question of the fetch, so that paging by cursor is walked too.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/memory.h"
#include "providers/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ANSWERS_MOST = 4 };

static const char *const inputs[] = {"ls000000001", "ur000000001", "p.abc",
                                     "top",         "boxoffice",   "file:list.csv"};
static const int statuses[] = {200, 200, 200, 200, 200, 202, 403, 429};

static void answer(struct fetch *fetch, int status, const uint8_t *body, size_t size)
{
    AUTO_REQUEST struct http_request request;
    AUTO_RESPONSE struct http_response response;

    http_request_init(&request);
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    provider_imdb.request(fetch, &request);
    if (fetch->finished)
        return;
    response.status = status;
    buffer_append(&response.body, body, size);
    provider_imdb.answer(fetch, &response);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {.type = "imdb"};

    uint8_t choice = size ? bytes[0] : 0;
    const char *input = inputs[choice % ARRAY_LENGTH(inputs)];
    CHECK(provider_imdb.parse_ref(input, &ref, NULL) == ERROR_NONE);
    fetch_init(&fetch, &ref, &options, arena);
    for (int i = 0; i < ANSWERS_MOST && !fetch.finished; i++)
        answer(&fetch, statuses[choice / 32], bytes + 1, size ? size - 1 : 0);
    CHECK(!fetch.finished || outcome_is_complete(fetch.outcome) || fetch.message[0]);
    return 0;
}

/*
 * Answers of Trakt: the first byte chooses the list, the second status and paging headers, the
 * rest is the body. The same answer meets every question of the fetch.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/memory.h"
#include "providers/provider.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { ANSWERS_MOST = 4 };

static const struct {
    const struct provider *provider;
    const char *input;
} lists[] = {
    {&provider_trakt, "sean/lists/to-watch"},       {&provider_trakt, "sean/collection"},
    {&provider_trakt, "file:lists-watchlist.json"}, {&provider_trakt_special, "popular:shows"},
    {&provider_trakt_special, "trending:movies"},
};
static const int statuses[] = {200, 200, 200, 200, 204, 403, 429, 500};
static const char *const page_counts[] = {NULL, "0", "1", "3", "4000000000", "x"};

struct shape {
    int status;
    const char *page_count;
};

static void answer(const struct provider *provider, struct fetch *fetch, struct shape shape,
                   const uint8_t *body, size_t size)
{
    AUTO_REQUEST struct http_request request;
    AUTO_RESPONSE struct http_response response;

    http_request_init(&request);
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    provider->request(fetch, &request);
    response.status = shape.status;
    if (shape.page_count) {
        http_headers_add(&response.headers, "X-Pagination-Page-Count", shape.page_count, false);
        http_headers_add(&response.headers, "X-Pagination-Item-Count", "3", false);
    }
    buffer_append(&response.body, body, size);
    provider->answer(fetch, &response);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {0};

    if (size < 2)
        return 0;
    size_t list = bytes[0] % ARRAY_LENGTH(lists);
    struct shape shape = {statuses[bytes[1] % ARRAY_LENGTH(statuses)],
                          page_counts[bytes[1] / 8 % ARRAY_LENGTH(page_counts)]};
    options_declare(&options, provider_trakt.options);
    options_declare(&options, provider_trakt_special.options);
    CHECK(options_set(&options, "TRAKT_CLIENT_ID", "client-id", NULL) == ERROR_NONE);
    CHECK(lists[list].provider->parse_ref(lists[list].input, &ref, NULL) == ERROR_NONE);
    fetch_init(&fetch, &ref, &options, arena);
    for (int i = 0; i < ANSWERS_MOST && !fetch.finished; i++)
        answer(lists[list].provider, &fetch, shape, bytes + 2, size - 2);
    CHECK(!fetch.finished || outcome_is_complete(fetch.outcome) || fetch.message[0]);
    return 0;
}

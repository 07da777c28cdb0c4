/*
 * answer.h: foreign bytes as the answer to a fetch that has just begun, for the fuzz targets of
 * the list sources. What must hold whatever the bytes: the fetch ends in one outcome, a complete
 * one only if nothing is missing, and every entry can be read.
 */
#ifndef LISTSYNC_TESTS_FUZZ_ANSWER_H
#define LISTSYNC_TESTS_FUZZ_ANSWER_H

#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "providers/provider.h"

enum { ANSWER_PAGES = 3 }; /* the same bytes again, while the fetch asks for more */

static void answer_check(const struct fetch *fetch)
{
    for (size_t i = 0; i < fetch->entries.count; i++) {
        const struct entry *entry = &fetch->entries.items[i];
        CHECK(entry->title && entry->rank > 0 && entry->season >= 0);
        CHECK(strlen(entry->ids.imdb) < sizeof(entry->ids.imdb));
    }
    if (!fetch->finished)
        return;
    CHECK((int)fetch->outcome >= 0 && fetch->outcome < OUTCOME_COUNT);
    CHECK(!outcome_is_complete(fetch->outcome) || fetch->read >= fetch->total);
    CHECK(fetch->outcome != OUTCOME_EMPTY || fetch->entries.count == 0);
    CHECK(outcome_is_complete(fetch->outcome) || fetch->message[0]);
}

static void answer_feed(struct fetch *fetch, int status, const uint8_t *bytes, size_t size)
{
    const struct provider *provider = provider_find(fetch->ref->type);

    for (int page = 0; page < ANSWER_PAGES && !fetch->finished; page++) {
        AUTO_REQUEST struct http_request request;
        AUTO_RESPONSE struct http_response response;
        http_request_init(&request);
        http_response_init(&response, BUFFER_LIMIT_FILE);
        provider->request(fetch, &request);
        if (fetch->finished)
            break;
        response.status = status;
        buffer_append(&response.body, bytes, size);
        provider->answer(fetch, &response);
    }
    answer_check(fetch);
}

/* A fresh fetch of the list `input`, with the setting `key` when it is not NULL. */
static inline void answer_to_list(const char *type, const char *input, const char *key, int status,
                                  const uint8_t *bytes, size_t size)
{
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch;
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {0};

    if (provider_find(type)->options)
        options_declare(&options, provider_find(type)->options);
    if (key)
        options_set(&options, key, "key", NULL);
    CHECK(provider_parse(type, input, &ref, NULL) == ERROR_NONE);
    fetch_init(&fetch, &ref, &options, arena);
    answer_feed(&fetch, status, bytes, size);
}

/* Bytes as what a person typed: taken or refused with a sentence, and stable when taken. */
static inline void answer_to_input(const char *type, const uint8_t *bytes, size_t size)
{
    AUTO_FREE char *input = memory_text_n((const char *)bytes, size);
    struct list_ref ref = {0};
    struct list_ref again = {0};
    struct error error = {0};

    if (provider_parse(type, input, &ref, &error)) {
        CHECK(error.code == ERROR_USAGE && error.message[0]);
        return;
    }
    CHECK(provider_parse(type, ref.id, &again, NULL) == ERROR_NONE);
    CHECK(strcmp(ref.id, again.id) == 0);
}

#endif

/* First byte: which reader of Letterboxd gets the rest. */
#include "answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void film(const uint8_t *bytes, size_t size)
{
    const struct provider *provider = provider_find("letterboxd");
    AUTO_RESPONSE struct http_response response;
    struct identity identity = {0};
    struct error error = {0};

    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    response.status = 200;
    buffer_append(&response.body, bytes, size);
    enum outcome outcome = provider->identify_answer(&response, &identity, &error);
    CHECK(outcome != OUTCOME_OK || identity.ids.tmdb > 0 || identity.ids.imdb[0]);
    CHECK(outcome == OUTCOME_OK || error.message[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const struct {
        char choice;
        const char *input;
        int status;
    } lists[] = {
        {'l', "someone/list/favourites", 200},
        {'w', "someone/watchlist", 200},
        {'r', "someone/rss", 200},
        {'c', "file:/data/list.csv", 200},
        {'p', "someone/list/favourites", 403},
        {'n', "someone/list/favourites", 404},
    };
    char choice = size ? (char)bytes[0] : '\0';

    if (choice == 'f')
        film(bytes + 1, size - 1);
    if (choice == 'i')
        answer_to_input("letterboxd", bytes + 1, size - 1);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++)
        if (lists[i].choice == choice)
            answer_to_list("letterboxd", lists[i].input, NULL, lists[i].status, bytes + 1,
                           size - 1);
    return 0;
}

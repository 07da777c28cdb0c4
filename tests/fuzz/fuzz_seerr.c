/*
 * Any bytes as an answer of Seerr: the first byte says to which call, the second stands for the
 * status. Every reader ends in a result or a sentence.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/memory.h"
#include "seerr/connect.h"
#include "seerr/look.h"
#include "seerr/media.h"
#include "seerr/request.h"
#include "seerr/search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(enum error_code rc, const struct error *error)
{
    CHECK(rc == ERROR_NONE || error->message[0]);
}

static void read_connect(const struct http_response *response)
{
    struct seerr_server server;
    struct seerr_user user;
    struct error error = {0};

    check(connect_server_answer(response, &server, &error), &error);
    check(connect_user_answer(response, 0, &user, &error), &error);
}

static void read_media(const struct http_response *response)
{
    struct media_sweep sweep;
    struct error error = {0};

    media_sweep_init(&sweep, false);
    for (int page = 0; page < 3 && !sweep.finished && !error.code; page++)
        check(media_sweep_answer(&sweep, response, &error), &error);
    media_sweep_release(&sweep);
}

static void read_search(const struct http_response *response)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct candidate found = {0};
    struct search_page page;
    struct error error = {0};

    check(search_id_answer(response, MEDIA_UNKNOWN, arena, &found, &error), &error);
    check(search_title_answer(response, arena, &page, &error), &error);
}

static void read_look(const struct http_response *response)
{
    struct title_look look;
    struct error error = {0};

    check(look_answer(response, MEDIA_TV, false, &look, &error), &error);
    check(look_answer(response, MEDIA_MOVIE, true, &look, &error), &error);
}

static void read_request(const struct http_response *response)
{
    struct request_result result;
    struct request_state state;
    struct error error = {0};

    request_made(response, &result);
    CHECK(result.answer == REQUEST_MADE || result.message[0]);
    check(request_state_answer(response, &state, &error), &error);
    check(request_withdrawn(response, &error), &error);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[])(const struct http_response *) = {
        read_connect, read_media, read_search, read_look, read_request,
    };
    static const int statuses[] = {200, 201, 202, 204, 400, 401, 403, 404, 409, 500, 503};
    struct http_response response;

    if (size < 2)
        return 0;
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    response.status = statuses[data[1] % ARRAY_LENGTH(statuses)];
    buffer_append(&response.body, data + 2, size - 2);
    readers[data[0] % ARRAY_LENGTH(readers)](&response);
    http_response_release(&response);
    return 0;
}

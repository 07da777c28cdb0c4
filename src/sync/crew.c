#include "sync/crew.h"

struct member {
    struct crew *crew;
    size_t job;
};

static bool member_next(void *state, struct http_request *request)
{
    struct member *member = state;

    if (member->crew->ask(member->crew->context, &member->job, request))
        return true;
    member->crew->active--;
    return false;
}

static void member_answer(void *state, const struct http_response *response)
{
    struct member *member = state;

    member->crew->answer(member->crew->context, member->job, response);
}

static void member_failed(void *state, const struct error *error)
{
    struct member *member = state;

    member->crew->failed(member->crew->context, member->job, error);
}

void crew_feed(struct crew *crew)
{
    while (crew->active < crew->workers) {
        struct member *member = arena_take(crew->arena, sizeof(*member));
        struct exchange exchange = {
            .state = member,
            .next = member_next,
            .answer = member_answer,
            .failed = member_failed,
        };
        member->crew = crew;
        crew->active++;
        client_add(crew->client, &exchange);
    }
}

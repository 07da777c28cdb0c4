#include "sync/requesters.h"

#include <inttypes.h>

struct requester {
    struct requester *next;
    int64_t user;
    bool verified;
    bool refused; /* by a setting that a person must change, not by a quota that time renews */
    const char *movie_limit;
    const char *tv_limit;
};

void requesters_init(struct requesters *requesters, struct arena *arena)
{
    *requesters = (struct requesters){.arena = arena};
}

static struct requester *find(const struct requesters *requesters, int64_t user)
{
    for (struct requester *one = requesters->first; one; one = one->next)
        if (one->user == user)
            return one;
    return NULL;
}

static struct requester *find_or_add(struct requesters *requesters, int64_t user)
{
    struct requester *one = find(requesters, user);

    if (one)
        return one;
    one = arena_take(requesters->arena, sizeof(*one));
    one->user = user;
    one->next = requesters->first;
    requesters->first = one;
    return one;
}

bool requesters_is_verified(const struct requesters *requesters, int64_t user)
{
    const struct requester *one = find(requesters, user);

    return user == 0 || (one && one->verified);
}

void requesters_verify(struct requesters *requesters, int64_t user)
{
    find_or_add(requesters, user)->verified = true;
}

const char *requesters_refuse(struct requesters *requesters, int64_t user, const char *why)
{
    struct requester *one = find_or_add(requesters, user);

    one->refused = true;
    one->movie_limit = one->tv_limit = arena_text(requesters->arena, why);
    return one->movie_limit;
}

const char *requesters_limit(const struct requesters *requesters, int64_t user,
                             enum media_type type)
{
    const struct requester *one = find(requesters, user);

    if (!one)
        return NULL;
    return type == MEDIA_TV ? one->tv_limit : one->movie_limit;
}

bool requesters_is_refused(const struct requesters *requesters, int64_t user)
{
    const struct requester *one = find(requesters, user);

    return one && one->refused;
}

static const char *name_of(struct requesters *requesters, int64_t user)
{
    return user ? arena_print(requesters->arena, "Seerr user %" PRId64, user)
                : "the owner of the API key";
}

static const char *sentence(struct requesters *requesters, int64_t user, const char *things,
                            enum request_answer answer)
{
    const char *name = name_of(requesters, user);

    switch (answer) {
    case REQUEST_QUOTA_USED_UP:
        return arena_print(requesters->arena,
                           "the quota of %s for %s is used up: the rest waits for a later sync",
                           name, things);
    case REQUEST_NO_PERMISSION:
        return arena_print(requesters->arena, "%s may not request %s in Seerr", name, things);
    default:
        return arena_print(requesters->arena, "the API key may not make requests as %s", name);
    }
}

const char *requesters_set_limit(struct requesters *requesters, int64_t user, enum media_type type,
                                 enum request_answer answer)
{
    struct requester *one = find_or_add(requesters, user);
    const char *why = sentence(requesters, user, type == MEDIA_TV ? "series" : "films", answer);

    one->refused = answer != REQUEST_QUOTA_USED_UP;
    if (type == MEDIA_TV || answer == REQUEST_NOT_ALLOWED)
        one->tv_limit = why;
    if (type != MEDIA_TV || answer == REQUEST_NOT_ALLOWED)
        one->movie_limit = why;
    return why;
}

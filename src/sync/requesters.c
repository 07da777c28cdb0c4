#include "sync/requesters.h"

#include <inttypes.h>

enum kind { FILMS, SERIES, KINDS };

struct limit {
    const char *why; /* NULL: there is none */
    bool refused;    /* by a setting that a person must change, not by a quota that time renews */
};

struct requester {
    struct requester *next;
    int64_t user;
    bool verified;
    struct limit limits[KINDS];
};

static enum kind kind_of(enum media_type type)
{
    return type == MEDIA_TV ? SERIES : FILMS;
}

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

static void limit_all(struct requester *one, const struct limit *limit)
{
    for (int kind = 0; kind < KINDS; kind++)
        one->limits[kind] = *limit;
}

const char *requesters_refuse(struct requesters *requesters, int64_t user, const char *why)
{
    const struct limit limit = {arena_text(requesters->arena, why), true};

    limit_all(find_or_add(requesters, user), &limit);
    return limit.why;
}

const char *requesters_limit(const struct requesters *requesters, int64_t user,
                             enum media_type type)
{
    const struct requester *one = find(requesters, user);

    return one ? one->limits[kind_of(type)].why : NULL;
}

bool requesters_is_refused(const struct requesters *requesters, int64_t user, enum media_type type)
{
    const struct requester *one = find(requesters, user);

    return one && one->limits[kind_of(type)].refused;
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
    const struct limit limit = {
        sentence(requesters, user, type == MEDIA_TV ? "series" : "films", answer),
        answer != REQUEST_QUOTA_USED_UP,
    };

    if (answer == REQUEST_NOT_ALLOWED)
        limit_all(one, &limit);
    else
        one->limits[kind_of(type)] = limit;
    return limit.why;
}

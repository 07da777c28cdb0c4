#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"
#include "seerr_rules.h"

#include <stdlib.h>
#include <string.h>

void seerr_auth_me(struct call *call)
{
    json_t *json = seerr_user_json(call->sim, call->user, true);
    json_object_set_new(json, "settings", json_null());
    reply_json(call, 200, json);
}

/* The rows of the page, and in `total` how many there are without paging. */
static json_t *user_rows(struct call *call, long take, long skip, size_t *total)
{
    char *part = call_query(call, "q");
    json_t *rows = json_array();
    *total = 0;
    for (size_t i = 0; i < seerr_user_count; i++) {
        if (part != NULL && strstr(seerr_users[i].name, part) == NULL)
            continue;
        long position = (long)(*total)++;
        if (position >= skip && position < skip + take)
            json_array_append_new(
                rows, seerr_user_json(call->sim, &seerr_users[i], seerr_is_admin(call)));
    }
    free(part);
    return rows;
}

void seerr_user_list(struct call *call)
{
    if (!seerr_check_numeric_query(call, "take") || !seerr_check_numeric_query(call, "skip"))
        return;
    long take = call_query_number(call, "take", 0);
    long skip = call_query_number(call, "skip", 0);
    size_t total;
    take = take > 0 ? take : 10;
    json_t *rows = user_rows(call, take, skip, &total);
    reply_json(call, 200, seerr_page_json(take, skip, total, rows));
}

/* The user that the path names; NULL after an answer. */
static const struct seerr_user *path_user(struct call *call)
{
    if (!seerr_check_number(call, 0, "userId"))
        return NULL;
    const struct seerr_user *user = seerr_user_find(call_parameter_number(call, 0));
    if (user == NULL)
        seerr_fail(call, 404, "User not found.");
    return user;
}

void seerr_user_one(struct call *call)
{
    const struct seerr_user *user = path_user(call);
    if (user != NULL)
        reply_json(call, 200, seerr_user_json(call->sim, user, seerr_is_admin(call)));
}

static json_t *quota_json(struct seerr_state *state, const struct seerr_user *user, enum kind kind)
{
    int limit = kind == KIND_MOVIE ? user->movie_limit : user->tv_limit;
    int used = seerr_quota_used(state, user->id, kind);
    if (limit == 0)
        return json_pack("{s:i, s:b}", "used", used, "restricted", 0);
    int remaining = limit > used ? limit - used : 0;
    return json_pack("{s:i, s:i, s:i, s:i, s:b}", "days", 7, "limit", limit, "used", used,
                     "remaining", remaining, "restricted", remaining == 0);
}

void seerr_user_quota(struct call *call)
{
    const struct seerr_user *user = path_user(call);
    if (user == NULL)
        return;
    if (user != call->user && !seerr_is_admin(call)) {
        seerr_fail(call, 403, "You do not have permission to view this user's request limits.");
        return;
    }
    struct seerr_state *state = &call->sim->seerr;
    reply_json(call, 200,
               json_pack("{s:o, s:o}", "movie", quota_json(state, user, KIND_MOVIE), "tv",
                         quota_json(state, user, KIND_TV)));
}

void seerr_user_requests(struct call *call)
{
    const struct seerr_user *user = path_user(call);
    if (user != NULL)
        seerr_reply_requests(call, user->id);
}

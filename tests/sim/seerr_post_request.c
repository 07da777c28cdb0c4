/*
 * seerr_post_request.c: POST /request.
 *
 * The real server looks first, asks TMDB, and writes last, with nothing held in between: two
 * calls for one title that are under way together both find nothing. It is the same here: the
 * verdict falls before the latency is spent, the rows are written after it.
 */

#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"
#include "seerr_rules.h"
#include "seerr_wish.h"

#include <stdlib.h>

/* What was decided about a wish when it came in. */
struct verdict {
    const struct title *title;
    const struct seerr_user *requester;
    bool approve;
    bool media_known;
    int *seasons; /* those that are left to ask for; owned */
    size_t season_count;
};

static bool may_ask(const struct seerr_user *user, bool is4k)
{
    unsigned needed = is4k ? PERMISSION_REQUEST_4K : PERMISSION_REQUEST;
    return (user->permissions & (needed | PERMISSION_ADMIN)) != 0;
}

static int quota_left(struct seerr_state *state, const struct seerr_user *user, enum kind kind)
{
    int limit = kind == KIND_MOVIE ? user->movie_limit : user->tv_limit;
    return limit == 0 ? 1000000 : limit - seerr_quota_used(state, user->id, kind);
}

static bool find_requester(struct call *call, const struct seerr_wish *wish,
                           struct verdict *verdict)
{
    verdict->requester = wish->user_given ? seerr_user_find(wish->user) : call->user;
    if (wish->user_given && !seerr_is_admin(call)) {
        seerr_fail(call, 403, "You do not have permission to modify the request user.");
        return false;
    }
    if (verdict->requester == NULL) {
        seerr_fail(call, 500,
                   "Could not find any entity of type \"User\" matching: {\n    \"where\": {\n"
                   "        \"id\": %d\n    }\n}",
                   wish->user);
        return false;
    }
    return true;
}

static bool check_rights(struct call *call, const struct seerr_wish *wish,
                         const struct verdict *verdict)
{
    bool movie = wish->kind == KIND_MOVIE;
    if (!may_ask(verdict->requester, wish->is4k)) {
        seerr_fail(call, 403, "You do not have permission to make %s%s requests.",
                   wish->is4k ? "4K " : "", movie ? "movie" : "series");
        return false;
    }
    if (quota_left(&call->sim->seerr, verdict->requester, wish->kind) <= 0) {
        seerr_fail(call, 403, "%s Quota exceeded.", movie ? "Movie" : "Series");
        return false;
    }
    return true;
}

static bool find_title(struct call *call, const struct seerr_wish *wish, struct verdict *verdict)
{
    verdict->title = catalogue_by_tmdb(&call->sim->catalogue, wish->kind, wish->tmdb);
    if (verdict->title == NULL)
        seerr_fail(call, 500,
                   "[TMDB] Failed to fetch %s details: Request failed with status code 404",
                   wish->kind == KIND_MOVIE ? "movie" : "TV show");
    return verdict->title != NULL;
}

static bool check_blocklist(struct call *call, const struct seerr_wish *wish,
                            struct verdict *verdict)
{
    const struct seerr_media *media = seerr_media_of(&call->sim->seerr, wish->kind, wish->tmdb);
    verdict->media_known = media != NULL;
    if (media == NULL || media->status != MEDIA_BLOCKLISTED)
        return true;
    bool seerr = call->sim->settings.flavour == FLAVOUR_SEERR;
    seerr_fail(call, 403, "This media is %s.", seerr ? "blocklisted" : "blacklisted");
    return false;
}

/* Whether a request stands in the way of another one for the same; Overseerr knows no completed. */
static bool is_open(const struct call *call, const struct seerr_request *request)
{
    return request->status != REQUEST_DECLINED &&
           (request->status != REQUEST_COMPLETED ||
            call->sim->settings.flavour == FLAVOUR_OVERSEERR);
}

static bool is_about(const struct seerr_request *request, const struct seerr_wish *wish)
{
    return request->kind == wish->kind && request->tmdb == wish->tmdb &&
           request->is4k == wish->is4k;
}

static bool check_duplicate(struct call *call, const struct seerr_wish *wish)
{
    if (!wish->is4k_given || wish->kind != KIND_MOVIE)
        return true;
    for (size_t i = 0; i < call->sim->seerr.request_count; i++) {
        const struct seerr_request *request = &call->sim->seerr.requests[i];
        if (!is_open(call, request) || !is_about(request, wish))
            continue;
        seerr_fail(call, 409, "Request for this media already exists.");
        return false;
    }
    return true;
}

static bool season_is_requested(struct call *call, const struct seerr_wish *wish, int number)
{
    for (size_t i = 0; wish->is4k_given && i < call->sim->seerr.request_count; i++) {
        const struct seerr_request *request = &call->sim->seerr.requests[i];
        if (is_open(call, request) && is_about(request, wish) &&
            seerr_seasons_find(&request->seasons, number) != NULL)
            return true;
    }
    return false;
}

static bool season_is_there(struct call *call, const struct seerr_wish *wish, int number)
{
    const struct seerr_media *media = seerr_media_of(&call->sim->seerr, wish->kind, wish->tmdb);
    const struct seerr_season *season =
        media != NULL ? seerr_seasons_find(&media->seasons, number) : NULL;
    int status = season == NULL ? MEDIA_UNKNOWN : wish->is4k ? season->status4k : season->status;
    return status != MEDIA_UNKNOWN && status != MEDIA_DELETED;
}

static void add_free_season(struct call *call, const struct seerr_wish *wish,
                            struct verdict *verdict, int number)
{
    bool specials = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
    if ((number == 0 && !specials) || season_is_requested(call, wish, number) ||
        season_is_there(call, wish, number))
        return;
    verdict->seasons[verdict->season_count++] = number;
}

static void choose_seasons(struct call *call, const struct seerr_wish *wish,
                           struct verdict *verdict)
{
    size_t most = wish->season_count + (size_t)verdict->title->seasons + 1;
    verdict->seasons = calloc(most, sizeof *verdict->seasons);
    if (verdict->seasons == NULL)
        abort();
    for (size_t i = 0; i < wish->season_count; i++)
        add_free_season(call, wish, verdict, wish->seasons[i]);
    for (int number = 0; wish->all_seasons && number <= verdict->title->seasons; number++)
        add_free_season(call, wish, verdict, number);
}

static bool check_seasons(struct call *call, const struct seerr_wish *wish, struct verdict *verdict)
{
    if (wish->kind == KIND_MOVIE)
        return true;
    if (!wish->seasons_given) {
        seerr_fail(call, 500, "Cannot read properties of undefined (reading 'filter')");
        return false;
    }
    choose_seasons(call, wish, verdict);
    if (verdict->season_count == 0) {
        seerr_fail(call, 202, "No seasons available to request");
        return false;
    }
    int left = quota_left(&call->sim->seerr, verdict->requester, KIND_TV);
    if ((int)verdict->season_count > left) {
        seerr_fail(call, 403, "Series Quota exceeded.");
        return false;
    }
    return true;
}

static bool decide(struct call *call, const struct seerr_wish *wish, struct verdict *verdict)
{
    unsigned waved_through = wish->is4k ? PERMISSION_AUTO_APPROVE_4K : PERMISSION_AUTO_APPROVE;
    verdict->approve = (call->user->permissions & (waved_through | PERMISSION_ADMIN)) != 0;
    return find_requester(call, wish, verdict) && check_rights(call, wish, verdict) &&
           find_title(call, wish, verdict) && check_blocklist(call, wish, verdict) &&
           check_duplicate(call, wish) && check_seasons(call, wish, verdict);
}

/*
 * The row to hang the request on. The loser of a race makes a second row for a film; for a series
 * the database refuses that, since tvdbId is unique. NULL after an answer.
 */
static struct seerr_media *take_media(struct call *call, const struct verdict *verdict)
{
    struct seerr_state *state = &call->sim->seerr;
    const struct title *title = verdict->title;
    struct seerr_media *media = seerr_media_of(state, title->kind, title->tmdb);
    if (media != NULL && verdict->media_known)
        return media;
    if (media != NULL && title->tvdb != 0) {
        seerr_fail(call, 500, "SQLITE_CONSTRAINT: UNIQUE constraint failed: media.tvdbId");
        return NULL;
    }
    return seerr_media_add(state, title->kind, title->tmdb, title->tvdb);
}

/* Counts what ListSync promises never to do: asking for what is asked for already. */
static void count_request(struct call *call, const struct seerr_wish *wish,
                          const struct verdict *verdict)
{
    bool again = false;
    for (size_t i = 0; i < call->sim->seerr.request_count; i++) {
        const struct seerr_request *request = &call->sim->seerr.requests[i];
        if (request->status == REQUEST_DECLINED || !is_about(request, wish))
            continue;
        again = again || wish->kind == KIND_MOVIE;
        for (size_t season = 0; season < verdict->season_count; season++)
            again =
                again || seerr_seasons_find(&request->seasons, verdict->seasons[season]) != NULL;
    }
    call->sim->counters.requests_made++;
    call->sim->counters.duplicate_requests += again;
}

static struct seerr_request *write_request(struct call *call, const struct seerr_wish *wish,
                                           const struct verdict *verdict,
                                           const struct seerr_media *media)
{
    struct seerr_state *state = &call->sim->seerr;
    struct seerr_request *request = seerr_request_add(state, media);
    request->is4k = wish->is4k;
    request->requested_by = verdict->requester->id;
    request->status = verdict->approve ? REQUEST_APPROVED : REQUEST_PENDING;
    request->modified_by = verdict->approve ? call->user->id : 0;
    for (size_t i = 0; i < verdict->season_count; i++)
        seerr_seasons_add(&request->seasons, state->next_request_season++, verdict->seasons[i])
            ->status = request->status;
    return request;
}

/*
 * The answer in the order in which the real server comes by its parts: the requests so far as they
 * were before, the media as pending, and neither what is derived nor what nobody has set.
 */
static json_t *answer_json(struct call *call, const struct verdict *verdict,
                           const struct seerr_request *request, json_t *earlier)
{
    const struct seerr_media *media = seerr_media_find(&call->sim->seerr, request->media_id);
    json_t *json = seerr_request_json(call->sim, request, MEDIA_BARE);
    json_t *media_json =
        seerr_media_json(call->sim, media, verdict->media_known ? MEDIA_WITH_SEASONS : MEDIA_BARE);
    if (verdict->media_known)
        json_object_set(media_json, "requests", earlier);
    json_object_set_new(json, "media", media_json);
    json_object_del(json, "seasonCount");
    if (media->kind == KIND_MOVIE)
        json_object_del(json, "seasons");
    if (request->modified_by == 0)
        json_object_del(json, "modifiedBy");
    json_decref(earlier);
    return json;
}

/* The media becomes pending; an approval moves it on, but only after the answer was made. */
static void make_request(struct call *call, const struct seerr_wish *wish,
                         const struct verdict *verdict)
{
    struct seerr_media *media = take_media(call, verdict);
    if (media == NULL)
        return;
    json_t *earlier = seerr_requests_json(call->sim, media);
    int *status = seerr_status_of(media, wish->is4k);
    if (*status == MEDIA_UNKNOWN || *status == MEDIA_DELETED)
        *status = MEDIA_PENDING;
    count_request(call, wish, verdict);
    struct seerr_request *request = write_request(call, wish, verdict, media);
    reply_json(call, 201, answer_json(call, verdict, request, earlier));
    if (verdict->approve)
        seerr_approve(&call->sim->seerr, request);
}

void seerr_post_request(struct call *call)
{
    struct seerr_wish wish;
    struct verdict verdict = {0};
    bool accepted = seerr_wish_read(call, &wish) && decide(call, &wish, &verdict);
    sim_wait_unlocked(call->sim, call->sim->settings.latency_ms);
    if (accepted)
        make_request(call, &wish, &verdict);
    free(verdict.seasons);
    seerr_wish_free(&wish);
}

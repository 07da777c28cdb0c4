/*
 * seerr_requests.c: reading, deciding on and deleting requests; making them is in
 * seerr_post_request.c.
 */

#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"
#include "seerr_rules.h"

#include <stdlib.h>
#include <string.h>

/* Which requests a filter lets through: a set of request statuses and one of media statuses. */
struct filter {
    const char *name;
    unsigned requests;
    unsigned media;
};

#define BIT(status) (1u << (status))

enum {
    ALL = 0xFF,
    NOT_THERE =
        1u << MEDIA_UNKNOWN | 1u << MEDIA_PENDING | 1u << MEDIA_PROCESSING | 1u << MEDIA_PARTIAL,
};

static const struct filter heirs_filters[] = {
    {"all", ALL, ALL},
    {"approved", BIT(REQUEST_APPROVED), ALL},
    {"processing", BIT(REQUEST_APPROVED), NOT_THERE},
    {"pending", BIT(REQUEST_PENDING), ALL},
    {"unavailable", BIT(REQUEST_PENDING) | BIT(REQUEST_APPROVED), NOT_THERE},
    {"failed", BIT(REQUEST_FAILED), ALL},
    {"completed", BIT(REQUEST_COMPLETED), ALL},
    {"available", BIT(REQUEST_COMPLETED), BIT(MEDIA_AVAILABLE)},
    {"deleted", BIT(REQUEST_COMPLETED), BIT(MEDIA_DELETED)},
    {0},
};

static const struct filter overseerr_filters[] = {
    {"all", ALL, ALL},
    {"approved", BIT(REQUEST_APPROVED), ALL},
    {"processing", BIT(REQUEST_APPROVED), NOT_THERE},
    {"pending", BIT(REQUEST_PENDING), ALL},
    {"unavailable", BIT(REQUEST_PENDING) | BIT(REQUEST_APPROVED), NOT_THERE},
    {"failed", BIT(REQUEST_FAILED), ALL},
    {"available", ALL, BIT(MEDIA_AVAILABLE)},
    {0},
};

/* What a request list is asked for. */
struct wanted {
    struct filter filter;
    int user; /* 0: anybody's */
    bool one_kind;
    enum kind kind;
    bool oldest_first;
    long take;
    long skip;
};

static int media_status(const struct seerr_request *request, const struct seerr_media *media)
{
    return request->is4k ? media->status4k : media->status;
}

static bool is_wanted(struct seerr_state *state, const struct seerr_request *request,
                      const struct wanted *wanted)
{
    const struct seerr_media *media = seerr_media_find(state, request->media_id);
    return (wanted->filter.requests & BIT(request->status)) != 0 &&
           (wanted->filter.media & BIT(media_status(request, media))) != 0 &&
           (wanted->user == 0 || wanted->user == request->requested_by) &&
           (!wanted->one_kind || wanted->kind == media->kind);
}

static json_t *request_rows(struct call *call, const struct wanted *wanted, size_t *total)
{
    struct seerr_state *state = &call->sim->seerr;
    bool overseerr = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
    json_t *rows = json_array();
    *total = 0;
    for (size_t i = 0; i < state->request_count; i++) {
        size_t index = wanted->oldest_first ? i : state->request_count - 1 - i;
        if (!is_wanted(state, &state->requests[index], wanted))
            continue;
        long position = (long)(*total)++;
        if (position < wanted->skip || position >= wanted->skip + wanted->take)
            continue;
        json_t *row = seerr_request_json(call->sim, &state->requests[index], MEDIA_BARE);
        if (!overseerr)
            json_object_set_new(row, "canRemove", json_false());
        json_array_append_new(rows, row);
    }
    return rows;
}

static json_t *page_json(struct call *call, const struct wanted *wanted)
{
    size_t total;
    json_t *rows = request_rows(call, wanted, &total);
    return seerr_page_json(wanted->take, wanted->skip, total, rows);
}

static struct wanted paging(struct call *call)
{
    long take = call_query_number(call, "take", 0);
    return (struct wanted){.filter = {"all", ALL, ALL},
                           .take = take > 0 ? take : 10,
                           .skip = call_query_number(call, "skip", 0)};
}

void seerr_reply_requests(struct call *call, int user)
{
    struct wanted wanted = paging(call);
    wanted.user = user;
    reply_json(call, 200, page_json(call, &wanted));
}

static bool take_filter(struct call *call, struct wanted *wanted)
{
    bool overseerr = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
    const struct filter *filter = overseerr ? overseerr_filters : heirs_filters;
    const char *known = overseerr
                            ? "all, approved, available, pending, processing, unavailable, failed"
                            : "all, approved, available, pending, processing, unavailable, failed, "
                              "deleted, completed";
    char *name = call_query(call, "filter");
    bool good = seerr_check_choice(call, ".query.filter", name, known);
    for (; good && name != NULL && filter->name != NULL; filter++) {
        if (strcmp(filter->name, name) == 0)
            wanted->filter = *filter;
    }
    free(name);
    return good;
}

static void take_kind_and_order(struct call *call, struct wanted *wanted)
{
    char *type = call_query(call, "mediaType");
    char *direction = call_query(call, "sortDirection");
    wanted->one_kind = type != NULL && strcmp(type, "all") != 0;
    if (wanted->one_kind)
        kind_parse(type, &wanted->kind);
    wanted->oldest_first = direction != NULL && strcmp(direction, "asc") == 0;
    free(type);
    free(direction);
}

void seerr_request_list(struct call *call)
{
    if (!seerr_check_numeric_query(call, "take") || !seerr_check_numeric_query(call, "skip"))
        return;
    struct wanted wanted = paging(call);
    if (!take_filter(call, &wanted))
        return;
    take_kind_and_order(call, &wanted);
    wanted.user = (int)call_query_number(call, "requestedBy", 0);
    if (!seerr_is_admin(call))
        wanted.user = call->user->id;
    json_t *page = page_json(call, &wanted);
    if (call->sim->settings.flavour == FLAVOUR_SEERR)
        json_object_set_new(page, "serviceErrors", json_pack("{s:[], s:[]}", "radarr", "sonarr"));
    reply_json(call, 200, page);
}

void seerr_request_count(struct call *call)
{
    struct seerr_state *state = &call->sim->seerr;
    int kinds[2] = {0};
    int statuses[8] = {0};
    int there = 0;
    for (size_t i = 0; i < state->request_count; i++) {
        const struct seerr_request *request = &state->requests[i];
        const struct seerr_media *media = seerr_media_find(state, request->media_id);
        kinds[media->kind]++;
        statuses[request->status & 7]++;
        there +=
            request->status == REQUEST_APPROVED && media_status(request, media) == MEDIA_AVAILABLE;
    }
    json_t *json = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "total",
                             (int)state->request_count, "movie", kinds[KIND_MOVIE], "tv",
                             kinds[KIND_TV], "pending", statuses[REQUEST_PENDING], "approved",
                             statuses[REQUEST_APPROVED], "declined", statuses[REQUEST_DECLINED],
                             "processing", statuses[REQUEST_APPROVED] - there, "available", there);
    if (call->sim->settings.flavour == FLAVOUR_SEERR)
        json_object_set_new(json, "completed", json_integer(statuses[REQUEST_COMPLETED]));
    reply_json(call, 200, json);
}

/* The request that the path names; NULL after an answer. */
static struct seerr_request *path_request(struct call *call)
{
    if (!seerr_check_number(call, 0, "requestId"))
        return NULL;
    struct seerr_request *request =
        seerr_request_find(&call->sim->seerr, call_parameter_number(call, 0));
    if (request == NULL)
        seerr_fail(call, 404, "Request not found.");
    return request;
}

static bool is_foreign(const struct call *call, const struct seerr_request *request)
{
    return !seerr_is_admin(call) && request->requested_by != call->user->id;
}

void seerr_request_one(struct call *call)
{
    const struct seerr_request *request = path_request(call);
    if (request == NULL)
        return;
    if (is_foreign(call, request))
        seerr_fail(call, 403, "You do not have permission to view this request.");
    else
        reply_json(call, 200, seerr_request_json(call->sim, request, MEDIA_WITH_SEASONS));
}

void seerr_request_delete(struct call *call)
{
    const struct seerr_request *request = path_request(call);
    if (request == NULL)
        return;
    bool decided = request->status != REQUEST_PENDING && !seerr_is_admin(call);
    if (is_foreign(call, request) || decided) {
        seerr_fail(call, 401, "You do not have permission to delete this request.");
        return;
    }
    seerr_withdraw(&call->sim->seerr, request->id);
    reply_empty(call, 204);
}

void seerr_request_set(struct call *call)
{
    struct seerr_request *request = path_request(call);
    if (request == NULL ||
        !seerr_check_choice(call, ".params.status", call->parameters[1], "approve, decline"))
        return;
    bool approve = strcmp(call->parameters[1], "approve") == 0;
    struct seerr_state *state = &call->sim->seerr;
    /* The answer shows the media as it was: its status follows a moment later. */
    json_t *media_before =
        seerr_media_json(call->sim, seerr_media_find(state, request->media_id), MEDIA_WITH_SEASONS);
    request->modified_by = call->user->id;
    if (approve)
        seerr_approve(state, request);
    else
        seerr_decline(state, request, call->sim->settings.flavour == FLAVOUR_SEERR);
    json_t *json = seerr_request_json(call->sim, request, MEDIA_BARE);
    json_object_set_new(json, "media", media_before);
    reply_json(call, 200, json);
}

void seerr_request_retry(struct call *call)
{
    const struct seerr_request *request = path_request(call);
    if (request != NULL)
        reply_json(call, 200, seerr_request_json(call->sim, request, MEDIA_WITH_SEASONS));
}

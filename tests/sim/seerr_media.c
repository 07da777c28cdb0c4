#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"
#include "seerr_rules.h"

#include <stdlib.h>
#include <string.h>

/* "deleted" is accepted but shows everything, in the real server too. */
static bool passes_filter(const struct seerr_media *media, const char *filter)
{
    static const struct {
        const char *filter;
        int first;
        int last;
    } ranges[] = {{"available", MEDIA_AVAILABLE, MEDIA_AVAILABLE},
                  {"partial", MEDIA_PARTIAL, MEDIA_PARTIAL},
                  {"allavailable", MEDIA_PARTIAL, MEDIA_AVAILABLE},
                  {"processing", MEDIA_PROCESSING, MEDIA_PROCESSING},
                  {"pending", MEDIA_PENDING, MEDIA_PENDING}};
    for (size_t i = 0; filter != NULL && i < sizeof ranges / sizeof ranges[0]; i++) {
        if (strcmp(ranges[i].filter, filter) == 0)
            return media->status >= ranges[i].first && media->status <= ranges[i].last;
    }
    return true;
}

/* The page that `take` and `skip` cut out of all rows, the newest first; take -1 is all of them. */
static json_t *media_page(struct call *call, const char *filter, long take, long skip)
{
    struct seerr_state *state = &call->sim->seerr;
    json_t *rows = json_array();
    size_t total = 0;
    for (size_t i = state->media_count; i-- > 0;) {
        const struct seerr_media *media = &state->media[i];
        if (!passes_filter(media, filter))
            continue;
        long position = (long)total++;
        if (position >= skip && (take < 0 || position < skip + take))
            json_array_append_new(rows, seerr_media_json(call->sim, media, MEDIA_WITH_SEASONS));
    }
    return seerr_page_json(take, skip, total, rows);
}

void seerr_media_list(struct call *call)
{
    bool overseerr = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
    const char *filters =
        overseerr ? "all, available, partial, allavailable, processing, pending"
                  : "all, available, partial, allavailable, processing, pending, deleted";
    if (!seerr_check_numeric_query(call, "take") || !seerr_check_numeric_query(call, "skip"))
        return;
    char *filter = call_query(call, "filter");
    if (seerr_check_choice(call, ".query.filter", filter, filters)) {
        long take = call_query_number(call, "take", 0);
        long skip = call_query_number(call, "skip", 0);
        reply_json(call, 200, media_page(call, filter, take != 0 ? take : 20, skip));
    }
    free(filter);
}

static struct seerr_media *path_media(struct call *call)
{
    if (!seerr_check_number(call, 0, "mediaId"))
        return NULL;
    struct seerr_media *media = seerr_media_find(&call->sim->seerr, call_parameter_number(call, 0));
    if (media == NULL)
        seerr_fail(call, 404, "Media not found");
    return media;
}

void seerr_media_delete(struct call *call)
{
    struct seerr_media *media = path_media(call);
    if (media == NULL)
        return;
    seerr_media_remove(&call->sim->seerr, media->id);
    reply_empty(call, 204);
}

static void set_available(struct call *call, struct seerr_media *media, const json_t *body)
{
    bool is4k = json_is_true(json_object_get(body, "is4k"));
    *seerr_status_of(media, is4k) = MEDIA_AVAILABLE;
    if (call->sim->settings.flavour == FLAVOUR_OVERSEERR)
        return; /* takes no seasons, and a request stays approved for ever */
    size_t index;
    json_t *season;
    json_array_foreach(json_object_get(body, "seasons"), index, season)
    {
        int number = (int)json_integer_value(json_object_get(season, "seasonNumber"));
        seerr_season_available(&call->sim->seerr, media, number, is4k);
    }
    seerr_complete(&call->sim->seerr, media, is4k);
}

static void set_status(struct call *call, struct seerr_media *media, const json_t *body)
{
    static const struct {
        const char *name;
        int status;
    } statuses[] = {{"partial", MEDIA_PARTIAL},
                    {"processing", MEDIA_PROCESSING},
                    {"pending", MEDIA_PENDING},
                    {"unknown", MEDIA_UNKNOWN}};
    const char *name = call->parameters[1];
    if (strcmp(name, "available") == 0)
        set_available(call, media, body);
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        bool is4k = json_is_true(json_object_get(body, "is4k"));
        if (strcmp(statuses[i].name, name) == 0)
            *seerr_status_of(media, is4k) = statuses[i].status;
    }
}

void seerr_media_set(struct call *call)
{
    bool overseerr = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
    const char *known = overseerr ? "available, partial, processing, pending, unknown"
                                  : "available, partial, processing, pending, unknown, deleted";
    struct seerr_media *media = path_media(call);
    if (media == NULL || !seerr_check_choice(call, ".params.status", call->parameters[1], known))
        return;
    if (media->kind == KIND_MOVIE && strcmp(call->parameters[1], "partial") == 0) {
        seerr_fail(call, 400, "Only series can be set to be partially available");
        return;
    }
    json_t *body = call_json(call);
    set_status(call, media, body);
    json_decref(body);
    reply_json(call, 200, seerr_media_json(call->sim, media, MEDIA_WITH_SEASONS));
}

#include "seerr_rules.h"

int *seerr_status_of(struct seerr_media *media, bool is4k)
{
    return is4k ? &media->status4k : &media->status;
}

static void set_seasons(struct seerr_request *request, int status)
{
    for (size_t i = 0; i < request->seasons.count; i++)
        request->seasons.items[i].status = status;
}

static bool has_request(const struct seerr_state *state, int media_id, bool is4k, int status)
{
    for (size_t i = 0; i < state->request_count; i++) {
        const struct seerr_request *request = &state->requests[i];
        if (request->media_id == media_id && request->is4k == is4k &&
            (status == 0 || request->status == status))
            return true;
    }
    return false;
}

void seerr_approve(struct seerr_state *state, struct seerr_request *request)
{
    request->status = REQUEST_APPROVED;
    set_seasons(request, REQUEST_APPROVED);
    struct seerr_media *media = seerr_media_find(state, request->media_id);
    int *status = seerr_status_of(media, request->is4k);
    if (*status != MEDIA_AVAILABLE && *status != MEDIA_PARTIAL)
        *status = MEDIA_PROCESSING;
}

void seerr_decline(struct seerr_state *state, struct seerr_request *request, bool seasons_too)
{
    request->status = REQUEST_DECLINED;
    if (seasons_too)
        set_seasons(request, REQUEST_DECLINED);
    struct seerr_media *media = seerr_media_find(state, request->media_id);
    int *status = seerr_status_of(media, request->is4k);
    bool others_wait = has_request(state, media->id, request->is4k, REQUEST_PENDING);
    if (media->kind == KIND_MOVIE && *status <= MEDIA_PROCESSING)
        *status = MEDIA_UNKNOWN;
    if (media->kind == KIND_TV && *status == MEDIA_PENDING && !others_wait)
        *status = MEDIA_UNKNOWN;
}

void seerr_withdraw(struct seerr_state *state, int request_id)
{
    struct seerr_request *request = seerr_request_find(state, request_id);
    struct seerr_media *media = seerr_media_find(state, request->media_id);
    seerr_request_remove(state, request_id);
    for (int is4k = 0; is4k <= 1; is4k++) {
        int *status = seerr_status_of(media, is4k != 0);
        if (*status <= MEDIA_PROCESSING && !has_request(state, media->id, is4k != 0, 0))
            *status = MEDIA_UNKNOWN;
    }
}

void seerr_season_available(struct seerr_state *state, struct seerr_media *media, int number,
                            bool is4k)
{
    struct seerr_season *season = seerr_seasons_find(&media->seasons, number);
    if (season == NULL)
        season = seerr_seasons_add(&media->seasons, state->next_media_season++, number);
    if (is4k)
        season->status4k = MEDIA_AVAILABLE;
    else
        season->status = MEDIA_AVAILABLE;
}

static bool all_there(const struct seerr_media *media, const struct seerr_request *request)
{
    for (size_t i = 0; i < request->seasons.count; i++) {
        const struct seerr_season *season =
            seerr_seasons_find(&media->seasons, request->seasons.items[i].number);
        if (season == NULL)
            return false;
        if ((request->is4k ? season->status4k : season->status) != MEDIA_AVAILABLE)
            return false;
    }
    return true;
}

void seerr_complete(struct seerr_state *state, struct seerr_media *media, bool is4k)
{
    for (size_t i = 0; i < state->request_count; i++) {
        struct seerr_request *request = &state->requests[i];
        if (request->media_id != media->id || request->is4k != is4k ||
            request->status != REQUEST_APPROVED || !all_there(media, request))
            continue;
        request->status = REQUEST_COMPLETED;
        set_seasons(request, REQUEST_COMPLETED);
    }
}

int seerr_quota_used(const struct seerr_state *state, int user, enum kind kind)
{
    int used = 0;
    for (size_t i = 0; i < state->request_count; i++) {
        const struct seerr_request *request = &state->requests[i];
        if (request->requested_by != user || request->status == REQUEST_DECLINED ||
            request->kind != kind)
            continue;
        used += kind == KIND_MOVIE ? 1 : (int)request->seasons.count;
    }
    return used;
}

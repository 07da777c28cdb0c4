#include "control.h"

#include "call.h"
#include "lists.h"
#include "memory.h"
#include "options.h"
#include "route.h"
#include "seerr_file.h"
#include "seerr_rules.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

static void reply_problem(struct call *call, const char *problem)
{
    reply_json(call, 400, json_pack("{s:s}", "problem", problem));
}

static void show_counters(struct call *call)
{
    reply_json(call, 200, counters_json(&call->sim->counters));
}

static void reset_counters(struct call *call)
{
    counters_reset(&call->sim->counters);
    reply_empty(call, 204);
}

static void reset_state(struct call *call)
{
    seerr_state_clear(&call->sim->seerr);
    json_object_clear(call->sim->list_edits);
    seerr_file_save(&call->sim->seerr, call->sim->settings.state_path);
    reply_empty(call, 204);
}

static json_t *settings_json(const struct sim_settings *settings)
{
    static const char *const names[] = {"", "seerr", "jellyseerr", "", "overseerr"};
    return json_pack("{s:s, s:s, s:s, s:i, s:b}", "flavour", names[settings->flavour], "key",
                     settings->key, "base_path", settings->base_path, "latency_ms",
                     settings->latency_ms, "csrf", settings->csrf);
}

static void change_settings(struct call *call)
{
    struct sim_settings *settings = &call->sim->settings;
    json_t *body = call_json(call);
    const char *key = json_string_value(json_object_get(body, "key"));
    const char *flavour = json_string_value(json_object_get(body, "flavour"));
    const json_t *latency = json_object_get(body, "latency_ms");
    const json_t *csrf = json_object_get(body, "csrf");
    const json_t *headers = json_object_get(body, "headers");
    if (key != NULL) {
        free(settings->key);
        settings->key = sim_copy(key);
    }
    if (flavour != NULL && flavour_parse(flavour) != 0)
        settings->flavour = flavour_parse(flavour);
    if (latency != NULL)
        settings->latency_ms = (int)json_integer_value(latency);
    if (csrf != NULL)
        settings->csrf = json_is_true(csrf);
    if (headers != NULL) {
        json_decref(settings->headers);
        settings->headers = json_deep_copy(headers);
    }
    json_decref(body);
    reply_json(call, 200, settings_json(settings));
}

static void add_faults(struct call *call)
{
    json_t *body = call_json(call);
    const char *problem = "no JSON";
    if (body != NULL && faults_add(&call->sim->faults, body, &problem))
        reply_empty(call, 204);
    else
        reply_problem(call, problem);
    json_decref(body);
}

static void clear_faults(struct call *call)
{
    faults_clear(&call->sim->faults);
    reply_empty(call, 204);
}

static json_t *request_json(const struct sim *sim, const struct seerr_request *request)
{
    const struct title *title = catalogue_by_tmdb(&sim->catalogue, request->kind, request->tmdb);
    json_t *seasons = json_array();
    for (size_t i = 0; i < request->seasons.count; i++)
        json_array_append_new(seasons, json_integer(request->seasons.items[i].number));
    return json_pack("{s:i, s:s, s:i, s:s?, s:s?, s:b, s:o, s:i, s:i}", "id", request->id, "type",
                     kind_name(request->kind), "tmdb", request->tmdb, "imdb",
                     title != NULL ? title->imdb : NULL, "title",
                     title != NULL ? title->name : NULL, "is4k", request->is4k, "seasons", seasons,
                     "requestedBy", request->requested_by, "status", request->status);
}

static void show_requests(struct call *call)
{
    json_t *array = json_array();
    for (size_t i = 0; i < call->sim->seerr.request_count; i++)
        json_array_append_new(array, request_json(call->sim, &call->sim->seerr.requests[i]));
    reply_json(call, 200, array);
}

/* A season of POST /sim/media: a number, or {"seasonNumber", "status", "status4k"}. */
static void seed_season(struct seerr_state *state, struct seerr_media *media, const json_t *item)
{
    const json_t *number = json_is_object(item) ? json_object_get(item, "seasonNumber") : item;
    const json_t *status = json_object_get(item, "status");
    const json_t *status4k = json_object_get(item, "status4k");
    int wanted = (int)json_integer_value(number);
    struct seerr_season *season = seerr_seasons_find(&media->seasons, wanted);
    if (season == NULL)
        season = seerr_seasons_add(&media->seasons, state->next_media_season++, wanted);
    season->status = status != NULL ? (int)json_integer_value(status) : MEDIA_AVAILABLE;
    if (status4k != NULL)
        season->status4k = (int)json_integer_value(status4k);
}

/* The media row of {"kind", "tmdb"}, made when there is none; NULL after an answer. */
static struct seerr_media *named_media(struct call *call, const json_t *body)
{
    const char *kind_text = json_string_value(json_object_get(body, "kind"));
    int tmdb = (int)json_integer_value(json_object_get(body, "tmdb"));
    enum kind kind;
    if (kind_text == NULL || tmdb == 0 || !kind_parse(kind_text, &kind)) {
        reply_problem(call, "needs \"kind\" (movie or tv) and \"tmdb\"");
        return NULL;
    }
    struct seerr_media *media = seerr_media_of(&call->sim->seerr, kind, tmdb);
    if (media != NULL)
        return media;
    const struct title *title = catalogue_by_tmdb(&call->sim->catalogue, kind, tmdb);
    return seerr_media_add(&call->sim->seerr, kind, tmdb, title != NULL ? title->tvdb : 0);
}

static void seed_media(struct call *call)
{
    json_t *body = call_json(call);
    struct seerr_media *media = named_media(call, body);
    const json_t *status = json_object_get(body, "status");
    const json_t *status4k = json_object_get(body, "status4k");
    size_t index;
    json_t *season;
    if (media != NULL) {
        if (status != NULL)
            media->status = (int)json_integer_value(status);
        if (status4k != NULL)
            media->status4k = (int)json_integer_value(status4k);
        json_array_foreach(json_object_get(body, "seasons"), index, season)
        {
            seed_season(&call->sim->seerr, media, season);
        }
        reply_json(call, 200, json_pack("{s:i}", "id", media->id));
        seerr_file_save(&call->sim->seerr, call->sim->settings.state_path);
    }
    json_decref(body);
}

/* Declines all requests for the title; when there is none, makes one that is declined. */
static void decline(struct call *call)
{
    struct seerr_state *state = &call->sim->seerr;
    json_t *body = call_json(call);
    const struct seerr_media *media = named_media(call, body);
    json_decref(body);
    if (media == NULL)
        return;
    int declined = 0;
    for (size_t i = 0; i < state->request_count; i++) {
        if (state->requests[i].media_id != media->id)
            continue;
        seerr_decline(state, &state->requests[i], true);
        declined++;
    }
    if (declined == 0) {
        struct seerr_request *request = seerr_request_add(state, media);
        request->requested_by = 1;
        request->modified_by = 1;
        seerr_decline(state, request, true);
    }
    seerr_file_save(state, call->sim->settings.state_path);
    reply_json(call, 200, json_pack("{s:i}", "declined", declined));
}

static void edit_list(struct call *call)
{
    json_t *body = call_json(call);
    if (list_edit(call->sim, body))
        reply_empty(call, 204);
    else
        reply_problem(call, "needs \"source\" and \"id\"");
    json_decref(body);
}

static const struct route routes[] = {
    {"GET", "/counters", show_counters, FLAVOUR_ANY, 0, NULL},
    {"POST", "/counters/reset", reset_counters, FLAVOUR_ANY, 0, NULL},
    {"POST", "/reset", reset_state, FLAVOUR_ANY, 0, NULL},
    {"POST", "/config", change_settings, FLAVOUR_ANY, 0, NULL},
    {"POST", "/faults", add_faults, FLAVOUR_ANY, 0, NULL},
    {"DELETE", "/faults", clear_faults, FLAVOUR_ANY, 0, NULL},
    {"GET", "/requests", show_requests, FLAVOUR_ANY, 0, NULL},
    {"POST", "/media", seed_media, FLAVOUR_ANY, 0, NULL},
    {"POST", "/decline", decline, FLAVOUR_ANY, 0, NULL},
    {"POST", "/list", edit_list, FLAVOUR_ANY, 0, NULL},
    {0},
};

void control_answer(struct call *call)
{
    bool path_known;
    call->route = route_find(routes, FLAVOUR_ANY, call, &path_known);
    if (call->route != NULL)
        call->route->handle(call);
    else
        reply_problem(call, "no such control; see tests/sim/README.md");
}

#include "seerr_file.h"

#include "memory.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static json_t *seasons_to_json(const struct seerr_seasons *seasons)
{
    json_t *array = json_array();
    for (size_t i = 0; i < seasons->count; i++) {
        const struct seerr_season *season = &seasons->items[i];
        json_array_append_new(array, json_pack("[i, i, i, i]", season->id, season->number,
                                               season->status, season->status4k));
    }
    return array;
}

static void seasons_from_json(struct seerr_seasons *seasons, const json_t *array)
{
    size_t index;
    json_t *item;
    json_array_foreach(array, index, item)
    {
        int id = 0;
        int number = 0;
        int status = 0;
        int status4k = 0;
        if (json_unpack(item, "[i, i, i, i]", &id, &number, &status, &status4k) != 0)
            continue;
        struct seerr_season *season = seerr_seasons_add(seasons, id, number);
        season->status = status;
        season->status4k = status4k;
    }
}

static json_t *media_to_json(const struct seerr_media *media)
{
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:o}", "id", media->id, "kind",
                     (int)media->kind, "tmdb", media->tmdb, "tvdb", media->tvdb, "status",
                     media->status, "status4k", media->status4k, "created", media->created,
                     "seasons", seasons_to_json(&media->seasons));
}

static void media_from_json(struct seerr_state *state, json_t *json)
{
    struct seerr_media *media = seerr_media_add(state, KIND_MOVIE, 0, 0);
    int kind = 0;
    const char *created = "";
    json_unpack(json, "{s:i, s:i, s:i, s:i, s:i, s:i, s:s}", "id", &media->id, "kind", &kind,
                "tmdb", &media->tmdb, "tvdb", &media->tvdb, "status", &media->status, "status4k",
                &media->status4k, "created", &created);
    media->kind = kind == KIND_TV ? KIND_TV : KIND_MOVIE;
    snprintf(media->created, sizeof media->created, "%s", created);
    seasons_from_json(&media->seasons, json_object_get(json, "seasons"));
}

static json_t *request_to_json(const struct seerr_request *request)
{
    return json_pack("{s:i, s:i, s:i, s:b, s:i, s:i, s:s, s:o}", "id", request->id, "media",
                     request->media_id, "status", request->status, "is4k", request->is4k,
                     "requestedBy", request->requested_by, "modifiedBy", request->modified_by,
                     "created", request->created, "seasons", seasons_to_json(&request->seasons));
}

static void request_from_json(struct seerr_state *state, json_t *json)
{
    int media_id = 0;
    json_unpack(json, "{s:i}", "media", &media_id);
    const struct seerr_media *media = seerr_media_find(state, media_id);
    if (media == NULL)
        return;
    struct seerr_request *request = seerr_request_add(state, media);
    int is4k = 0;
    const char *created = "";
    json_unpack(json, "{s:i, s:i, s:b, s:i, s:i, s:s}", "id", &request->id, "status",
                &request->status, "is4k", &is4k, "requestedBy", &request->requested_by,
                "modifiedBy", &request->modified_by, "created", &created);
    request->is4k = is4k != 0;
    snprintf(request->created, sizeof request->created, "%s", created);
    seasons_from_json(&request->seasons, json_object_get(json, "seasons"));
}

static json_t *block_to_json(const struct seerr_block *block)
{
    return json_pack("{s:i, s:i, s:i, s:s}", "kind", (int)block->kind, "tmdb", block->tmdb, "user",
                     block->user, "title", block->title);
}

static void block_from_json(struct seerr_state *state, json_t *json)
{
    int kind = 0;
    int tmdb = 0;
    int user = 1;
    const char *title = "";
    json_unpack(json, "{s:i, s:i, s:i, s:s}", "kind", &kind, "tmdb", &tmdb, "user", &user, "title",
                &title);
    seerr_block_add(state, kind == KIND_TV ? KIND_TV : KIND_MOVIE, tmdb, user, title);
}

static json_t *state_to_json(const struct seerr_state *state)
{
    json_t *media = json_array();
    json_t *requests = json_array();
    json_t *blocks = json_array();
    for (size_t i = 0; i < state->media_count; i++)
        json_array_append_new(media, media_to_json(&state->media[i]));
    for (size_t i = 0; i < state->request_count; i++)
        json_array_append_new(requests, request_to_json(&state->requests[i]));
    for (size_t i = 0; i < state->block_count; i++)
        json_array_append_new(blocks, block_to_json(&state->blocks[i]));
    return json_pack("{s:o, s:o, s:o, s:[i, i, i, i]}", "media", media, "requests", requests,
                     "blocklist", blocks, "next", state->next_media, state->next_request,
                     state->next_request_season, state->next_media_season);
}

static void each(struct seerr_state *state, const json_t *array,
                 void (*take)(struct seerr_state *, json_t *))
{
    size_t index;
    json_t *item;
    json_array_foreach(array, index, item)
    {
        take(state, item);
    }
}

bool seerr_file_load(struct seerr_state *state, const char *path)
{
    if (path == NULL || access(path, F_OK) != 0)
        return true;
    json_error_t error;
    json_t *json = json_load_file(path, 0, &error);
    if (json == NULL) {
        fprintf(stderr, "%s: %s\n", path, error.text);
        return false;
    }
    each(state, json_object_get(json, "media"), media_from_json);
    each(state, json_object_get(json, "requests"), request_from_json);
    each(state, json_object_get(json, "blocklist"), block_from_json);
    json_unpack(json, "{s:[i, i, i, i]}", "next", &state->next_media, &state->next_request,
                &state->next_request_season, &state->next_media_season);
    json_decref(json);
    return true;
}

void seerr_file_save(const struct seerr_state *state, const char *path)
{
    if (path == NULL)
        return;
    char *fresh = sim_format("%s.new", path);
    json_t *json = state_to_json(state);
    if (json_dump_file(json, fresh, JSON_COMPACT) != 0 || rename(fresh, path) != 0)
        perror(path);
    json_decref(json);
    free(fresh);
}

#include "seerr_json.h"

#include "route.h"

static json_t *null_or(int number)
{
    return number != 0 ? json_integer(number) : json_null();
}

static void set_nulls(json_t *json, const char *const *names)
{
    for (; *names != NULL; names++)
        json_object_set_new(json, *names, json_null());
}

static int request_count(const struct sim *sim, int user)
{
    int count = 0;
    for (size_t i = 0; i < sim->seerr.request_count; i++)
        count += sim->seerr.requests[i].requested_by == user;
    return count;
}

json_t *seerr_user_json(const struct sim *sim, const struct seerr_user *user, bool all)
{
    static const char *const empty[] = {
        "plexUsername",
        "jellyfinUsername",
        "recoveryLinkExpirationDate",
        "jellyfinUserId",
        "avatarETag",
        "avatarVersion",
        NULL,
    };
    json_t *json =
        json_pack("{s:i, s:[], s:i, s:s, s:i, s:s, s:i, s:s}", "permissions",
                  (int)user->permissions, "warnings", "id", user->id, "username", user->name,
                  "userType", 2, "avatar", "/os_logo_square.png", "requestCount",
                  request_count(sim, user->id), "displayName", user->name);
    set_nulls(json, empty);
    if (all) {
        json_object_set_new(json, "email", json_sprintf("%s@example.test", user->name));
        json_object_set_new(json, "plexId", json_null());
    }
    json_object_set_new(json, "movieQuotaLimit", null_or(user->movie_limit));
    json_object_set_new(json, "movieQuotaDays", null_or(user->movie_limit != 0 ? 7 : 0));
    json_object_set_new(json, "tvQuotaLimit", null_or(user->tv_limit));
    json_object_set_new(json, "tvQuotaDays", null_or(user->tv_limit != 0 ? 7 : 0));
    json_object_set_new(json, "createdAt", json_string("2026-01-01T00:00:00.000Z"));
    json_object_set_new(json, "updatedAt", json_string("2026-01-01T00:00:00.000Z"));
    return json;
}

static json_t *seasons_json(const struct seerr_seasons *seasons, bool of_media, const char *created)
{
    json_t *array = json_array();
    for (size_t i = 0; i < seasons->count; i++) {
        const struct seerr_season *season = &seasons->items[i];
        json_t *json =
            json_pack("{s:i, s:i, s:i, s:s, s:s}", "id", season->id, "seasonNumber", season->number,
                      "status", season->status, "createdAt", created, "updatedAt", created);
        if (of_media)
            json_object_set_new(json, "status4k", json_integer(season->status4k));
        json_array_append_new(array, json);
    }
    return array;
}

static json_t *media_fields(const struct seerr_media *media)
{
    static const char *const empty[] = {
        "imdbId",
        "serviceId",
        "serviceId4k",
        "externalServiceId",
        "externalServiceId4k",
        "externalServiceSlug",
        "externalServiceSlug4k",
        "ratingKey",
        "ratingKey4k",
        "jellyfinMediaId",
        "jellyfinMediaId4k",
        NULL,
    };
    json_t *json = json_pack(
        "{s:[], s:[], s:i, s:s, s:i, s:o, s:i, s:i, s:s, s:s, s:s, s:s}", "downloadStatus",
        "downloadStatus4k", "id", media->id, "mediaType", kind_name(media->kind), "tmdbId",
        media->tmdb, "tvdbId", null_or(media->tvdb), "status", media->status, "status4k",
        media->status4k, "createdAt", media->created, "updatedAt", media->created,
        "lastSeasonChange", media->created, "mediaAddedAt", media->created);
    set_nulls(json, empty);
    return json;
}

json_t *seerr_requests_json(struct sim *sim, const struct seerr_media *media)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sim->seerr.request_count; i++) {
        const struct seerr_request *request = &sim->seerr.requests[i];
        if (request->media_id == media->id)
            json_array_append_new(array, seerr_request_json(sim, request, MEDIA_BARE));
    }
    return array;
}

json_t *seerr_media_json(struct sim *sim, const struct seerr_media *media, unsigned parts)
{
    json_t *json = media_fields(media);
    if ((parts & MEDIA_WITH_REQUESTS) != 0)
        json_object_set_new(json, "requests", seerr_requests_json(sim, media));
    if ((parts & MEDIA_WITH_ISSUES) != 0)
        json_object_set_new(json, "issues", json_array());
    if ((parts & MEDIA_WITH_SEASONS) != 0)
        json_object_set_new(json, "seasons", seasons_json(&media->seasons, true, media->created));
    if ((parts & MEDIA_WITH_WATCHLISTS) != 0)
        json_object_set_new(json, "watchlists", json_array());
    return json;
}

json_t *seerr_request_json(struct sim *sim, const struct seerr_request *request,
                           unsigned media_parts)
{
    static const char *const empty[] = {
        "serverId", "profileId", "rootFolder", "languageProfileId", "tags", NULL,
    };
    const struct seerr_media *media = seerr_media_find(&sim->seerr, request->media_id);
    const struct seerr_user *modified_by = seerr_user_find(request->modified_by);
    json_t *json =
        json_pack("{s:i, s:i, s:s, s:s, s:s, s:b, s:b, s:o, s:o, s:i}", "id", request->id, "status",
                  request->status, "createdAt", request->created, "updatedAt", request->created,
                  "type", kind_name(media->kind), "is4k", request->is4k, "isAutoRequest", false,
                  "media", seerr_media_json(sim, media, media_parts), "seasons",
                  seasons_json(&request->seasons, false, request->created), "seasonCount",
                  (int)request->seasons.count);
    json_object_set_new(json, "requestedBy",
                        seerr_user_json(sim, seerr_user_find(request->requested_by), true));
    json_object_set_new(json, "modifiedBy",
                        modified_by != NULL ? seerr_user_json(sim, modified_by, true)
                                            : json_null());
    set_nulls(json, empty);
    return json;
}

json_t *seerr_block_json(struct sim *sim, const struct seerr_block *block)
{
    const char *tags =
        sim->settings.flavour == FLAVOUR_SEERR ? "blocklistedTags" : "blacklistedTags";
    return json_pack("{s:i, s:s, s:s, s:i, s:n, s:s, s:o}", "id", block->id, "mediaType",
                     kind_name(block->kind), "title", block->title, "tmdbId", block->tmdb, tags,
                     "createdAt", block->created, "user",
                     seerr_user_json(sim, seerr_user_find(block->user), true));
}

json_t *seerr_page_json(long take, long skip, size_t total, json_t *rows)
{
    long results = (long)total;
    /* Seerr rounds up with a negative page size too, and then counts pages backwards. */
    long pages = take > 0 ? (results + take - 1) / take : results / take;
    return json_pack("{s:{s:I, s:I, s:I, s:I}, s:o}", "pageInfo", "pages", (json_int_t)pages,
                     "pageSize", (json_int_t)take, "results", (json_int_t)results, "page",
                     (json_int_t)skip / take + 1, "results", rows);
}

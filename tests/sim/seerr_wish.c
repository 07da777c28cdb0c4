#include "seerr_wish.h"

#include "seerr_check.h"

#include <stdlib.h>
#include <string.h>

struct complaint {
    const char *where;
    const char *what;
    const char *code;
};

/* Several complaints in one 400, joined as the validator joins them. */
static void complain(struct call *call, const struct complaint *complaints, size_t count)
{
    json_t *errors = json_array();
    json_t *message = json_string("");
    for (size_t i = 0; i < count; i++) {
        const struct complaint *one = &complaints[i];
        json_t *longer = json_sprintf("%s%srequest%s %s", json_string_value(message),
                                      i > 0 ? ", " : "", one->where, one->what);
        json_decref(message);
        message = longer;
        const char *path = one->where;
        if (strcmp(one->code, "required") == 0)
            path = strstr(one->what, "mediaType") != NULL ? ".body.mediaType" : ".body.mediaId";
        json_array_append_new(errors, json_pack("{s:s, s:s, s:o}", "path", path, "message",
                                                one->what, "errorCode",
                                                json_sprintf("%s.openapi.validation", one->code)));
    }
    reply_json(call, 400, json_pack("{s:o, s:o}", "message", message, "errors", errors));
}

static bool check_required(struct call *call, const json_t *body)
{
    static const struct complaint no_type = {".body", "should have required property 'mediaType'",
                                             "required"};
    static const struct complaint no_id = {".body", "should have required property 'mediaId'",
                                           "required"};
    struct complaint complaints[2];
    size_t count = 0;
    if (json_object_get(body, "mediaType") == NULL)
        complaints[count++] = no_type;
    if (json_object_get(body, "mediaId") == NULL)
        complaints[count++] = no_id;
    if (count > 0)
        complain(call, complaints, count);
    return count == 0;
}

static bool check_types(struct call *call, const json_t *body)
{
    const json_t *is4k = json_object_get(body, "is4k");
    const json_t *user = json_object_get(body, "userId");
    const char *type = json_string_value(json_object_get(body, "mediaType"));
    if (type == NULL || (strcmp(type, "movie") != 0 && strcmp(type, "tv") != 0))
        return seerr_check_choice(call, ".body.mediaType", type != NULL ? type : "", "movie, tv");
    if (!json_is_number(json_object_get(body, "mediaId"))) {
        seerr_invalid(call, ".body.mediaId", "should be number", "type");
        return false;
    }
    if (is4k != NULL && !json_is_boolean(is4k)) {
        seerr_invalid(call, ".body.is4k", "should be boolean", "type");
        return false;
    }
    if (user != NULL && !json_is_number(user) && !json_is_null(user)) {
        seerr_invalid(call, ".body.userId", "should be number,null", "type");
        return false;
    }
    return true;
}

static bool check_season_numbers(struct call *call, const json_t *seasons)
{
    static const struct complaint complaints[] = {
        {".body.seasons[0]", "should be number", "type"},
        {".body.seasons", "should be string", "type"},
        {".body.seasons", "should be equal to one of the allowed values: all", "enum"},
        {".body.seasons", "should match exactly one schema in oneOf", "oneOf"},
    };
    size_t index;
    json_t *item;
    json_array_foreach(seasons, index, item)
    {
        if (json_is_number(item))
            continue;
        complain(call, complaints, sizeof complaints / sizeof complaints[0]);
        return false;
    }
    return true;
}

static bool check_seasons(struct call *call, const json_t *seasons)
{
    static const struct complaint complaints[] = {
        {".body.seasons", "should be array", "type"},
        {".body.seasons", "should be equal to one of the allowed values: all", "enum"},
        {".body.seasons", "should match exactly one schema in oneOf", "oneOf"},
    };
    if (seasons == NULL)
        return true;
    if (json_is_array(seasons))
        return check_season_numbers(call, seasons);
    const char *word = json_string_value(seasons);
    if (word != NULL && strcmp(word, "all") == 0)
        return true;
    complain(call, complaints, sizeof complaints / sizeof complaints[0]);
    return false;
}

static void take_seasons(struct seerr_wish *wish, const json_t *seasons)
{
    wish->seasons_given = seasons != NULL;
    wish->all_seasons = json_is_string(seasons);
    wish->seasons = calloc(json_array_size(seasons) + 1, sizeof *wish->seasons);
    if (wish->seasons == NULL)
        abort();
    size_t index;
    json_t *item;
    json_array_foreach(seasons, index, item)
    {
        wish->seasons[wish->season_count++] = (int)json_number_value(item);
    }
}

static void take_fields(struct seerr_wish *wish, const json_t *body)
{
    const json_t *user = json_object_get(body, "userId");
    kind_parse(json_string_value(json_object_get(body, "mediaType")), &wish->kind);
    wish->tmdb = (int)json_number_value(json_object_get(body, "mediaId"));
    wish->is4k_given = json_object_get(body, "is4k") != NULL;
    wish->is4k = json_is_true(json_object_get(body, "is4k"));
    wish->user_given = user != NULL && !json_is_null(user);
    wish->user = (int)json_number_value(user);
    take_seasons(wish, json_object_get(body, "seasons"));
}

bool seerr_wish_read(struct call *call, struct seerr_wish *wish)
{
    *wish = (struct seerr_wish){0};
    json_t *body = call_json(call);
    bool good = check_required(call, body) && check_types(call, body) &&
                check_seasons(call, json_object_get(body, "seasons"));
    if (good)
        take_fields(wish, body);
    json_decref(body);
    return good;
}

void seerr_wish_free(struct seerr_wish *wish)
{
    free(wish->seasons);
}

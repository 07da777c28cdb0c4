#include "seerr/connect.h"

#include <inttypes.h>

#include "base/text.h"

const char *seerr_flavour_name(enum seerr_flavour flavour)
{
    static const char *const names[] = {
        [SEERR_OVERSEERR] = "Overseerr",
        [SEERR_JELLYSEERR] = "Jellyseerr",
        [SEERR_SEERR] = "Seerr",
    };
    return names[flavour];
}

void connect_server_request(const struct seerr *seerr, struct http_request *request)
{
    seerr_get(seerr, request, "/settings/public");
}

static bool has(const struct json_value *settings, const char *key)
{
    return json_value_get(settings, key) != NULL;
}

enum error_code connect_server_answer(const struct http_response *response,
                                      struct seerr_server *ret, struct error *error)
{
    AUTO_JSON struct json_value *settings = NULL;
    enum error_code rc = seerr_read(response, &settings, error);

    if (rc)
        return rc;
    if (!has(settings, "mediaServerType") && !has(settings, "region"))
        return error_set(error, ERROR_FORMAT,
                         "what answers there is not Overseerr, Jellyseerr or Seerr");
    *ret = (struct seerr_server){
        .flavour = has(settings, "hideBlocklisted")   ? SEERR_SEERR
                   : has(settings, "mediaServerType") ? SEERR_JELLYSEERR
                                                      : SEERR_OVERSEERR,
        .movie_4k_enabled = json_value_is_true(json_value_get(settings, "movie4kEnabled")),
        .series_4k_enabled = json_value_is_true(json_value_get(settings, "series4kEnabled")),
    };
    return ERROR_NONE;
}

void connect_version_request(const struct seerr *seerr, struct http_request *request)
{
    seerr_get(seerr, request, "/status");
}

void connect_version_answer(const struct http_response *response, char *ret, size_t size)
{
    AUTO_JSON struct json_value *status = NULL;
    const char *version = NULL;

    if (seerr_read(response, &status, NULL) == ERROR_NONE)
        version = json_value_get_text(status, "version");
    text_copy(ret, size, version ? version : "");
}

void connect_user_request(const struct seerr *seerr, int64_t act_as, struct http_request *request)
{
    seerr_get(seerr, request, "/auth/me");
    seerr_act_as(request, act_as);
}

enum error_code connect_user_answer(const struct http_response *response, int64_t act_as,
                                    struct seerr_user *ret, struct error *error)
{
    AUTO_JSON struct json_value *user = NULL;

    /* The key was proved before: a refusal now is about the user. */
    if (act_as && response->status == 403)
        return error_set(error, ERROR_REFUSED,
                         "Seerr has no user %" PRId64 ", or the key may not act for that user",
                         act_as);
    enum error_code rc = seerr_read(response, &user, error);
    if (rc)
        return rc;
    ret->id = json_value_get_integer(user, "id");
    if (ret->id <= 0)
        return error_set(error, ERROR_FORMAT,
                         "Seerr's answer about its user is not understood: no id in it");
    const char *name = json_value_get_text(user, "displayName");
    text_copy(ret->name, sizeof(ret->name), name ? name : "");
    return ERROR_NONE;
}

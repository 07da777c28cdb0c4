#include "seerr/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

static void write_seasons(struct json_writer *json, const struct season_set *seasons)
{
    json_begin_array(json, "seasons");
    for (int season = 1; season <= SEASON_MAX; season++)
        if (season_set_has(seasons, season))
            json_put_number(json, NULL, season);
    json_end_array(json);
}

void request_make(const struct seerr *seerr, enum media_type type, int64_t tmdb, bool is_4k,
                  const struct season_set *seasons, int64_t requester, struct http_request *request)
{
    http_request_post(request, "%s/api/v1/request", seerr->base_url);
    seerr_sign(seerr, request);
    http_request_header(request, "Content-Type", "application/json");
    seerr_act_as(request, requester);

    struct json_writer json = json_writer_to(&request->body);
    json_begin_object(&json, NULL);
    json_put_text(&json, "mediaType", media_type_word(type));
    json_put_number(&json, "mediaId", tmdb);
    json_put_bool(&json, "is4k", is_4k);
    if (type == MEDIA_TV)
        write_seasons(&json, seasons);
    json_end_object(&json);
}

/* Tried in order; `status` 0 stands for any, NULL for any message. */
static const struct {
    int status;
    const char *message_has;
    enum request_answer answer;
} meanings[] = {
    {202, NULL, REQUEST_NOTHING_NEW},
    {409, NULL, REQUEST_EXISTED},
    {403, "Quota exceeded", REQUEST_QUOTA_USED_UP},
    {403, "permission to make", REQUEST_NO_PERMISSION},
    {403, "blocklisted", REQUEST_BLOCKLISTED},
    {403, "blacklisted", REQUEST_BLOCKLISTED},
    {403, "modify the request user", REQUEST_NOT_ALLOWED},
    {500, "status code 404", REQUEST_UNKNOWN_TITLE},
    {500, NULL, REQUEST_TROUBLE},
    {502, NULL, REQUEST_TROUBLE},
    {503, NULL, REQUEST_TROUBLE},
    {504, NULL, REQUEST_TROUBLE},
};

static enum request_answer meaning_of(int status, const char *message)
{
    for (size_t i = 0; i < ARRAY_LENGTH(meanings); i++)
        if (meanings[i].status == status &&
            (!meanings[i].message_has || strstr(message, meanings[i].message_has)))
            return meanings[i].answer;
    return REQUEST_NOT_UNDERSTOOD;
}

static void read_made(const struct http_response *response, struct request_result *ret)
{
    AUTO_JSON struct json_value *made = NULL;

    /* 201 is the fact; a body that is cut or odd only costs us the number. */
    ret->answer = REQUEST_MADE;
    if (json_value_parse(buffer_string(&response->body), response->body.length, &made, NULL))
        return;
    ret->request_id = json_value_get_integer(made, "id");
    ret->status = (enum request_status)json_value_get_integer(made, "status");
}

void request_made(const struct http_response *response, struct request_result *ret)
{
    struct error refusal = {0};

    *ret = (struct request_result){0};
    if (response->status == 201) {
        read_made(response, ret);
        return;
    }
    if (seerr_refuses_all(response, &refusal)) {
        ret->answer = REQUEST_REFUSED_ALL;
        text_copy(ret->message, sizeof(ret->message), refusal.message);
        return;
    }
    seerr_message(response, ret->message, sizeof(ret->message));
    ret->answer = meaning_of(response->status, ret->message);
    if (!*ret->message)
        snprintf(ret->message, sizeof(ret->message), "HTTP %d", response->status);
}

void request_state_request(const struct seerr *seerr, int64_t request_id,
                           struct http_request *request)
{
    seerr_get(seerr, request, "/request/%" PRId64, request_id);
}

enum error_code request_state_answer(const struct http_response *response,
                                     struct request_state *ret, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    enum error_code rc = seerr_read(response, &document, error);

    if (rc)
        return rc;
    *ret = (struct request_state){
        .status = (enum request_status)json_value_get_integer(document, "status"),
        .media_type = media_type_from_word(json_value_get_text(document, "type")),
        .tmdb = json_value_integer(json_value_path(document, "media.tmdbId")),
        .is_4k = json_value_is_true(json_value_get(document, "is4k")),
    };
    if (ret->status < REQUEST_STATUS_PENDING || ret->tmdb <= 0)
        return error_set(error, ERROR_FORMAT,
                         "Seerr's answer about a request is not understood: no status or no title");
    return ERROR_NONE;
}

void request_withdraw(const struct seerr *seerr, int64_t request_id, struct http_request *request)
{
    http_request_delete(request, "%s/api/v1/request/%" PRId64, seerr->base_url, request_id);
    seerr_sign(seerr, request);
}

enum error_code request_withdrawn(const struct http_response *response, struct error *error)
{
    AUTO_JSON struct json_value *ignored = NULL;

    if (response->status == 204 || response->status == 404)
        return ERROR_NONE; /* gone either way */
    return seerr_read(response, &ignored, error);
}

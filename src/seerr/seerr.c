#include "seerr/seerr.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"

static void cut_suffix(char *text, const char *suffix)
{
    if (text_ends_with(text, suffix))
        text[strlen(text) - strlen(suffix)] = '\0';
}

enum error_code seerr_normalise_url(const char *text, char **ret, struct error *error)
{
    struct url url;
    struct error detail = {0};
    AUTO_FREE char *copy = memory_text(text ? text : "");
    char *trimmed = text_trim(copy);

    if (!text_starts_with(trimmed, "http://") && !text_starts_with(trimmed, "https://"))
        return error_set(error, ERROR_USAGE,
                         "the address of Seerr must begin with http:// or https://");
    if (url_parse(trimmed, &url, &detail))
        return error_set(error, ERROR_USAGE, "the address of Seerr is no URL: %s", detail.message);
    text_cut_at(trimmed, "?#");
    while (text_ends_with(trimmed, "/"))
        cut_suffix(trimmed, "/");
    cut_suffix(trimmed, "/api/v1");
    *ret = memory_text(trimmed);
    return ERROR_NONE;
}

void seerr_sign(const struct seerr *seerr, struct http_request *request)
{
    request->party = SEERR_PARTY;
    request->tells_trace = true;
    http_request_secret_header(request, "X-Api-Key", &seerr->key);
}

void seerr_get(const struct seerr *seerr, struct http_request *request, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *path = memory_print_list(format, arguments);
    va_end(arguments);
    http_request_get(request, "%s/api/v1%s", seerr->base_url, path);
    seerr_sign(seerr, request);
}

void seerr_act_as(struct http_request *request, int64_t user)
{
    char text[24];

    if (!user)
        return;
    snprintf(text, sizeof(text), "%lld", (long long)user);
    http_request_header(request, "X-API-User", text);
}

static bool is_web_page(const struct http_response *response)
{
    const char *type = http_response_header(response, "Content-Type");
    const char *body = buffer_string(&response->body);

    body += strspn(body, " \t\r\n");
    return (type && text_starts_with_ignoring_case(type, "text/html")) || *body == '<';
}

void seerr_message(const struct http_response *response, char *text, size_t size)
{
    AUTO_JSON struct json_value *document = NULL;

    text[0] = '\0';
    if (json_value_parse(buffer_string(&response->body), response->body.length, &document, NULL))
        return;
    const char *message = json_value_get_text(document, "message");
    if (!message)
        message = json_value_get_text(document, "error");
    text_copy(text, size, message ? message : "");
    text_tame(text);
}

bool seerr_refuses_all(const struct http_response *response, struct error *error)
{
    char message[256];

    if (is_web_page(response) && response->status < 500) {
        error_set(error, ERROR_FORMAT,
                  "%s answered with a web page (HTTP %d) where Seerr's API was expected: check the "
                  "address, its port and its base path",
                  response->url ? response->url : "the address", response->status);
        return true;
    }
    if (response->status != 401 && response->status != 403)
        return false;
    seerr_message(response, message, sizeof(message));
    if (response->status == 401 && text_starts_with(message, "cookie"))
        error_set(error, ERROR_REFUSED, "Seerr wants an API key and got none");
    else if (response->status == 403 && strstr(message, "csrf"))
        error_set(error, ERROR_REFUSED,
                  "Seerr's CSRF protection refuses every request by API key: switch it off in "
                  "Seerr under Settings, Network");
    else if (response->status == 403 && strstr(message, "access this endpoint"))
        error_set(error, ERROR_REFUSED,
                  "Seerr does not accept the API key; the right one is in Seerr under Settings, "
                  "General, API Key");
    else
        return false;
    return true;
}

static enum error_code explain_status(const struct http_response *response, struct error *error)
{
    char message[256];

    seerr_message(response, message, sizeof(message));
    const char *words = *message ? message : "no explanation";
    if (response->status == 404 && !*message)
        return error_set(error, ERROR_FORMAT,
                         "nothing of Seerr's API is at that address (HTTP 404): check its port and "
                         "its base path");
    if (response->status == 404)
        return error_set(error, ERROR_NOT_FOUND, "Seerr answered HTTP 404: %s", words);
    if (response->status >= 500)
        return error_set(error, ERROR_UNREACHABLE, "Seerr answered HTTP %d: %s", response->status,
                         words);
    return error_set(error, ERROR_REFUSED, "Seerr answered HTTP %d: %s", response->status, words);
}

enum error_code seerr_read(const struct http_response *response, struct json_value **ret,
                           struct error *error)
{
    struct error detail = {0};

    if (seerr_refuses_all(response, &detail))
        return error_set(error, detail.code, "%s", detail.message);
    if (response->status < 200 || response->status > 299)
        return explain_status(response, error);
    if (json_value_parse(buffer_string(&response->body), response->body.length, ret, &detail))
        return error_set(error, ERROR_FORMAT, "Seerr's answer is not understood: %s",
                         detail.message);
    return ERROR_NONE;
}

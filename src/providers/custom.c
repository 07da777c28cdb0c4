/*
 * Custom lists: a file of the user or an address on the web, in JSON, CSV or plain ids.
 *
 * What the rows may look like is the business of id_table.h; this file knows where they come from.
 */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/blocking.h"
#include "providers/forms.h"
#include "providers/id_table.h"
#include "providers/provider.h"

static const char expected[] = "titles as JSON, as CSV with a header row (imdb_id, tmdb_id, title, "
                               "year ...), or ids one a line";

/* One address has one way to be written: with its scheme, encoded, without a fragment. */
static void write_address(const struct url *url, struct buffer *out)
{
    buffer_print(out, "%s://%s", url->scheme, url->host);
    if (url->port)
        buffer_print(out, ":%d", url->port);
    buffer_text(out, url->path);
    if (url->query[0])
        buffer_print(out, "?%s", url->query);
}

/* Sites whose pages only a driver of their own could read; what their APIs give may be a list. */
static const struct {
    const char *domain, *name;
} unread_sites[] = {
    {"themoviedb.org", "TMDB"}, {"thetvdb.com", "TVDB"},        {"anilist.co", "AniList"},
    {"simkl.com", "Simkl"},     {"justwatch.com", "JustWatch"},
};

static enum error_code refuse_unread_site(const struct url *url, struct error *error)
{
    for (size_t i = 0; i < ARRAY_LENGTH(unread_sites); i++)
        if (url_host_is(url, unread_sites[i].domain) && !text_starts_with(url->host, "api."))
            return error_set(error, ERROR_USAGE, "this version does not read %s (%s)",
                             unread_sites[i].name, unread_sites[i].domain);
    return ERROR_NONE;
}

static enum error_code parse_address(const char *text, struct list_ref *ret, struct error *error)
{
    AUTO_BUFFER struct buffer address = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct url url;

    if (url_parse(text, &url, error))
        return ERROR_USAGE;
    if (text_equal(url.host, "s3.amazonaws.com") && text_starts_with(url.path, "/popular-movies/"))
        return forms_refuse(text, "is the old address of Steven Lu's lists: add it as stevenlu",
                            error);
    if (refuse_unread_site(&url, error))
        return ERROR_USAGE;
    write_address(&url, &address);
    return forms_set(ret, buffer_string(&address), buffer_string(&address), error);
}

static enum error_code parse_ref(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    const char *text = text_trim(copy);

    if (forms_is_file(text))
        return forms_set(ret, text, "", error);
    if (url_looks_like_one(text))
        return parse_address(text, ret, error);
    return forms_refuse(text, "is neither file:/path/to/a/list nor a web address", error);
}

static void request(struct fetch *fetch, struct http_request *request)
{
    http_request_get(request, "%s", fetch->ref->id);
    request->answer_limit = BUFFER_LIMIT_FILE;
    request->user_given = !fetch_is_of_file(fetch);
    /* People put tokens into the addresses of their own lists. */
    request->secret_url = strchr(fetch->ref->id, '?') != NULL;
}

static const struct fetch_status statuses[] = {
    {401, 401, OUTCOME_AUTH_FAILED, "the address asks for a login"},
    {403, 403, OUTCOME_BLOCKED, "the address refuses"},
    {404, 404, OUTCOME_NOT_FOUND, "there is nothing at this address"},
    {410, 410, OUTCOME_NOT_FOUND, "the list is gone from this address"},
    {429, 429, OUTCOME_RATE_LIMITED, "the address has had too many requests"},
    {500, 599, OUTCOME_UNREACHABLE, "the server at this address has trouble of its own"},
    {201, 499, OUTCOME_CHANGED_FORMAT, "the address answers in a way that is not known"},
    {0},
};

static void answer(struct fetch *fetch, const struct http_response *response)
{
    if (fetch_finish_without_file(fetch, response))
        return;
    if (!fetch_is_of_file(fetch) && (blocking_recognise_html(response, fetch) ||
                                     fetch_finish_on_status(fetch, response, statuses)))
        return;
    id_table_read(fetch, expected, buffer_string(&response->body), response->body.length);
}

static const char *const domains[] = {NULL};

static const struct provider_host hosts[] = {{0}};

const struct provider provider_custom = {
    .name = "custom",
    .title = "Custom list",
    .domains = domains,
    .hosts = hosts,
    .forms = "file:PATH or the address of JSON, CSV with a header row, or ids one a line",
    .other_ways = "save the list and give it as file:PATH",
    .parse_ref = parse_ref,
    .request = request,
    .answer = answer,
};

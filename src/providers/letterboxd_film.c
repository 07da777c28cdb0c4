#include "providers/letterboxd_film.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/html.h"
#include "net/url.h"
#include "providers/blocking.h"

void letterboxd_film_request(const char *source_id, struct http_request *request)
{
    AUTO_BUFFER struct buffer slug = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const char *colon = strchr(source_id, ':');

    url_encode(&slug, colon ? colon + 1 : source_id);
    http_request_get(request, "https://letterboxd.com/film/%s/", buffer_string(&slug));
}

/* The number that follows `before` in the link, or 0. */
static int64_t number_after(const char *link, const char *before)
{
    char digits[20] = "";
    int64_t number = 0;
    const char *at = link ? strstr(link, before) : NULL;

    if (!at)
        return 0;
    text_copy(digits, sizeof(digits), at + strlen(before));
    digits[strspn(digits, "0123456789")] = '\0';
    return text_to_integer(digits, 1, INT64_MAX, &number) ? number : 0;
}

static void read_links(struct html *page, struct identity *identity)
{
    AUTO_FREE char *tmdb = html_text(page, NULL, "//a[@data-track-action='TMDB']/@href");
    AUTO_FREE char *imdb = html_text(page, NULL, "//a[@data-track-action='IMDb']/@href");
    int64_t movie = number_after(tmdb, "themoviedb.org/movie/");
    int64_t series = number_after(tmdb, "themoviedb.org/tv/");

    if (imdb)
        ids_set_imdb(&identity->ids, imdb);
    if (movie || series) {
        identity->media_type = movie ? MEDIA_MOVIE : MEDIA_TV;
        identity->ids.tmdb = movie ? movie : series;
    }
}

static void read_body(struct html *page, struct identity *identity)
{
    AUTO_FREE char *type = html_text(page, NULL, "//body/@data-tmdb-type");
    AUTO_FREE char *id = html_text(page, NULL, "//body/@data-tmdb-id");
    int64_t number = 0;

    if (identity->ids.tmdb || !type || !text_to_integer(id, 1, INT64_MAX, &number))
        return;
    identity->media_type = media_type_from_word(type);
    identity->ids.tmdb = identity->media_type == MEDIA_UNKNOWN ? 0 : number;
}

static enum outcome read_page(struct html *page, struct identity *ret, struct error *error)
{
    struct identity identity = {0};

    if (!html_first(page, NULL, "//body[@data-type='film' or @data-tmdb-type]") &&
        !html_first(page, NULL, "//a[@data-track-action='TMDB']")) {
        error_set(error, ERROR_FORMAT, "expected the page of a film, found another page");
        return OUTCOME_CHANGED_FORMAT;
    }
    read_links(page, &identity);
    read_body(page, &identity);
    if (!identity.ids.tmdb && !identity.ids.imdb[0]) {
        error_set(error, ERROR_NOT_FOUND, "Letterboxd names neither a TMDB nor an IMDb id");
        return OUTCOME_NOT_FOUND;
    }
    *ret = identity;
    return OUTCOME_OK;
}

/* Statuses that say what the page would; OUTCOME_OK when there is a page to read. */
static enum outcome refusal(const struct http_response *response, struct error *error)
{
    enum outcome outcome = OUTCOME_OK;
    const char *sign = blocking_sign(response, &outcome);

    if (sign) {
        error_set(error, ERROR_REFUSED, "%s", sign);
        return outcome;
    }
    if (response->status == 200)
        return OUTCOME_OK;
    error_set(error, ERROR_REFUSED, "Letterboxd answered HTTP %d for the page of the film",
              response->status);
    switch (response->status) {
    case 404:
    case 410:
        return OUTCOME_NOT_FOUND;
    case 429:
        return OUTCOME_RATE_LIMITED;
    case 401:
    case 403:
        return OUTCOME_BLOCKED;
    default:
        return OUTCOME_UNREACHABLE;
    }
}

enum outcome letterboxd_film_answer(const struct http_response *response, struct identity *ret,
                                    struct error *error)
{
    AUTO_HTML struct html *page = NULL;
    enum outcome outcome = refusal(response, error);

    if (outcome != OUTCOME_OK)
        return outcome;
    if (html_parse(buffer_string(&response->body), response->body.length, &page, error))
        return OUTCOME_CHANGED_FORMAT;
    return read_page(page, ret, error);
}

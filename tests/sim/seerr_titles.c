/*
 * seerr_titles.c: what Seerr passes on from TMDB: search and the pages of films and series.
 */

#include "memory.h"
#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"
#include "sources.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_SIZE = 20, LAST_YEAR = 2025 };

/* What a search found; grows as needed. */
struct hits {
    const struct title **titles;
    size_t count;
    size_t capacity;
};

static void add_hit(struct hits *hits, const struct title *title)
{
    if (title == NULL)
        return;
    hits->titles = sim_grow(hits->titles, hits->count, &hits->capacity, sizeof *hits->titles);
    hits->titles[hits->count++] = title;
}

static void find_imdb(struct sim *sim, const char *id, struct hits *hits)
{
    add_hit(hits, catalogue_by_imdb(&sim->catalogue, id));
}

static void find_tmdb(struct sim *sim, const char *id, struct hits *hits)
{
    add_hit(hits, catalogue_by_tmdb(&sim->catalogue, KIND_MOVIE, atoi(id)));
    add_hit(hits, catalogue_by_tmdb(&sim->catalogue, KIND_TV, atoi(id)));
}

static void find_tvdb(struct sim *sim, const char *id, struct hits *hits)
{
    add_hit(hits, catalogue_by_tvdb(&sim->catalogue, atoi(id)));
}

static const struct {
    const char *prefix;
    void (*find)(struct sim *sim, const char *id, struct hits *hits);
} id_searches[] = {{"imdb:", find_imdb}, {"tmdb:", find_tmdb}, {"tvdb:", find_tvdb}};

/* 3: the title itself, 2: it begins so, 1: it has the words, 0: something else. */
static int rank_of(const struct title *title, const char *words)
{
    size_t length = strlen(words);
    if (strcmp(title->folded, words) == 0)
        return 3;
    if (strncmp(title->folded, words, length) == 0 && title->folded[length] == ' ')
        return 2;
    return strstr(title->folded, words) != NULL ? 1 : 0;
}

static void find_text(const struct catalogue *catalogue, const char *words, int year,
                      struct hits *hits)
{
    for (int rank = 3; rank > 0 && words[0] != '\0'; rank--) {
        for (size_t i = 0; i < catalogue->count; i++) {
            const struct title *title = catalogue->titles[i];
            if ((year == 0 || title->year == year) && rank_of(title, words) == rank)
                add_hit(hits, title);
        }
    }
}

static void search(struct sim *sim, char *query, struct hits *hits)
{
    for (size_t i = 0; i < sizeof id_searches / sizeof id_searches[0]; i++) {
        size_t length = strlen(id_searches[i].prefix);
        if (strncmp(query, id_searches[i].prefix, length) != 0)
            continue;
        query[strcspn(query, " ")] = '\0'; /* of several ids only the first counts */
        id_searches[i].find(sim, query + length, hits);
        return;
    }
    int year = 0;
    char *mark = strstr(query, " year:");
    if (mark != NULL) {
        year = atoi(mark + strlen(" year:"));
        *mark = '\0';
    }
    char *words = text_fold(query);
    find_text(&sim->catalogue, words, year, hits);
    free(words);
}

static json_t *title_fields(const struct title *title)
{
    bool movie = title->kind == KIND_MOVIE;
    char date[16];
    snprintf(date, sizeof date, "%04d-06-15", title->year % 10000);
    char *poster = tmdb_poster_path(title);
    json_t *json =
        json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:f, s:i}", "id", title->tmdb,
                  "mediaType", kind_name(title->kind), movie ? "title" : "name", title->name,
                  movie ? "originalTitle" : "originalName", title->original,
                  movie ? "releaseDate" : "firstAirDate", date, "originalLanguage", "en",
                  "overview", "A title of the simulator's catalogue.", "posterPath", poster,
                  "backdropPath", "/backdrop.jpg", "voteAverage", 8.1, "voteCount", 1234);
    free(poster);
    return json;
}

static json_t *hit_json(struct sim *sim, const struct title *title)
{
    bool overseerr = sim->settings.flavour == FLAVOUR_OVERSEERR;
    json_t *json = title_fields(title);
    const struct seerr_media *media = seerr_media_of(&sim->seerr, title->kind, title->tmdb);
    if (media != NULL) {
        unsigned parts = overseerr ? MEDIA_WITH_SEASONS : MEDIA_WITH_WATCHLISTS;
        json_object_set_new(json, "mediaInfo", seerr_media_json(sim, media, parts));
    }
    return json;
}

static json_t *hits_json(struct sim *sim, const struct hits *hits, long page)
{
    json_t *results = json_array();
    size_t first = (size_t)(page - 1) * PAGE_SIZE;
    for (size_t i = first; i < hits->count && i < first + PAGE_SIZE; i++)
        json_array_append_new(results, hit_json(sim, hits->titles[i]));
    size_t pages = hits->count == 0 ? 1 : (hits->count + PAGE_SIZE - 1) / PAGE_SIZE;
    return json_pack("{s:I, s:i, s:i, s:o}", "page", (json_int_t)page, "totalPages", (int)pages,
                     "totalResults", (int)hits->count, "results", results);
}

void seerr_search(struct call *call)
{
    char *query = call_query(call, "query");
    if (query == NULL) {
        json_t *body =
            json_pack("{s:s, s:[{s:s, s:s, s:s}]}", "message",
                      "request.query should have required property 'query'", "errors", "path",
                      ".query.query", "message", "should have required property 'query'",
                      "errorCode", "required.openapi.validation");
        reply_json(call, 400, body);
        return;
    }
    long page = call_query_number(call, "page", 1);
    struct hits hits = {0};
    search(call->sim, query, &hits);
    reply_json(call, 200, hits_json(call->sim, &hits, page > 0 ? page : 1));
    free(hits.titles);
    free(query);
}

/* What film and series pages have in common. */
static json_t *page_json(struct sim *sim, const struct title *title)
{
    json_t *json = title_fields(title);
    json_t *external = json_pack("{s:s?}", "imdbId", title->imdb);
    if (title->kind == KIND_TV)
        json_object_set_new(external, "tvdbId",
                            title->tvdb != 0 ? json_integer(title->tvdb) : json_null());
    json_object_del(json, "mediaType");
    json_object_set_new(json, "genres", json_pack("[{s:i, s:s}]", "id", 18, "name", "Drama"));
    json_object_set_new(json, "keywords", json_array());
    json_object_set_new(json, "externalIds", external);
    if (sim->settings.flavour != FLAVOUR_OVERSEERR)
        json_object_set_new(json, "onUserWatchlist", json_false());
    const struct seerr_media *media = seerr_media_of(&sim->seerr, title->kind, title->tmdb);
    unsigned parts = MEDIA_WITH_REQUESTS | MEDIA_WITH_ISSUES | MEDIA_WITH_SEASONS;
    if (media != NULL)
        json_object_set_new(json, "mediaInfo", seerr_media_json(sim, media, parts));
    return json;
}

void seerr_movie(struct call *call)
{
    if (!seerr_check_number(call, 0, "movieId"))
        return;
    const struct title *title =
        catalogue_by_tmdb(&call->sim->catalogue, KIND_MOVIE, call_parameter_number(call, 0));
    if (title == NULL) {
        seerr_fail(call, 500, "Unable to retrieve movie.");
        return;
    }
    json_t *json = page_json(call->sim, title);
    json_object_set_new(json, "imdbId",
                        title->imdb != NULL ? json_string(title->imdb) : json_null());
    json_object_set_new(json, "status", json_string("Released"));
    json_object_set_new(json, "runtime", json_integer(120));
    reply_json(call, 200, json);
}

static json_t *season_json(const struct title *title, int number)
{
    int year = title->year + (number > 0 ? number - 1 : 0);
    if (year > LAST_YEAR) /* nothing here is yet to come */
        year = LAST_YEAR;
    json_t *name = number == 0 ? json_string("Specials") : json_sprintf("Season %d", number);
    return json_pack("{s:o, s:i, s:i, s:o, s:i, s:s}", "airDate", json_sprintf("%d-06-15", year),
                     "episodeCount", number == 0 ? 3 : 10, "id",
                     title->tmdb % 10000000 * 100 + number, "name", name, "seasonNumber", number,
                     "posterPath", "/poster.jpg");
}

void seerr_tv(struct call *call)
{
    if (!seerr_check_number(call, 0, "tvId"))
        return;
    const struct title *title =
        catalogue_by_tmdb(&call->sim->catalogue, KIND_TV, call_parameter_number(call, 0));
    if (title == NULL) {
        seerr_fail(call, 500, "Unable to retrieve series.");
        return;
    }
    json_t *seasons = json_array();
    for (int number = 0; number <= title->seasons; number++)
        json_array_append_new(seasons, season_json(title, number));
    json_t *json = page_json(call->sim, title);
    json_object_set_new(json, "seasons", seasons);
    json_object_set_new(json, "numberOfSeasons", json_integer(title->seasons));
    json_object_set_new(json, "numberOfEpisodes", json_integer(title->seasons * 10));
    json_object_set_new(json, "status", json_string("Ended"));
    json_object_set_new(json, "type", json_string("Scripted"));
    reply_json(call, 200, json);
}

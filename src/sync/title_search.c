#include "sync/title_search.h"

#include <string.h>

#include "base/memory.h"

/* The list's year first; then those beside it. */
static const int year_offsets[] = {0, -1, 1};
enum { YEARS = ARRAY_LENGTH(year_offsets) };

/*
 * While TMDB is in trouble a title search answers 200 with nothing in it. So a year without any
 * title is asked for twice, and at the end an IMDb look-up, the one call that fails when TMDB
 * does, shows that all was well. Any title will do for that.
 */
enum stage { STAGE_YEARS, STAGE_EMPTY_YEARS_AGAIN, STAGE_HEALTH, STAGE_DONE };

static const char health_id[] = "tt0133093";

struct title_search {
    struct arena *arena;
    const struct item *item;
    enum stage stage;
    size_t offset; /* index into year_offsets */
    int page;      /* from 1 */
    int64_t read;  /* results of this year so far */
    int64_t total; /* what its first page announced */
    int64_t pages;
    bool has_kind[MEDIA_TV + 1]; /* this year showed a film, a series */
    bool empty[YEARS];           /* nothing of the wanted kind */
    bool incomplete;
    struct candidate *candidates;
    size_t count;
};

struct title_search *title_search_new(struct arena *arena, const struct item *item)
{
    struct title_search *search = arena_take(arena, sizeof(*search));

    search->arena = arena;
    search->item = item;
    search->page = 1;
    return search;
}

void title_search_request(const struct title_search *search, const struct seerr *seerr,
                          struct http_request *request)
{
    if (search->stage == STAGE_HEALTH)
        search_imdb_request(seerr, health_id, request);
    else
        search_title_request(seerr, search->item->title,
                             search->item->year + year_offsets[search->offset], search->page,
                             request);
}

static void keep(struct title_search *search, const struct search_page *page)
{
    size_t size = sizeof(struct candidate);
    struct candidate *all = arena_take(search->arena, (search->count + page->count) * size);

    if (search->count)
        memcpy(all, search->candidates, search->count * size);
    if (page->count)
        memcpy(all + search->count, page->candidates, page->count * size);
    search->candidates = all;
    search->count += page->count;
}

static bool is_to_be_asked(const struct title_search *search)
{
    return search->stage == STAGE_YEARS || search->empty[search->offset];
}

static bool any_year_is_empty(const struct title_search *search)
{
    for (size_t i = 0; i < YEARS; i++)
        if (search->empty[i])
            return true;
    return false;
}

static void next_stage(struct title_search *search)
{
    search->offset = 0;
    if (search->stage == STAGE_YEARS && any_year_is_empty(search))
        search->stage = STAGE_EMPTY_YEARS_AGAIN;
    else
        search->stage = search->stage == STAGE_EMPTY_YEARS_AGAIN ? STAGE_HEALTH : STAGE_DONE;
}

static void next_year(struct title_search *search)
{
    search->page = 1;
    search->read = 0;
    memset(search->has_kind, 0, sizeof(search->has_kind));
    do {
        if (++search->offset == YEARS)
            next_stage(search);
    } while (search->stage < STAGE_HEALTH && !is_to_be_asked(search));
}

static enum error_code disagreement(struct error *error)
{
    return error_set(error, ERROR_UNREACHABLE,
                     "Seerr's title search did not give all the titles that it announced");
}

static void count_kinds(struct title_search *search, const struct search_page *page)
{
    for (size_t i = 0; i < page->count; i++)
        search->has_kind[page->candidates[i].media_type] = true;
}

/* Seerr asks TMDB for films and for series; one of the two may have failed without a word. */
static bool is_empty(const struct title_search *search)
{
    enum media_type wanted = search->item->media_type;

    if (wanted != MEDIA_UNKNOWN)
        return !search->has_kind[wanted];
    return !search->has_kind[MEDIA_MOVIE] || !search->has_kind[MEDIA_TV];
}

static enum error_code end_of_year(struct title_search *search, struct error *error)
{
    bool was_empty = search->empty[search->offset];

    search->empty[search->offset] = is_empty(search);
    if (search->stage == STAGE_EMPTY_YEARS_AGAIN && was_empty && !is_empty(search))
        return disagreement(error); /* there was nothing a moment ago */
    if (search->read < search->total && search->read > 0)
        search->incomplete = true; /* Seerr shows the first page of a long list as the only one */
    else if (search->read < search->total)
        return disagreement(error);
    next_year(search);
    return ERROR_NONE;
}

static enum error_code take_page(struct title_search *search, const struct search_page *page,
                                 struct error *error)
{
    if (search->page == 1) {
        search->total = page->total_results;
        search->pages = page->total_pages;
    }
    search->read += page->results;
    keep(search, page);
    count_kinds(search, page);
    if (page->total_pages != search->pages || page->total_results != search->total)
        return disagreement(error);
    if (search->pages > TITLE_SEARCH_PAGES) {
        search->incomplete = true;
        search->stage = STAGE_DONE;
    } else if (search->page < search->pages) {
        search->page++;
    } else {
        return end_of_year(search, error);
    }
    return ERROR_NONE;
}

static enum error_code take_health(struct title_search *search,
                                   const struct http_response *response, struct error *error)
{
    struct candidate anything = {0};
    enum error_code rc = search_id_answer(response, MEDIA_UNKNOWN, search->arena, &anything, error);

    search->stage = STAGE_DONE;
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc;
}

enum error_code title_search_answer(struct title_search *search,
                                    const struct http_response *response, struct error *error)
{
    struct search_page page;

    if (search->stage == STAGE_HEALTH)
        return take_health(search, response, error);
    enum error_code rc = search_title_answer(response, search->arena, &page, error);
    return rc ? rc : take_page(search, &page, error);
}

bool title_search_is_finished(const struct title_search *search)
{
    return search->stage == STAGE_DONE;
}

struct match title_search_choose(const struct title_search *search)
{
    const struct item *item = search->item;

    return match_choose(item->title, item->original_title, item->year, item->media_type,
                        search->candidates, search->count, !search->incomplete);
}

#include "sync/title_search.h"

#include <string.h>

#include "base/memory.h"

/* The list's year first; then those beside it. */
static const int year_offsets[] = {0, -1, 1};

struct title_search {
    struct arena *arena;
    const struct item *item;
    size_t offset; /* index into year_offsets */
    int page;      /* from 1 */
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
    search_title_request(seerr, search->item->title,
                         search->item->year + year_offsets[search->offset], search->page, request);
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

enum error_code title_search_answer(struct title_search *search,
                                    const struct http_response *response, struct error *error)
{
    struct search_page page;
    enum error_code rc = search_title_answer(response, search->arena, &page, error);

    if (rc)
        return rc;
    keep(search, &page);
    if (page.total_pages > TITLE_SEARCH_PAGES)
        search->incomplete = true;
    if (search->page < page.total_pages && search->page < TITLE_SEARCH_PAGES) {
        search->page++;
    } else {
        search->page = 1;
        search->offset++;
    }
    return ERROR_NONE;
}

bool title_search_is_finished(const struct title_search *search)
{
    return search->offset == ARRAY_LENGTH(year_offsets) || search->incomplete;
}

bool title_search_saw_any(const struct title_search *search)
{
    return search->count > 0;
}

struct match title_search_choose(const struct title_search *search)
{
    const struct item *item = search->item;

    return match_choose(item->title, item->original_title, item->year, item->media_type,
                        search->candidates, search->count, !search->incomplete);
}

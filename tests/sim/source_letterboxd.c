/*
 * source_letterboxd.c: lists, watchlists, film pages and the user feed. Nobody but a
 * browser gets past the wall of the user "blocked".
 */

#include "letterboxd_page.h"
#include "memory.h"
#include "sources.h"

#include <stdlib.h>
#include <string.h>

enum { LIST_PAGE = 100, WATCHLIST_PAGE = 28 };

static const char html[] = "text/html;charset=UTF-8";

static void reply_page(struct call *call, unsigned status, char *page)
{
    reply_owned(call, status, html, page, strlen(page));
    reply_header(call, "Server", "cloudflare");
}

static void reply_not_found(struct call *call)
{
    reply_page(call, 404,
               letterboxd_message("Letterboxd - Not Found",
                                  "Sorry, we can&rsquo;t find the page you&rsquo;ve requested."));
}

static void reply_challenge(struct call *call)
{
    reply_page(call, 403, sim_copy(letterboxd_challenge));
    reply_header(call, "cf-mitigated", "challenge");
}

static void reply_list(struct call *call, const char *path, bool watchlist, const char *number)
{
    struct list list = list_open(call->sim, "letterboxd", path + 1);
    char *slashed = sim_format("%s/", path);
    struct letterboxd_page page = {.list = &list,
                                   .owner = call->parameters[0],
                                   .path = slashed,
                                   .watchlist = watchlist,
                                   .number = number[0] != '\0' ? strtoul(number, NULL, 10) : 1,
                                   .size = watchlist ? WATCHLIST_PAGE : LIST_PAGE};
    if (list.state == LIST_BLOCKED || strcmp(call->parameters[0], "blocked") == 0)
        reply_challenge(call);
    else if (list.state == LIST_PRIVATE)
        reply_page(call, 403,
                   letterboxd_message("Letterboxd", "Sorry, this list is set to private."));
    else if (list.state == LIST_MISSING || page.number == 0)
        reply_not_found(call);
    else
        reply_page(call, 200, letterboxd_list_page(&page));
    free(slashed);
    list_free(&list);
}

static void answer_list(struct call *call)
{
    char *path = sim_format("/%s/list/%s", call->parameters[0], call->parameters[1]);
    reply_list(call, path, false, call->parameters[2]);
    free(path);
}

static void answer_watchlist(struct call *call)
{
    char *path = sim_format("/%s/watchlist", call->parameters[0]);
    reply_list(call, path, true, call->parameters[1]);
    free(path);
}

static void answer_film(struct call *call)
{
    const struct title *title = catalogue_by_slug(&call->sim->catalogue, call->parameters[0]);
    if (title != NULL)
        reply_page(call, 200, letterboxd_film_page(title));
    else
        reply_not_found(call);
}

static void answer_feed(struct call *call)
{
    char *id = sim_format("%s/watchlist", call->parameters[0]);
    struct list list = list_open(call->sim, "letterboxd", id);
    free(id);
    if (list.state == LIST_BLOCKED)
        reply_challenge(call);
    else if (list.state == LIST_MISSING)
        reply_not_found(call);
    else {
        char *feed = letterboxd_feed(&list, call->parameters[0]);
        reply_owned(call, 200, "application/rss+xml", feed, strlen(feed));
    }
    list_free(&list);
}

const struct route letterboxd_routes[] = {
    {"GET", "/film/{slug}/", answer_film, FLAVOUR_ANY, 0, NULL},
    {"GET", "/film/{slug}", answer_film, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/watchlist/", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/watchlist", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/watchlist/page/{number}/", answer_watchlist, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/list/{list}/", answer_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/list/{list}", answer_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/list/{list}/page/{number}/", answer_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/list/{list}/detail/", answer_list, FLAVOUR_ANY, 0, NULL},
    {"GET", "/{user}/rss/", answer_feed, FLAVOUR_ANY, 0, NULL},
    {0},
};

/*
 * letterboxd_page.h: Letterboxd's pages in the markup of their time: what a parser finds in them,
 * and little more.
 */

#ifndef SIM_LETTERBOXD_PAGE_H
#define SIM_LETTERBOXD_PAGE_H

#include "lists.h"

/* One page of a list or of a watchlist. */
struct letterboxd_page {
    const struct list *list;
    const char *owner;
    const char *path; /* of the first page: "/demo/watchlist/" */
    bool watchlist;
    size_t number; /* from 1 */
    size_t size;   /* titles a page */
};

/* Each gives the whole page, freed by the caller. */
char *letterboxd_list_page(const struct letterboxd_page *page);
char *letterboxd_film_page(const struct title *title);
char *letterboxd_feed(const struct list *list, const char *owner);
char *letterboxd_message(const char *title, const char *message);

extern const char letterboxd_challenge[];

#endif

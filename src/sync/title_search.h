/*
 * title_search.h: the pages of one title search, collected until they can be judged.
 *
 * Seerr passes "TITLE year:YYYY" on to TMDB; a list's year may be one off, so three years are
 * asked for, each with all its pages. A name with more than TITLE_SEARCH_PAGES pages in one year
 * cannot be proved to be the only one and stays unmatched. Years without a title are asked for
 * twice and then held against a call that fails when TMDB is in trouble, so that what is not there
 * is known not to be there; an answer that contradicts itself is ERROR_UNREACHABLE.
 */
#ifndef LISTSYNC_SYNC_TITLE_SEARCH_H
#define LISTSYNC_SYNC_TITLE_SEARCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "model/match.h"
#include "model/merge.h"
#include "seerr/search.h"

enum { TITLE_SEARCH_PAGES = 3 };

struct title_search;

struct title_search *title_search_new(struct arena *arena, const struct item *item);
void title_search_request(const struct title_search *search, const struct seerr *seerr,
                          struct http_request *request);
enum error_code title_search_answer(struct title_search *search,
                                    const struct http_response *response, struct error *error);
bool title_search_is_finished(const struct title_search *search);
struct match title_search_choose(const struct title_search *search);

#endif

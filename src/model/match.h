/*
 * match.h: does a candidate of a title search name the same work? Pure.
 *
 * A title is taken only on the same folded title or original title, the same kind (film or
 * series), and a year at most one off; and only if exactly one candidate passes. Anything less,
 * no year included, is no match and says why. When the list does not tell the kind, the one
 * passing candidate must be the only one of both kinds.
 */
#ifndef LISTSYNC_MODEL_MATCH_H
#define LISTSYNC_MODEL_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/item.h"

struct candidate {
    enum media_type media_type;
    int64_t tmdb;
    const char *title;
    const char *original_title;
    int year;
};

enum { MATCH_REASON_SIZE = 256 };

struct match {
    const struct candidate *chosen; /* NULL: no match */
    char reason[MATCH_REASON_SIZE]; /* what proved it, or what was missing */
};

/*
 * `complete` false: the search had more results than were read, so nothing can be the only one.
 */
struct match match_choose(const char *title, const char *original_title, int year,
                          enum media_type media_type, const struct candidate *candidates,
                          size_t count, bool complete);

#endif

/*
 * people.h: the users of a Seerr, page by page: GET /user?take=&skip=.
 *
 * Only a key that may manage users sees e-mail addresses. One page at a time: the server has one
 * thread.
 */
#ifndef LISTSYNC_SEERR_PEOPLE_H
#define LISTSYNC_SEERR_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "seerr/seerr.h"

enum { PEOPLE_PAGE_SIZE = 500, PEOPLE_MAX = 20000 };

struct seerr_person {
    int64_t id;
    const char *name, *email, *avatar; /* "" when it is not told; avatar: an address or a path */
};

struct seerr_people {
    struct seerr_person *items; /* in the arena */
    size_t count;
};

struct people_sweep {
    struct arena *arena; /* borrowed */
    struct seerr_people people;
    size_t capacity;
    int64_t skip; /* rows read so far, whoever they were */
    bool finished;
};

void people_sweep_init(struct people_sweep *sweep, struct arena *arena);
void people_sweep_request(const struct people_sweep *sweep, const struct seerr *seerr,
                          struct http_request *request);
/* Sets `finished` after the last page. */
enum error_code people_sweep_answer(struct people_sweep *sweep,
                                    const struct http_response *response, struct error *error);

#endif

/*
 * crew.h: several exchanges working off one pile of jobs.
 *
 * Each member asks for the next job, brings its answer, and asks again; a member that finds no
 * job goes home. crew_feed brings members back when there may be work again. All in the run's
 * thread; members live in the run's arena.
 */
#ifndef LISTSYNC_SYNC_CREW_H
#define LISTSYNC_SYNC_CREW_H

#include "base/arena.h"
#include "net/client.h"

struct crew {
    struct client *client;
    struct arena *arena;
    size_t workers; /* requests under way at most */
    size_t active;
    void *context;
    /* Picks a job and fills its request; false: nothing to do now. */
    bool (*ask)(void *context, size_t *ret_job, struct http_request *request);
    void (*answer)(void *context, size_t job, const struct http_response *response);
    void (*failed)(void *context, size_t job, const struct error *error);
};

/* Members are added until `workers` are active. Safe inside answer() and failed(). */
void crew_feed(struct crew *crew);

#endif

/*
 * api.h: what the API works with; filled in once by the service (app/service.c), read by every
 * handler from any server thread. The parts look after their own locks.
 */
#ifndef LISTSYNC_WEB_API_H
#define LISTSYNC_WEB_API_H

#include "base/crypto.h"
#include "base/options.h"
#include "net/origins.h"
#include "net/pacer.h"
#include "store/store_pool.h"
#include "sync/events.h"
#include "sync/runner.h"
#include "sync/schedule.h"

struct guard;
struct route;
struct hub;
struct answer_cache;
struct poster_desk;
struct backup_desk;
struct notice_desk;
struct history_desk;
struct ui_assets;
struct web_server;
struct trace_sender;

struct api {
    const struct options *given;   /* settings of the environment */
    const char *settings_warnings; /* about unknown names, a line each; NULL: none */
    const char *data_directory;
    struct store_pool *stores;
    struct crypto_key key;            /* seals secrets at rest */
    const struct runner_tools *tools; /* what errands over the network work with */
    struct events *events;
    struct runner *runner;
    struct schedule *schedule;
    struct guard *guard;
    struct hub *hub;
    struct answer_cache *cache;
    struct metrics *metrics;     /* sync/measures.h; NULL: nobody counts */
    struct trace_sender *traces; /* for its figures; NULL: nobody traces */
    /* For its figures; NULL until it was started: requests come before that. */
    struct web_server *_Atomic server;
    const struct origins *origins;
    struct pacer *pacer;
    struct poster_desk *posters; /* NULL: posters are switched off */
    struct backup_desk *backups;
    struct history_desk *history;                   /* may be NULL */
    struct notice_desk *notices;                    /* may be NULL in tests */
    const struct address_ranges *allowed_addresses; /* private ones that lists may come from */
    int64_t started_ms;                             /* wall */
    const char *server_name;                        /* "ListSync" */
    const struct route *const *routes;              /* NULL-ended, as api/routes.h has them */
    const struct ui_assets *ui;                     /* NULL: what is built in */
};

#endif

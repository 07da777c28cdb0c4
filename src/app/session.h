/*
 * session.h: what commands work with, opened in order and closed in reverse: settings, the data
 * directory and its lock, the database, the network, Seerr.
 */
#ifndef LISTSYNC_APP_SESSION_H
#define LISTSYNC_APP_SESSION_H

#include <stdbool.h>

#include "app/settings.h"
#include "net/client.h"
#include "seerr/seerr.h"
#include "store/lists.h"
#include "store/store.h"

struct session {
    struct settings settings;
    char *data_directory;
    int lock; /* -1: not taken */
    struct store *store;
    struct origins origins;
    struct pacer *pacer;
    struct client *client;
    char *seerr_url;
    struct seerr seerr;
};

/* Settings first; `origins` are those of the command line, NULL-ended, or NULL. */
enum error_code session_open(struct session *session, const char *const *origins,
                             struct error *error);
void session_close(struct session *session);

/* The database, with the lists that the environment names added to it. */
enum error_code session_open_store(struct session *session, struct error *error);
/* For commands that write what a running sync also writes: ERROR_CONFLICT while one runs. */
enum error_code session_lock(struct session *session, struct error *error);
void session_open_network(struct session *session);
/* Address and key from the settings; ERROR_USAGE names what is missing. */
enum error_code session_open_seerr(struct session *session, struct error *error);

#endif

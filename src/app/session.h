/*
 * session.h: what commands work with, opened in order and closed in reverse: settings, the data
 * directory and its lock, the database, the network, Seerr.
 */
#ifndef LISTSYNC_APP_SESSION_H
#define LISTSYNC_APP_SESSION_H

#include <stdbool.h>

#include "app/command.h"
#include "app/named_lists.h"
#include "app/settings.h"
#include "net/client.h"
#include "store/lists.h"
#include "store/store.h"
#include "sync/live_settings.h"
#include "sync/secret_key.h"

struct session {
    struct settings settings;
    struct named_lists named; /* by the settings */
    char *data_directory;
    int lock; /* -1: not taken */
    struct store *store;
    bool store_is_missing; /* the database is one in memory, for there is no file yet */
    struct origins origins;
    struct pacer *pacer;
    struct client *client;
    struct seerr_login login; /* to Seerr */
};

/* Settings first; `origins` are those of the command line, NULL-ended, or NULL. */
enum error_code session_open(struct session *session, const char *const *origins,
                             struct error *error);
/* The same for who touches no file of the data folder: whoever PUID names, it stays as it is. */
enum error_code session_open_outside(struct session *session, const char *const *origins,
                                     struct error *error);
void session_close(struct session *session);
/* Before anything else: a list that is misspelt in a setting would quietly not be synced. */
enum error_code session_check_lists(const struct session *session, struct error *error);

/* Which key seals here; for the functions of secret_key.h. */
struct secret_key_place session_key_place(const struct session *session);
/*
 * Completes the settings by those that were stored while the service ran, as the service itself
 * does; for whoever asks Seerr or a source. Without a database there are none; neither it nor a
 * key is made. ERROR_STORE when they are there and cannot be read; ERROR_CONFLICT when they are
 * sealed with another key.
 */
enum error_code session_add_stored(struct session *session, struct error *error);

/*
 * The database, with its lists under their present names and those of the settings added to it.
 * The first is for whoever only looks: where there is no database it works on an empty one in
 * memory, so that a look in the wrong folder leaves nothing behind. The second makes one. While
 * another holds the lock, the lists are left as they are: those of the settings are its.
 */
enum error_code session_open_store(struct session *session, struct error *error);
enum error_code session_make_store(struct session *session, struct error *error);

/* How a list is: its last outcome, "not read yet", or that nobody here reads its type. */
const char *session_list_state(const struct stored_list *list);

/* What a person wrote for a list -> its name. `type` may be NULL. ERROR_USAGE says what would do.
 */
enum error_code session_parse_list(const char *type, const char *text, struct list_ref *ret,
                                   struct error *error);
/*
 * A list that is kept, called as `lists` prints it or as it might be added. ret_ref is set unless
 * it is ERROR_USAGE: ERROR_NOT_FOUND is about that list.
 */
enum error_code session_find_list(struct session *session, struct arena *arena, const char *type,
                                  const char *text, struct list_ref *ret_ref,
                                  struct stored_list *ret, struct error *error);
/* The backup of a database that is not there any more; "" when it is there, or never was. */
const char *session_lost_database(const struct session *session, struct arena *arena);
/* Completes a sentence about a damaged database by which backup to put in its place. */
void session_advise(const struct session *session, struct error *error);
/* The same, and how a command ends that failed (command.h). */
enum exit_code session_fail(const struct session *session, struct error *error);
/* For commands that write what a running sync also writes: ERROR_CONFLICT while one runs. */
enum error_code session_lock(struct session *session, struct error *error);
/* The same for what a running service cannot be asked to do either. */
enum error_code session_lock_alone(struct session *session, struct error *error);
/* Once locked: for as long as the service runs, whoever is refused is told that it is the service.
 */
void session_say_service(const struct session *session);
void session_open_network(struct session *session);
/* Address and key from the settings (session_add_stored first); ERROR_USAGE names what is missing.
 */
enum error_code session_open_seerr(struct session *session, struct error *error);

#endif

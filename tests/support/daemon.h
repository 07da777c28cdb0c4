/*
 * daemon.h: the real program as a service (`listsync serve`) of the test's own, on a world's
 * simulator and data directory, with an admin and an API key of each scope; and requests to it.
 *
 *     struct daemon daemon;
 *     daemon_open(&daemon, NULL);
 *     AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
 *     daemon_call(&daemon, "GET", "/api/lists", daemon.read_key, NULL, &answer);
 *     assert_int_equal(answer.status, 200);
 *     assert_int_equal(json_value_get_integer(answer.document, "total"), 0);
 *     daemon_close(&daemon);
 *
 * Both ports are free ones of 127.0.0.1, there is no rate limit, and what it logs is kept. What
 * goes wrong with the program itself (it does not start, ends by a signal, with another exit code
 * than 0 or late, or a sanitizer complains) ends the test with the log on stderr. One thread, but
 * for daemon_call and daemon_status, which any thread may call while the daemon runs.
 */
#ifndef TESTS_SUPPORT_DAEMON_H
#define TESTS_SUPPORT_DAEMON_H

#include <pthread.h>

#include "base/json_value.h"
#include "support/raw_http.h"
#include "support/world.h"

#define DAEMON_USER     "anna"
#define DAEMON_PASSWORD "correct horse battery"

/*
 * The promise is two seconds. A sanitized program looks for leaks once it is done, which takes
 * several times as long as its stop and far longer on a busy machine: that is not the daemon's.
 */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { DAEMON_STOP_MS = 20000 };
#else
enum { DAEMON_STOP_MS = 2000 };
#endif
enum { DAEMON_TOKEN_SIZE = 128 };

struct daemon {
    struct world world;
    struct process process;
    bool is_running;
    int port, ui_port;
    char read_key[DAEMON_TOKEN_SIZE]; /* "" when there is no admin, likewise those below */
    char sync_key[DAEMON_TOKEN_SIZE];
    char admin_key[DAEMON_TOKEN_SIZE];
    char cookie[DAEMON_TOKEN_SIZE]; /* of the admin's session: "listsync_session=..." */
    char csrf[DAEMON_TOKEN_SIZE];
    pthread_t reader;
    int errors;           /* its stderr, which the reader reads */
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t more;
    struct buffer log; /* of all starts */
    bool log_ended;
};

/*
 * World, simulator, program, admin and keys. `environment` holds further "NAME=value", NULL-ended;
 * NULL: none. "NAME" alone takes the name away. With "LISTSYNC_ADMIN_USER=" there is no admin, and
 * no key.
 */
void daemon_open(struct daemon *daemon, const char *const *environment);
/* The same with options for the simulator (world.h). */
void daemon_open_with(struct daemon *daemon, const char *const *environment,
                      const char *const *sim_words);
/* Stops it if it runs, and removes everything. */
void daemon_close(struct daemon *daemon);

/* SIGTERM; it must end by itself with 0, within DAEMON_STOP_MS. */
void daemon_stop(struct daemon *daemon);
void daemon_kill(struct daemon *daemon); /* SIGKILL */
/* Once more on the same data directory; keys and session stay, the ports are others. */
void daemon_start(struct daemon *daemon);

/* From now on none of its files may grow beyond so many bytes, as on a full disk; -1: any size. */
void daemon_limit_files(const struct daemon *daemon, int64_t most);

/* Waits for a log line with that text, past or to come, of any start; a fresh copy of the line. */
char *daemon_wait_for_log(struct daemon *daemon, const char *text);
/* Everything logged so far; a fresh copy. */
char *daemon_log(struct daemon *daemon);

struct daemon_answer {
    int status; /* 0: the connection ended without an answer */
    struct http_headers headers;
    struct buffer body;
    struct json_value *document; /* NULL: the body is no JSON */
};

/* One request on a connection of its own. `key` and `body` (JSON) may be NULL. */
void daemon_call(const struct daemon *daemon, const char *method, const char *target,
                 const char *key, const char *body, struct daemon_answer *ret);
/* The same with whatever headers: lines that end with CRLF, or "". */
void daemon_call_with(const struct daemon *daemon, const char *method, const char *target,
                      const char *headers, const char *body, struct daemon_answer *ret);
/* The same when only the status matters. */
int daemon_status(const struct daemon *daemon, const char *method, const char *target,
                  const char *key, const char *body);
void daemon_answer_release(struct daemon_answer *answer);
#define AUTO_DAEMON_ANSWER __attribute__((cleanup(daemon_answer_release)))

/* Logs in: fills in cookie and csrf when they are not NULL (DAEMON_TOKEN_SIZE each). The status. */
int daemon_log_in(const struct daemon *daemon, const char *name, const char *password, char *cookie,
                  char *csrf);
/* A new API key of the session's account; `scope` is read, sync or admin. */
void daemon_make_key(const struct daemon *daemon, const char *cookie, const char *csrf,
                     const char *scope, char ret[DAEMON_TOKEN_SIZE]);

/* Triggers a sync with that body (NULL: of all lists) and waits for its end; the run's number. */
int64_t daemon_sync(struct daemon *daemon, const char *body);

/*
 * Open files and sockets of the program, but those of its database, which opens more as needed,
 * and connections of its clients: what it has when nobody is there.
 */
int daemon_handles(const struct daemon *daemon);
int daemon_connections(const struct daemon *daemon); /* of its clients */
/* It answers its health, and when all clients are gone has so many handles. Fails the test
 * otherwise. */
void daemon_assert_well(struct daemon *daemon, int handles);

#endif

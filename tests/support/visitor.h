/*
 * visitor.h: somebody with an admin's key who asks a daemon of the test's own (daemon.h), and
 * holds the last answer.
 *
 *     struct visitor visitor;
 *     visitor_open(&visitor, NULL);
 *     visitor_ask(&visitor, 200, "POST", "/api/lists", "{\"list_id\":\"imdb:top\"}");
 *     assert_int_equal(visitor_number(&visitor, "list.id"), 1);
 *     visitor_close(&visitor);
 */
#ifndef TESTS_SUPPORT_VISITOR_H
#define TESTS_SUPPORT_VISITOR_H

#include "support/daemon.h"

struct visitor {
    struct daemon daemon;
    struct daemon_answer last;
};

/* `environment` and `sim_words` as in daemon_open_with. */
void visitor_open(struct visitor *visitor, const char *const *environment);
void visitor_open_with(struct visitor *visitor, const char *const *environment,
                       const char *const *sim_words);
void visitor_close(struct visitor *visitor);

/* Another status than this fails the test, with the answer. `body` is JSON or NULL. */
void visitor_ask(struct visitor *visitor, int status, const char *method, const char *target,
                 const char *body);
/* The same for a body with single quotes in place of double ones, and a printf format. */
void visitor_send(struct visitor *visitor, int status, const char *method, const char *target,
                  const char *body, ...) __attribute__((format(printf, 5, 6)));

/* Of the last answer: names and places joined with dots, "lists.0.id"; NULL, 0, false without. */
const struct json_value *visitor_value(const struct visitor *visitor, const char *path);
const char *visitor_text(const struct visitor *visitor, const char *path);
int64_t visitor_number(const struct visitor *visitor, const char *path);
bool visitor_switch(const struct visitor *visitor, const char *path);
size_t visitor_count(const struct visitor *visitor, const char *path); /* of an array; "": itself */
/* Does the body hold it? */
bool visitor_sees(const struct visitor *visitor, const char *text);

/* A list of the simulator, or any; its number. */
int64_t visitor_add_list(struct visitor *visitor, const char *list);
/* Triggers with this body (NULL: none) and waits for the run's end; its number. */
int64_t visitor_sync(struct visitor *visitor, const char *body);
/* Until the run has ended; its state is in the last answer as run.state. */
void visitor_wait(struct visitor *visitor, int64_t run);
/* Requests that the simulator's Seerr holds. */
int64_t visitor_requests(const struct visitor *visitor);

#endif

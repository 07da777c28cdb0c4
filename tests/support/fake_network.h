/*
 * fake_network.h: a client on a network that exists only in the test, where time passes only
 * while somebody waits; and a driver that notes what it gets.
 *
 *     struct client *client = fake_network_begin(fake_network_ok, (struct client_settings){0});
 *     struct fake_driver driver = {.url = "https://a.org/", .requests = 3};
 *     fake_driver_add(client, &driver);
 *     client_run(client, NULL, NULL);
 *     fake_network_end(client);
 */
#ifndef LISTSYNC_TESTS_FAKE_NETWORK_H
#define LISTSYNC_TESTS_FAKE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "net/client.h"

enum { FAKE_FLIGHTS = 64, FAKE_LOG = 64, FAKE_BEGIN_MS = 1000 };

struct fake_reply {
    int status; /* 0: no answer, `code` instead */
    enum error_code code;
    const char *header, *value, *body;
    int takes_ms;
    bool never;
};

/* What the network does with its n-th request (from 0). */
typedef struct fake_reply fake_answer(const struct http_request *request, int n);

struct fake_flight {
    const struct http_request *request;
    transport_done *done;
    void *context;
    struct fake_reply reply;
    int64_t due;
};

struct fake_network {
    struct transport transport;
    fake_answer *answer;
    struct fake_flight flights[FAKE_FLIGHTS];
    size_t count, most; /* requests under way, now and at most */
    int requests, polls, cancels;
    int64_t starts[FAKE_LOG]; /* of each request: when, where, "name=value;" of its headers */
    char *urls[FAKE_LOG], *headers[FAKE_LOG];
    bool freed;
    int64_t now_ms; /* both clocks of the program, from FAKE_BEGIN_MS */
};

extern struct fake_network fake_network; /* of the test that runs */

/* Empties the network, takes over the clock, and makes a client with these settings on it. */
struct client *fake_network_begin(fake_answer *answer, struct client_settings settings);
void fake_network_end(struct client *client);

struct fake_reply fake_network_ok(const struct http_request *request, int n); /* 200 after 10 ms */

/* Asks `requests` times; each request must come back before the next is asked. */
struct fake_driver {
    const char *url;
    int requests;
    bool posts, is_repeatable, no_redirects;
    const char *hides; /* a secret that its requests hide; NULL: none */
    struct client *client;
    struct fake_driver *adds; /* added to the client at the first answer */
    int asked, answers, failures, last_status;
    enum error_code last_error;
    char last_url[128], last_body[128], last_words[128];
};

void fake_driver_add(struct client *client, struct fake_driver *driver);

#endif

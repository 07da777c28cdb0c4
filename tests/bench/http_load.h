/*
 * http_load.h: asks a server as many clients would that each wait for their answer: a number of
 * kept connections to 127.0.0.1, all of them served by the calling thread.
 *
 * Without a rate each connection asks again as soon as it was answered. With one, requests fall due
 * evenly, and the time of a request counts from then, so that one slow answer is not hidden by the
 * requests that were not sent meanwhile. Bounded in number and in time, whatever the server does.
 */
#ifndef TESTS_BENCH_HTTP_LOAD_H
#define TESTS_BENCH_HTTP_LOAD_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

enum { HTTP_LOAD_CONNECTIONS_MOST = 256, HTTP_LOAD_REQUESTS_MOST = 2000000 };

struct http_load {
    int port;
    const char *headers;      /* lines that end with CRLF, or "" */
    const char *const *paths; /* asked for one after the other, again and again */
    size_t path_count;
    int connections;
    int rate;         /* requests a second of all connections; 0: as many as there can be */
    int64_t requests; /* at most; 0: HTTP_LOAD_REQUESTS_MOST */
    int64_t ms;       /* at most */
    const atomic_bool *ending; /* ends it sooner once true; NULL */
};

struct http_load_result {
    int64_t answers;  /* with status 200 */
    int64_t failures; /* other statuses, and connections that broke */
    int64_t bytes;    /* of the answers' bodies */
    double seconds;
    int64_t half_us, p99_us, most_us; /* how long answers took */
};

void http_load_run(const struct http_load *load, struct http_load_result *ret);
double http_load_per_second(const struct http_load_result *result);

#endif

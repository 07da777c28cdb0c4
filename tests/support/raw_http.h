/*
 * raw_http.h: a client that sends the bytes it is told to, whole or in pieces, for tests of what
 * no decent client would send; and reads answers as they come.
 *
 * Every wait has a deadline of RAW_HTTP_MS; a test that asks for an answer that does not come gets
 * `false`, never hangs.
 *
 *     AUTO_RAW_HTTP struct raw_http http;
 *     struct raw_answer answer;
 *     raw_http_open(&http, port);
 *     raw_http_send(&http, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
 *     assert_true(raw_http_read(&http, &answer));
 *     assert_int_equal(answer.status, 200);
 *     raw_answer_release(&answer);
 */
#ifndef TESTS_SUPPORT_RAW_HTTP_H
#define TESTS_SUPPORT_RAW_HTTP_H

#include <stdbool.h>

#include "base/buffer.h"
#include "net/http_message.h"

enum { RAW_HTTP_MS = 10000 };

struct raw_http {
    int socket;
    struct buffer input; /* read already, not yet asked for */
};

struct raw_answer {
    int status;
    struct http_headers headers; /* http_headers_find */
    struct buffer body;          /* chunks put together, still packed if it was */
};

/* Where nobody listens, no byte can be sent and no answer read. */
void raw_http_open(struct raw_http *http, int port);
/* From an address of loopback of one's own: "127.0.0.9". */
void raw_http_open_from(struct raw_http *http, const char *address, int port);
void raw_http_close(struct raw_http *http);
void raw_http_end_sending(struct raw_http *http); /* half-closes: the peer reads the end */
/* What the peer does not take is dropped: it may have closed the connection. */
void raw_http_send(struct raw_http *http, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void raw_http_send_bytes(struct raw_http *http, const void *bytes, size_t length);

/* The next whole answer, 100 Continue included; false when the connection or the time ended. */
bool raw_http_read(struct raw_http *http, struct raw_answer *ret);
/* The same of an answer that has no body whatever its headers say: to HEAD; 304 is known. */
bool raw_http_read_head(struct raw_http *http, struct raw_answer *ret);
/* One chunk of a body sent in chunks, appended; false at its end. */
bool raw_http_read_chunk(struct raw_http *http, struct buffer *ret);
/* Exactly so many bytes, appended. */
bool raw_http_read_bytes(struct raw_http *http, size_t length, struct buffer *ret);
/* Waits for the peer to close; false when it sends something or stays. */
bool raw_http_is_closed(struct raw_http *http);
void raw_answer_release(struct raw_answer *answer);

/* One request on a connection of its own: sends the text, reads one answer. */
bool raw_http_ask(int port, const char *request, struct raw_answer *ret);
/* "GET path" with a Host and further headers ("Name: value\r\n" each, or ""). */
bool raw_http_get(int port, const char *path, const char *headers, struct raw_answer *ret);

#define AUTO_RAW_HTTP   __attribute__((cleanup(raw_http_close)))
#define AUTO_RAW_ANSWER __attribute__((cleanup(raw_answer_release)))

#endif

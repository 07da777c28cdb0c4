/*
 * receiver.h: somebody who is told: an HTTP server on loopback that keeps what it gets and answers
 * as it is told to.
 *
 *     struct receiver receiver;
 *     receiver_open(&receiver, "HTTP/1.1 204 No Content\r\n\r\n");
 *     ...
 *     char *request = receiver_wait(&receiver, 1);    // head and body; free()
 *     receiver_close(&receiver);
 */
#ifndef TESTS_SUPPORT_RECEIVER_H
#define TESTS_SUPPORT_RECEIVER_H

#include <pthread.h>
#include <stdbool.h>

#include "support/loopback.h"

enum { RECEIVER_MOST = 64, RECEIVER_WAIT_S = 60 };

struct receiver {
    struct loopback *server;
    int port;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t came;
    const char *answer; /* NULL: none */
    bool is_held;
    char *requests[RECEIVER_MOST];
    size_t count;
};

void receiver_open(struct receiver *receiver, const char *answer);
void receiver_close(struct receiver *receiver);
/* From the next request on; NULL: the connection stays open and nothing comes. */
void receiver_answer(struct receiver *receiver, const char *answer);
/* While it is held, requests are taken, and their answers wait. */
void receiver_hold(struct receiver *receiver, bool is_held);
/* The n-th request, from 1, a fresh copy; fails the test when none comes. */
char *receiver_wait(struct receiver *receiver, size_t number);
size_t receiver_count(struct receiver *receiver);

#endif

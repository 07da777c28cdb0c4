#include "support/receiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "base/memory.h"

static const char *note(struct receiver *receiver, const struct buffer *request)
{
    pthread_mutex_lock(&receiver->lock);
    const char *answer = receiver->answer;
    if (receiver->count < RECEIVER_MOST)
        receiver->requests[receiver->count++] = memory_text(buffer_string(request));
    pthread_cond_broadcast(&receiver->came);
    while (receiver->is_held)
        pthread_cond_wait(&receiver->came, &receiver->lock);
    pthread_mutex_unlock(&receiver->lock);
    return answer;
}

static void serve(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    while (loopback_read(server, socket, &request)) {
        const char *answer = note(loopback_context(server), &request);
        if (!answer) {
            loopback_wait_for_end(socket);
            return;
        }
        loopback_write(socket, answer);
    }
}

void receiver_open(struct receiver *receiver, const char *answer)
{
    *receiver = (struct receiver){0};
    pthread_mutex_init(&receiver->lock, NULL);
    pthread_cond_init(&receiver->came, NULL);
    receiver_answer(receiver, answer);
    receiver->server = loopback_start(serve, receiver);
    receiver->port = loopback_port(receiver->server);
}

void receiver_close(struct receiver *receiver)
{
    receiver_hold(receiver, false);
    loopback_stop(receiver->server);
    for (size_t i = 0; i < receiver->count; i++)
        free(receiver->requests[i]);
    pthread_cond_destroy(&receiver->came);
    pthread_mutex_destroy(&receiver->lock);
}

void receiver_answer(struct receiver *receiver, const char *answer)
{
    pthread_mutex_lock(&receiver->lock);
    receiver->answer = answer;
    pthread_mutex_unlock(&receiver->lock);
}

void receiver_hold(struct receiver *receiver, bool is_held)
{
    pthread_mutex_lock(&receiver->lock);
    receiver->is_held = is_held;
    pthread_cond_broadcast(&receiver->came);
    pthread_mutex_unlock(&receiver->lock);
}

char *receiver_wait(struct receiver *receiver, size_t number)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += RECEIVER_WAIT_S;
    pthread_mutex_lock(&receiver->lock);
    while (receiver->count < number)
        if (pthread_cond_timedwait(&receiver->came, &receiver->lock, &until))
            break;
    char *request = receiver->count < number ? NULL : memory_text(receiver->requests[number - 1]);
    pthread_mutex_unlock(&receiver->lock);
    if (!request)
        fail_msg("request %zu did not come", number);
    return request;
}

size_t receiver_count(struct receiver *receiver)
{
    pthread_mutex_lock(&receiver->lock);
    size_t count = receiver->count;
    pthread_mutex_unlock(&receiver->lock);
    return count;
}

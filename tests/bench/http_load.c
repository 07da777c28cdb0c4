#include "http_load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum { HEAD_SIZE = 8192, PIECE_SIZE = 1 << 16, EVENTS = 64, LAST_ANSWERS_US = 2000000 };

struct link {
    int socket; /* -1: broken */
    bool is_asking;
    int64_t since_us; /* when its request was due */
    char head[HEAD_SIZE];
    size_t head_length;
    int64_t body_left; /* -1: the head is not there yet */
};

struct running {
    const struct http_load *load;
    struct http_load_result *result;
    int epoll;
    struct link *links;
    int *idle; /* a stack of links that may ask */
    int idle_count, asking_count;
    int64_t started_us, ends_us;
    int64_t asked, most;
    uint32_t *times; /* of each answer, in microseconds */
    char piece[PIECE_SIZE];
};

static int64_t steady_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int connect_to(int port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK(descriptor >= 0);
    CHECK(connect(descriptor, (struct sockaddr *)&name, sizeof(name)) == 0);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return descriptor;
}

static void open_links(struct running *running)
{
    int count = running->load->connections;

    CHECK(count > 0 && count <= HTTP_LOAD_CONNECTIONS_MOST);
    running->links = memory_array((size_t)count, sizeof(*running->links));
    running->idle = memory_array((size_t)count, sizeof(*running->idle));
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        running->links[i].socket = connect_to(running->load->port);
        CHECK(epoll_ctl(running->epoll, EPOLL_CTL_ADD, running->links[i].socket, &event) == 0);
        running->idle[running->idle_count++] = i;
    }
}

static void break_link(struct running *running, struct link *link)
{
    running->result->failures++;
    running->asking_count -= link->is_asking;
    link->is_asking = false;
    close(link->socket);
    link->socket = -1;
}

static void ask(struct running *running, struct link *link, int64_t due_us)
{
    const struct http_load *load = running->load;
    char text[HEAD_SIZE];
    int length = snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s\r\n",
                          load->paths[(size_t)running->asked % load->path_count], load->headers);

    CHECK(length > 0 && length < HEAD_SIZE);
    running->asked++;
    running->asking_count++;
    link->is_asking = true;
    link->since_us = due_us;
    link->head_length = 0;
    link->body_left = -1;
    if (send(link->socket, text, (size_t)length, MSG_NOSIGNAL) != length)
        break_link(running, link);
}

/* When the next request is due; after the end: never. */
static int64_t next_due(const struct running *running, int64_t now)
{
    const struct http_load *load = running->load;
    int64_t due = now;

    if (running->asked >= running->most || (load->ending && atomic_load(load->ending)))
        return INT64_MAX;
    if (load->rate)
        due = running->started_us + running->asked * 1000000 / load->rate;
    return due < running->ends_us && now < running->ends_us ? due : INT64_MAX;
}

static void ask_what_is_due(struct running *running)
{
    int64_t now = steady_us(), due;

    while (running->idle_count > 0 && (due = next_due(running, now)) <= now)
        ask(running, &running->links[running->idle[--running->idle_count]], due);
}

static int64_t length_of_body(const char *head)
{
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, "Content-Length:", 15) == 0)
            return strtoll(line + 17, NULL, 10);
    return 0;
}

/* What of the piece belongs to the head is taken; -1: the head is too long. */
static ssize_t take_head(struct running *running, struct link *link, const char *piece,
                         size_t length)
{
    size_t before = link->head_length, room = HEAD_SIZE - 1 - before;
    size_t taken = length < room ? length : room;

    memcpy(link->head + before, piece, taken);
    link->head_length += taken;
    link->head[link->head_length] = '\0';
    const char *end = strstr(link->head, "\r\n\r\n");
    if (!end)
        return taken < length ? -1 : (ssize_t)taken;
    link->body_left = length_of_body(link->head);
    running->result->bytes += link->body_left;
    return end + 4 - link->head - (ssize_t)before;
}

static void note_answer(struct running *running, struct link *link)
{
    struct http_load_result *result = running->result;
    bool is_good = text_starts_with(link->head, "HTTP/1.1 200");
    int64_t took = steady_us() - link->since_us;

    if (is_good)
        running->times[result->answers++] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
    else
        result->failures++;
    link->is_asking = false;
    running->asking_count--;
    running->idle[running->idle_count++] = (int)(link - running->links);
}

static void take(struct running *running, struct link *link)
{
    ssize_t got = recv(link->socket, running->piece, PIECE_SIZE, MSG_DONTWAIT);
    ssize_t head = 0;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0 && link->is_asking && link->body_left < 0)
        head = take_head(running, link, running->piece, (size_t)got);
    if (got <= 0 || head < 0 || !link->is_asking) {
        break_link(running, link);
        return;
    }
    if (link->body_left < 0)
        return;
    link->body_left -= got - head;
    if (link->body_left == 0)
        note_answer(running, link);
}

static struct timespec time_until(int64_t us)
{
    int64_t left = us - steady_us();

    if (left < 0)
        left = 0;
    if (left > LAST_ANSWERS_US)
        left = LAST_ANSWERS_US;
    return (struct timespec){.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
}

/* Until all was asked and answered; a server that does not answer is not waited for. */
static void run(struct running *running)
{
    struct epoll_event events[EVENTS];
    int64_t patience_us = running->ends_us + LAST_ANSWERS_US;

    for (;;) {
        ask_what_is_due(running);
        int64_t due = next_due(running, steady_us());
        if ((due == INT64_MAX && running->asking_count == 0) || steady_us() > patience_us)
            return;
        struct timespec wait =
            time_until(running->idle_count && due < patience_us ? due : patience_us);
        int count = epoll_pwait2(running->epoll, events, EVENTS, &wait, NULL);
        for (int i = 0; i < count; i++)
            take(running, &running->links[events[i].data.u32]);
        if (running->idle_count + running->asking_count == 0)
            return;
    }
}

static int compare_times(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;

    return one < two ? -1 : one > two;
}

static void sum_up(struct running *running)
{
    struct http_load_result *result = running->result;
    size_t count = (size_t)result->answers;

    result->seconds = (double)(steady_us() - running->started_us) / 1e6;
    result->failures += running->asking_count;
    if (!count)
        return;
    qsort(running->times, count, sizeof(*running->times), compare_times);
    result->half_us = running->times[count / 2];
    result->p99_us = running->times[count * 99 / 100];
    result->most_us = running->times[count - 1];
}

void http_load_run(const struct http_load *load, struct http_load_result *ret)
{
    struct running *running = memory_new(sizeof(*running));

    *ret = (struct http_load_result){0};
    running->load = load;
    running->result = ret;
    running->most = load->requests > 0 && load->requests < HTTP_LOAD_REQUESTS_MOST
                        ? load->requests
                        : HTTP_LOAD_REQUESTS_MOST;
    running->times = memory_array((size_t)running->most, sizeof(*running->times));
    running->epoll = epoll_create1(EPOLL_CLOEXEC);
    open_links(running);
    running->started_us = steady_us();
    running->ends_us = running->started_us + load->ms * 1000;
    run(running);
    sum_up(running);
    for (int i = 0; i < load->connections; i++)
        if (running->links[i].socket >= 0)
            close(running->links[i].socket);
    close(running->epoll);
    free(running->links);
    free(running->idle);
    free(running->times);
    free(running);
}

double http_load_per_second(const struct http_load_result *result)
{
    return result->seconds > 0 ? (double)result->answers / result->seconds : 0;
}

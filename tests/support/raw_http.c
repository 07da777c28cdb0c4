#include "support/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { INPUT_LIMIT = 64 << 20 };

/* Where nobody listens any more a socket may be given that very port, and then meets itself. */
static bool has_met_itself(int socket, int port)
{
    struct sockaddr_in ours = {.sin_family = AF_INET};
    socklen_t size = sizeof(ours);

    CHECK(getsockname(socket, (struct sockaddr *)&ours, &size) == 0);
    return ours.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && ours.sin_port == htons((uint16_t)port);
}

void raw_http_open_from(struct raw_http *http, const char *address, int port)
{
    struct sockaddr_in ours = {.sin_family = AF_INET};
    struct sockaddr_in theirs = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                 .sin_port = htons((uint16_t)port)};
    int on = 1;

    buffer_init(&http->input, INPUT_LIMIT);
    http->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(http->socket >= 0);
    CHECK(inet_pton(AF_INET, address, &ours.sin_addr) == 1);
    CHECK(bind(http->socket, (struct sockaddr *)&ours, sizeof(ours)) == 0);
    if (connect(http->socket, (struct sockaddr *)&theirs, sizeof(theirs)) != 0 ||
        has_met_itself(http->socket, port)) {
        raw_http_close(http);
        return;
    }
    setsockopt(http->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void raw_http_open(struct raw_http *http, int port)
{
    raw_http_open_from(http, "127.0.0.1", port);
}

void raw_http_close(struct raw_http *http)
{
    if (http->socket >= 0)
        close(http->socket);
    http->socket = -1;
    buffer_release(&http->input);
}

void raw_http_end_sending(struct raw_http *http)
{
    shutdown(http->socket, SHUT_WR);
}

void raw_http_send_bytes(struct raw_http *http, const void *bytes, size_t length)
{
    int64_t deadline = clock_steady_ms() + RAW_HTTP_MS;

    while (http->socket >= 0 && length > 0 && clock_steady_ms() < deadline) {
        struct pollfd ready = {.fd = http->socket, .events = POLLOUT};
        poll(&ready, 1, RAW_HTTP_MS);
        ssize_t sent = send(http->socket, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0)
            return;
        bytes = (const char *)bytes + sent;
        length -= (size_t)sent;
    }
}

void raw_http_send(struct raw_http *http, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *text = memory_print_list(format, arguments);
    va_end(arguments);
    raw_http_send_bytes(http, text, strlen(text));
}

/* Waits for more bytes; false at the end, on errors and when the time is over. */
static bool read_more(struct raw_http *http, int64_t deadline)
{
    struct pollfd ready = {.fd = http->socket, .events = POLLIN};
    int64_t left = deadline - clock_steady_ms();
    char bytes[16384];

    if (http->socket < 0 || left <= 0 || poll(&ready, 1, (int)left) <= 0)
        return false;
    ssize_t length = recv(http->socket, bytes, sizeof(bytes), 0);
    if (length <= 0)
        return false;
    buffer_append(&http->input, bytes, (size_t)length);
    return true;
}

static void take(struct raw_http *http, size_t length, struct buffer *ret)
{
    struct buffer *input = &http->input;

    if (ret)
        buffer_append(ret, input->bytes, length);
    memmove(input->bytes, input->bytes + length, input->length - length);
    input->length -= length;
    input->bytes[input->length] = '\0';
}

bool raw_http_read_bytes(struct raw_http *http, size_t length, struct buffer *ret)
{
    int64_t deadline = clock_steady_ms() + RAW_HTTP_MS;

    while (http->input.length < length)
        if (!read_more(http, deadline))
            return false;
    if (length > 0)
        take(http, length, ret);
    return true;
}

/* Up to and with the mark, which may not be the first thing there. */
static bool read_to(struct raw_http *http, const char *mark, struct buffer *ret)
{
    int64_t deadline = clock_steady_ms() + RAW_HTTP_MS;
    const char *found;

    while (!(found = http->input.length
                         ? memmem(http->input.bytes, http->input.length, mark, strlen(mark))
                         : NULL))
        if (!read_more(http, deadline))
            return false;
    take(http, (size_t)(found - http->input.bytes) + strlen(mark), ret);
    return true;
}

static void add_header(struct raw_answer *answer, char *line)
{
    char *colon = strchr(line, ':');

    CHECK(colon != NULL);
    *colon = '\0';
    http_headers_add(&answer->headers, line, text_trim(colon + 1), false);
}

static bool read_head(struct raw_http *http, struct raw_answer *ret)
{
    AUTO_BUFFER struct buffer head = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    char *place = NULL;

    *ret = (struct raw_answer){.status = 0};
    buffer_init(&ret->body, INPUT_LIMIT);
    if (!read_to(http, "\r\n\r\n", &head))
        return false;
    CHECK(strncmp(head.bytes, "HTTP/1.1 ", 9) == 0);
    ret->status = atoi(head.bytes + 9);
    strtok_r(head.bytes, "\r\n", &place);
    for (char *line; (line = strtok_r(NULL, "\r\n", &place));)
        add_header(ret, line);
    return true;
}

bool raw_http_read_head(struct raw_http *http, struct raw_answer *ret)
{
    return read_head(http, ret);
}

bool raw_http_read_chunk(struct raw_http *http, struct buffer *ret)
{
    AUTO_BUFFER struct buffer size = BUFFER_WITH_LIMIT(64);

    if (!read_to(http, "\r\n", &size))
        return false;
    size_t length = strtoul(buffer_string(&size), NULL, 16);
    return raw_http_read_bytes(http, length, ret) && raw_http_read_bytes(http, 2, NULL) &&
           length > 0;
}

static void read_to_the_end(struct raw_http *http, struct buffer *ret)
{
    int64_t deadline = clock_steady_ms() + RAW_HTTP_MS;

    while (read_more(http, deadline))
        continue;
    if (http->input.length > 0)
        take(http, http->input.length, ret);
}

bool raw_http_read(struct raw_http *http, struct raw_answer *ret)
{
    if (!read_head(http, ret))
        return false;
    const char *length = http_headers_find(&ret->headers, "Content-Length");
    const char *transfer = http_headers_find(&ret->headers, "Transfer-Encoding");
    if (ret->status < 200 || ret->status == 204 || ret->status == 304)
        return true;
    if (transfer)
        while (raw_http_read_chunk(http, &ret->body))
            continue;
    else if (length)
        return raw_http_read_bytes(http, strtoul(length, NULL, 10), &ret->body);
    else
        read_to_the_end(http, &ret->body);
    return true;
}

bool raw_http_is_closed(struct raw_http *http)
{
    struct pollfd ready = {.fd = http->socket, .events = POLLIN};
    char byte;

    if (http->socket < 0)
        return true;
    if (http->input.length > 0 || poll(&ready, 1, RAW_HTTP_MS) <= 0)
        return false;
    return recv(http->socket, &byte, 1, 0) <= 0;
}

void raw_answer_release(struct raw_answer *answer)
{
    http_headers_release(&answer->headers);
    buffer_release(&answer->body);
}

bool raw_http_ask(int port, const char *request, struct raw_answer *ret)
{
    AUTO_RAW_HTTP struct raw_http http;

    raw_http_open(&http, port);
    raw_http_send(&http, "%s", request);
    return raw_http_read(&http, ret);
}

bool raw_http_get(int port, const char *path, const char *headers, struct raw_answer *ret)
{
    AUTO_FREE char *request =
        memory_print("GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", path, headers);

    return raw_http_ask(port, request, ret);
}

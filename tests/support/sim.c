#include "support/sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"

enum { WORDS_MOST = 32, START_MS = 20000, STOP_MS = 10000, ANSWER_SECONDS = 30 };

static int port_in(const char *line)
{
    const char *colon = strrchr(line, ':');
    int port = colon ? atoi(colon + 1) : 0;
    CHECK(port > 0);
    return port;
}

void sim_start(struct sim *sim, const char *const *words)
{
    const char *all[WORDS_MOST] = {LISTSYNC_SIM, "--port", "0", "--die-with-parent", "--quiet"};
    size_t count = 5;

    for (; words && *words; words++) {
        CHECK(count < WORDS_MOST - 1);
        all[count++] = *words;
    }
    process_start(&(struct process_call){.words = all}, &sim->process);
    if (!process_wait_for_line(&sim->process, START_MS)) {
        fprintf(stderr, "the simulator did not start: %s\n",
                buffer_string(&sim->process.error_bytes));
        abort();
    }
    sim->port = port_in(buffer_string(&sim->process.out_bytes));
    snprintf(sim->url, sizeof(sim->url), "http://127.0.0.1:%d", sim->port);
}

void sim_stop(struct sim *sim)
{
    struct process_result result;

    process_signal(&sim->process, SIGTERM);
    process_finish(&sim->process, STOP_MS, &result);
    /* A sanitizer's complaint about the simulator must not pass unseen. */
    if (result.exit_code != 0)
        fprintf(stderr, "the simulator: %s\n", buffer_string(&result.errors));
    CHECK(result.exit_code == 0);
    process_result_release(&result);
}

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = ANSWER_SECONDS};
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(connection >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    CHECK(connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0);
    return connection;
}

static void send_all(int connection, const struct buffer *bytes)
{
    for (size_t sent = 0; sent < bytes->length;) {
        ssize_t count = send(connection, bytes->bytes + sent, bytes->length - sent, MSG_NOSIGNAL);
        CHECK(count > 0 || (count < 0 && errno == EINTR));
        sent += count > 0 ? (size_t)count : 0;
    }
}

static void receive_all(int connection, struct buffer *bytes)
{
    char block[16384];
    ssize_t count;

    while ((count = recv(connection, block, sizeof(block), 0)) != 0) {
        CHECK(count > 0 || errno == EINTR);
        if (count > 0)
            buffer_append(bytes, block, (size_t)count);
    }
}

/*
 * HTTP/1.0, because its answers end with the connection and come in one piece. Plain sockets, so
 * that the program's own client is not what its tests look through.
 */
static void ask(const struct sim *sim, const char *method, const char *path, const char *body,
                struct buffer *answer)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    int connection = connect_to(sim->port);

    buffer_print(&request, "%s %s HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n", method, path, sim->port);
    if (body)
        buffer_print(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                     strlen(body));
    buffer_text(&request, "\r\n");
    buffer_text(&request, body ? body : "");
    send_all(connection, &request);
    receive_all(connection, answer);
    close(connection);
}

static struct json_value *document_in(const char *method, const char *path,
                                      const struct buffer *answer)
{
    const char *text = buffer_string(answer);
    const char *body = strstr(text, "\r\n\r\n");
    struct json_value *document = NULL;
    int status = 0;

    if (sscanf(text, "HTTP/1.%*d %d", &status) != 1 || status < 200 || status > 299 || !body) {
        fprintf(stderr, "the simulator to %s %s: %s\n", method, path, text);
        abort();
    }
    body += 4;
    json_value_parse(body, strlen(body), &document, NULL);
    return document;
}

static struct json_value *call(const struct sim *sim, const char *method, const char *path,
                               const char *body)
{
    AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    ask(sim, method, path, body, &answer);
    return document_in(method, path, &answer);
}

struct json_value *sim_get(const struct sim *sim, const char *path)
{
    struct json_value *document = call(sim, "GET", path, NULL);
    CHECK(document);
    return document;
}

struct json_value *sim_post(const struct sim *sim, const char *path, const char *body)
{
    return call(sim, "POST", path, body ? body : "");
}

void sim_tell(const struct sim *sim, const char *path, const char *body)
{
    json_value_free(sim_post(sim, path, body));
}

void sim_forget_faults(const struct sim *sim)
{
    json_value_free(call(sim, "DELETE", "/sim/faults", NULL));
}

int64_t sim_counter(const struct sim *sim, const char *path)
{
    AUTO_JSON struct json_value *counters = sim_get(sim, "/sim/counters");
    return json_value_integer(json_value_path(counters, path));
}

int64_t sim_seerr_calls(const struct sim *sim, const char *kind)
{
    AUTO_JSON struct json_value *counters = sim_get(sim, "/sim/counters");
    const struct json_value *seerr = json_value_get(counters, "seerr");
    return kind ? json_value_get_integer(json_value_get(seerr, "by"), kind)
                : json_value_get_integer(seerr, "total");
}

int64_t sim_source_calls(const struct sim *sim, const char *host)
{
    AUTO_JSON struct json_value *counters = sim_get(sim, "/sim/counters");
    return json_value_get_integer(json_value_get(counters, "sources"), host);
}

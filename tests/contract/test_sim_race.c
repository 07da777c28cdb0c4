/*
 * The simulator where two calls meet, or an answer is lost: what the real servers did then (calls
 * 460-462 and 700-704 of the recordings), which cannot be replayed one call after the other.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "support/sim.h"

static const char film[] = "{\"mediaType\":\"movie\",\"mediaId\":680,\"is4k\":false}";
static const char series[] =
    "{\"mediaType\":\"tv\",\"mediaId\":1396,\"is4k\":false,\"seasons\":[1,2]}";

static int start(void **state)
{
    static struct sim sim;
    const char *words[] = {"--catalogue", LISTSYNC_TESTS_DIR "/sim/catalogue.tsv", "--latency-ms",
                           "200", NULL};

    sim_start(&sim, words);
    *state = &sim;
    return 0;
}

static int stop(void **state)
{
    sim_stop(*state);
    return 0;
}

/* Sends POST /request and does not wait for the answer. */
static int begin(const struct sim *sim, const char *body)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)sim->port)};
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char call[512];
    int length = snprintf(call, sizeof(call),
                          "POST /api/v1/request HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n"
                          "X-Api-Key: sim-key\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\n\r\n%s",
                          strlen(body), body);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(send(connection, call, (size_t)length, MSG_NOSIGNAL), length);
    return connection;
}

/* The status of the answer; 0 when the connection ended without one. */
static int finish(int connection)
{
    char line[64] = "";
    int status = 0;
    ssize_t count = recv(connection, line, sizeof(line) - 1, MSG_WAITALL);

    if (count > 0)
        sscanf(line, "HTTP/1.1 %d", &status);
    close(connection);
    return status;
}

static void two_at_once_make_two_requests_of_a_film(void **state)
{
    const struct sim *sim = *state;
    int first = begin(sim, film);
    int second = begin(sim, film);

    assert_int_equal(finish(first), 201);
    assert_int_equal(finish(second), 201);
    assert_int_equal(finish(begin(sim, film)), 409);
    assert_int_equal(sim_counter(sim, "max_parallel_post_request"), 2);
    assert_int_equal(sim_counter(sim, "requests_made"), 2);
    assert_int_equal(sim_counter(sim, "duplicate_requests"), 1);
}

static void the_second_at_once_fails_for_a_series(void **state)
{
    const struct sim *sim = *state;
    int first = begin(sim, series);
    int second = begin(sim, series);
    int sum = finish(first) + finish(second);

    assert_int_equal(sum, 201 + 500);
    assert_int_equal(sim_counter(sim, "requests_made"), 1);
}

static void a_request_is_made_though_the_client_left(void **state)
{
    const struct sim *sim = *state;
    struct timespec pause = {.tv_nsec = 20000000};
    int connection = begin(sim, film);

    while (sim_seerr_calls(sim, "POST /api/v1/request") == 0)
        nanosleep(&pause, NULL);
    close(connection);
    while (sim_counter(sim, "requests_made") == 0)
        nanosleep(&pause, NULL);
    assert_int_equal(finish(begin(sim, film)), 409);
}

static void a_lost_answer_may_have_taken_effect(void **state)
{
    const struct sim *sim = *state;

    sim_tell(
        sim, "/sim/faults",
        "[{\"match\":\"POST /api/v1/request\",\"nth\":1,\"action\":\"close\",\"apply\":true}]");
    assert_int_equal(finish(begin(sim, film)), 0);
    assert_int_equal(finish(begin(sim, film)), 409);
}

static void a_lost_answer_may_have_had_none(void **state)
{
    const struct sim *sim = *state;

    sim_tell(sim, "/sim/faults",
             "[{\"match\":\"POST /api/v1/request\",\"nth\":2,\"action\":\"close\"}]");
    assert_int_equal(finish(begin(sim, series)), 201);
    assert_int_equal(finish(begin(sim, film)), 0);
    assert_int_equal(finish(begin(sim, film)), 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(two_at_once_make_two_requests_of_a_film, start, stop),
        cmocka_unit_test_setup_teardown(the_second_at_once_fails_for_a_series, start, stop),
        cmocka_unit_test_setup_teardown(a_request_is_made_though_the_client_left, start, stop),
        cmocka_unit_test_setup_teardown(a_lost_answer_may_have_taken_effect, start, stop),
        cmocka_unit_test_setup_teardown(a_lost_answer_may_have_had_none, start, stop),
    };

    return cmocka_run_group_tests_name("simulator under races", tests, NULL, NULL);
}

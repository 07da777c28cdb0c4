#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>
#include <curl/curl.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/certificate.h"
#include "support/raw_http.h"
#include "support/temp_dir.h"
#include "support/tiny_server.h"

static struct tiny_server tiny;

static void test_a_taken_port_is_a_conflict(void **state)
{
    (void)state;
    struct tiny_server second;
    struct web_server_settings settings = {.door_count = 1};
    struct error error;

    tiny_server_start(&tiny, &(struct web_server_settings){0});
    settings.doors[0] = (struct web_door_settings){WEB_DOOR_API, "127.0.0.1", tiny.port};
    assert_int_equal(tiny_server_try(&second, &settings, &error), ERROR_CONFLICT);
    assert_non_null(strstr(error.message, "is taken already; LISTSYNC_API_PORT chooses another"));
    tiny_server_stop(&second, 0);
    tiny_server_stop(&tiny, 0);
}

static void test_the_second_door_may_fail_alone(void **state)
{
    (void)state;
    struct tiny_server second;
    struct web_server_settings settings = {.door_count = 2};

    tiny_server_start(&tiny, &(struct web_server_settings){0});
    settings.doors[0] = (struct web_door_settings){WEB_DOOR_API, "127.0.0.1", 0};
    settings.doors[1] = (struct web_door_settings){WEB_DOOR_UI, "127.0.0.1", tiny.port};
    assert_int_equal(tiny_server_try(&second, &settings, NULL), ERROR_CONFLICT);
    tiny_server_stop(&second, 0);
    tiny_server_stop(&tiny, 0);
}

static void test_a_name_is_no_address(void **state)
{
    (void)state;
    struct error error;
    struct web_server_settings settings = {.doors = {{WEB_DOOR_API, "localhost", 0}},
                                           .door_count = 1};

    assert_int_equal(tiny_server_try(&tiny, &settings, &error), ERROR_USAGE);
    assert_string_equal(error.message, "\"localhost\" is no IP address to listen on");
    tiny_server_stop(&tiny, 0);
}

static void test_both_kinds_of_addresses_at_once(void **state)
{
    (void)state;
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    struct error error;

    if (tiny_server_try(&tiny,
                        &(struct web_server_settings){
                            .doors = {{WEB_DOOR_API, "::", 0}}, .door_count = 1, .threads = 1},
                        &error)) {
        tiny_server_stop(&tiny, 0);
        skip(); /* no IPv6 here */
    }
    assert_true(raw_http_get(tiny.port, "/echo", "", &answer));
    assert_non_null(strstr(buffer_string(&answer.body), "client 127.0.0.1\n"));
    tiny_server_stop(&tiny, 0);
}

static void test_the_base_path_is_taken_off(void **state)
{
    (void)state;
    struct address_ranges proxies = {0};
    static const struct {
        const char *from, *path, *headers, *wanted; /* NULL: 404 */
    } cases[] = {
        {"127.0.0.1", "/listsync/a/b?c=d", "", "path /a/b\nquery c=d\nhost a\nbase /listsync\n"},
        {"127.0.0.1", "/listsync", "", "path /\nhost a\nbase /listsync\n"},
        {"127.0.0.1", "/listsync?x=y", "", "path /\nquery x=y\n"},
        {"127.0.0.1", "/listsync/", "", "path /\n"},
        {"127.0.0.1", "/listsyncer", "", NULL},
        {"127.0.0.1", "/", "", NULL},
        {"127.0.0.1", "/api/lists", "X-Forwarded-Prefix: /listsync\r\n", NULL},
        {"127.0.0.9", "/api/lists", "", NULL},
        {"127.0.0.9", "/api/lists", "X-Forwarded-Prefix: /listsync\r\n",
         "path /api/lists\nhost a\nbase /listsync\n"},
        {"127.0.0.9", "/listsync/a", "X-Forwarded-Prefix: /listsync\r\n",
         "path /a\nhost a\nbase /listsync\n"},
        {"127.0.0.9", "/listsync/a", "X-Forwarded-Prefix: /outer/\r\n",
         "path /a\nhost a\nbase /outer/listsync\n"},
    };

    assert_int_equal(address_ranges_parse("127.0.0.9", &proxies, NULL), 0);
    tiny_server_start(&tiny, &(struct web_server_settings){.base_path = "/listsync",
                                                           .trusted_proxies = &proxies});
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_RAW_HTTP struct raw_http http;
        AUTO_RAW_ANSWER struct raw_answer answer = {0};
        raw_http_open_from(&http, cases[i].from, tiny.port);
        raw_http_send(&http, "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", cases[i].path,
                      cases[i].headers);
        assert_true(raw_http_read(&http, &answer));
        if (!strstr(buffer_string(&answer.body),
                    cases[i].wanted ? cases[i].wanted : "\"code\":\"not_found\""))
            fail_msg("%s: %s", cases[i].path, buffer_string(&answer.body));
        assert_int_equal(answer.status, cases[i].wanted ? 200 : 404);
    }
    tiny_server_stop(&tiny, 0);
    address_ranges_release(&proxies);
}

/* Certificates of this test's own, made once. */
static struct temp_dir folder;
static char *certificate, *key, *other_key, *no_pem;

static int make_certificates(void **state)
{
    (void)state;
    temp_dir_open(&folder);
    certificate = temp_dir_file(&folder, "certificate.pem");
    key = temp_dir_file(&folder, "key.pem");
    other_key = temp_dir_file(&folder, "other_key.pem");
    no_pem = temp_dir_file(&folder, "no.pem");
    AUTO_FREE char *unused = temp_dir_file(&folder, "other.pem");
    certificate_make(certificate, key);
    certificate_make(unused, other_key);
    FILE *file = fopen(no_pem, "w");
    fputs("this is no certificate\n", file);
    fclose(file);
    return 0;
}

static int drop_certificates(void **state)
{
    (void)state;
    free(certificate);
    free(key);
    free(other_key);
    free(no_pem);
    temp_dir_close(&folder);
    return 0;
}

static size_t collect(char *bytes, size_t size, size_t count, void *context)
{
    buffer_append(context, bytes, size * count);
    return size * count;
}

static CURLcode get_by_tls(const char *path, long versions, struct buffer *ret)
{
    AUTO_FREE char *url = memory_print("https://127.0.0.1:%d%s", tiny.port, path);
    CURL *curl = curl_easy_init();

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, certificate);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, versions);
    curl_easy_setopt(curl, CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)RAW_HTTP_MS);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, ret);
    CURLcode rc = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return rc;
}

static void test_tls_1_2_and_1_3_are_served(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    tiny_server_start(
        &tiny, &(struct web_server_settings){.tls_certificate = certificate, .tls_key = key});
    assert_int_equal(get_by_tls("/echo", CURL_SSLVERSION_TLSv1_3, &body), CURLE_OK);
    assert_non_null(strstr(buffer_string(&body), "tls 1\n"));
    buffer_clear(&body);
    assert_int_equal(get_by_tls("/text?size=3000000",
                                CURL_SSLVERSION_TLSv1_2 | CURL_SSLVERSION_MAX_TLSv1_2, &body),
                     CURLE_OK);
    assert_int_equal(body.length, 3000000);
    tiny_server_stop(&tiny, 1000);
}

static void send_tls(CURL *curl, const char *text)
{
    size_t sent = 0;

    assert_int_equal(curl_easy_send(curl, text, strlen(text), &sent), CURLE_OK);
    assert_int_equal(sent, strlen(text));
}

/* Reads until the text has come. */
static void expect_tls(CURL *curl, const char *text, struct buffer *ret)
{
    int64_t deadline = clock_steady_ms() + RAW_HTTP_MS;

    while (!strstr(buffer_string(ret), text)) {
        char bytes[1024];
        size_t count = 0;
        CURLcode rc = curl_easy_recv(curl, bytes, sizeof(bytes), &count);
        assert_true(rc == CURLE_OK || rc == CURLE_AGAIN);
        assert_true(clock_steady_ms() < deadline);
        buffer_append(ret, bytes, count);
    }
}

static CURL *connect_tls(void)
{
    AUTO_FREE char *url = memory_print("https://127.0.0.1:%d", tiny.port);
    CURL *curl = curl_easy_init();

    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, certificate);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    assert_int_equal(curl_easy_perform(curl), CURLE_OK);
    return curl;
}

static void test_a_tls_connection_can_be_taken_over(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer answer = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    char text[64] = "";

    tiny_server_start(
        &tiny, &(struct web_server_settings){.tls_certificate = certificate, .tls_key = key});
    CURL *curl = connect_tls();
    send_tls(curl, "GET /take HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                   "Upgrade: test\r\n\r\n");
    assert_true(tiny_server_wait(&tiny, &tiny.taken, 1));
    assert_int_equal(send(tiny.socket, "from the server", 15, MSG_NOSIGNAL), 15);
    expect_tls(curl, "\r\n\r\nfrom the server", &answer);
    send_tls(curl, "from the client");
    while (strlen(text) < 15) {
        struct pollfd ready = {.fd = tiny.socket, .events = POLLIN};
        assert_int_equal(poll(&ready, 1, RAW_HTTP_MS), 1);
        assert_true(recv(tiny.socket, text + strlen(text), 15 - strlen(text), 0) > 0);
    }
    assert_string_equal(text, "from the client");
    tiny.release(tiny.release_handle);
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    curl_easy_cleanup(curl);
    tiny_server_stop(&tiny, 0);
}

static void test_tls_before_1_2_is_refused(void **state)
{
    (void)state;
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    tiny_server_start(
        &tiny, &(struct web_server_settings){.tls_certificate = certificate, .tls_key = key});
    assert_int_equal(get_by_tls("/", CURL_SSLVERSION_TLSv1_1 | CURL_SSLVERSION_MAX_TLSv1_1, &body),
                     CURLE_SSL_CONNECT_ERROR);
    tiny_server_stop(&tiny, 0);
}

static void test_tls_handshakes_have_a_deadline(void **state)
{
    (void)state;
    AUTO_RAW_HTTP struct raw_http silent;
    AUTO_RAW_HTTP struct raw_http plain;

    tiny_server_start(&tiny, &(struct web_server_settings){.tls_certificate = certificate,
                                                           .tls_key = key,
                                                           .request_ms = 200});
    raw_http_open(&silent, tiny.port);
    raw_http_open(&plain, tiny.port);
    raw_http_send(&plain, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_true(raw_http_is_closed(&silent));
    assert_true(tiny_server_wait_for_connections(&tiny, 0));
    tiny_server_stop(&tiny, 0);
}

static void test_useless_certificates_are_told(void **state)
{
    (void)state;
    const struct {
        const char *certificate, *key, *sentence;
    } cases[] = {
        {certificate, NULL, "TLS wants both a certificate and a key; there is no key"},
        {NULL, key, "TLS wants both a certificate and a key; there is no certificate"},
        {"/does/not/exist.pem", key, "/does/not/exist.pem"},
        {certificate, no_pem, "is no PEM file"},
        {certificate, "/dev/zero", "/dev/zero is no plain file"},
        {certificate, other_key, "the TLS certificate and key cannot be used together"},
        {key, certificate, "the TLS certificate and key cannot be used together"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error error = {0};
        struct web_server_settings settings = {.tls_certificate = cases[i].certificate,
                                               .tls_key = cases[i].key};
        assert_int_equal(tiny_server_try(&tiny, &settings, &error), ERROR_USAGE);
        assert_int_equal(error.code, ERROR_USAGE);
        if (!strstr(error.message, cases[i].sentence))
            fail_msg("%s", error.message);
        tiny_server_stop(&tiny, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_taken_port_is_a_conflict),
        cmocka_unit_test(test_the_second_door_may_fail_alone),
        cmocka_unit_test(test_a_name_is_no_address),
        cmocka_unit_test(test_both_kinds_of_addresses_at_once),
        cmocka_unit_test(test_the_base_path_is_taken_off),
        cmocka_unit_test(test_tls_1_2_and_1_3_are_served),
        cmocka_unit_test(test_a_tls_connection_can_be_taken_over),
        cmocka_unit_test(test_tls_before_1_2_is_refused),
        cmocka_unit_test(test_tls_handshakes_have_a_deadline),
        cmocka_unit_test(test_useless_certificates_are_told),
    };
    return cmocka_run_group_tests(tests, make_certificates, drop_certificates);
}

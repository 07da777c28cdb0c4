/* E-mail to a mail server that wants STARTTLS or TLS, and a login; and to those that refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/temp_dir.h"
#include "support/visitor.h"

enum { SERVER_WAIT_MS = 30000 };

static struct temp_dir folder;
static char *certificate, *key;
static struct visitor visitor;
static struct process server;
static int port;

static void make_certificate(void)
{
    const char *words[] = {"/usr/bin/openssl",
                           "req",
                           "-x509",
                           "-newkey",
                           "ec",
                           "-pkeyopt",
                           "ec_paramgen_curve:prime256v1",
                           "-nodes",
                           "-days",
                           "2",
                           "-subj",
                           "/CN=localhost",
                           "-addext",
                           "subjectAltName=IP:127.0.0.1",
                           "-out",
                           certificate,
                           "-keyout",
                           key,
                           NULL};
    struct process_result result;

    process_run(&(struct process_call){.words = words}, SERVER_WAIT_MS, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
}

static int begin(void **state)
{
    (void)state;
    temp_dir_open(&folder);
    certificate = temp_dir_file(&folder, "certificate.pem");
    key = temp_dir_file(&folder, "key.pem");
    make_certificate();
    AUTO_FREE char *trusted = memory_print("SSL_CERT_FILE=%s", certificate);
    const char *environment[] = {trusted, NULL};
    visitor_open(&visitor, environment);
    return 0;
}

static int end(void **state)
{
    (void)state;
    visitor_close(&visitor);
    temp_dir_close(&folder);
    free(certificate);
    free(key);
    return 0;
}

static void start_server(const char *mode)
{
    const char *words[] = {
        "/usr/bin/env", "python3",   LISTSYNC_TESTS_DIR "/support/smtp_server.py",
        mode,           certificate, key,
        folder.path,    NULL};

    process_start(&(struct process_call){.words = words}, &server);
    assert_true(process_wait_for_line(&server, SERVER_WAIT_MS));
    port = atoi(buffer_string(&server.out_bytes));
    assert_true(port > 0);
}

static void stop_server(void)
{
    struct process_result result;

    process_signal(&server, 15);
    process_finish(&server, SERVER_WAIT_MS, &result);
    process_result_release(&result);
}

/* Did it take the test message? */
static bool try_mail(const char *security, const char *password, const char *to)
{
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'email','settings':{'host':'127.0.0.1','port':'%d','security':'%s',"
                 "'username':'anna','password':'%s','from':'listsync@example.org','to':'%s'}}",
                 port, security, password, to);
    return visitor_switch(&visitor, "success");
}

/* The n-th mail that the server took; NULL: it took fewer. */
static char *mail(int number)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *path = memory_print("%s/%d.eml", folder.path, number);

    return files_read(path, &text, NULL) ? NULL : memory_text(buffer_string(&text));
}

static void test_starttls_and_a_login(void **state)
{
    (void)state;
    start_server("starttls");
    assert_true(try_mail("starttls", "hush", "anna@example.org, ben@example.org"));
    AUTO_FREE char *text = mail(0);
    assert_non_null(text);
    assert_non_null(strstr(text, "MAIL FROM:<listsync@example.org>"));
    assert_non_null(strstr(text, "RCPT TO:<anna@example.org>\nRCPT TO:<ben@example.org>\n"));
    assert_non_null(strstr(text, "secure=1\n"));
    assert_non_null(strstr(text, "Subject: [ListSync] A test of ListSync\r\n"));
    assert_non_null(strstr(text, "\r\n- Heat (1995)\r\n"));
    stop_server();
}

static void test_tls_from_the_first_byte(void **state)
{
    (void)state;
    start_server("tls");
    assert_true(try_mail("tls", "hush", "anna@example.org"));
    stop_server();
}

static void test_nothing_is_sent_where_starttls_is_not_offered(void **state)
{
    (void)state;
    start_server("plain");
    assert_false(try_mail("starttls", "hush", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "does not offer STARTTLS"));
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'email','settings':{'host':'127.0.0.1','port':'%d','security':'none',"
                 "'from':'listsync@example.org','to':'anna@example.org'}}",
                 port);
    assert_true(visitor_switch(&visitor, "success"));
    stop_server();
}

static void test_refusals_are_told_in_the_servers_words(void **state)
{
    (void)state;
    start_server("starttls");
    assert_false(try_mail("starttls", "wrong", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "535 5.7.8 wrong name or password"));
    assert_false(visitor_sees(&visitor, "hush"));
    assert_false(try_mail("starttls", "hush", "nobody@example.org"));
    assert_true(visitor_sees(&visitor, "550 5.1.1 no such mailbox"));
    assert_false(try_mail("starttls", "hush", "later@example.org"));
    assert_true(visitor_sees(&visitor, "451 4.7.1 greylisted"));
    stop_server();
}

static void test_a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
    (void)state;
    daemon_stop(&visitor.daemon);
    world_set(&visitor.daemon.world, "SSL_CERT_FILE", NULL);
    daemon_start(&visitor.daemon);
    start_server("starttls");
    assert_false(try_mail("starttls", "hush", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "is not trusted"));
    stop_server();
}

static void test_a_sync_is_told_by_mail(void **state)
{
    (void)state;
    int64_t until = clock_steady_ms() + SERVER_WAIT_MS;
    char *text = NULL;

    start_server("starttls");
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Mail','kind':'email','settings':{'host':'127.0.0.1','port':'%d',"
                 "'username':'anna','password':'hush','from':'listsync@example.org',"
                 "'to':'anna@example.org'}}",
                 port);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    while (!(text = mail(0)) && clock_steady_ms() < until)
        visitor_ask(&visitor, 200, "GET", "/api/notifications/deliveries", NULL);
    assert_non_null(text);
    assert_non_null(strstr(text, "titles were requested"));
    free(text);
    stop_server();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_starttls_and_a_login),
        TEST(test_tls_from_the_first_byte),
        TEST(test_nothing_is_sent_where_starttls_is_not_offered),
        TEST(test_refusals_are_told_in_the_servers_words),
        TEST(test_a_certificate_that_nobody_vouches_for_is_refused),
        TEST(test_a_sync_is_told_by_mail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

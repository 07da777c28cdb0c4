/* E-mail to a mail server that wants STARTTLS or TLS, and a login; and to those that refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/mail_server.h"
#include "support/visitor.h"

static struct visitor visitor;
static struct mail_server server;

static int begin(void **state)
{
    (void)state;
    mail_server_open(&server);
    AUTO_FREE char *trusted = memory_print("SSL_CERT_FILE=%s", server.certificate);
    const char *environment[] = {trusted, "CUSTOM_LISTS=file:titles.csv", "AUTOMATED_MODE=false",
                                 NULL};
    visitor_open_with(&visitor, environment, (const char *[]){"--titles", "10", NULL});
    return 0;
}

static int end(void **state)
{
    (void)state;
    visitor_close(&visitor);
    mail_server_close(&server);
    return 0;
}

/* Did it take the test message? */
static bool try_mail(const char *security, const char *password, const char *to)
{
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'email','settings':{'host':'127.0.0.1','port':'%d','security':'%s',"
                 "'username':'anna','password':'%s','from':'listsync@example.org','to':'%s'}}",
                 server.port, security, password, to);
    return visitor_switch(&visitor, "success");
}

static void test_starttls_and_a_login(void **state)
{
    (void)state;
    mail_server_start(&server, "starttls");
    assert_true(try_mail("starttls", "hush", "anna@example.org, ben@example.org"));
    AUTO_FREE char *text = mail_server_mail(&server, 0);
    assert_non_null(text);
    assert_non_null(strstr(text, "MAIL FROM:<listsync@example.org>"));
    assert_non_null(strstr(text, "RCPT TO:<anna@example.org>\nRCPT TO:<ben@example.org>\n"));
    assert_non_null(strstr(text, "secure=1\n"));
    assert_non_null(strstr(text, "Subject: [ListSync] A test of ListSync\r\n"));
    assert_non_null(strstr(text, "\r\n- Heat (1995)\r\n"));
    mail_server_stop(&server);
}

static void test_tls_from_the_first_byte(void **state)
{
    (void)state;
    mail_server_start(&server, "tls");
    assert_true(try_mail("tls", "hush", "anna@example.org"));
    mail_server_stop(&server);
}

static void test_nothing_is_sent_where_starttls_is_not_offered(void **state)
{
    (void)state;
    mail_server_start(&server, "plain");
    assert_false(try_mail("starttls", "hush", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "does not offer STARTTLS"));
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'email','settings':{'host':'127.0.0.1','port':'%d','security':'none',"
                 "'from':'listsync@example.org','to':'anna@example.org'}}",
                 server.port);
    assert_true(visitor_switch(&visitor, "success"));
    mail_server_stop(&server);
}

static void test_refusals_are_told_in_the_servers_words(void **state)
{
    (void)state;
    mail_server_start(&server, "starttls");
    assert_false(try_mail("starttls", "mistyped", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "535 5.7.8 wrong name or password"));
    assert_false(visitor_sees(&visitor, "hush"));
    assert_false(try_mail("starttls", "hush", "nobody@example.org"));
    assert_true(visitor_sees(&visitor, "550 5.1.1 no such mailbox"));
    assert_false(try_mail("starttls", "hush", "later@example.org"));
    assert_true(visitor_sees(&visitor, "451 4.7.1 greylisted"));
    mail_server_stop(&server);
}

static void test_a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
    (void)state;
    daemon_stop(&visitor.daemon);
    world_set(&visitor.daemon.world, "SSL_CERT_FILE", NULL);
    daemon_start(&visitor.daemon);
    mail_server_start(&server, "starttls");
    assert_false(try_mail("starttls", "hush", "anna@example.org"));
    assert_true(visitor_sees(&visitor, "is not trusted"));
    mail_server_stop(&server);
}

static void test_a_certificate_of_another_name_is_refused(void **state)
{
    (void)state;
    mail_server_start(&server, "starttls");
    visitor_send(&visitor, 200, "POST", "/api/notifications/test",
                 "{'kind':'email','settings':{'host':'localhost','port':'%d','username':'anna',"
                 "'password':'hush','from':'listsync@example.org','to':'anna@example.org'}}",
                 server.port);
    assert_false(visitor_switch(&visitor, "success"));
    assert_true(visitor_sees(&visitor, "the certificate of localhost"));
    assert_true(visitor_sees(&visitor, "subject name matches target host name 'localhost'"));
    assert_null(mail_server_mail(&server, 0));
    mail_server_stop(&server);
}

/* What a mail client makes of the first message. */
static char *read_as_client(void)
{
    AUTO_FREE char *path = temp_dir_file(&server.folder, "0.eml");
    const char *words[] = {"/usr/bin/env", "python3", LISTSYNC_TESTS_DIR "/support/read_mail.py",
                           path, NULL};
    struct process_result result;

    free(mail_server_wait(&server, 0));
    process_run(&(struct process_call){.words = words}, WORLD_DEADLINE_MS, &result);
    if (result.exit_code)
        fail_msg("%s", buffer_string(&result.errors));
    char *text = memory_text(buffer_string(&result.out));
    process_result_release(&result);
    return text;
}

static void check_lines(const char *text, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!strstr(text, lines[i]))
            fail_msg("\"%s\" is not in: %s", lines[i], text);
    assert_null(strstr(text, "defect"));
}

static void test_a_mail_client_reads_all_of_it(void **state)
{
    static const char *const lines[] = {
        "From: ListSync <listsync@example.org>\n",
        "To: anna@example.org, ben@example.org\n",
        "Subject: [Größe] 4 titles could not be identified for certain\n",
        "@example.org>\nList-Id: ListSync <listsync.example.org>\n",
        "Auto-Submitted: auto-generated\n",
        "fresh: True\ntype: multipart/alternative\npart: text/plain utf-8\n",
        "| - Amélie *[x](y)* <b> @everyone (2001)\n",
        "| - שלום (1990)\n",
        "| - 千と千尋の神隠し (2001)\n",
        "| - A trailing space =20 and =?UTF-8?B?aGk=?= (1990)\n",
        "part: text/html utf-8\n",
        ">Amélie *[x](y)* &lt;b&gt; @everyone (2001)</a>\n",
        ">שלום (1990)</a>\n",
    };

    (void)state;
    mail_server_start(&server, "starttls");
    world_write(&visitor.daemon.world, "titles.csv",
                "tmdb_id,title,year,type\n"
                "9000001,Amélie *[x](y)* <b> @everyone,2001,movie\n"
                "9000002,שלום,1990,movie\n"
                "9000003,千と千尋の神隠し,2001,movie\n"
                "9000004,A trailing space =20 and =?UTF-8?B?aGk=?=,1990,movie\n");
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Mail','kind':'email','settings':{'host':'127.0.0.1','port':'%d',"
                 "'username':'anna','password':'hush','from':'listsync@example.org',"
                 "'prefix':'[Größe]','to':'anna@example.org, ben@example.org'}}",
                 server.port);
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *text = read_as_client();
    check_lines(text, lines, ARRAY_LENGTH(lines));
    mail_server_stop(&server);
}

static void test_a_sync_is_told_by_mail(void **state)
{
    (void)state;
    mail_server_start(&server, "starttls");
    visitor_send(&visitor, 201, "POST", "/api/notifications",
                 "{'name':'Mail','kind':'email','settings':{'host':'127.0.0.1','port':'%d',"
                 "'username':'anna','password':'hush','from':'listsync@example.org',"
                 "'to':'anna@example.org'}}",
                 server.port);
    visitor_add_list(&visitor, "stevenlu:stevenlu");
    visitor_sync(&visitor, NULL);
    AUTO_FREE char *text = mail_server_wait(&server, 0);
    assert_non_null(strstr(text, "titles were requested"));
    mail_server_stop(&server);
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
        TEST(test_a_certificate_of_another_name_is_refused),
        TEST(test_a_mail_client_reads_all_of_it),
        TEST(test_a_sync_is_told_by_mail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

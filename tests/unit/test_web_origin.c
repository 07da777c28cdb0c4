/* Whose page sent a request, and under which name we were called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/web_origin.h"

static void test_a_host_is_a_name_or_an_address_and_perhaps_a_port(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name; /* name NULL: no host */
        int port;
    } cases[] = {
        {"listsync.lan:4222", "listsync.lan", 4222},
        {"LISTSYNC.LAN.", "listsync.lan", 0},
        {"[::1]:80", "::1", 80},
        {"[FE80::1]", "fe80::1", 0},
        {"192.168.1.2", "192.168.1.2", 0},
        {"", NULL, 0},
        {"a b", NULL, 0},
        {"a/b", NULL, 0},
        {"user@host", NULL, 0},
        {"host:", NULL, 0},
        {"host:0", NULL, 0},
        {"host:65536", NULL, 0},
        {"host:80:80", NULL, 0},
        {"[::1", NULL, 0},
        {"[::1]x", NULL, 0},
        {"[]", NULL, 0},
        {"::1", NULL, 0},
        {"host\r\nX: y", NULL, 0},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct web_host host;
        bool is_host = web_host_parse(cases[i].text, &host);
        if (is_host != (cases[i].name != NULL))
            fail_msg("\"%s\"", cases[i].text);
        if (!is_host)
            continue;
        assert_string_equal(host.name, cases[i].name);
        assert_int_equal(host.port, cases[i].port);
    }
}

static void test_a_page_is_ours_when_scheme_name_and_port_are(void **state)
{
    (void)state;
    static const struct {
        const char *origin, *host;
        bool is_tls, is_ours;
    } cases[] = {
        {"http://nas.lan:4222", "nas.lan:4222", false, true},
        {"http://NAS.lan:4222", "nas.LAN:4222", false, true},
        {"http://nas.lan:4222", "nas.lan:3222", false, false},
        {"http://nas.lan", "nas.lan:80", false, true},
        {"https://nas.lan", "nas.lan:443", true, true},
        {"https://nas.lan", "nas.lan", false, true}, /* a proxy speaks TLS and does not say so */
        {"https://nas.lan", "nas.lan:80", false, false},
        {"http://nas.lan", "nas.lan", true, false},
        {"http://nas.lan", "nas.lan.evil.example", false, false},
        {"http://evil.nas.lan", "nas.lan", false, false},
        {"http://[::1]:4222", "[::1]:4222", false, true},
        {"http://127.0.0.1:4222", "localhost:4222", false, false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct web_origin origin;
        struct web_host host;
        assert_true(web_origin_parse(cases[i].origin, &origin));
        assert_true(web_host_parse(cases[i].host, &host));
        if (web_origin_is(&origin, &host, cases[i].is_tls) != cases[i].is_ours)
            fail_msg("%s at %s", cases[i].origin, cases[i].host);
    }
}

static void test_what_is_no_origin(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "null",
                                        "nas.lan",
                                        "ftp://nas.lan",
                                        "http://",
                                        "file://",
                                        "http://nas.lan/",
                                        "http://nas.lan/x",
                                        "http://a@nas.lan",
                                        "moz-extension://abc",
                                        "http://nas.lan http://b"};
    struct web_origin origin;

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_false(web_origin_parse(cases[i], &origin));
}

static void test_a_list_of_origins_is_exact(void **state)
{
    (void)state;
    AUTO(web_origins_release) struct web_origins origins;
    struct web_origin origin;
    struct error error;
    static const char *const wrong[] = {"http://dash.example.org", "https://dash.example.org:8443",
                                        "https://dash.example.org.evil.example",
                                        "https://x.dash.example.org", "http://10.0.0.2"};

    assert_int_equal(
        web_origins_parse(" https://dash.example.org/ , http://10.0.0.2:8080,,", &origins, &error),
        ERROR_NONE);
    assert_int_equal(origins.count, 2);
    assert_false(origins.any);
    assert_true(web_origin_parse("https://DASH.example.org:443", &origin));
    assert_true(web_origins_hold(&origins, &origin));
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++) {
        assert_true(web_origin_parse(wrong[i], &origin));
        assert_false(web_origins_hold(&origins, &origin));
    }
}

static void test_a_bad_entry_is_named(void **state)
{
    (void)state;
    AUTO(web_origins_release) struct web_origins origins;
    AUTO(web_hosts_release) struct web_hosts hosts;
    struct error error;

    assert_int_equal(web_origins_parse("dash.example.org", &origins, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "dash.example.org"));
    assert_int_equal(web_hosts_parse("a.example, http://b.example", &hosts, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "http://b.example"));
}

static void test_names_that_no_stranger_can_own(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool is_private;
    } cases[] = {
        {"127.0.0.1:4222", true},
        {"[::1]:4222", true},
        {"192.168.1.2", true},
        {"203.0.113.9", true},
        {"localhost", true},
        {"x.localhost", true},
        {"listsync", true},
        {"nas.local", true},
        {"nas.lan.", true},
        {"nas.home.arpa", true},
        {"nas.internal", true},
        {"evil.example", false},
        {"lan.evil.example", false},
        {"evillan.example", false},
        {"localhost.evil.example", false},
        {"127.0.0.1.nip.io", false},
        {"home.arpa.example", false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct web_host host;
        assert_true(web_host_parse(cases[i].host, &host));
        if (web_host_is_private(&host) != cases[i].is_private)
            fail_msg("%s", cases[i].host);
    }
}

static void test_further_names_of_ours_with_and_without_a_port(void **state)
{
    (void)state;
    AUTO(web_hosts_release) struct web_hosts hosts;
    struct web_host host;

    assert_int_equal(web_hosts_parse("list.example.org, b.example:8080", &hosts, NULL), ERROR_NONE);
    assert_true(web_host_parse("list.example.org:99", &host) && web_hosts_hold(&hosts, &host));
    assert_true(web_host_parse("b.example:8080", &host) && web_hosts_hold(&hosts, &host));
    assert_true(web_host_parse("b.example", &host) && !web_hosts_hold(&hosts, &host));
    assert_true(web_host_parse("example.org", &host) && !web_hosts_hold(&hosts, &host));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_host_is_a_name_or_an_address_and_perhaps_a_port),
        cmocka_unit_test(test_a_page_is_ours_when_scheme_name_and_port_are),
        cmocka_unit_test(test_what_is_no_origin),
        cmocka_unit_test(test_a_list_of_origins_is_exact),
        cmocka_unit_test(test_a_bad_entry_is_named),
        cmocka_unit_test(test_names_that_no_stranger_can_own),
        cmocka_unit_test(test_further_names_of_ours_with_and_without_a_port),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

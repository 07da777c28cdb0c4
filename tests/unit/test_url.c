#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "net/url.h"

static struct url parsed(const char *text)
{
    struct error error = {0};
    struct url url = {0};

    if (url_parse(text, &url, &error))
        fail_msg("%s: %s", text, error.message);
    return url;
}

static void a_url_is_taken_apart(void **state)
{
    struct url url = parsed(" https://WWW.IMDb.com:8443/list/ls1%20x/?view=detail&page=2#top ");

    (void)state;
    assert_string_equal(url.scheme, "https");
    assert_string_equal(url.host, "www.imdb.com");
    assert_int_equal(url.port, 8443);
    assert_string_equal(url.path, "/list/ls1%20x/");
    assert_string_equal(url.query, "view=detail&page=2");
}

static void a_url_without_a_scheme_is_taken_as_https(void **state)
{
    struct url url = parsed("imdb.com/list/ls1?from=http://x.org/");

    (void)state;
    assert_string_equal(url.scheme, "https");
    assert_string_equal(url.host, "imdb.com");
    assert_int_equal(url.port, 0);
    assert_string_equal(url.query, "from=http://x.org/");
}

static void the_host_is_what_a_browser_would_ask_and_not_what_it_looks_like(void **state)
{
    (void)state;
    assert_string_equal(parsed("https://imdb.com.evil.org/list").host, "imdb.com.evil.org");
    assert_string_equal(parsed("https://evil.org/imdb.com").host, "evil.org");
    assert_string_equal(parsed("https://evil.org?imdb.com").host, "evil.org");
    assert_int_equal(url_parse("https://imdb.com@evil.org/", &(struct url){0}, NULL), ERROR_USAGE);
}

static void what_is_no_web_address_is_refused_with_a_sentence(void **state)
{
    static const char *const bad[] = {
        "",         "   ",          "javascript:alert(1)", "ftp://imdb.com/x", "file:///etc/passwd",
        "https://",

        "imdb:ls1", "https://a b/", "http://x:99999/",     "https://u@h/"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct error error = {0};
        struct url url = {.port = 7};
        assert_int_equal(url_parse(bad[i], &url, &error), ERROR_USAGE);
        assert_true(strlen(error.message) > 0);
        assert_int_equal(url.port, 7);
    }
}

static void an_address_that_is_too_long_is_refused_and_never_cut(void **state)
{
    AUTO_BUFFER struct buffer long_url = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    char host[URL_HOST_SIZE];

    (void)state;
    buffer_text(&long_url, "https://imdb.com/");
    for (int i = 0; i < 2 * URL_PATH_SIZE; i++)
        buffer_byte(&long_url, 'a');
    assert_int_equal(url_parse(buffer_string(&long_url), &(struct url){0}, NULL), ERROR_USAGE);
    assert_true(url_host_of(buffer_string(&long_url), host));
    assert_string_equal(host, "imdb.com");
}

static void only_addresses_look_like_one(void **state)
{
    static const char *const yes[] = {"https://x", "http://localhost:5055", "imdb.com/list/ls1",
                                      "www.imdb.com/", "FTP://x"};
    static const char *const no[] = {
        "ls000000001", "user/list", "imdb.com",  "://x",          "",     "imdb:ls1",
        "top.250/x",   ".com/x",    "a b.com/x", "user/my.com/x", "x.y/z"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(yes); i++)
        assert_true(url_looks_like_one(yes[i]));
    for (size_t i = 0; i < ARRAY_LENGTH(no); i++)
        if (url_looks_like_one(no[i]))
            fail_msg("\"%s\" looks like an address", no[i]);
}

static void segments_are_counted_without_the_empty_ones_and_decoded(void **state)
{
    struct url url = parsed("https://letterboxd.com//user%20name/list/am%C3%A9lie%2Fx/");
    char segment[URL_PATH_SIZE];

    (void)state;
    assert_int_equal(url_segment_count(&url), 3);
    assert_string_equal(url_segment(&url, 0, segment), "user name");
    assert_string_equal(url_segment(&url, 1, segment), "list");
    assert_string_equal(url_segment(&url, 2, segment), "am\xC3\xA9lie/x");
    assert_string_equal(url_segment(&url, 3, segment), "");
    assert_int_equal(url_segment_count(&(struct url){.path = "/"}), 0);
}

static void broken_percent_codes_stay_as_they_are(void **state)
{
    struct url url = {.path = "/a%/b%4/c%zz/d%00/e%41"};
    char segment[URL_PATH_SIZE];

    (void)state;
    assert_string_equal(url_segment(&url, 0, segment), "a%");
    assert_string_equal(url_segment(&url, 1, segment), "b%4");
    assert_string_equal(url_segment(&url, 2, segment), "c%zz");
    assert_string_equal(url_segment(&url, 3, segment), "d%00");
    assert_string_equal(url_segment(&url, 4, segment), "eA");
}

static void a_host_is_itself_and_what_lies_below_it(void **state)
{
    struct url url = parsed("https://app.Trakt.tv/users/x");

    (void)state;
    assert_true(url_host_is(&url, "trakt.tv"));
    assert_true(url_host_is(&url, "app.trakt.tv"));
    assert_false(url_host_is(&url, "rakt.tv"));
    assert_false(url_host_is(&url, "x.app.trakt.tv"));
    url = parsed("https://nottrakt.tv/");
    assert_false(url_host_is(&url, "trakt.tv"));
}

static void encoding_leaves_only_unreserved_characters(void **state)
{
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    url_encode(&out, "imdb:tt1 A-Z._~!'()*/+&=?#%\xC3\xA9");
    assert_string_equal(buffer_string(&out),
                        "imdb%3Att1%20A-Z._~%21%27%28%29%2A%2F%2B%26%3D%3F%23%25%C3%A9");
}

static void check_join(const char *base, const char *reference, const char *expected)
{
    AUTO_FREE char *joined = url_join(base, reference);

    if (expected)
        assert_string_equal(joined, expected);
    else
        assert_null(joined);
}

static void a_location_is_seen_from_where_it_was_given(void **state)
{
    (void)state;
    check_join("https://x.org/a/b?c", "/d?e#f", "https://x.org/d?e");
    check_join("https://x.org/a/b", "d", "https://x.org/a/d");
    check_join("https://x.org/a/b", "//y.org/z", "https://y.org/z");
    check_join("https://x.org/a", "http://y.org:81/", "http://y.org:81/");
    check_join("https://x.org/a", "file:///etc/passwd", NULL);
    check_join("https://x.org/a", "ftp://y.org/", NULL);
    check_join("https://x.org/a", "https://user:secret@y.org/", NULL);
}

static void secrets_stay_with_their_host_and_never_lose_encryption(void **state)
{
    (void)state;
    assert_true(url_keeps_secrets("https://x.org/a", "https://X.org:443/b"));
    assert_true(url_keeps_secrets("http://x.org/a", "https://x.org/a"));
    assert_false(url_keeps_secrets("https://x.org/a", "http://x.org/a"));
    assert_false(url_keeps_secrets("https://x.org/", "https://www.x.org/"));
    assert_false(url_keeps_secrets("http://x.org:5055/", "http://x.org:5056/"));
    assert_false(url_keeps_secrets("http://x.org:5055/", "https://x.org/"));
}

static void this_machine_has_few_names(void **state)
{
    (void)state;
    assert_true(url_is_of_this_machine("http://127.0.0.1:4222/api"));
    assert_true(url_is_of_this_machine("https://[::1]:4222"));
    assert_true(url_is_of_this_machine("http://LocalHost:5055"));
    assert_true(url_is_of_this_machine("smtp://127.0.0.1:25"));
    assert_false(url_is_of_this_machine("http://192.168.1.2:5055"));
    assert_false(url_is_of_this_machine("http://localhost.example.org"));
    assert_false(url_is_of_this_machine("file:127.0.0.1"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_url_is_taken_apart),
        cmocka_unit_test(a_url_without_a_scheme_is_taken_as_https),
        cmocka_unit_test(the_host_is_what_a_browser_would_ask_and_not_what_it_looks_like),
        cmocka_unit_test(what_is_no_web_address_is_refused_with_a_sentence),
        cmocka_unit_test(an_address_that_is_too_long_is_refused_and_never_cut),
        cmocka_unit_test(only_addresses_look_like_one),
        cmocka_unit_test(segments_are_counted_without_the_empty_ones_and_decoded),
        cmocka_unit_test(broken_percent_codes_stay_as_they_are),
        cmocka_unit_test(a_host_is_itself_and_what_lies_below_it),
        cmocka_unit_test(encoding_leaves_only_unreserved_characters),
        cmocka_unit_test(a_location_is_seen_from_where_it_was_given),
        cmocka_unit_test(secrets_stay_with_their_host_and_never_lose_encryption),
        cmocka_unit_test(this_machine_has_few_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "net/origins.h"

static struct origins origins_of(const char *text)
{
    struct origins origins = {0};
    struct error error = {0};

    if (origins_add(&origins, text, &error))
        fail_msg("%s", error.message);
    return origins;
}

static void check_apply(const struct origins *origins, const char *url, const char *expected)
{
    AUTO_FREE char *where = origins_apply(origins, url);

    assert_string_equal(where, expected);
}

static void check_follow(const struct origins *origins, const char *location, const char *expected)
{
    AUTO_FREE char *where = origins_follow(origins, "https://imdb.com/list/ls1?x=1", location);

    if (expected)
        assert_string_equal(where, expected);
    else
        assert_null(where);
}

static void traffic_for_a_host_goes_to_its_origin_with_path_and_query(void **state)
{
    struct origins origins = origins_of("imdb.com=http://127.0.0.1:9/host/imdb.com");

    (void)state;
    check_apply(&origins, "https://imdb.com/list/ls1?x=1",
                "http://127.0.0.1:9/host/imdb.com/list/ls1?x=1");
    check_apply(&origins, "https://IMDB.com?x=1", "http://127.0.0.1:9/host/imdb.com/?x=1");
    check_apply(&origins, "http://imdb.com:8080", "http://127.0.0.1:9/host/imdb.com/");
    origins_release(&origins);
}

static void other_hosts_and_files_stay_where_they_are(void **state)
{
    struct origins origins = origins_of("imdb.com=http://127.0.0.1:9");

    (void)state;
    check_apply(&origins, "https://www.imdb.com/x", "https://www.imdb.com/x");
    check_apply(&origins, "https://x.org/imdb.com", "https://x.org/imdb.com");
    check_apply(&origins, "file:/home/imdb.com", "file:/home/imdb.com");
    check_apply(NULL, "https://imdb.com/x", "https://imdb.com/x");
    origins_release(&origins);
}

static void several_are_joined_by_commas_and_the_last_word_counts(void **state)
{
    struct origins origins = origins_of(" a.org = http://h:1/ ,, b.org=http://h:2");

    (void)state;
    assert_int_equal(origins_add(&origins, "a.org=https://H:3//", NULL), ERROR_NONE);
    check_apply(&origins, "https://a.org/x", "https://H:3/x");
    check_apply(&origins, "https://b.org/x", "http://h:2/x");
    origins_release(&origins);
}

static void a_bad_origin_is_named(void **state)
{
    static const char *const bad[] = {"imdb.com",          "=http://h",
                                      "imdb.com=",         "imdb.com=localhost:9",
                                      "imdb.com=ftp://h",  "imdb.com/x=http://h",
                                      "a b=http://h",      "imdb.com=http://h/?q",
                                      "http://a=http://h", "imdb.com=http://u:p@h/"};
    struct origins origins = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct error error = {0};
        assert_int_equal(origins_add(&origins, bad[i], &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, bad[i]));
    }
    origins_release(&origins);
}

static void a_redirect_comes_back_as_the_real_host(void **state)
{
    struct origins origins = origins_of("imdb.com=http://127.0.0.1:9/host/imdb.com");

    (void)state;
    /* what a mirror says that knows where it stands, relative and absolute */
    check_follow(&origins, "/host/imdb.com/list/ls2", "https://imdb.com/list/ls2");
    check_follow(&origins, "http://127.0.0.1:9/host/imdb.com/a?b", "https://imdb.com/a?b");
    check_follow(&origins, "?page=2", "https://imdb.com/list/ls1?page=2");
    /* what one says that passes on the words of the real host */
    check_follow(&origins, "/list/ls2", "https://imdb.com/list/ls2");
    check_follow(&origins, "https://m.imdb.com/list/ls2", "https://m.imdb.com/list/ls2");
    /* a neighbour on the mirror is somebody else */
    check_follow(&origins, "/host/imdb.comet/x", "https://imdb.com/host/imdb.comet/x");
    check_follow(&origins, "file:///etc/passwd", NULL);
    origins_release(&origins);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(traffic_for_a_host_goes_to_its_origin_with_path_and_query),
        cmocka_unit_test(other_hosts_and_files_stay_where_they_are),
        cmocka_unit_test(several_are_joined_by_commas_and_the_last_word_counts),
        cmocka_unit_test(a_bad_origin_is_named),
        cmocka_unit_test(a_redirect_comes_back_as_the_real_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

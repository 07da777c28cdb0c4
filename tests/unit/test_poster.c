#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/poster.h"

static void test_a_path_is_one_plain_name_of_an_image(void **state)
{
    (void)state;
    static const char *const good[] = {"/f89U3ADr1oiB1s9GkdPOEpXUk5H.jpg", "/a.jpeg", "/a-b_c.png",
                                       "/1.webp"};
    static const char *const bad[] = {
        "",          "/",         "/.jpg",   "a.jpg",          "//a.jpg",    "/a/b.jpg",
        "/../a.jpg", "/..jpg",    "/a.svg",  "/a.jpg.svg",     "/a.b.jpg",   "/a.jpg?x=1",
        "/a b.jpg",  "/a%2e.jpg", "/a.jpg#", "/a\n.jpg",       "/a.JPG",     "/\xC3\xA9.jpg",
        "/a.jpg/",   "/a\\b.jpg", "/a.gif",  "http://x/a.jpg", "/@evil.jpg", "/a",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(good); i++)
        if (!poster_path_is_valid(good[i]))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        if (poster_path_is_valid(bad[i]))
            fail_msg("%s is taken", bad[i]);
    assert_false(poster_path_is_valid(NULL));
}

static void test_a_path_that_is_too_long_is_none(void **state)
{
    (void)state;
    char path[POSTER_PATH_SIZE + 1];

    memset(path, 'a', sizeof(path));
    path[0] = '/';
    strcpy(path + POSTER_PATH_SIZE - 4, ".jpg");
    assert_false(poster_path_is_valid(path));
    strcpy(path + POSTER_PATH_SIZE - 5, ".jpg");
    assert_true(poster_path_is_valid(path));
}

static void test_the_first_bytes_tell_what_an_image_is(void **state)
{
    (void)state;
    static const char webp[] = "RIFF\x10\0\0\0WEBPVP8 ", wave[] = "RIFF\x10\0\0\0WAVEfmt ";
    static const char png[] = "\x89PNG\r\n\x1A\n....";

    assert_string_equal(poster_kind_of("\xFF\xD8\xFF\xE0", 4), "image/jpeg");
    assert_string_equal(poster_kind_of(png, sizeof(png) - 1), "image/png");
    assert_string_equal(poster_kind_of(webp, sizeof(webp) - 1), "image/webp");
    assert_null(poster_kind_of(wave, sizeof(wave) - 1));
    assert_null(poster_kind_of(png, 7));
    assert_null(poster_kind_of(webp, 11));
    assert_null(poster_kind_of("\xFF\xD8", 2));
    assert_null(poster_kind_of("", 0));
    assert_null(poster_kind_of("<svg xmlns=", 11));
    assert_null(poster_kind_of("GIF89a......", 12));
}

static void test_only_three_kinds_are_known_by_name(void **state)
{
    (void)state;
    assert_true(poster_kind_is_known("image/jpeg"));
    assert_true(poster_kind_is_known("Image/PNG"));
    assert_true(poster_kind_is_known("image/webp; q=1"));
    assert_false(poster_kind_is_known("image/svg+xml"));
    assert_false(poster_kind_is_known("image/"));
    assert_false(poster_kind_is_known("image/png+xml"));
    assert_false(poster_kind_is_known("text/html"));
    assert_false(poster_kind_is_known(""));
    assert_false(poster_kind_is_known(NULL));
}

static void test_sizes_have_words_and_widths(void **state)
{
    (void)state;
    assert_string_equal(poster_size_width(poster_size_from_word("small")), "w154");
    assert_string_equal(poster_size_width(poster_size_from_word("medium")), "w342");
    assert_string_equal(poster_size_width(poster_size_from_word("large")), "w500");
    assert_int_equal(poster_size_from_word("original"), POSTER_MEDIUM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_path_is_one_plain_name_of_an_image),
        cmocka_unit_test(test_a_path_that_is_too_long_is_none),
        cmocka_unit_test(test_the_first_bytes_tell_what_an_image_is),
        cmocka_unit_test(test_only_three_kinds_are_known_by_name),
        cmocka_unit_test(test_sizes_have_words_and_widths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

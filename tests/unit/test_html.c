#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "net/html.h"

static struct html *page(const char *text)
{
    struct html *html = NULL;
    struct error error = {0};

    if (html_parse(text, strlen(text), &html, &error))
        fail_msg("%s", error.message);
    return html;
}

static struct html *feed(const char *text)
{
    struct html *html = NULL;
    struct error error = {0};

    if (html_parse_xml(text, strlen(text), &html, &error))
        fail_msg("%s", error.message);
    return html;
}

static void check_text(struct html *html, const char *xpath, const char *expected)
{
    AUTO_FREE char *text = html_text(html, NULL, xpath);

    if (expected)
        assert_string_equal(text, expected);
    else
        assert_null(text);
}

static void bad_html_is_read_as_a_browser_would(void **state)
{
    AUTO_HTML struct html *html =
        page("<ul><li data-id=1>One<li data-id='2'>Two</p></wrong><b>bold</ul><p>after");

    (void)state;
    AUTO_NODES struct html_nodes items = html_find(html, NULL, "//li");
    assert_int_equal(items.count, 2);
    AUTO_FREE char *first = html_attribute(items.items[0], "data-id");
    AUTO_FREE char *second = html_attribute(items.items[1], "data-id");
    assert_string_equal(first, "1");
    assert_string_equal(second, "2");
    check_text(html, "//p[last()]", "after");
}

static void questions_start_at_the_node_that_is_given(void **state)
{
    AUTO_HTML struct html *html =
        page("<div class=a><i>x</i></div><div class=b><i>y</i><i>z</i></div>");

    (void)state;
    struct html_node *b = html_first(html, NULL, "//div[@class='b']");
    assert_non_null(b);
    AUTO_NODES struct html_nodes inside = html_find(html, b, ".//i");
    assert_int_equal(inside.count, 2);
    AUTO_FREE char *text = html_text(html, b, "i[2]");
    assert_string_equal(text, "z");
}

static void what_is_absent_is_null_and_never_an_error(void **state)
{
    AUTO_HTML struct html *html = page("<p title=''>  </p>");

    (void)state;
    assert_null(html_first(html, NULL, "//table"));
    AUTO_NODES struct html_nodes none = html_find(html, NULL, "//table/tr");
    assert_int_equal(none.count, 0);
    check_text(html, "//table", NULL);
    check_text(html, "//p", NULL);
    struct html_node *p = html_first(html, NULL, "//p");
    assert_null(html_attribute(p, "href"));
    assert_null(html_attribute(NULL, "href"));
    AUTO_FREE char *empty = html_attribute(p, "title");
    assert_string_equal(empty, "");
}

static void text_is_folded_trimmed_and_its_entities_resolved(void **state)
{
    AUTO_HTML struct html *html =
        page("<h1>\n  Tom&nbsp;&amp;\t<b>Jerry</b>  &#233; \n</h1><a href='/x?a=1&amp;b=2'>l</a>");

    (void)state;
    check_text(html, "//h1", "Tom & Jerry \xC3\xA9");
    check_text(html, "//a/@href", "/x?a=1&b=2");
    check_text(html, "count(//a)", "1");
}

static void bytes_that_are_no_utf8_are_repaired(void **state)
{
    AUTO_HTML struct html *html =
        page("<meta charset=iso-8859-1><title>Am\xC3\xA9lie \xE9</title>");

    (void)state;
    check_text(html, "//title", "Am\xC3\xA9lie \xEF\xBF\xBD");
}

static void an_empty_page_is_a_page_or_an_error_but_no_crash(void **state)
{
    static const char *const odd[] = {"", " ", "<", "</", "<!", "<!--", "<![CDATA[", "&", "\xFF"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(odd); i++) {
        AUTO_HTML struct html *html = NULL;
        struct error error = {0};
        if (html_parse(odd[i], strlen(odd[i]), &html, &error) == ERROR_NONE)
            assert_null(html_first(html, NULL, "//li"));
        else
            assert_int_equal(error.code, ERROR_FORMAT);
    }
}

static void nest(struct buffer *out, int depth)
{
    for (int i = 0; i < depth; i++)
        buffer_text(out, "<div>");
    buffer_text(out, "<b>deep</b>");
    for (int i = 0; i < depth; i++)
        buffer_text(out, "</div>");
    buffer_text(out, "<i>end</i>");
}

static void a_deep_page_is_read_to_its_end(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);

    (void)state;
    nest(&text, 450);
    AUTO_HTML struct html *html = page(buffer_string(&text));
    check_text(html, "//b", "deep");
    check_text(html, "//i", "end");
}

static void an_absurdly_deep_page_is_refused_and_never_cut(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    struct html *html = NULL;
    struct error error = {0};

    (void)state;
    nest(&text, 200000);
    assert_int_equal(html_parse(text.bytes, text.length, &html, &error), ERROR_LIMIT);
    assert_null(html);
}

static void a_feed_is_asked_by_local_names(void **state)
{
    AUTO_HTML struct html *html =
        feed("<?xml version='1.0' encoding='utf-8'?><rss xmlns:letterboxd='https://x'><channel>"
             "<item><letterboxd:filmTitle>Heat &amp; Dust</letterboxd:filmTitle>"
             "<description><![CDATA[<p>1 < 2</p>]]></description></item></channel></rss>");

    (void)state;
    check_text(html, "//item/*[local-name()='filmTitle']", "Heat & Dust");
    check_text(html, "//item/description", "<p>1 < 2</p>");
}

static void a_feed_that_is_cut_or_no_xml_is_an_error_with_its_line(void **state)
{
    static const char *const bad[] = {"", "<rss><channel>\n<item>", "<html><br></html>",
                                      "{\"a\": 1}", "<a>&nbsp;</a>"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct html *html = NULL;
        struct error error = {0};
        assert_int_equal(html_parse_xml(bad[i], strlen(bad[i]), &html, &error), ERROR_FORMAT);
        assert_null(html);
        assert_non_null(strstr(error.message, "line "));
        assert_null(strchr(error.message, '\n'));
    }
}

static void entities_of_a_feed_are_neither_expanded_nor_fetched(void **state)
{
    static const char *const hostile[] = {
        "<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><r>&x;</r>",
        "<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><r>&b;</r>",
        "<!DOCTYPE r [<!ENTITY % p SYSTEM 'file:///etc/hostname'> %p;]><r/>",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hostile); i++) {
        AUTO_HTML struct html *html = NULL;
        if (html_parse_xml(hostile[i], strlen(hostile[i]), &html, NULL) == ERROR_NONE)
            check_text(html, "string(/r)", NULL);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_html_is_read_as_a_browser_would),
        cmocka_unit_test(questions_start_at_the_node_that_is_given),
        cmocka_unit_test(what_is_absent_is_null_and_never_an_error),
        cmocka_unit_test(text_is_folded_trimmed_and_its_entities_resolved),
        cmocka_unit_test(bytes_that_are_no_utf8_are_repaired),
        cmocka_unit_test(an_empty_page_is_a_page_or_an_error_but_no_crash),
        cmocka_unit_test(a_deep_page_is_read_to_its_end),
        cmocka_unit_test(an_absurdly_deep_page_is_refused_and_never_cut),
        cmocka_unit_test(a_feed_is_asked_by_local_names),
        cmocka_unit_test(a_feed_that_is_cut_or_no_xml_is_an_error_with_its_line),
        cmocka_unit_test(entities_of_a_feed_are_neither_expanded_nor_fetched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

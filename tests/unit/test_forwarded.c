#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/forwarded.h"

/* What a request from `peer` with these headers comes to, proxies at 10.0.0.0/8 being trusted. */
static const struct forwarded_case {
    const char *name, *peer;
    struct web_pair headers[4];
    const char *client, *proto, *host, *prefix;
} cases[] = {
    {"a stranger is not believed",
     "192.0.2.9",
     {{"X-Forwarded-For", "1.1.1.1"},
      {"X-Forwarded-Proto", "https"},
      {"X-Forwarded-Host", "a"},
      {"X-Forwarded-Prefix", "/p"}},
     "192.0.2.9",
     NULL,
     NULL,
     NULL},
    {"nothing said", "10.0.0.1", {{"Host", "x"}}, "10.0.0.1", NULL, NULL, NULL},
    {"one proxy",
     "10.0.0.1",
     {{"X-Forwarded-For", "192.0.2.7"},
      {"X-Forwarded-Proto", "https"},
      {"X-Forwarded-Host", "lists.example:8443"},
      {"X-Forwarded-Prefix", "/listsync/"}},
     "192.0.2.7",
     "https",
     "lists.example:8443",
     "/listsync"},
    {"what the client wrote itself stands left",
     "10.0.0.1",
     {{"X-Forwarded-For", "127.0.0.1, 10.0.0.5, 192.0.2.7"}},
     "192.0.2.7",
     NULL,
     NULL,
     NULL},
    {"two proxies",
     "10.0.0.1",
     {{"X-Forwarded-For", "192.0.2.7, 10.0.0.2"}, {"X-Forwarded-Proto", "https, http"}},
     "192.0.2.7",
     "https",
     NULL,
     NULL},
    {"two headers are one list",
     "10.0.0.1",
     {{"X-Forwarded-For", "1.1.1.1, 192.0.2.7"}, {"x-forwarded-for", "10.0.0.2"}},
     "192.0.2.7",
     NULL,
     NULL,
     NULL},
    {"all are trusted",
     "10.0.0.1",
     {{"X-Forwarded-For", "10.0.0.3,10.0.0.2"}},
     "10.0.0.3",
     NULL,
     NULL,
     NULL},
    {"ports and brackets",
     "10.0.0.1",
     {{"X-Forwarded-For", "[2001:db8::1]:443, 10.0.0.2:80"}},
     "2001:db8::1",
     NULL,
     NULL,
     NULL},
    {"no address: nobody knows",
     "10.0.0.1",
     {{"X-Forwarded-For", "1.1.1.1, unknown"}},
     "::",
     NULL,
     NULL,
     NULL},
    {"nonsense is not said",
     "10.0.0.1",
     {{"X-Forwarded-Proto", "gopher"}, {"X-Forwarded-Host", "a b"}, {"X-Forwarded-Prefix", "a/b"}},
     "10.0.0.1",
     NULL,
     NULL,
     NULL},
    {"no prefix that leads elsewhere",
     "10.0.0.1",
     {{"X-Forwarded-Prefix", "//evil.example"}},
     "10.0.0.1",
     NULL,
     NULL,
     NULL},
    {"no prefix with dots or quotes",
     "10.0.0.1",
     {{"X-Forwarded-Prefix", "/a/../\"b"}},
     "10.0.0.1",
     NULL,
     NULL,
     NULL},
    {"web sockets", "10.0.0.1", {{"X-Forwarded-Proto", "wss"}}, "10.0.0.1", "https", NULL, NULL},
    {"the standard's header",
     "10.0.0.1",
     {{"Forwarded", "for=1.1.1.1, For=\"[2001:db8::2]:99\";PROTO=https; host=\"a.example\""}},
     "2001:db8::2",
     "https",
     "a.example",
     NULL},
    {"the standard's header, two proxies",
     "10.0.0.1",
     {{"Forwarded", "for=192.0.2.7;proto=https;host=a"}, {"Forwarded", "for=10.0.0.2;proto=http"}},
     "192.0.2.7",
     "https",
     "a",
     NULL},
    {"the standard's header, hidden",
     "10.0.0.1",
     {{"Forwarded", "for=_hidden;proto=http"}},
     "::",
     "http",
     NULL,
     NULL},
    {"the standard's header, nobody named",
     "10.0.0.1",
     {{"Forwarded", "proto=https;by=10.0.0.1"}},
     "::",
     "https",
     NULL,
     NULL},
    {"a client's Forwarded beside the proxy's own header",
     "10.0.0.1",
     {{"Forwarded", "for=127.0.0.1;proto=https"}, {"X-Forwarded-For", "192.0.2.7"}},
     "192.0.2.7",
     NULL,
     NULL,
     NULL},
    {"commas in quotes",
     "10.0.0.1",
     {{"Forwarded", "for=\"a,b\\\"\";host=\"x\", for=192.0.2.7"}},
     "192.0.2.7",
     NULL,
     NULL,
     NULL},
};

static void assert_text(const char *name, const char *text, const char *wanted)
{
    if ((text != NULL) != (wanted != NULL) || (text && strcmp(text, wanted) != 0))
        fail_msg("%s: %s, not %s", name, text ? text : "nothing", wanted ? wanted : "nothing");
}

static void test_the_client_is_whom_trusted_proxies_name(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct address_ranges trusted = {0};

    assert_int_equal(address_ranges_parse("10.0.0.0/8", &trusted, NULL), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct forwarded_case copy = cases[i];
        struct web_pairs headers = {.items = copy.headers};
        struct address peer;
        struct forwarded told;
        char client[ADDRESS_TEXT_SIZE];

        while (headers.count < ARRAY_LENGTH(copy.headers) && copy.headers[headers.count].name)
            headers.count++;
        assert_true(address_parse(copy.peer, &peer));
        forwarded_read(&headers, &peer, &trusted, arena, &told);
        address_format(&told.client, client);
        assert_text(copy.name, client, copy.client);
        assert_text(copy.name, told.proto, copy.proto);
        assert_text(copy.name, told.host, copy.host);
        assert_text(copy.name, told.prefix, copy.prefix);
    }
    address_ranges_release(&trusted);
}

static void test_nobody_is_trusted_without_a_setting(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct web_pair header = {"X-Forwarded-For", "192.0.2.7"};
    struct web_pairs headers = {&header, 1};
    struct address peer;
    struct forwarded told;

    assert_true(address_parse("127.0.0.1", &peer));
    forwarded_read(&headers, &peer, NULL, arena, &told);
    assert_true(address_is_loopback(&told.client));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_client_is_whom_trusted_proxies_name),
        cmocka_unit_test(test_nobody_is_trusted_without_a_setting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

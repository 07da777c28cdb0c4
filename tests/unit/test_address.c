#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "base/address.h"
#include "base/memory.h"

static struct address address_of(const char *text)
{
    struct address address;

    assert_true(address_parse(text, &address));
    return address;
}

static void an_address_is_read_and_written(void **state)
{
    static const char *const forms[][2] = {
        {"192.168.1.2", "192.168.1.2"},
        {"fe80::1", "fe80::1"},
        {"[::1]", "::1"},
        {"::1%lo", "::1"},
        {"[fe80::1%eth0]", "fe80::1"},
        {"::ffff:127.0.0.1", "127.0.0.1"},
        {"2001:DB8::0:1", "2001:db8::1"},
        {"::", "::"},
    };
    char text[ADDRESS_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        struct address address = address_of(forms[i][0]);
        address_format(&address, text);
        assert_string_equal(text, forms[i][1]);
    }
}

static void what_is_no_address_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "1.2.3.4.5",
        "1.2.3.04",
        " ::1",
        "[127.0.0.1]",
        "[::1",
        "::1]",
        "1.2.3.4%lo",
        "[]",
        "%",
        "12345::1",
        "1.2.3.4/8",
        "::g",
        "256.1.1.1",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0001",
    };
    struct address address;

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++)
        if (address_parse(texts[i], &address))
            fail_msg("\"%s\" was taken for an address", texts[i]);
}

static void a_socket_has_its_address(void **state)
{
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7F000001)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_un other = {.sun_family = AF_UNIX};
    struct address address;
    char text[ADDRESS_TEXT_SIZE];

    (void)state;
    assert_true(address_of_socket((const struct sockaddr *)&four, &address));
    address_format(&address, text);
    assert_string_equal(text, "127.0.0.1");
    assert_true(address_of_socket((const struct sockaddr *)&six, &address));
    address_format(&address, text);
    assert_string_equal(text, "::1");
    assert_false(address_of_socket((const struct sockaddr *)&other, &address));
}

static void ranges_hold_what_they_name(void **state)
{
    static const struct {
        const char *ranges, *address;
        bool holds;
    } cases[] = {
        {"", "127.0.0.1", false},
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.1.2.3/8", "10.9.9.9", true},
        {"192.168.1.0/25", "192.168.1.127", true},
        {"192.168.1.0/25", "192.168.1.128", false},
        {"192.168.1.5", "192.168.1.5", true},
        {"192.168.1.5", "192.168.1.4", false},
        {"0.0.0.0/0", "8.8.8.8", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "8.8.8.8", false},
        {"::ffff:10.0.0.0/104", "10.1.1.1", true},
        {" 10.0.0.0/8 , ::1 ,", "::1", true},
        {"[fe80::]/10", "febf::1", true},
        {"[fe80::]/10", "fec0::1", false},
        {"loopback", "127.8.8.8", true},
        {"Loopback", "::1", true},
        {"loopback", "10.0.0.1", false},
        {"private", "172.31.0.1", true},
        {"private", "172.32.0.1", false},
        {"private", "fd00::1", true},
        {"private", "169.254.169.254", false},
        {"link-local", "169.254.169.254", true},
        {"link-local, loopback", "127.0.0.1", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct address_ranges ranges = {0};
        struct address address = address_of(cases[i].address);
        assert_int_equal(address_ranges_parse(cases[i].ranges, &ranges, NULL), ERROR_NONE);
        if (address_ranges_hold(&ranges, &address) != cases[i].holds)
            fail_msg("\"%s\" and %s", cases[i].ranges, cases[i].address);
        address_ranges_release(&ranges);
    }
}

static void a_bad_range_is_named(void **state)
{
    static const char *const texts[] = {"10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/-1",
                                        "10.0.0.0/8x", "intern",  "10.0.0/8",  "/8"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        AUTO_FREE char *list = memory_print("::1, %s, 10.0.0.0/8", texts[i]);
        AUTO_FREE char *begin = memory_print("\"%s\" is no range of addresses", texts[i]);
        struct address_ranges ranges = {0};
        struct error error = {0};
        assert_int_equal(address_ranges_parse(list, &ranges, &error), ERROR_USAGE);
        assert_memory_equal(error.message, begin, strlen(begin));
        assert_null(ranges.items);
    }
}

enum { PUBLIC, LOOPBACK, PRIVATE, LINK_LOCAL, OTHER };

static const struct {
    const char *text;
    int kind;
} kinds[] = {
    {"8.8.8.8", PUBLIC},
    {"1.1.1.1", PUBLIC},
    {"172.15.255.255", PUBLIC},
    {"100.128.0.1", PUBLIC},
    {"223.255.255.255", PUBLIC},
    {"2606:4700::1111", PUBLIC},
    {"2a00:1450:4001::1", PUBLIC},
    {"64:ff9b::8.8.8.8", PUBLIC},
    {"2002:808:808::1", PUBLIC},
    {"::ffff:8.8.8.8", PUBLIC},
    {"127.0.0.1", LOOPBACK},
    {"127.255.255.254", LOOPBACK},
    {"::1", LOOPBACK},
    {"::ffff:127.0.0.1", LOOPBACK},
    {"10.0.0.1", PRIVATE},
    {"172.16.0.1", PRIVATE},
    {"192.168.255.255", PRIVATE},
    {"100.64.0.1", PRIVATE},
    {"fc00::1", PRIVATE},
    {"fdff::1", PRIVATE},
    {"169.254.169.254", LINK_LOCAL},
    {"fe80::1", LINK_LOCAL},
    {"febf::1", LINK_LOCAL},
    {"::ffff:169.254.169.254", LINK_LOCAL},
    {"0.0.0.0", OTHER},
    {"::", OTHER},
    {"224.0.0.1", OTHER},
    {"255.255.255.255", OTHER},
    {"240.0.0.1", OTHER},
    {"192.0.2.1", OTHER},
    {"198.51.100.7", OTHER},
    {"203.0.113.9", OTHER},
    {"198.19.0.1", OTHER},
    {"ff02::1", OTHER},
    {"2001:db8::1", OTHER},
    {"2001::1", OTHER},
    {"3fff::1", OTHER},
    {"fec0::1", OTHER},
    {"::127.0.0.1", OTHER},
    {"64:ff9b::127.0.0.1", OTHER},
    {"64:ff9b::10.0.0.1", OTHER},
    {"64:ff9b:1::1", OTHER},
    {"2002:7f00:1::1", OTHER},
    {"2002:c0a8:101::1", OTHER},
    {"2002:a9fe:a9fe::1", OTHER},
};

static void each_address_is_of_its_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        struct address address = address_of(kinds[i].text);
        if (address_is_public(&address) != (kinds[i].kind == PUBLIC) ||
            address_is_loopback(&address) != (kinds[i].kind == LOOPBACK) ||
            address_is_private(&address) != (kinds[i].kind == PRIVATE) ||
            address_is_link_local(&address) != (kinds[i].kind == LINK_LOCAL))
            fail_msg("%s is taken for another kind", kinds[i].text);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_and_written),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_socket_has_its_address),
        cmocka_unit_test(ranges_hold_what_they_name),
        cmocka_unit_test(a_bad_range_is_named),
        cmocka_unit_test(each_address_is_of_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

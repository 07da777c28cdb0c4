#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "base/text.h"

enum { IPV4_OFFSET = 12, IPV4_BITS = 96, ALL_BITS = 128 };

enum kind { KIND_LOOPBACK = 1, KIND_PRIVATE = 2, KIND_LINK_LOCAL = 4, KIND_OTHER = 8 };

/* What is not for everybody, as IANA's registries of special-purpose addresses have it. */
static const struct special {
    const char *first;
    int bits;
    enum kind kind;
} specials[] = {
    {"127.0.0.0", 8, KIND_LOOPBACK},   {"::1", 128, KIND_LOOPBACK},
    {"10.0.0.0", 8, KIND_PRIVATE},     {"172.16.0.0", 12, KIND_PRIVATE},
    {"192.168.0.0", 16, KIND_PRIVATE}, {"100.64.0.0", 10, KIND_PRIVATE},
    {"fc00::", 7, KIND_PRIVATE},       {"169.254.0.0", 16, KIND_LINK_LOCAL},
    {"fe80::", 10, KIND_LINK_LOCAL},   {"0.0.0.0", 8, KIND_OTHER}, /* this host, this network */
    {"192.0.0.0", 24, KIND_OTHER},                                 /* protocol assignments */
    {"192.0.2.0", 24, KIND_OTHER}, /* documentation, and so the next two */
    {"198.51.100.0", 24, KIND_OTHER},  {"203.0.113.0", 24, KIND_OTHER},
    {"192.88.99.0", 24, KIND_OTHER}, /* relays of 6to4, given up */
    {"198.18.0.0", 15, KIND_OTHER},  /* benchmarking */
    {"224.0.0.0", 4, KIND_OTHER},    /* multicast */
    {"240.0.0.0", 4, KIND_OTHER},    /* reserved, and broadcast */
    {"2001::", 23, KIND_OTHER},      /* protocol assignments, Teredo, benchmarking */
    {"2001:db8::", 32, KIND_OTHER},  /* documentation */
    {"3fff::", 20, KIND_OTHER},      /* documentation */
};

/* The only part of IPv6 that is given out to the public. */
static const struct special global_unicast = {"2000::", 3, KIND_OTHER};

/* IPv6 addresses that lead to the IPv4 address inside them. */
static const struct {
    struct special range;
    int offset; /* of the IPv4 address */
} carriers[] = {
    {{"64:ff9b::", 96, KIND_OTHER}, 12}, /* NAT64 */
    {{"2002::", 16, KIND_OTHER}, 2},     /* 6to4 */
};

/* The words that a setting may use. */
static const struct {
    const char *word;
    enum kind kind;
} words[] = {
    {"loopback", KIND_LOOPBACK},
    {"private", KIND_PRIVATE},
    {"link-local", KIND_LINK_LOCAL},
};

static void set_ipv4(struct address *address, const void *bytes)
{
    *address = (struct address){.bytes = {[10] = 0xFF, [11] = 0xFF}};
    memcpy(address->bytes + IPV4_OFFSET, bytes, 4);
}

static bool is_ipv4(const struct address *address)
{
    static const uint8_t mapped[IPV4_OFFSET] = {[10] = 0xFF, [11] = 0xFF};

    return memcmp(address->bytes, mapped, sizeof(mapped)) == 0;
}

/* Takes the brackets of a URL and the interface ("%lo") away; false when it is too long. */
static bool strip(const char *text, char plain[ADDRESS_TEXT_SIZE])
{
    size_t length = strlen(text);
    bool has_brackets = length >= 2 && text[0] == '[' && text[length - 1] == ']';

    text += has_brackets;
    length -= has_brackets ? 2 : 0;
    const char *interface = memchr(text, '%', length);
    if (interface && memchr(text, ':', length))
        length = (size_t)(interface - text);
    if (length >= ADDRESS_TEXT_SIZE || (has_brackets && !memchr(text, ':', length)))
        return false;
    memcpy(plain, text, length);
    plain[length] = '\0';
    return true;
}

bool address_parse(const char *text, struct address *ret)
{
    char plain[ADDRESS_TEXT_SIZE];
    struct in_addr four;
    struct in6_addr six;

    if (!strip(text, plain))
        return false;
    if (inet_pton(AF_INET, plain, &four) == 1) {
        set_ipv4(ret, &four);
        return true;
    }
    if (inet_pton(AF_INET6, plain, &six) != 1)
        return false;
    memcpy(ret->bytes, &six, sizeof(ret->bytes));
    return true;
}

bool address_of_socket(const struct sockaddr *socket, struct address *ret)
{
    struct sockaddr_in four;
    struct sockaddr_in6 six;

    switch (socket->sa_family) {
    case AF_INET:
        memcpy(&four, socket, sizeof(four));
        set_ipv4(ret, &four.sin_addr);
        return true;
    case AF_INET6:
        memcpy(&six, socket, sizeof(six));
        memcpy(ret->bytes, &six.sin6_addr, sizeof(ret->bytes));
        return true;
    default:
        return false;
    }
}

void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE])
{
    if (is_ipv4(address))
        inet_ntop(AF_INET, address->bytes + IPV4_OFFSET, text, ADDRESS_TEXT_SIZE);
    else
        inet_ntop(AF_INET6, address->bytes, text, ADDRESS_TEXT_SIZE);
}

static bool range_holds(const struct address_range *range, const struct address *address)
{
    size_t whole = (size_t)range->bits / 8;
    int rest = range->bits % 8;

    /* "::/0" is said of IPv6: IPv4 is inside of it only by the way in which we hold it. */
    if (range->bits < IPV4_BITS && is_ipv4(address))
        return false;
    if (memcmp(range->first.bytes, address->bytes, whole) != 0)
        return false;
    return !rest || ((range->first.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

static struct address_range range_of(const struct special *special)
{
    struct address_range range = {.bits = special->bits};

    address_parse(special->first, &range.first);
    range.bits += is_ipv4(&range.first) ? IPV4_BITS : 0;
    return range;
}

static bool special_holds(const struct special *special, const struct address *address)
{
    struct address_range range = range_of(special);

    return range_holds(&range, address);
}

static bool is_of_kind(const struct address *address, unsigned kinds)
{
    for (size_t i = 0; i < ARRAY_LENGTH(specials); i++)
        if ((specials[i].kind & kinds) && special_holds(&specials[i], address))
            return true;
    return false;
}

bool address_is_loopback(const struct address *address)
{
    return is_of_kind(address, KIND_LOOPBACK);
}

bool address_is_private(const struct address *address)
{
    return is_of_kind(address, KIND_PRIVATE);
}

bool address_is_link_local(const struct address *address)
{
    return is_of_kind(address, KIND_LINK_LOCAL);
}

static bool is_public_ipv4(const void *bytes)
{
    struct address address;

    set_ipv4(&address, bytes);
    return !is_of_kind(&address, ~0u);
}

bool address_is_public(const struct address *address)
{
    if (is_ipv4(address))
        return is_public_ipv4(address->bytes + IPV4_OFFSET);
    for (size_t i = 0; i < ARRAY_LENGTH(carriers); i++)
        if (special_holds(&carriers[i].range, address))
            return is_public_ipv4(address->bytes + carriers[i].offset);
    return special_holds(&global_unicast, address) && !is_of_kind(address, ~0u);
}

/* A vector under construction. */
struct ranges_builder {
    struct address_ranges ranges;
    size_t capacity;
};

static void add(struct ranges_builder *builder, struct address_range range)
{
    struct address_ranges *ranges = &builder->ranges;

    memory_grow(&ranges->items, ranges->count, &builder->capacity);
    ranges->items[ranges->count++] = range;
}

static bool add_word(struct ranges_builder *builder, const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (!text_equal_ignoring_case(text, words[i].word))
            continue;
        for (size_t k = 0; k < ARRAY_LENGTH(specials); k++)
            if (specials[k].kind == words[i].kind)
                add(builder, range_of(&specials[k]));
        return true;
    }
    return false;
}

/* "10.0.0.0/8" or one address; bits behind the slash count from the start as it is written. */
static bool add_range(struct ranges_builder *builder, char *text)
{
    struct address_range range = {.bits = ALL_BITS};
    char *slash = strchr(text, '/');
    int64_t bits = 0;

    if (slash)
        *slash = '\0';
    bool is_one = address_parse(text, &range.first);
    int before = strchr(text, ':') ? 0 : IPV4_BITS;
    if (slash)
        *slash = '/';
    if (!is_one || (slash && !text_to_integer(slash + 1, 0, ALL_BITS - before, &bits)))
        return false;
    if (slash)
        range.bits = before + (int)bits;
    add(builder, range);
    return true;
}

enum error_code address_ranges_parse(const char *text, struct address_ranges *ret,
                                     struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    struct ranges_builder builder = {0};
    char *rest = copy, *part = NULL;

    while ((part = strsep(&rest, ","))) {
        part = text_trim(part);
        if (!*part || add_word(&builder, part) || add_range(&builder, part))
            continue;
        address_ranges_release(&builder.ranges);
        return error_set(error, ERROR_USAGE,
                         "\"%.100s\" is no range of addresses; it must be an address, a range like "
                         "192.168.0.0/16, or loopback, private or link-local",
                         part);
    }
    *ret = builder.ranges;
    return ERROR_NONE;
}

void address_ranges_release(struct address_ranges *ranges)
{
    free(ranges->items);
    *ranges = (struct address_ranges){0};
}

bool address_ranges_hold(const struct address_ranges *ranges, const struct address *address)
{
    for (size_t i = 0; i < ranges->count; i++)
        if (range_holds(&ranges->items[i], address))
            return true;
    return false;
}

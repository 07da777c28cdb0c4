/*
 * address.h: IP addresses and ranges of them, as values. Pure; any thread.
 *
 * IPv4 is held as IPv4-mapped IPv6, so that 127.0.0.1 and ::ffff:127.0.0.1 are the same address.
 */
#ifndef LISTSYNC_BASE_ADDRESS_H
#define LISTSYNC_BASE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct sockaddr;

struct address {
    uint8_t bytes[16];
};

struct address_range {
    struct address first;
    int bits; /* of the 128 that must be equal */
};

/* Ranges as a setting names them; all zero is the empty list. */
struct address_ranges {
    struct address_range *items;
    size_t count;
};

enum { ADDRESS_TEXT_SIZE = 48 };

/* "192.168.1.2", "fe80::1", "[::1]", "::1%lo"; false for anything else (names included). */
bool address_parse(const char *text, struct address *ret);
/* false for families other than IPv4 and IPv6 (a UNIX socket has none). */
bool address_of_socket(const struct sockaddr *socket, struct address *ret);
void address_format(const struct address *address, char text[ADDRESS_TEXT_SIZE]);

/*
 * "10.0.0.0/8, ::1, loopback, private, link-local": comma separated; the three words stand for the
 * ranges below. ERROR_USAGE names the part that is none.
 */
enum error_code address_ranges_parse(const char *text, struct address_ranges *ret,
                                     struct error *error);
void address_ranges_release(struct address_ranges *ranges);
bool address_ranges_hold(const struct address_ranges *ranges, const struct address *address);

bool address_is_loopback(const struct address *address);
/* 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7. */
bool address_is_private(const struct address *address);
/* 169.254/16, fe80::/10: where clouds keep their metadata. */
bool address_is_link_local(const struct address *address);
/*
 * Reachable by everybody: none of the above, nor unspecified, multicast, broadcast, documentation,
 * benchmarking, reserved, nor IPv6 forms that carry a non-public IPv4 address (NAT64, 6to4).
 */
bool address_is_public(const struct address *address);

#endif

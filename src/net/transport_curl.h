/*
 * transport_curl.h: the real network, by one curl multi handle; and file: URLs from the disk.
 *
 * http and https only, and mail by SMTP; certificates always checked, every encoding that curl
 * knows, connections kept for the next request (none of mail). SSL_CERT_FILE in the environment
 * names a PEM file of authorities to trust instead of the system's one; its proxies (http_proxy,
 * no_proxy ...) are asked for other machines alone. Redirects are not followed here (net/client
 * does, with its rules).
 *
 * A request with a guard is connected only where the guard allows (net/client.h): curl asks for
 * each socket, when it knows the address that it is for.
 *
 * Sent once means sent once. curl on its own sends a request again when a kept connection turns
 * out dead before the first byte of an answer, and then nobody knows whether the first one was
 * carried out. That is welcome for a request that is `repeatable`. Any other one
 *   - takes a kept connection only if it was used less than 4 s ago: Seerr closes after 5 s, and
 *     one that the other side has closed already is noticed and not taken;
 *   - is refused its second sending, by a callback that curl asks before each, and ends with
 *     ERROR_UNREACHABLE instead.
 * A new connection for each would be safe too, but costs a TLS handshake per request.
 */
#ifndef LISTSYNC_NET_TRANSPORT_CURL_H
#define LISTSYNC_NET_TRANSPORT_CURL_H

#include "net/transport.h"

/* `connect_timeout_ms` 0: 10 s. */
struct transport *transport_curl_new(int connect_timeout_ms);

/* libcurl's and those of what it uses: "libcurl/7.88.1 OpenSSL/3.0.11 ..." */
const char *transport_curl_library_version(void);

#endif

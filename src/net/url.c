#include "net/url.h"

#include <ctype.h>
#include <curl/curl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/memory.h"
#include "base/text.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static void release_handle(CURLU **handle)
{
    curl_url_cleanup(*handle);
}

static void release_part(char **part)
{
    curl_free(*part);
}

#define AUTO_HANDLE __attribute__((cleanup(release_handle)))
#define AUTO_PART   __attribute__((cleanup(release_part)))

static bool is_one_of_ours(CURLU *handle)
{
    AUTO_PART char *scheme = NULL;

    return curl_url_get(handle, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
           (text_equal(scheme, "http") || text_equal(scheme, "https"));
}

static bool has_scheme(const char *text)
{
    size_t letters = strspn(text, LETTERS);

    return letters && text_starts_with(text + letters, "://");
}

/* Reads an http or https URL; a handle to clean up, or NULL with `*why` saying what is wrong. */
static CURLU *take_apart(const char *text, const char **why)
{
    AUTO_HANDLE CURLU *handle = curl_url();
    AUTO_FREE char *copy = memory_text(text);
    char *trimmed = text_trim(copy);
    AUTO_FREE char *whole = memory_print("%s%s", has_scheme(trimmed) ? "" : "https://", trimmed);
    CURLUcode rc =
        curl_url_set(handle, CURLUPART_URL, whole, CURLU_URLENCODE | CURLU_DISALLOW_USER);

    *why = rc == CURLUE_USER_NOT_ALLOWED  ? "a user name or password in it is not supported"
           : rc == CURLUE_BAD_PORT_NUMBER ? "its port must be a number from 1 to 65535"
                                          : "it cannot be read";
    if (rc)
        return NULL;
    *why = "it is neither http nor https";
    return is_one_of_ours(handle) ? TAKE(handle) : NULL;
}

/* Copies one part; a missing one is "". False when it is longer than `size`. */
static bool copy_part(CURLU *handle, CURLUPart part, char *target, size_t size)
{
    AUTO_PART char *value = NULL;

    target[0] = '\0';
    if (curl_url_get(handle, part, &value, 0) != CURLUE_OK)
        return true;
    text_copy(target, size, value);
    return strlen(value) < size;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

static int port_of(CURLU *handle, unsigned flags)
{
    AUTO_PART char *value = NULL;
    int64_t port = 0;

    if (curl_url_get(handle, CURLUPART_PORT, &value, flags) == CURLUE_OK)
        text_to_integer(value, 0, 65535, &port);
    return (int)port;
}

/* What stands before an @ may be a password: such a text is not repeated. */
static enum error_code refuse(const char *text, const char *why, struct error *error)
{
    if (strchr(text, '@'))
        return error_set(error, ERROR_USAGE, "that is no web address: %s", why);
    return error_set(error, ERROR_USAGE, "\"%.200s\" is no web address: %s", text, why);
}

enum error_code url_parse(const char *text, struct url *ret, struct error *error)
{
    const char *why = NULL;
    AUTO_HANDLE CURLU *handle = take_apart(text, &why);
    struct url url = {0};

    if (!handle)
        return refuse(text, why, error);
    if (!copy_part(handle, CURLUPART_SCHEME, url.scheme, sizeof(url.scheme)) ||
        !copy_part(handle, CURLUPART_HOST, url.host, sizeof(url.host)) ||
        !copy_part(handle, CURLUPART_PATH, url.path, sizeof(url.path)) ||
        !copy_part(handle, CURLUPART_QUERY, url.query, sizeof(url.query)))
        return refuse(text, "it is too long", error);
    lower(url.host);
    url.port = port_of(handle, CURLU_NO_DEFAULT_PORT);
    *ret = url;
    return ERROR_NONE;
}

bool url_host_of(const char *text, char host[URL_HOST_SIZE])
{
    const char *why = NULL;
    AUTO_HANDLE CURLU *handle = take_apart(text, &why);

    host[0] = '\0';
    if (!handle || !copy_part(handle, CURLUPART_HOST, host, URL_HOST_SIZE))
        return false;
    lower(host);
    return true;
}

bool url_is_mail(const char *text)
{
    return text_starts_with(text, "smtp://") || text_starts_with(text, "smtps://");
}

bool url_mail_host_of(const char *text, char host[URL_HOST_SIZE])
{
    host[0] = '\0';
    if (!url_is_mail(text))
        return false;
    AUTO_FREE char *as_web = memory_print("https%s", strchr(text, ':'));
    return url_host_of(as_web, host);
}

bool url_is_of_this_machine(const char *text)
{
    char host[URL_HOST_SIZE];
    struct address address;

    if (!url_host_of(text, host) && !url_mail_host_of(text, host))
        return false;
    return text_equal(host, "localhost") ||
           (address_parse(host, &address) && address_is_loopback(&address));
}

char *url_join(const char *base, const char *reference)
{
    AUTO_HANDLE CURLU *handle = curl_url();
    AUTO_PART char *joined = NULL;

    if (curl_url_set(handle, CURLUPART_URL, base, CURLU_URLENCODE) ||
        curl_url_set(handle, CURLUPART_URL, reference, CURLU_URLENCODE | CURLU_DISALLOW_USER) ||
        !is_one_of_ours(handle) || curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0) ||
        curl_url_get(handle, CURLUPART_URL, &joined, 0))
        return NULL;
    return memory_text(joined);
}

bool url_keeps_secrets(const char *from, const char *to)
{
    const char *why = NULL;
    AUTO_HANDLE CURLU *old = take_apart(from, &why);
    AUTO_HANDLE CURLU *new = take_apart(to, &why);
    char old_host[URL_HOST_SIZE], new_host[URL_HOST_SIZE], old_scheme[16], new_scheme[16];

    if (!old || !new || !copy_part(old, CURLUPART_HOST, old_host, sizeof(old_host)) ||
        !copy_part(new, CURLUPART_HOST, new_host, sizeof(new_host)) ||
        !copy_part(old, CURLUPART_SCHEME, old_scheme, sizeof(old_scheme)) ||
        !copy_part(new, CURLUPART_SCHEME, new_scheme, sizeof(new_scheme)) ||
        !text_equal_ignoring_case(old_host, new_host))
        return false;
    int old_port = port_of(old, CURLU_DEFAULT_PORT);
    int new_port = port_of(new, CURLU_DEFAULT_PORT);
    if (text_equal(old_scheme, new_scheme))
        return old_port == new_port;
    return text_equal(new_scheme, "https") && old_port == 80 && new_port == 443;
}

bool url_looks_like_one(const char *text)
{
    size_t host_length = strspn(text, LETTERS "0123456789.-");
    const char *dot = memrchr(text, '.', host_length);

    if (has_scheme(text))
        return true;
    if (!dot || dot == text || text[host_length] != '/')
        return false;
    size_t last_label = strspn(dot + 1, LETTERS); /* no top level domain has digits */
    return last_label >= 2 && dot + 1 + last_label == text + host_length;
}

/* Finds the n-th segment that is not empty; its length, 0 when there are fewer. */
static size_t find_segment(const char *path, size_t index, const char **ret)
{
    for (const char *at = path; *at;) {
        size_t length = strcspn(at, "/");
        if (length && index-- == 0) {
            *ret = at;
            return length;
        }
        at += length;
        at += *at == '/';
    }
    return 0;
}

static int hex_digit(char digit)
{
    if (isdigit((unsigned char)digit))
        return digit - '0';
    return isxdigit((unsigned char)digit) ? tolower((unsigned char)digit) - 'a' + 10 : -1;
}

/* Decodes %xx; "%00" and what is no pair of digits stay as they are. `to` holds length + 1. */
static void decode(const char *from, size_t length, char *to)
{
    for (size_t i = 0; i < length; i++) {
        int high = from[i] == '%' && i + 2 < length ? hex_digit(from[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(from[i + 2]) : -1;
        bool is_code = low >= 0 && high + low > 0;
        *to++ = is_code ? (char)(high * 16 + low) : from[i];
        i += is_code ? 2 : 0;
    }
    *to = '\0';
}

const char *url_segment(const struct url *url, size_t index, char *segment)
{
    const char *found = "";
    size_t length = find_segment(url->path, index, &found);

    decode(found, length, segment);
    return segment;
}

size_t url_segment_count(const struct url *url)
{
    const char *ignored = NULL;
    size_t count = 0;

    while (find_segment(url->path, count, &ignored))
        count++;
    return count;
}

bool url_host_is(const struct url *url, const char *domain)
{
    size_t host_length = strlen(url->host);
    size_t length = strlen(domain);

    return text_equal_ignoring_case(url->host, domain) ||
           (host_length > length && url->host[host_length - length - 1] == '.' &&
            text_equal_ignoring_case(url->host + host_length - length, domain));
}

void url_encode(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~", byte)))
            buffer_byte(out, *text);
        else
            buffer_print(out, "%%%02X", byte);
    }
}

#include "net/http_message.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* Seconds stay numbers as milliseconds, too. */
#define HEADER_NUMBER_MOST (INT64_MAX / 1000 < LONG_MAX ? INT64_MAX / 1000 : LONG_MAX)

const char *http_method_word(enum http_method method)
{
    static const char *const words[] = {
        [HTTP_GET] = "GET", [HTTP_POST] = "POST", [HTTP_DELETE] = "DELETE"};

    return words[method];
}

/* A line break in a value would begin a header of its own, so the value ends there. */
static char *one_line(const char *text)
{
    return memory_text_n(text, strcspn(text, "\r\n"));
}

void http_headers_add(struct http_headers *headers, const char *name, const char *value,
                      bool is_secret)
{
    memory_grow(&headers->items, headers->count, &headers->capacity);
    headers->items[headers->count++] =
        (struct http_header){one_line(name), one_line(value), is_secret};
}

static void release_header(struct http_header *header)
{
    if (header->is_secret)
        explicit_bzero(header->value, strlen(header->value));
    free(header->name);
    free(header->value);
}

void http_headers_release(struct http_headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        release_header(&headers->items[i]);
    free(headers->items);
    *headers = (struct http_headers){0};
}

void http_headers_drop_secrets(struct http_headers *headers)
{
    size_t kept = 0;

    for (size_t i = 0; i < headers->count; i++)
        if (headers->items[i].is_secret)
            release_header(&headers->items[i]);
        else
            headers->items[kept++] = headers->items[i];
    headers->count = kept;
}

const char *http_headers_find(const struct http_headers *headers, const char *name)
{
    for (size_t i = headers->count; i > 0; i--)
        if (text_equal_ignoring_case(headers->items[i - 1].name, name))
            return headers->items[i - 1].value;
    return NULL;
}

void http_request_init(struct http_request *request)
{
    *request = (struct http_request){.body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT)};
}

void http_request_release(struct http_request *request)
{
    if (request->secret_url && request->url)
        explicit_bzero(request->url, strlen(request->url));
    free(request->url);
    http_headers_release(&request->headers);
    buffer_release(&request->body);
    redaction_free(request->hidden);
    http_request_init(request);
}

__attribute__((format(printf, 3, 0))) static void set_url(struct http_request *request,
                                                          enum http_method method,
                                                          const char *format, va_list arguments)
{
    char *url = memory_print_list(format, arguments);

    free(request->url);
    request->url = url;
    request->method = method;
    request->repeatable = method == HTTP_GET;
}

void http_request_get(struct http_request *request, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_url(request, HTTP_GET, format, arguments);
    va_end(arguments);
}

void http_request_post(struct http_request *request, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_url(request, HTTP_POST, format, arguments);
    va_end(arguments);
}

void http_request_delete(struct http_request *request, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_url(request, HTTP_DELETE, format, arguments);
    va_end(arguments);
}

void http_request_header(struct http_request *request, const char *name, const char *value)
{
    http_headers_add(&request->headers, name, value, false);
}

void http_request_secret_header(struct http_request *request, const char *name,
                                const struct secret *value)
{
    if (!secret_is_set(value))
        return;
    http_headers_add(&request->headers, name, secret_reveal(value), true);
    http_request_hide(request, secret_reveal(value));
}

/* Parts of many addresses, and of many answers. */
static const char *const plain_parts[] = {"webhook",      "webhooks",   "services", "triggers",
                                          "workflows",    "message",    "messages", "notify",
                                          "notification", "sendMessage"};

static struct redaction *hidden_of(struct http_request *request)
{
    if (request->hidden)
        return request->hidden;
    request->hidden = redaction_new();
    for (size_t i = 0; i < ARRAY_LENGTH(plain_parts); i++)
        redaction_keep(request->hidden, plain_parts[i]);
    return request->hidden;
}

/* Else a sentence that begins with "Bearer t" would look like the beginning of a token. */
static const char *behind_scheme(const char *secret)
{
    static const char *const schemes[] = {"Bearer ", "Basic ", "Token ", "ApiKey "};

    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++)
        if (text_starts_with_ignoring_case(secret, schemes[i]))
            return secret + strlen(schemes[i]);
    return secret;
}

void http_request_hide(struct http_request *request, const char *secret)
{
    redaction_hide(hidden_of(request), behind_scheme(secret));
}

void http_request_hide_address(struct http_request *request, const char *address)
{
    redaction_hide_address(hidden_of(request), address);
}

void http_response_init(struct http_response *response, size_t limit)
{
    *response = (struct http_response){.body = BUFFER_WITH_LIMIT(limit)};
}

void http_response_release(struct http_response *response)
{
    http_headers_release(&response->headers);
    buffer_release(&response->body);
    free(response->url);
    http_response_init(response, response->body.limit);
}

const char *http_response_header(const struct http_response *response, const char *name)
{
    return http_headers_find(&response->headers, name);
}

long http_response_header_number(const struct http_response *response, const char *name)
{
    int64_t number = 0;

    if (!text_to_integer(http_response_header(response, name), 0, HEADER_NUMBER_MOST, &number))
        return -1;
    return (long)number;
}

bool http_response_body_contains(const struct http_response *response, const char *text)
{
    return memmem(buffer_string(&response->body), response->body.length, text, strlen(text));
}

#include "web/message.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const method_words[] = {
    [WEB_GET] = "GET",     [WEB_HEAD] = "HEAD",     [WEB_POST] = "POST",       [WEB_PUT] = "PUT",
    [WEB_PATCH] = "PATCH", [WEB_DELETE] = "DELETE", [WEB_OPTIONS] = "OPTIONS",
};

const char *web_method_word(enum web_method method)
{
    return method_words[method];
}

bool web_method_from_word(const char *word, enum web_method *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(method_words); i++) {
        if (strcmp(method_words[i], word) != 0)
            continue;
        *ret = (enum web_method)i;
        return true;
    }
    return false;
}

const char *web_pairs_find(const struct web_pairs *pairs, const char *name)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].name, name) == 0)
            return pairs->items[i].value;
    return NULL;
}

static const char *find_header(const struct web_pair *headers, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (text_equal_ignoring_case(headers[i].name, name))
            return headers[i].value;
    return NULL;
}

const char *web_pairs_join(const struct web_pairs *headers, const char *name, struct arena *arena)
{
    const char *joined = NULL;

    for (size_t i = 0; i < headers->count; i++) {
        const struct web_pair *header = &headers->items[i];
        if (!text_equal_ignoring_case(header->name, name))
            continue;
        joined = joined ? arena_print(arena, "%s, %s", joined, header->value) : header->value;
    }
    return joined;
}

const char *web_request_header(const struct web_request *request, const char *name)
{
    return find_header(request->headers.items, request->headers.count, name);
}

void web_response_init(struct web_response *response, struct arena *arena)
{
    *response = (struct web_response){.arena = arena};
    buffer_init(&response->body, WEB_ANSWER_LIMIT);
}

void web_response_release(struct web_response *response)
{
    buffer_release(&response->body);
}

static bool holds_control(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

void web_response_header(struct web_response *response, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *value = memory_print_list(format, arguments);
    va_end(arguments);
    if (holds_control(value))
        return;
    CHECK(response->header_count < WEB_HEADERS_MOST);
    response->headers[response->header_count++] =
        (struct web_pair){.name = name, .value = arena_text(response->arena, value)};
}

const char *web_response_find(const struct web_response *response, const char *name)
{
    return find_header(response->headers, response->header_count, name);
}

void web_response_fail(struct web_response *response, int status, const char *code,
                       const char *sentence)
{
    buffer_clear(&response->body);
    struct json_writer json = json_writer_to(&response->body);
    json_begin_object(&json, NULL);
    json_put_text(&json, "detail", sentence);
    json_put_text(&json, "code", code);
    json_end_object(&json);
    response->status = status;
    response->content_type = "application/json";
    response->fixed = NULL;
    response->etag = NULL;
}

/* The next "name=value" of a Cookie header; moves `*text` behind it. */
static bool next_cookie(const char **text, const char **name, size_t *name_length,
                        const char **value, size_t *value_length)
{
    while (**text) {
        const char *start = *text + strspn(*text, " \t;");
        size_t length = strcspn(start, ";");
        const char *equals = memchr(start, '=', length);
        *text = start + length;
        while (length > 0 && (start[length - 1] == ' ' || start[length - 1] == '\t'))
            length--;
        if (!equals)
            continue;
        *name = start;
        *name_length = (size_t)(equals - start);
        *value = equals + 1;
        *value_length = length - *name_length - 1;
        return true;
    }
    return false;
}

static const char *find_cookie(struct arena *arena, const char *header, const char *wanted)
{
    const char *name, *value;
    size_t name_length, length;

    while (next_cookie(&header, &name, &name_length, &value, &length)) {
        if (name_length != strlen(wanted) || memcmp(name, wanted, name_length) != 0)
            continue;
        bool quoted = length >= 2 && value[0] == '"' && value[length - 1] == '"';
        return quoted ? arena_text_n(arena, value + 1, length - 2)
                      : arena_text_n(arena, value, length);
    }
    return NULL;
}

const char *web_request_cookie(const struct web_request *request, const char *name)
{
    const char *found = NULL;

    for (size_t i = 0; i < request->headers.count && !found; i++)
        if (text_equal_ignoring_case(request->headers.items[i].name, "Cookie"))
            found = find_cookie(request->arena, request->headers.items[i].value, name);
    return found;
}

static int hex_value(char digit)
{
    if (!isxdigit((unsigned char)digit))
        return -1;
    return isdigit((unsigned char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}

/* The byte that "%4a" stands for; -1 for anything else. */
static int escaped_byte(const char *text, size_t length)
{
    if (length < 3 || hex_value(text[1]) < 0 || hex_value(text[2]) < 0)
        return -1;
    return hex_value(text[1]) * 16 + hex_value(text[2]);
}

const char *web_decode(struct arena *arena, const char *text, size_t length, bool plus_is_blank)
{
    char *decoded = arena_take(arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char)text[i];
        if (byte == '+' && plus_is_blank)
            byte = ' ';
        if (byte == '%') {
            byte = escaped_byte(text + i, length - i);
            i += 2;
        }
        if (byte <= 0)
            return NULL;
        decoded[used++] = (char)byte;
    }
    return text_is_valid_utf8(decoded, used) ? decoded : NULL;
}

static bool parse_pair(struct arena *arena, const char *text, size_t length, struct web_pair *ret)
{
    const char *equals = memchr(text, '=', length);
    size_t name_length = equals ? (size_t)(equals - text) : length;

    ret->name = web_decode(arena, text, name_length, true);
    ret->value = equals ? web_decode(arena, equals + 1, length - name_length - 1, true) : "";
    return ret->name && ret->value;
}

bool web_query_parse(struct arena *arena, const char *text, struct web_pairs *ret)
{
    struct web_pairs pairs = {0};

    for (size_t length; *text; text += length) {
        text += strspn(text, "&");
        length = strcspn(text, "&");
        if (length == 0)
            continue;
        if (!pairs.items)
            pairs.items = arena_take(arena, WEB_HEADERS_MOST * sizeof(*pairs.items));
        if (pairs.count == WEB_HEADERS_MOST ||
            !parse_pair(arena, text, length, &pairs.items[pairs.count++]))
            return false;
    }
    *ret = pairs;
    return true;
}

/* Length of the entity tag that the text begins with, W/ and quotes included; 0: it is none. */
static size_t etag_length(const char *text)
{
    size_t start = strncmp(text, "W/", 2) == 0 ? 2 : 0;

    if (text[start] != '"')
        return 0;
    const char *end = strchr(text + start + 1, '"');
    return end ? (size_t)(end - text) + 1 : 0;
}

bool web_etag_is_listed(const char *list, const char *etag)
{
    const char *wanted = strncmp(etag, "W/", 2) == 0 ? etag + 2 : etag;

    list += strspn(list, " \t,");
    if (list[0] == '*')
        return true;
    for (size_t length; (length = etag_length(list)) > 0; list += strspn(list, " \t,")) {
        size_t weak = list[0] == 'W' ? 2 : 0;
        if (length - weak == strlen(wanted) && memcmp(list + weak, wanted, length - weak) == 0)
            return true;
        list += length;
    }
    return false;
}

#include "call.h"

#include "memory.h"
#include "text.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct call *call_new(struct sim *sim, const char *target)
{
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL)
        abort();
    call->sim = sim;
    call->target = sim_copy(target);
    call->path = sim_copy(target);
    char *mark = strchr(call->path, '?');
    call->query = sim_copy(mark != NULL ? mark + 1 : "");
    if (mark != NULL)
        *mark = '\0';
    return call;
}

void call_append(struct call *call, const char *data, size_t length)
{
    while (call->body_length + length + 1 > call->body_capacity)
        call->body = sim_grow(call->body, call->body_capacity, &call->body_capacity, 1);
    memcpy(call->body + call->body_length, data, length);
    call->body_length += length;
    call->body[call->body_length] = '\0';
}

void call_free(struct call *call)
{
    reply_clear(call);
    free(call->method);
    free(call->target);
    free(call->path);
    free(call->query);
    free(call->body);
    free(call);
}

const char *call_header(const struct call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

char *call_query(const struct call *call, const char *name)
{
    char *copy = sim_copy(call->query);
    char *rest = copy;
    char *found = NULL;
    while (found == NULL && rest != NULL) {
        char *value = strsep(&rest, "&");
        char *key = strsep(&value, "=");
        if (strcmp(key, name) == 0)
            found = sim_copy(value != NULL ? value : "");
    }
    free(copy);
    if (found != NULL)
        text_decode_percent(found);
    return found;
}

long call_query_number(const struct call *call, const char *name, long fallback)
{
    char *value = call_query(call, name);
    long number = value != NULL && value[0] != '\0' ? strtol(value, NULL, 10) : fallback;
    free(value);
    return number;
}

json_t *call_json(const struct call *call)
{
    if (call->body == NULL)
        return NULL;
    return json_loadb(call->body, call->body_length, 0, NULL);
}

int call_parameter_number(const struct call *call, size_t index)
{
    return atoi(call->parameters[index]);
}

void reply_owned(struct call *call, unsigned status, const char *content_type, char *body,
                 size_t length)
{
    free(call->reply.body);
    call->reply.status = status;
    call->reply.body = body;
    call->reply.length = length;
    if (content_type != NULL)
        reply_header(call, "Content-Type", "%s", content_type);
}

void reply_text(struct call *call, unsigned status, const char *content_type, const char *text)
{
    reply_owned(call, status, content_type, sim_copy(text), strlen(text));
}

void reply_json(struct call *call, unsigned status, json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
    json_decref(json);
    /* Only a caller's text that is not UTF-8 can make JSON that cannot be written. */
    if (text == NULL)
        text = sim_copy("{\"message\":\"malformed text\"}");
    reply_owned(call, status, "application/json; charset=utf-8", text, strlen(text));
}

void reply_empty(struct call *call, unsigned status)
{
    reply_owned(call, status, NULL, NULL, 0);
}

void reply_header(struct call *call, const char *name, const char *format, ...)
{
    if (call->reply.header_count == REPLY_HEADERS)
        return;
    struct reply_header *header = &call->reply.headers[call->reply.header_count++];
    va_list arguments;
    va_start(arguments, format);
    header->value = NULL;
    if (vasprintf(&header->value, format, arguments) < 0)
        abort();
    va_end(arguments);
    header->name = sim_copy(name);
}

void reply_clear(struct call *call)
{
    for (size_t i = 0; i < call->reply.header_count; i++) {
        free(call->reply.headers[i].name);
        free(call->reply.headers[i].value);
    }
    free(call->reply.body);
    call->reply = (struct reply){0};
}

/* FNV-1a, enough to tell bodies apart. */
static uint64_t body_hash(const char *body, size_t length)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)body[i]) * 1099511628211u;
    return hash;
}

void reply_add_etag(struct call *call)
{
    struct reply *reply = &call->reply;
    if (reply->status != 200 || reply->body == NULL)
        return;
    char tag[64];
    snprintf(tag, sizeof tag, "W/\"%zx-%016llx\"", reply->length,
             (unsigned long long)body_hash(reply->body, reply->length));
    const char *known = call_header(call, "If-None-Match");
    bool same = known != NULL && strcmp(known, tag) == 0;
    if (same) {
        reply_clear(call);
        reply_empty(call, 304);
    }
    reply_header(call, "ETag", "%s", tag);
}

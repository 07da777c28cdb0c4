/*
 * answer_of.h: an answer as a test writes it: status, kind of body, body.
 *
 *     AUTO_RESPONSE struct http_response response = answer_of(409, "{\"message\": \"...\"}");
 */
#ifndef TESTS_SUPPORT_ANSWER_OF_H
#define TESTS_SUPPORT_ANSWER_OF_H

#include "base/memory.h"
#include "net/http_message.h"

static inline struct http_response typed_answer_of(int status, const char *type, const char *body)
{
    struct http_response response;

    http_response_init(&response, BUFFER_LIMIT_MEDIA_PAGE);
    response.status = status;
    response.url = memory_text("http://seerr.test/api/v1/x");
    if (type)
        http_headers_add(&response.headers, "Content-Type", type, false);
    buffer_text(&response.body, body);
    return response;
}

static inline struct http_response answer_of(int status, const char *body)
{
    return typed_answer_of(status, "application/json; charset=utf-8", body);
}

#endif

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/compression.h"
#include "web/server_parts.h"

/* What goes out, once all is decided. */
struct body {
    const char *bytes;
    size_t length;
    struct buffer packed;
    enum compression compression;
};

static bool asks_for_body(const struct server_exchange *exchange)
{
    enum web_method method = exchange->request.method;

    return method == WEB_GET || method == WEB_HEAD;
}

static const char *asked(struct server_exchange *exchange, const char *name)
{
    return web_pairs_join(&exchange->request.headers, name, exchange->arena);
}

/* Whether another client could get the same body packed otherwise. */
static bool may_be_packed(const struct web_response *response)
{
    return !response->no_compression &&
           (response->packed || compression_suits(response->content_type)) &&
           !web_response_find(response, "Content-Encoding");
}

static enum compression choose(struct server_exchange *exchange, const struct body *body)
{
    const struct web_response *response = &exchange->response;

    if (!may_be_packed(response) || (!response->packed && body->length < COMPRESSION_LEAST))
        return COMPRESSION_NONE;
    enum compression best = compression_choose(asked(exchange, "Accept-Encoding"));
    return response->packed && !response->packed[best].bytes ? COMPRESSION_NONE : best;
}

static void take_packed(const struct web_bytes *packed, struct body *body,
                        enum compression compression)
{
    body->bytes = packed[compression].bytes;
    body->length = packed[compression].length;
    body->compression = compression;
}

/* Packing takes longer than all the rest, so what was packed lately is kept under its tag: one that
 * is made of the contents, that is, for a handler's own may stand for several. */
static void pack(struct server_exchange *exchange, struct body *body, enum compression compression,
                 const char *etag)
{
    struct answer_cache *kept = exchange->server->packed;
    bool may_keep = etag && !exchange->response.etag;

    if (compression == COMPRESSION_NONE)
        return;
    if (exchange->response.packed) {
        take_packed(exchange->response.packed, body, compression);
        return;
    }
    buffer_init(&body->packed, WEB_ANSWER_LIMIT);
    if (!may_keep || !answer_cache_find(kept, etag, 0, &body->packed)) {
        if (!compression_pack(compression, body->bytes, body->length, &body->packed))
            return;
        if (may_keep)
            answer_cache_keep(kept, etag, 0, &body->packed);
    }
    body->bytes = body->packed.bytes;
    body->length = body->packed.length;
    body->compression = compression;
}

static bool has_own_etag(const struct web_response *response)
{
    const char *cache = web_response_find(response, "Cache-Control");

    return !response->no_compression && !(cache && strstr(cache, "no-store"));
}

/* A strong tag tells packed bodies from plain ones: "4f1c" becomes "4f1c-gzip". */
static const char *etag_of(struct server_exchange *exchange, const struct body *body,
                           enum compression compression)
{
    const struct web_response *response = &exchange->response;
    const char *word = compression_word(compression), *etag = response->etag;
    char fingerprint[CRYPTO_FINGERPRINT_SIZE];

    if (!asks_for_body(exchange) || response->status != 200)
        return NULL;
    if (!etag && has_own_etag(response)) {
        crypto_fingerprint(body->bytes, body->length, fingerprint);
        etag = arena_print(exchange->arena, "\"%s\"", fingerprint);
    }
    if (!etag || !word)
        return etag;
    return arena_print(exchange->arena, "%.*s-%s\"", (int)strlen(etag) - 1, etag, word);
}

static void add_header(struct MHD_Response *response, const char *name, const char *value)
{
    if (MHD_add_response_header(response, name, value) != MHD_YES)
        log_error("web", "a header could not be added to an answer", LOG_TEXT("header", name),
                  LOG_END);
}

static void add_headers(struct server_exchange *exchange, struct MHD_Response *to, bool with_type)
{
    const struct web_response *response = &exchange->response;

    for (size_t i = 0; i < response->header_count; i++) {
        const struct web_pair *header = &response->headers[i];
        if (with_type || !text_equal_ignoring_case(header->name, "Content-Encoding"))
            add_header(to, header->name, header->value);
    }
    if (response->content_type && with_type)
        add_header(to, MHD_HTTP_HEADER_CONTENT_TYPE, response->content_type);
    add_header(to, "X-Request-Id",
               arena_print(exchange->arena, "%llu", (unsigned long long)exchange->request.number));
    if (atomic_load(&exchange->server->is_stopping) && !response->takeover.take)
        add_header(to, MHD_HTTP_HEADER_CONNECTION, "close");
}

/* Hands the owned bytes over to MHD rather than copying them. */
static struct MHD_Response *response_of(struct server_exchange *exchange, struct body *body)
{
    struct buffer *plain = &exchange->response.body;

    if (body->length == 0)
        return MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    if (body->bytes == body->packed.bytes)
        return MHD_create_response_from_buffer(body->length, TAKE(body->packed.bytes),
                                               MHD_RESPMEM_MUST_FREE);
    if (body->bytes == plain->bytes)
        return MHD_create_response_from_buffer(body->length, TAKE(plain->bytes),
                                               MHD_RESPMEM_MUST_FREE);
    return MHD_create_response_from_buffer(body->length, (void *)(uintptr_t)body->bytes,
                                           MHD_RESPMEM_PERSISTENT);
}

static struct body body_of(const struct web_response *response)
{
    if (response->fixed)
        return (struct body){.bytes = response->fixed, .length = response->fixed_length};
    return (struct body){.bytes = response->body.bytes, .length = response->body.length};
}

/* MHD leaves out the body of 304 and for HEAD, but tells its length, which must be the true one. */
static struct MHD_Response *body_response(struct server_exchange *exchange)
{
    struct web_response *response = &exchange->response;
    struct body body = body_of(response);
    const char *asked_tags = asked(exchange, "If-None-Match");
    enum compression compression = choose(exchange, &body);
    const char *etag = etag_of(exchange, &body, compression);

    pack(exchange, &body, compression, etag);
    if (body.compression != compression)
        etag = etag_of(exchange, &body, body.compression);
    bool is_known = etag && asked_tags && web_etag_is_listed(asked_tags, etag);
    if (is_known)
        response->status = 304;
    struct MHD_Response *to = response_of(exchange, &body);
    if (etag)
        add_header(to, MHD_HTTP_HEADER_ETAG, etag);
    if (body.compression != COMPRESSION_NONE && !is_known)
        add_header(to, MHD_HTTP_HEADER_CONTENT_ENCODING, compression_word(body.compression));
    if (may_be_packed(response))
        add_header(to, MHD_HTTP_HEADER_VARY, "Accept-Encoding");
    add_headers(exchange, to, !is_known);
    exchange->bytes = is_known || exchange->request.method == WEB_HEAD ? 0 : (int64_t)body.length;
    buffer_release(&body.packed);
    return to;
}

static void mend(struct server_exchange *exchange)
{
    struct web_response *response = &exchange->response;

    if (response->body.overflowed)
        web_response_fail(response, 500, "answer_too_large", "the answer is too large");
    if (response->status == 0) {
        log_error("web", "a request got no answer", LOG_TEXT("path", exchange->request.path),
                  LOG_END);
        web_response_fail(response, 500, "internal", "something went wrong, the log says what");
    }
    if (response->takeover.take && !exchange->is_http_1_1)
        web_response_fail(response, 426, "upgrade_required", "this wants HTTP/1.1");
}

static struct MHD_Response *make_response(struct server_exchange *exchange)
{
    const struct web_response *response = &exchange->response;
    struct MHD_Response *to = NULL;

    if (response->takeover.take && response->status == 101)
        to = server_takeover_response(exchange);
    else if (response->stream.read && exchange->request.method != WEB_HEAD)
        to = server_stream_response(exchange);
    if (!to)
        return body_response(exchange);
    server_exchange_calm(exchange);
    add_headers(exchange, to, true);
    return to;
}

static void allow_to_take(struct server_exchange *exchange)
{
    struct server_limits *limits = &exchange->server->limits;
    int64_t ms = limits->idle_ms + exchange->bytes / WEB_SLOWEST_BYTES_PER_MS;
    bool has_end = !exchange->stream && exchange->response.status != 101;

    server_limits_allow(limits, exchange->link, has_end ? ms : 0);
}

enum MHD_Result server_answer(struct server_exchange *exchange)
{
    mend(exchange);
    struct MHD_Response *response = make_response(exchange);
    exchange->stage = SERVER_SENDING;
    allow_to_take(exchange);
    exchange->status = exchange->response.status;
    enum MHD_Result queued =
        MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    MHD_destroy_response(response);
    if (queued != MHD_YES)
        log_error("web", "an answer could not be sent", LOG_NUMBER("status", exchange->status),
                  LOG_END);
    return queued;
}

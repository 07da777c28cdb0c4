#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/forwarded.h"
#include "web/server_parts.h"

struct refusal {
    int status;
    const char *code;
    const char *sentence;
    bool is_over; /* the rest of the connection cannot be trusted, or is not worth reading */
};

static const struct refusal malformed = {400, "bad_request", "the request's head is malformed",
                                         true};
static const struct refusal folded = {400, "bad_request",
                                      "a header holds a NUL or goes on in the next line", true};
static const struct refusal head_too_large = {
    431, "head_too_large", "there are more than 64 headers, or more than 16 KiB of them", true};
static const struct refusal target_too_long = {414, "path_too_long",
                                               "path and query are longer than 4096 bytes", true};
static const struct refusal unknown_method = {501, "unknown_method",
                                              "this method is not known here", true};
static const struct refusal no_host = {400, "bad_host", "a request names its host, once", true};
static const struct refusal two_lengths = {
    400, "bad_length", "Content-Length and Transfer-Encoding contradict each other", true};
static const struct refusal unknown_transfer = {501, "unknown_encoding",
                                                "a body may be sent as it is or chunked", true};
static const struct refusal unknown_expectation = {
    417, "unknown_expectation", "100-continue is the only expectation that can be met", true};
static const struct refusal bad_target = {400, "bad_path", "the path is malformed", true};
static const struct refusal bad_query = {
    400, "bad_query", "the query is malformed, or has more than 64 parameters", false};
static const struct refusal outside = {404, "not_found", "there is nothing at this path", false};
static const struct refusal body_too_large = {413, "body_too_large",
                                              "the body is larger than 1 MiB", false};
static const struct refusal body_far_too_large = {413, "body_too_large",
                                                  "the body is larger than 1 MiB", true};

enum { LENGTH_READ_MOST = 8 * WEB_BODY_LIMIT };

/* What is needed while the headers are gone through. */
struct reading {
    struct arena *arena;
    struct web_pairs *headers;
    const char *end; /* of what was gone through so far, in MHD's buffer */
    const struct refusal *refusal;
};

static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr("!#$%&'*+-.^_`|~", text[i]))
            return false;
    return length > 0;
}

static bool is_clean(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (((unsigned char)text[i] < ' ' && text[i] != '\t') || text[i] == 0x7f)
            return false;
    return true;
}

/*
 * MHD ends a value at a NUL and joins folded lines, and tells neither. But its texts, the method
 * included, point into the head as it came: a name begins right behind the line break after the
 * value before, and a value behind its name, a colon and blanks. Anything else is refused.
 */
static bool follows_on(const char *end, const char *name, size_t name_length, const char *value)
{
    ptrdiff_t line_break = name - end;
    ptrdiff_t colon = value - (name + name_length);

    if (line_break < 1 || line_break > 2 || colon < 1 || colon > WEB_HEAD_LIMIT)
        return false;
    for (const char *blank = name + name_length + 1; blank < value; blank++)
        if (*blank != ' ' && *blank != '\t')
            return false;
    return true;
}

static const struct refusal *take_header(struct reading *reading, const char *name,
                                         size_t name_length, const char *value, size_t length)
{
    if (!is_token(name, name_length) || !is_clean(value, length))
        return &malformed;
    if (!follows_on(reading->end, name, name_length, value))
        return &folded;
    if (reading->headers->count == WEB_HEADERS_MOST)
        return &head_too_large;
    reading->end = value + length;
    reading->headers->items[reading->headers->count++] = (struct web_pair){
        .name = arena_text_n(reading->arena, name, name_length),
        .value = text_trim(arena_text_n(reading->arena, value, length)),
    };
    return NULL;
}

static enum MHD_Result each_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_length, const char *value, size_t length)
{
    struct reading *reading = context;

    (void)kind;
    reading->refusal = take_header(reading, name, name_length, value ? value : "", length);
    return reading->refusal ? MHD_NO : MHD_YES;
}

static size_t head_size(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

    return info ? info->header_size : 0;
}

/* MHD takes a header without a name for the end; then the head is longer than what was told. */
static const struct refusal *check_end(const char *end, const char *head, size_t size)
{
    ptrdiff_t left = head + size - end;

    return left < 2 || left > 4 ? &malformed : NULL;
}

static const struct refusal *read_headers(struct server_exchange *exchange, const char *method,
                                          const char *version)
{
    size_t size = head_size(exchange->connection);
    struct web_pairs *headers = &exchange->request.headers;
    struct reading reading = {
        .arena = exchange->arena, .headers = headers, .end = version + strlen(version)};

    if (size > WEB_HEAD_LIMIT)
        return &head_too_large;
    headers->items = arena_take(exchange->arena, WEB_HEADERS_MOST * sizeof(*headers->items));
    MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, each_header, &reading);
    return reading.refusal ? reading.refusal : check_end(reading.end, method, size);
}

static size_t count_headers(const struct web_request *request, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < request->headers.count; i++)
        count += text_equal_ignoring_case(request->headers.items[i].name, name);
    return count;
}

static const struct refusal *check_length(const struct server_exchange *exchange)
{
    const struct web_request *request = &exchange->request;
    const char *length = web_request_header(request, "Content-Length");
    int64_t bytes = 0;

    if (!length)
        return NULL;
    if (count_headers(request, "Content-Length") > 1)
        return &two_lengths;
    if (!text_is_digits(length))
        return &malformed;
    if (!text_to_integer(length, 0, LENGTH_READ_MOST, &bytes))
        return &body_far_too_large;
    if (bytes <= WEB_BODY_LIMIT)
        return NULL;
    return web_request_header(request, "Expect") ? &body_far_too_large : &body_too_large;
}

static const struct refusal *check_framing(const struct server_exchange *exchange)
{
    const struct web_request *request = &exchange->request;
    const char *transfer = web_request_header(request, "Transfer-Encoding");
    const char *expect = web_request_header(request, "Expect");

    if (transfer && (web_request_header(request, "Content-Length") || !exchange->is_http_1_1 ||
                     count_headers(request, "Transfer-Encoding") > 1))
        return &two_lengths;
    if (transfer && !text_equal_ignoring_case(transfer, "chunked"))
        return &unknown_transfer;
    if (expect && !text_equal_ignoring_case(expect, "100-continue"))
        return &unknown_expectation;
    return NULL;
}

static const struct refusal *check_host(struct server_exchange *exchange)
{
    const char *host = web_request_header(&exchange->request, "Host");
    size_t count = count_headers(&exchange->request, "Host");

    if (count > 1 || (count == 0 && exchange->is_http_1_1))
        return &no_host;
    if (host && *host && !forwarded_host_is_sane(host))
        return &no_host;
    exchange->request.host = host ? host : "";
    return NULL;
}

/* "http://host/path": the host counts more than the header. Moves to the path. */
static const char *skip_origin(const char *target, struct web_request *request)
{
    if (target[0] == '/')
        return target;
    if (!text_starts_with_ignoring_case(target, "http://") &&
        !text_starts_with_ignoring_case(target, "https://"))
        return NULL;
    const char *authority = strchr(target, ':') + 3;
    size_t length = strcspn(authority, "/?");
    request->host = arena_text_n(request->arena, authority, length);
    if (!forwarded_host_is_sane(request->host))
        return NULL;
    const char *path = authority + length;
    return path[0] == '/' ? path : arena_print(request->arena, "/%s", path);
}

static bool target_is_clean(const char *target)
{
    for (; *target; target++)
        if ((unsigned char)*target <= ' ' || *target == 0x7f || *target == '#')
            return false;
    return true;
}

/* Takes the base off the path; false when it does not lie below. "/base" itself is "/base/". */
static bool take_base(const char *base, const char **path)
{
    size_t length = strlen(base);

    if (strncmp(*path, base, length) != 0 || (length && !strchr("/", (*path)[length])))
        return false;
    *path = (*path)[length] ? *path + length : "/";
    return true;
}

/* A proxy that took its prefix off says so; what it left is the path then. */
static const struct refusal *find_base(struct web_request *request, const char *base,
                                       const char *prefix)
{
    bool is_below = take_base(base, &request->path);

    if (!is_below && !prefix)
        return &outside;
    if (!prefix || strcmp(prefix, base) == 0)
        request->base_path = base;
    else
        request->base_path = arena_print(request->arena, "%s%s", prefix, is_below ? base : "");
    return NULL;
}

static const struct refusal *take_target(struct server_exchange *exchange)
{
    struct web_request *request = &exchange->request;
    struct forwarded told;

    forwarded_read(&request->headers, &request->peer, exchange->server->trusted, exchange->arena,
                   &told);
    request->client = told.client;
    request->is_tls = told.proto ? strcmp(told.proto, "https") == 0 : exchange->server->has_tls;
    const char *target = target_is_clean(exchange->target) ? exchange->target : "";
    target = skip_origin(target, request);
    if (!target)
        return &bad_target;
    if (told.host)
        request->host = told.host;
    size_t length = strcspn(target, "?");
    request->path = arena_text_n(exchange->arena, target, length);
    if (!web_query_parse(exchange->arena, target[length] ? target + length + 1 : "",
                         &request->query))
        return &bad_query;
    return find_base(request, exchange->server->base_path, told.prefix);
}

static const struct refusal *check_method(struct server_exchange *exchange, const char *method)
{
    return web_method_from_word(method, &exchange->request.method) ? NULL : &unknown_method;
}

static const struct refusal *read_all(struct server_exchange *exchange, const char *method,
                                      const char *version)
{
    const struct refusal *refusal = read_headers(exchange, method, version);

    exchange->is_http_1_1 = strcmp(version, "HTTP/1.0") != 0;
    if (!refusal && !exchange->target)
        refusal = &target_too_long;
    if (!refusal)
        refusal = check_host(exchange);
    if (!refusal)
        refusal = check_framing(exchange);
    if (!refusal)
        refusal = check_method(exchange, method);
    if (!refusal)
        refusal = check_length(exchange);
    if (!refusal)
        refusal = take_target(exchange);
    return refusal;
}

bool server_head_read(struct server_exchange *exchange, const char *method, const char *version,
                      bool *is_over)
{
    const struct refusal *refusal;

    exchange->request.path = "/";
    exchange->request.host = "";
    exchange->request.base_path = "";
    exchange->request.client = exchange->request.peer;
    refusal = read_all(exchange, method, version);
    if (!refusal)
        return true;
    exchange->is_refused = true;
    *is_over = refusal->is_over;
    web_response_fail(&exchange->response, refusal->status, refusal->code, refusal->sentence);
    return false;
}

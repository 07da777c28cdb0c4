#include "web/ui_pages.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "web/ui_assets.h"

static const char index_path[] = "index.html";
static const char base_element[] = "<base href=\"/\"";
static const char assets_folder[] = "assets/";

static const struct ui_assets *assets_of(const struct call *call)
{
    return call->api->ui ? call->api->ui : &ui_assets_built_in;
}

/* Behind the first slash, decoded; NULL when it makes no sense. */
static const char *path_of(const struct call *call)
{
    const char *path = call->request->path;

    return path[0] == '/' ? web_decode(call->arena, path + 1, strlen(path + 1), false) : NULL;
}

static const struct ui_asset *asset_of(const struct call *call)
{
    const char *path = path_of(call);

    return path ? ui_assets_find(assets_of(call), path) : NULL;
}

static bool is_below_first(const char *path, const char *pattern)
{
    size_t length = strcspn(pattern, "/");

    return length && strncasecmp(path, pattern, length) == 0 && strchr("/", path[length]);
}

/* "api/nothing": the API has other things there. */
static bool belongs_to_api(const struct call *call, const char *path)
{
    const struct route *const *routes = call->api->routes;

    for (; *routes; routes++)
        if (is_below_first(path, (*routes)->path + 1))
            return true;
    return false;
}

static bool has_type(const char *accepted, const char *type)
{
    for (const char *part = accepted; *part;) {
        part += strspn(part, ", \t");
        size_t length = strcspn(part, ",");
        size_t name = strcspn(part, ",; \t");
        bool is_refused = memmem(part, length, "q=0", 3) && !memmem(part, length, "q=0.", 4);
        if (name == strlen(type) && strncasecmp(part, type, name) == 0)
            return !is_refused;
        part += length;
    }
    return false;
}

static bool looks_like_file(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strchr(slash ? slash : path, '.');
}

static bool takes_page(const struct call *call, const char *path)
{
    const char *accepted = web_pairs_join(&call->request->headers, "Accept", call->arena);

    if (accepted && (has_type(accepted, "text/html") || has_type(accepted, "text/*")))
        return true;
    return accepted && has_type(accepted, "*/*") && !looks_like_file(path);
}

/* No empty step, "." or "..", which a browser would not send, and nothing that cannot be seen. */
static bool is_ordinary(const char *path)
{
    for (const char *at = path; *at;) {
        size_t length = strcspn(at, "/");
        if (length == 0 || (strspn(at, ".") == length && length <= 2))
            return false;
        at += length + (at[length] != '\0');
    }
    for (; *path; path++)
        if ((unsigned char)*path < ' ' || *path == 0x7f)
            return false;
    return true;
}

static bool is_page(const struct call *call, const char *path)
{
    if (!*path || strcmp(path, index_path) == 0)
        return true;
    return is_ordinary(path) && !asset_of(call) && !text_starts_with(path, assets_folder) &&
           !belongs_to_api(call, path) && takes_page(call, path);
}

static void put_asset(struct call *call, const struct ui_asset *asset)
{
    struct web_response *response = call->response;

    response->content_type = asset->media_type;
    response->etag = asset->etag;
    response->fixed = asset->forms[COMPRESSION_NONE].bytes;
    response->fixed_length = asset->forms[COMPRESSION_NONE].length;
    response->packed = asset->forms;
    web_response_header(response, "Cache-Control", "%s",
                        asset->is_immutable ? "public, max-age=31536000, immutable" : "no-cache");
}

static void answer_asset(struct call *call)
{
    put_asset(call, asset_of(call));
}

/* The page with the base of this request in it. */
static void put_index_below(struct call *call, const struct ui_asset *index)
{
    const struct web_bytes *plain = &index->forms[COMPRESSION_NONE];
    const char *base = memmem(plain->bytes, plain->length, base_element, strlen(base_element));
    struct buffer *body = &call->response->body;

    if (!base) {
        put_asset(call, index);
        return;
    }
    const char *after = base + strlen(base_element);
    buffer_append(body, plain->bytes, (size_t)(base - plain->bytes));
    buffer_print(body, "<base href=\"%s/\"", call->request->base_path);
    buffer_append(body, after, (size_t)(plain->bytes + plain->length - after));
    call->response->content_type = index->media_type;
    web_response_header(call->response, "Cache-Control", "%s", "no-cache");
}

static void answer_page(struct call *call)
{
    const struct ui_asset *index = ui_assets_find(assets_of(call), index_path);

    if (*call->request->base_path)
        put_index_below(call, index);
    else
        put_asset(call, index);
}

/* Not in the API's table: these are no part of what it promises. */
static const struct route asset_route = {
    .id = "ui_asset",
    .access = ACCESS_NONE,
    .flags = ROUTE_NO_STORE | ROUTE_UNLIMITED | ROUTE_UNCHECKED,
    .handle = answer_asset,
};

static const struct route page_route = {
    .id = "ui_page",
    .access = ACCESS_NONE,
    .flags = ROUTE_NO_STORE | ROUTE_UNLIMITED | ROUTE_UNCHECKED,
    .handle = answer_page,
};

const struct route *ui_pages_route(const struct call *call)
{
    enum web_method method = call->request->method;
    const char *path = path_of(call);

    if (!path || (method != WEB_GET && method != WEB_HEAD) || (call->allowed && *path) ||
        !ui_assets_find(assets_of(call), index_path))
        return NULL;
    if (is_page(call, path))
        return &page_route;
    return asset_of(call) ? &asset_route : NULL;
}

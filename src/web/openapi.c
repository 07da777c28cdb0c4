#include "web/openapi.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "web/call.h"

/* Which failures a route can have, besides the one that it makes itself. */
struct failure {
    int status;
    const char *name; /* in components.responses */
    const char *meaning;
};

static const struct failure failures[] = {
    {400, "Malformed", "The request is malformed: no JSON, or broken on its way"},
    {401, "NotLoggedIn", "Nobody is logged in, or the key or token is not valid"},
    {403, "NotAllowed", "Whoever is logged in may not do this"},
    {404, "NotFound", "There is no such thing"},
    {409, "Conflict", "It exists already, or something stands against it at present"},
    {413, "TooLarge", "The body is too large"},
    {415, "NotJson", "The body is no JSON, or not of the type that is wanted"},
    {422, "Invalid", "A parameter or a field of the body is wrong; each is named"},
    {429, "TooMany", "Too many requests; Retry-After says when to come back"},
    {502, "Upstream", "Seerr or a list's source did not answer as it should"},
    {503, "Unavailable", "The database cannot be used, or too much is waiting"},
};

const char *openapi_access_word(enum access access)
{
    static const char *const words[] = {
        [ACCESS_NONE] = "none",
        [ACCESS_READ] = "read",
        [ACCESS_SYNC] = "sync",
        [ACCESS_ADMIN] = "admin",
    };
    return words[access];
}

void openapi_put_path(struct buffer *text, const char *path)
{
    const char *dots = strstr(path, "...}");

    if (!dots) {
        buffer_text(text, path);
        return;
    }
    buffer_append(text, path, (size_t)(dots - path));
    buffer_text(text, dots + strlen("..."));
}

static bool has_path_parameters(const struct route *route)
{
    return strchr(route->path, '{');
}

static bool can_fail(const struct route *route, int status)
{
    bool changes = route->method != WEB_GET;

    switch (status) {
    case 401:
        return route->access != ACCESS_NONE || route->flags & ROUTE_PASSWORD;
    case 403:
        return route->access != ACCESS_NONE || changes;
    case 404:
        return has_path_parameters(route) || route->body;
    case 409:
        return changes;
    case 413:
    case 415:
        return route->body || route->takes;
    case 429:
        return !(route->flags & ROUTE_UNLIMITED);
    case 502:
        return route->flags & ROUTE_ERRAND;
    default:
        return true;
    }
}

static void put_reference(struct json_writer *json, const char *key, const char *folder,
                          const char *name)
{
    char target[128];

    snprintf(target, sizeof(target), "#/components/%s/%s", folder, name);
    json_begin_object(json, key);
    json_put_text(json, "$ref", target);
    json_end_object(json);
}

static void put_failures(struct json_writer *json, const struct route *route)
{
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++) {
        char status[16];
        snprintf(status, sizeof(status), "%d", failures[i].status);
        if (can_fail(route, failures[i].status))
            put_reference(json, status, "responses", failures[i].name);
    }
    put_reference(json, "default", "responses", "Failure");
}

static void put_content(struct json_writer *json, const char *media_type,
                        const struct field *schema)
{
    json_begin_object(json, "content");
    json_begin_object(json, media_type);
    if (schema)
        field_put_schema(json, "schema", schema, true);
    json_end_object(json);
    json_end_object(json);
}

/* A stream without a media type is a connection that stops being HTTP. */
static int status_of(const struct route *route)
{
    bool is_takeover = route->flags & ROUTE_STREAM && !route->media_type;

    if (route->status)
        return route->status;
    return is_takeover ? 101 : 200;
}

static void put_success(struct json_writer *json, const struct route *route)
{
    char status[16];

    snprintf(status, sizeof(status), "%d", status_of(route));
    json_begin_object(json, status);
    json_put_text(json, "description", route->summary);
    if (route->answer)
        put_content(json, "application/json", route->answer);
    else if (route->media_type)
        put_content(json, route->media_type, NULL);
    json_end_object(json);
}

static bool is_rest(const struct route *route, const struct field *parameter)
{
    char pattern[96];

    snprintf(pattern, sizeof(pattern), "{%s...}", parameter->name);
    return strstr(route->path, pattern);
}

static void put_parameter(struct json_writer *json, const struct route *route,
                          const struct field *parameter)
{
    bool is_in_path = parameter->flags & FIELD_IN_PATH;
    struct field schema = *parameter;

    schema.help = NULL;
    json_begin_object(json, NULL);
    json_put_text(json, "name", parameter->name);
    json_put_text(json, "in", is_in_path ? "path" : "query");
    if (parameter->help)
        json_put_text(json, "description", parameter->help);
    json_put_bool(json, "required", is_in_path || parameter->flags & FIELD_REQUIRED);
    if (parameter->kind == FIELD_LIST)
        json_put_bool(json, "explode", false);
    if (is_rest(route, parameter))
        json_put_bool(json, "x-rest", true);
    field_put_schema(json, "schema", &schema, false);
    json_end_object(json);
}

static void put_parameters(struct json_writer *json, const struct route *route)
{
    if (!route->parameters)
        return;
    json_begin_array(json, "parameters");
    for (const struct field *field = route->parameters; field->kind != FIELD_END; field++)
        put_parameter(json, route, field);
    json_end_array(json);
}

static void put_bytes_schema(struct json_writer *json)
{
    json_begin_object(json, "schema");
    json_put_text(json, "type", "string");
    json_put_text(json, "format", "binary");
    json_end_object(json);
}

static void put_body(struct json_writer *json, const struct route *route)
{
    if (!route->body && !route->takes)
        return;
    json_begin_object(json, "requestBody");
    json_put_bool(json, "required", !(route->flags & ROUTE_ANY_BODY));
    json_begin_object(json, "content");
    json_begin_object(json, route->takes ? route->takes : "application/json");
    if (route->takes)
        put_bytes_schema(json);
    else
        field_put_body_schema(json, "schema", route->body);
    json_end_object(json);
    json_end_object(json);
    json_end_object(json);
}

static const char *const logins[] = {"key", "bearer", "session"};

/* Any of them will do. */
static void put_security(struct json_writer *json, const struct route *route)
{
    json_begin_array(json, "security");
    for (size_t i = 0; i < ARRAY_LENGTH(logins) && route->access != ACCESS_NONE; i++) {
        json_begin_object(json, NULL);
        json_begin_array(json, logins[i]);
        json_end_array(json);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_operation(struct json_writer *json, const struct route *route)
{
    static const char *const keys[] = {
        [WEB_GET] = "get",         [WEB_HEAD] = "head",   [WEB_POST] = "post",
        [WEB_PUT] = "put",         [WEB_PATCH] = "patch", [WEB_DELETE] = "delete",
        [WEB_OPTIONS] = "options",
    };

    json_begin_object(json, keys[route->method]);
    json_put_text(json, "operationId", route->id);
    json_begin_array(json, "tags");
    json_put_text(json, NULL, route->tag);
    json_end_array(json);
    json_put_text(json, "summary", route->summary);
    json_put_text(json, "x-access", openapi_access_word(route->access));
    put_security(json, route);
    put_parameters(json, route);
    put_body(json, route);
    json_begin_object(json, "responses");
    put_success(json, route);
    put_failures(json, route);
    json_end_object(json);
    json_end_object(json);
}

/* True when no route before this one has the path. */
static bool is_first_of_path(const struct route *const *routes, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(routes[i]->path, routes[index]->path) == 0)
            return false;
    }
    return true;
}

static bool is_first_of_tag(const struct route *const *routes, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(routes[i]->tag, routes[index]->tag) == 0)
            return false;
    }
    return true;
}

static void put_paths(struct json_writer *json, const struct route *const *routes)
{
    AUTO_BUFFER struct buffer path = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    json_begin_object(json, "paths");
    for (size_t i = 0; routes[i]; i++) {
        if (!is_first_of_path(routes, i))
            continue;
        buffer_clear(&path);
        openapi_put_path(&path, routes[i]->path);
        json_begin_object(json, buffer_string(&path));
        for (size_t j = i; routes[j]; j++) {
            if (strcmp(routes[j]->path, routes[i]->path) == 0)
                put_operation(json, routes[j]);
        }
        json_end_object(json);
    }
    json_end_object(json);
}

static void put_tags(struct json_writer *json, const struct route *const *routes)
{
    json_begin_array(json, "tags");
    for (size_t i = 0; routes[i]; i++) {
        if (!is_first_of_tag(routes, i))
            continue;
        json_begin_object(json, NULL);
        json_put_text(json, "name", routes[i]->tag);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_schemas(struct json_writer *json, const struct route *const *routes)
{
    AUTO(map_release) struct map seen = {0};

    json_begin_object(json, "schemas");
    field_put_named_schemas(json, &call_failure, true, &seen);
    for (; *routes; routes++) {
        const struct field body = {.kind = FIELD_OBJECT, .fields = (*routes)->body};
        field_put_named_schemas(json, &body, false, &seen);
        if ((*routes)->answer)
            field_put_named_schemas(json, (*routes)->answer, true, &seen);
    }
    json_end_object(json);
}

static void put_failure(struct json_writer *json, const char *name, const char *meaning)
{
    json_begin_object(json, name);
    json_put_text(json, "description", meaning);
    put_content(json, "application/json", &call_failure);
    json_end_object(json);
}

static void put_responses(struct json_writer *json)
{
    json_begin_object(json, "responses");
    for (size_t i = 0; i < ARRAY_LENGTH(failures); i++)
        put_failure(json, failures[i].name, failures[i].meaning);
    put_failure(json, "Failure", "Anything else that went wrong");
    json_end_object(json);
}

static void put_security_schemes(struct json_writer *json)
{
    json_begin_object(json, "securitySchemes");
    json_begin_object(json, "key");
    json_put_text(json, "type", "apiKey");
    json_put_text(json, "in", "header");
    json_put_text(json, "name", "X-Api-Key");
    json_put_text(json, "description", "A key made under /api/auth/keys");
    json_end_object(json);
    json_begin_object(json, "bearer");
    json_put_text(json, "type", "http");
    json_put_text(json, "scheme", "bearer");
    json_put_text(json, "description", "The same key, or a token");
    json_end_object(json);
    json_begin_object(json, "session");
    json_put_text(json, "type", "apiKey");
    json_put_text(json, "in", "cookie");
    json_put_text(json, "name", "listsync_session");
    json_put_text(json, "description", "A browser's login");
    json_end_object(json);
    json_end_object(json);
}

static void put_info(struct json_writer *json)
{
    json_begin_object(json, "info");
    json_put_text(json, "title", "ListSync");
    json_put_text(json, "version", LISTSYNC_VERSION);
    json_put_text(json, "description",
                  "Requests what is on your lists in Overseerr, Jellyseerr or Seerr. Failures are "
                  "a sentence (detail) and a word for programs (code).");
    json_end_object(json);
}

void openapi_put(struct json_writer *json, const struct route *const *routes, const char *base_path)
{
    json_begin_object(json, NULL);
    json_put_text(json, "openapi", "3.1.0");
    put_info(json);
    json_begin_array(json, "servers");
    json_begin_object(json, NULL);
    json_put_text(json, "url", *base_path ? base_path : "/");
    json_end_object(json);
    json_end_array(json);
    put_tags(json, routes);
    put_paths(json, routes);
    json_begin_object(json, "components");
    put_schemas(json, routes);
    put_responses(json);
    put_security_schemes(json);
    json_end_object(json);
    json_end_object(json);
}

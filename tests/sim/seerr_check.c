#include "seerr_check.h"

#include "memory.h"
#include "route.h"
#include "sim.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void seerr_fail(struct call *call, unsigned status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    json_t *message = json_vsprintf(format, arguments);
    va_end(arguments);
    reply_json(call, status, json_pack("{s:o}", "message", message));
}

void seerr_forbid(struct call *call)
{
    reply_json(call, 403,
               json_pack("{s:i, s:s}", "status", 403, "error",
                         "You do not have permission to access this endpoint"));
}

void seerr_invalid(struct call *call, const char *where, const char *what, const char *code)
{
    json_t *error = json_pack("{s:s, s:s}", "path", where, "message", what);
    json_t *message = json_string(what);
    if (code != NULL) {
        json_object_set_new(error, "errorCode", json_sprintf("%s.openapi.validation", code));
        json_decref(message);
        message = json_sprintf("request%s %s", where, what);
    }
    reply_json(call, 400, json_pack("{s:o, s:[o]}", "message", message, "errors", error));
}

void seerr_reject(struct call *call, unsigned status, const char *path, const char *message)
{
    reply_json(call, status,
               json_pack("{s:s, s:[{s:s+, s:s}]}", "message", message, "errors", "path", "/api/v1",
                         path, "message", message));
}

bool seerr_is_admin(const struct call *call)
{
    return (call->user->permissions & PERMISSION_ADMIN) != 0;
}

static bool is_number(const char *text)
{
    char *end;
    strtod(text, &end);
    return text[0] != '\0' && !isspace((unsigned char)text[0]) && *end == '\0';
}

static bool find_user(struct call *call)
{
    const char *name = call_header(call, "X-API-User");
    if (name == NULL) {
        call->user = seerr_user_find(1);
        return true;
    }
    if (!is_number(name)) {
        /* The heirs never answer; Overseerr's process ends. */
        bool dies = call->sim->settings.flavour == FLAVOUR_OVERSEERR;
        call->reply.fate = dies ? REPLY_CLOSE : REPLY_HANG;
        return false;
    }
    call->user = seerr_user_find(atoi(name));
    if (call->user == NULL)
        seerr_forbid(call);
    return call->user != NULL;
}

bool seerr_check_key(struct call *call)
{
    const char *key = call_header(call, "X-Api-Key");
    if (key == NULL) {
        seerr_reject(call, 401, call->path, "cookie 'connect.sid' required");
        return false;
    }
    if (strcmp(key, call->sim->settings.key) != 0) {
        seerr_forbid(call);
        return false;
    }
    return find_user(call);
}

/* Whether `name` is one of the words of "a,b,c". */
static bool is_listed(const char *words, const char *name, size_t length)
{
    for (; *words != '\0'; words += strcspn(words, ",")) {
        words += *words == ',';
        if (strcspn(words, ",") == length && strncmp(words, name, length) == 0)
            return true;
    }
    return false;
}

/* One "name=value" as it was sent; what is wrong with it, or NULL. Freed by the caller. */
static char *query_problem(const char *known, const char *name, size_t name_length,
                           const char *value)
{
    if (!is_listed(known, name, name_length))
        return sim_format("Unknown query parameter '%.*s'", (int)name_length, name);
    if (value[0] == '\0')
        return sim_format("Empty value found for query parameter '%.*s'", (int)name_length, name);
    if (strpbrk(value, ":/?#[]@!$'()*+,;=") != NULL)
        return sim_format("Parameter '%.*s' must be url encoded. Its value may not contain "
                          "reserved characters.",
                          (int)name_length, name);
    return NULL;
}

bool seerr_check_query(struct call *call)
{
    if (call->route->query == NULL)
        return true;
    char *copy = sim_copy(call->query);
    char *problem = NULL;
    char *rest = copy;
    while (problem == NULL && rest != NULL && copy[0] != '\0') {
        char *pair = strsep(&rest, "&");
        size_t length = strcspn(pair, "=");
        const char *value = pair[length] == '=' ? pair + length + 1 : "";
        problem = query_problem(call->route->query, pair, length, value);
        if (problem != NULL) {
            char *where = sim_format(".query.%.*s", (int)length, pair);
            seerr_invalid(call, where, problem, NULL);
            free(where);
        }
    }
    bool good = problem == NULL;
    free(problem);
    free(copy);
    return good;
}

bool seerr_check_number(struct call *call, size_t parameter, const char *name)
{
    if (is_number(call->parameters[parameter]))
        return true;
    char *where = sim_format(".params.%s", name);
    seerr_invalid(call, where, "should be number", "type");
    free(where);
    return false;
}

bool seerr_check_numeric_query(struct call *call, const char *name)
{
    char *value = call_query(call, name);
    bool good = value == NULL || is_number(value);
    if (!good) {
        char *where = sim_format(".query.%s", name);
        seerr_invalid(call, where, "should be number,null", "type");
        free(where);
    } else if (value != NULL && strchr(value, '.') != NULL) {
        seerr_fail(call, 500, "SQLITE_MISMATCH: datatype mismatch");
        good = false;
    }
    free(value);
    return good;
}

bool seerr_check_choice(struct call *call, const char *where, const char *value,
                        const char *choices)
{
    if (value == NULL)
        return true;
    for (const char *choice = choices; *choice != '\0'; choice += strspn(choice, ", ")) {
        size_t length = strcspn(choice, ",");
        if (strlen(value) == length && strncmp(choice, value, length) == 0)
            return true;
        choice += length;
    }
    char *what = sim_format("should be equal to one of the allowed values: %s", choices);
    seerr_invalid(call, where, what, "enum");
    free(what);
    return false;
}

static bool is_json(const char *type)
{
    size_t length = strlen("application/json");
    return strncasecmp(type, "application/json", length) == 0 &&
           (type[length] == '\0' || type[length] == ';' || type[length] == ' ');
}

bool seerr_check_json_body(struct call *call)
{
    const char *type = call_header(call, "Content-Type");
    if (type == NULL || !is_json(type)) {
        char *message = sim_format("unsupported media type %s", type != NULL ? type : "undefined");
        /* The validator names the route as Express writes it. */
        bool setting = strcmp(call->route->path, "/media/{mediaId}/{status}") == 0;
        seerr_reject(call, 415, setting ? "/media/:mediaId/:status" : call->route->path, message);
        free(message);
        return false;
    }
    json_error_t error = {0};
    json_t *json =
        call->body != NULL ? json_loadb(call->body, call->body_length, 0, &error) : json_object();
    if (json == NULL)
        seerr_fail(
            call, 400,
            "Expected double-quoted property name in JSON at position %d (line %d column %d)",
            error.position, error.line, error.position + 1);
    json_decref(json);
    return json != NULL;
}

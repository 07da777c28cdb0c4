#include "route.h"

#include "call.h"
#include "text.h"

#include <stdio.h>
#include <string.h>

static void keep_parameter(struct call *call, size_t index, const char *start, size_t length)
{
    if (index >= CALL_PARAMETERS)
        return;
    snprintf(call->parameters[index], sizeof call->parameters[index], "%.*s", (int)length, start);
    text_decode_percent(call->parameters[index]);
}

static bool match(const char *pattern, const char *path, struct call *call)
{
    size_t parameter = 0;
    memset(call->parameters, 0, sizeof call->parameters);
    for (;;) {
        size_t want = strcspn(pattern, "/");
        size_t have = strcspn(path, "/");
        bool takes_rest = want >= 4 && strncmp(pattern + want - 4, "...}", 4) == 0;
        if (pattern[0] == '{')
            keep_parameter(call, parameter++, path, takes_rest ? strlen(path) : have);
        else if (want != have || strncmp(pattern, path, want) != 0)
            return false;
        if (takes_rest)
            return true;
        if (pattern[0] == '{' && have == 0)
            return false;
        pattern += want;
        path += have;
        if (*pattern == '\0' || *path == '\0')
            return *pattern == *path;
        pattern++;
        path++;
    }
}

const struct route *route_find(const struct route *table, unsigned flavour, struct call *call,
                               bool *path_known)
{
    *path_known = false;
    for (const struct route *route = table; route->path != NULL; route++) {
        if ((route->flavours & flavour) == 0 || !match(route->path, call->path, call))
            continue;
        *path_known = true;
        if (strcmp(route->method, call->method) == 0)
            return route;
    }
    return NULL;
}

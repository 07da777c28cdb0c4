#include "sources.h"

#include "sim.h"

#include <string.h>

static const struct {
    const char *host;
    const struct route *routes;
} hosts[] = {
    {"api.graphql.imdb.com", imdb_graphql_routes},
    {"caching.graphql.imdb.com", imdb_graphql_routes},
    {"www.imdb.com", imdb_web_routes},
    {"api.trakt.tv", trakt_routes},
    {"letterboxd.com", letterboxd_routes},
    {"mdblist.com", mdblist_web_routes},
    {"api.mdblist.com", mdblist_api_routes},
    {"popular-movies-data.stevenlu.com", stevenlu_routes},
    {"image.tmdb.org", tmdb_routes},
};

const char *sources_find_route(struct call *call)
{
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        size_t length = strlen(hosts[i].host);
        if (strncmp(call->path + 1, hosts[i].host, length) != 0 ||
            (call->path[length + 1] != '/' && call->path[length + 1] != '\0'))
            continue;
        memmove(call->path, call->path + length + 1, strlen(call->path + length + 1) + 1);
        bool path_known;
        call->route = route_find(hosts[i].routes, FLAVOUR_ANY, call, &path_known);
        return hosts[i].host;
    }
    return NULL;
}

void sources_answer(struct call *call)
{
    if (call->route != NULL)
        call->route->handle(call);
    else
        reply_text(call, 404, "text/html; charset=utf-8",
                   "<html><head><title>404 Not Found</title></head><body></body></html>");
    const char *name;
    json_t *value;
    json_object_foreach(call->sim->settings.headers, name, value)
    {
        reply_header(call, name, "%s", json_string_value(value));
    }
}

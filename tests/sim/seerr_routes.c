#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_file.h"
#include "sim.h"

#include <stdio.h>
#include <string.h>

static const struct route routes[] = {
    {"GET", "/status", seerr_status, FLAVOUR_ANY, ROUTE_PUBLIC, NULL},
    {"GET", "/status/appdata", seerr_status_appdata, FLAVOUR_ANY, ROUTE_PUBLIC, NULL},
    {"GET", "/settings/public", seerr_settings_public, FLAVOUR_ANY, ROUTE_PUBLIC, NULL},
    {"GET", "/settings/main", seerr_settings_main, FLAVOUR_ANY, ROUTE_ADMIN_ONLY, NULL},
    {"GET", "/service/radarr", seerr_no_services, FLAVOUR_ANY, 0, NULL},
    {"GET", "/service/sonarr", seerr_no_services, FLAVOUR_ANY, 0, NULL},
    {"GET", "/genres/movie", seerr_genres, FLAVOUR_ANY, 0, NULL},
    {"GET", "/auth/me", seerr_auth_me, FLAVOUR_ANY, 0, NULL},
    {"GET", "/user", seerr_user_list, FLAVOUR_HEIRS, 0, "take,skip,sort,q,includeIds"},
    {"GET", "/user", seerr_user_list, FLAVOUR_OVERSEERR, 0, "take,skip,sort"},
    {"GET", "/user/{userId}", seerr_user_one, FLAVOUR_ANY, 0, NULL},
    {"GET", "/user/{userId}/quota", seerr_user_quota, FLAVOUR_ANY, 0, NULL},
    {"GET", "/user/{userId}/requests", seerr_user_requests, FLAVOUR_ANY, 0, "take,skip"},
    {"GET", "/search", seerr_search, FLAVOUR_ANY, 0, "query,page,language"},
    {"GET", "/movie/{movieId}", seerr_movie, FLAVOUR_ANY, 0, "language"},
    {"GET", "/tv/{tvId}", seerr_tv, FLAVOUR_ANY, 0, "language"},
    {"GET", "/media", seerr_media_list, FLAVOUR_ANY, 0, "take,skip,filter,sort"},
    {"DELETE", "/media/{mediaId}", seerr_media_delete, FLAVOUR_ANY, ROUTE_ADMIN_ONLY, NULL},
    {"POST", "/media/{mediaId}/{status}", seerr_media_set, FLAVOUR_ANY,
     ROUTE_JSON_BODY | ROUTE_ADMIN_ONLY, NULL},
    {"POST", "/request", seerr_post_request, FLAVOUR_ANY, ROUTE_JSON_BODY | ROUTE_WAITS, NULL},
    {"GET", "/request", seerr_request_list, FLAVOUR_HEIRS, 0,
     "take,skip,filter,sort,sortDirection,requestedBy,mediaType"},
    {"GET", "/request", seerr_request_list, FLAVOUR_OVERSEERR, 0,
     "take,skip,filter,sort,requestedBy"},
    {"GET", "/request/count", seerr_request_count, FLAVOUR_ANY, 0, NULL},
    {"GET", "/request/{requestId}", seerr_request_one, FLAVOUR_ANY, 0, NULL},
    {"DELETE", "/request/{requestId}", seerr_request_delete, FLAVOUR_ANY, 0, NULL},
    {"POST", "/request/{requestId}/retry", seerr_request_retry, FLAVOUR_ANY, ROUTE_ADMIN_ONLY,
     NULL},
    {"POST", "/request/{requestId}/{status}", seerr_request_set, FLAVOUR_ANY, ROUTE_ADMIN_ONLY,
     NULL},
    {"GET", "/blocklist", seerr_blocklist_list, FLAVOUR_SEERR, ROUTE_ADMIN_ONLY,
     "take,skip,search,filter"},
    {"POST", "/blocklist", seerr_blocklist_add, FLAVOUR_SEERR, ROUTE_JSON_BODY | ROUTE_ADMIN_ONLY,
     NULL},
    {"GET", "/blocklist/{tmdbId}", seerr_blocklist_one, FLAVOUR_SEERR, ROUTE_ADMIN_ONLY, NULL},
    {"DELETE", "/blocklist/{tmdbId}", seerr_blocklist_delete, FLAVOUR_SEERR, ROUTE_ADMIN_ONLY,
     NULL},
    {"GET", "/blacklist", seerr_blocklist_list, FLAVOUR_HEIRS, ROUTE_ADMIN_ONLY,
     "take,skip,search,filter"},
    {"POST", "/blacklist", seerr_blocklist_add, FLAVOUR_HEIRS, ROUTE_JSON_BODY | ROUTE_ADMIN_ONLY,
     NULL},
    {"GET", "/blacklist/{tmdbId}", seerr_blocklist_one, FLAVOUR_HEIRS, ROUTE_ADMIN_ONLY, NULL},
    {"DELETE", "/blacklist/{tmdbId}", seerr_blocklist_delete, FLAVOUR_HEIRS, ROUTE_ADMIN_ONLY,
     NULL},
    {0},
};

void seerr_find_route(struct call *call)
{
    bool path_known;
    call->route = route_find(routes, call->sim->settings.flavour, call, &path_known);
}

static void refuse_unknown(struct call *call)
{
    bool path_known;
    route_find(routes, call->sim->settings.flavour, call, &path_known);
    char message[80] = "not found";
    if (path_known)
        snprintf(message, sizeof message, "%s method not allowed", call->method);
    seerr_reject(call, path_known ? 405 : 404, call->path, message);
}

static bool check(struct call *call)
{
    unsigned traits = call->route->traits;
    if (call->sim->settings.csrf && strcmp(call->method, "GET") != 0) {
        seerr_fail(call, 403, "invalid csrf token");
        return false;
    }
    if ((traits & ROUTE_PUBLIC) != 0)
        return true;
    if (!seerr_check_key(call) || !seerr_check_query(call))
        return false;
    if ((traits & ROUTE_JSON_BODY) != 0 && !seerr_check_json_body(call))
        return false;
    if ((traits & ROUTE_ADMIN_ONLY) != 0 && !seerr_is_admin(call)) {
        seerr_forbid(call);
        return false;
    }
    return true;
}

void seerr_answer(struct call *call)
{
    reply_header(call, "X-Powered-By", "Express");
    if (call->route == NULL) {
        refuse_unknown(call);
        return;
    }
    if (!check(call))
        return;
    call->route->handle(call);
    if (strcmp(call->method, "GET") == 0)
        reply_add_etag(call);
    else
        seerr_file_save(&call->sim->seerr, call->sim->settings.state_path);
}

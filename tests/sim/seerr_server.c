/*
 * seerr_server.c: what Seerr says about itself.
 */

#include "route.h"
#include "seerr.h"
#include "sim.h"

void seerr_status(struct call *call)
{
    bool jellyseerr = call->sim->settings.flavour == FLAVOUR_JELLYSEERR;
    reply_json(call, 200,
               json_pack("{s:s, s:s, s:b, s:i, s:b}", "version",
                         jellyseerr ? "2.7.3" : "develop-local", "commitTag", "local",
                         "updateAvailable", 0, "commitsBehind", 0, "restartRequired", 0));
}

void seerr_status_appdata(struct call *call)
{
    reply_json(call, 200, json_pack("{s:b, s:s}", "appData", 1, "appDataPath", "/app/config"));
}

/* The settings that all three show to everybody. */
static json_t *common_settings(void)
{
    return json_pack("{s:b, s:s, s:s, s:b, s:b, s:b, s:b, s:s, s:b, s:b, s:s, s:b, s:b}",
                     "initialized", 1, "applicationTitle", "Seerr", "applicationUrl", "",
                     "hideAvailable", 0, "localLogin", 1, "movie4kEnabled", 0, "series4kEnabled", 0,
                     "originalLanguage", "", "partialRequestsEnabled", 1, "cacheImages", 0,
                     "locale", "en", "emailEnabled", 0, "newPlexLogin", 1);
}

/* Which of these fields are there is how a client tells the three servers apart. */
static void add_flavour_settings(json_t *settings, unsigned flavour)
{
    if (flavour == FLAVOUR_OVERSEERR) {
        json_object_set_new(settings, "region", json_string(""));
        return;
    }
    const char *hide = flavour == FLAVOUR_SEERR ? "hideBlocklisted" : "hideBlacklisted";
    json_object_set_new(settings, hide, json_false());
    json_object_set_new(settings, "mediaServerType", json_integer(2));
    json_object_set_new(settings, "mediaServerLogin", json_true());
    json_object_set_new(settings, "discoverRegion", json_string(""));
    json_object_set_new(settings, "streamingRegion", json_string("US"));
    json_object_set_new(settings, "enableSpecialEpisodes", json_false());
    json_object_set_new(settings, "jellyfinExternalHost", json_string(""));
}

void seerr_settings_public(struct call *call)
{
    json_t *settings = common_settings();
    add_flavour_settings(settings, call->sim->settings.flavour);
    reply_json(call, 200, settings);
}

void seerr_settings_main(struct call *call)
{
    json_t *settings = common_settings();
    add_flavour_settings(settings, call->sim->settings.flavour);
    if (call->sim->settings.flavour == FLAVOUR_SEERR)
        json_object_set_new(settings, "blocklistedTags", json_string(""));
    if (call->sim->settings.flavour == FLAVOUR_JELLYSEERR)
        json_object_set_new(settings, "blacklistedTags", json_string(""));
    json_object_set_new(settings, "apiKey", json_string(call->sim->settings.key));
    json_object_set_new(settings, "defaultPermissions", json_integer(PERMISSION_REQUEST));
    reply_json(call, 200, settings);
}

void seerr_genres(struct call *call)
{
    reply_json(call, 200,
               json_pack("[{s:i, s:s}, {s:i, s:s}, {s:i, s:s}]", "id", 28, "name", "Action", "id",
                         80, "name", "Crime", "id", 18, "name", "Drama"));
}

void seerr_no_services(struct call *call)
{
    reply_json(call, 200, json_array());
}

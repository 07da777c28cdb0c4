/* Seerr: is it there, who are its users, which services does it have. Routes of the original. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/seerr.h"
#include "api/settings.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/preview.h"

/* As the settings have it; ERROR_USAGE when it is not set up. */
static enum error_code open_seerr(struct call *call, struct seerr_login *login, struct error *error)
{
    struct options options;
    enum error_code rc =
        live_settings_load(call->api->given, call->store, &call->api->key, &options, error);

    if (rc)
        return rc;
    rc = seerr_login_init(login, &options, error);
    options_release(&options);
    return rc;
}

bool api_open_seerr(struct call *call, struct seerr_login *login)
{
    struct error error = {0};
    enum error_code rc = open_seerr(call, login, &error);

    if (rc == ERROR_USAGE)
        call_fail(call, 409, "seerr_not_configured", "%s", error.message);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static const struct field status_fields[] = {
    {"isConnected", FIELD_SWITCH},
    {"server", FIELD_TEXT, FIELD_NULLABLE, "Overseerr, Jellyseerr or Seerr"},
    {"version", FIELD_TEXT, FIELD_NULLABLE},
    {"updateAvailable", FIELD_SWITCH, .help = "always false: ListSync does not look"},
    {"commitsBehind", FIELD_INTEGER, .help = "always 0"},
    {"restartRequired", FIELD_SWITCH, .help = "always false"},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {"lastChecked", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field status = {"", FIELD_OBJECT, .fields = status_fields,
                                    .schema = "SeerrStatus"};

static void put_status(struct call *call, const struct seerr_check *check,
                       const struct error *error)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "isConnected", check != NULL);
    json_put_text(json, "server", check ? seerr_flavour_name(check->server.flavour) : NULL);
    json_put_text(json, "version", check && *check->version ? check->version : NULL);
    json_put_bool(json, "updateAvailable", false);
    json_put_number(json, "commitsBehind", 0);
    json_put_bool(json, "restartRequired", false);
    json_put_text(json, "error", check ? NULL : error->message);
    call_put_time_ms(json, "lastChecked", clock_wall_ms());
    json_end_object(json);
}

/* One that is not set up is not connected: no failure of the question. */
static void seerr_status(struct call *call)
{
    struct seerr_login login;
    struct seerr_check check;
    struct error error = {0};
    enum error_code rc = open_seerr(call, &login, &error);

    if (rc && rc != ERROR_USAGE) {
        call_fail_error(call, &error);
        return;
    }
    if (!rc) {
        rc = preview_seerr(call->api->tools, &login.seerr, 0, &check, &error);
        seerr_login_release(&login);
    }
    put_status(call, rc ? NULL : &check, &error);
}

static const struct field config_fields[] = {
    {"configured", FIELD_SWITCH},
    {"base_url", FIELD_TEXT, FIELD_NULLABLE},
    {"user_id", FIELD_TEXT, .help = "who requests when a list names nobody"},
    {0},
};

static const struct field config = {"", FIELD_OBJECT, .fields = config_fields,
                                    .schema = "SeerrConfig"};

static void seerr_config(struct call *call)
{
    struct options options;
    struct error error = {0};

    if (live_settings_load(call->api->given, call->store, &call->api->key, &options, &error)) {
        call_fail_error(call, &error);
        return;
    }
    bool has_url = options_is_set(&options, "OVERSEERR_URL");
    json_begin_object(&call->json, NULL);
    json_put_bool(&call->json, "configured",
                  has_url && options_is_set(&options, "OVERSEERR_API_KEY"));
    json_put_text(&call->json, "base_url",
                  has_url ? options_text(&options, "OVERSEERR_URL") : NULL);
    json_put_text(&call->json, "user_id", options_text(&options, "OVERSEERR_USER_ID"));
    json_end_object(&call->json);
    options_release(&options);
}

static const struct field person_fields[] = {
    {"id", FIELD_TEXT},
    {"display_name", FIELD_TEXT},
    {"email", FIELD_TEXT, FIELD_NULLABLE},
    {"avatar", FIELD_TEXT, FIELD_NULLABLE},
    {"last_synced", FIELD_TEXT, .format = "date-time"},
    {0},
};

static const struct field people_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"users", FIELD_LIST, .of = FIELD_OBJECT, .fields = person_fields, .schema = "SeerrUser"},
    {"count", FIELD_INTEGER},
    {0},
};

static const struct field people = {"", FIELD_OBJECT, .fields = people_fields,
                                    .schema = "SeerrUsers"};

static void put_person(struct call *call, const struct seerr_person *person)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_text(json, "id", arena_print(call->arena, "%" PRId64, person->id));
    json_put_text(json, "display_name", person->name);
    json_put_text(json, "email", text_is_empty(person->email) ? NULL : person->email);
    json_put_text(json, "avatar", text_is_empty(person->avatar) ? NULL : person->avatar);
    call_put_time_ms(json, "last_synced", clock_wall_ms());
    json_end_object(json);
}

static void seerr_users(struct call *call)
{
    struct seerr_login login;
    struct seerr_people found = {0};
    struct error error = {0};

    if (!api_open_seerr(call, &login))
        return;
    enum error_code rc =
        preview_seerr_users(call->api->tools, &login.seerr, call->arena, &found, &error);
    seerr_login_release(&login);
    if (rc) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    api_put_done(call, "%zu users of Seerr", found.count);
    json_begin_array(&call->json, "users");
    for (size_t i = 0; i < found.count; i++)
        put_person(call, &found.items[i]);
    json_end_array(&call->json);
    json_put_number(&call->json, "count", (int64_t)found.count);
    json_end_object(&call->json);
}

static const struct field service_fields[] = {
    {"id", FIELD_INTEGER},        {"kind", FIELD_TEXT, .help = "radarr or sonarr"},
    {"name", FIELD_TEXT},         {"is_4k", FIELD_SWITCH},
    {"is_default", FIELD_SWITCH}, {0},
};

static const struct field services_fields[] = {
    {"services", FIELD_LIST, .of = FIELD_OBJECT, .fields = service_fields,
     .schema = "SeerrService"},
    {0},
};

static const struct field services = {"", FIELD_OBJECT, .fields = services_fields,
                                      .schema = "SeerrServices"};

static void put_service(struct json_writer *json, const struct seerr_service *service)
{
    json_begin_object(json, NULL);
    json_put_number(json, "id", service->id);
    json_put_text(json, "kind", service->kind);
    json_put_text(json, "name", service->name);
    json_put_bool(json, "is_4k", service->is_4k);
    json_put_bool(json, "is_default", service->is_default);
    json_end_object(json);
}

static void seerr_services(struct call *call)
{
    struct seerr_login login;
    struct seerr_services found = {0};
    struct error error = {0};

    if (!api_open_seerr(call, &login))
        return;
    enum error_code rc =
        preview_seerr_services(call->api->tools, &login.seerr, call->arena, &found, &error);
    seerr_login_release(&login);
    if (rc) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "services");
    for (size_t i = 0; i < found.count; i++)
        put_service(&call->json, &found.items[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

static const struct field test_fields[] = {
    {"overseerr_url", FIELD_TEXT, FIELD_NULLABLE, "without it: the stored address", .high = 500},
    {"overseerr_api_key", FIELD_TEXT, FIELD_NULLABLE | FIELD_SECRET,
     "without it: the stored key, if the address is the stored one", .high = 500},
    {"overseerr_user_id", FIELD_TEXT, FIELD_NULLABLE, "a user who must exist", .high = 12},
    {0},
};

static const struct field tested_user_fields[] = {
    {"id", FIELD_INTEGER},
    {"displayName", FIELD_TEXT},
    {0},
};

static const struct field tested_fields[] = {
    {"valid", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {"server", FIELD_TEXT, FIELD_NULLABLE, "Overseerr, Jellyseerr or Seerr"},
    {"version", FIELD_TEXT, FIELD_NULLABLE},
    {"updateAvailable", FIELD_SWITCH, .help = "always false: ListSync does not look"},
    {"movie_4k_enabled", FIELD_SWITCH},
    {"series_4k_enabled", FIELD_SWITCH},
    {"user", FIELD_OBJECT, FIELD_NULLABLE, "the key's owner, or the user that was asked for",
     .fields = tested_user_fields},
    {0},
};

static const struct field tested = {"", FIELD_OBJECT, .fields = tested_fields,
                                    .schema = "SeerrTest"};

static void put_test(struct call *call, const struct seerr_check *check, const struct error *error)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "valid", check != NULL);
    json_put_text(json, "message",
                  check ? arena_print(call->arena, "Connected to %s as %s",
                                      seerr_flavour_name(check->server.flavour), check->user.name)
                        : error->message);
    json_put_text(json, "error", check ? NULL : error->message);
    json_put_text(json, "server", check ? seerr_flavour_name(check->server.flavour) : NULL);
    json_put_text(json, "version", check && *check->version ? check->version : NULL);
    json_put_bool(json, "updateAvailable", false);
    json_put_bool(json, "movie_4k_enabled", check && check->server.movie_4k_enabled);
    json_put_bool(json, "series_4k_enabled", check && check->server.series_4k_enabled);
    if (check) {
        json_begin_object(json, "user");
        json_put_number(json, "id", check->user.id);
        json_put_text(json, "displayName", check->user.name);
        json_end_object(json);
    } else {
        json_put_text(json, "user", NULL);
    }
    json_end_object(json);
}

/* What is given, completed by what is stored: but a stored key goes to the stored address only. */
static enum error_code login_to_test(struct call *call, struct seerr_login *ret,
                                     struct error *error)
{
    const char *url = call_body_text(call, "overseerr_url");
    const char *key = call_body_text(call, "overseerr_api_key");
    struct options options;

    if (url && *url && text_is_empty(key))
        return error_set(error, ERROR_USAGE, "an address that is not stored needs its API key");
    enum error_code rc =
        live_settings_load(call->api->given, call->store, &call->api->key, &options, error);
    if (rc)
        return rc;
    if (url && *url)
        rc = options_set(&options, "OVERSEERR_URL", url, error);
    if (!rc && !text_is_empty(key))
        rc = options_set(&options, "OVERSEERR_API_KEY", key, error);
    if (!rc && url && *url)
        rc = api_settings_check("OVERSEERR_URL", url, error);
    if (!rc)
        rc = seerr_login_init(ret, &options, error);
    options_release(&options);
    return rc;
}

static void seerr_test(struct call *call)
{
    const char *user = call_body_text(call, "overseerr_user_id");
    struct seerr_login login;
    struct seerr_check check;
    struct error error = {0};
    int64_t act_as = 0;

    if (user && *user && !text_to_integer(user, 0, INT32_MAX, &act_as)) {
        call_fail_field(call, "overseerr_user_id", "wants the number of a Seerr user");
        return;
    }
    if (login_to_test(call, &login, &error)) {
        put_test(call, NULL, &error);
        return;
    }
    bool fits = preview_seerr(call->api->tools, &login.seerr, act_as, &check, &error) == ERROR_NONE;
    seerr_login_release(&login);
    put_test(call, fits ? &check : NULL, &error);
}

const struct route api_seerr_routes[] = {
    {.id = "seerr_status",
     .tag = "Seerr",
     .method = WEB_GET,
     .path = "/api/overseerr/status",
     .access = ACCESS_READ,
     .flags = ROUTE_ERRAND,
     .summary = "Is Seerr there, and which server is it",
     .answer = &status,
     .handle = seerr_status},
    {.id = "seerr_config",
     .tag = "Seerr",
     .method = WEB_GET,
     .path = "/api/overseerr/config",
     .access = ACCESS_READ,
     .summary = "Its address, and who requests by default",
     .answer = &config,
     .handle = seerr_config},
    {.id = "seerr_users",
     .tag = "Seerr",
     .method = WEB_GET,
     .path = "/api/overseerr/users",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND,
     .summary = "Its users, as requesters to choose from",
     .answer = &people,
     .handle = seerr_users},
    {.id = "seerr_users_sync",
     .tag = "Seerr",
     .method = WEB_POST,
     .path = "/api/overseerr/users/sync",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "The same, under the original's other name: they are always read anew",
     .answer = &people,
     .handle = seerr_users},
    {.id = "seerr_services",
     .tag = "Seerr",
     .method = WEB_GET,
     .path = "/api/overseerr/services",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND,
     .summary = "Its Radarr and Sonarr services",
     .answer = &services,
     .handle = seerr_services},
    {.id = "seerr_test",
     .tag = "Seerr",
     .method = WEB_POST,
     .path = "/api/setup/test/overseerr",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND,
     .summary = "Try an address and key before they are stored",
     .body = test_fields,
     .answer = &tested,
     .handle = seerr_test},
    {0},
};

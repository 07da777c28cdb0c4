/* How far the program is set up. */
#include "api/answers.h"
#include "store/lists.h"
#include "sync/live_settings.h"
#include "web/guard.h"

static const struct field status_fields[] = {
    {"is_complete", FIELD_SWITCH, .help = "an account, Seerr and a list are there"},
    {"needs_admin", FIELD_SWITCH, .help = "POST /api/setup/admin makes the first account"},
    {"has_seerr", FIELD_SWITCH, .help = "its address and key are known"},
    {"has_lists", FIELD_SWITCH},
    {"has_env", FIELD_SWITCH, .help = "the environment names Seerr"},
    {"needs_migration", FIELD_SWITCH, .help = "always false: what there was is taken over"},
    {"settings_count", FIELD_INTEGER, .help = "settings that can be changed and are set"},
    {0},
};

static const struct field status = {"", FIELD_OBJECT, .fields = status_fields,
                                    .schema = "SetupStatus"};

static int64_t count_settings(const struct options *live)
{
    int64_t count = 0;

    for (const char *const *name = live_settings_names; *name; name++)
        count += options_is_set(live, *name);
    return count;
}

static void put_status(struct call *call, const struct options *live, bool has_lists)
{
    struct json_writer *json = &call->json;
    bool needs_admin = guard_needs_setup(call->api->guard, call->store);
    bool has_seerr =
        options_is_set(live, "OVERSEERR_URL") && options_is_set(live, "OVERSEERR_API_KEY");

    json_begin_object(json, NULL);
    json_put_bool(json, "is_complete", !needs_admin && has_seerr && has_lists);
    json_put_bool(json, "needs_admin", needs_admin);
    json_put_bool(json, "has_seerr", has_seerr);
    json_put_bool(json, "has_lists", has_lists);
    json_put_bool(json, "has_env", options_is_set(call->api->given, "OVERSEERR_URL"));
    json_put_bool(json, "needs_migration", false);
    json_put_number(json, "settings_count", count_settings(live));
    json_end_object(json);
}

static void setup_status(struct call *call)
{
    struct options live;
    struct stored_lists lists = {0};
    struct error error = {0};

    if (lists_load(call->store, call->arena, false, &lists, &error) ||
        live_settings_load(call->api->given, call->store, &call->api->key, &live, &error)) {
        call_fail_error(call, &error);
        return;
    }
    put_status(call, &live, lists.count > 0);
    options_release(&live);
}

const struct route api_setup_routes[] = {
    {.id = "setup_status",
     .tag = "Setup",
     .method = WEB_GET,
     .path = "/api/setup/status",
     .summary = "How far the program is set up, for whoever opens it first",
     .answer = &status,
     .handle = setup_status},
    {0},
};

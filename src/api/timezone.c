/* Time zones, in the original's shapes. */
#include <string.h>

#include "api/answers.h"
#include "api/time_now.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"

static const struct field supported_fields[] = {
    {"success", FIELD_SWITCH},
    {"regions", FIELD_MAP, .help = "names by their part before the first slash", .of = FIELD_ANY},
    {"total_abbreviations", FIELD_INTEGER, .help = "abbreviations that are understood: PST"},
    {"note", FIELD_TEXT},
    {0},
};

static const struct field supported = {"", FIELD_OBJECT, .fields = supported_fields,
                                       .schema = "TimeZones"};

/* Names come sorted, so those of a region stand together. */
struct listing {
    struct json_writer *json;
    bool with_region; /* first those of a region, then the others */
    char region[64];  /* whose array is open */
};

static void close_region(struct listing *listing)
{
    if (*listing->region)
        json_end_array(listing->json);
    *listing->region = '\0';
}

static void put_name(void *context, const char *name)
{
    struct listing *listing = context;
    char region[sizeof(listing->region)];

    if ((strchr(name, '/') != NULL) != listing->with_region)
        return;
    text_copy(region, sizeof(region), listing->with_region ? name : "Other");
    text_cut_at(region, "/");
    if (!text_equal(region, listing->region)) {
        close_region(listing);
        json_begin_array(listing->json, region);
        text_copy(listing->region, sizeof(listing->region), region);
    }
    json_put_text(listing->json, NULL, name);
}

static void put_regions(struct json_writer *json)
{
    struct listing listing = {.json = json, .with_region = true};

    json_begin_object(json, "regions");
    time_zone_each(put_name, &listing);
    close_region(&listing);
    listing.with_region = false;
    time_zone_each(put_name, &listing);
    close_region(&listing);
    json_end_object(json);
}

static void timezone_supported(struct call *call)
{
    json_begin_object(&call->json, NULL);
    json_put_bool(&call->json, "success", true);
    put_regions(&call->json);
    json_put_number(&call->json, "total_abbreviations", (int64_t)time_zone_abbreviation_count());
    json_put_text(&call->json, "note", "also UTC+2, UTC-3:30 and the like");
    json_end_object(&call->json);
}

static const struct field zone_fields[] = {
    {"timezone_name", FIELD_TEXT},
    {"current_time", FIELD_TEXT, .format = "date-time"},
    {"utc_offset", FIELD_TEXT, .help = "+0100"},
    {"timezone_abbreviation", FIELD_TEXT},
    {"is_dst", FIELD_SWITCH},
    {"formatted_time", FIELD_TEXT, .help = "2026-01-15 10:30:00 CET"},
    {0},
};

static const struct field current_fields[] = {
    {"success", FIELD_SWITCH},
    {"timezone", FIELD_OBJECT, .fields = zone_fields},
    {"environment_tz", FIELD_TEXT, FIELD_NULLABLE, "as the environment has it"},
    {"system_supports_abbreviations", FIELD_SWITCH},
    {0},
};

static const struct field current = {"", FIELD_OBJECT, .fields = current_fields,
                                     .schema = "TimeZone"};

static void timezone_current(struct call *call)
{
    struct json_writer *json = &call->json;
    const struct options *given = call->api->given;
    struct api_time now;

    if (!api_time_now(call, &now))
        return;
    json_begin_object(json, NULL);
    json_put_bool(json, "success", true);
    json_begin_object(json, "timezone");
    json_put_text(json, "timezone_name", now.zone);
    json_put_text(json, "current_time", now.iso);
    json_put_text(json, "utc_offset", now.offset);
    json_put_text(json, "timezone_abbreviation", now.local.abbreviation);
    json_put_bool(json, "is_dst", now.local.is_dst);
    json_put_text(json, "formatted_time", now.full);
    json_end_object(json);
    json_put_text(json, "environment_tz",
                  options_is_set(given, "TZ") ? options_text(given, "TZ") : NULL);
    json_put_bool(json, "system_supports_abbreviations", true);
    json_end_object(json);
}

static const struct field validate_fields[] = {
    {"timezone", FIELD_TEXT, FIELD_REQUIRED, .low = 1, .high = 100},
    {"region_hint", FIELD_TEXT, FIELD_NULLABLE,
     "US, EU, ASIA, AU or NZ: for abbreviations that mean several zones"},
    {0},
};

static const struct field validated_fields[] = {
    {"success", FIELD_SWITCH},
    {"input", FIELD_TEXT},
    {"normalized", FIELD_TEXT, FIELD_NULLABLE},
    {"region_hint", FIELD_TEXT, FIELD_NULLABLE},
    {"valid", FIELD_SWITCH},
    {"error", FIELD_TEXT, FIELD_NULLABLE},
    {0},
};

static const struct field validated = {"", FIELD_OBJECT, .fields = validated_fields,
                                       .schema = "TimeZoneCheck"};

static void timezone_validate(struct call *call)
{
    struct json_writer *json = &call->json;
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    const char *name = call_body_text(call, "timezone");
    struct error error = {0};
    const char *hint = call_body_text(call, "region_hint");
    bool valid = time_zone_open(name, &zone, &error) == ERROR_NONE;
    const char *place = valid ? time_zone_name(zone) : time_zone_of_abbreviation(name, hint);

    json_begin_object(json, NULL);
    json_put_bool(json, "success", true);
    json_put_text(json, "input", name);
    json_put_text(json, "normalized", place);
    json_put_text(json, "region_hint", hint);
    json_put_bool(json, "valid", place);
    json_put_text(json, "error", place ? NULL : error.message);
    json_end_object(json);
}

const struct route api_timezone_routes[] = {
    {.id = "timezone_supported",
     .tag = "Time",
     .method = WEB_GET,
     .path = "/api/timezone/supported",
     .access = ACCESS_READ,
     .summary = "Names of time zones",
     .answer = &supported,
     .handle = timezone_supported},
    {.id = "timezone_current",
     .tag = "Time",
     .method = WEB_GET,
     .path = "/api/timezone/current",
     .access = ACCESS_READ,
     .summary = "The one that is set, and its time now",
     .answer = &current,
     .handle = timezone_current},
    {.id = "timezone_validate",
     .tag = "Time",
     .method = WEB_POST,
     .path = "/api/timezone/validate",
     .access = ACCESS_READ,
     .summary = "Is this the name of a time zone",
     .body = validate_fields,
     .answer = &validated,
     .handle = timezone_validate},
    {0},
};

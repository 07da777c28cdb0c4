/* What was asked for last. */
#include "api/posters.h"
#include "store/newest_requests.h"
#include "web/call.h"

static const struct field parameters[] = {
    {"limit", FIELD_INTEGER, .low = 1, .high = NEWEST_REQUESTS_MOST, .fallback = "20"},
    {0},
};

static const struct field request_fields[] = {
    {"item_id", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"media_type", FIELD_TEXT},
    {"tmdb_id", FIELD_INTEGER},
    {"poster", FIELD_TEXT, FIELD_NULLABLE, API_POSTER_HELP},
    {"is_4k", FIELD_SWITCH},
    {"asked_at", FIELD_TEXT, .format = "date-time"},
    {"run_id", FIELD_INTEGER},
    {0},
};

static const struct field requests_fields[] = {
    {"requests", FIELD_LIST,
     .help = "that Seerr took and nobody has taken back, newest first, whatever is known since",
     .of = FIELD_OBJECT, .fields = request_fields, .schema = "NewestRequest"},
    {0},
};

static const struct field requests = {"", FIELD_OBJECT, .fields = requests_fields,
                                      .schema = "NewestRequests"};

static void put_request(struct call *call, const struct newest_request *request)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "item_id", request->item_id);
    json_put_text(json, "title", request->title);
    json_put_number_or_null(json, "year", request->year);
    json_put_text(json, "media_type", media_type_word(request->media_type));
    json_put_number(json, "tmdb_id", request->tmdb);
    api_put_poster(call, request->media_type, request->tmdb);
    json_put_bool(json, "is_4k", request->is_4k);
    call_put_time_ms(json, "asked_at", request->asked_ms);
    json_put_number(json, "run_id", request->run_id);
    json_end_object(json);
}

static void requests_newest(struct call *call)
{
    struct newest_requests found = {0};
    struct error error = {0};

    if (newest_requests_load(call->store, call->arena, (int)call_integer(call, "limit"), &found,
                             &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "requests");
    for (size_t i = 0; i < found.count; i++)
        put_request(call, &found.items[i]);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

const struct route api_requests_routes[] = {
    {.id = "requests_newest",
     .tag = "Items",
     .method = WEB_GET,
     .path = "/api/requests",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "What was asked for last",
     .parameters = parameters,
     .answer = &requests,
     .handle = requests_newest},
    {0},
};

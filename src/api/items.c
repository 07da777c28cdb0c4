/* Items: looking for them. Pages of the original, with filters, an order and cursors. */
#include "api/items.h"

#include <inttypes.h>
#include <string.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/posters.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/ledger.h"

const struct field api_item_source_fields[] = {
    {"id", FIELD_INTEGER, .help = "the list's number"},
    {"list_type", FIELD_TEXT},
    {"list_id", FIELD_TEXT},
    {"display_name", FIELD_TEXT},
    {"rank", FIELD_INTEGER, .help = "its place on the list"},
    {0},
};

static const struct field match_fields[] = {
    {"media_type", FIELD_TEXT, .help = "movie or tv"},
    {"tmdb_id", FIELD_INTEGER},
    {"title", FIELD_TEXT, .help = "as it was called when it was said; \"\""},
    {"who", FIELD_TEXT},
    {0},
};

const struct field api_item_fields[] = {
    {"id", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"media_type", FIELD_TEXT, .help = "movie, tv or unknown"},
    {"imdb_id", FIELD_TEXT, FIELD_NULLABLE},
    {"tmdb_id", FIELD_INTEGER, FIELD_NULLABLE},
    {"tvdb_id", FIELD_INTEGER, FIELD_NULLABLE},
    {"overseerr_id", FIELD_INTEGER, FIELD_NULLABLE, "the TMDB id under the original's name"},
    {"poster", FIELD_TEXT, FIELD_NULLABLE, API_POSTER_HELP},
    {"status", FIELD_TEXT, .help = "requested, already_available, ...; \"\" before the first sync"},
    {"decision", FIELD_TEXT, .help = "request, skip_available, ..., unmatched; \"\""},
    {"rule", FIELD_TEXT, .help = "of the plan, that decided"},
    {"reason", FIELD_TEXT, .help = "the same as a sentence"},
    {"proof", FIELD_TEXT, .help = "how it was identified: list, imdb, title, ...; \"\""},
    {"error_message", FIELD_TEXT, .help = "why it is no success; \"\""},
    {"ignored", FIELD_SWITCH, .help = "somebody said that it is never to be requested"},
    {"match", FIELD_OBJECT, FIELD_NULLABLE,
     "what somebody said it is, which the next sync goes by; null", .fields = match_fields,
     .schema = "ItemMatch"},
    {"first_seen", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"last_synced", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"run_id", FIELD_INTEGER, FIELD_NULLABLE, "the last run that decided it"},
    {"list_sources", FIELD_LIST, .help = "the lists that hold it now", .of = FIELD_OBJECT,
     .fields = api_item_source_fields, .schema = "ItemSource"},
    {0},
};

static const struct field page_fields[] = {
    {"items", FIELD_LIST, .of = FIELD_OBJECT, .fields = api_item_fields, .schema = "Item"},
    {"total", FIELD_INTEGER, .help = "that fit, on all pages"},
    {"total_is_exact", FIELD_SWITCH, .help = "false: there are more, which were not counted"},
    {"page", FIELD_INTEGER, FIELD_NULLABLE, "null when the page was asked for by a cursor"},
    {"limit", FIELD_INTEGER},
    {"total_pages", FIELD_INTEGER},
    {"next_cursor", FIELD_TEXT, FIELD_NULLABLE, "for the next page; null at the end"},
    {0},
};

const struct field api_items_answer = {"", FIELD_OBJECT, .fields = page_fields,
                                       .schema = "ItemPage"};

static void put_source(struct json_writer *json, const struct item_list_name *list)
{
    json_begin_object(json, NULL);
    json_put_number(json, "id", list->list_id);
    json_put_text(json, "list_type", list->type);
    json_put_text(json, "list_id", list->id);
    json_put_text(json, "display_name", api_list_name(list->description, list->type, list->id));
    json_put_number(json, "rank", list->rank);
    json_end_object(json);
}

void api_put_item_sources(struct json_writer *json, const struct item_list_name *lists,
                          size_t count)
{
    json_begin_array(json, "list_sources");
    for (size_t i = 0; i < count; i++)
        put_source(json, &lists[i]);
    json_end_array(json);
}

static void put_names(struct json_writer *json, const struct queried_item *item)
{
    json_put_number(json, "id", item->id);
    json_put_text(json, "title", item->title);
    json_put_number_or_null(json, "year", item->year);
    json_put_text(json, "media_type", media_type_word(item->media_type));
    json_put_text(json, "imdb_id", *item->ids.imdb ? item->ids.imdb : NULL);
    json_put_number_or_null(json, "tmdb_id", item->ids.tmdb);
    json_put_number_or_null(json, "tvdb_id", item->ids.tvdb);
    json_put_number_or_null(json, "overseerr_id", item->ids.tmdb);
}

static void put_poster(struct call *call, const struct queried_item *item)
{
    api_put_poster(call, item->media_type, item->has_no_poster ? 0 : item->ids.tmdb);
}

static void put_match(struct json_writer *json, const struct item_match *match)
{
    if (!match) {
        json_put_text(json, "match", NULL);
        return;
    }
    json_begin_object(json, "match");
    json_put_text(json, "media_type", media_type_word(match->media_type));
    json_put_number(json, "tmdb_id", match->tmdb);
    json_put_text(json, "title", match->title);
    json_put_text(json, "who", match->who);
    json_end_object(json);
}

void api_put_item(struct call *call, const char *key, const struct queried_item *item)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, key);
    put_names(json, item);
    put_poster(call, item);
    json_put_text(json, "status", item->status);
    json_put_text(json, "decision", item->decision);
    json_put_text(json, "rule", item->rule);
    json_put_text(json, "reason", item->reason);
    json_put_text(json, "proof", item->proof);
    json_put_text(json, "error_message", item->error_message);
    json_put_bool(json, "ignored", item->ignored);
    put_match(json, item->match);
    call_put_time(json, "first_seen", item->first_seen);
    call_put_time(json, "last_synced", item->last_synced);
    json_put_number_or_null(json, "run_id", item->run_id);
    api_put_item_sources(json, item->lists, item->list_count);
    json_end_object(json);
}

void api_answer_items(struct call *call, const struct items_query *query)
{
    struct json_writer *json = &call->json;
    struct queried_items found = {0};
    struct error error = {0};
    enum error_code rc = items_query(call->store, call->arena, query, &found, &error);

    if (rc == ERROR_USAGE)
        call_fail_field(call, "cursor", "%s", error.message);
    else if (rc)
        call_fail_error(call, &error);
    if (rc)
        return;
    json_begin_object(json, NULL);
    json_begin_array(json, "items");
    for (size_t i = 0; i < found.count; i++)
        api_put_item(call, NULL, &found.items[i]);
    json_end_array(json);
    json_put_number(json, "total", found.total);
    json_put_bool(json, "total_is_exact", !found.at_least);
    json_put_number_or_null(json, "page", query->cursor ? 0 : query->offset / query->limit + 1);
    json_put_number(json, "limit", query->limit);
    json_put_number(json, "total_pages", (found.total + query->limit - 1) / query->limit);
    json_put_text(json, "next_cursor", found.next_cursor);
    json_end_object(json);
}

const struct field api_item_id_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the item's number", .low = 1,
     .high = INT64_MAX},
    {0},
};

bool api_find_item(struct call *call, struct queried_item *ret)
{
    struct error error = {0};
    int64_t id = call_integer(call, "id");
    enum error_code rc = items_find(call->store, call->arena, id, ret, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "item_not_found", "there is no item %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static const char *const order_words[] = {[ITEMS_BY_RECENT] = "recent",
                                          [ITEMS_BY_TITLE] = "title",
                                          [ITEMS_BY_YEAR] = "year",
                                          [ITEMS_BY_ADDED] = "added",
                                          [ITEMS_BY_ADDED + 1] = NULL};
static const char *const media_words[] = {"movie", "tv", NULL};

/* Kinds of /api/attention. */
static const char *const need_words[] = {"unmatched", "request_failed", "refused", NULL};

static const struct field query_parameters[] = {
    {"search", FIELD_TEXT, .help = "part of the title, or an id: tt0113277, tmdb:949", .high = 200},
    {"media_type", FIELD_TEXT, .words = media_words},
    {"status", FIELD_TEXT, .words = api_status_words},
    {"decision", FIELD_TEXT, .words = api_decision_words},
    {"provider", FIELD_TEXT, .help = "on a list of this type", .high = LIST_TYPE_SIZE - 1},
    {"list", FIELD_INTEGER, .help = "on this list, by number", .low = 1, .high = INT64_MAX},
    {"year_from", FIELD_INTEGER, .low = 0, .high = 9999},
    {"year_to", FIELD_INTEGER, .low = 0, .high = 9999},
    {"ignored", FIELD_SWITCH, .help = "only those that are ignored", .fallback = "false"},
    {"needs_person", FIELD_SWITCH, .help = "only what waits for somebody's decision",
     .fallback = "false"},
    {"need", FIELD_TEXT, .help = "the same, of one kind in /api/attention", .words = need_words},
    {"sort", FIELD_TEXT, .words = order_words, .fallback = "recent"},
    {"reversed", FIELD_SWITCH, .fallback = "false"},
    {"limit", FIELD_INTEGER, .help = "of a page", .low = 1, .high = 500, .fallback = "50"},
    {"page", FIELD_INTEGER, .help = "from 1; cursors are better", .low = 1, .high = 100000,
     .fallback = "1"},
    {"cursor", FIELD_TEXT, .help = "next_cursor of the page before", .high = 1000},
    {0},
};

static enum items_order order_of(const char *word)
{
    int index = 0;

    while (order_words[index + 1] && !text_equal(order_words[index], word))
        index++;
    return (enum items_order)index;
}

static enum items_need need_of(struct call *call)
{
    const char *word = call_text(call, "need");

    if (!word)
        return call_switch(call, "needs_person") ? ITEMS_NEED_ANYTHING : ITEMS_NEED_NOTHING;
    for (int i = 0; need_words[i + 1]; i++)
        if (text_equal(need_words[i], word))
            return ITEMS_NEED_IDENTITY + i;
    return ITEMS_NEED_CONSENT;
}

static void items_all(struct call *call)
{
    const char *cursor = call_text(call, "cursor");
    int64_t limit = call_integer(call, "limit");
    struct items_query query = {
        .search = call_text(call, "search"),
        .media_type = call_text(call, "media_type"),
        .status = call_text(call, "status"),
        .decision = call_text(call, "decision"),
        .provider = call_text(call, "provider"),
        .list_id = call_integer(call, "list"),
        .year_from = call_integer(call, "year_from"),
        .year_to = call_integer(call, "year_to"),
        .only_ignored = call_switch(call, "ignored"),
        .needs_person = need_of(call),
        .order = order_of(call_text(call, "sort")),
        .reversed = call_switch(call, "reversed"),
        .limit = (int)limit,
        .offset = cursor ? 0 : (call_integer(call, "page") - 1) * limit,
        .cursor = cursor,
    };

    api_answer_items(call, &query);
}

static const struct field allowed_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"items", FIELD_INTEGER, .help = "titles that may be asked for again"},
    {0},
};

static const struct field allowed = {"", FIELD_OBJECT, .fields = allowed_fields,
                                     .schema = "AllAllowed"};

/* For a Seerr that was set up anew, where a run refuses to go on until a person says so. */
static void items_allow_all(struct call *call)
{
    struct error error = {0};
    int64_t count = 0;

    if (ledger_forgive_all(call->store, &count, &error)) {
        call_fail_error(call, &error);
        return;
    }
    call_audit(call, "item.allow_all", arena_print(call->arena, "%" PRId64 " titles", count), "");
    call_announce(call, "item_changed", "{\"id\": null, \"action\": \"item.allow_all\"}");
    json_begin_object(&call->json, NULL);
    api_put_done(call, "%" PRId64 " titles may be asked for again", count);
    json_put_number(&call->json, "items", count);
    json_end_object(&call->json);
}

const struct route api_items_routes[] = {
    {.id = "items_all",
     .tag = "Items",
     .method = WEB_GET,
     .path = "/api/items",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "Items, by search, filters, order and page",
     .parameters = query_parameters,
     .answer = &api_items_answer,
     .handle = items_all},
    {.id = "items_allow_all",
     .tag = "Items",
     .method = WEB_POST,
     .path = "/api/items/allow-all",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ANY_BODY,
     .summary = "Let everything be requested again that Seerr lacks: it was set up anew",
     .answer = &allowed,
     .handle = items_allow_all},
    {0},
};

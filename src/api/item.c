/* One item: its story, and what a person may decide about it. */
#include <inttypes.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/items.h"
#include "api/order.h"
#include "api/posters.h"
#include "api/seerr.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/merge.h"
#include "store/ledger.h"
#include "store/posters.h"
#include "sync/preview.h"

static const struct field history_fields[] = {
    {"run_id", FIELD_INTEGER},
    {"at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"dry_run", FIELD_SWITCH},
    {"decision", FIELD_TEXT},
    {"status", FIELD_TEXT},
    {"rule", FIELD_TEXT},
    {"reason", FIELD_TEXT},
    {"answer", FIELD_TEXT, .help = "Seerr's; \"\" when it was not asked"},
    {0},
};

static const struct field asked_fields[] = {
    {"state", FIELD_TEXT, .help = "requested, declined, deleted, withdrawn, ..."},
    {"quality", FIELD_TEXT, .help = "hd or 4k"},
    {"seasons", FIELD_TEXT, .help = "1,2,3; \"\" for films"},
    {"request_id", FIELD_INTEGER, FIELD_NULLABLE, "Seerr's"},
    {"run_id", FIELD_INTEGER, FIELD_NULLABLE},
    {"requester", FIELD_INTEGER, .help = "Seerr user; 0: the key's owner"},
    {"asked_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"message", FIELD_TEXT},
    {0},
};

static const struct field story_fields[] = {
    {"item", FIELD_OBJECT, .fields = api_item_fields, .schema = "Item"},
    {"evidence", FIELD_TEXT, .help = "which id or title proved what it is, or why nothing did"},
    {"history", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT, .fields = history_fields,
     .schema = "ItemDecision"},
    {"requests", FIELD_LIST, .help = "what was asked of Seerr and what became of it",
     .of = FIELD_OBJECT, .fields = asked_fields, .schema = "ItemRequest"},
    {0},
};

static const struct field story_answer = {"", FIELD_OBJECT, .fields = story_fields,
                                          .schema = "ItemStory"};

static void put_decision(struct json_writer *json, const struct item_history *line)
{
    json_begin_object(json, NULL);
    json_put_number(json, "run_id", line->run_id);
    call_put_time(json, "at", line->at);
    json_put_bool(json, "dry_run", line->dry_run);
    json_put_text(json, "decision", decision_word(line->decision));
    json_put_text(json, "status", item_status_word(line->status));
    json_put_text(json, "rule", line->rule);
    json_put_text(json, "reason", line->reason);
    json_put_text(json, "answer", line->answer);
    json_end_object(json);
}

static void put_asked(struct json_writer *json, const struct ledger_row *row)
{
    char seasons[SEASON_SET_TEXT];

    season_set_format(&row->seasons, seasons);
    json_begin_object(json, NULL);
    json_put_text(json, "state", ledger_state_word(row->state));
    json_put_text(json, "quality", row->is_4k ? "4k" : "hd");
    json_put_text(json, "seasons", seasons);
    json_put_number_or_null(json, "request_id", row->request_id);
    json_put_number_or_null(json, "run_id", row->run_id);
    json_put_number(json, "requester", row->requester);
    call_put_time_ms(json, "asked_at", row->asked_at);
    json_put_text(json, "message", row->message);
    json_end_object(json);
}

static void put_story(struct call *call, const struct queried_item *item,
                      const struct item_story *story, const struct ledger_rows *asked)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    api_put_item(call, "item", item);
    json_put_text(json, "evidence", story->evidence);
    json_begin_array(json, "history");
    for (size_t i = 0; i < story->history_count; i++)
        put_decision(json, &story->history[i]);
    json_end_array(json);
    json_begin_array(json, "requests");
    for (size_t i = 0; i < asked->count; i++)
        put_asked(json, &asked->items[i]);
    json_end_array(json);
    json_end_object(json);
}

static void items_one(struct call *call)
{
    struct queried_item item;
    struct item_story story = {0};
    struct ledger_rows asked = {0};
    struct error error = {0};

    if (!api_find_item(call, &item))
        return;
    enum error_code rc = items_story(call->store, call->arena, item.id, &story, &error);
    if (!rc && item.ids.tmdb)
        rc = ledger_of_title(call->store, call->arena, item.media_type, item.ids.tmdb, &asked,
                             &error);
    if (rc)
        call_fail_error(call, &error);
    else
        put_story(call, &item, &story, &asked);
}

static const struct field one = {"", FIELD_OBJECT, .fields = api_item_fields, .schema = "Item"};

/* After a change: audit, event, and the item as it is now. */
static void answer_changed(struct call *call, const struct queried_item *item, const char *action)
{
    struct queried_item now;

    call_audit(call, action, item->title, arena_print(call->arena, "item %" PRId64, item->id));
    call_announce(
        call, "item_changed",
        arena_print(call->arena, "{\"id\": %" PRId64 ", \"action\": \"%s\"}", item->id, action));
    if (api_find_item(call, &now))
        api_put_item(call, NULL, &now);
}

static void set_ignored(struct call *call, bool ignored)
{
    struct queried_item item;
    struct error error = {0};

    if (!api_find_item(call, &item))
        return;
    if (items_set_ignored(call->store, item.id, ignored, &error))
        call_fail_error(call, &error);
    else
        answer_changed(call, &item, ignored ? "item.ignore" : "item.unignore");
}

static void items_ignore(struct call *call)
{
    set_ignored(call, true);
}

static void items_unignore(struct call *call)
{
    set_ignored(call, false);
}

/* A person says that what was declined, deleted, withdrawn or ignored may be asked for again. */
static enum error_code allow(struct store *store, const struct queried_item *item,
                             struct error *error)
{
    int64_t count = 0;
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    if (item->ids.tmdb)
        rc = ledger_forgive(store, item->media_type, item->ids.tmdb, &count, error);
    if (!rc)
        rc = items_set_ignored(store, item->id, false, error);
    return store_end(store, rc, error);
}

static void items_allow(struct call *call)
{
    struct queried_item item;
    struct error error = {0};

    if (!api_find_item(call, &item))
        return;
    if (!item.ids.tmdb && !item.ignored) {
        call_fail(call, 409, "not_identified", "nobody knows yet what it is; match it first");
        return;
    }
    if (allow(call->store, &item, &error))
        call_fail_error(call, &error);
    else
        answer_changed(call, &item, "item.allow");
}

static const struct field ordered_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"run_id", FIELD_INTEGER, .help = "the run that will do it"},
    {"items", FIELD_INTEGER, .help = "how many it is about"},
    {0},
};

static const struct field ordered = {"", FIELD_OBJECT, .fields = ordered_fields,
                                     .schema = "Ordered"};

static void answer_ordered(struct call *call, const struct api_order *order, const char *action)
{
    int64_t count = (int64_t)order->order.item_count;
    int64_t run = order->done.runs[0].id;

    call_audit(call, action, arena_print(call->arena, "%" PRId64 " items", count),
               arena_print(call->arena, "run %" PRId64, run));
    json_begin_object(&call->json, NULL);
    api_put_done(call, "run %" PRId64 " will try %" PRId64 " items", run, count);
    json_put_number(&call->json, "run_id", run);
    json_put_number(&call->json, "items", count);
    json_end_object(&call->json);
}

static void items_retry(struct call *call)
{
    struct queried_item item;
    struct api_order order;

    if (!api_find_item(call, &item))
        return;
    api_order_init(call, &order);
    api_order_add_item(&order, item.id);
    if (api_order_send(call, &order))
        answer_ordered(call, &order, "item.retry");
}

/* Those that are on no list any more cannot be asked for: nobody says for whom. */
static void add_page(struct api_order *order, const struct queried_items *found)
{
    for (size_t i = 0; i < found->count; i++)
        if (found->items[i].list_count && !found->items[i].ignored)
            api_order_add_item(order, found->items[i].id);
}

static bool add_failed(struct call *call, struct api_order *order, const char *status)
{
    struct items_query query = {.status = status, .limit = 500};
    struct queried_items found = {0};
    struct error error = {0};

    do {
        if (items_query(call->store, call->arena, &query, &found, &error)) {
            call_fail_error(call, &error);
            return false;
        }
        add_page(order, &found);
        query.cursor = found.next_cursor;
    } while (query.cursor && order->order.item_count < API_ITEMS_MOST);
    return true;
}

static void items_retry_failed(struct call *call)
{
    struct api_order order;

    api_order_init(call, &order);
    if (!add_failed(call, &order, item_status_word(ITEM_STATUS_ERROR)) ||
        !add_failed(call, &order, item_status_word(ITEM_STATUS_REQUEST_FAILED)))
        return;
    if (!order.order.item_count) {
        call_fail(call, 409, "nothing_failed", "no item on a list has failed");
        return;
    }
    if (api_order_send(call, &order))
        answer_ordered(call, &order, "item.retry_failed");
}

static const char *const media_words[] = {"movie", "tv", NULL};

static const struct field match_fields[] = {
    {"media_type", FIELD_TEXT, FIELD_REQUIRED, .words = media_words},
    {"tmdb_id", FIELD_INTEGER, FIELD_REQUIRED, "what it is in TMDB", .low = 1, .high = INT32_MAX},
    {"title", FIELD_TEXT, .help = "of the choice, to show it later", .high = 500},
    {0},
};

/* Under its own key, and under what it would be called if a list told less or more of it. */
static enum error_code put_matches(struct call *call, const struct queried_item *item,
                                   const struct item_match *match, struct error *error)
{
    struct item whole = {.title = item->title,
                         .year = (int)item->year,
                         .media_type = item->media_type,
                         .ids = item->ids};
    struct item without_tmdb = whole;
    struct item nameless = whole;
    const struct item *const forms[] = {&whole, &without_tmdb, &nameless};
    enum error_code rc = ERROR_NONE;

    without_tmdb.ids.tmdb = 0;
    nameless.ids = (struct ids){0};
    size_t count = *item->ids.imdb || item->ids.tvdb ? 2 : ARRAY_LENGTH(forms);
    for (size_t i = 0; !rc && i < count; i++) {
        struct item_match keyed = *match;
        keyed.item_key = item_key(forms[i], call->arena);
        rc = item_matches_put(call->store, item->id, &keyed, error);
    }
    return rc;
}

static void items_match(struct call *call)
{
    struct queried_item item;
    struct error error = {0};
    struct item_match match = {
        .media_type = media_type_from_word(call_body_text(call, "media_type")),
        .tmdb = call_body_integer(call, "tmdb_id", 0),
        .title = call_body_text(call, "title"),
        .who = call->caller.name,
    };

    if (!api_find_item(call, &item))
        return;
    enum error_code rc = store_begin(call->store, &error);
    if (!rc)
        rc = store_end(call->store, put_matches(call, &item, &match, &error), &error);
    if (rc)
        call_fail_error(call, &error);
    else
        answer_changed(call, &item, "item.match");
}

static void items_unmatch(struct call *call)
{
    struct queried_item item;
    struct error error = {0};

    if (!api_find_item(call, &item))
        return;
    if (item_matches_drop(call->store, item.id, &error))
        call_fail_error(call, &error);
    else
        answer_changed(call, &item, "item.unmatch");
}

static const struct field candidates_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the item's number", .low = 1,
     .high = INT64_MAX},
    {"search", FIELD_TEXT, .help = "a title to look for; the item's own when not given",
     .high = 200},
    {0},
};

static const struct field candidate_fields[] = {
    {"media_type", FIELD_TEXT, .words = media_words},
    {"tmdb_id", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"original_title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"overview", FIELD_TEXT},
    {"poster_path", FIELD_TEXT, .help = "TMDB's path; \"\""},
    {"poster", FIELD_TEXT, FIELD_NULLABLE, API_POSTER_HELP},
    {0},
};

static const struct field candidates_fields[] = {
    {"candidates", FIELD_LIST, .of = FIELD_OBJECT, .fields = candidate_fields,
     .schema = "Candidate"},
    {0},
};

static const struct field candidates = {"", FIELD_OBJECT, .fields = candidates_fields,
                                        .schema = "Candidates"};

/* What it is asked for next, most likely, is its poster. */
static void keep_poster(struct call *call, const struct match_candidate *candidate)
{
    if (call->api->posters)
        posters_learn(call->store, candidate->media_type, candidate->tmdb, candidate->poster, NULL);
}

static void put_candidate(struct call *call, const struct match_candidate *candidate)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_text(json, "media_type", media_type_word(candidate->media_type));
    json_put_number(json, "tmdb_id", candidate->tmdb);
    json_put_text(json, "title", candidate->title);
    json_put_text(json, "original_title", candidate->original_title);
    json_put_number_or_null(json, "year", candidate->year);
    json_put_text(json, "overview", candidate->overview);
    json_put_text(json, "poster_path", candidate->poster);
    api_put_poster(call, candidate->media_type, *candidate->poster ? candidate->tmdb : 0);
    json_end_object(json);
}

static void items_candidates(struct call *call)
{
    const char *search = call_text(call, "search");
    struct queried_item item;
    struct match_candidates found = {0};
    struct error error = {0};
    struct seerr_login login;

    if (!api_find_item(call, &item) || !api_open_seerr(call, &login))
        return;
    enum error_code rc = preview_candidates(
        call->api->tools, &login.seerr, search ? search : item.title, call->arena, &found, &error);
    seerr_login_release(&login);
    if (rc) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "candidates");
    for (size_t i = 0; i < found.count; i++) {
        keep_poster(call, &found.items[i]);
        put_candidate(call, &found.items[i]);
    }
    json_end_array(&call->json);
    json_end_object(&call->json);
}

#define ITEM_ACTION(id_, method_, path_, summary_, answer_, handle_)                               \
    {                                                                                              \
        .id = (id_), .tag = "Items", .method = (method_), .path = (path_), .access = ACCESS_SYNC,  \
        .flags = ROUTE_ANY_BODY, .summary = (summary_), .parameters = api_item_id_parameters,      \
        .answer = (answer_), .handle = (handle_)                                                   \
    }

const struct route api_item_routes[] = {
    {.id = "items_one",
     .tag = "Items",
     .method = WEB_GET,
     .path = "/api/items/{id}",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "An item with its story: lists, proof, decisions, requests",
     .parameters = api_item_id_parameters,
     .answer = &story_answer,
     .handle = items_one},
    ITEM_ACTION("items_ignore", WEB_POST, "/api/items/{id}/ignore",
                "Never request it, whatever lists hold it", &one, items_ignore),
    ITEM_ACTION("items_unignore", WEB_DELETE, "/api/items/{id}/ignore", "Ignore it no longer", &one,
                items_unignore),
    ITEM_ACTION("items_allow", WEB_POST, "/api/items/{id}/allow",
                "Let what was declined, deleted, withdrawn or ignored be requested again", &one,
                items_allow),
    ITEM_ACTION("items_retry", WEB_POST, "/api/items/{id}/retry", "Sync this item alone, now",
                &ordered, items_retry),
    {.id = "items_retry_failed",
     .tag = "Items",
     .method = WEB_POST,
     .path = "/api/items/retry-failed",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ANY_BODY,
     .summary = "Sync all items that failed, and nothing else",
     .answer = &ordered,
     .handle = items_retry_failed},
    {.id = "items_match",
     .tag = "Items",
     .method = WEB_PUT,
     .path = "/api/items/{id}/match",
     .access = ACCESS_SYNC,
     .summary = "Say what it is; this decides before everything else",
     .parameters = api_item_id_parameters,
     .body = match_fields,
     .answer = &one,
     .handle = items_match},
    ITEM_ACTION("items_unmatch", WEB_DELETE, "/api/items/{id}/match",
                "Forget what somebody said it is", &one, items_unmatch),
    {.id = "items_candidates",
     .tag = "Items",
     .method = WEB_GET,
     .path = "/api/items/{id}/candidates",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND,
     .summary = "What it may be, by Seerr's search",
     .parameters = candidates_parameters,
     .answer = &candidates,
     .handle = items_candidates},
    {0},
};

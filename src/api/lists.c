/* Lists: what is kept and synced. The original's routes, and changing what it could not. */
#include <inttypes.h>
#include <string.h>

#include "api/answers.h"
#include "api/done.h"
#include "api/items.h"
#include "api/lists.h"
#include "api/providers.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/cron.h"
#include "model/season_set.h"
#include "providers/provider.h"
#include "store/items_query.h"
#include "store/lists.h"

static const char *const order_words[] = {[LISTS_BY_PRIORITY] = "priority",
                                          [LISTS_BY_NAME] = "name",
                                          [LISTS_BY_SYNCED] = "last_synced",
                                          [LISTS_BY_SYNCED + 1] = NULL};
static const char *const quality_words[] = {"default", "hd", "4k", NULL};

static const struct field page_parameters[] = {
    {"limit", FIELD_INTEGER, .help = "of a page; 0: all", .low = 0, .high = 1000, .fallback = "0"},
    {"page", FIELD_INTEGER, .help = "from 1", .low = 1, .high = 1000000, .fallback = "1"},
    {"list_type", FIELD_TEXT, .high = LIST_TYPE_SIZE - 1},
    {"status", FIELD_TEXT, .help = "how the last reading ended: ok, blocked, ...", .high = 32},
    {"search", FIELD_TEXT, .help = "part of id or description", .high = 200},
    {"auto_sync", FIELD_SWITCH},
    {"sort", FIELD_TEXT, .words = order_words, .fallback = "priority"},
    {"reversed", FIELD_SWITCH, .fallback = "false"},
    {0},
};

static const struct field lists_fields[] = {
    {"lists", FIELD_LIST, .of = FIELD_OBJECT, .fields = api_list_fields, .schema = "List"},
    {"total", FIELD_INTEGER, .help = "that fit, on all pages"},
    {"page", FIELD_INTEGER},
    {"limit", FIELD_INTEGER},
    {0},
};

static const struct field lists = {"", FIELD_OBJECT, .fields = lists_fields, .schema = "Lists"};

/* The place of a word in its table; the tables come from the field, so it is there. */
static int index_of(const char *const *words, const char *word)
{
    int index = 0;

    while (words[index + 1] && !text_equal(words[index], word))
        index++;
    return index;
}

static void lists_all(struct call *call)
{
    struct lists_query query = {
        .type = call_text(call, "list_type"),
        .status = call_text(call, "status"),
        .search = call_text(call, "search"),
        .auto_sync = call_has(call, "auto_sync") ? call_switch(call, "auto_sync") : -1,
        .order = (enum lists_order)index_of(order_words, call_text(call, "sort")),
        .reversed = call_switch(call, "reversed"),
        .limit = (int)call_integer(call, "limit"),
        .offset = (call_integer(call, "page") - 1) * call_integer(call, "limit"),
    };
    struct stored_lists found = {0};
    struct error error = {0};
    int64_t total = 0;

    if (lists_query(call->store, call->arena, &query, &found, &total, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "lists");
    for (size_t i = 0; i < found.count; i++)
        api_put_list(call, NULL, &found.items[i]);
    json_end_array(&call->json);
    json_put_number(&call->json, "total", total);
    json_put_number(&call->json, "page", call_integer(call, "page"));
    json_put_number(&call->json, "limit", query.limit);
    json_end_object(&call->json);
}

/* What may be chosen for a list; the same when it is added and when it is changed. */
#define CHOICE_FIELDS                                                                              \
    {"description", FIELD_TEXT, .help = "what to call it; \"\": its own name", .high = 500},       \
        {"auto_sync", FIELD_SWITCH, .help = "false: synced only when it is named"},                \
        {"priority", FIELD_INTEGER, .help = "lower numbers come first", .low = 0,                  \
         .high = 1000000},                                                                         \
        {"item_limit", FIELD_INTEGER, .help = "only so many entries from its top; 0: all",         \
         .low = 0, .high = 50000},                                                                 \
        {"user_id", FIELD_TEXT, .help = "Seerr user who requests; \"0\": the default one",         \
         .high = 12},                                                                              \
        {"quality", FIELD_TEXT, .words = quality_words},                                           \
        {"seasons", FIELD_TEXT, .help = "all, first, or a set such as 1-3,5", .high = 200},        \
    {                                                                                              \
        "schedule", FIELD_TEXT, .help = "a cron text or \"every 6h\"; \"\": the global one",       \
                                .high = 120                                                        \
    }

static const struct field add_fields[] = {
    {"list_type", FIELD_TEXT, FIELD_NULLABLE, "without it list_id must be TYPE:ID or an address",
     .high = LIST_TYPE_SIZE - 1},
    {"list_id", FIELD_TEXT, FIELD_REQUIRED, "an id, or the address of the list's page", .low = 1,
     .high = LIST_URL_SIZE - 1},
    CHOICE_FIELDS,
    {0},
};

static const struct field change_fields[] = {CHOICE_FIELDS, {0}};

const struct field api_list_copy_fields[] = {
    {"list_type", FIELD_TEXT, FIELD_REQUIRED, .high = LIST_TYPE_SIZE - 1},
    {"list_id", FIELD_TEXT, FIELD_REQUIRED, .low = 1, .high = LIST_URL_SIZE - 1},
    CHOICE_FIELDS,
    {0},
};

static const struct field added_fields[] = {
    {"success", FIELD_SWITCH},
    {"message", FIELD_TEXT},
    {"list_url", FIELD_TEXT},
    {"item_count", FIELD_INTEGER},
    {"user_id", FIELD_TEXT},
    {"list", FIELD_OBJECT, .fields = api_list_fields, .schema = "List"},
    {0},
};

static const struct field added = {"", FIELD_OBJECT, .fields = added_fields, .schema = "ListAdded"};

static void take_requester(struct call *call, const struct json_value *choices,
                           struct stored_list *list, struct field_problems *problems)
{
    const char *user = json_value_get_text(choices, "user_id");

    if (user && !text_to_integer(*user ? user : "0", 0, INT32_MAX, &list->requester))
        field_problem_add(problems, call->arena, "user_id",
                          "wants the number of a Seerr user, or \"0\"");
}

static void take_seasons(struct call *call, const struct json_value *choices,
                         struct stored_list *list, struct field_problems *problems)
{
    const char *seasons = json_value_get_text(choices, "seasons");
    struct season_set set;
    struct error error = {0};

    if (!seasons)
        return;
    list->seasons = seasons;
    if (season_set_of_choice(seasons, &set, &error))
        field_problem_add(problems, call->arena, "seasons", "%s", error.message);
}

static void take_schedule(struct call *call, const struct json_value *choices,
                          struct stored_list *list, struct field_problems *problems)
{
    const char *schedule = json_value_get_text(choices, "schedule");
    struct error error = {0};
    struct cron cron;

    if (!schedule)
        return;
    list->schedule = schedule;
    if (*schedule && cron_parse(schedule, &cron, &error))
        field_problem_add(problems, call->arena, "schedule", "%s", error.message);
}

static void take_numbers(const struct json_value *choices, struct stored_list *list)
{
    const struct json_value *auto_sync = json_value_get(choices, "auto_sync");
    const struct json_value *priority = json_value_get(choices, "priority");
    const struct json_value *item_limit = json_value_get(choices, "item_limit");

    if (json_value_is_switch(auto_sync))
        list->auto_sync = json_value_is_true(auto_sync);
    if (json_value_is_integer(priority))
        list->priority = json_value_integer(priority);
    if (json_value_is_integer(item_limit))
        list->item_limit = json_value_integer(item_limit);
}

bool api_take_list_choices(struct call *call, const struct json_value *choices,
                           struct stored_list *list, struct field_problems *problems)
{
    const char *quality = json_value_get_text(choices, "quality");

    if (json_value_get_text(choices, "description"))
        list->description = json_value_get_text(choices, "description");
    if (quality)
        list->quality = index_of(quality_words, quality) - 1;
    take_numbers(choices, list);
    take_requester(call, choices, list, problems);
    take_seasons(call, choices, list, problems);
    take_schedule(call, choices, list, problems);
    return !problems->count;
}

/* What the body says, over what the list has; false: the call has failed. */
static bool take_choices(struct call *call, struct stored_list *list)
{
    struct field_problems problems = {0};

    if (api_take_list_choices(call, call->document, list, &problems))
        return true;
    call_fail_problems(call, &problems);
    return false;
}

static void tell(struct call *call, const char *action, const struct stored_list *list)
{
    call_audit(call, action, arena_print(call->arena, "%s:%s", list->ref.type, list->ref.id), "");
    call_announce(
        call, "list_changed",
        arena_print(call->arena, "{\"id\": %" PRId64 ", \"action\": \"%s\"}", list->id, action));
    schedule_changed(call->api->schedule);
}

/* Found again it stays as it is, but for what the body says. */
static enum error_code add_and_find(struct call *call, const struct list_ref *ref,
                                    struct stored_list *ret, struct error *error)
{
    int64_t id;
    enum error_code rc = lists_add(call->store, ref, LIST_ADDED, 0, &id, error);

    return rc ? rc : lists_find(call->store, call->arena, ref, ret, error);
}

static bool add(struct call *call, const struct list_ref *ref, struct stored_list *ret)
{
    struct error error = {0};
    enum error_code rc = store_begin(call->store, &error);

    if (!rc) {
        rc = add_and_find(call, ref, ret, &error);
        if (!rc && !take_choices(call, ret))
            rc = ERROR_USAGE;
        if (!rc)
            rc = lists_change(call->store, ret, &error);
        rc = store_end(call->store, rc, &error);
    }
    if (rc && !call->response->status)
        call_fail_error(call, &error);
    return !rc;
}

static void lists_add_one(struct call *call)
{
    struct list_ref ref;
    struct stored_list list;
    struct error error = {0};

    if (api_parse_list(call_body_text(call, "list_type"), call_body_text(call, "list_id"), &ref,
                       &error)) {
        call_fail_field(call, api_field_of_list(call), "%s", error.message);
        return;
    }
    if (!add(call, &ref, &list))
        return;
    tell(call, "list.add", &list);
    json_begin_object(&call->json, NULL);
    api_put_done(call, "Added %s list: %s", list.ref.type, list.ref.id);
    json_put_text(&call->json, "list_url", list.ref.url);
    json_put_number(&call->json, "item_count", list.item_count);
    json_put_text(&call->json, "user_id", arena_print(call->arena, "%" PRId64, list.requester));
    api_put_list(call, "list", &list);
    json_end_object(&call->json);
}

static const struct field id_parameters[] = {
    {"id", FIELD_INTEGER, FIELD_IN_PATH | FIELD_REQUIRED, "the list's number", .low = 1,
     .high = INT64_MAX},
    {0},
};

static const struct field one = {"", FIELD_OBJECT, .fields = api_list_fields, .schema = "List"};

bool api_find_list(struct call *call, struct stored_list *ret)
{
    struct error error = {0};
    int64_t id = call_integer(call, "id");
    enum error_code rc = lists_find_id(call->store, call->arena, id, ret, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "list_not_found", "there is no list %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static void lists_one(struct call *call)
{
    struct stored_list list;

    if (api_find_list(call, &list))
        api_put_list(call, NULL, &list);
}

/* Read and written as one: two who change different things lose neither. */
static bool change(struct call *call, struct stored_list *list)
{
    struct error error = {0};
    enum error_code rc = store_begin(call->store, &error);

    if (!rc) {
        if (!api_find_list(call, list) || !take_choices(call, list))
            rc = ERROR_USAGE;
        if (!rc)
            rc = lists_change(call->store, list, &error);
        rc = store_end(call->store, rc, &error);
    }
    if (rc && !call->response->status)
        call_fail_error(call, &error);
    return !rc;
}

static void lists_put(struct call *call)
{
    struct stored_list list;

    if (!change(call, &list))
        return;
    tell(call, "list.change", &list);
    api_put_list(call, NULL, &list);
}

static void remove_list(struct call *call, const struct stored_list *list)
{
    struct error error = {0};

    if (lists_remove_id(call->store, list->id, &error)) {
        call_fail_error(call, &error);
        return;
    }
    tell(call, "list.remove", list);
    api_answer_done(call, "Deleted %s list: %s", list->ref.type, list->ref.id);
}

static void lists_delete(struct call *call)
{
    struct stored_list list;

    if (api_find_list(call, &list))
        remove_list(call, &list);
}

static const struct field name_parameters[] = {
    {"list_type", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, .low = 1, .high = LIST_TYPE_SIZE - 1},
    {"list_id", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, "an id or an address", .low = 1,
     .high = LIST_URL_SIZE - 1},
    {0},
};

/* "List not found: imdb/ls9. Available imdb lists: top, ls1": the original's help. */
static void fail_to_find(struct call *call, const char *type, const char *id)
{
    struct lists_query query = {.type = type, .auto_sync = -1, .limit = 3};
    struct stored_lists found = {0};
    const char *names = "";
    int64_t total;

    if (lists_query(call->store, call->arena, &query, &found, &total, NULL) == ERROR_NONE)
        for (size_t i = 0; i < found.count; i++)
            names = arena_print(call->arena, "%s%s%s", names, i ? ", " : "", found.items[i].ref.id);
    call_fail(call, 404, "list_not_found", "List not found: %s/%s. Available %s lists: %s", type,
              id, type, *names ? names : "none");
}

/* As it is kept, or as somebody might write it. */
static bool find_named(struct call *call, struct stored_list *ret)
{
    const char *type = call_text(call, "list_type");
    const char *id = call_text(call, "list_id");
    struct list_ref ref = {0};
    struct error error = {0};

    text_copy(ref.type, sizeof(ref.type), type);
    text_copy(ref.id, sizeof(ref.id), id);
    enum error_code rc = lists_find(call->store, call->arena, &ref, ret, &error);
    if (rc == ERROR_NOT_FOUND && provider_parse(type, id, &ref, NULL) == ERROR_NONE)
        rc = lists_find(call->store, call->arena, &ref, ret, &error);
    if (rc == ERROR_NOT_FOUND)
        fail_to_find(call, type, id);
    else if (rc)
        call_fail_error(call, &error);
    return !rc;
}

static void lists_delete_named(struct call *call)
{
    struct stored_list list;

    if (find_named(call, &list))
        remove_list(call, &list);
}

static const struct field items_parameters[] = {
    {"list_type", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, .low = 1, .high = LIST_TYPE_SIZE - 1},
    {"list_id", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, .low = 1, .high = LIST_URL_SIZE - 1},
    {"limit", FIELD_INTEGER, .low = 1, .high = 100, .fallback = "20"},
    {"cursor", FIELD_TEXT, .help = "next_cursor of the page before", .high = 1000},
    {0},
};

static void lists_items(struct call *call)
{
    struct stored_list list;

    if (!find_named(call, &list))
        return;
    struct items_query query = {
        .list_id = list.id,
        .limit = (int)call_integer(call, "limit"),
        .cursor = call_text(call, "cursor"),
    };
    api_answer_items(call, &query);
}

const struct route api_lists_routes[] = {
    {.id = "lists_all",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists",
     .access = ACCESS_READ,
     .summary = "The lists that are kept",
     .parameters = page_parameters,
     .answer = &lists,
     .handle = lists_all},
    {.id = "lists_add",
     .tag = "Lists",
     .method = WEB_POST,
     .path = "/api/lists",
     .access = ACCESS_SYNC,
     .summary = "Add a list, or change what is chosen for it; reads nothing yet",
     .body = add_fields,
     .answer = &added,
     .handle = lists_add_one},
    {.id = "lists_one",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists/{id}",
     .access = ACCESS_READ,
     .summary = "One list",
     .parameters = id_parameters,
     .answer = &one,
     .handle = lists_one},
    {.id = "lists_put",
     .tag = "Lists",
     .method = WEB_PUT,
     .path = "/api/lists/{id}",
     .access = ACCESS_SYNC,
     .summary = "Change what is chosen for it; what the body leaves out stays",
     .parameters = id_parameters,
     .body = change_fields,
     .answer = &one,
     .handle = lists_put},
    {.id = "lists_delete",
     .tag = "Lists",
     .method = WEB_DELETE,
     .path = "/api/lists/{id}",
     .access = ACCESS_SYNC,
     .summary = "Forget a list; what was requested stays requested",
     .parameters = id_parameters,
     .answer = &api_done_answer,
     .handle = lists_delete},
    {.id = "lists_items",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists/{list_type}/{list_id...}/items",
     .access = ACCESS_READ,
     .flags = ROUTE_CACHED,
     .summary = "The items of a list",
     .parameters = items_parameters,
     .answer = &api_items_answer,
     .handle = lists_items},
    {.id = "lists_delete_named",
     .tag = "Lists",
     .method = WEB_DELETE,
     .path = "/api/lists/{list_type}/{list_id...}",
     .access = ACCESS_SYNC,
     .summary = "The same by type and id, as the original",
     .parameters = name_parameters,
     .answer = &api_done_answer,
     .handle = lists_delete_named},
    {0},
};

#include "api/order.h"

#include <inttypes.h>
#include <stdlib.h>

#include "providers/provider.h"
#include "store/items_query.h"
#include "store/runs_query.h"
#include "sync/live_settings.h"
#include "sync/pushed_list.h"

enum { PAGE = 500 };

void api_order_init(struct call *call, struct api_order *order)
{
    *order = (struct api_order){
        .order = {.mode = RUN_FULL, .trigger = RUN_BY_API, .requested_by = call->caller.name},
        .lists = arena_take(call->arena, API_LISTS_MOST * sizeof(*order->lists)),
        .items = arena_take(call->arena, API_ITEMS_MOST * sizeof(*order->items)),
    };
    order->order.lists = order->lists;
    order->order.items = order->items;
}

static void add_list(struct api_order *order, int64_t id)
{
    for (size_t i = 0; i < order->order.list_count; i++)
        if (order->lists[i] == id)
            return;
    if (order->order.list_count < API_LISTS_MOST)
        order->lists[order->order.list_count++] = id;
}

bool api_order_add_list(struct call *call, struct api_order *order, const char *type,
                        const char *id)
{
    struct stored_list *list = arena_take(call->arena, sizeof(*list));
    struct list_ref ref;
    struct error error = {0};

    if (!type || !id) {
        call_fail_field(call, type ? "list_id" : "list_type", "list_type and list_id go together");
        return false;
    }
    if (provider_parse(type, id, &ref, &error)) {
        call_fail_field(call, "list_id", "%s", error.message);
        return false;
    }
    enum error_code rc = lists_find(call->store, call->arena, &ref, list, &error);
    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "list_not_found", "List not found: %s/%s", type, id);
    else if (rc)
        call_fail_error(call, &error);
    if (rc)
        return false;
    order->named = list;
    add_list(order, list->id);
    return true;
}

static bool add_kept_list(struct call *call, struct api_order *order, int64_t id)
{
    struct stored_list list;
    struct error error = {0};
    enum error_code rc = lists_find_id(call->store, call->arena, id, &list, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "list_not_found", "there is no list %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    else
        add_list(order, id);
    return rc == ERROR_NONE;
}

bool api_order_add_lists(struct call *call, struct api_order *order, const struct json_value *lists)
{
    if (!json_value_count(lists)) {
        call_fail_field(call, "lists", "is empty");
        return false;
    }
    for (size_t i = 0; i < json_value_count(lists); i++)
        if (!add_kept_list(call, order, json_value_integer(json_value_at(lists, i))))
            return false;
    return true;
}

bool api_order_add_titles(struct call *call, struct api_order *order,
                          const struct json_value *titles)
{
    struct stored_list list;
    struct error error = {0};
    enum error_code rc =
        pushed_list_add(call->store, call->api->data_directory, titles, &list, call->arena, &error);

    if (rc == ERROR_USAGE)
        call_fail_field(call, "custom_list", "%s", error.message);
    else if (rc)
        call_fail_error(call, &error);
    else
        add_list(order, list.id);
    return rc == ERROR_NONE;
}

bool api_order_add_item(struct api_order *order, int64_t item)
{
    if (order->order.item_count >= API_ITEMS_MOST)
        return false;
    order->order.mode = RUN_CUSTOM;
    order->items[order->order.item_count++] = item;
    return true;
}

static bool add_known_item(struct call *call, struct api_order *order, int64_t id)
{
    struct queried_item item;
    struct error error = {0};
    enum error_code rc = items_find(call->store, call->arena, id, &item, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "item_not_found", "there is no item %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    return !rc && api_order_add_item(order, id);
}

bool api_order_add_items(struct call *call, struct api_order *order, const struct json_value *items)
{
    if (!json_value_count(items)) {
        call_fail_field(call, "items", "is empty");
        return false;
    }
    for (size_t i = 0; i < json_value_count(items); i++)
        if (!add_known_item(call, order, json_value_integer(json_value_at(items, i))))
            return false;
    return true;
}

/* A dry run that came to its end: what it would have requested is kept for good. */
static bool find_plan(struct call *call, int64_t id, struct stored_run *ret)
{
    struct error error = {0};
    enum error_code rc = runs_find(call->store, call->arena, id, ret, &error);

    if (rc == ERROR_NOT_FOUND)
        call_fail(call, 404, "run_not_found", "there is no run %" PRId64, id);
    else if (rc)
        call_fail_error(call, &error);
    else if (!ret->dry_run)
        call_fail(call, 409, "no_plan", "run %" PRId64 " is no dry run", id);
    else if (ret->state != RUN_COMPLETED && ret->state != RUN_COMPLETED_WITH_ERRORS)
        call_fail(call, 409, "no_plan", "run %" PRId64 " has not come to an end: it is %s", id,
                  run_state_word(ret->state));
    else
        return true;
    return false;
}

/* Numbers in order, to be looked up in. */
struct exceptions {
    int64_t *items; /* in the arena */
    size_t count;
};

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return a < b ? -1 : a > b;
}

static struct exceptions read_exceptions(struct call *call, const struct json_value *except)
{
    struct exceptions ret = {NULL, json_value_count(except)};

    ret.items = arena_take(call->arena, (ret.count + 1) * sizeof(*ret.items));
    for (size_t i = 0; i < ret.count; i++)
        ret.items[i] = json_value_integer(json_value_at(except, i));
    qsort(ret.items, ret.count, sizeof(*ret.items), compare);
    return ret;
}

static bool is_excepted(const struct exceptions *exceptions, int64_t item)
{
    return bsearch(&item, exceptions->items, exceptions->count, sizeof(item), compare) != NULL;
}

static enum error_code add_planned(struct call *call, struct api_order *order, int64_t run,
                                   const struct exceptions *exceptions, struct error *error)
{
    struct run_items_query query = {
        .run_id = run,
        .status = item_status_word(ITEM_STATUS_WOULD_BE_SYNCED),
        .limit = PAGE,
    };
    struct run_items page = {0};

    do {
        query.after = page.next_after;
        enum error_code rc = runs_items(call->store, call->arena, &query, &page, error);
        if (rc)
            return rc;
        for (size_t i = 0; i < page.count; i++)
            if (!is_excepted(exceptions, page.items[i].item_id) &&
                !api_order_add_item(order, page.items[i].item_id))
                return error_set(error, ERROR_LIMIT,
                                 "a plan of more than %d titles is approved by a full sync",
                                 API_ITEMS_MOST);
    } while (page.next_after);
    return ERROR_NONE;
}

static bool add_planned_items(struct call *call, struct api_order *order, int64_t run,
                              const struct json_value *except)
{
    struct exceptions exceptions = read_exceptions(call, except);
    struct error error = {0};

    if (add_planned(call, order, run, &exceptions, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    if (!order->order.item_count)
        call_fail(call, 409, "nothing_planned", "run %" PRId64 " would have requested nothing%s",
                  run, exceptions.count ? " else" : "");
    return order->order.item_count > 0;
}

static enum error_code find_default_quality(struct call *call, bool *ret, struct error *error)
{
    struct options live;
    enum error_code rc =
        live_settings_load(call->api->given, call->store, &call->api->key, &live, error);

    if (rc)
        return rc;
    *ret = options_switch(&live, "OVERSEERR_4K");
    options_release(&live);
    return ERROR_NONE;
}

/* As the dry run read them: on its other lists the same titles may be asked for differently. */
static enum error_code add_planned_lists(struct call *call, struct api_order *order,
                                         const struct stored_run *run, struct error *error)
{
    struct run_lists read = {0};
    struct stored_list list;
    bool default_4k = false;
    enum error_code rc = find_default_quality(call, &default_4k, error);

    if (!rc)
        rc = runs_lists(call->store, call->arena, run->id, &read, error);
    for (size_t i = 0; !rc && i < read.count; i++) {
        rc = lists_find_id(call->store, call->arena, read.items[i].list_id, &list, error);
        if (!rc && sync_list_is_4k(&list, default_4k) == run->is_4k)
            add_list(order, list.id);
        if (rc == ERROR_NOT_FOUND)
            rc = ERROR_NONE;
    }
    return rc;
}

bool api_order_add_plan(struct call *call, struct api_order *order, int64_t id,
                        const struct json_value *except)
{
    struct stored_run run;
    struct error error = {0};

    if (!find_plan(call, id, &run) || !add_planned_items(call, order, id, except))
        return false;
    if (add_planned_lists(call, order, &run, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    order->order.joins = true; /* approved twice, it is carried out once */
    if (!order->order.list_count)
        call_fail(call, 409, "on_no_list", "none of the lists of run %" PRId64 " is kept any more",
                  id);
    return order->order.list_count > 0;
}

static void fail_to_order(struct call *call, const struct api_order *order,
                          const struct error *error)
{
    if (error->code == ERROR_NOT_FOUND && order->order.item_count)
        call_fail(call, 409, "on_no_list", "%s", error->message);
    else if (error->code == ERROR_LIMIT)
        call_fail(call, 429, "queue_full", "%s", error->message);
    else
        call_fail_error(call, error);
}

bool api_order_send(struct call *call, struct api_order *order)
{
    struct error error = {0};

    if (order->order.list_count)
        order->order.mode = order->order.list_count == 1 ? RUN_SINGLE : RUN_CUSTOM;
    if (runner_order(call->api->runner, call->store, &order->order, &order->done, &error) ==
        ERROR_NONE)
        return true;
    fail_to_order(call, order, &error);
    return false;
}

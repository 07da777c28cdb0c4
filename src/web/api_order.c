#include "web/api_order.h"

#include <inttypes.h>

#include "providers/provider.h"
#include "store/lists_of_item.h"
#include "store/runs_query.h"

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

static bool fail_without_list(struct call *call, const char *type, const char *id)
{
    call_fail(call, 404, "list_not_found", "List not found: %s/%s", type, id);
    return false;
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
        return fail_without_list(call, type, id);
    if (rc) {
        call_fail_error(call, &error);
        return false;
    }
    order->named = list;
    add_list(order, list->id);
    return true;
}

bool api_order_add_lists(struct call *call, struct api_order *order, const struct json_value *lists)
{
    struct stored_list list;
    struct error error = {0};

    for (size_t i = 0; i < json_value_count(lists); i++) {
        int64_t id = json_value_integer(json_value_at(lists, i));
        if (lists_find_id(call->store, call->arena, id, &list, &error)) {
            call_fail(call, 404, "list_not_found", "there is no list %" PRId64, id);
            return false;
        }
        add_list(order, id);
    }
    return true;
}

/* A run of items reads the lists that hold them, and asks for nothing else on these. */
bool api_order_add_item(struct call *call, struct api_order *order, int64_t item)
{
    int64_t *lists;
    size_t count = 0;
    struct error error = {0};

    if (lists_of_item(call->store, call->arena, item, &lists, &count, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        add_list(order, lists[i]);
    if (order->order.item_count < API_ITEMS_MOST)
        order->items[order->order.item_count++] = item;
    return true;
}

bool api_order_add_items(struct call *call, struct api_order *order, const struct json_value *items)
{
    for (size_t i = 0; i < json_value_count(items); i++)
        if (!api_order_add_item(call, order, json_value_integer(json_value_at(items, i))))
            return false;
    return true;
}

bool api_order_add_plan(struct call *call, struct api_order *order, int64_t run)
{
    struct run_items found;
    struct error error = {0};

    if (runs_items(call->store, call->arena, run, item_status_word(ITEM_STATUS_WOULD_BE_SYNCED),
                   NULL, false, 0, API_ITEMS_MOST, &found, &error)) {
        call_fail_error(call, &error);
        return false;
    }
    if (found.next_after) {
        call_fail(call, 413, "plan_too_large",
                  "a plan of more than %d titles is approved by a "
                  "full sync",
                  API_ITEMS_MOST);
        return false;
    }
    for (size_t i = 0; i < found.count; i++)
        if (!api_order_add_item(call, order, found.items[i].item_id))
            return false;
    if (!found.count)
        call_fail(call, 409, "nothing_planned",
                  "run %" PRId64 " is no dry run that would have requested something", run);
    return found.count > 0;
}

bool api_order_send(struct call *call, struct api_order *order)
{
    struct error error = {0};

    if (order->order.item_count && !order->order.list_count) {
        call_fail(call, 409, "on_no_list", "no list that is kept holds it any more");
        return false;
    }
    if (order->order.list_count)
        order->order.mode = order->order.list_count == 1 ? RUN_SINGLE : RUN_CUSTOM;
    if (runner_order(call->api->runner, call->store, &order->order, &order->run, &order->again,
                     &error)) {
        call_fail_error(call, &error);
        return false;
    }
    return true;
}

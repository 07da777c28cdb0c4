#include "sync/run_order.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "providers/provider.h"
#include "store/lists_of_item.h"

struct number_list run_order_numbers(const char *text, struct arena *arena)
{
    struct number_list numbers = {arena_take(arena, (strlen(text) / 2 + 1) * sizeof(int64_t)), 0};
    char *end = NULL;

    for (const char *at = text; *at; at = *end ? end + 1 : end) {
        int64_t number = strtoll(at, &end, 10);
        if (end == at)
            break;
        numbers.items[numbers.count++] = number;
    }
    return numbers;
}

static int compare(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

    return a < b ? -1 : a > b;
}

/* In a fixed order, each once: so that equal orders are equal texts. */
static const char *text_of(const int64_t *numbers, size_t count, struct arena *arena)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE int64_t *sorted = memory_array(count + 1, sizeof(*sorted));

    if (count)
        memcpy(sorted, numbers, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare);
    for (size_t i = 0; i < count; i++)
        if (!i || sorted[i] != sorted[i - 1])
            buffer_print(&text, "%s%" PRId64, text.length ? "," : "", sorted[i]);
    return arena_text(arena, buffer_string(&text));
}

static bool holds(const struct number_list *numbers, int64_t number)
{
    for (size_t i = 0; numbers->items && i < numbers->count; i++)
        if (numbers->items[i] == number)
            return true;
    return false;
}

/* Named, or one of those that take part by themselves. */
static bool takes_part(const struct stored_list *list, const struct number_list *named)
{
    if (!provider_find(list->ref.type))
        return false;
    return named->count ? holds(named, list->id) : list->auto_sync && list->origin != LIST_ONE_TIME;
}

enum error_code run_order_lists(struct store *store, struct arena *arena,
                                const struct stored_run *run, bool default_4k,
                                struct stored_lists *ret, struct error *error)
{
    struct number_list named = run_order_numbers(run->lists, arena);
    enum error_code rc = lists_load(store, arena, true, ret, error);
    size_t kept = 0;

    if (rc)
        return rc;
    for (size_t i = 0; i < ret->count; i++)
        if (takes_part(&ret->items[i], &named) &&
            sync_list_is_4k(&ret->items[i], default_4k) == run->is_4k)
            ret->items[kept++] = ret->items[i];
    ret->count = kept;
    return ERROR_NONE;
}

/* An order while it is taken apart. */
struct ordering {
    struct store *store;
    const struct run_order *order;
    struct arena *arena;
    struct number_list named; /* none: all lists */
    struct stored_lists lists;
    bool default_4k;
    struct run_ordered *ret;
};

static enum error_code name_lists_of_item(struct ordering *ordering, int64_t item,
                                          struct error *error)
{
    int64_t *ids = NULL;
    size_t count = 0;
    struct number_list *named = &ordering->named;
    enum error_code rc = lists_of_item(ordering->store, ordering->arena, item, &ids, &count, error);

    if (rc || !count)
        return rc;
    int64_t *all = arena_take(ordering->arena, (named->count + count) * sizeof(*all));
    if (named->count)
        memcpy(all, named->items, named->count * sizeof(*all));
    for (size_t i = 0; i < count; i++)
        if (!holds(named, ids[i]))
            all[named->count++] = ids[i];
    named->items = all;
    return ERROR_NONE;
}

/* Titles alone: all lists that hold them, for they say for whom and how they are asked for. */
static enum error_code name_lists_of_items(struct ordering *ordering, struct error *error)
{
    const struct run_order *order = ordering->order;
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < order->item_count; i++)
        rc = name_lists_of_item(ordering, order->items[i], error);
    if (!rc && !ordering->named.count)
        return error_set(error, ERROR_NOT_FOUND, "no list holds %s any more",
                         order->item_count == 1 ? "this title" : "these titles");
    return rc;
}

static enum error_code check_named(const struct ordering *ordering, struct error *error)
{
    for (size_t i = 0; i < ordering->named.count; i++) {
        bool found = false;
        for (size_t k = 0; k < ordering->lists.count; k++)
            found |= ordering->lists.items[k].id == ordering->named.items[i];
        if (!found && !ordering->order->item_count)
            return error_set(error, ERROR_NOT_FOUND, "there is no list %" PRId64,
                             ordering->named.items[i]);
    }
    return ERROR_NONE;
}

static enum error_code read_order(struct ordering *ordering, struct error *error)
{
    const struct run_order *order = ordering->order;
    size_t size = order->list_count * sizeof(int64_t);

    if (order->list_count) {
        ordering->named =
            (struct number_list){arena_take(ordering->arena, size), order->list_count};
        memcpy(ordering->named.items, order->lists, size);
    } else if (order->item_count && name_lists_of_items(ordering, error)) {
        return error->code;
    }
    enum error_code rc =
        lists_load(ordering->store, ordering->arena, true, &ordering->lists, error);
    return rc ? rc : check_named(ordering, error);
}

/* Those of the named lists that are of this quality; `ret_any`: some list, named or not, is. */
static struct number_list of_quality(const struct ordering *ordering, bool quality, bool *ret_any)
{
    const struct stored_lists *lists = &ordering->lists;
    struct number_list chosen = {arena_take(ordering->arena, lists->count * sizeof(int64_t)), 0};

    *ret_any = false;
    for (size_t i = 0; i < lists->count; i++) {
        const struct stored_list *list = &lists->items[i];
        if (!takes_part(list, &ordering->named) ||
            sync_list_is_4k(list, ordering->default_4k) != quality)
            continue;
        *ret_any = true;
        if (ordering->named.count)
            chosen.items[chosen.count++] = list->id;
    }
    return chosen;
}

static enum error_code queue_row(struct ordering *ordering, bool quality,
                                 const struct number_list *lists, struct error *error)
{
    const struct run_order *order = ordering->order;
    struct run_ordered *ret = ordering->ret;
    struct stored_run row = {
        .mode = order->mode,
        .trigger = order->trigger,
        .dry_run = order->dry_run,
        .lists = text_of(lists->items, lists->count, ordering->arena),
        .items = text_of(order->items, order->item_count, ordering->arena),
        .requested_by = order->requested_by,
        .is_4k = quality,
        .joins = order->joins,
    };
    enum error_code rc = runs_queue(ordering->store, &row, &ret->runs[ret->count].id,
                                    &ret->runs[ret->count].again, error);

    ret->count += rc == ERROR_NONE;
    return rc;
}

static enum error_code queue_rows(struct ordering *ordering, struct error *error)
{
    struct number_list lists = {0};
    bool any[2] = {false, false};
    enum error_code rc = ERROR_NONE;

    for (int quality = 0; !rc && quality <= 1; quality++) {
        lists = of_quality(ordering, quality, &any[quality]);
        if (any[quality])
            rc = queue_row(ordering, quality, &lists, error);
    }
    if (rc || any[0] || any[1])
        return rc;
    /* Nothing can be read: the run says so, where people look for it. */
    return queue_row(ordering, ordering->default_4k, &ordering->named, error);
}

enum error_code run_order_queue(struct store *store, bool default_4k, const struct run_order *order,
                                struct run_ordered *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct ordering ordering = {
        .store = store, .order = order, .arena = arena, .default_4k = default_4k, .ret = ret};

    *ret = (struct run_ordered){0};
    enum error_code rc = read_order(&ordering, error);
    return rc ? rc : queue_rows(&ordering, error);
}

#include "sync/run_state.h"

enum error_code record_item(struct run *run, const struct item *item)
{
    return runs_record_item(run->tools->store, run->result->run.id, item,
                            item_key(item, run->arena), run->settings->dry_run, &run->error);
}

static void tell_plan(const struct run *run)
{
    const struct sync_observer *observer = run->tools->observer;
    const struct item_list *items = &run->result->items;

    for (size_t i = 0; observer->item_decided && i < items->count; i++)
        observer->item_decided(observer->context, &items->items[i]);
}

enum error_code record_plan(struct run *run)
{
    struct store *store = run->tools->store;
    const struct item_list *items = &run->result->items;

    if (store_begin(store, &run->error))
        return run->error.code;
    enum error_code rc = ERROR_NONE;
    for (size_t i = 0; !rc && i < items->count; i++)
        rc = record_item(run, &items->items[i]);
    rc = store_end(store, rc, &run->error);
    if (!rc)
        tell_plan(run);
    return rc;
}

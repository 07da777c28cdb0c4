#include "sync/run_state.h"

enum error_code record_item(struct run *run, const struct item *item)
{
    return runs_record_item(run->tools->store, run->result->run.id, item,
                            item_key(item, run->arena), run->settings->dry_run, &run->error);
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
    return store_end(store, rc, &run->error);
}

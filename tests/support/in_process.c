#include "support/in_process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "net/transport_curl.h"
#include "providers/provider.h"
#include "support/failing_transport.h"

enum { FIRST_WAIT_MS = 5, SETTLE_MS = 20 };

struct legs {
    struct options options;
    struct origins origins;
    struct seerr seerr;
    struct store *store;
    struct client *client;
    struct stored_lists lists;
};

static const struct sync_observer *observer_for(const struct in_process_call *call,
                                                struct sync_observer *observer)
{
    *observer = (struct sync_observer){.context = call->context, .keep_going = call->keep_going};
    return observer;
}

static enum error_code open_store(const struct in_process_call *call, struct legs *legs,
                                  struct arena *arena, struct error *error)
{
    AUTO_FREE char *path = world_path(call->world, "list_sync.db");
    const struct db_driver *driver = call->driver ? call->driver : &db_driver_sqlite;
    enum error_code rc = store_open(driver, path, &legs->store, error);

    if (!rc)
        rc = lists_load(legs->store, arena, true, &legs->lists, error);
    if (!rc && call->choose)
        call->choose(&legs->lists);
    return rc;
}

static void open_network(const struct in_process_call *call, struct legs *legs)
{
    struct client_settings settings = {
        .transport = failing_transport_new(transport_curl_new(0), call->timeout_ms, call->capped),
        .origins = &legs->origins,
        .user_agent = "ListSync/test",
        .retries = call->retries,
        .first_wait_ms = FIRST_WAIT_MS,
    };

    CHECK(origins_add(&legs->origins, world_get(call->world, "LISTSYNC_ORIGINS"), NULL) == 0);
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        if ((*provider)->options)
            options_declare(&legs->options, (*provider)->options);
    legs->seerr.base_url = call->world->sim.url;
    secret_set(&legs->seerr.key, world_get(call->world, "OVERSEERR_API_KEY"));
    legs->client = client_new(&settings);
}

static void close_all(struct legs *legs)
{
    client_free(legs->client);
    store_close(legs->store);
    secret_release(&legs->seerr.key);
    origins_release(&legs->origins);
    options_release(&legs->options);
}

static void perform(const struct in_process_call *call, struct legs *legs, struct in_process *ret)
{
    struct sync_observer observer;
    struct sync_tools tools = {
        .store = legs->store,
        .client = legs->client,
        .seerr = &legs->seerr,
        .options = &legs->options,
        .observer = observer_for(call, &observer),
    };
    struct sync_settings settings = {
        .mode = RUN_FULL,
        .trigger = RUN_BY_CLI,
        .dry_run = call->dry_run,
        .is_4k = call->is_4k,
        .default_requester = call->requester,
        .lists = legs->lists.items,
        .list_count = legs->lists.count,
        .only_items = call->only_items,
        .only_item_count = call->only_item_count,
        .settle_ms = SETTLE_MS,
    };

    ret->code = sync_run(&tools, &settings, &ret->result, &ret->error);
}

void in_process_sync(const struct in_process_call *call, struct in_process *ret)
{
    struct legs legs = {0};

    *ret = (struct in_process){.arena = arena_new()};
    open_network(call, &legs);
    ret->code = open_store(call, &legs, ret->arena, &ret->error);
    if (!ret->code)
        perform(call, &legs, ret);
    close_all(&legs);
}

void in_process_release(struct in_process *run)
{
    if (run->result.arena)
        sync_result_release(&run->result);
    arena_free(run->arena);
    *run = (struct in_process){0};
}

static struct store *open_plain(const struct world *world)
{
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    struct error error = {0};
    struct store *store = NULL;

    if (store_open(&db_driver_sqlite, path, &store, &error))
        fprintf(stderr, "%s\n", error.message);
    CHECK(store);
    return store;
}

void in_process_add_list(const struct world *world, const char *list, int64_t requester)
{
    AUTO_STORE struct store *store = open_plain(world);
    struct list_ref ref;
    int64_t id = 0;

    CHECK(provider_parse(NULL, list, &ref, NULL) == ERROR_NONE);
    CHECK(lists_add(store, &ref, LIST_ADDED, requester, &id, NULL) == ERROR_NONE);
}

const struct item *in_process_item(const struct in_process *run, const char *title)
{
    char key[64];

    for (size_t i = 0; i < run->result.items.count; i++) {
        const struct item *item = &run->result.items.items[i];
        snprintf(key, sizeof(key), "%s:%lld", media_type_word(item->media_type),
                 (long long)item->ids.tmdb);
        if (strcmp(key, title) == 0)
            return item;
    }
    fprintf(stderr, "no item %s in the run\n", title);
    abort();
}

void in_process_ledger(const struct world *world, struct arena *arena, struct ledger_rows *ret)
{
    AUTO_STORE struct store *store = open_plain(world);

    CHECK(ledger_load(store, arena, false, ret, NULL) == ERROR_NONE);
}

void in_process_forget_look(const struct world *world, enum media_type type, int64_t tmdb)
{
    AUTO_STORE struct store *store = open_plain(world);

    CHECK(looks_forget(store, type, tmdb, NULL) == ERROR_NONE);
}

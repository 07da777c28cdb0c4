#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/store_world.h"

const struct item store_world_heat = {
    .title = "Heat",
    .year = 1995,
    .media_type = MEDIA_MOVIE,
    .ids = {.imdb = "tt0113277", .tmdb = 949},
    .proof = PROOF_IMDB,
    .evidence = "Seerr knows tt0113277 as 949",
    .decision = DECISION_REQUEST,
    .rule = "new",
    .reason = "nobody has asked for it",
    .status = ITEM_STATUS_REQUESTED,
    .answer = "201",
    .request_id = 12,
};

int64_t store_world_time;

static int64_t still(void)
{
    return store_world_time;
}

int store_world_setup_empty(void **state)
{
    struct store_world *world = memory_new(sizeof(*world));

    temp_dir_open(&world->dir);
    world->path = temp_dir_file(&world->dir, "list_sync.db");
    world->arena = arena_new();
    *state = world;
    return 0;
}

int store_world_setup(void **state)
{
    store_world_setup_empty(state);
    store_world_reopen(*state);
    return 0;
}

int store_world_teardown(void **state)
{
    struct store_world *world = *state;

    store_close(world->store);
    arena_free(world->arena);
    temp_dir_close(&world->dir);
    free(world->path);
    free(world);
    return 0;
}

int store_world_setup_still(void **state)
{
    store_world_time = 1700000000000;
    clock_set_for_tests(still, still);
    return store_world_setup(state);
}

int store_world_teardown_still(void **state)
{
    clock_set_for_tests(NULL, NULL);
    return store_world_teardown(state);
}

void store_world_reopen(struct store_world *world)
{
    store_close(TAKE(world->store));
    must(world, store_open(&db_driver_sqlite, world->path, &world->store, &world->error));
}

int64_t store_world_list(struct store_world *world, const char *type, const char *id)
{
    struct list_ref ref = {.url = ""};
    int64_t list_id = 0;

    text_copy(ref.type, sizeof(ref.type), type);
    text_copy(ref.id, sizeof(ref.id), id);
    must(world, lists_add(world->store, &ref, LIST_ADDED, 0, &list_id, &world->error));
    return list_id;
}

int64_t store_world_run(struct store_world *world)
{
    int64_t run_id = 0;

    must(world, runs_begin(world->store, RUN_FULL, RUN_BY_CLI, false, &run_id, &world->error));
    return run_id;
}

void store_world_read(struct store_world *world, int64_t list_id, enum outcome outcome,
                      const struct entry *entries, size_t count)
{
    struct entry_list list;

    entry_list_init(&list, world->arena);
    for (size_t i = 0; i < count; i++)
        entry_list_add(&list, &entries[i]);
    struct list_reading reading = {
        .outcome = outcome, .message = "", .name = "", .total = -1, .entries = &list};
    enum error_code rc = lists_record(world->store, list_id, &reading, &world->error);
    entry_list_release(&list);
    must(world, rc);
}

int64_t store_world_item(struct store_world *world, int64_t run_id, const struct item *item)
{
    const char *key = item_key(item, world->arena);
    int64_t id = 0;

    must(world, runs_record_item(world->store, run_id, item, key, false, &world->error));
    struct db_statement *row = db_prepare(
        world->store->db,
        "SELECT item_id FROM run_items JOIN synced_items ON synced_items.id = run_items.item_id"
        " WHERE run_id = $1 AND title = $2 AND media_type = $3 ORDER BY item_key = $4 DESC");
    db_bind_integer(row, 1, run_id);
    db_bind_text(row, 2, item->title);
    db_bind_text(row, 3, media_type_word(item->media_type));
    db_bind_text(row, 4, key);
    if (db_step(row))
        id = db_column_integer(row, 0);
    must(world, db_finish(row, &world->error));
    return id;
}

int64_t store_world_number(struct store_world *world, const char *sql)
{
    struct db_statement *row = db_prepare(world->store->db, sql);
    int64_t number = db_step(row) ? db_column_integer(row, 0) : -1;

    must(world, db_finish(row, &world->error));
    return number;
}

char *store_world_text(struct store_world *world, const char *sql)
{
    struct db_statement *row = db_prepare(world->store->db, sql);
    char *text = arena_text(world->arena, db_step(row) ? db_column_text(row, 0) : "(no row)");

    must(world, db_finish(row, &world->error));
    return text;
}

int64_t store_world_items(struct store_world *world)
{
    return store_world_number(world, "SELECT COUNT(*) FROM synced_items");
}

struct item_stories store_world_explain(struct store_world *world, const char *query)
{
    struct item_stories stories = {0};

    must(world, runs_explain(world->store, world->arena, query, 10, &stories, &world->error));
    return stories;
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/failing_transport.h"
#include "support/report.h"
#include "support/small_sync.h"

static const char list[] = "imdb_id,tmdb_id,title,year,type,season\n"
                           "tt0133093,603,The Matrix,1999,movie,\n"
                           ",13,Forrest Gump,1994,movie,\n"
                           "tt0110912,,Pulp Fiction,1994,movie,\n"
                           ",1396,Breaking Bad,2008,tv,\n"
                           ",94605,Arcane,2021,tv,1\n"
                           ",278,The Shawshank Redemption,1994,movie,\n";

static const char *const wanted[] = {"movie:603", "movie:13", "movie:680", "tv:1396", "tv:94605"};

static void copy_file(const char *from, const char *to)
{
    char block[65536];
    size_t count;
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");

    assert_non_null(in);
    assert_non_null(out);
    while ((count = fread(block, 1, sizeof(block), in)) > 0)
        assert_int_equal(fwrite(block, 1, count, out), count);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

int small_sync_set_up(void **state)
{
    struct small_sync *sync = memory_new(sizeof(*sync));
    AUTO_FREE char *reference = NULL;

    world_open(&sync->world, NULL);
    world_write(&sync->world, "list.csv", list);
    sync->database = world_path(&sync->world, "list_sync.db");
    sync->original = world_path(&sync->world, "original.db");
    reference = memory_print("file:%s/list.csv", sync->world.folder);
    in_process_add_list(&sync->world, reference, 0);
    copy_file(sync->database, sync->original);
    *state = sync;
    return 0;
}

int small_sync_tear_down(void **state)
{
    struct small_sync *sync = *state;

    world_close(&sync->world);
    free(sync->database);
    free(sync->original);
    free(sync);
    return 0;
}

void small_sync_start_over(const struct small_sync *sync)
{
    static const char *const companions[] = {"-wal", "-shm"};

    for (size_t i = 0; i < ARRAY_LENGTH(companions); i++) {
        AUTO_FREE char *path = memory_print("%s%s", sync->database, companions[i]);
        unlink(path);
    }
    copy_file(sync->original, sync->database);
    sim_forget_faults(&sync->world.sim);
    sim_tell(&sync->world.sim, "/sim/reset", NULL);
    sim_tell(&sync->world.sim, "/sim/counters/reset", NULL);
    sim_tell(&sync->world.sim, "/sim/decline", "{\"kind\": \"movie\", \"tmdb\": 278}");
}

static void check_row(const struct json_value *requests, const struct ledger_row *row,
                      const char *about, int64_t at)
{
    char title[40];
    bool is_done = row->state == LEDGER_REQUESTED || row->state == LEDGER_EXISTED ||
                   row->state == LEDGER_NOTHING_NEW;

    snprintf(title, sizeof(title), "%s:%lld", media_type_word(row->media_type),
             (long long)row->tmdb);
    if (is_done && !report_requests_hold(requests, title))
        fail_msg("%s at %lld: the ledger has %s, Seerr has not", about, (long long)at, title);
    if (row->state == LEDGER_DECLINED)
        assert_string_equal(title, "movie:278");
    assert_int_not_equal(row->state, LEDGER_DELETED);
}

void small_sync_check_promises(const struct small_sync *sync, const char *about, int64_t at)
{
    struct ledger_rows rows = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_JSON struct json_value *requests = report_all_requests(&sync->world.sim);

    report_check_promises(&sync->world.sim);
    in_process_ledger(&sync->world, arena, &rows);
    for (size_t i = 0; i < rows.count; i++)
        check_row(requests, &rows.items[i], about, at);
}

static void check_all_is_there(const struct small_sync *sync)
{
    AUTO_JSON struct json_value *requests = report_all_requests(&sync->world.sim);
    AUTO_FREE char *all = report_requests_seasons(requests, 1396);
    AUTO_FREE char *one = report_requests_seasons(requests, 94605);

    for (size_t i = 0; i < ARRAY_LENGTH(wanted); i++)
        assert_true(report_requests_hold(requests, wanted[i]));
    /* And the declined one. */
    assert_int_equal(json_value_count(requests), ARRAY_LENGTH(wanted) + 1);
    assert_string_equal(all, "1,2,3,4,5");
    assert_string_equal(one, "1");
}

void small_sync_check_next(const struct small_sync *sync, const char *about, int64_t at)
{
    struct in_process run;

    failing_transport_arm(0, FAILING_TRANSPORT_NOT_SENT);
    in_process_sync(&(struct in_process_call){.world = &sync->world}, &run);
    if (run.code || run.result.run.state != RUN_COMPLETED)
        fail_msg("%s at %lld: the next sync: %s %s %s", about, (long long)at, run.error.message,
                 run_state_word(run.result.run.state), run.result.run.message);
    in_process_release(&run);
    small_sync_check_promises(sync, about, at);
    check_all_is_there(sync);
}

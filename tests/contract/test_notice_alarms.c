/* What is wrong is told once until it is well again, and then once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/accounts.h"
#include "store/alarms.h"
#include "store/former_keep.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "support/store_world.h"
#include "sync/notice_alarms.h"

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

enum { NOW_DAY = 20779 };

static int64_t moved_ms;

static int64_t now(void)
{
    return NOW_DAY * DAY_MS + moved_ms;
}

static struct notice_alarms_view view_now(void)
{
    return (struct notice_alarms_view){
        .seerr_problem = "",
        .backup_problem = "",
        .intervals = 3,
        .started_ms = now() - 10 * DAY_MS,
        .now_ms = now(),
    };
}

/* What is told of it now: sentences joined with "|". */
static const char *look_with(struct store_world *world, const struct notice_alarms_view *view)
{
    const char *told = "";
    struct notice notice;

    must(world, store_begin(world->store, &world->error));
    must(world,
         store_end(world->store,
                   notice_alarms_look(view, world->store, world->arena, &notice, &world->error),
                   &world->error));
    for (size_t i = 0; i < notice.count; i++)
        told = arena_print(world->arena, "%s%s%s%s", told, *told ? "|" : "",
                           notice.parts[i].is_well ? "+" : "", notice.parts[i].sentence);
    return told;
}

static const char *look(struct store_world *world)
{
    struct notice_alarms_view view = view_now();

    return look_with(world, &view);
}

static void test_seerr_is_told_once_and_when_it_is_well(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    view.seerr_problem = "it does not answer";
    assert_string_equal(look_with(world, &view), "Seerr: it does not answer");
    assert_string_equal(look_with(world, &view), "");
    view.seerr_problem = "it answers 500";
    assert_string_equal(look_with(world, &view), "");
    view.seerr_problem = NULL; /* the program began anew: nobody knows yet */
    assert_string_equal(look_with(world, &view), "");
    view.seerr_problem = "";
    assert_string_equal(look_with(world, &view), "+Seerr can be used again");
    assert_string_equal(look_with(world, &view), "");
}

static void test_silence_is_told_after_three_intervals(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    view.schedule = (struct schedule_state){
        .is_on = true, .interval_hours = 6, .last_ms = now() - 17 * HOUR_MS, .words = "every 6 h"};
    assert_string_equal(look_with(world, &view), "");
    view.schedule.last_ms = now() - 19 * HOUR_MS;
    view.schedule.paused_until = -1;
    assert_string_equal(look_with(world, &view), "");
    view.schedule.paused_until = 0;
    view.started_ms = now() - HOUR_MS / 2; /* it was off, and begins with a sync */
    assert_string_equal(look_with(world, &view), "");
    view.started_ms = now() - 2 * HOUR_MS;
    assert_non_null(strstr(look_with(world, &view), "No sync has succeeded for 19 h"));
    assert_string_equal(look_with(world, &view), "");
    view.schedule.last_ms = now();
    assert_string_equal(look_with(world, &view), "+Syncs succeed again");
}

static void test_silence_counts_the_times_of_a_cron_text(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    /* It is midnight: since 05:00 three days ago 04:00 came twice, since 03:00 three times. */
    view.schedule = (struct schedule_state){.is_on = true,
                                            .last_ms = now() - 67 * HOUR_MS,
                                            .cron = "0 4 * * *",
                                            .zone = "UTC",
                                            .words = "every day"};
    assert_string_equal(look_with(world, &view), "");
    view.schedule.last_ms = now() - 69 * HOUR_MS;
    assert_non_null(strstr(look_with(world, &view), "No sync has succeeded for "));
}

static void test_a_source_that_may_come_back_is_told_after_a_day(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");
    int64_t run = store_world_run(world);

    must(world,
         runs_record_list(world->store, run, list, OUTCOME_UNREACHABLE, 0, "", &world->error));
    store_world_read(world, list, OUTCOME_UNREACHABLE, NULL, 0);
    assert_string_equal(look(world), "");
    moved_ms = DAY_MS + 1000;
    assert_string_equal(look(world), "ls1 (IMDb): the source does not answer");
    assert_string_equal(look(world), "");
    store_world_read(world, list, OUTCOME_EMPTY, NULL, 0);
    assert_string_equal(look(world), "+ls1 (IMDb) can be read again");
}

static void test_a_source_that_changed_is_told_at_once(void **state)
{
    struct store_world *world = *state;
    static const enum outcome outcomes[] = {OUTCOME_AUTH_FAILED, OUTCOME_BLOCKED,
                                            OUTCOME_CHANGED_FORMAT, OUTCOME_PRIVATE,
                                            OUTCOME_NOT_FOUND};

    for (size_t i = 0; i < ARRAY_LENGTH(outcomes); i++) {
        int64_t list = store_world_list(world, "imdb", arena_print(world->arena, "ls%zu", i));
        store_world_read(world, list, outcomes[i], NULL, 0);
        assert_non_null(strstr(look(world), outcome_meaning(outcomes[i])));
    }
    assert_string_equal(look(world), "");
}

static void read_so_many(struct store_world *world, int64_t list, int64_t items)
{
    int64_t run = store_world_run(world);

    must(world, runs_record_list(world->store, run, list, OUTCOME_OK, items, "", &world->error));
}

static void test_a_list_that_shrank_is_told(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");

    read_so_many(world, list, 100);
    read_so_many(world, list, 60);
    assert_string_equal(look(world), "");
    read_so_many(world, list, 49);
    assert_string_equal(look(world), "ls1 (IMDb) holds 49 titles, and held 100 a short while ago");
    read_so_many(world, list, 48);
    assert_string_equal(look(world), "");
    read_so_many(world, list, 99);
    assert_string_equal(look(world), "+ls1 (IMDb) holds 99 titles, which is usual for it now");
    read_so_many(world, list, 20);
    assert_non_null(strstr(look(world), "ls1 (IMDb) holds 20 titles"));
    for (int i = 0; i < 4; i++) {
        read_so_many(world, list, 20);
        assert_string_equal(look(world), "");
    }
    read_so_many(world, list, 20);
    assert_string_equal(look(world), "+ls1 (IMDb) holds 20 titles, which is usual for it now");
}

/* Something comes every day for a week; then nothing. */
static void test_a_list_that_froze_is_told(void **state)
{
    struct store_world *world = *state;
    int64_t list = store_world_list(world, "imdb", "ls1");
    struct entry entries[7] = {0};

    for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
        entries[i] = (struct entry){.rank = (int)i + 1,
                                    .title = arena_print(world->arena, "Title %zu", i),
                                    .ids = {.tmdb = 100 + (int64_t)i},
                                    .media_type = MEDIA_MOVIE};
        store_world_read(world, list, OUTCOME_OK, entries, i + 1);
        moved_ms += DAY_MS;
    }
    moved_ms += 12 * DAY_MS;
    read_so_many(world, list, 7);
    assert_string_equal(look(world), "");
    moved_ms += 2 * DAY_MS; /* the program was off, and has not read it yet */
    assert_string_equal(look(world), "");
    read_so_many(world, list, 7);
    assert_non_null(
        strstr(look(world), "ls1 (IMDb) seems frozen: nothing has come to it for 15 days"));
    store_world_number(world, "UPDATE lists SET removed_at = '2026-11-22 00:00:00' RETURNING 1");
    assert_string_equal(look(world), "");
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM alarms"), 0);
}

/* However many there are, each kind is told in a dozen sentences, and none of them again. */
static void test_many_lists_at_once_are_counted(void **state)
{
    struct store_world *world = *state;

    for (int i = 0; i < 300; i++)
        store_world_read(world,
                         store_world_list(world, "imdb", arena_print(world->arena, "ls%d", i)),
                         OUTCOME_BLOCKED, NULL, 0);
    const char *told = look(world);
    assert_non_null(strstr(told, "ls11 (IMDb): the source refuses programs; export the list as CSV "
                                 "(www.imdb.com/exports) and give file:PATH, or import it at "
                                 "MDBList|… and 288 more like these"));
    assert_null(strstr(told, "ls12 (IMDb)"));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM alarms"), 300);
    assert_string_equal(look(world), "");
    store_world_number(world, "UPDATE lists SET status = 'ok' RETURNING 1");
    told = look(world);
    assert_non_null(strstr(told, "can be read again|+… and 288 more like these"));
    assert_string_equal(look(world), "");
}

static void test_what_is_no_more_is_not_well_again(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();
    int64_t list = store_world_list(world, "imdb", "ls1");

    store_world_read(world, list, OUTCOME_BLOCKED, NULL, 0);
    view.schedule = (struct schedule_state){
        .is_on = true, .interval_hours = 6, .last_ms = now() - 19 * HOUR_MS, .words = "every 6 h"};
    assert_non_null(strstr(look_with(world, &view), "No sync has succeeded"));
    view.schedule.paused_until = -1;
    store_world_number(world, "UPDATE lists SET removed_at = '2026-11-22 00:00:00' RETURNING 1");
    assert_string_equal(look_with(world, &view), "");
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM alarms"), 0);
}

/* It never succeeded: counted from the program's start, once there is something to sync. */
static void test_silence_from_the_start_is_told(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    view.schedule =
        (struct schedule_state){.is_on = true, .interval_hours = 6, .words = "every 6 h"};
    assert_string_equal(look_with(world, &view), "");
    view.schedule.next_ms = now() + HOUR_MS;
    assert_non_null(strstr(look_with(world, &view), "No sync has succeeded for 10 days"));
}

static void test_a_key_that_ends_is_told_before_and_when_it_has(void **state)
{
    struct store_world *world = *state;
    struct account account = {.name = "anna", .password = "x", .role = "admin"};
    struct api_key key = {.name = "laptop",
                          .digest = "d",
                          .hint = "",
                          .scope = "read",
                          .expires_at = now() + 8 * DAY_MS};

    must(world, accounts_add(world->store, &account, &account.id, &world->error));
    key.user_id = account.id;
    must(world, api_keys_add(world->store, &key, &key.id, &world->error));
    assert_string_equal(look(world), "");
    moved_ms = 2 * DAY_MS;
    assert_string_equal(look(world), "The API key laptop of anna ends on 2026-11-30");
    assert_string_equal(look(world), "");
    moved_ms = 9 * DAY_MS;
    assert_string_equal(look(world), "+The API key laptop of anna ended on 2026-11-30");
    assert_string_equal(look(world), "");
}

static void test_a_target_that_was_switched_off_is_told(void **state)
{
    struct store_world *world = *state;
    struct notification_target target = {.name = "Club",
                                         .kind = "discord",
                                         .form = "changes",
                                         .events = "run",
                                         .is_on = true,
                                         .quiet_from = -1,
                                         .quiet_until = -1};

    must(world, notification_targets_add(world->store, &target, &target.id, &world->error));
    must(world, notification_targets_disable(world->store, target.id, "gone", &world->error));
    assert_string_equal(look(world), "Notifications to Club are switched off: gone");
    moved_ms += 1000;
    must(world, notification_targets_disable(world->store, target.id, "", &world->error));
    assert_string_equal(look(world), "+Notifications to Club are on again");
    must(world, notification_targets_disable(world->store, target.id, "gone", &world->error));
    assert_non_null(strstr(look(world), "switched off"));
    must(world, notification_targets_remove(world->store, target.id, &world->error));
    assert_string_equal(look(world), "");
}

static void deliver(struct store_world *world, int64_t target, enum delivery_state ended,
                    int64_t attempts)
{
    struct notification_delivery delivery = {.target_id = target,
                                             .key = arena_print(world->arena, "%d", (int)moved_ms),
                                             .title = "x",
                                             .severity = "info",
                                             .notice = "{}"};
    struct notification_deliveries claimed = {0};

    must(world, notification_deliveries_add(world->store, &delivery, &world->error));
    for (int64_t i = 0; i < attempts; i++) {
        moved_ms += 1000;
        must(world, notification_deliveries_claim(world->store, world->arena, now(), &claimed,
                                                  &world->error));
        assert_int_equal(claimed.count, 1);
        claimed.items[0].state = i + 1 < attempts ? DELIVERY_WAITING : ended;
        claimed.items[0].message = "no room";
        must(world, notification_deliveries_end(world->store, &claimed.items[0], &world->error));
    }
}

static void test_messages_that_do_not_arrive_are_told(void **state)
{
    struct store_world *world = *state;
    struct notification_target target = {.name = "Mail",
                                         .kind = "email",
                                         .form = "changes",
                                         .events = "run",
                                         .is_on = true,
                                         .quiet_from = -1,
                                         .quiet_until = -1};

    must(world, notification_targets_add(world->store, &target, &target.id, &world->error));
    deliver(world, target.id, DELIVERY_DELIVERED, 1);
    assert_string_equal(look(world), "");
    deliver(world, target.id, DELIVERY_FAILED, 1);
    assert_string_equal(look(world), "Messages to Mail do not arrive: no room");
    assert_string_equal(look(world), "");
    moved_ms += 1000;
    must(world, notification_targets_disable(world->store, target.id, "", &world->error));
    assert_string_equal(look(world), ""); /* it was changed; nobody knows yet */
    deliver(world, target.id, DELIVERY_DELIVERED, 1);
    assert_string_equal(look(world), "+Messages to Mail arrive again");
    deliver(world, target.id, DELIVERY_WAITING, 5);
    assert_string_equal(look(world), ""); /* that may pass */
    moved_ms += HOUR_MS;
    assert_string_equal(look(world), "Messages to Mail do not arrive: no room");
}

static void finish_run(struct store_world *world, enum run_state ended, const char *message)
{
    struct stored_run run = {
        .id = store_world_run(world), .state = ended, .message = message, .completed = ""};

    must(world, runs_finish(world->store, &run, &world->error));
}

static void test_a_run_that_failed_is_told_until_one_goes_well(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    store_world_number(world, "UPDATE sync_history SET started_by = 'schedule' RETURNING 1");
    finish_run(world, RUN_FAILED, "the disk is full");
    store_world_number(world, "UPDATE sync_history SET started_by = 'schedule' RETURNING 1");
    assert_string_equal(look(world), "The last sync failed: the disk is full");
    finish_run(world, RUN_CANCELLED, "");
    assert_string_equal(look(world), "");
    finish_run(world, RUN_COMPLETED, "");
    store_world_number(world, "UPDATE sync_history SET started_by = 'schedule' RETURNING 1");
    assert_string_equal(look(world), "+The last sync went well again");
    finish_run(world, RUN_FAILED, "Seerr sleeps");
    store_world_number(world, "UPDATE sync_history SET started_by = 'schedule' RETURNING 1");
    view.seerr_problem = "Seerr sleeps"; /* one trouble, told once */
    assert_string_equal(look_with(world, &view), "Seerr sleeps");
}

static void test_a_run_that_moved_in_is_no_news(void **state)
{
    struct store_world *world = *state;
    const struct former_run run = {.started = "2025-06-01 10:00:00",
                                   .completed = "2025-06-01 10:00:00",
                                   .state = RUN_FAILED,
                                   .list_type = "",
                                   .list_id = "",
                                   .message = ""};
    enum former_kept kept;

    must(world, former_keep_run(world->store, &run, 0, &kept, &world->error));
    assert_int_equal(kept, FORMER_KEPT_NEW);
    assert_string_equal(look(world), "");
}

static void test_a_backup_that_failed_is_told(void **state)
{
    struct store_world *world = *state;
    struct notice_alarms_view view = view_now();

    view.backup_problem = "no room";
    assert_string_equal(look_with(world, &view), "The last backup failed: no room");
    view.backup_problem = "";
    assert_string_equal(look_with(world, &view), "+Backups are made again");
}

static int begin(void **state)
{
    moved_ms = 0;
    clock_set_for_tests(now, NULL);
    return store_world_setup(state);
}

static int end(void **state)
{
    clock_set_for_tests(NULL, NULL);
    return store_world_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_seerr_is_told_once_and_when_it_is_well),
        TEST(test_silence_is_told_after_three_intervals),
        TEST(test_silence_counts_the_times_of_a_cron_text),
        TEST(test_a_source_that_may_come_back_is_told_after_a_day),
        TEST(test_a_source_that_changed_is_told_at_once),
        TEST(test_a_list_that_shrank_is_told),
        TEST(test_a_list_that_froze_is_told),
        TEST(test_many_lists_at_once_are_counted),
        TEST(test_what_is_no_more_is_not_well_again),
        TEST(test_silence_from_the_start_is_told),
        TEST(test_a_key_that_ends_is_told_before_and_when_it_has),
        TEST(test_messages_that_do_not_arrive_are_told),
        TEST(test_a_target_that_was_switched_off_is_told),
        TEST(test_a_run_that_failed_is_told_until_one_goes_well),
        TEST(test_a_run_that_moved_in_is_no_news),
        TEST(test_a_backup_that_failed_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

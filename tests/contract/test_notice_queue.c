/* What waits for whom, and until when: quiet hours, digests, and targets that are not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/notification_deliveries.h"
#include "support/store_world.h"
#include "sync/notice_queue.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)

/* 2026-03-28, the day before clocks go forward in Berlin (2026-03-29, 02:00). */
enum { DAY = 20540, BERLIN_WINTER_MS = 60 * 60 * 1000 };

static int64_t now_ms;

static int64_t now(void)
{
    return now_ms;
}

/* Of that day by Berlin's winter clock. */
static int64_t at(int hour, int minute)
{
    return DAY * 24 * HOUR_MS + hour * HOUR_MS + minute * MINUTE_MS - BERLIN_WINTER_MS;
}

static int64_t add_target(struct store_world *world, const char *name, const char *form)
{
    struct notification_target target = {.name = name,
                                         .kind = "gotify",
                                         .form = form,
                                         .events = "seerr,run",
                                         .is_on = true,
                                         .digest_minute = 9 * 60,
                                         .digest_weekday = 1,
                                         .quiet_from = 22 * 60,
                                         .quiet_until = 7 * 60};

    must(world, notification_targets_add(world->store, &target, &target.id, &world->error));
    return target.id;
}

static const struct option settings[] = {
    {"OVERSEERR_URL", OPTION_URL, "http://seerr.lan", 0, 0, "where Seerr is"},
    {"OVERSEERR_PUBLIC_URL", OPTION_URL, "", 0, 0, "the same for people"},
    {0},
};

/* One look of the desk. */
static void look(struct store_world *world, const char *seerr_problem)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct options options = {0};
    struct notice_queue queue = {.store = world->store, .arena = world->arena, .options = &options};

    options_declare(&options, settings);
    assert_int_equal(time_zone_open("Europe/Berlin", &zone, NULL), ERROR_NONE);
    queue.zone = zone;
    queue.view = (struct notice_alarms_view){
        .seerr_problem = seerr_problem, .backup_problem = "", .started_ms = 1, .now_ms = now_ms};
    must(world,
         notification_targets_load(world->store, world->arena, &queue.targets, &world->error));
    must(world, notice_queue_clock(&queue, &world->error));
    must(world, notice_queue_news(&queue, &world->error));
    must(world, notice_queue_digests(&queue, &world->error));
    must(world, notice_queue_quiet(&queue, &world->error));
    options_release(&options);
}

/* How many may be sent now; each waits again after that. */
static size_t count_due(struct store_world *world)
{
    struct notification_deliveries claimed = {0};

    must(world, notification_deliveries_claim(world->store, world->arena, now_ms, &claimed,
                                              &world->error));
    for (size_t i = 0; i < claimed.count; i++) {
        claimed.items[i].state = DELIVERY_WAITING;
        claimed.items[i].due_ms = now_ms + 30000;
        claimed.items[i].message = "busy";
        must(world, notification_deliveries_end(world->store, &claimed.items[i], &world->error));
    }
    return claimed.count;
}

static void test_what_is_tried_again_is_not_in_quiet_hours(void **state)
{
    struct store_world *world = *state;

    now_ms = at(21, 59);
    add_target(world, "Chat", "changes");
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
    now_ms = at(22, 1);
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    now_ms = at(30, 1) - 2 * MINUTE_MS; /* 06:59 of the next day, by the summer clock */
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    now_ms += MINUTE_MS;
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
}

static void test_what_waited_while_the_program_was_off_keeps_to_quiet_hours(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Chat", "changes");
    look(world, "it is away");
    now_ms = at(23, 0);
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
}

static void test_quiet_hours_that_are_changed_let_go_of_what_waits(void **state)
{
    struct store_world *world = *state;

    now_ms = at(23, 0);
    int64_t id = add_target(world, "Chat", "changes");
    look(world, "it is away");
    must(world, notification_deliveries_hurry(world->store, id, now_ms, &world->error));
    look(world, "it is away"); /* they are the same as before */
    assert_int_equal(count_due(world), 0);
    struct notification_target target;
    must(world, notification_targets_find(world->store, world->arena, id, &target, &world->error));
    target.quiet_from = target.quiet_until = -1;
    must(world, notification_targets_change(world->store, &target, &world->error));
    must(world, notification_deliveries_hurry(world->store, id, now_ms, &world->error));
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
}

static const char *last_notice(struct store_world *world)
{
    return store_world_text(world, "SELECT notice FROM notification_deliveries"
                                   " ORDER BY id DESC LIMIT 1");
}

static void choose_digest(struct store_world *world, int64_t id, const char *form, int minute)
{
    struct notification_target target;

    must(world, notification_targets_find(world->store, world->arena, id, &target, &world->error));
    const struct notice_choice before = notice_target_choice(&target);
    target.form = form;
    target.digest_minute = minute;
    must(world, notification_targets_change(world->store, &target, &world->error));
    must(world, notice_target_retime(world->store, &target, &before, "Europe/Berlin", now_ms,
                                     &world->error));
}

static void test_a_digest_that_is_moved_takes_along_what_waits(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    int64_t id = add_target(world, "Chat", "daily"); /* at 09:00 of the next day */
    look(world, "it is away");
    choose_digest(world, id, "daily", 13 * 60);
    now_ms = at(12, 59);
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    choose_digest(world, id, "daily", 14 * 60);
    now_ms = at(13, 59);
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    now_ms = at(14, 0);
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
    assert_non_null(strstr(last_notice(world), "it is away"));
}

static void test_what_waits_for_a_digest_that_is_no_more_comes_at_once(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    int64_t id = add_target(world, "Chat", "weekly");
    look(world, "it is away");
    choose_digest(world, id, "changes", 9 * 60);
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
}

static void test_why_messages_wait_is_known_from_the_first_attempt_on(void **state)
{
    struct store_world *world = *state;
    struct delivery_held_up held;

    now_ms = at(12, 0);
    int64_t id = add_target(world, "Chat", "changes");
    look(world, "it is away");
    must(world,
         notification_deliveries_held_up(world->store, world->arena, id, &held, &world->error));
    assert_null(held.message);
    assert_int_equal(count_due(world), 1);
    look(world, ""); /* waits behind it, without an attempt of its own */
    must(world,
         notification_deliveries_held_up(world->store, world->arena, id, &held, &world->error));
    assert_string_equal(held.message, "busy");
    assert_int_equal(held.due_ms, now_ms + 30000);
}

/* A run that requests one title and ends so, and leaves another. */
static int64_t end_run(struct store_world *world, enum run_state state, const char *message)
{
    struct item waiting = store_world_heat;
    struct stored_run run = {.state = state, .message = message, .processed = 2, .requested = 1};
    bool again = false;

    waiting.title = "Title 2";
    waiting.ids = (struct ids){.tmdb = 2};
    waiting.decision = DECISION_REQUEST;
    waiting.status = ITEM_STATUS_CANCELLED;
    must(world, runs_queue(world->store, &run, &run.id, &again, &world->error));
    must(world, runs_start(world->store, run.id, &world->error));
    store_world_item(world, run.id, &store_world_heat);
    store_world_item(world, run.id, &waiting);
    must(world, runs_finish(world->store, &run, &world->error));
    return run.id;
}

/* What a target got so far: each message's title, joined with "#". */
static const char *told(struct store_world *world, const char *target)
{
    return store_world_text(world,
                            arena_print(world->arena,
                                        "SELECT COALESCE(group_concat(title, '#'), '') FROM"
                                        " notification_deliveries WHERE target_id = (SELECT id FROM"
                                        " notification_targets WHERE name = '%s')",
                                        target));
}

/* That it is away, that a sync failed of it, and what that one did: one event, one message. */
static void test_one_outage_is_one_message(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Each", "each_run");
    add_target(world, "Chat", "changes");
    end_run(world, RUN_FAILED, "it is away");
    look(world, "it is away");
    assert_string_equal(told(world, "Each"), "Seerr: it is away (1 title waits for it)");
    assert_string_equal(told(world, "Chat"), "Seerr: it is away (1 title waits for it)");
    end_run(world, RUN_FAILED, "it is away");
    look(world, "it is away");
    assert_string_equal(told(world, "Chat"), "Seerr: it is away (1 title waits for it)");
    assert_non_null(strstr(told(world, "Each"), "#The sync failed: it is away"));
    assert_non_null(
        strstr(last_notice(world),
               "The sync ended early; 1 title waits for the next one, which is not planned"));
    end_run(world, RUN_COMPLETED, "");
    look(world, "");
    assert_string_equal(told(world, "Chat"),
                        "Seerr: it is away (1 title waits for it)#Seerr can be used again");
    assert_non_null(strstr(told(world, "Each"), "away#Seerr can be used again"));
}

/* After a start nobody knows how Seerr is, but it was told that it is away. */
static void test_an_outage_is_not_told_again_after_a_start(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Chat", "changes");
    end_run(world, RUN_FAILED, "it is away");
    look(world, "it is away");
    store_world_reopen(world);
    look(world, NULL);
    assert_string_equal(told(world, "Chat"), "Seerr: it is away (1 title waits for it)");
}

/* It goes on: that is told once, and is no failure that somebody has to be told the end of. */
static void test_a_sync_that_was_cut_off_is_told_as_that(void **state)
{
    static const char sentence[] = "The sync was cut off: the program ended suddenly (killed, or "
                                   "without power); run 2 goes on with it";
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Each", "each_run");
    add_target(world, "Chat", "changes");
    add_target(world, "Errors", "errors");
    int64_t cut = end_run(world, RUN_FAILED, "cut off");
    must(world, runs_set_goes_on(world->store, cut, 2, &world->error));
    look(world, NULL);
    assert_string_equal(told(world, "Each"), sentence);
    assert_string_equal(told(world, "Chat"), sentence);
    assert_string_equal(told(world, "Errors"), sentence);
    assert_non_null(strstr(last_notice(world), "The sync had looked at 2 titles; 1 title waits"));
    end_run(world, RUN_COMPLETED, "");
    look(world, "");
    assert_string_equal(told(world, "Errors"), sentence);
}

static int64_t count_digests(struct store_world *world)
{
    return store_world_number(world, "SELECT COUNT(*) FROM notification_deliveries"
                                     " WHERE key LIKE 'digest/%'");
}

/* The night is 23 hours long; the digest comes when the clock shows nine, once. */
static void test_a_digest_comes_by_the_clock_of_the_wall_and_once(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Chat", "daily");
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    now_ms = at(24 + 7, 59); /* 08:59 */
    store_world_reopen(world);
    look(world, "it is away");
    assert_int_equal(count_digests(world), 0);
    now_ms += MINUTE_MS;
    look(world, "it is away");
    assert_int_equal(count_digests(world), 1);
    assert_int_equal(count_due(world), 1);
    store_world_reopen(world);
    look(world, "it is away");
    assert_int_equal(count_digests(world), 1);
    now_ms += 48 * HOUR_MS;
    look(world, "it is away");
    assert_int_equal(count_digests(world), 1); /* there is nothing new to tell */
}

static void test_a_weekly_digest_tells_all_of_the_week(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0); /* a Saturday */
    add_target(world, "Chat", "weekly");
    look(world, "it is away");
    now_ms = at(13, 0);
    look(world, "");
    now_ms = at(48 + 7, 59); /* Monday, 08:59 */
    look(world, "");
    assert_int_equal(count_digests(world), 0);
    now_ms += MINUTE_MS;
    look(world, "");
    assert_int_equal(count_digests(world), 1);
    const char *notice = store_world_text(
        world, "SELECT notice FROM notification_deliveries WHERE key LIKE 'digest/%'");
    assert_non_null(strstr(notice, "This week: Seerr: it is away"));
    assert_non_null(strstr(notice, "Seerr can be used again"));
}

/* Nobody was there: it is told to the first who is, and its end after that. */
static void test_what_is_wrong_is_kept_until_somebody_can_be_told(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    look(world, "it is away");
    int64_t target = add_target(world, "Chat", "changes");
    must(world, notification_targets_disable(world->store, target, "gone", &world->error));
    look(world, "it is away");
    assert_int_equal(count_due(world), 0);
    must(world, notification_targets_disable(world->store, target, "", &world->error));
    look(world, "it is away");
    assert_string_equal(
        store_world_text(world, "SELECT group_concat(title) FROM notification_deliveries"),
        "Seerr: it is away");
    look(world, "");
    assert_string_equal(
        store_world_text(world, "SELECT group_concat(title) FROM notification_deliveries"),
        "Seerr: it is away,Seerr can be used again");
}

/* A week of news is more than the queue of a target that is asked at once. */
static void test_a_digest_loses_nothing_of_a_busy_week(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Chat", "weekly");
    for (int i = 0; i < DELIVERIES_WAITING_MOST + 20; i++)
        look(world, i % 2 ? "" : "it is away");
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM notification_deliveries"
                                               " WHERE state = 0"),
                     DELIVERIES_WAITING_MOST + 20);
    now_ms = at(48 + 8, 0);
    look(world, "");
    const char *notice = store_world_text(
        world, "SELECT notice FROM notification_deliveries WHERE key LIKE 'digest/%'");
    assert_null(strstr(strstr(notice, "\"Seerr: it is away\"") + 1, "\"Seerr: it is away\""));
}

/* Each trouble has words of its own: what has no room is counted. */
static void test_a_digest_counts_what_it_has_no_room_for(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    add_target(world, "Chat", "daily");
    for (int i = 0; i < NOTICE_SAID_MOST + 9; i++) {
        look(world, arena_print(world->arena, "trouble %d", i));
        look(world, "");
    }
    now_ms = at(24 + 8, 0);
    look(world, "");
    const char *notice = store_world_text(
        world, "SELECT notice FROM notification_deliveries WHERE key LIKE 'digest/%'");
    assert_non_null(strstr(notice, "\"Seerr: trouble 48\""));
    assert_null(strstr(notice, "\"Seerr: trouble 49\""));
    assert_non_null(strstr(notice, "\"… and 10 more\""));
}

static void add_delivery(struct store_world *world, int64_t target_id, const char *key,
                         bool in_digest, int64_t due_ms)
{
    const struct notification_delivery delivery = {.target_id = target_id,
                                                   .key = key,
                                                   .title = "t",
                                                   .severity = "info",
                                                   .notice = "{}",
                                                   .in_digest = in_digest,
                                                   .due_ms = due_ms};

    must(world, notification_deliveries_add(world->store, &delivery, &world->error));
}

static int64_t next_due(struct store_world *world)
{
    int64_t next_ms = -1;

    must(world, notification_deliveries_next(world->store, &next_ms, &world->error));
    return next_ms;
}

/* Else the desk would look again and again for what it may not send. */
static void test_nobody_wakes_for_what_waits_behind_another(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0);
    assert_int_equal(next_due(world), 0);
    int64_t chat = add_target(world, "Chat", "changes");
    add_delivery(world, chat, "run/1", false, now_ms);
    assert_int_equal(next_due(world), now_ms);
    assert_int_equal(count_due(world), 1);
    add_delivery(world, chat, "run/2", false, now_ms);
    assert_int_equal(count_due(world), 0);
    assert_int_equal(next_due(world), now_ms + 30000);
    add_delivery(world, chat, "run/3", true, now_ms + 20000);
    assert_int_equal(next_due(world), now_ms + 20000);
    add_delivery(world, add_target(world, "Mail", "changes"), "run/2", false, now_ms + 10000);
    assert_int_equal(next_due(world), now_ms + 10000);
}

/* Both waited for a time a year from now; the first since it was tried without success. */
static void test_a_clock_that_is_set_back_holds_nobody_up(void **state)
{
    struct store_world *world = *state;

    now_ms = at(12, 0) + 365 * 24 * HOUR_MS;
    add_target(world, "Chat", "changes");
    add_target(world, "Board", "daily");
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
    now_ms = at(12, 0);
    look(world, "it is away");
    assert_int_equal(count_due(world), 1);
    now_ms = at(24 + 7, 59); /* 08:59 by the summer clock */
    look(world, "it is away");
    assert_int_equal(count_digests(world), 0);
    now_ms += MINUTE_MS;
    look(world, "it is away");
    assert_int_equal(count_digests(world), 1);
}

static int begin(void **state)
{
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
        TEST(test_what_is_tried_again_is_not_in_quiet_hours),
        TEST(test_one_outage_is_one_message),
        TEST(test_an_outage_is_not_told_again_after_a_start),
        TEST(test_a_sync_that_was_cut_off_is_told_as_that),
        TEST(test_quiet_hours_that_are_changed_let_go_of_what_waits),
        TEST(test_why_messages_wait_is_known_from_the_first_attempt_on),
        TEST(test_a_digest_that_is_moved_takes_along_what_waits),
        TEST(test_what_waits_for_a_digest_that_is_no_more_comes_at_once),
        TEST(test_what_waited_while_the_program_was_off_keeps_to_quiet_hours),
        TEST(test_a_digest_comes_by_the_clock_of_the_wall_and_once),
        TEST(test_a_weekly_digest_tells_all_of_the_week),
        TEST(test_what_is_wrong_is_kept_until_somebody_can_be_told),
        TEST(test_a_digest_loses_nothing_of_a_busy_week),
        TEST(test_a_digest_counts_what_it_has_no_room_for),
        TEST(test_a_clock_that_is_set_back_holds_nobody_up),
        TEST(test_nobody_wakes_for_what_waits_behind_another),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

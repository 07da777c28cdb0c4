/* A backup that is put back does nothing for a second time that was done since it was made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "store/accounts.h"
#include "store/backup_restore.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "support/backup_world.h"

#define HOUR_MS INT64_C(3600000)

static int64_t now_ms;

static int64_t now(void)
{
    return now_ms;
}

static int64_t add_target(struct backup_world *world)
{
    struct notification_target target = {.name = "Chat",
                                         .kind = "discord",
                                         .form = "changes",
                                         .events = "run",
                                         .is_on = true,
                                         .quiet_from = -1,
                                         .quiet_until = -1};

    must(world, notification_targets_add(world->store->store, &target, &target.id, &world->error));
    return target.id;
}

static void add_delivery(struct backup_world *world, int64_t target_id, const char *key,
                         bool in_digest, int64_t due_ms)
{
    const struct notification_delivery delivery = {.target_id = target_id,
                                                   .key = key,
                                                   .title = key,
                                                   .severity = "info",
                                                   .notice = "{}",
                                                   .in_digest = in_digest,
                                                   .due_ms = due_ms};

    must(world, notification_deliveries_add(world->store->store, &delivery, &world->error));
}

/* What became of them, the newest first. */
static struct notification_deliveries load(struct backup_world *world)
{
    struct notification_deliveries found = {0};

    must(world,
         store_open(&db_driver_sqlite, world->store->path, &world->store->store, &world->error));
    must(world, notification_deliveries_load(world->store->store, world->store->arena, 0, 0, 10,
                                             &found, &world->error));
    return found;
}

/* Made at night, put back at noon: what was due in the morning was sent by then. */
static void test_what_was_due_meanwhile_is_not_sent_again(void **state)
{
    struct backup_world world;
    struct backup_restored restored;

    (void)state;
    clock_set_for_tests(now, NULL);
    now_ms = 1795348800000;
    backup_world_open(&world, 0);
    int64_t target = add_target(&world);
    add_delivery(&world, target, "run/1", false, now_ms + 7 * HOUR_MS);
    add_delivery(&world, target, "run/2", true, now_ms + 9 * HOUR_MS);
    add_delivery(&world, target, "run/3", true, now_ms + 33 * HOUR_MS);
    backup_world_make(&world, NULL);
    store_close(TAKE(world.store->store));
    now_ms += 12 * HOUR_MS;
    struct backup_restore_order order = {
        .path = world.file, .database = world.store->path, .key_file = world.key_file};
    must(&world, backup_restore(&order, world.store->arena, &restored, &world.error));
    assert_int_equal(restored.doubted, 2);
    struct notification_deliveries found = load(&world);
    assert_int_equal(found.count, 3);
    assert_int_equal(found.items[0].state, DELIVERY_WAITING);
    assert_int_equal(found.items[1].state, DELIVERY_UNKNOWN);
    assert_int_equal(found.items[2].state, DELIVERY_UNKNOWN);
    assert_non_null(strstr(found.items[2].message, "may have been sent"));
    backup_world_close(&world);
    clock_set_for_tests(NULL, NULL);
}

static int64_t add_account(struct backup_world *world)
{
    const struct account account = {.name = "anna", .password = "$argon2id$a", .role = "admin"};
    int64_t id = 0;

    must(world, accounts_add(world->store->store, &account, &id, &world->error));
    return id;
}

/* She logged out since, and thinks that this browser is shut out. */
static void test_who_was_logged_in_logs_in_anew(void **state)
{
    struct backup_world world;
    struct backup_restored restored;
    struct login_sessions sessions = {0};

    (void)state;
    backup_world_open(&world, 0);
    const struct login_session session = {.digest = "browser",
                                          .user_id = add_account(&world),
                                          .expires_at = INT64_MAX,
                                          .address = "192.0.2.1",
                                          .agent = "curl"};
    must(&world, sessions_add(world.store->store, &session, &world.error));
    backup_world_make(&world, NULL);
    store_close(TAKE(world.store->store));
    struct backup_restore_order order = {
        .path = world.file, .database = world.store->path, .key_file = world.key_file};
    must(&world, backup_restore(&order, world.store->arena, &restored, &world.error));
    must(&world,
         store_open(&db_driver_sqlite, world.store->path, &world.store->store, &world.error));
    must(&world, sessions_of(world.store->store, world.store->arena, session.user_id, &sessions,
                             &world.error));
    assert_int_equal(sessions.count, 0);
    backup_world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_was_due_meanwhile_is_not_sent_again),
        cmocka_unit_test(test_who_was_logged_in_logs_in_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the service keeps beside its subject: the audit log, stored settings, small facts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/audit.h"
#include "store/stored_settings.h"
#include "support/store_world.h"

static void note(struct store_world *world, const char *action, const char *subject)
{
    const struct audit_row row = {.who = "anna",
                                  .how = "session",
                                  .address = "192.0.2.1",
                                  .action = action,
                                  .subject = subject,
                                  .detail = "by hand"};

    must(world, audit_add(world->store, &row, &world->error));
}

static struct audit_rows load(struct store_world *world, int64_t before, const char *area,
                              int limit)
{
    struct audit_rows rows = {0};

    must(world, audit_load(world->store, world->arena, before, area, limit, &rows, &world->error));
    return rows;
}

static void test_the_audit_log_tells_who_did_what_newest_first(void **state)
{
    struct store_world *world = *state;
    const struct audit_row earlier = {
        .at = "2026-01-02 03:04:05", .who = "b", .how = "", .address = "", .action = "login.fail"};

    must(world, audit_add(world->store, &earlier, &world->error));
    note(world, "list.add", "imdb:top");
    struct audit_rows rows = load(world, 0, NULL, 10);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].who, "anna");
    assert_string_equal(rows.items[0].how, "session");
    assert_string_equal(rows.items[0].address, "192.0.2.1");
    assert_string_equal(rows.items[0].action, "list.add");
    assert_string_equal(rows.items[0].subject, "imdb:top");
    assert_string_equal(rows.items[0].detail, "by hand");
    assert_int_equal(strlen(rows.items[0].at), 19);
    assert_string_equal(rows.items[1].at, "2026-01-02 03:04:05");
    assert_string_equal(rows.items[1].subject, "");
}

static void test_the_audit_log_is_read_in_pages_and_by_area(void **state)
{
    struct store_world *world = *state;

    note(world, "list.add", "a");
    note(world, "lists.import", "b");
    note(world, "list.remove", "c");
    note(world, "restart", "d");
    struct audit_rows rows = load(world, 0, "list", 10);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].subject, "c");
    assert_string_equal(rows.items[1].subject, "a");
    rows = load(world, rows.items[0].id, "list", 10);
    assert_int_equal(rows.count, 1);
    assert_int_equal(load(world, 0, "restart", 10).count, 1);
    rows = load(world, 0, NULL, 3);
    assert_int_equal(rows.count, 3);
    rows = load(world, rows.items[2].id, NULL, 3);
    assert_int_equal(rows.count, 1);
    assert_string_equal(rows.items[0].subject, "a");
}

static void test_the_audit_log_does_not_grow_for_ever(void **state)
{
    struct store_world *world = *state;

    must(world, store_begin(world->store, &world->error));
    for (int i = 0; i < AUDIT_KEPT + 3; i++)
        note(world, "list.add", i == 3 ? "oldest" : "later");
    must(world, store_end(world->store, ERROR_NONE, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM audit_log"), AUDIT_KEPT);
    assert_string_equal(
        store_world_text(world, "SELECT subject FROM audit_log ORDER BY id LIMIT 1"), "oldest");
}

static void test_what_a_stranger_wrote_is_cut(void **state)
{
    struct store_world *world = *state;
    static char endless[100000];
    const struct audit_row row = {
        .who = endless, .how = "", .address = endless, .action = endless, .detail = endless};

    memset(endless, 'x', sizeof(endless) - 1);
    must(world, audit_add(world->store, &row, &world->error));
    struct audit_rows rows = load(world, 0, NULL, 1);
    assert_int_equal(strlen(rows.items[0].who), 255);
    assert_int_equal(strlen(rows.items[0].action), 255);
    assert_int_equal(strlen(rows.items[0].detail), 1023);
}

static void test_settings_are_kept_changed_and_dropped(void **state)
{
    struct store_world *world = *state;
    struct store *store = world->store;
    struct stored_settings settings;

    must(world, stored_settings_put(store, "SYNC_CRON", "0 4 * * *", false, &world->error));
    must(world, stored_settings_put(store, "OVERSEERR_API_KEY", "c2VhbGVk", true, &world->error));
    must(world, stored_settings_put(store, "SYNC_CRON", "0 5 * * *", false, &world->error));
    must(world, stored_settings_put(store, "TZ", "UTC", false, &world->error));
    must(world, stored_settings_drop(store, "TZ", &world->error));
    must(world, stored_settings_drop(store, "never there", &world->error));
    must(world, stored_settings_load(store, world->arena, &settings, &world->error));
    assert_int_equal(settings.count, 2);
    assert_string_equal(settings.items[0].name, "OVERSEERR_API_KEY");
    assert_string_equal(settings.items[0].value, "c2VhbGVk");
    assert_true(settings.items[0].is_sealed);
    assert_string_equal(settings.items[1].value, "0 5 * * *");
    assert_false(settings.items[1].is_sealed);
    assert_int_equal(strlen(settings.items[1].updated_at), 19);
}

static void test_small_facts_outlive_the_program(void **state)
{
    struct store_world *world = *state;
    const char *value = NULL;

    must(world, service_state_get(world->store, world->arena, "paused", &value, &world->error));
    assert_string_equal(value, "");
    must(world, service_state_put(world->store, "paused", "1", &world->error));
    must(world, service_state_put(world->store, "paused", "0", &world->error));
    store_world_reopen(world);
    must(world, service_state_get(world->store, world->arena, "paused", &value, &world->error));
    assert_string_equal(value, "0");
}

static void test_the_interval_is_one_row_whoever_wrote_it(void **state)
{
    struct store_world *world = *state;
    const char *at = NULL;
    double hours = -1;

    must(world, sync_interval_get(world->store, &hours, &at, world->arena, &world->error));
    assert_float_equal(hours, 0, 0);
    assert_string_equal(at, "");
    must(world, db_execute(world->store->db, "INSERT INTO sync_interval VALUES (4, 6, 'then')",
                           &world->error));
    must(world, sync_interval_get(world->store, &hours, &at, world->arena, &world->error));
    assert_float_equal(hours, 6, 0);
    assert_string_equal(at, "then");
    must(world, sync_interval_put(world->store, 0.5, &world->error));
    must(world, sync_interval_get(world->store, &hours, &at, world->arena, &world->error));
    assert_float_equal(hours, 0.5, 0);
    assert_int_equal(strlen(at), 19);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sync_interval"), 1);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_the_audit_log_tells_who_did_what_newest_first),
        WITH_WORLD(test_the_audit_log_is_read_in_pages_and_by_area),
        WITH_WORLD(test_the_audit_log_does_not_grow_for_ever),
        WITH_WORLD(test_what_a_stranger_wrote_is_cut),
        WITH_WORLD(test_settings_are_kept_changed_and_dropped),
        WITH_WORLD(test_small_facts_outlive_the_program),
        WITH_WORLD(test_the_interval_is_one_row_whoever_wrote_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

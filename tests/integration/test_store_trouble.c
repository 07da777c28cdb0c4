/* Trouble with the database: noted once, over by itself or not, and told without its queue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "support/receiver.h"
#include "support/running.h"
#include "sync/notice_straight.h"
#include "sync/store_trouble.h"

static struct world world;
static struct running running;
static struct receiver receiver;
static int64_t passed_ms; /* on the clock, beyond what really passed */

static int64_t later(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 + passed_ms;
}

static int open_all(void **state)
{
    (void)state;
    receiver_open(&receiver, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    AUTO_FREE char *url = memory_print("http://127.0.0.1:%d/", receiver.port);
    world_open(&world, NULL);
    world_set(&world, "NOTIFY_WEBHOOK_URL", url);
    running_prepare(&running, &world);
    passed_ms = 0;
    clock_set_for_tests(NULL, later);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    clock_set_for_tests(NULL, NULL);
    running_close(&running);
    world_close(&world);
    receiver_close(&receiver);
    return 0;
}

/* As a statement says it of the world's database. */
static struct error trouble(const char *what)
{
    struct error error = {0};

    error_set(&error, ERROR_STORE, "the database %s/list_sync.db %s", world.folder, what);
    return error;
}

static void expect_problem(const char *part)
{
    char problem[HEALTH_TEXT_SIZE];

    health_problem(running.tools.health, HEALTH_DATABASE, problem);
    if (*part ? !strstr(problem, part) : *problem != '\0')
        fail_msg("it is: \"%s\"", problem);
}

static void test_it_is_news_once_and_over_when_a_write_comes_through(void **state)
{
    struct error error = trouble("cannot be written, the disk is full");

    (void)state;
    assert_true(store_trouble_note(&running.tools, &error));
    assert_false(store_trouble_note(&running.tools, &error));
    assert_true(store_trouble_is_known(&running.tools));
    expect_problem("the disk is full");
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_NONE);
    expect_problem("");
    assert_true(store_trouble_note(&running.tools, &error));
}

static void test_it_is_not_over_while_nothing_can_be_written(void **state)
{
    struct error error = trouble("cannot be written, the disk is full");

    (void)state;
    store_trouble_note(&running.tools, &error);
    running_must(&running, db_execute(running.store->db, "PRAGMA query_only = ON", &running.error));
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_STORE);
    assert_true(store_trouble_is_known(&running.tools));
}

static void test_damage_is_not_over_before_the_next_start(void **state)
{
    struct error error = trouble("is damaged");

    (void)state;
    assert_true(store_trouble_note(&running.tools, &error));
    expect_problem("there is no backup in ");
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_STORE);
    assert_true(store_trouble_is_known(&running.tools));
}

static void test_a_file_that_is_not_at_its_place_is_missed_until_it_is_back(void **state)
{
    AUTO_FREE char *path = world_path(&world, "list_sync.db");
    AUTO_FREE char *moved = world_path(&world, "moved.db");
    struct error error = {0};

    (void)state;
    assert_int_equal(rename(path, moved), 0);
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_STORE);
    assert_true(store_trouble_note(&running.tools, &error));
    expect_problem("was removed or replaced while the service uses it");
    expect_problem("there is no backup in ");
    world_write(&world, "list_sync.db", "another file");
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_STORE);
    assert_int_equal(rename(moved, path), 0);
    assert_int_equal(store_trouble_look(&running.tools, running.store, &error), ERROR_NONE);
    expect_problem("");
}

static void test_trouble_of_others_is_not_the_databases(void **state)
{
    struct error other = {0};

    (void)state;
    error_set(&other, ERROR_STORE, "the database in the backup is damaged");
    assert_true(store_trouble_note(&running.tools, &other));
    error_set(&other, ERROR_STORE, "the database /elsewhere/list_sync.db is damaged");
    assert_true(store_trouble_note(&running.tools, &other));
    error_set(&other, ERROR_UNREACHABLE, "the disk of nobody");
    assert_true(store_trouble_note(&running.tools, &other));
    assert_false(store_trouble_is_known(&running.tools));
}

/* ---- who is told ---- */

static void hold(void *context, struct client *client)
{
    size_t *clients = context;

    *clients += client != NULL;
}

/* How many clients had work. */
static size_t look(struct notice_straight *straight)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    size_t clients = 0;

    running_must(&running, time_zone_open("UTC", &zone, &running.error));
    notice_straight_look(straight, zone, hold, &clients);
    return clients;
}

static struct notice_straight *open_straight(const struct notice_keys *keys)
{
    struct notice_straight *straight = notice_straight_new(&running.tools, keys);

    running_must(&running, notice_targets_follow(keys, running.store, &running.error));
    notice_straight_remember(straight, running.store);
    return straight;
}

static void test_what_lasts_is_told_once_and_so_is_its_end(void **state)
{
    struct notice_keys keys = {.given = &running.settings.options, .key = &running.key};
    struct notice_straight *straight = open_straight(&keys);
    struct error error = trouble("is no database");

    (void)state;
    assert_int_equal(look(straight), 0);
    store_trouble_note(&running.tools, &error);
    assert_int_equal(look(straight), 0);
    passed_ms += NOTICE_STRAIGHT_AFTER_MS;
    assert_int_equal(look(straight), 1);
    assert_int_equal(look(straight), 0);
    AUTO_FREE char *told = receiver_wait(&receiver, 1);
    assert_non_null(strstr(told, "ListSync cannot work: the database "));
    health_note(running.tools.health, HEALTH_DATABASE, NULL);
    assert_int_equal(look(straight), 1);
    assert_int_equal(look(straight), 0);
    AUTO_FREE char *over = receiver_wait(&receiver, 2);
    assert_non_null(strstr(over, "The database can be used again"));
    assert_int_equal(receiver_count(&receiver), 2);
    notice_straight_free(straight);
}

static void test_what_passes_soon_is_told_to_nobody(void **state)
{
    struct notice_keys keys = {.given = &running.settings.options, .key = &running.key};
    struct notice_straight *straight = open_straight(&keys);
    struct error error = trouble("cannot be written, the disk is full");

    (void)state;
    store_trouble_note(&running.tools, &error);
    passed_ms += NOTICE_STRAIGHT_AFTER_MS - 5000;
    assert_int_equal(look(straight), 0);
    health_note(running.tools.health, HEALTH_DATABASE, NULL);
    passed_ms += NOTICE_STRAIGHT_AFTER_MS;
    assert_int_equal(look(straight), 0);
    assert_int_equal(receiver_count(&receiver), 0);
    notice_straight_free(straight);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)
    const struct CMUnitTest tests[] = {
        TEST(test_it_is_news_once_and_over_when_a_write_comes_through),
        TEST(test_it_is_not_over_while_nothing_can_be_written),
        TEST(test_damage_is_not_over_before_the_next_start),
        TEST(test_a_file_that_is_not_at_its_place_is_missed_until_it_is_back),
        TEST(test_trouble_of_others_is_not_the_databases),
        TEST(test_what_lasts_is_told_once_and_so_is_its_end),
        TEST(test_what_passes_soon_is_told_to_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

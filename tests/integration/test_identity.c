/* PUID and PGID: whose the files are, and who runs. Becoming somebody takes root to begin with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/world.h"

static struct world world;

static int open_world(void **state)
{
    (void)state;
    world_open(&world, NULL);
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void assert_adds_list(const char *id, const char *says)
{
    struct process_result result;

    world_run(&world, (const char *const[]){"lists", "add", id, NULL}, &result);
    if (result.exit_code != 0 || !strstr(buffer_string(&result.errors), says))
        fail_msg("exit code %d: %s", result.exit_code, buffer_string(&result.errors));
    process_result_release(&result);
}

static void assert_owner(const char *name, uid_t user, gid_t group)
{
    AUTO_FREE char *path = world_path(&world, name);
    struct stat status;

    assert_int_equal(lstat(path, &status), 0);
    assert_int_equal(status.st_uid, user);
    assert_int_equal(status.st_gid, group);
}

static void gives_the_folder_away(void)
{
    AUTO_FREE char *link = world_path(&world, "link");
    struct stat before, after;

    assert_adds_list("imdb:top", "");
    assert_owner("list_sync.db", 0, getegid());
    assert_int_equal(symlink("/etc/hostname", link), 0);
    assert_int_equal(stat("/etc/hostname", &before), 0);
    world_set(&world, "PUID", "1234");
    assert_adds_list("imdb:toptv", "");
    assert_owner("", 1234, 1234);
    assert_owner("list_sync.db", 1234, 1234);
    assert_owner("link", 1234, 1234);
    assert_int_equal(stat("/etc/hostname", &after), 0);
    assert_int_equal(after.st_uid, before.st_uid);
    world_set(&world, "PGID", "1235");
    assert_adds_list("imdb:moviemeter", "");
    assert_owner("list_sync.db", 1234, 1235);
}

static void asking_for_health_gives_nothing_away(void **state)
{
    struct process_result result;

    (void)state;
    if (geteuid() != 0)
        skip();
    assert_adds_list("imdb:top", "");
    world_set(&world, "PUID", "1234");
    world_run(&world, (const char *const[]){"health", NULL}, &result);
    assert_int_not_equal(result.exit_code, 0); /* there is no service */
    assert_owner("list_sync.db", 0, getegid());
    process_result_release(&result);
}

static void root_gives_the_folder_away_and_becomes_the_user(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    gives_the_folder_away();
}

static void a_user_who_cannot_become_another_is_told_so(void **state)
{
    (void)state;
    if (geteuid() == 0)
        skip();
    world_set(&world, "PUID", "4294967294");
    assert_adds_list("imdb:top", "PUID is 4294967294, but this was started as user");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(asking_for_health_gives_nothing_away),
        TEST(root_gives_the_folder_away_and_becomes_the_user),
        TEST(a_user_who_cannot_become_another_is_told_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whatever the umask: what the program makes is for its owner alone. */
#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/former_databases.h"
#include "support/visitor.h"

/* Below the folder in which the program starts; neither part is there before. */
#define DATA "deep/inside"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static char seen[64 << 10]; /* paths, one a line */

static int look(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    int wanted = kind == FTW_D ? 0700 : 0600;
    size_t length = strlen(seen);

    (void)place;
    if ((status->st_mode & 07777) != (mode_t)wanted)
        fail_msg("%s has mode %o", path, status->st_mode & 07777);
    snprintf(seen + length, sizeof(seen) - length, "%s\n", path);
    return 0;
}

/* All below the folder, which must hold these at least; NULL-ended parts of paths. */
static void expect_private(const struct world *world, const char *folder, const char *const *parts)
{
    AUTO_FREE char *path = world_path(world, folder);

    *seen = '\0';
    assert_int_equal(nftw(path, look, 16, FTW_PHYS), 0);
    for (; *parts; parts++)
        if (!strstr(seen, *parts))
            fail_msg("no %s in:\n%s", *parts, seen);
}

static void run(const struct world *world, const char *const *arguments)
{
    struct process_result result;

    world_run(world, arguments, &result);
    if (result.exit_code)
        fail_msg("%s: exit code %d: %s%s", arguments[0], result.exit_code,
                 buffer_string(&result.out), buffer_string(&result.errors));
    process_result_release(&result);
}

static void use_service(struct visitor *visitor)
{
    static const char pushed[] =
        "{\"custom_list\":[{\"title\":\"The Matrix\",\"media_type\":\"movie\"}]}";

    visitor_add_list(visitor, "stevenlu:stevenlu");
    visitor_sync(visitor, NULL);
    visitor_sync(visitor, pushed);
    visitor_ask(visitor, 200, "GET", "/api/posters/movie/19913", NULL);
    visitor_ask(visitor, 200, "PUT", "/api/settings",
                "{\"settings\":{\"MDBLIST_API_KEY\":\"a key of the test\"}}");
    visitor_ask(visitor, 201, "POST", "/api/backups", NULL);
}

static void serve_under(mode_t mask)
{
    static const char *const running[] = {"list_sync.db",  "list_sync.db-wal",  "listsync.lock",
                                          "secret.key",    "logs/listsync.log", "posters/movie-",
                                          "backups/.lock", ".backup",           NULL};
    static const char *const after[] = {"secret.key.old-", "before-restore-", "by-hand", NULL};
    struct visitor visitor;
    mode_t before = umask(mask);

    visitor_open(&visitor, WORDS("LISTSYNC_DATA_DIR=" DATA));
    const struct world *world = &visitor.daemon.world;
    use_service(&visitor);
    expect_private(world, "deep", running);
    daemon_stop(&visitor.daemon);
    AUTO_FREE char *backup = world_path(world, DATA "/by-hand");
    run(world, WORDS("backup", backup));
    run(world, WORDS("key", "rotate"));
    run(world, WORDS("restore", backup));
    expect_private(world, "deep", after);
    umask(before);
    visitor_close(&visitor);
}

static void the_service_keeps_everything_private(void **state)
{
    (void)state;
    serve_under(0000);
    serve_under(0077);
}

/* A umask that would take away what its owner needs, and what another program left open. */
static void import_under(mode_t mask)
{
    static const char *const made[] = {"list_sync.db.before-listsync", "secret.key", "list_sync.db",
                                       NULL};
    struct world world;

    world_open(&world, NULL);
    AUTO_FREE char *folder = world_path(&world, "moved");
    AUTO_FREE char *database = world_path(&world, "moved/list_sync.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    former_write(database, former_original);
    assert_int_equal(chmod(database, 0644), 0);
    world_set(&world, "LISTSYNC_DATA_DIR", "moved");
    mode_t before = umask(mask);
    run(&world, WORDS("lists"));
    expect_private(&world, "moved", made);
    world_set(&world, "LISTSYNC_DATA_DIR", DATA);
    run(&world, WORDS("import", "moved/list_sync.db.before-listsync"));
    run(&world, WORDS("backup"));
    expect_private(&world, "deep", WORDS("secret.key", "list_sync.db", ".backup"));
    umask(before);
    world_close(&world);
}

static void what_is_taken_over_is_private(void **state)
{
    (void)state;
    import_under(0000);
    import_under(0077);
    import_under(0377);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_service_keeps_everything_private),
        cmocka_unit_test(what_is_taken_over_is_private),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

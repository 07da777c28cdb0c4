/*
 * A change of the key, or a restore, that is killed before any single thing that it does to a
 * file: afterwards what is stored and the key that lies there fit together, nothing is lost, and
 * the same goes through.
 *
 * The calls that change files are this program's own, here and for SQLite: they count, and one of
 * them is the last.
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "store/backup_restore.h"
#include "support/key_world.h"
#include "support/store_world.h"

#define SETTING "LISTSYNC_SECRET_KEY"
#define BEFORE  "LISTSYNC_SECRET_KEY_OLD"

static int deadly, done;

static void step(void)
{
    if (deadly && ++done == deadly)
        kill(getpid(), SIGKILL);
}

/* The real one, which the program would have called. */
#define REAL(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

int rename(const char *from, const char *to)
{
    step();
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to)
{
    step();
    return REAL(link)(from, to);
}

int unlink(const char *path)
{
    step();
    return REAL(unlink)(path);
}

int fsync(int file)
{
    step();
    return REAL(fsync)(file);
}

int fdatasync(int file)
{
    step();
    return REAL(fdatasync)(file);
}

int ftruncate64(int file, off64_t length)
{
    step();
    return REAL(ftruncate64)(file, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at)
{
    step();
    return REAL(pwrite64)(file, bytes, count, at);
}

ssize_t write(int file, const void *bytes, size_t count)
{
    step();
    return REAL(write)(file, bytes, count);
}

/* ---- what is done and killed ---- */

struct scene {
    const char *before, *after; /* settings; NULL: a file */
    bool restores;
    struct key_world world;
    char *backup;
};

static void use_settings(struct scene *scene, bool is_after)
{
    key_world_set(&scene->world, SETTING, is_after ? scene->after : scene->before);
    key_world_set(&scene->world, BEFORE, is_after ? scene->before : NULL);
}

static void make_backup(struct scene *scene)
{
    struct key_world *world = &scene->world;
    AUTO_SECRET_KEYS struct secret_keys keys = {0};
    struct backup_head head;

    must(world, secret_keys_gather(&world->place, &keys, &world->error));
    struct backup_order order = {.database = world->database,
                                 .keys = keys.items,
                                 .key_count = keys.count,
                                 .target = scene->backup,
                                 .passphrase = "a passphrase of the test",
                                 .work = {1, 1 << 20}};
    must(world, backup_make(&order, &head, &world->error));
}

/* With a backup of other times in it, which another key had sealed. */
static void open_scene(struct scene *scene)
{
    struct secret_key_changed changed = {0};
    struct key_world *world = &scene->world;

    key_world_open(world);
    scene->backup = temp_dir_file(&world->dir, "a.backup");
    use_settings(scene, false);
    key_world_fill(world);
    if (scene->restores) {
        make_backup(scene);
        key_world_set(world, SETTING, NULL);
        key_world_set(world, BEFORE, scene->before);
        must(world, secret_key_rotate(&world->place, world->store, &changed, &world->error));
        secret_key_changed_release(&changed);
        scene->before = NULL;
    }
    key_world_close_store(world);
}

static void close_scene(struct scene *scene)
{
    free(scene->backup);
    key_world_close(&scene->world);
}

static enum error_code restore(struct scene *scene)
{
    struct key_world *world = &scene->world;
    AUTO_FREE char *key_file = secret_key_path(world->dir.path, "");
    AUTO_SECRET_KEYS struct secret_keys keys = {0};
    struct backup_restored restored;

    must(world, secret_keys_gather(&world->place, &keys, &world->error));
    struct backup_restore_order order = {
        .path = scene->backup,
        .passphrase = "a passphrase of the test",
        .database = world->database,
        .setting = scene->after ? &keys.items[0] : NULL,
        .key_file = key_file,
    };
    return backup_restore(&order, world->arena, &restored, &world->error);
}

static enum error_code rotate(struct scene *scene)
{
    struct secret_key_changed changed = {0};
    struct key_world *world = &scene->world;

    key_world_open_store(world);
    enum error_code rc = secret_key_rotate(&world->place, world->store, &changed, &world->error);
    secret_key_changed_release(&changed);
    key_world_close_store(world);
    return rc;
}

static enum error_code perform(struct scene *scene)
{
    use_settings(scene, true);
    return scene->restores ? restore(scene) : rotate(scene);
}

/* True when it died before it was through. */
static bool dies_at(struct scene *scene, int at)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (!child) {
        deadly = at;
        enum error_code rc = perform(scene);
        deadly = 0;
        _exit(rc ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    return false;
}

/* Under the settings before or those after, one of both. */
static void expect_fit(struct scene *scene)
{
    struct key_world *world = &scene->world;
    AUTO_SECRET_KEY struct secret_key key = {0};

    key_world_open_store(world);
    use_settings(scene, true);
    key_world_set(world, BEFORE, NULL);
    if (secret_key_find(&world->place, world->store, &key, NULL))
        use_settings(scene, false);
    key_world_expect_open(world);
    must(world, secret_key_settle(&world->place, world->store, &world->error));
    key_world_expect_open(world);
    key_world_close_store(world);
}

static void expect_end(struct scene *scene)
{
    struct key_world *world = &scene->world;

    use_settings(scene, true);
    if (perform(scene))
        fail_msg("%s", world->error.message);
    key_world_set(world, BEFORE, NULL);
    key_world_open_store(world);
    must(world, secret_key_settle(&world->place, world->store, &world->error));
    key_world_expect_open(world);
    assert_int_equal(key_world_files(world, "secret.key.new"), 0);
    key_world_close_store(world);
}

static void kill_everywhere(struct scene scene, int least)
{
    int at = 0;
    bool died = true;

    while (died) {
        struct scene one = scene;
        open_scene(&one);
        died = dies_at(&one, ++at);
        expect_fit(&one);
        expect_end(&one);
        close_scene(&one);
    }
    printf("killed at %d steps\n", at - 1);
    assert_true(at > least);
}

static void from_file_to_file(void **state)
{
    (void)state;
    kill_everywhere((struct scene){0}, 15);
}

static void from_file_to_setting(void **state)
{
    (void)state;
    kill_everywhere((struct scene){.after = KEY_WORLD_FIRST}, 10);
}

static void from_setting_to_file(void **state)
{
    (void)state;
    kill_everywhere((struct scene){.before = KEY_WORLD_FIRST}, 15);
}

static void from_setting_to_setting(void **state)
{
    (void)state;
    kill_everywhere((struct scene){.before = KEY_WORLD_FIRST, .after = KEY_WORLD_SECOND}, 10);
}

static void a_restore_over_another_key(void **state)
{
    (void)state;
    kill_everywhere((struct scene){.restores = true, .before = KEY_WORLD_FIRST}, 15);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_file_to_file),          cmocka_unit_test(from_file_to_setting),
        cmocka_unit_test(from_setting_to_file),       cmocka_unit_test(from_setting_to_setting),
        cmocka_unit_test(a_restore_over_another_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

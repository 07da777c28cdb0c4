/* `listsync key`, and backups that meet another key: the program as people use it. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"

#define FIRST  "a long passphrase of the first machine"
#define SECOND "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define PLANT  "the key that was planted"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void run(const struct world *world, const char *const *arguments, int exit_code,
                const char *says)
{
    struct process_result result;

    world_run(world, arguments, &result);
    const char *out = buffer_string(&result.out), *errors = buffer_string(&result.errors);
    if (result.exit_code != exit_code || (!strstr(out, says) && !strstr(errors, says)))
        fail_msg("%s: exit code %d, \"%s\" expected in: %s%s", arguments[0], result.exit_code, says,
                 out, errors);
    assert_null(strstr(out, PLANT));
    assert_null(strstr(errors, PLANT));
    assert_null(strstr(out, FIRST));
    assert_null(strstr(errors, FIRST));
    process_result_release(&result);
}

static void use(struct world *world, const char *key, const char *key_before)
{
    world_set(world, "LISTSYNC_SECRET_KEY", key);
    world_set(world, "LISTSYNC_SECRET_KEY_OLD", key_before);
}

/* Seals a credential with the key that counts. */
static void plant(const struct world *world)
{
    world_write(world, "planted.env", "MDBLIST_API_KEY=" PLANT "\n");
    AUTO_FREE char *path = world_path(world, "planted.env");
    run(world, WORDS("import", path), 0, "MDBLIST_API_KEY is taken over");
}

static bool is_there(const struct world *world, const char *name)
{
    AUTO_FREE char *path = world_path(world, name);

    return access(path, F_OK) == 0;
}

static void it_says_which_key_it_is_and_what_it_opens(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    run(&world, WORDS("key"), 0, "Nothing is sealed in");
    assert_false(is_there(&world, "secret.key"));
    plant(&world);
    run(&world, WORDS("key"), 0, "secret.key (mark ");
    run(&world, WORDS("key", "show"), 0, "opens  setting  MDBLIST_API_KEY");
    run(&world, WORDS("doctor"), 0, "opens the one stored credential");
    run(&world, WORDS("key", "turn"), 2, "key takes show, rotate or forget");
    use(&world, "changeme", NULL);
    run(&world, WORDS("key"), 2, "too short or too simple");
    run(&world, WORDS("serve"), 2, "too short or too simple");
    world_close(&world);
}

/* Round and round; each time the one before is refused. */
static void rotating_leads_from_any_key_to_any_other(void **state)
{
    static const struct {
        const char *from, *to;
    } ways[] = {{NULL, NULL}, {NULL, FIRST}, {FIRST, SECOND}, {SECOND, NULL}};
    struct world world;

    (void)state;
    world_open(&world, NULL);
    plant(&world);
    for (size_t i = 0; i < ARRAY_LENGTH(ways); i++) {
        use(&world, ways[i].to, NULL);
        if (ways[i].from || ways[i].to)
            run(&world, WORDS("serve"), 2, "nothing was changed");
        use(&world, ways[i].to, ways[i].from);
        run(&world, WORDS("key", "rotate"), 0, "1 stored credential is sealed with it");
        use(&world, ways[i].to, NULL);
        run(&world, WORDS("key"), 0, "It opens 1 of 1 stored credential");
        assert_int_equal(is_there(&world, "secret.key"), !ways[i].to);
    }
    world_close(&world);
}

static void it_is_not_changed_under_a_running_service(void **state)
{
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    run(&daemon.world, WORDS("key", "rotate"), 2, "running as a service");
    run(&daemon.world, WORDS("key", "forget"), 2, "running as a service");
    run(&daemon.world, WORDS("key"), 0, "nothing is sealed with it yet");
    daemon_close(&daemon);
}

/* Tokens that were given out go on; the API key that was stored is there. */
static void the_service_goes_on_with_another_key(void **state)
{
    static const char settings[] = "{\"settings\": {\"MDBLIST_API_KEY\": \"" PLANT "\"}}";
    static const char wish[] = "{\"scope\": \"read\", \"lifetime\": 600}";
    AUTO_DAEMON_ANSWER struct daemon_answer made = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    assert_int_equal(daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key, settings),
                     200);
    daemon_call(&daemon, "POST", "/api/auth/tokens", daemon.admin_key, wish, &made);
    const char *token = json_value_get_text(made.document, "token");
    assert_non_null(token);
    AUTO_FREE char *header = memory_print("Authorization: Bearer %s\r\n", token);
    daemon_stop(&daemon);
    use(&daemon.world, FIRST, NULL);
    run(&daemon.world, WORDS("key", "rotate"), 0, "2 stored credentials are sealed with it");
    daemon_start(&daemon);
    AUTO_DAEMON_ANSWER struct daemon_answer lists = {0};
    daemon_call_with(&daemon, "GET", "/api/lists", header, NULL, &lists);
    assert_int_equal(lists.status, 200);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
    assert_false(is_there(&daemon.world, "secret.key"));
    daemon_close(&daemon);
}

/* The only one; its name. */
static char *find_backup(const struct world *world)
{
    AUTO_FREE char *path = world_path(world, "backups");
    DIR *folder = opendir(path);
    char *found = NULL;

    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!text_ends_with(entry->d_name, ".backup"))
            continue;
        assert_null(found);
        found = memory_text(entry->d_name);
    }
    closedir(folder);
    assert_non_null(found);
    return found;
}

static void a_lost_key_can_be_given_up_and_found_again(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    use(&world, FIRST, NULL);
    plant(&world);
    use(&world, NULL, NULL);
    run(&world, WORDS("sync"), 2, "secret.key is missing");
    run(&world, WORDS("backup", "list"), 0, "There are no backups");
    run(&world, WORDS("key", "rotate"), 2, "no key that is here opens MDBLIST_API_KEY");
    run(&world, WORDS("key", "forget"), 0, "no key that is here opens it: MDBLIST_API_KEY");
    run(&world, WORDS("key"), 0, "nothing is sealed with it yet");
    AUTO_FREE char *backup = find_backup(&world);
    run(&world, WORDS("restore", backup), 0, "Not back");
    run(&world, WORDS("key"), 0, "nothing is sealed with it yet");
    use(&world, NULL, FIRST);
    run(&world, WORDS("restore", backup), 0, "Its credentials are sealed with the secret.key");
    use(&world, NULL, NULL);
    run(&world, WORDS("key"), 0, "It opens 1 of 1");
    world_close(&world);
}

/* As after a rotation: what lies there as secret.key is what counts. */
static void giving_up_puts_a_file_aside_that_seals_nothing_any_more(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    plant(&world);
    use(&world, FIRST, NULL);
    run(&world, WORDS("key", "forget"), 0, "The one before is kept as");
    assert_false(is_there(&world, "secret.key"));
    run(&world, WORDS("key"), 0, "The key is LISTSYNC_SECRET_KEY");
    run(&world, WORDS("key"), 0, "It opens 1 of 1");
    use(&world, NULL, FIRST);
    world_write(&world, "secret.key", "no key\n");
    run(&world, WORDS("key", "forget"), 0, "secret.key before, which was no key, is kept as");
    run(&world, WORDS("key"), 0, "It opens 1 of 1");
    world_close(&world);
}

static void a_file_of_the_setting_that_holds_nothing_is_refused(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "empty", "\n");
    world_write(&world, "key", FIRST "\n");
    AUTO_FREE char *empty = world_path(&world, "empty");
    AUTO_FREE char *file = world_path(&world, "key");
    world_set(&world, "LISTSYNC_SECRET_KEY_FILE", empty);
    run(&world, WORDS("lists"), 2, "is empty");
    world_set(&world, "LISTSYNC_SECRET_KEY_FILE", file);
    plant(&world);
    world_set(&world, "LISTSYNC_SECRET_KEY_FILE", NULL);
    use(&world, FIRST, NULL);
    run(&world, WORDS("key"), 0, "It opens 1 of 1");
    world_close(&world);
}

/* ---- last night's backup on a new machine ---- */

#define PASSPHRASE "a passphrase of the test"

static const struct {
    const char *old_key; /* NULL: a file */
    bool has_passphrase;
    const char *new_key, *given; /* settings there; `given`: LISTSYNC_SECRET_KEY_OLD */
    bool has_own_file;           /* the new machine sealed something before */
    bool comes_back;
} moves[] = {
    {NULL, true, NULL, NULL, false, true},      {NULL, true, NULL, NULL, true, true},
    {NULL, true, FIRST, NULL, false, true},     {NULL, false, NULL, NULL, false, false},
    {NULL, false, NULL, NULL, true, false},     {NULL, false, FIRST, NULL, false, false},
    {FIRST, true, NULL, NULL, false, true},     {FIRST, true, NULL, NULL, true, true},
    {FIRST, true, FIRST, NULL, false, true},    {FIRST, true, SECOND, NULL, false, true},
    {FIRST, false, NULL, NULL, false, false},   {FIRST, false, FIRST, NULL, false, true},
    {FIRST, false, SECOND, NULL, false, false}, {FIRST, false, NULL, FIRST, false, true},
    {FIRST, false, NULL, FIRST, true, true},    {FIRST, false, SECOND, FIRST, false, true},
};

static void move(size_t i)
{
    struct world old, new;

    world_open(&old, NULL);
    world_open(&new, NULL);
    AUTO_FREE char *backup = world_path(&old, "last-night.backup");
    use(&old, moves[i].old_key, NULL);
    if (moves[i].has_passphrase) {
        world_set(&old, "LISTSYNC_BACKUP_PASSPHRASE", PASSPHRASE);
        world_set(&new, "LISTSYNC_BACKUP_PASSPHRASE", PASSPHRASE);
    }
    plant(&old);
    run(&old, WORDS("backup", backup), 0, "is whole");
    if (moves[i].has_own_file)
        plant(&new);
    use(&new, moves[i].new_key, moves[i].given);
    run(&new, WORDS("restore", backup), 0,
        moves[i].comes_back ? "is back" : "Not back, since no key that is here opens it");
    use(&new, moves[i].new_key, NULL);
    run(&new, WORDS("key"), 0,
        moves[i].comes_back     ? "It opens 1 of 1"
        : moves[i].has_own_file ? "nothing is sealed with it yet"
        : moves[i].new_key      ? "nothing is sealed with it yet"
                                : "Nothing is sealed");
    run(&new, WORDS("doctor"), 0, "secret key");
    assert_int_equal(is_there(&new, "secret.key"),
                     !moves[i].new_key && (moves[i].comes_back || moves[i].has_own_file));
    world_close(&old);
    world_close(&new);
}

static void a_backup_comes_back_whatever_key_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(moves); i++)
        move(i);
}

/* The key was changed since, on the same machine; its old file is still there. */
static void a_backup_from_before_a_change_of_the_key_comes_back(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    plant(&world);
    AUTO_FREE char *backup = world_path(&world, "last-night.backup");
    run(&world, WORDS("backup", backup), 0, "is whole");
    run(&world, WORDS("key", "rotate"), 0, "The one before is kept as");
    run(&world, WORDS("restore", backup), 0, "Its credentials are sealed with the secret.key");
    run(&world, WORDS("key"), 0, "It opens 1 of 1");
    world_close(&world);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_says_which_key_it_is_and_what_it_opens),
        cmocka_unit_test(rotating_leads_from_any_key_to_any_other),
        cmocka_unit_test(it_is_not_changed_under_a_running_service),
        cmocka_unit_test(the_service_goes_on_with_another_key),
        cmocka_unit_test(a_lost_key_can_be_given_up_and_found_again),
        cmocka_unit_test(giving_up_puts_a_file_aside_that_seals_nothing_any_more),
        cmocka_unit_test(a_file_of_the_setting_that_holds_nothing_is_refused),
        cmocka_unit_test(a_backup_comes_back_whatever_key_is_there),
        cmocka_unit_test(a_backup_from_before_a_change_of_the_key_comes_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

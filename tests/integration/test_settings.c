/* Settings: where they come from, what is wrong with a wrong one, and that secrets stay secret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/files.h"
#include "base/memory.h"
#include "providers/provider.h"
#include "support/report.h"

static void open_with_a_list(struct world *world)
{
    world_open(world, NULL);
    world_write(world, "list.csv", "tmdb_id,title,type\n603,The Matrix,movie\n");
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
}

/* Runs a command; its exit code and words that it must print somewhere, NULL: no errors at all. */
static void run(const struct world *world, const char *command, int exit_code, const char *says)
{
    struct process_result result;

    world_run(world, (const char *[]){command, NULL}, &result);
    const char *errors = buffer_string(&result.errors);
    if (result.exit_code != exit_code)
        fail_msg("%s: exit code %d: %s", command, result.exit_code, errors);
    const char *out = buffer_string(&result.out);
    if (says ? !strstr(errors, says) && !strstr(out, says) : *errors != '\0')
        fail_msg("%s: \"%s\" expected in: %s%s", command, says ? says : "", errors, out);
    process_result_release(&result);
}

static void a_dotenv_file_is_read_and_the_environment_wins(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    world_set(&world, "OVERSEERR_API_KEY", NULL);
    run(&world, "sync", 2, "OVERSEERR_API_KEY is not set");
    world_write(&world, ".env", "# ours\nexport OVERSEERR_API_KEY=\"sim-key\"\n");
    run(&world, "sync", 0, NULL);
    world_write(&world, ".env", "OVERSEERR_API_KEY=wrong\n");
    run(&world, "sync", 3, "API key");
    world_set(&world, "OVERSEERR_API_KEY", "sim-key");
    run(&world, "sync", 0, NULL);
    world_close(&world);
}

static void a_secret_may_be_in_a_file(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    AUTO_FREE char *path = world_path(&world, "key");
    world_set(&world, "OVERSEERR_API_KEY", NULL);
    world_set(&world, "OVERSEERR_API_KEY_FILE", path);
    run(&world, "sync", 2, "OVERSEERR_API_KEY_FILE");
    world_write(&world, "key", "sim-key\n");
    run(&world, "sync", 0, NULL);
    world_close(&world);
}

static void an_unknown_name_is_told_with_the_nearest_right_one(void **state)
{
    static const struct {
        const char *name, *says;
    } names[] = {
        {"OVERSEERR_APIKEY", "did you mean OVERSEERR_API_KEY?"},
        {"TRAKT_CLIENTID", "did you mean TRAKT_CLIENT_ID?"},
        {"IMBD_LISTS", "did you mean IMDB_LISTS?"},
        {"BACKUP_PASSPHRASE", "did you mean LISTSYNC_BACKUP_PASSPHRASE?"},
        {"LISTSYNC_DATADIR", "did you mean LISTSYNC_DATA_DIR?"},
        {"LISTSYNC_QUITE_ANOTHER_THING", "unknown setting LISTSYNC_QUITE_ANOTHER_THING"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        struct world world;
        open_with_a_list(&world);
        world_set(&world, names[i].name, "x");
        run(&world, "runs", 0, names[i].says);
        world_close(&world);
    }
}

static void a_malformed_value_is_refused_by_name(void **state)
{
    static const struct {
        const char *name, *value;
    } values[] = {
        {"OVERSEERR_URL", "localhost:5055"},   {"OVERSEERR_USER_ID", "somebody"},
        {"OVERSEERR_USER_ID", "-1"},           {"OVERSEERR_4K", "maybe"},
        {"TRAKT_SPECIAL_ITEMS_LIMIT", "many"}, {"LISTSYNC_ORIGINS", "nonsense"},
        {"IMDB_LISTS", "ls000000001,xx"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(values); i++) {
        struct world world;
        open_with_a_list(&world);
        world_set(&world, values[i].name, values[i].value);
        run(&world, "sync", 2, values[i].name);
        assert_int_equal(sim_seerr_calls(&world.sim, NULL), 0);
        world_close(&world);
    }
}

static void a_bad_line_of_dotenv_is_named(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    world_write(&world, ".env", "OVERSEERR_4K=false\nwhat is this\n");
    run(&world, "sync", 2, ".env line 2");
    world_close(&world);
}

static mode_t mode_of(const struct world *world, const char *name)
{
    AUTO_FREE char *path = world_path(world, name);
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 0777;
}

static void the_data_directory_is_made_for_the_owner_alone(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    world_set(&world, "LISTSYNC_DATA_DIR", "deep/er");
    run(&world, "sync", 0, NULL);
    assert_int_equal(mode_of(&world, "deep/er"), 0700);
    assert_int_equal(mode_of(&world, "deep/er/list_sync.db"), 0600);
    world_close(&world);
}

static void a_data_directory_that_cannot_be_made_is_a_mistake_of_the_setting(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    world_set(&world, "LISTSYNC_DATA_DIR", "/dev/null/data");
    run(&world, "sync", 2, "the data directory");
    world_close(&world);
}

static void without_a_name_the_data_is_in_data(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    world_set(&world, "LISTSYNC_DATA_DIR", NULL);
    run(&world, "sync", 0, NULL);
    assert_int_equal(mode_of(&world, "data/list_sync.db"), 0600);
    world_close(&world);
}

static void an_origin_may_carry_a_path_and_come_from_the_command_line(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_with_a_list(&world);
    world_set(&world, "LISTSYNC_ORIGINS", NULL);
    AUTO_FREE char *origin = memory_print("mdblist.com=%s/host/mdblist.com/", world.sim.url);
    world_run(&world,
              (const char *[]){"fetch", "mdblist:demo/everything", "--origin", origin, NULL},
              &result);
    assert_int_equal(result.exit_code, 0);
    assert_non_null(strstr(buffer_string(&result.out), "The Matrix"));
    process_result_release(&result);
    assert_true(sim_source_calls(&world.sim, "mdblist.com") > 0);
    world_close(&world);
}

/* A marked value in every setting that is a secret; Seerr takes the one that is for it. */
static void plant(struct world *world)
{
    world_set(world, "OVERSEERR_API_KEY", "planted-OVERSEERR_API_KEY");
    sim_tell(&world->sim, "/sim/config", "{\"key\": \"planted-OVERSEERR_API_KEY\"}");
    for (const struct provider *const *provider = provider_all(); *provider; provider++) {
        const struct option *option = (*provider)->options;
        for (; option && option->name; option++) {
            AUTO_FREE char *value = memory_print("planted-%s", option->name);
            if (option->kind == OPTION_SECRET)
                world_set(world, option->name, value);
        }
    }
}

static void check_is_clean(const char *about, const char *bytes, size_t length)
{
    static const char mark[] = "planted-";
    const char *found = memmem(bytes, length, mark, sizeof(mark) - 1);

    if (found)
        fail_msg("%s shows a secret: %.30s", about, found);
}

static void check_file(const struct world *world, const char *name)
{
    AUTO_FREE char *path = world_path(world, name);
    AUTO_BUFFER struct buffer contents = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct error error = {0};

    enum error_code rc = files_read(path, &contents, &error);
    if (rc != ERROR_NOT_FOUND)
        assert_int_equal(rc, ERROR_NONE);
    check_is_clean(name, contents.bytes ? contents.bytes : "", contents.length);
}

/* The first ones are those that talk to somebody. */
static const char *const commands[][5] = {
    {"sync", "--json"},
    {"fetch", "trakt:demo/watchlist"},
    {"fetch", "mdblist:demo/best-of-the-year", "--json"},
    {"doctor"},
    {"undo", "1"},
    {"sync"},
    {"sync", "--dry-run", "--json"},
    {"lists"},
    {"runs"},
    {"lists", "show", "mdblist:demo/best-of-the-year"},
    {"why", "movie:603"},
    {"frobnicate"},
};

enum { TALKING = 3, ALL = ARRAY_LENGTH(commands) };

static void check_everything(const struct world *world, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct process_result result;
        world_run(world, commands[i], &result);
        check_is_clean(commands[i][0], buffer_string(&result.out), result.out.length);
        check_is_clean(commands[i][0], buffer_string(&result.errors), result.errors.length);
        process_result_release(&result);
    }
    check_file(world, "list_sync.db");
    check_file(world, "list_sync.db-wal");
    check_file(world, "listsync.lock");
}

/* Troubles whose messages could quote a request. */
static const char *const faults[] = {
    "{\"match\": \"/host\", \"nth\": 0, \"action\": \"close\"}",
    "{\"match\": \"/host\", \"nth\": 0, \"action\": \"status\", \"status\": 401}",
    "{\"match\": \"/host\", \"nth\": 0, \"action\": \"garbage\"}",
    "{\"match\": \"/api\", \"nth\": 0, \"action\": \"status\", \"status\": 403}",
    "{\"match\": \"/api\", \"nth\": 0, \"action\": \"html\"}",
};

static void secrets_appear_nowhere(void **state)
{
    struct world world;

    (void)state;
    open_with_a_list(&world);
    plant(&world);
    world_set(&world, "MDBLIST_LISTS", "demo/best-of-the-year");
    world_set(&world, "TRAKT_LISTS", "demo/watchlist");
    check_everything(&world, ALL);
    for (size_t i = 0; i < ARRAY_LENGTH(faults); i++) {
        sim_tell(&world.sim, "/sim/faults", faults[i]);
        check_everything(&world, TALKING);
        sim_forget_faults(&world.sim);
    }
    world_set(&world, "OVERSEERR_URL", "http://127.0.0.1:9");
    check_everything(&world, 1);
    world_close(&world);
}

static void a_secret_in_a_bad_line_is_not_repeated(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_with_a_list(&world);
    world_write(&world, ".env", "OVERSEERR_API_KEY planted-in-a-bad-line\n");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    assert_int_equal(result.exit_code, 2);
    check_is_clean(".env", buffer_string(&result.errors), result.errors.length);
    process_result_release(&result);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dotenv_file_is_read_and_the_environment_wins),
        cmocka_unit_test(a_secret_may_be_in_a_file),
        cmocka_unit_test(an_unknown_name_is_told_with_the_nearest_right_one),
        cmocka_unit_test(a_malformed_value_is_refused_by_name),
        cmocka_unit_test(a_bad_line_of_dotenv_is_named),
        cmocka_unit_test(the_data_directory_is_made_for_the_owner_alone),
        cmocka_unit_test(a_data_directory_that_cannot_be_made_is_a_mistake_of_the_setting),
        cmocka_unit_test(without_a_name_the_data_is_in_data),
        cmocka_unit_test(an_origin_may_carry_a_path_and_come_from_the_command_line),
        cmocka_unit_test(secrets_appear_nowhere),
        cmocka_unit_test(a_secret_in_a_bad_line_is_not_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* `listsync diagnostics` and GET /api/diagnostics, where things are well and where they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "support/plants.h"
#include "support/receiver.h"

static void print_report(const struct world *world, struct process_result *result)
{
    world_run(world, (const char *[]){"diagnostics", "-", NULL}, result);
    assert_int_equal(result->exit_code, 0);
}

static void assert_report(const struct world *world, const char *shows)
{
    struct process_result result;

    print_report(world, &result);
    if (!strstr(buffer_string(&result.out), shows))
        fail_msg("no \"%s\" in %s", shows, buffer_string(&result.out));
    process_result_release(&result);
}

static void assert_nothing_there(const struct world *world, const char *name)
{
    AUTO_FREE char *path = world_path(world, name);

    assert_int_not_equal(access(path, F_OK), 0);
}

static void it_works_before_there_is_anything(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    assert_report(&world, "there is no database");
    assert_report(&world, "Nothing is at work on the data folder");
    assert_nothing_there(&world, "list_sync.db");
    assert_nothing_there(&world, "secret.key");
    world_close(&world);
}

/* Files and lines of the report are called what they are, whatever people call their lists. */
static void a_list_that_is_called_like_a_file_of_ours_garbles_nothing(void **state)
{
    static const char *const lists[] = {"trakt:demo/lists/secret", "trakt:demo/lists/schema",
                                        "trakt:demo/lists/weekend"};
    struct process_result result;
    struct world world;

    (void)state;
    world_open(&world, NULL);
    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        world_run(&world, (const char *[]){"lists", "add", lists[i], NULL}, &result);
        assert_int_equal(result.exit_code, 0);
        process_result_release(&result);
    }
    world_write(&world, "secret.key", "a key");
    assert_report(&world, "  secret.key\n");
    assert_report(&world, "\nschema   ");
    print_report(&world, &result);
    assert_null(strstr(buffer_string(&result.out), "weekend"));
    process_result_release(&result);
    world_close(&world);
}

static void a_setting_that_means_nothing_is_told(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "SYNC_INTERVAL", "often");
    world_set(&world, "OVERSEER_URL", "http://127.0.0.1:1");
    assert_report(&world, "! SYNC_INTERVAL is \"(5 characters)\"; it must be a number");
    assert_report(&world, "! unknown setting OVERSEER_URL: did you mean OVERSEERR_URL?");
    world_close(&world);
}

static void sync_once(const struct world *world)
{
    struct process_result result;

    world_run(world, (const char *[]){"sync", "--list", "stevenlu", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    process_result_release(&result);
}

static void read_file(const struct world *world, const char *name, struct buffer *ret)
{
    AUTO_FREE char *path = world_path(world, name);

    assert_int_equal(files_read(path, ret, NULL), ERROR_NONE);
}

static void it_changes_nothing(void **state)
{
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct world world;

    (void)state;
    world_open(&world, NULL);
    sync_once(&world);
    read_file(&world, "list_sync.db", &before);
    assert_report(&world, "quick_check              ok");
    assert_report(&world, "15 requested");
    read_file(&world, "list_sync.db", &after);
    assert_int_equal(after.length, before.length);
    assert_memory_equal(after.bytes, before.bytes, before.length);
    assert_nothing_there(&world, "list_sync.db-shm");
    assert_nothing_there(&world, "list_sync.db-wal");
    world_close(&world);
}

enum { PAGE = 4096, PAGES_TRIED = 12 };

/* As when the disk has lost one page of it; all others are as they were. */
static void damage(const struct world *world, const struct buffer *whole, size_t page)
{
    AUTO_FREE char *path = world_path(world, "list_sync.db");
    AUTO_FREE char *bytes = memory_new(whole->length);

    memcpy(bytes, whole->bytes, whole->length);
    for (size_t at = 0; at < PAGE; at++)
        bytes[page * PAGE + at] = (char)(at % 251);
    assert_int_equal(files_write(path, bytes, whole->length, NULL), ERROR_NONE);
}

/* Whichever page it is, there is a report to its end, and a word about it unless it was free. */
static void a_damaged_database_is_told(void **state)
{
    AUTO_BUFFER struct buffer whole = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct world world;
    size_t found = 0;

    (void)state;
    world_open(&world, NULL);
    sync_once(&world);
    read_file(&world, "list_sync.db", &whole);
    for (size_t i = 0; i < PAGES_TRIED; i++) {
        struct process_result result;
        damage(&world, &whole, i * (whole.length / PAGE) / PAGES_TRIED);
        print_report(&world, &result);
        assert_non_null(strstr(buffer_string(&result.out), "== Log"));
        found += strstr(buffer_string(&result.out), "quick_check              ok") == NULL;
        process_result_release(&result);
    }
    assert_true(found > PAGES_TRIED / 2);
    world_close(&world);
}

static void a_file_is_for_its_owner_alone(void **state)
{
    struct world world;
    struct process_result result;
    struct stat found;

    (void)state;
    world_open(&world, NULL);
    AUTO_FREE char *path = world_path(&world, "report.txt");
    world_run(&world, (const char *[]){"diagnostics", path, NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    assert_non_null(strstr(buffer_string(&result.out), "read it before you hand it on"));
    process_result_release(&result);
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0600);
    world_run(&world, (const char *[]){"diagnostics", "/proc/none/report.txt", NULL}, &result);
    assert_int_equal(result.exit_code, 1);
    assert_non_null(strstr(buffer_string(&result.errors), "listsync diagnostics -"));
    process_result_release(&result);
    world_close(&world);
}

/* ---- secrets ---- */

static void a_server_that_repeats_the_key_is_not_repeated(void **state)
{
    struct plants plants = {0};
    const char *key = plants_add(&plants, "Seerr's key", PLANT_WORD);
    AUTO_FREE char *body = memory_print("{\"message\": \"the key %s is no good\"}", key);
    AUTO_FREE char *answer = memory_print("HTTP/1.1 403 Forbidden\r\nContent-Type: "
                                          "application/json\r\nContent-Length: %zu\r\n\r\n%s",
                                          strlen(body), body);
    struct receiver receiver;
    struct world world;
    struct process_result result;

    (void)state;
    receiver_open(&receiver, answer);
    AUTO_FREE char *url = memory_print("http://127.0.0.1:%d/%s", receiver.port,
                                       plants_add(&plants, "the path to Seerr", PLANT_WORD));
    world_open(&world, NULL);
    world_set(&world, "OVERSEERR_URL", url);
    world_set(&world, "OVERSEERR_API_KEY", key);
    print_report(&world, &result);
    assert_true(receiver_count(&receiver) > 0);
    assert_non_null(strstr(buffer_string(&result.out), "trouble "));
    plants_assert_absent(&plants, buffer_string(&result.out));
    process_result_release(&result);
    world_close(&world);
    receiver_close(&receiver);
    plants_release(&plants);
}

static void plant_in_files(const struct world *world, struct plants *plants)
{
    AUTO_FREE char *file = world_path(world, "mdblist.key");
    AUTO_FREE char *dotenv = memory_print(
        "TRAKT_CLIENT_ID=%s\nMDBLIST_API_KEY_FILE=%s\nOLD_PROGRAM_TOKEN=%s\n"
        "DISCORD_WEBHOOK_URL=https://discord.com/api/webhooks/1234/%s\n",
        plants_add(plants, ".env", PLANT_WORD), file, plants_add(plants, ".env", PLANT_WORD),
        plants_add(plants, "a webhook", PLANT_WORD));

    world_write(world, ".env", dotenv);
    world_write(world, "mdblist.key", plants_add(plants, "a file", PLANT_SECRET));
}

static void secrets_of_environment_and_files_stay(void **state)
{
    struct plants plants = {0};
    struct world world;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    plant_in_files(&world, &plants);
    world_set(&world, "LISTSYNC_BACKUP_PASSPHRASE", plants_add(&plants, "backups", PLANT_SECRET));
    world_set(&world, "LISTSYNC_ADMIN_PASSWORD", plants_add(&plants, "the admin", PLANT_SECRET));
    world_set(&world, "TZ", "Europe/Lisbon");
    print_report(&world, &result);
    const char *report = buffer_string(&result.out);
    plants_assert_absent(&plants, report);
    assert_non_null(strstr(report, "Europe/Lisbon  (environment)"));
    assert_non_null(strstr(report, "set  (a file)"));
    assert_non_null(strstr(report, "set  (.env)"));
    process_result_release(&result);
    world_close(&world);
    plants_release(&plants);
}

/* ---- the service ---- */

static void assert_no_secret_of(const struct daemon *daemon, const char *report)
{
    assert_null(strstr(report, daemon->admin_key));
    assert_null(strstr(report, daemon->read_key));
    assert_null(strstr(report, strchr(daemon->cookie, '=') + 1));
    assert_null(strstr(report, DAEMON_PASSWORD));
    assert_null(strstr(report, "sim-key"));
    assert_null(strstr(report, DAEMON_USER));
}

static void the_service_gives_it_to_admins(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_DAEMON_ANSWER struct daemon_answer audit = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    daemon_sync(&daemon, NULL);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/diagnostics", daemon.read_key, NULL), 403);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/diagnostics", NULL, NULL), 401);
    daemon_call(&daemon, "GET", "/api/diagnostics", daemon.admin_key, NULL, &answer);
    assert_int_equal(answer.status, 200);
    const char *report = buffer_string(&answer.body);
    assert_string_equal(http_headers_find(&answer.headers, "Content-Type"),
                        "text/plain; charset=utf-8");
    assert_true(text_starts_with(http_headers_find(&answer.headers, "Content-Disposition"),
                                 "attachment; filename=\"listsync-diagnostics-"));
    assert_non_null(strstr(report, "quick_check              ok"));
    assert_non_null(strstr(report, "listsync_build_info"));
    assert_non_null(strstr(report, "is listening"));
    assert_no_secret_of(&daemon, report);
    daemon_call(&daemon, "GET", "/api/audit", daemon.admin_key, NULL, &audit);
    assert_non_null(strstr(buffer_string(&audit.body), "diagnostics.make"));
    daemon_close(&daemon);
}

static void the_command_works_beside_the_service(void **state)
{
    struct daemon daemon;
    struct process_result result;

    (void)state;
    daemon_open(&daemon, NULL);
    print_report(&daemon.world, &result);
    const char *report = buffer_string(&result.out);
    assert_non_null(strstr(report, "at work on the data folder"));
    assert_non_null(strstr(report, "quick_check              ok"));
    assert_non_null(strstr(report, "is listening"));
    assert_no_secret_of(&daemon, report);
    process_result_release(&result);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/lists", daemon.read_key, NULL), 200);
    daemon_close(&daemon);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_works_before_there_is_anything),
        cmocka_unit_test(a_list_that_is_called_like_a_file_of_ours_garbles_nothing),
        cmocka_unit_test(a_setting_that_means_nothing_is_told),
        cmocka_unit_test(it_changes_nothing),
        cmocka_unit_test(a_damaged_database_is_told),
        cmocka_unit_test(a_file_is_for_its_owner_alone),
        cmocka_unit_test(a_server_that_repeats_the_key_is_not_repeated),
        cmocka_unit_test(secrets_of_environment_and_files_stay),
        cmocka_unit_test(the_service_gives_it_to_admins),
        cmocka_unit_test(the_command_works_beside_the_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

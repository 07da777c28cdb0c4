/* Moving in with the real program: the original's volume and environment, and the command. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "support/daemon.h"
#include "support/former_databases.h"
#include "support/report.h"

/* As the original leaves its volume. */
static void write_volume(const struct world *world)
{
    AUTO_FREE char *database = world_path(world, "list_sync.db");

    former_write(database, former_original);
    former_write(database, former_original_settings);
    world_write(world, ".encryption_key", FORMER_KEY "\n");
}

static void run(const struct world *world, const char *const *arguments, int exit_code,
                const char *says)
{
    struct process_result result;

    world_run(world, arguments, &result);
    const char *out = buffer_string(&result.out), *errors = buffer_string(&result.errors);
    if (result.exit_code != exit_code || (!strstr(out, says) && !strstr(errors, says)))
        fail_msg("exit code %d, \"%s\" expected in: %s%s", result.exit_code, says, out, errors);
    process_result_release(&result);
}

static void read_whole(const struct world *world, const char *name, struct buffer *ret)
{
    AUTO_FREE char *path = world_path(world, name);
    struct error error = {0};

    if (files_read(path, ret, &error))
        fail_msg("%s", error.message);
}

/* Same volume, same environment, another program. */
static void the_service_finds_all_of_the_original(void **state)
{
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, (const char *[]){"OVERSEERR_URL", "OVERSEERR_API_KEY", "TZ=Europe/Berlin",
                                          "DISCORD_ENABLED=false", NULL});
    daemon_stop(&daemon);
    AUTO_FREE char *database = world_path(&daemon.world, "list_sync.db");
    AUTO_FREE char *users = world_path(&daemon.world, "ours.db");
    assert_int_equal(rename(database, users), 0);
    write_volume(&daemon.world);
    read_whole(&daemon.world, "list_sync.db", &before);
    daemon_start(&daemon);
    free(daemon_wait_for_log(&daemon, "are taken over"));
    daemon_stop(&daemon);
    read_whole(&daemon.world, "list_sync.db.before-listsync", &after);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    run(&daemon.world, (const char *[]){"lists", NULL}, 0, "imdb:top");
    run(&daemon.world, (const char *[]){"lists", NULL}, 0, "tmdb:8136");
    run(&daemon.world, (const char *[]){"runs", NULL}, 0, "2025-06-01");
    run(&daemon.world, (const char *[]){"why", "Heat", NULL}, 0, "requested");
    /* Its address is used: there is no seerr.lan here. */
    run(&daemon.world, (const char *[]){"doctor", NULL}, 3, "seerr.lan:5055");
    daemon_close(&daemon);
}

static void going_back_is_one_rename(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    write_volume(&world);
    run(&world, (const char *[]){"lists", NULL}, 0, "imdb:top");
    AUTO_FREE char *ours = world_path(&world, "list_sync.db");
    AUTO_FREE char *aside = world_path(&world, "ours.db");
    AUTO_FREE char *kept = world_path(&world, "list_sync.db.before-listsync");
    assert_int_equal(rename(ours, aside), 0);
    assert_int_equal(rename(kept, ours), 0);
    former_write(ours, "INSERT INTO lists (list_type, list_id) VALUES ('imdb', 'boxoffice')");
    run(&world, (const char *[]){"lists", NULL}, 0, "imdb:boxoffice");
    world_close(&world);
}

static void a_folder_is_imported_once(void **state)
{
    struct world world;
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    (void)state;
    world_open(&world, NULL);
    AUTO_FREE char *folder = world_path(&world, "old");
    AUTO_FREE char *database = world_path(&world, "old/list_sync.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    former_write(database, former_original);
    former_write(database, former_original_settings);
    world_write(&world, "old/.encryption_key", FORMER_KEY);
    world_write(&world, "old/.env", "IMDB_LISTS=boxoffice\nDEBUG=true\nSYNC_INTERVAL=6\n");
    read_whole(&world, "old/list_sync.db", &before);
    run(&world, (const char *[]){"import", "--dry-run", "old", NULL}, 0, "Nothing was changed");
    run(&world, (const char *[]){"lists", NULL}, 0, "No lists yet");
    run(&world, (const char *[]){"import", "old", NULL}, 0, "+ imdb:boxoffice is taken over");
    run(&world, (const char *[]){"import", "old", NULL}, 0, "0 taken over");
    run(&world, (const char *[]){"import", "old", NULL}, 0,
        "! DEBUG is not taken over: write LISTSYNC_LOG_LEVEL");
    read_whole(&world, "old/list_sync.db", &after);
    assert_memory_equal(before.bytes, after.bytes, before.length);
    world_close(&world);
}

static void the_exported_lists_and_listseerr_are_imported(void **state)
{
    struct world world;

    (void)state;
    world_open(&world, NULL);
    AUTO_FREE char *listseerr = world_path(&world, "listseerr.db");
    former_write(listseerr, former_listseerr_last);
    world_write(&world, "export.txt",
                "ListSync - Lists Export\n=====\nExported: today\nTotal Lists: 1\n\n"
                "IMDB Lists (1)\n-----\n1. top\n   Type: imdb\n   ID: top\n   URL: N/A\n");
    run(&world, (const char *[]){"import", "export.txt", NULL}, 0, "+ imdb:top is taken over");
    run(&world, (const char *[]){"import", "listseerr.db", NULL}, 0,
        "+ trakt:anna/watchlist is taken over");
    run(&world, (const char *[]){"import", "nowhere", NULL}, 1, "nowhere");
    run(&world, (const char *[]){"import", NULL}, 2, "one folder or file");
    world_write(&world, "diary.bin", "\xff\xfe\x01");
    run(&world, (const char *[]){"import", "diary.bin", NULL}, 1, "neither a database nor a text");
    AUTO_FREE char *pipe = world_path(&world, "pipe");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    run(&world, (const char *[]){"import", "pipe", NULL}, 1, "pipe is no plain file");
    world_close(&world);
}

static void take_by_api(struct daemon *daemon, const char *body, int status,
                        struct daemon_answer *ret)
{
    daemon_call(daemon, "POST", "/api/import", daemon->admin_key, body, ret);
    if (ret->status != status)
        fail_msg("%s: %d %s", body, ret->status, buffer_string(&ret->body));
}

static void the_running_service_takes_over_what_lies_in_its_folder(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer found = {0}, trial = {0}, taken = {0}, again = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    AUTO_FREE char *folder = world_path(&daemon.world, "import");
    AUTO_FREE char *database = world_path(&daemon.world, "import/old.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    former_write(database, former_original);
    daemon_call(&daemon, "GET", "/api/import", daemon.admin_key, NULL, &found);
    assert_int_equal(found.status, 200);
    assert_non_null(strstr(buffer_string(&found.body), "\"path\":\"import/old.db\""));
    take_by_api(&daemon, "{\"path\": \"import/old.db\", \"dry_run\": true}", 200, &trial);
    take_by_api(&daemon, "{\"path\": \"import/old.db\"}", 200, &taken);
    assert_int_equal(json_value_get_integer(taken.document, "taken_over"),
                     json_value_get_integer(trial.document, "taken_over"));
    assert_true(json_value_get_integer(taken.document, "taken_over") > 5);
    take_by_api(&daemon, "{\"path\": \"import/old.db\"}", 200, &again);
    assert_int_equal(json_value_get_integer(again.document, "taken_over"), 0);
    daemon_close(&daemon);
}

/* Its items were not kept: what there is of it is its row. */
static void a_run_that_moved_in_has_its_counts_in_the_history(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer taken = {0}, history = {0}, runs = {0}, matters = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    AUTO_FREE char *folder = world_path(&daemon.world, "import");
    AUTO_FREE char *database = world_path(&daemon.world, "import/old.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    former_write(database, former_original);
    take_by_api(&daemon, "{\"path\": \"import/old.db\"}", 200, &taken);
    daemon_call(&daemon, "GET", "/api/sync-history?type=full", daemon.read_key, NULL, &history);
    const struct json_value *session =
        json_value_at(json_value_get(history.document, "sessions"), 0);
    const struct json_value *results = json_value_get(session, "results");
    assert_int_equal(json_value_get_integer(session, "total_items"), 9);
    assert_int_equal(json_value_get_integer(results, "requested"), 2);
    assert_int_equal(json_value_get_integer(results, "skipped"), 6);
    assert_int_equal(json_value_get_integer(results, "error"), 1);
    daemon_call(&daemon, "GET", "/api/runs?mode=full", daemon.read_key, NULL, &runs);
    const struct json_value *run = json_value_at(json_value_get(runs.document, "runs"), 0);
    assert_true(json_value_is_true(json_value_get(run, "moved_in")));
    assert_int_equal(json_value_get_integer(json_value_get(run, "groups"), "new"), 2);
    assert_int_equal(json_value_get_integer(json_value_get(run, "groups"), "there"), 6);
    daemon_call(&daemon, "GET", "/api/attention", daemon.read_key, NULL, &matters);
    assert_null(strstr(buffer_string(&matters.body), "run_failed"));
    daemon_close(&daemon);
}

/* It is never read: an alert on its age would never end. */
static void a_list_of_a_source_that_is_not_read_shows_as_that(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer taken = {0}, lists = {0}, figures = {0};
    struct daemon daemon;
    int ages = 0;

    (void)state;
    daemon_open(&daemon, NULL);
    AUTO_FREE char *folder = world_path(&daemon.world, "import");
    AUTO_FREE char *database = world_path(&daemon.world, "import/old.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    former_write(database, former_original);
    take_by_api(&daemon, "{\"path\": \"import/old.db\"}", 200, &taken);
    daemon_call(&daemon, "GET", "/api/lists?list_type=tmdb", daemon.read_key, NULL, &lists);
    const struct json_value *list = json_value_at(json_value_get(lists.document, "lists"), 0);
    assert_string_equal(json_value_get_text(list, "status"), "unsupported");
    assert_true(json_value_is_null(json_value_get(list, "next_sync")));
    daemon_call(&daemon, "GET", "/metrics", NULL, NULL, &figures);
    for (const char *at = buffer_string(&figures.body);
         (at = strstr(at, "\nlistsync_list_data_age_seconds{")); at++)
        ages++;
    assert_int_equal(ages, 3); /* of four */
    daemon_close(&daemon);
}

/* The status. */
static int send_piece(struct daemon *daemon, const char *key, const char *type, int offset,
                      const char *piece)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_FREE char *target = memory_print("/api/import/upload?offset=%d", offset);
    AUTO_FREE char *headers = memory_print("X-Api-Key: %s\r\nContent-Type: %s\r\n", key, type);

    daemon_call_with(daemon, "PUT", target, headers, piece, &answer);
    return answer.status;
}

static bool has_upload(const struct daemon *daemon)
{
    AUTO_FREE char *path = world_path(&daemon->world, "import.upload");

    return access(path, F_OK) == 0;
}

static const char bytes[] = "application/octet-stream";

static void a_file_that_is_sent_is_taken_over_and_gone(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer trial = {0}, taken = {0}, gone = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    assert_int_equal(send_piece(&daemon, daemon.sync_key, bytes, 0, "imdb:top\n"), 403);
    assert_int_equal(send_piece(&daemon, daemon.admin_key, "text/plain", 0, "imdb:top\n"), 415);
    assert_false(has_upload(&daemon));
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 0, "imdb:top\n"), 200);
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 9, "imdb:boxoffice\n"), 200);
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 9, "imdb:boxoffice\n"), 409);
    take_by_api(&daemon, "{\"path\": \"upload\", \"dry_run\": true}", 200, &trial);
    assert_int_equal(json_value_get_integer(trial.document, "taken_over"), 2);
    assert_true(has_upload(&daemon));
    take_by_api(&daemon, "{\"path\": \"upload\"}", 200, &taken);
    assert_int_equal(json_value_get_integer(taken.document, "taken_over"), 2);
    assert_false(has_upload(&daemon));
    take_by_api(&daemon, "{\"path\": \"upload\"}", 404, &gone);
    daemon_close(&daemon);
}

/* Whoever may send a file may not have the service read any other one. */
static void a_sent_file_names_no_files_of_the_server(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer taken = {0}, lists = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 0,
                                "file:/etc/passwd\ncustom:file:/etc/passwd\nimdb:top\n"
                                "trakt:file:/etc/passwd\n"),
                     200);
    take_by_api(&daemon, "{\"path\": \"upload\"}", 200, &taken);
    assert_int_equal(json_value_get_integer(taken.document, "taken_over"), 1);
    assert_int_equal(json_value_get_integer(taken.document, "left_out"), 3);
    daemon_call(&daemon, "GET", "/api/lists", daemon.admin_key, NULL, &lists);
    assert_null(strstr(buffer_string(&lists.body), "passwd"));
    daemon_close(&daemon);
}

static void a_sent_file_never_stays(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer refused = {0};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 0, "SQLite format 3"), 200);
    take_by_api(&daemon, "{\"path\": \"upload\", \"dry_run\": true}", 422, &refused);
    assert_false(has_upload(&daemon));
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 0, "x"), 200);
    assert_int_equal(daemon_status(&daemon, "DELETE", "/api/import/upload", daemon.admin_key, NULL),
                     200);
    assert_false(has_upload(&daemon));
    assert_int_equal(send_piece(&daemon, daemon.admin_key, bytes, 0, "x"), 200);
    daemon_stop(&daemon);
    daemon_start(&daemon);
    assert_false(has_upload(&daemon));
    daemon_close(&daemon);
}

static void no_other_file_is_read_by_the_service(void **state)
{
    static const char *const paths[] = {
        "list_sync.db",   "../etc/passwd",     "/etc/passwd", "import/../secret.key",
        "import/link.db", "import/.hidden.db", "import/",     "import",
        "import/none.db", "import/deep/er.db"};
    struct daemon daemon;

    (void)state;
    daemon_open(&daemon, NULL);
    AUTO_FREE char *folder = world_path(&daemon.world, "import");
    AUTO_FREE char *link_path = world_path(&daemon.world, "import/link.db");
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(symlink("../list_sync.db", link_path), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
        AUTO_FREE char *body = memory_print("{\"path\": \"%s\"}", paths[i]);
        take_by_api(&daemon, body, 404, &answer);
    }
    AUTO_DAEMON_ANSWER struct daemon_answer refused = {0}, damaged = {0};
    world_write(&daemon.world, "import/bad.db", "SQLite format 3");
    take_by_api(&daemon, "{\"path\": \"import/bad.db\"}", 422, &damaged);
    daemon_call(&daemon, "GET", "/api/import", daemon.sync_key, NULL, &refused);
    assert_int_equal(refused.status, 403);
    daemon_close(&daemon);
}

/* The name of the first file there that begins so, a fresh text. */
static char *find_name(const struct world *world, const char *beginning)
{
    AUTO_FREE char *folder = world_path(world, "");
    DIR *entries = opendir(folder);
    char *found = NULL;

    assert_non_null(entries);
    for (struct dirent *entry; !found && (entry = readdir(entries));)
        if (strncmp(entry->d_name, beginning, strlen(beginning)) == 0)
            found = memory_text(entry->d_name);
    closedir(entries);
    assert_non_null(found);
    return found;
}

/* Whoever restores first, and has not started anything else yet, keeps the old file as it was. */
static void a_restore_leaves_the_original_untouched(void **state)
{
    AUTO_BUFFER struct buffer before = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer after = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct world world;

    (void)state;
    world_open(&world, NULL);
    AUTO_FREE char *backup = world_path(&world, "mine.backup");
    AUTO_FREE char *database = world_path(&world, "list_sync.db");
    run(&world, (const char *[]){"lists", "add", "imdb:top", NULL}, 0, "added");
    run(&world, (const char *[]){"backup", backup, NULL}, 0, "is whole");
    assert_int_equal(unlink(database), 0);
    write_volume(&world);
    read_whole(&world, "list_sync.db", &before);
    run(&world, (const char *[]){"restore", backup, NULL}, 0, "is kept as");
    AUTO_FREE char *kept = find_name(&world, "list_sync.db.before-restore-");
    read_whole(&world, kept, &after);
    assert_int_equal(after.length, before.length);
    assert_memory_equal(after.bytes, before.bytes, before.length);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_service_finds_all_of_the_original),
        cmocka_unit_test(going_back_is_one_rename),
        cmocka_unit_test(a_restore_leaves_the_original_untouched),
        cmocka_unit_test(a_folder_is_imported_once),
        cmocka_unit_test(the_exported_lists_and_listseerr_are_imported),
        cmocka_unit_test(a_run_that_moved_in_has_its_counts_in_the_history),
        cmocka_unit_test(a_list_of_a_source_that_is_not_read_shows_as_that),
        cmocka_unit_test(the_running_service_takes_over_what_lies_in_its_folder),
        cmocka_unit_test(a_file_that_is_sent_is_taken_over_and_gone),
        cmocka_unit_test(a_sent_file_names_no_files_of_the_server),
        cmocka_unit_test(a_sent_file_never_stays),
        cmocka_unit_test(no_other_file_is_read_by_the_service),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The command line on the data directory of a service: what was set up over the API,
 * and passwords. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/daemon.h"

static struct daemon service;

static int open_daemon(void **state)
{
    const char *const environment[] = {"OVERSEERR_URL", "OVERSEERR_API_KEY", NULL};

    (void)state;
    daemon_open(&service, environment);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&service);
    return 0;
}

static void store_login_of_seerr(void)
{
    AUTO_FREE char *body = memory_print("{\"settings\": {\"OVERSEERR_URL\": \"%s\","
                                        " \"OVERSEERR_API_KEY\": \"sim-key\"}}",
                                        service.world.sim.url);

    assert_int_equal(daemon_status(&service, "PUT", "/api/settings", service.admin_key, body), 200);
}

/* Its exit code; what it prints, in whichever stream, holds `shows` and lacks `lacks` if not NULL.
 */
static void assert_command(const char *const *words, int exit_code, const char *shows,
                           const char *lacks)
{
    struct process_result result;

    world_run(&service.world, words, &result);
    AUTO_FREE char *all =
        memory_print("%s%s", buffer_string(&result.out), buffer_string(&result.errors));
    if (result.exit_code != exit_code || !strstr(all, shows) || (lacks && strstr(all, lacks)))
        fail_msg("%s: exit code %d: %s", words[0], result.exit_code, all);
    process_result_release(&result);
}

#define COMMAND(...) ((const char *[]){__VA_ARGS__, NULL})

static void commands_use_what_was_stored_over_the_api(void **state)
{
    (void)state;
    assert_command(COMMAND("doctor"), 2, "OVERSEERR_URL is not set", NULL);
    store_login_of_seerr();
    assert_command(COMMAND("doctor"), 0, "Seerr", "PROBLEM");
    daemon_stop(&service);
    assert_command(COMMAND("doctor"), 0, "Seerr", "PROBLEM");
    assert_command(COMMAND("sync", "--list", "stevenlu:stevenlu"), 0, "15 requested", NULL);
    assert_command(COMMAND("undo", "1"), 0, "it is approved already", NULL);
}

/* Whoever looks from a shell of their own has other settings than the service. */
static void a_look_leaves_the_lists_of_the_service_alone(void **state)
{
    AUTO_DAEMON_ANSWER struct daemon_answer lists = {0};

    (void)state;
    daemon_stop(&service);
    world_set(&service.world, "STEVENLU_LISTS", "stevenlu");
    daemon_start(&service);
    world_set(&service.world, "STEVENLU_LISTS", "");
    assert_command(COMMAND("lists"), 0, "stevenlu", NULL);
    assert_command(COMMAND("runs"), 0, "No runs yet", NULL);
    daemon_call(&service, "GET", "/api/lists", service.admin_key, NULL, &lists);
    assert_int_equal(json_value_count(json_value_get(lists.document, "lists")), 1);
}

static void the_environment_comes_before_what_was_stored(void **state)
{
    (void)state;
    store_login_of_seerr();
    daemon_stop(&service);
    world_set(&service.world, "OVERSEERR_URL", "http://127.0.0.1:1");
    assert_command(COMMAND("sync", "--list", "stevenlu:stevenlu"), 3, "127.0.0.1:1", NULL);
}

static void looking_for_stored_settings_makes_no_files(void **state)
{
    AUTO_FREE char *key = world_path(&service.world, "secret.key");

    (void)state;
    store_login_of_seerr();
    daemon_stop(&service);
    assert_int_equal(unlink(key), 0);
    assert_command(COMMAND("sync"), 2, "secret.key is missing", NULL);
    assert_command(COMMAND("doctor"), 2, "secret.key is missing", NULL);
    assert_int_equal(access(key, F_OK), -1);
    world_write(&service.world, "secret.key", "too short");
    assert_command(COMMAND("sync"), 1, "secret.key is no key", NULL);
    assert_command(COMMAND("doctor"), 2, "secret.key is no key", NULL);
}

/* ---- health ---- */

static void name_port(void)
{
    AUTO_FREE char *port = memory_print("%d", service.port);

    world_set(&service.world, "LISTSYNC_API_PORT", port);
}

static void health_is_what_the_service_says_of_itself(void **state)
{
    (void)state;
    assert_command(COMMAND("health"), 1, "LISTSYNC_API_PORT is 0", NULL);
    name_port();
    assert_command(COMMAND("health"), 0, "ready", NULL);
    assert_command(COMMAND("health", "now"), 2, "health takes no words", NULL);
    daemon_stop(&service);
    assert_command(COMMAND("health"), 1, "listsync: ", "ready");
}

static void health_is_asked_below_the_base_path(void **state)
{
    (void)state;
    name_port();
    world_set(&service.world, "LISTSYNC_BASE_PATH", "elsewhere");
    assert_command(COMMAND("health"), 1, "/elsewhere/api/health/ready answers 404", NULL);
}

/* ---- password ---- */

static const char new_password[] = "a brand new password";

/* `listsync password NAME` with that on standard input. */
static void assert_password(const char *name, const char *input, int exit_code, const char *shows)
{
    const char *const words[] = {LISTSYNC_PROGRAM, "password", name, NULL};
    const struct process_call call = {
        .words = words,
        .environment = (const char *const *)service.world.environment,
        .folder = service.world.folder,
        .input = input,
    };
    struct process_result result;

    process_run(&call, WORLD_DEADLINE_MS, &result);
    AUTO_FREE char *all =
        memory_print("%s%s", buffer_string(&result.out), buffer_string(&result.errors));
    assert_null(strstr(all, new_password));
    if (result.exit_code != exit_code || !strstr(all, shows))
        fail_msg("%s: exit code %d: %s", name, result.exit_code, all);
    process_result_release(&result);
}

static int status_of_session(void)
{
    AUTO_FREE char *header = memory_print("Cookie: %s\r\n", service.cookie);
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call_with(&service, "GET", "/api/lists", header, NULL, &answer);
    return answer.status;
}

static void a_new_password_counts_at_once_and_ends_all_sessions(void **state)
{
    (void)state;
    assert_int_equal(status_of_session(), 200);
    assert_password("Anna", "a brand new password\nmore\n", 0, "anna has a new password");
    assert_int_equal(status_of_session(), 401);
    assert_int_equal(daemon_status(&service, "GET", "/api/lists", service.read_key, NULL), 200);
    assert_int_equal(daemon_log_in(&service, DAEMON_USER, DAEMON_PASSWORD, NULL, NULL), 401);
    assert_int_equal(daemon_log_in(&service, DAEMON_USER, new_password, NULL, NULL), 200);
    AUTO_DAEMON_ANSWER struct daemon_answer audit = {0};
    daemon_call(&service, "GET", "/api/audit", service.admin_key, NULL, &audit);
    assert_non_null(strstr(buffer_string(&audit.body), "the command line"));
}

static void a_password_is_set_while_the_service_is_stopped(void **state)
{
    (void)state;
    daemon_stop(&service);
    assert_password(DAEMON_USER, new_password, 0, "has a new password");
    daemon_start(&service);
    assert_int_equal(daemon_log_in(&service, DAEMON_USER, new_password, NULL, NULL), 200);
}

static void what_is_no_password_or_no_account_changes_nothing(void **state)
{
    (void)state;
    assert_password("berta", new_password, 2, "no account \"berta\"");
    assert_password(DAEMON_USER, "short\n", 2, "at least 10 characters");
    assert_password(DAEMON_USER, "\n", 2, "no password came");
    assert_password(DAEMON_USER, "not \xff any text at all\n", 2, "no password");
    assert_int_equal(status_of_session(), 200);
    assert_int_equal(daemon_log_in(&service, DAEMON_USER, DAEMON_PASSWORD, NULL, NULL), 200);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_daemon, close_daemon)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commands_use_what_was_stored_over_the_api),
        TEST(a_look_leaves_the_lists_of_the_service_alone),
        TEST(the_environment_comes_before_what_was_stored),
        TEST(looking_for_stored_settings_makes_no_files),
        TEST(health_is_what_the_service_says_of_itself),
        TEST(health_is_asked_below_the_base_path),
        TEST(a_new_password_counts_at_once_and_ends_all_sessions),
        TEST(a_password_is_set_while_the_service_is_stopped),
        TEST(what_is_no_password_or_no_account_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

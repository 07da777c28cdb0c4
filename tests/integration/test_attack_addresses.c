/* Lists and Seerr addresses that lead to where only this machine gets: its network, its files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"
#include "support/loopback.h"

static const char planted[] = "only-this-machine-may-know";

static struct daemon daemon;
static struct loopback *inside; /* what must not be reached */
static int handles;

static void serve_inside(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    while (loopback_read(server, socket, &request))
        loopback_answer(socket, 200, "Content-Type: text/plain\r\n",
                        "tt0133093\nonly-this-machine-may-know\n");
}

static void start(const char *const *environment)
{
    inside = loopback_start(serve_inside, NULL);
    daemon_open(&daemon, environment);
    world_write(&daemon.world, "secret.csv", planted);
    handles = daemon_handles(&daemon);
}

static int open_daemon(void **state)
{
    (void)state;
    start(NULL);
    return 0;
}

/* Seerr is not named by the environment, so that the API can change it. */
static int open_daemon_without_seerr(void **state)
{
    (void)state;
    start((const char *const[]){"OVERSEERR_URL", "OVERSEERR_API_KEY", NULL});
    return 0;
}

static int open_daemon_that_allows_loopback(void **state)
{
    (void)state;
    start((const char *const[]){"LISTSYNC_ALLOWED_ADDRESSES=127.0.0.1", NULL});
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    loopback_stop(inside);
    return 0;
}

static char *named_list(const char *type, const char *id)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&body);

    json_begin_object(&json, NULL);
    if (type)
        json_put_text(&json, "list_type", type);
    json_put_text(&json, "list_id", id);
    json_end_object(&json);
    return memory_text(buffer_string(&body));
}

/* What is asked of a list anywhere, with its answer. */
static void ask(const char *path, const char *type, const char *id, struct daemon_answer *ret)
{
    AUTO_FREE char *body = named_list(type, id);

    daemon_call(&daemon, "POST", path, daemon.admin_key, body, ret);
    if (ret->status < 200 || ret->status >= 500)
        fail_msg("%s of %s: %d", path, body, ret->status);
    if (strstr(buffer_string(&ret->body), planted))
        fail_msg("%s of %s showed what is inside", path, body);
}

static const char *const hosts[] = {
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "0",
    "0.0.0.0",
    "localhost",
    "LocalHost",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::127.0.0.1]",
    "[2002:7f00:1::1]",
    "[fe80::1%25lo]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[::ffff:169.254.169.254]",
    "224.0.0.1",
    "255.255.255.255",
    "%31%32%37.0.0.1",
    "127.0.0.1%00.example.org",
    "127.0.0.1%09",
    "user@127.0.0.1",
    "127.0.0.1#@example.org",
    "127.0.0.1\\\\@example.org",
};

static void assert_not_reached(const char *address)
{
    if (loopback_connections(inside))
        fail_msg("%s reached what is inside", address);
}

static void test_a_preview_reads_nothing_that_is_not_public(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        AUTO_FREE char *address =
            memory_print("http://%s:%d/list.csv", hosts[i], loopback_port(inside));
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        ask("/api/lists/preview", "custom", address, &answer);
        const char *outcome = json_value_get_text(answer.document, "outcome");
        assert_not_reached(address);
        if (answer.status == 200 ? text_equal(outcome, "ok") : answer.status != 422)
            fail_msg("%s: %d %s", address, answer.status, buffer_string(&answer.body));
    }
    daemon_assert_well(&daemon, handles);
}

static void test_a_sync_reads_nothing_that_is_not_public(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer kept;

    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++) {
        AUTO_FREE char *address =
            memory_print("http://%s:%d/list.csv", hosts[i], loopback_port(inside));
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        ask("/api/lists", "custom", address, &answer);
    }
    daemon_call(&daemon, "GET", "/api/lists", daemon.read_key, NULL, &kept);
    int64_t added = json_value_get_integer(kept.document, "total");
    assert_true(added > 20); /* several are the same, once written in full */
    AUTO_FREE char *target = memory_print("/api/runs/%d", (int)daemon_sync(&daemon, NULL));
    AUTO_DAEMON_ANSWER struct daemon_answer run;
    daemon_call(&daemon, "GET", target, daemon.read_key, NULL, &run);
    const struct json_value *lists = json_value_get(run.document, "lists");
    assert_int_equal(json_value_count(lists), added);
    for (size_t i = 0; i < json_value_count(lists); i++)
        assert_string_not_equal(json_value_get_text(json_value_at(lists, i), "outcome"), "ok");
    assert_null(strstr(buffer_string(&run.body), planted));
    assert_not_reached("a sync");
    daemon_assert_well(&daemon, handles);
}

/* ---- redirects ---- */

static const char *location; /* where the next request is sent */

static void serve_redirect(struct loopback *server, int socket, int connection)
{
    AUTO_BUFFER struct buffer request = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)connection;
    while (loopback_read(server, socket, &request)) {
        AUTO_FREE char *header = memory_print("Location: %s\r\n", location);
        loopback_answer(socket, 302, header, "");
    }
}

static void test_a_redirect_leads_nowhere_else(void **state)
{
    (void)state;
    AUTO_FREE char *secret = world_path(&daemon.world, "secret.csv");
    AUTO_FREE char *file = memory_print("file://%s", secret);
    AUTO_FREE char *upper = memory_print("FILE:%s", secret);
    AUTO_FREE char *other = memory_print("http://127.0.0.2:%d/", loopback_port(inside));
    AUTO_FREE char *mapped = memory_print("http://[::ffff:7f00:2]:%d/", loopback_port(inside));
    const char *const locations[] = {
        file,
        upper,
        other,
        mapped,
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "//10.0.0.1/",
        "gopher://127.0.0.1/_GET",
        "dict://127.0.0.1/",
        "http://user:password@10.0.0.1/",
    };
    struct loopback *first = loopback_start(serve_redirect, NULL);
    AUTO_FREE char *address = memory_print("http://127.0.0.1:%d/list.csv", loopback_port(first));

    for (size_t i = 0; i < ARRAY_LENGTH(locations); i++) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        location = locations[i];
        ask("/api/lists/preview", "custom", address, &answer);
        assert_int_equal(answer.status, 200);
        assert_string_not_equal(json_value_get_text(answer.document, "outcome"), "ok");
        assert_int_equal(json_value_get_integer(answer.document, "read"), 0);
        assert_not_reached(locations[i]);
    }
    assert_true(loopback_connections(first) > 0);
    loopback_stop(first);
    daemon_assert_well(&daemon, handles);
}

/* ---- files ---- */

static const char *const list_types[] = {"custom",  "Custom",     "imdb",     "trakt",
                                         "mdblist", "letterboxd", "stevenlu", NULL};
static const char *const file_forms[] = {
    "file:%s",
    "file://%s",
    "FILE:%s",
    "File:%s",
    "fIlE://%s",
    " file:%s",
    "\tfile:%s",
    "\nfile:%s",
    "\xc2\xa0"
    "file:%s",
    "\xef\xbb\xbf"
    "file:%s",
    "file%%3A%s",
    "%%66ile:%s",
    "file://localhost%s",
    "file://127.0.0.1%s",
    "custom:file:%s",
    "custom:custom:file:%s",
    "imdb:file:%s",
    "url=file:%s",
    "http:file:%s",
    "file:file:%s",
    "\"file:%s\"",
    "%s",
    "./file:%s",
    "file:secret.csv%.0s",
    "file:./secret.csv%.0s",
    "file:../../etc/passwd%.0s",
};

static void test_no_file_of_the_server_becomes_a_list(void **state)
{
    (void)state;
    AUTO_FREE char *secret = world_path(&daemon.world, "secret.csv");

    for (size_t i = 0; i < ARRAY_LENGTH(file_forms); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(list_types); j++) {
            AUTO_BUFFER struct buffer id = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
            AUTO_DAEMON_ANSWER struct daemon_answer validated;
            AUTO_DAEMON_ANSWER struct daemon_answer previewed;
            AUTO_DAEMON_ANSWER struct daemon_answer added;
            AUTO_DAEMON_ANSWER struct daemon_answer triggered;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            buffer_print(&id, file_forms[i], secret);
#pragma GCC diagnostic pop
            ask("/api/lists/validate", list_types[j], buffer_string(&id), &validated);
            ask("/api/lists/preview", list_types[j], buffer_string(&id), &previewed);
            ask("/api/lists", list_types[j], buffer_string(&id), &added);
            ask("/api/sync/trigger", list_types[j], buffer_string(&id), &triggered);
            const char *kept = json_value_get_text(validated.document, "list_id");
            bool is_valid = kept && (strcasestr(kept, "file:") || strcasestr(kept, "secret"));
            const char *outcome = json_value_get_text(previewed.document, "outcome");
            if (is_valid || (outcome && text_equal(outcome, "ok")) || triggered.status >= 500 ||
                (kept ? added.status != 200 : added.status != 422))
                fail_msg("%s as %s: %s %s %d %d", buffer_string(&id),
                         list_types[j] ? list_types[j] : "-", kept ? kept : "-",
                         outcome ? outcome : "-", added.status, triggered.status);
        }
    daemon_assert_well(&daemon, handles);
}

/* A title that was sent is a title, whatever it looks like. */
static void test_titles_that_were_sent_are_no_addresses(void **state)
{
    (void)state;
    AUTO_FREE char *body = memory_print(
        "{\"custom_list\":[{\"title\":\"file:secret.csv\",\"imdb_id\":\"../../secret.csv\"},"
        "{\"title\":\"http://127.0.0.1:%d/\",\"media_type\":\"movie\"}]}",
        loopback_port(inside));

    daemon_sync(&daemon, body);
    assert_not_reached("a title");
    daemon_assert_well(&daemon, handles);
}

/* ---- Seerr ---- */

static const char *const bad_seerrs[] = {
    "http://169.254.169.254/",
    "http://169.254.169.254:80/latest/meta-data/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0xa9.0xfe.0xa9.0xfe/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[fe80::1]/",
    "http://[FE80::1]/",
    "http://169.254.169.254./",
    "http://%31%36%39.254.169.254/",
    "file:///etc/passwd",
    "FILE:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "http://user:password@127.0.0.1/",
    "http://",
    "http:///",
};

static void test_seerr_is_not_at_a_link_local_address(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(bad_seerrs); i++) {
        AUTO_FREE char *test = memory_print(
            "{\"overseerr_url\":\"%s\",\"overseerr_api_key\":\"some-key\"}", bad_seerrs[i]);
        AUTO_FREE char *put =
            memory_print("{\"settings\":{\"OVERSEERR_URL\":\"%s\"}}", bad_seerrs[i]);
        AUTO_FREE char *post = memory_print("{\"overseerr_url\":\"%s\"}", bad_seerrs[i]);
        AUTO_DAEMON_ANSWER struct daemon_answer tested;
        daemon_call(&daemon, "POST", "/api/setup/test/overseerr", daemon.admin_key, test, &tested);
        bool is_valid = json_value_is_true(json_value_get(tested.document, "valid"));
        int stored = daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key, put);
        int posted = daemon_status(&daemon, "POST", "/api/settings/config", daemon.admin_key, post);
        if (tested.status != 200 || is_valid || stored != 422 || posted != 422)
            fail_msg("%s: %d %s %d %d", bad_seerrs[i], tested.status, buffer_string(&tested.body),
                     stored, posted);
        if (*bad_seerrs[i] == 'h' && strstr(buffer_string(&tested.body), "timed out"))
            fail_msg("%s was tried", bad_seerrs[i]);
    }
    daemon_assert_well(&daemon, handles);
}

static int put_settings(const char *values)
{
    AUTO_FREE char *body = memory_print("{\"settings\":{%s}}", values);

    return daemon_status(&daemon, "PUT", "/api/settings", daemon.admin_key, body);
}

/* Who can set the address shall not see the key that was stored for another. */
static void test_a_stored_key_goes_to_its_own_address_only(void **state)
{
    (void)state;
    AUTO_FREE char *first = memory_print("\"OVERSEERR_URL\":\"%s\"", daemon.world.sim.url);
    AUTO_FREE char *other =
        memory_print("\"OVERSEERR_URL\":\"http://127.0.0.1:%d\"", loopback_port(inside));
    AUTO_FREE char *both = memory_print("%s,\"OVERSEERR_API_KEY\":\"sim-key\"", first);
    AUTO_FREE char *posted = memory_print(
        "{\"overseerr_url\":\"http://127.0.0.1:%d\",\"overseerr_api_key\":\"********\"}",
        loopback_port(inside));

    assert_int_equal(put_settings(both), 200);
    assert_int_equal(put_settings(first), 200);
    assert_int_equal(put_settings(other), 422);
    assert_int_equal(
        daemon_status(&daemon, "POST", "/api/settings/config", daemon.admin_key, posted), 422);
    assert_int_equal(
        daemon_status(&daemon, "POST", "/api/setup/test/overseerr", daemon.admin_key, posted), 200);
    assert_int_equal(put_settings("\"OVERSEERR_URL\":null"), 200);
    assert_int_equal(put_settings(other), 422);
    assert_int_equal(put_settings(first), 422); /* it could be anybody's by now */
    AUTO_FREE char *anew = memory_print("%s,\"OVERSEERR_API_KEY\":\"another\"", other);
    assert_int_equal(put_settings(anew), 200);
    assert_int_equal(loopback_requests(inside), 1); /* the test, with the stars themselves */
}

int main(void)
{
#define TEST(test)              cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
#define TEST_IN(test, settings) cmocka_unit_test_setup_teardown(test, settings, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_a_preview_reads_nothing_that_is_not_public),
        TEST(test_a_sync_reads_nothing_that_is_not_public),
        TEST_IN(test_a_redirect_leads_nowhere_else, open_daemon_that_allows_loopback),
        TEST(test_no_file_of_the_server_becomes_a_list),
        TEST(test_titles_that_were_sent_are_no_addresses),
        TEST_IN(test_a_stored_key_goes_to_its_own_address_only, open_daemon_without_seerr),
        TEST_IN(test_seerr_is_not_at_a_link_local_address, open_daemon_without_seerr),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

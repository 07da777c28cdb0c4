/* Every operation that /openapi.json names, by those who may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/operations.h"

enum { HEADERS_SIZE = 4096 };

static struct daemon daemon;
static struct operations operations;
static int handles;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open(&daemon, NULL);
    operations_read(&daemon, &operations);
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    operations_release(&operations);
    daemon_close(&daemon);
    return 0;
}

static bool is_public(const struct operation *operation)
{
    return text_equal(operation->access, "none");
}

static bool changes(const struct operation *operation)
{
    return !text_equal(operation->method, "GET");
}

static int try(const char *method, const struct operation *operation, const char *headers)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call_with(&daemon, method, operation->target, headers,
                     operation->has_body && changes(operation) ? "{}" : NULL, &answer);
    return answer.status;
}

/* All that are not public answer nothing but `wanted`. */
static void assert_all_answer(const char *headers, const char *who, int wanted)
{
    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        if (is_public(operation))
            continue;
        int status = try(operation->method, operation, headers);
        if (status != wanted)
            fail_msg("%s %s by %s: %d", operation->method, operation->path, who, status);
    }
}

static void test_nobody_gets_anything(void **state)
{
    (void)state;
    assert_all_answer("", "nobody", 401);
    daemon_assert_well(&daemon, handles);
}

static void test_nobody_gets_anything_by_another_method(void **state)
{
    (void)state;
    static const char *const methods[] = {"GET",    "HEAD",    "POST",  "PUT",     "PATCH",
                                          "DELETE", "OPTIONS", "TRACE", "PROPFIND"};

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        for (size_t j = 0; j < ARRAY_LENGTH(methods); j++) {
            bool is_head = text_equal(methods[j], "HEAD");
            const struct operation *meant =
                operations_find(&operations, is_head ? "GET" : methods[j], operation->path);
            int status = try(methods[j], operation, "");
            bool is_refused = status >= 400 && (status < 500 || status == 501);
            bool fits = meant && is_public(meant)           ? status > 0 && status < 500
                        : text_equal(methods[j], "OPTIONS") ? status == 204
                                                            : is_refused;
            if (!fits)
                fail_msg("%s %s: %d", methods[j], operation->path, status);
        }
    }
    daemon_assert_well(&daemon, handles);
}

/* {"alg":"none"} and the like, over claims that would make an admin of whoever is number 1. */
static char *forged_token(const char *head, const char *signature)
{
    static const char claims[] =
        "{\"iss\":\"listsync\",\"sub\":\"1\",\"aud\":\"listsync\",\"scope\":\"admin\","
        "\"iat\":1700000000,\"nbf\":1700000000,\"exp\":4000000000}";
    AUTO_FREE char *first = crypto_base64url(head, strlen(head));
    AUTO_FREE char *second = crypto_base64url(claims, strlen(claims));

    return memory_print("Authorization: Bearer %s.%s.%s\r\n", first, second, signature);
}

static void assert_refused(char *headers)
{
    assert_all_answer(headers, headers, 401);
    free(headers);
}

static void test_wrong_credentials_get_nothing(void **state)
{
    (void)state;
    const char *key = daemon.admin_key;
    AUTO_FREE char *most = memory_text_n(key, strlen(key) - 1);
    char eights[9000];

    memset(eights, '8', sizeof(eights));
    eights[sizeof(eights) - 1] = '\0';
    assert_refused(memory_text("X-Api-Key: lsk_wrong\r\n"));
    assert_refused(memory_text("X-Api-Key: ' OR 1=1 --\r\n"));
    assert_refused(memory_text("X-Api-Key: \r\n"));
    assert_refused(memory_print("X-Api-Key: %s\r\n", most));
    assert_refused(memory_print("X-Api-Key: %s0\r\n", key));
    assert_refused(memory_print("X-Api-Key: %s\r\n", key + strlen("lsk_")));
    assert_refused(memory_print("X-Api-Key: %s, %s\r\n", key, key));
    assert_refused(memory_print("X-Api-Key: lsk_%s\r\n", eights));
    assert_refused(memory_print("Authorization: Basic %s\r\n", key));
    assert_refused(memory_print("Authorization: Bearer %s\r\n", most));
    assert_refused(memory_print("Authorization: %s\r\n", key));
    assert_refused(memory_text("Authorization: Bearer \r\n"));
    assert_refused(memory_text("Cookie: listsync_session=wrong\r\n"));
    assert_refused(memory_print("Cookie: %s0\r\n", daemon.cookie));
    assert_refused(memory_print("Cookie: session=%s\r\n", strchr(daemon.cookie, '=') + 1));
    assert_refused(memory_print("Cookie: listsync_session=%s\r\n", key));
    assert_refused(memory_print("X-Api-Key: %s\r\n", strchr(daemon.cookie, '=') + 1));
    assert_refused(memory_print("X-CSRF-Token: %s\r\n", daemon.csrf));
    assert_refused(memory_text("Remote-User: " DAEMON_USER "\r\nX-Forwarded-User: anna\r\n"));
    assert_refused(memory_text("X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: ::1\r\n"));
    daemon_assert_well(&daemon, handles);
}

static void test_forged_tokens_get_nothing(void **state)
{
    (void)state;
    static const char *const heads[] = {
        "{\"alg\":\"none\",\"typ\":\"JWT\"}",
        "{\"alg\":\"None\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
        "{\"alg\":\"HS256\",\"kid\":\"1\"}",
        "{\"alg\":\"HS256\",\"kid\":\"../secret.key\"}",
        "{\"alg\":\"RS256\",\"kid\":\"1\"}",
        "{\"alg\":\"HS256\",\"kid\":null}",
        "{}",
        "[]",
        "",
    };
    static const char *const signatures[] = {"", "AAAA",
                                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/tokens", daemon.admin_key, NULL),
                     201); /* there is a signing key */
    for (size_t i = 0; i < ARRAY_LENGTH(heads); i++)
        for (size_t j = 0; j < ARRAY_LENGTH(signatures); j++) {
            AUTO_FREE char *headers = forged_token(heads[i], signatures[j]);
            AUTO_DAEMON_ANSWER struct daemon_answer answer;
            daemon_call_with(&daemon, "GET", "/api/users", headers, NULL, &answer);
            assert_int_equal(answer.status, 401);
        }
    assert_refused(forged_token(heads[0], ""));
    assert_refused(forged_token(heads[3], signatures[2]));
}

static void test_a_key_in_the_url_gets_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"api_key", "apikey",    "access_token",
                                        "key",     "X-Api-Key", "token"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        AUTO_FREE char *target = memory_print("/api/lists?%s=%s", names[i], daemon.admin_key);
        assert_int_equal(daemon_status(&daemon, "GET", target, NULL, NULL), 401);
    }
}

static int rank_of(const char *access)
{
    static const char *const ladder[] = {"none", "read", "sync", "admin"};

    for (size_t i = 0; i < ARRAY_LENGTH(ladder); i++)
        if (text_equal(ladder[i], access))
            return (int)i;
    fail_msg("there is no access %s", access);
    return -1;
}

/* What is above a key is 403; what it may is anything but 401, and never our own trouble. */
static void assert_ladder(const char *scope, const char *key)
{
    AUTO_FREE char *headers = memory_print("X-Api-Key: %s\r\n", key);

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        if (operation->is_stream)
            continue;
        int status = try(operation->method, operation, headers);
        bool fits = rank_of(operation->access) > rank_of(scope)
                        ? status == 403
                        : status > 0 && status < 500 && status != 401;
        if (!fits)
            fail_msg("%s %s with scope %s: %d", operation->method, operation->path, scope, status);
    }
}

static void test_a_key_may_no_more_than_its_scope(void **state)
{
    (void)state;
    assert_ladder("read", daemon.read_key);
    assert_ladder("sync", daemon.sync_key);
    assert_ladder("admin", daemon.admin_key);
    daemon_assert_well(&daemon, handles);
}

static void test_a_cookie_alone_changes_nothing(void **state)
{
    (void)state;
    char cookie[DAEMON_TOKEN_SIZE], csrf[DAEMON_TOKEN_SIZE];

    assert_int_equal(daemon_log_in(&daemon, DAEMON_USER, DAEMON_PASSWORD, cookie, csrf), 200);
    const char *const cases[] = {
        memory_print("Cookie: %s\r\n", daemon.cookie),
        memory_print("Cookie: %s\r\nX-CSRF-Token: \r\n", daemon.cookie),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %.10s\r\n", daemon.cookie, daemon.csrf),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", daemon.cookie, csrf),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\nOrigin: http://evil.example\r\n",
                     daemon.cookie, daemon.csrf),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\nOrigin: null\r\n", daemon.cookie,
                     daemon.csrf),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\nOrigin: http://localhost.evil.example\r\n",
                     daemon.cookie, daemon.csrf),
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\nSec-Fetch-Site: cross-site\r\n",
                     daemon.cookie, daemon.csrf),
    };

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        if (is_public(operation) || !changes(operation))
            continue;
        for (size_t j = 0; j < ARRAY_LENGTH(cases); j++) {
            int status = try(operation->method, operation, cases[j]);
            if (status != 403)
                fail_msg("%s %s with %s: %d", operation->method, operation->path, cases[j], status);
        }
    }
    for (size_t j = 0; j < ARRAY_LENGTH(cases); j++)
        free((char *)cases[j]);
    daemon_assert_well(&daemon, handles);
}

static void test_a_foreign_page_reads_nothing(void **state)
{
    (void)state;
    static const char *const origins[] = {"http://evil.example", "null", "http://localhost",
                                          "https://127.0.0.1.evil.example"};

    for (size_t i = 0; i < operations.count; i++) {
        const struct operation *operation = &operations.items[i];
        if (changes(operation) || operation->is_stream)
            continue;
        AUTO_FREE char *headers =
            memory_print("Cookie: %s\r\nOrigin: %s\r\n", daemon.cookie, origins[i % 4]);
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        daemon_call_with(&daemon, "GET", operation->target, headers, NULL, &answer);
        if (http_headers_find(&answer.headers, "Access-Control-Allow-Origin"))
            fail_msg("%s lets %s read it", operation->path, origins[i % 4]);
        const char *resource = http_headers_find(&answer.headers, "Cross-Origin-Resource-Policy");
        assert_string_equal(resource ? resource : "none", "same-origin");
    }
}

static void test_a_foreign_page_cannot_log_anybody_in(void **state)
{
    (void)state;
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call_with(&daemon, "POST", "/api/auth/login", "Origin: http://evil.example\r\n",
                     "{\"username\":\"" DAEMON_USER "\",\"password\":\"" DAEMON_PASSWORD "\"}",
                     &answer);
    assert_int_equal(answer.status, 403);
    assert_null(http_headers_find(&answer.headers, "Set-Cookie"));
}

/* ---- what was good once ---- */

struct person {
    int64_t id;
    char cookie[DAEMON_TOKEN_SIZE], csrf[DAEMON_TOKEN_SIZE], key[DAEMON_TOKEN_SIZE];
    char *token;
};

static void make_person(const char *name, const char *role, struct person *ret)
{
    AUTO_FREE char *body = memory_print(
        "{\"username\":\"%s\",\"password\":\"long enough %s\",\"role\":\"%s\"}", name, name, role);
    AUTO_FREE char *password = memory_print("long enough %s", name);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    AUTO_DAEMON_ANSWER struct daemon_answer token;

    *ret = (struct person){0};
    daemon_call(&daemon, "POST", "/api/users", daemon.admin_key, body, &answer);
    assert_int_equal(answer.status, 201);
    ret->id = json_value_get_integer(answer.document, "id");
    assert_int_equal(daemon_log_in(&daemon, name, password, ret->cookie, ret->csrf), 200);
    daemon_make_key(&daemon, ret->cookie, ret->csrf, "read", ret->key);
    AUTO_FREE char *headers =
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", ret->cookie, ret->csrf);
    daemon_call_with(&daemon, "POST", "/api/auth/tokens", headers, "{\"scope\":\"read\"}", &token);
    assert_int_equal(token.status, 201);
    ret->token = memory_text(json_value_get_text(token.document, "token"));
}

/* Each way of a person to say who it is, on a route that it could read. */
static void assert_ways_answer(const struct person *person, int cookie, int key, int token)
{
    const char *const forms[] = {"Cookie: %s\r\n", "X-Api-Key: %s\r\n",
                                 "Authorization: Bearer %s\r\n"};
    const char *const values[] = {person->cookie, person->key, person->token};
    const int wanted[] = {cookie, key, token};

    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        AUTO_BUFFER struct buffer headers = BUFFER_WITH_LIMIT(HEADERS_SIZE);
        AUTO_DAEMON_ANSWER struct daemon_answer answer;
        buffer_append(&headers, forms[i], strcspn(forms[i], "%"));
        buffer_print(&headers, "%s\r\n", values[i]);
        daemon_call_with(&daemon, "GET", "/api/lists", buffer_string(&headers), NULL, &answer);
        if (answer.status != wanted[i])
            fail_msg("%s%d, not %d", buffer_string(&headers), answer.status, wanted[i]);
    }
}

static void change_person(const struct person *person, const char *method, const char *body)
{
    AUTO_FREE char *target = memory_print("/api/users/%d", (int)person->id);

    assert_int_equal(daemon_status(&daemon, method, target, daemon.admin_key, body), 200);
}

static void test_who_is_disabled_or_gone_gets_nothing(void **state)
{
    (void)state;
    struct person bert, carl;

    make_person("bert", "user", &bert);
    make_person("carl", "user", &carl);
    assert_ways_answer(&bert, 200, 200, 200);
    change_person(&bert, "PUT", "{\"disabled\":true}");
    assert_ways_answer(&bert, 401, 401, 401);
    assert_int_equal(daemon_log_in(&daemon, "bert", "long enough bert", NULL, NULL), 401);
    change_person(&bert, "PUT", "{\"disabled\":false}");
    assert_ways_answer(&bert, 401, 401, 200);
    change_person(&carl, "DELETE", NULL);
    assert_ways_answer(&carl, 401, 401, 401);
    free(bert.token);
    free(carl.token);
}

static void test_what_was_ended_gets_nothing(void **state)
{
    (void)state;
    struct person bert;

    make_person("bert", "user", &bert);
    AUTO_FREE char *session =
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", bert.cookie, bert.csrf);
    AUTO_DAEMON_ANSWER struct daemon_answer keys;
    AUTO_DAEMON_ANSWER struct daemon_answer out;
    daemon_call_with(&daemon, "GET", "/api/auth/keys", session, NULL, &keys);
    const struct json_value *key = json_value_at(json_value_get(keys.document, "keys"), 0);
    AUTO_FREE char *target =
        memory_print("/api/auth/keys/%d", (int)json_value_get_integer(key, "id"));

    assert_int_equal(daemon_status(&daemon, "DELETE", target, daemon.admin_key, NULL), 200);
    assert_ways_answer(&bert, 200, 401, 200);
    daemon_call_with(&daemon, "POST", "/api/auth/logout", session, NULL, &out);
    assert_int_equal(out.status, 200);
    assert_ways_answer(&bert, 401, 401, 200);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/tokens/rotate", daemon.admin_key,
                                   "{\"at_once\":true}"),
                     200);
    assert_ways_answer(&bert, 401, 401, 401);
    free(bert.token);
}

static void test_a_smaller_role_takes_from_what_was_made_before(void **state)
{
    (void)state;
    char key[DAEMON_TOKEN_SIZE];
    struct person bert;

    make_person("bert", "admin", &bert);
    daemon_make_key(&daemon, bert.cookie, bert.csrf, "admin", key);
    assert_int_equal(daemon_status(&daemon, "GET", "/api/users", key, NULL), 200);
    change_person(&bert, "PUT", "{\"role\":\"viewer\"}");
    assert_int_equal(daemon_status(&daemon, "GET", "/api/users", key, NULL), 403);
    assert_ways_answer(&bert, 200, 200, 200);
    free(bert.token);
}

/* A stolen lesser key makes neither its successor nor a greater one. */
static void test_keys_make_no_greater_keys(void **state)
{
    (void)state;
    static const char wish[] = "{\"name\":\"x\",\"scope\":\"admin\"}";
    struct person bert;

    make_person("bert", "user", &bert);
    AUTO_FREE char *session =
        memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", bert.cookie, bert.csrf);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    daemon_call_with(&daemon, "POST", "/api/auth/keys", session, wish, &answer);
    assert_int_equal(answer.status, 422);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/keys", daemon.read_key, wish), 403);
    assert_int_equal(daemon_status(&daemon, "POST", "/api/auth/keys", daemon.sync_key,
                                   "{\"name\":\"x\",\"scope\":\"read\"}"),
                     403);
    assert_int_equal(
        daemon_status(&daemon, "POST", "/api/auth/tokens", daemon.sync_key, "{\"scope\":\"read\"}"),
        403);
    free(bert.token);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, open_daemon, close_daemon)
    const struct CMUnitTest tests[] = {
        TEST(test_nobody_gets_anything),
        TEST(test_nobody_gets_anything_by_another_method),
        TEST(test_wrong_credentials_get_nothing),
        TEST(test_forged_tokens_get_nothing),
        TEST(test_a_key_in_the_url_gets_nothing),
        TEST(test_a_key_may_no_more_than_its_scope),
        TEST(test_a_cookie_alone_changes_nothing),
        TEST(test_a_foreign_page_reads_nothing),
        TEST(test_a_foreign_page_cannot_log_anybody_in),
        TEST(test_who_is_disabled_or_gone_gets_nothing),
        TEST(test_what_was_ended_gets_nothing),
        TEST(test_a_smaller_role_takes_from_what_was_made_before),
        TEST(test_keys_make_no_greater_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

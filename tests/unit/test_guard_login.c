/* The first account, logging in, sessions and passwords, as a client meets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/audit.h"
#include "support/guard_world.h"

#define PASSWORD "correct horse battery"

static struct guard_world *world_with_anna(void)
{
    struct guard_world *world = guard_world_open(NULL);

    guard_world_account(world, "anna", "admin", PASSWORD);
    return world;
}

static int post_from(struct guard_world *world, const char *peer, const char *path,
                     const char *body)
{
    const struct visit visit = {.method = WEB_POST, .path = path, .body = body, .peer = peer};

    return guard_world_send(world, &visit);
}

static int post(struct guard_world *world, const char *path, const char *body)
{
    return post_from(world, NULL, path, body);
}

static int log_in_from(struct guard_world *world, const char *peer, const char *name,
                       const char *password)
{
    return post_from(
        world, peer, "/api/auth/login",
        arena_print(world->arena, "{\"username\":\"%s\",\"password\":\"%s\"}", name, password));
}

static int log_in(struct guard_world *world, const char *name, const char *password)
{
    return log_in_from(world, NULL, name, password);
}

/* ---- the first account ---- */

static const char *setup_token(struct guard_world *world)
{
    guard_begin(world->api.guard, world->store, "http://127.0.0.1:3222");
    return arena_text(world->arena, world->api.guard->setup_token);
}

static int set_up(struct guard_world *world, const char *token, const char *name,
                  const char *password)
{
    return post(world, "/api/setup/admin",
                arena_print(world->arena,
                            "{\"token\":\"%s\",\"username\":\"%s\",\"password\":\"%s\"}", token,
                            name, password));
}

static void test_the_token_of_the_log_makes_the_first_admin_once(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const char *token = setup_token(world);
    const struct visit session = {.path = "/api/auth/session"};

    assert_int_equal(guard_world_send(world, &session), 200);
    assert_true(json_value_is_true(json_value_get(world->answer, "setup_needed")));
    assert_int_equal(set_up(world, "wrong", "anna", PASSWORD), 403);
    assert_int_equal(set_up(world, token, "anna", PASSWORD), 201);
    assert_string_equal(guard_world_text(world, "user.role"), "admin");
    const struct visit users = {.path = "/api/users", .cookie = guard_world_cookie(world)};
    assert_int_equal(guard_world_send(world, &users), 200);
    assert_int_equal(set_up(world, token, "bert", PASSWORD), 409);
    assert_string_equal(world->api.guard->setup_token, "");
    guard_world_close(world);
}

static void test_the_line_in_the_log_has_address_and_token(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const struct log_filter filter = {.part = "guard"};
    struct log_lines lines;

    log_begin(LOG_INFO, LOG_NOWHERE);
    const char *token = setup_token(world);
    log_read(&filter, world->arena, &lines);
    assert_int_equal(lines.count, 1);
    assert_non_null(strstr(lines.items[0].sentence, token));
    assert_non_null(strstr(lines.items[0].sentence, "http://127.0.0.1:3222/setup?token="));
    log_end();
    guard_world_close(world);
}

static void test_no_token_was_made_none_is_taken(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);

    assert_int_equal(set_up(world, "x", "anna", PASSWORD), 403);
    assert_int_equal(set_up(world, "", "anna", PASSWORD), 422);
    guard_world_close(world);
}

static void test_wrong_first_run_tokens_make_wait(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const char *token = setup_token(world);

    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(set_up(world, "wrong", "anna", PASSWORD), 403);
    assert_int_equal(set_up(world, token, "anna", PASSWORD), 429);
    assert_string_equal(guard_world_header(world, "Retry-After"), "1");
    assert_string_equal(guard_world_text(world, "detail"),
                        "too many wrong tries; come again in 1 second");
    guard_world_pass(1000);
    assert_int_equal(set_up(world, token, "anna", PASSWORD), 201);
    guard_world_close(world);
}

static const struct {
    const char *name, *password;
    int status;
} rules[] = {
    {"anna", "ninechars", 422},
    {"anna", "ten chars!", 201},
    {"annaannaanna", "ANNAannaANNA", 422},
    {"", PASSWORD, 422},
    {" anna", PASSWORD, 422},
    {"an\\u0007na", PASSWORD, 422},
    {"J\xc3\xbcrgen", "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4",
     422},
    {"J\xc3\xbcrgen",
     "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4\xc3\xb6", 201},
};

static void test_rules_for_names_and_passwords(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(rules); i++) {
        struct guard_world *world = guard_world_open(NULL);
        const char *token = setup_token(world);
        int status = set_up(world, token, rules[i].name, rules[i].password);
        if (status != rules[i].status)
            fail_msg("\"%s\" with \"%s\": %d", rules[i].name, rules[i].password, status);
        guard_world_close(world);
    }
}

static void test_a_password_has_an_upper_end(void **state)
{
    (void)state;
    char password[GUARD_PASSWORD_MOST + 2];

    memset(password, 'x', sizeof(password) - 1);
    password[GUARD_PASSWORD_MOST + 1] = '\0';
    assert_non_null(guard_password_problem("anna", password));
    password[GUARD_PASSWORD_MOST] = '\0';
    assert_null(guard_password_problem("anna", password));
}

static void test_the_settings_may_make_the_first_admin(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(
        (const char *[]){"LISTSYNC_ADMIN_USER=anna", "LISTSYNC_ADMIN_PASSWORD=" PASSWORD, NULL});
    struct error error;

    for (int start = 0; start < 2; start++) {
        assert_int_equal(guard_make_first(world->api.guard, world->store, &error), ERROR_NONE);
        guard_begin(world->api.guard, world->store, "http://a");
    }
    assert_string_equal(world->api.guard->setup_token, "");
    assert_int_equal(log_in(world, "anna", PASSWORD), 200);
    assert_string_equal(guard_world_text(world, "access"), "admin");
    guard_world_close(world);
}

static void test_a_first_admin_of_the_settings_keeps_to_the_rules(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(
        (const char *[]){"LISTSYNC_ADMIN_USER=anna", "LISTSYNC_ADMIN_PASSWORD=short", NULL});
    struct error error;

    assert_int_equal(guard_make_first(world->api.guard, world->store, &error), ERROR_USAGE);
    assert_non_null(strstr(error.message, "LISTSYNC_ADMIN_PASSWORD"));
    assert_null(strstr(error.message, "short"));
    guard_world_close(world);
}

static void test_a_first_admin_has_a_name_and_a_password(void **state)
{
    static const char *const halves[] = {"LISTSYNC_ADMIN_USER=anna",
                                         "LISTSYNC_ADMIN_PASSWORD=" PASSWORD};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(halves); i++) {
        struct guard_world *world = guard_world_open((const char *[]){halves[i], NULL});
        AUTO_FREE char *missing = memory_text_n(halves[!i], strcspn(halves[!i], "="));
        AUTO_FREE char *sentence = memory_print("is set, but not %s: ", missing);
        struct error error = {0};
        assert_int_equal(guard_make_first(world->api.guard, world->store, &error), ERROR_USAGE);
        assert_non_null(strstr(error.message, sentence));
        set_up(world, setup_token(world), "ben", PASSWORD);
        assert_int_equal(guard_make_first(world->api.guard, world->store, &error), ERROR_NONE);
        guard_world_close(world);
    }
}

/* ---- in and out ---- */

static void test_a_login_gives_a_cookie_and_what_goes_with_it(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();

    assert_int_equal(log_in(world, "ANNA", PASSWORD), 200);
    const char *header = guard_world_header(world, "Set-Cookie");
    const char *cookie = guard_world_cookie(world);
    const char *csrf = guard_world_text(world, "csrf_token");
    assert_non_null(strstr(header, "; Path=/; HttpOnly; SameSite=Lax; Max-Age="));
    assert_null(strstr(header, "Secure"));
    assert_string_equal(guard_world_header(world, "Cache-Control"), "no-store");
    assert_true(world->response.no_compression);
    const struct visit logout = {
        .method = WEB_POST, .path = "/api/auth/logout", .cookie = cookie, .csrf = csrf};
    assert_int_equal(guard_world_send(world, &logout), 200);
    assert_non_null(strstr(guard_world_header(world, "Set-Cookie"), "Max-Age=0"));
    assert_int_equal(guard_world_send(world, &logout), 401);
    guard_world_close(world);
}

static void test_the_cookie_is_for_our_paths_and_secure_over_tls(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    const struct visit visit = {
        .method = WEB_POST,
        .path = "/api/auth/login",
        .is_tls = true,
        .base_path = "/listsync",
        .body = "{\"username\":\"anna\",\"password\":\"" PASSWORD "\"}",
    };

    assert_int_equal(guard_world_send(world, &visit), 200);
    assert_non_null(
        strstr(guard_world_header(world, "Set-Cookie"), "; Path=/listsync; HttpOnly; "));
    assert_non_null(strstr(guard_world_header(world, "Set-Cookie"), "; Secure"));
    guard_world_close(world);
}

static void test_a_planted_session_does_not_survive_the_login(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    const char *planted = guard_world_session(world, guard_world_account(world, "mal", "user", ""));
    const struct visit login = {
        .method = WEB_POST,
        .path = "/api/auth/login",
        .cookie = planted,
        .body = "{\"username\":\"anna\",\"password\":\"" PASSWORD "\"}",
    };
    const struct visit with_planted = {.path = "/api/auth/sessions", .cookie = planted};

    assert_int_equal(guard_world_send(world, &with_planted), 200);
    assert_int_equal(guard_world_send(world, &login), 200);
    assert_string_not_equal(guard_world_cookie(world), planted);
    assert_int_equal(guard_world_send(world, &with_planted), 401);
    guard_world_close(world);
}

static void test_what_fails_to_log_in_says_no_more_than_that(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    struct account bert = {.name = "bert", .role = "user", .password = ""};
    char hash[CRYPTO_PASSWORD_SIZE];
    static const struct {
        const char *name, *password;
    } cases[] = {{"anna", "wrong password"},
                 {"nobody here", PASSWORD},
                 {"bert", PASSWORD},
                 {"proxied", PASSWORD}};

    crypto_password_hash(PASSWORD, hash);
    bert.password = hash;
    bert.disabled = true;
    guard_world_account(world, "proxied", "user", "");
    assert_int_equal(accounts_add(world->store, &bert, &bert.id, NULL), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(log_in(world, cases[i].name, cases[i].password), 401);
        assert_string_equal(guard_world_code(world), "login_failed");
        assert_string_equal(guard_world_text(world, "detail"), "the name or the password is wrong");
        assert_null(guard_world_header(world, "Set-Cookie"));
    }
    guard_world_close(world);
}

static void test_even_the_right_password_must_wait(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();

    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(log_in(world, "anna", "wrong password"), 401);
    assert_int_equal(log_in(world, "anna", PASSWORD), 429);
    assert_string_equal(guard_world_header(world, "Retry-After"), "1");
    assert_int_equal(log_in_from(world, "203.0.113.9", "Anna", PASSWORD), 429);
    assert_int_equal(log_in(world, "somebody else", "wrong password"), 429);
    guard_world_pass(1000);
    assert_int_equal(log_in(world, "anna", PASSWORD), 200);
    guard_world_close(world);
}

static void test_who_knows_the_password_never_waits(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();

    for (int i = 0; i < THROTTLE_FREE - 1; i++)
        assert_int_equal(log_in(world, "anna", "wrong password"), 401);
    for (int i = 0; i < 2 * THROTTLE_FREE; i++)
        assert_int_equal(log_in(world, "anna", PASSWORD), 200);
    guard_world_close(world);
}

static void test_who_waits_takes_up_no_errand(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();

    for (int i = 0; i < THROTTLE_FREE; i++)
        log_in(world, "anna", "wrong password");
    assert_int_equal(log_in(world, "anna", PASSWORD), 429);
    assert_int_equal(call_answer(&world->api, &world->request, &world->response), WEB_ANSWERED);
    guard_world_close(world);
}

static void test_too_many_at_once_are_sent_away(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();

    atomic_store(&world->api.guard->passwords, GUARD_PASSWORDS_WAITING);
    assert_int_equal(log_in(world, "anna", PASSWORD), 503);
    assert_non_null(guard_world_header(world, "Retry-After"));
    assert_int_equal(atomic_load(&world->api.guard->passwords), GUARD_PASSWORDS_WAITING);
    atomic_store(&world->api.guard->passwords, 0);
    assert_int_equal(log_in(world, "anna", PASSWORD), 200);
    assert_int_equal(atomic_load(&world->api.guard->passwords), 0);
    guard_world_close(world);
}

static void test_a_password_that_was_changed_meanwhile_opens_no_session(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    struct account account;
    struct error error;

    log_in(world, "anna", "wrong password");
    struct call call = {.api = &world->api,
                        .request = &world->request,
                        .response = &world->response,
                        .arena = world->arena,
                        .store = world->store};
    assert_int_equal(accounts_find_name(world->store, world->arena, "anna", &account, NULL),
                     ERROR_NONE);
    assert_int_equal(
        accounts_set_password(world->store, account.id, account.password, "changed", NULL, NULL),
        ERROR_NONE);
    assert_int_equal(guard_log_in(world->api.guard, &call, &account, &error), ERROR_NOT_FOUND);
    assert_null(guard_world_header(world, "Set-Cookie"));
    guard_world_close(world);
}

static void test_a_page_of_somebody_else_logs_nobody_in(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    const struct visit visit = {
        .method = WEB_POST,
        .path = "/api/auth/login",
        .headers = {{"Origin", "http://evil.example"}},
        .body = "{\"username\":\"anna\",\"password\":\"" PASSWORD "\"}",
    };

    assert_int_equal(guard_world_send(world, &visit), 403);
    assert_string_equal(guard_world_code(world), "foreign_origin");
    guard_world_close(world);
}

static void test_failed_logins_are_in_the_audit_log_without_mistyped_passwords(void **state)
{
    (void)state;
    struct guard_world *world = world_with_anna();
    struct audit_rows rows;

    log_in(world, "anna", "wrong password");
    log_in(world, "my secret password", "x");
    assert_int_equal(audit_load(world->store, world->arena, 0, "login", 10, &rows, NULL),
                     ERROR_NONE);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.items[0].subject, "a name that is not known");
    assert_string_equal(rows.items[1].subject, "anna");
    assert_string_equal(rows.items[1].address, "127.0.0.1");
    guard_world_close(world);
}

/* ---- sessions and password ---- */

static void test_sessions_are_listed_and_ended_one_by_one(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t anna = guard_world_account(world, "anna", "viewer", "");
    const char *mine = guard_world_session(world, anna);
    const char *csrf = guard_world_csrf(world, mine);
    const char *other = guard_world_session(world, anna);
    const char *berts = guard_world_session(world, guard_world_account(world, "bert", "user", ""));
    const struct visit list = {.path = "/api/auth/sessions", .cookie = mine};
    char digest[CRYPTO_DIGEST_SIZE];

    assert_int_equal(guard_world_send(world, &list), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "sessions")), 2);
    crypto_digest(berts, strlen(berts), digest);
    struct visit end = {.method = WEB_DELETE, .cookie = mine, .csrf = csrf};
    end.path = arena_print(world->arena, "/api/auth/sessions/%.16s", digest);
    assert_int_equal(guard_world_send(world, &end), 404);
    crypto_digest(other, strlen(other), digest);
    end.path = arena_print(world->arena, "/api/auth/sessions/%.16s", digest);
    assert_int_equal(guard_world_send(world, &end), 200);
    assert_int_equal(guard_world_send(world, &list), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "sessions")), 1);
    guard_world_session(world, anna);
    end.path = "/api/auth/sessions";
    assert_int_equal(guard_world_send(world, &end), 200);
    assert_int_equal(guard_world_send(world, &list), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "sessions")), 1);
    guard_world_close(world);
}

static int change_password(struct guard_world *world, const char *cookie, const char *body)
{
    const struct visit visit = {.method = WEB_PUT,
                                .path = "/api/auth/password",
                                .cookie = cookie,
                                .csrf = guard_world_csrf(world, cookie),
                                .body = body};

    return guard_world_send(world, &visit);
}

static void test_a_new_password_needs_the_old_and_ends_other_sessions(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t anna = guard_world_account(world, "anna", "admin", PASSWORD);
    const char *mine = guard_world_session(world, anna);
    const struct visit other = {.path = "/api/users", .cookie = guard_world_session(world, anna)};
    const struct visit again = {.path = "/api/users", .cookie = mine};

    assert_int_equal(change_password(world, mine, "{\"new_password\":\"another one!\"}"), 422);
    assert_int_equal(change_password(world, mine,
                                     "{\"current_password\":\"wrong\",\"new_password\":\"another "
                                     "one!\"}"),
                     401);
    assert_int_equal(change_password(world, mine,
                                     "{\"current_password\":\"" PASSWORD
                                     "\",\"new_password\":\"short\"}"),
                     422);
    assert_int_equal(guard_world_send(world, &other), 200);
    assert_int_equal(change_password(world, mine,
                                     "{\"current_password\":\"" PASSWORD
                                     "\",\"new_password\":\"another one!\"}"),
                     200);
    assert_int_equal(guard_world_send(world, &other), 401);
    assert_int_equal(guard_world_send(world, &again), 200);
    assert_int_equal(log_in(world, "anna", PASSWORD), 401);
    assert_int_equal(log_in(world, "anna", "another one!"), 200);
    guard_world_close(world);
}

static void test_a_key_cannot_change_its_owners_password(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t anna = guard_world_account(world, "anna", "admin", PASSWORD);
    const struct visit visit = {
        .method = WEB_PUT,
        .path = "/api/auth/password",
        .headers = {{"X-Api-Key", guard_world_key(world, anna, "admin")}},
        .body = "{\"current_password\":\"" PASSWORD "\",\"new_password\":\"another one!\"}",
    };

    assert_int_equal(guard_world_send(world, &visit), 403);
    assert_string_equal(guard_world_code(world), "people_only");
    guard_world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_token_of_the_log_makes_the_first_admin_once),
        cmocka_unit_test(test_the_line_in_the_log_has_address_and_token),
        cmocka_unit_test(test_no_token_was_made_none_is_taken),
        cmocka_unit_test(test_wrong_first_run_tokens_make_wait),
        cmocka_unit_test(test_rules_for_names_and_passwords),
        cmocka_unit_test(test_a_password_has_an_upper_end),
        cmocka_unit_test(test_the_settings_may_make_the_first_admin),
        cmocka_unit_test(test_a_first_admin_of_the_settings_keeps_to_the_rules),
        cmocka_unit_test(test_a_first_admin_has_a_name_and_a_password),
        cmocka_unit_test(test_a_login_gives_a_cookie_and_what_goes_with_it),
        cmocka_unit_test(test_the_cookie_is_for_our_paths_and_secure_over_tls),
        cmocka_unit_test(test_a_planted_session_does_not_survive_the_login),
        cmocka_unit_test(test_what_fails_to_log_in_says_no_more_than_that),
        cmocka_unit_test(test_even_the_right_password_must_wait),
        cmocka_unit_test(test_who_knows_the_password_never_waits),
        cmocka_unit_test(test_who_waits_takes_up_no_errand),
        cmocka_unit_test(test_too_many_at_once_are_sent_away),
        cmocka_unit_test(test_a_password_that_was_changed_meanwhile_opens_no_session),
        cmocka_unit_test(test_a_page_of_somebody_else_logs_nobody_in),
        cmocka_unit_test(test_failed_logins_are_in_the_audit_log_without_mistyped_passwords),
        cmocka_unit_test(test_sessions_are_listed_and_ended_one_by_one),
        cmocka_unit_test(test_a_new_password_needs_the_old_and_ends_other_sessions),
        cmocka_unit_test(test_a_key_cannot_change_its_owners_password),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Accounts, keys, tokens and the audit log, as a client meets them. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/guard_world.h"

struct people {
    struct guard_world *world;
    int64_t anna, bert; /* an admin, a user */
    const char *annas, *berts;
};

static int open_people(void **state)
{
    struct people *people = memory_new(sizeof(*people));

    people->world = guard_world_open(NULL);
    people->anna = guard_world_account(people->world, "anna", "admin", "");
    people->bert = guard_world_account(people->world, "bert", "user", "");
    people->annas = guard_world_session(people->world, people->anna);
    people->berts = guard_world_session(people->world, people->bert);
    *state = people;
    return 0;
}

static int close_people(void **state)
{
    struct people *people = *state;

    guard_world_close(people->world);
    free(people);
    return 0;
}

static int send_as(struct people *people, const char *cookie, enum web_method method,
                   const char *path, const char *body)
{
    const struct visit visit = {.method = method,
                                .path = path,
                                .cookie = cookie,
                                .csrf = guard_world_csrf(people->world, cookie),
                                .body = body};

    return guard_world_send(people->world, &visit);
}

static int get_with(struct people *people, const char *path, const char *name, const char *value)
{
    const struct visit visit = {.path = path, .headers = {{name, value}}};

    return guard_world_send(people->world, &visit);
}

static int64_t answered_id(struct people *people)
{
    return json_value_get_integer(people->world->answer, "id");
}

/* ---- accounts ---- */

static void test_an_admin_makes_changes_and_deletes_accounts(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;

    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/users",
                             "{\"username\":\"cora\",\"password\":\"0123456789\",\"role\":"
                             "\"viewer\",\"seerr_user\":3}"),
                     201);
    const char *path = arena_print(world->arena, "/api/users/%" PRId64, answered_id(people));
    assert_null(json_value_get(world->answer, "password"));
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"role\":\"user\"}"), 200);
    assert_string_equal(guard_world_text(world, "username"), "cora");
    assert_int_equal(json_value_get_integer(world->answer, "seerr_user"), 3);
    assert_true(json_value_is_true(json_value_get(world->answer, "has_password")));
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"username\":\"BERT\"}"), 409);
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"password\":\"short\"}"),
                     422);
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"seerr_user\":null}"), 200);
    assert_true(json_value_is_null(json_value_get(world->answer, "seerr_user")));
    assert_int_equal(send_as(people, people->annas, WEB_DELETE, path, NULL), 200);
    assert_int_equal(send_as(people, people->annas, WEB_GET, path, NULL), 404);
    assert_string_equal(guard_world_code(world), "user_not_found");
}

static void test_the_last_admin_stays(void **state)
{
    struct people *people = *state;
    const char *path = arena_print(people->world->arena, "/api/users/%" PRId64, people->anna);

    assert_int_equal(send_as(people, people->annas, WEB_DELETE, path, NULL), 409);
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"disabled\":true}"), 409);
    assert_int_equal(send_as(people, people->annas, WEB_PUT, path, "{\"role\":\"user\"}"), 409);
    assert_int_equal(send_as(people, people->annas, WEB_GET, "/api/users", NULL), 200);
}

static void test_an_admin_sends_somebody_out(void **state)
{
    struct people *people = *state;
    const char *path =
        arena_print(people->world->arena, "/api/users/%" PRId64 "/sessions", people->bert);

    assert_int_equal(send_as(people, people->berts, WEB_GET, "/api/auth/sessions", NULL), 200);
    assert_int_equal(send_as(people, people->annas, WEB_DELETE, path, NULL), 200);
    assert_int_equal(send_as(people, people->berts, WEB_GET, "/api/auth/sessions", NULL), 401);
}

static void test_who_is_no_admin_has_nothing_to_do_with_accounts(void **state)
{
    struct people *people = *state;
    static const struct {
        enum web_method method;
        const char *path, *body;
    } tries[] = {
        {WEB_GET, "/api/users", NULL},
        {WEB_GET, "/api/users/1", NULL},
        {WEB_POST, "/api/users", "{\"username\":\"x\",\"role\":\"admin\"}"},
        {WEB_PUT, "/api/users/2", "{\"role\":\"admin\"}"},
        {WEB_DELETE, "/api/users/1", NULL},
        {WEB_DELETE, "/api/users/1/sessions", NULL},
        {WEB_GET, "/api/audit", NULL},
        {WEB_POST, "/api/auth/tokens/rotate", NULL},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(tries); i++)
        if (send_as(people, people->berts, tries[i].method, tries[i].path, tries[i].body) != 403)
            fail_msg("%s: %d", tries[i].path, people->world->response.status);
}

/* ---- keys ---- */

static void test_a_key_is_shown_once_and_works_until_it_is_revoked(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;

    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/auth/keys",
                             "{\"name\":\"backup\",\"scope\":\"admin\"}"),
                     201);
    const char *key = guard_world_text(world, "key");
    const char *path = arena_print(world->arena, "/api/auth/keys/%" PRId64, answered_id(people));
    assert_int_equal(strlen(key), strlen("lsk_") + CRYPTO_TOKEN_SIZE - 1);
    assert_string_equal(key + strlen(key) - 4, guard_world_text(world, "hint"));
    assert_string_equal(guard_world_header(world, "Cache-Control"), "no-store");
    assert_int_equal(get_with(people, "/api/auth/keys", "X-Api-Key", key), 200);
    const char *body =
        arena_text_n(world->arena, world->response.body.bytes, world->response.body.length);
    assert_null(strstr(body, key));
    assert_int_equal(get_with(people, "/api/auth/session", "X-Api-Key", key), 200);
    assert_string_equal(guard_world_text(world, "name"), "anna (key backup)");
    assert_int_equal(send_as(people, people->annas, WEB_DELETE, path, NULL), 200);
    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 401);
    assert_int_equal(send_as(people, people->annas, WEB_DELETE, path, NULL), 404);
}

static void test_a_key_ends_on_its_day(void **state)
{
    struct people *people = *state;

    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/auth/keys",
                             "{\"name\":\"guest\",\"scope\":\"admin\",\"days\":2}"),
                     201);
    const char *key = guard_world_text(people->world, "key");
    guard_world_pass(2 * GUARD_DAY_MS - 1000);
    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 200);
    guard_world_pass(1000);
    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 401);
}

static void test_nobody_gives_more_than_they_have(void **state)
{
    struct people *people = *state;

    assert_int_equal(send_as(people, people->berts, WEB_POST, "/api/auth/keys",
                             "{\"name\":\"x\",\"scope\":\"admin\"}"),
                     422);
    assert_int_equal(
        send_as(people, people->berts, WEB_POST, "/api/auth/tokens", "{\"scope\":\"admin\"}"), 422);
    assert_int_equal(send_as(people, people->berts, WEB_POST, "/api/auth/keys",
                             "{\"name\":\"x\",\"scope\":\"sync\"}"),
                     201);
}

static void test_keys_of_others_are_not_there_for_a_user(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;

    guard_world_key(world, people->anna, "read");
    guard_world_key(world, people->bert, "read");
    assert_int_equal(send_as(people, people->berts, WEB_GET, "/api/auth/keys", NULL), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "keys")), 1);
    assert_int_equal(send_as(people, people->berts, WEB_DELETE, "/api/auth/keys/1", NULL), 404);
    assert_int_equal(send_as(people, people->annas, WEB_GET, "/api/auth/keys", NULL), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "keys")), 2);
}

static int post_with(struct people *people, const char *path, const char *body, const char *name,
                     const char *value)
{
    const struct visit visit = {
        .method = WEB_POST, .path = path, .body = body, .headers = {{name, value}}};

    return guard_world_send(people->world, &visit);
}

static void test_a_stolen_key_or_token_makes_no_successor(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;
    static const char body[] = "{\"name\":\"x\",\"scope\":\"read\"}";
    const char *key = guard_world_key(world, people->bert, "sync");
    const char *admins = guard_world_key(world, people->anna, "admin");
    const char *token = guard_world_token(world, people->anna, "admin");

    assert_int_equal(post_with(people, "/api/auth/keys", body, "X-Api-Key", key), 403);
    assert_int_equal(post_with(people, "/api/auth/tokens", "{}", "X-Api-Key", key), 403);
    assert_int_equal(post_with(people, "/api/auth/keys", body, "Authorization", token), 403);
    assert_int_equal(post_with(people, "/api/auth/tokens", "{}", "Authorization", token), 403);
    assert_int_equal(post_with(people, "/api/auth/keys", body, "X-Api-Key", admins), 201);
}

static void test_with_login_off_there_is_nobody_whose_key_it_could_be(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_AUTH=disabled", NULL});
    const struct visit visit = {.method = WEB_POST,
                                .path = "/api/auth/keys",
                                .body = "{\"name\":\"x\",\"scope\":\"read\"}"};

    assert_int_equal(guard_world_send(world, &visit), 409);
    assert_string_equal(guard_world_code(world), "no_account");
    guard_world_close(world);
}

static void test_last_used_is_written_once_a_minute(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;
    const char *key = guard_world_key(world, people->anna, "admin");
    struct api_keys keys;
    int64_t began = guard_world_now();

    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 200);
    guard_world_pass(GUARD_MINUTE_MS - 1);
    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 200);
    assert_int_equal(api_keys_load(world->store, world->arena, &keys, NULL), ERROR_NONE);
    assert_int_equal(keys.items[0].last_used, began);
    guard_world_pass(1);
    assert_int_equal(get_with(people, "/api/users", "X-Api-Key", key), 200);
    assert_int_equal(api_keys_load(world->store, world->arena, &keys, NULL), ERROR_NONE);
    assert_int_equal(keys.items[0].last_used, began + GUARD_MINUTE_MS);
}

/* ---- tokens ---- */

static const char *make_token(struct people *people, const char *body)
{
    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/auth/tokens", body), 201);
    return arena_print(people->world->arena, "Bearer %s", guard_world_text(people->world, "token"));
}

static int get_users(struct people *people, const char *token)
{
    return get_with(people, "/api/users", "Authorization", token);
}

static void test_a_token_works_for_its_lifetime(void **state)
{
    struct people *people = *state;
    const char *token = make_token(people, "{\"scope\":\"admin\",\"lifetime\":600}");

    assert_int_equal(get_users(people, token), 200);
    assert_int_equal(get_users(people, make_token(people, NULL)), 403); /* read, without a wish */
    guard_world_pass(600 * 1000 + JWT_LEEWAY_S * 1000 - 1000);
    assert_int_equal(get_users(people, token), 200);
    guard_world_pass(1000);
    assert_int_equal(get_users(people, token), 401);
}

static void test_old_tokens_live_through_a_rotation_and_not_through_one_at_once(void **state)
{
    struct people *people = *state;
    static const char wish[] = "{\"scope\":\"admin\",\"lifetime\":2592000}";
    const char *old = make_token(people, wish);

    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/auth/tokens/rotate", NULL),
                     200);
    const char *fresh = make_token(people, wish);
    assert_int_equal(get_users(people, old), 200);
    assert_int_equal(get_users(people, fresh), 200);
    assert_int_equal(
        send_as(people, people->annas, WEB_POST, "/api/auth/tokens/rotate", "{\"at_once\":true}"),
        200);
    assert_int_equal(get_users(people, old), 401);
    assert_int_equal(get_users(people, fresh), 401);
    assert_int_equal(get_users(people, make_token(people, wish)), 200);
}

/* Who listens with it: one that was let in before counts no longer than the token. */
static struct caller let_in(struct people *people, const char *token)
{
    static const struct route route = {.id = "listen", .access = ACCESS_READ};
    struct visit visit = {.headers = {{"Authorization", token}}};
    struct caller caller = {0};

    assert_int_equal(guard_world_admit(people->world, &visit, &route, &caller), 200);
    return caller;
}

static bool still(struct people *people, const struct caller *caller)
{
    struct guard_world *world = people->world;

    return guard_still(world->api.guard, world->store, caller, ACCESS_READ);
}

static void test_who_listens_by_a_token_hears_no_more_when_it_has_ended(void **state)
{
    struct people *people = *state;
    const struct caller early = let_in(people, make_token(people, "{\"lifetime\":600}"));
    const struct caller late = let_in(people, make_token(people, "{\"lifetime\":6000}"));

    assert_true(still(people, &early));
    guard_world_pass(600 * 1000 + JWT_LEEWAY_S * 1000);
    assert_false(still(people, &early));
    assert_true(still(people, &late));
    assert_int_equal(send_as(people, people->annas, WEB_POST, "/api/auth/tokens/rotate", NULL),
                     200);
    assert_true(still(people, &late));
    assert_int_equal(
        send_as(people, people->annas, WEB_POST, "/api/auth/tokens/rotate", "{\"at_once\":true}"),
        200);
    assert_false(still(people, &late));
}

/* What it made would outlive it. */
static void test_a_token_makes_no_account_and_takes_over_none(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;
    const char *token = make_token(people, "{\"scope\":\"admin\"}");
    const struct visit visits[] = {
        {.method = WEB_POST,
         .path = "/api/users",
         .headers = {{"Authorization", token}},
         .body = "{\"username\":\"eve\",\"password\":\"long enough\",\"role\":\"admin\"}"},
        {.method = WEB_PUT,
         .path = "/api/users/1",
         .headers = {{"Authorization", token}},
         .body = "{\"password\":\"another long one\"}"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++) {
        assert_int_equal(guard_world_send(world, &visits[i]), 403);
        assert_string_equal(guard_world_code(world), "people_only");
    }
    assert_int_equal(get_users(people, token), 200);
}

static void test_a_token_for_another_audience_is_refused(void **state)
{
    (void)state;
    struct guard_world *world =
        guard_world_open((const char *[]){"LISTSYNC_TOKEN_AUDIENCES=home,garden", NULL});
    int64_t anna = guard_world_account(world, "anna", "admin", "");
    const struct visit visit = {
        .path = "/api/users",
        .headers = {{"Authorization", guard_world_token(world, anna, "admin")}}};
    const char *cookie = guard_world_session(world, anna);
    const struct visit wish = {.method = WEB_POST,
                               .path = "/api/auth/tokens",
                               .cookie = cookie,
                               .csrf = guard_world_csrf(world, cookie),
                               .body = "{\"audience\":\"listsync\"}"};

    assert_int_equal(guard_world_send(world, &visit), 401);
    assert_non_null(strstr(guard_world_text(world, "detail"), "audience"));
    assert_int_equal(guard_world_send(world, &wish), 422);
    guard_world_close(world);
}

/* ---- audit ---- */

static void test_what_was_done_stands_in_the_audit_log_page_by_page(void **state)
{
    struct people *people = *state;
    struct guard_world *world = people->world;

    for (int i = 0; i < 3; i++)
        make_token(people, NULL);
    send_as(people, people->annas, WEB_POST, "/api/auth/keys",
            "{\"name\":\"backup\",\"scope\":\"read\"}");
    struct visit visit = {.path = "/api/audit", .cookie = people->annas, .query = {"limit", "2"}};
    assert_int_equal(guard_world_send(world, &visit), 200);
    const struct json_value *first = json_value_at(json_value_get(world->answer, "entries"), 0);
    assert_string_equal(json_value_get_text(first, "action"), "key.add");
    assert_string_equal(json_value_get_text(first, "subject"), "backup");
    assert_string_equal(json_value_get_text(first, "who"), "anna");
    assert_string_equal(json_value_get_text(first, "how"), "session");
    int64_t next = json_value_get_integer(world->answer, "next");
    visit.query = (struct web_pair){"before", arena_print(world->arena, "%" PRId64, next)};
    assert_int_equal(guard_world_send(world, &visit), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "entries")), 2);
    assert_true(json_value_is_null(json_value_get(world->answer, "next")));
    visit.query = (struct web_pair){"action", "key"};
    assert_int_equal(guard_world_send(world, &visit), 200);
    assert_int_equal(json_value_count(json_value_get(world->answer, "entries")), 1);
}

#define with_people(test) cmocka_unit_test_setup_teardown(test, open_people, close_people)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_people(test_an_admin_makes_changes_and_deletes_accounts),
        with_people(test_the_last_admin_stays),
        with_people(test_an_admin_sends_somebody_out),
        with_people(test_who_is_no_admin_has_nothing_to_do_with_accounts),
        with_people(test_a_key_is_shown_once_and_works_until_it_is_revoked),
        with_people(test_a_key_ends_on_its_day),
        with_people(test_nobody_gives_more_than_they_have),
        with_people(test_keys_of_others_are_not_there_for_a_user),
        with_people(test_a_stolen_key_or_token_makes_no_successor),
        cmocka_unit_test(test_with_login_off_there_is_nobody_whose_key_it_could_be),
        with_people(test_last_used_is_written_once_a_minute),
        with_people(test_a_token_works_for_its_lifetime),
        with_people(test_old_tokens_live_through_a_rotation_and_not_through_one_at_once),
        with_people(test_who_listens_by_a_token_hears_no_more_when_it_has_ended),
        with_people(test_a_token_makes_no_account_and_takes_over_none),
        cmocka_unit_test(test_a_token_for_another_audience_is_refused),
        with_people(test_what_was_done_stands_in_the_audit_log_page_by_page),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

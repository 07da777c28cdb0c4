/* Accounts, sessions, keys: who may no longer come in is out at once, and one admin always stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/accounts.h"
#include "support/store_world.h"

enum { NOW = 1000000 };

static int64_t add(struct store_world *world, const char *name, const char *role)
{
    const struct account account = {
        .name = name, .password = "$argon2id$a", .role = role, .created_at = NOW};
    int64_t id = 0;

    must(world, accounts_add(world->store, &account, &id, &world->error));
    return id;
}

static struct account find(struct store_world *world, int64_t id)
{
    struct account account = {0};

    must(world, accounts_find(world->store, world->arena, id, &account, &world->error));
    return account;
}

static void log_in(struct store_world *world, int64_t user_id, const char *digest, int64_t seen)
{
    const struct login_session session = {.digest = digest,
                                          .user_id = user_id,
                                          .created_at = NOW,
                                          .last_seen = seen,
                                          .expires_at = 2 * NOW,
                                          .address = "192.0.2.1",
                                          .agent = "curl"};

    must(world, sessions_add(world->store, &session, &world->error));
}

static bool is_logged_in(struct store_world *world, const char *digest, int64_t now)
{
    struct login_session session;
    struct account account;
    enum error_code rc =
        sessions_find(world->store, world->arena, digest, now, &session, &account, &world->error);

    assert_true(rc == ERROR_NONE || rc == ERROR_NOT_FOUND);
    return rc == ERROR_NONE;
}

static int64_t add_key(struct store_world *world, int64_t user_id, const char *digest,
                       int64_t expires_at)
{
    const struct api_key key = {.user_id = user_id,
                                .name = "backup",
                                .digest = digest,
                                .hint = "wxyz",
                                .scope = "sync",
                                .expires_at = expires_at};
    int64_t id = 0;

    must(world, api_keys_add(world->store, &key, &id, &world->error));
    return id;
}

static bool is_key_valid(struct store_world *world, const char *digest, int64_t now)
{
    struct api_key key;
    enum error_code rc =
        api_keys_find(world->store, world->arena, digest, now, &key, &world->error);

    assert_true(rc == ERROR_NONE || rc == ERROR_NOT_FOUND);
    return rc == ERROR_NONE;
}

static void test_an_account_is_found_as_it_was_added(void **state)
{
    struct store_world *world = *state;
    const struct account anna = {
        .name = "Anna", .password = "$argon2id$x", .role = "user", .seerr_user = 4};
    struct account read;
    int64_t id = 0;
    bool any = true;

    must(world, accounts_exist(world->store, &any, &world->error));
    assert_false(any);
    must(world, accounts_add(world->store, &anna, &id, &world->error));
    must(world, accounts_exist(world->store, &any, &world->error));
    assert_true(any);
    must(world, accounts_note_login(world->store, id, NOW, &world->error));
    must(world, accounts_find_name(world->store, world->arena, "aNNa", &read, &world->error));
    assert_int_equal(read.id, id);
    assert_string_equal(read.name, "Anna");
    assert_string_equal(read.password, "$argon2id$x");
    assert_string_equal(read.role, "user");
    assert_int_equal(read.seerr_user, 4);
    assert_int_equal(read.last_login, NOW);
    assert_true(read.created_at > 0);
    assert_int_equal(accounts_find_name(world->store, world->arena, "bert", &read, NULL),
                     ERROR_NOT_FOUND);
    assert_int_equal(accounts_find(world->store, world->arena, 99, &read, NULL), ERROR_NOT_FOUND);
}

static void test_accounts_come_by_name(void **state)
{
    struct store_world *world = *state;
    struct accounts accounts;

    add(world, "zoe", "admin");
    add(world, "Bert", "user");
    add(world, "anna", "user");
    must(world, accounts_load(world->store, world->arena, &accounts, &world->error));
    assert_int_equal(accounts.count, 3);
    assert_string_equal(accounts.items[0].name, "anna");
    assert_string_equal(accounts.items[1].name, "Bert");
    assert_string_equal(accounts.items[2].name, "zoe");
}

static void test_a_name_is_taken_in_any_case(void **state)
{
    struct store_world *world = *state;
    const struct account again = {.name = "ANNA", .password = "", .role = "user"};
    int64_t id = 0;

    add(world, "anna", "admin");
    struct account bert = find(world, add(world, "bert", "user"));
    assert_int_equal(accounts_add(world->store, &again, &id, &world->error), ERROR_CONFLICT);
    bert.name = "Anna";
    assert_int_equal(accounts_change(world->store, &bert, NULL, &world->error), ERROR_CONFLICT);
    assert_string_equal(find(world, bert.id).name, "bert");
    bert.name = "BERT";
    must(world, accounts_change(world->store, &bert, NULL, &world->error));
    assert_string_equal(find(world, bert.id).name, "BERT");
}

static void test_only_the_first_account_is_added_as_the_first(void **state)
{
    struct store_world *world = *state;
    const struct account first = {.name = "anna", .password = "x", .role = "viewer"};
    const struct account second = {.name = "mallory", .password = "x", .role = "admin"};
    int64_t id = 0, other = 0;

    must(world, accounts_add_first(world->store, &first, &id, &world->error));
    assert_string_equal(find(world, id).role, "admin");
    assert_int_equal(accounts_add_first(world->store, &second, &other, &world->error),
                     ERROR_CONFLICT);
    assert_int_equal(other, 0);
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM users"), 1);
}

static void expect_last_admin_refused(struct store_world *world, int64_t id)
{
    struct account demoted = find(world, id), disabled = demoted;

    demoted.role = "user";
    disabled.disabled = true;
    assert_int_equal(accounts_change(world->store, &demoted, NULL, &world->error), ERROR_CONFLICT);
    assert_int_equal(accounts_change(world->store, &disabled, NULL, &world->error), ERROR_CONFLICT);
    assert_int_equal(accounts_delete(world->store, id, &world->error), ERROR_CONFLICT);
    assert_string_equal(find(world, id).role, "admin");
    assert_false(find(world, id).disabled);
}

static void test_the_last_admin_stays(void **state)
{
    struct store_world *world = *state;
    int64_t anna = add(world, "anna", "admin");
    int64_t bert = add(world, "bert", "admin");
    struct account disabled = find(world, bert);

    add(world, "carl", "user");
    disabled.disabled = true;
    must(world, accounts_change(world->store, &disabled, NULL, &world->error));
    log_in(world, anna, "of anna", NOW);
    expect_last_admin_refused(world, anna);
    assert_true(is_logged_in(world, "of anna", NOW));
    disabled.disabled = false;
    must(world, accounts_change(world->store, &disabled, NULL, &world->error));
    must(world, accounts_delete(world->store, anna, &world->error));
    expect_last_admin_refused(world, bert);
}

static void test_others_may_be_changed_where_no_admin_is(void **state)
{
    struct store_world *world = *state;
    struct account viewer = find(world, add(world, "by proxy", "viewer"));

    viewer.disabled = true;
    must(world, accounts_change(world->store, &viewer, NULL, &world->error));
    must(world, accounts_delete(world->store, viewer.id, &world->error));
}

static void test_a_change_without_password_keeps_it_and_the_sessions(void **state)
{
    struct store_world *world = *state;
    struct account anna = find(world, add(world, "anna", "admin"));

    log_in(world, anna.id, "browser", NOW);
    anna.password = "";
    anna.seerr_user = 9;
    must(world, accounts_change(world->store, &anna, NULL, &world->error));
    assert_string_equal(find(world, anna.id).password, "$argon2id$a");
    assert_int_equal(find(world, anna.id).seerr_user, 9);
    assert_true(is_logged_in(world, "browser", NOW));
}

static void test_a_new_password_ends_all_other_sessions(void **state)
{
    struct store_world *world = *state;
    struct account anna = find(world, add(world, "anna", "admin"));
    int64_t bert = add(world, "bert", "user");

    log_in(world, anna.id, "this one", NOW);
    log_in(world, anna.id, "stolen", NOW);
    log_in(world, bert, "of bert", NOW);
    anna.password = "$argon2id$new";
    must(world, accounts_change(world->store, &anna, "this one", &world->error));
    assert_string_equal(find(world, anna.id).password, "$argon2id$new");
    assert_true(is_logged_in(world, "this one", NOW));
    assert_false(is_logged_in(world, "stolen", NOW));
    assert_true(is_logged_in(world, "of bert", NOW));
    must(world, accounts_change(world->store, &anna, NULL, &world->error));
    assert_false(is_logged_in(world, "this one", NOW));
}

static void test_changing_ones_password_undoes_no_other_change(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, "bert", "admin");
    struct account seen = find(world, id), demoted = seen;

    add(world, "anna", "admin");
    log_in(world, id, "this one", NOW);
    log_in(world, id, "stolen", NOW);
    demoted.role = "viewer";
    demoted.password = "";
    must(world, accounts_change(world->store, &demoted, NULL, &world->error));
    must(world, accounts_set_password(world->store, id, seen.password, "$argon2id$b", "this one",
                                      &world->error));
    assert_string_equal(find(world, id).password, "$argon2id$b");
    assert_string_equal(find(world, id).role, "viewer");
    assert_true(is_logged_in(world, "this one", NOW));
    assert_false(is_logged_in(world, "stolen", NOW));
    assert_int_equal(
        accounts_set_password(world->store, id, seen.password, "$argon2id$c", NULL, &world->error),
        ERROR_CONFLICT);
    demoted.disabled = true;
    must(world, accounts_change(world->store, &demoted, NULL, &world->error));
    assert_int_equal(
        accounts_set_password(world->store, id, "$argon2id$b", "$argon2id$c", NULL, &world->error),
        ERROR_CONFLICT);
    assert_true(find(world, id).disabled);
    assert_string_equal(find(world, id).password, "$argon2id$b");
}

static void test_a_password_that_was_changed_during_its_check_opens_nothing(void **state)
{
    struct store_world *world = *state;
    struct account anna = find(world, add(world, "anna", "admin"));
    struct login_session late = {
        .digest = "late", .user_id = anna.id, .expires_at = 2 * NOW, .password = anna.password};

    anna.password = "$argon2id$new";
    must(world, accounts_change(world->store, &anna, NULL, &world->error));
    assert_int_equal(sessions_add(world->store, &late, &world->error), ERROR_NOT_FOUND);
    assert_false(is_logged_in(world, "late", NOW));
    late.password = anna.password;
    must(world, sessions_add(world->store, &late, &world->error));
    assert_true(is_logged_in(world, "late", NOW));
}

static void test_a_disabled_account_is_out_at_once_and_for_good(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, "bert", "user");
    struct account bert = find(world, id);
    const struct login_session late = {.digest = "late", .user_id = id, .expires_at = 2 * NOW};
    const struct api_key key = {
        .user_id = id, .name = "n", .digest = "late", .hint = "h", .scope = "read"};
    int64_t key_id = 0;

    log_in(world, id, "browser", NOW);
    add_key(world, id, "key", 0);
    bert.disabled = true;
    must(world, accounts_change(world->store, &bert, "browser", &world->error));
    assert_false(is_logged_in(world, "browser", NOW));
    assert_false(is_key_valid(world, "key", NOW));
    assert_int_equal(sessions_add(world->store, &late, &world->error), ERROR_NOT_FOUND);
    assert_int_equal(api_keys_add(world->store, &key, &key_id, &world->error), ERROR_NOT_FOUND);
    bert.disabled = false;
    must(world, accounts_change(world->store, &bert, NULL, &world->error));
    assert_false(is_logged_in(world, "browser", NOW));
    assert_false(is_key_valid(world, "key", NOW));
}

static void test_a_deleted_account_takes_its_logins_along_and_its_number(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, "bert", "user");

    log_in(world, id, "browser", NOW);
    add_key(world, id, "key", 0);
    must(world, accounts_delete(world->store, id, &world->error));
    assert_false(is_logged_in(world, "browser", NOW));
    assert_false(is_key_valid(world, "key", NOW));
    assert_int_equal(accounts_delete(world->store, id, &world->error), ERROR_NOT_FOUND);
    assert_true(add(world, "another", "user") > id);
}

static void test_changing_who_is_not_there_is_an_error(void **state)
{
    struct store_world *world = *state;
    const struct account nobody = {.id = 7, .name = "nobody", .password = "", .role = "user"};

    assert_int_equal(accounts_change(world->store, &nobody, NULL, &world->error), ERROR_NOT_FOUND);
}

static void test_a_session_comes_with_its_account(void **state)
{
    struct store_world *world = *state;
    struct login_session session;
    struct account account;
    int64_t id = add(world, "anna", "admin");

    log_in(world, id, "digest", NOW);
    must(world, sessions_seen(world->store, "digest", NOW + 5, NOW + 10, &world->error));
    must(world, sessions_find(world->store, world->arena, "digest", NOW, &session, &account,
                              &world->error));
    assert_string_equal(session.digest, "digest");
    assert_int_equal(session.user_id, id);
    assert_int_equal(session.created_at, NOW);
    assert_int_equal(session.last_seen, NOW + 5);
    assert_int_equal(session.expires_at, NOW + 10);
    assert_string_equal(session.address, "192.0.2.1");
    assert_string_equal(session.agent, "curl");
    assert_int_equal(account.id, id);
    assert_string_equal(account.name, "anna");
    assert_string_equal(account.role, "admin");
    assert_string_equal(account.password, "$argon2id$a");
    assert_int_equal(account.created_at, NOW);
}

static void test_a_session_ends_with_its_time(void **state)
{
    struct store_world *world = *state;

    log_in(world, add(world, "anna", "admin"), "digest", NOW);
    assert_true(is_logged_in(world, "digest", 2 * NOW - 1));
    assert_false(is_logged_in(world, "digest", 2 * NOW));
    must(world, sessions_drop_expired(world->store, 2 * NOW - 1, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sessions"), 1);
    must(world, sessions_drop_expired(world->store, 2 * NOW, &world->error));
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sessions"), 0);
}

static void test_sessions_are_ended_one_by_one_or_all(void **state)
{
    struct store_world *world = *state;
    struct login_sessions sessions;
    int64_t anna = add(world, "anna", "admin"), bert = add(world, "bert", "user");

    log_in(world, anna, "old", NOW);
    log_in(world, anna, "new", NOW + 2);
    log_in(world, anna, "middle", NOW + 1);
    log_in(world, bert, "of bert", NOW);
    must(world, sessions_of(world->store, world->arena, anna, &sessions, &world->error));
    assert_int_equal(sessions.count, 3);
    assert_string_equal(sessions.items[0].digest, "new");
    assert_string_equal(sessions.items[2].digest, "old");
    must(world, sessions_end(world->store, "middle", &world->error));
    assert_false(is_logged_in(world, "middle", NOW));
    assert_true(is_logged_in(world, "old", NOW));
    must(world, sessions_end_all(world->store, anna, &world->error));
    assert_false(is_logged_in(world, "old", NOW));
    assert_false(is_logged_in(world, "new", NOW));
    assert_true(is_logged_in(world, "of bert", NOW));
}

static void test_logging_in_for_ever_fills_no_disk(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, "anna", "admin");

    for (int i = 0; i < SESSIONS_KEPT + 5; i++) {
        AUTO_FREE char *digest = memory_print("%d", i);
        log_in(world, id, digest, NOW + i);
    }
    assert_int_equal(store_world_number(world, "SELECT COUNT(*) FROM sessions"), SESSIONS_KEPT);
    assert_false(is_logged_in(world, "4", NOW));
    assert_true(is_logged_in(world, "5", NOW));
}

static void test_a_key_may_what_its_owner_may_now(void **state)
{
    struct store_world *world = *state;
    struct api_key key;
    int64_t id = add(world, "bert", "user");
    struct account bert = find(world, id);

    int64_t key_id = add_key(world, id, "digest", 0);
    must(world, api_keys_used(world->store, key_id, NOW, &world->error));
    must(world,
         api_keys_find(world->store, world->arena, "digest", INT64_MAX, &key, &world->error));
    assert_int_equal(key.id, key_id);
    assert_int_equal(key.user_id, id);
    assert_string_equal(key.user, "bert");
    assert_string_equal(key.role, "user");
    assert_string_equal(key.name, "backup");
    assert_string_equal(key.hint, "wxyz");
    assert_string_equal(key.scope, "sync");
    assert_int_equal(key.last_used, NOW);
    assert_true(key.created_at > 0);
    bert.role = "viewer";
    must(world, accounts_change(world->store, &bert, NULL, &world->error));
    must(world, api_keys_find(world->store, world->arena, "digest", NOW, &key, &world->error));
    assert_string_equal(key.role, "viewer");
}

static void test_a_key_ends_with_its_time_or_when_it_is_revoked(void **state)
{
    struct store_world *world = *state;
    struct api_keys keys;
    int64_t id = add(world, "anna", "admin");
    int64_t for_ever = add_key(world, id, "for ever", 0);

    add_key(world, id, "until now", NOW);
    assert_true(is_key_valid(world, "until now", NOW - 1));
    assert_false(is_key_valid(world, "until now", NOW));
    assert_true(is_key_valid(world, "for ever", NOW));
    must(world, api_keys_revoke(world->store, for_ever, &world->error));
    assert_false(is_key_valid(world, "for ever", NOW));
    assert_int_equal(api_keys_revoke(world->store, for_ever, &world->error), ERROR_NOT_FOUND);
    must(world, api_keys_load(world->store, world->arena, &keys, &world->error));
    assert_int_equal(keys.count, 1);
    assert_string_equal(keys.items[0].digest, "until now");
    assert_string_equal(keys.items[0].user, "anna");
}

static void test_an_account_has_so_many_keys_and_no_more(void **state)
{
    struct store_world *world = *state;
    int64_t id = add(world, "anna", "admin"), key_id = 0;
    const struct api_key more = {
        .user_id = id, .name = "n", .digest = "more", .hint = "h", .scope = "read"};

    for (int i = 0; i < API_KEYS_MOST; i++) {
        AUTO_FREE char *digest = memory_print("%d", i);
        key_id = add_key(world, id, digest, 0);
    }
    assert_int_equal(api_keys_add(world->store, &more, &key_id, &world->error), ERROR_LIMIT);
    must(world, api_keys_revoke(world->store, key_id, &world->error));
    must(world, api_keys_add(world->store, &more, &key_id, &world->error));
}

static void test_the_newest_token_key_signs_and_old_ones_go(void **state)
{
    struct store_world *world = *state;
    struct token_keys keys;
    int64_t first = 0, second = 0, third = 0;

    must(world, token_keys_rotate(world->store, "a", 10, 0, &first, &world->error));
    must(world, token_keys_rotate(world->store, "b", 20, 5, &second, &world->error));
    must(world, token_keys_load(world->store, world->arena, &keys, &world->error));
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.items[0].id, second);
    assert_string_equal(keys.items[0].sealed, "b");
    assert_int_equal(keys.items[0].created_at, 20);
    assert_int_equal(keys.items[0].retired_at, 0);
    assert_int_equal(keys.items[1].id, first);
    assert_int_equal(keys.items[1].retired_at, 20);
    must(world, token_keys_rotate(world->store, "c", 30, 21, &third, &world->error));
    must(world, token_keys_load(world->store, world->arena, &keys, &world->error));
    assert_int_equal(keys.count, 2);
    assert_int_equal(keys.items[0].id, third);
    assert_int_equal(keys.items[1].id, second);
    assert_int_equal(keys.items[1].retired_at, 30);
}

#define WITH_WORLD(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, store_world_setup, store_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(test_an_account_is_found_as_it_was_added),
        WITH_WORLD(test_accounts_come_by_name),
        WITH_WORLD(test_a_name_is_taken_in_any_case),
        WITH_WORLD(test_only_the_first_account_is_added_as_the_first),
        WITH_WORLD(test_the_last_admin_stays),
        WITH_WORLD(test_others_may_be_changed_where_no_admin_is),
        WITH_WORLD(test_a_change_without_password_keeps_it_and_the_sessions),
        WITH_WORLD(test_a_new_password_ends_all_other_sessions),
        WITH_WORLD(test_changing_ones_password_undoes_no_other_change),
        WITH_WORLD(test_a_password_that_was_changed_during_its_check_opens_nothing),
        WITH_WORLD(test_a_disabled_account_is_out_at_once_and_for_good),
        WITH_WORLD(test_a_deleted_account_takes_its_logins_along_and_its_number),
        WITH_WORLD(test_changing_who_is_not_there_is_an_error),
        WITH_WORLD(test_a_session_comes_with_its_account),
        WITH_WORLD(test_a_session_ends_with_its_time),
        WITH_WORLD(test_sessions_are_ended_one_by_one_or_all),
        WITH_WORLD(test_logging_in_for_ever_fills_no_disk),
        WITH_WORLD(test_a_key_may_what_its_owner_may_now),
        WITH_WORLD(test_a_key_ends_with_its_time_or_when_it_is_revoked),
        WITH_WORLD(test_an_account_has_so_many_keys_and_no_more),
        WITH_WORLD(test_the_newest_token_key_signs_and_old_ones_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

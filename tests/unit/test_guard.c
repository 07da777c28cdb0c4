/* Who is calling, and may they: every kind of caller at every kind of door. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/guard_world.h"

static const struct route routes[] = {
    {.id = "none", .access = ACCESS_NONE},
    {.id = "read", .access = ACCESS_READ},
    {.id = "sync", .access = ACCESS_SYNC},
    {.id = "admin", .access = ACCESS_ADMIN},
};

enum { READ_IT, CHANGE_IT, CHANGE_WITH_CSRF, WAYS };

static const enum web_method methods[WAYS] = {WEB_GET, WEB_POST, WEB_DELETE};

struct caller_kind {
    const char *name;
    /* fills in what this caller sends */
    void (*dress)(struct guard_world *world, struct visit *visit);
    int expected[WAYS][ARRAY_LENGTH(routes)];
};

static void as_nobody(struct guard_world *world, struct visit *visit)
{
    (void)world;
    (void)visit;
}

static int64_t account_of(struct guard_world *world, const char *role)
{
    struct account account;

    if (accounts_find_name(world->store, world->arena, role, &account, NULL))
        return guard_world_account(world, role, role, "");
    return account.id;
}

static void with_session(struct guard_world *world, struct visit *visit, const char *role)
{
    visit->cookie = guard_world_session(world, account_of(world, role));
    visit->csrf = guard_world_csrf(world, visit->cookie);
}

static void as_viewer(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "viewer");
}

static void as_user(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "user");
}

static void as_admin(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "admin");
}

static void with_key(struct guard_world *world, struct visit *visit, const char *role,
                     const char *scope)
{
    visit->headers[0] =
        (struct web_pair){"X-Api-Key", guard_world_key(world, account_of(world, role), scope)};
}

static void as_admins_read_key(struct guard_world *world, struct visit *visit)
{
    with_key(world, visit, "admin", "read");
}

static void as_admins_admin_key(struct guard_world *world, struct visit *visit)
{
    with_key(world, visit, "admin", "admin");
}

static void as_viewers_admin_key(struct guard_world *world, struct visit *visit)
{
    with_key(world, visit, "viewer", "admin");
}

static void as_users_bearer_key(struct guard_world *world, struct visit *visit)
{
    const char *key = guard_world_key(world, account_of(world, "user"), "sync");

    visit->headers[0] =
        (struct web_pair){"Authorization", arena_print(world->arena, "bearer  %s", key)};
}

static void as_admins_sync_token(struct guard_world *world, struct visit *visit)
{
    const char *token = guard_world_token(world, account_of(world, "admin"), "sync");

    visit->headers[0] = (struct web_pair){"Authorization", token};
}

static void as_viewers_admin_token(struct guard_world *world, struct visit *visit)
{
    const char *token = guard_world_token(world, account_of(world, "viewer"), "admin");

    visit->headers[0] = (struct web_pair){"Authorization", token};
}

static void as_proxys_user(struct guard_world *world, struct visit *visit)
{
    const struct caller caller = {.how = "proxy", .user_id = account_of(world, "user")};

    visit->headers[0] = (struct web_pair){"Remote-User", "user"};
    visit->peer = "10.9.9.9";
    visit->client = "203.0.113.7";
    visit->csrf = guard_csrf_token(world->api.guard, &caller, world->arena);
}

static void as_strangers_user(struct guard_world *world, struct visit *visit)
{
    (void)account_of(world, "user");
    visit->headers[0] = (struct web_pair){"Remote-User", "user"};
    visit->peer = "10.9.9.8";
}

static void with_wrong_key(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "admin");
    visit->headers[0] =
        (struct web_pair){"X-Api-Key", "lsk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
}

static void with_wrong_token(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "admin");
    visit->headers[0] = (struct web_pair){"Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."};
}

static void with_basic_credentials(struct guard_world *world, struct visit *visit)
{
    with_session(world, visit, "admin");
    visit->headers[0] = (struct web_pair){"Authorization", "Basic YTpi"};
}

static void with_wrong_cookie(struct guard_world *world, struct visit *visit)
{
    (void)world;
    visit->cookie = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
}

/* clang-format off */
static const struct caller_kind kinds[] = {
    {"nobody", as_nobody,
     {{200, 401, 401, 401}, {200, 401, 401, 401}, {200, 401, 401, 401}}},
    {"a viewer's session", as_viewer,
     {{200, 200, 403, 403}, {200, 403, 403, 403}, {200, 200, 403, 403}}},
    {"a user's session", as_user,
     {{200, 200, 200, 403}, {200, 403, 403, 403}, {200, 200, 200, 403}}},
    {"an admin's session", as_admin,
     {{200, 200, 200, 200}, {200, 403, 403, 403}, {200, 200, 200, 200}}},
    {"an admin's key to read", as_admins_read_key,
     {{200, 200, 403, 403}, {200, 200, 403, 403}, {200, 200, 403, 403}}},
    {"an admin's key for all", as_admins_admin_key,
     {{200, 200, 200, 200}, {200, 200, 200, 200}, {200, 200, 200, 200}}},
    {"a viewer's key for all", as_viewers_admin_key,
     {{200, 200, 403, 403}, {200, 200, 403, 403}, {200, 200, 403, 403}}},
    {"a user's key as bearer", as_users_bearer_key,
     {{200, 200, 200, 403}, {200, 200, 200, 403}, {200, 200, 200, 403}}},
    {"an admin's token to sync", as_admins_sync_token,
     {{200, 200, 200, 403}, {200, 200, 200, 403}, {200, 200, 200, 403}}},
    {"a viewer's token for all", as_viewers_admin_token,
     {{200, 200, 403, 403}, {200, 200, 403, 403}, {200, 200, 403, 403}}},
    {"the trusted proxy's user", as_proxys_user,
     {{200, 200, 200, 403}, {200, 403, 403, 403}, {200, 200, 200, 403}}},
    {"a stranger who says who he is", as_strangers_user,
     {{200, 401, 401, 401}, {200, 401, 401, 401}, {200, 401, 401, 401}}},
    {"a wrong key beside a session", with_wrong_key,
     {{200, 401, 401, 401}, {200, 401, 401, 401}, {200, 401, 401, 401}}},
    {"a wrong token beside a session", with_wrong_token,
     {{200, 401, 401, 401}, {200, 401, 401, 401}, {200, 401, 401, 401}}},
    {"a proxy's Basic beside a session", with_basic_credentials,
     {{200, 200, 200, 200}, {200, 403, 403, 403}, {200, 200, 200, 200}}},
    {"a cookie of nobody's", with_wrong_cookie,
     {{200, 401, 401, 401}, {200, 401, 401, 401}, {200, 401, 401, 401}}},
};
/* clang-format on */

static void try_all_doors(struct guard_world *world, const struct caller_kind *kind)
{
    for (int way = 0; way < WAYS; way++) {
        for (size_t i = 0; i < ARRAY_LENGTH(routes); i++) {
            struct visit visit = {0};
            kind->dress(world, &visit);
            visit.method = methods[way];
            if (way != CHANGE_WITH_CSRF)
                visit.csrf = NULL;
            int status = guard_world_admit(world, &visit, &routes[i], NULL);
            if (status != kind->expected[way][i])
                fail_msg("%s at %s %s: %d instead of %d", kind->name, web_method_word(visit.method),
                         routes[i].id, status, kind->expected[way][i]);
            assert_true(status != 401 || guard_world_header(world, "WWW-Authenticate"));
        }
    }
}

static void test_every_caller_at_every_door(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(
        (const char *[]){"LISTSYNC_AUTH_HEADER=Remote-User", "LISTSYNC_RATE_LIMIT=0", NULL});

    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        try_all_doors(world, &kinds[i]);
    guard_world_close(world);
}

static int admit_at(struct guard_world *world, enum access access, const struct visit *visit)
{
    return guard_world_admit(world, visit, &routes[access], NULL);
}

/* ---- who need not log in ---- */

struct nearness {
    const char *peer, *client;
    struct web_pair header;
    int status;
};

/* clang-format off */
static const struct nearness neighbours[] = {
    {"127.0.0.1", NULL, {NULL, NULL}, 200},
    {"::1", NULL, {NULL, NULL}, 200},
    {"192.168.1.20", NULL, {NULL, NULL}, 200},
    {"172.17.0.1", NULL, {NULL, NULL}, 200},
    {"fe80::5", NULL, {NULL, NULL}, 200},
    {"fd00::5", NULL, {NULL, NULL}, 200},
    {"203.0.113.7", NULL, {NULL, NULL}, 401},
    {"2001:4860::1", NULL, {NULL, NULL}, 401},
    {"0.0.0.0", NULL, {NULL, NULL}, 401},
    /* somebody stands between, and is not trusted: be it the other end or the client's own word */
    {"192.168.1.20", NULL, {"X-Forwarded-For", "192.168.1.30"}, 401},
    {"127.0.0.1", NULL, {"X-Forwarded-For", "203.0.113.7"}, 401},
    {"127.0.0.1", NULL, {"Forwarded", "for=127.0.0.1"}, 401},
    {"127.0.0.1", NULL, {"X-Real-IP", "127.0.0.1"}, 401},
    {"127.0.0.1", NULL, {"Via", "1.1 proxy"}, 401},
    {"203.0.113.7", NULL, {"X-Forwarded-For", "127.0.0.1"}, 401},
    /* the trusted proxy: whom it names counts, and when it names nobody, nobody does */
    {"10.9.9.9", "192.168.1.20", {"X-Forwarded-For", "192.168.1.20"}, 200},
    {"10.9.9.9", "203.0.113.7", {"X-Forwarded-For", "203.0.113.7"}, 401},
    {"10.9.9.9", "::", {"X-Forwarded-For", "unknown"}, 401},
    {"10.9.9.9", NULL, {NULL, NULL}, 401},
};
/* clang-format on */

static void test_only_who_is_local_beyond_doubt_needs_no_login(void **state)
{
    (void)state;
    struct guard_world *world =
        guard_world_open((const char *[]){"LISTSYNC_AUTH=disabled_for_local_addresses", NULL});

    guard_world_account(world, "anna", "admin", "");
    for (size_t i = 0; i < ARRAY_LENGTH(neighbours); i++) {
        const struct nearness *near = &neighbours[i];
        const struct visit visit = {
            .peer = near->peer, .client = near->client, .headers = {near->header}};
        int status = admit_at(world, ACCESS_ADMIN, &visit);
        if (status != near->status)
            fail_msg("case %zu from %s: %d", i, near->peer, status);
    }
    guard_world_close(world);
}

static void test_with_login_off_everybody_is_admin_and_a_key_is_still_a_key(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_AUTH=disabled", NULL});
    const struct visit stranger = {.peer = "203.0.113.7"};
    struct visit reader = {0};
    struct caller caller;

    assert_int_equal(guard_world_admit(world, &stranger, &routes[ACCESS_ADMIN], &caller), 200);
    assert_string_equal(caller.how, "local");
    assert_int_equal(caller.user_id, 0);
    as_admins_read_key(world, &reader);
    assert_int_equal(admit_at(world, ACCESS_ADMIN, &reader), 403);
    with_wrong_key(world, &reader);
    assert_int_equal(admit_at(world, ACCESS_READ, &reader), 401);
    guard_world_close(world);
}

static const struct {
    const char *host;
    int status;
} names[] = {
    {"127.0.0.1:4222", 200},
    {"[::1]:4222", 200},
    {"nas", 200},
    {"nas.lan", 200},
    {"nas.local:4222", 200},
    {"nas.home.arpa", 200},
    {"localhost", 200},
    {"list.example.org", 200},
    {"list.example.org:4222", 200},
    {"evil.example", 403},
    {"evil.example:4222", 403},
    {"127.0.0.1.evil.example", 403},
    {"", 200}, /* no browser */
    {"not a host", 403},
    {"x.list.example.org", 403},
};

static void test_a_name_that_a_stranger_points_at_us_is_refused_while_login_is_off(void **state)
{
    (void)state;
    static const char *const modes[] = {"LISTSYNC_AUTH=disabled",
                                        "LISTSYNC_AUTH=disabled_for_local_addresses"};

    for (size_t mode = 0; mode < ARRAY_LENGTH(modes); mode++) {
        struct guard_world *world = guard_world_open(
            (const char *[]){modes[mode], "LISTSYNC_ALLOWED_HOSTS=list.example.org", NULL});
        for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
            const struct visit visit = {.host = names[i].host};
            int status = admit_at(world, ACCESS_READ, &visit);
            if (status != names[i].status)
                fail_msg("%s: %d", names[i].host, status);
            assert_true(status == 200 || strcmp(guard_world_code(world), "host_unknown") == 0);
        }
        guard_world_close(world);
    }
}

static void test_the_name_does_not_matter_to_who_has_logged_in(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){"LISTSYNC_AUTH=disabled", NULL});
    struct visit visit = {.host = "evil.example"};

    as_viewer(world, &visit);
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 200);
    guard_world_close(world);
}

/* ---- proxies ---- */

static int through_proxy(struct guard_world *world, const char *name, struct caller *ret_caller)
{
    const struct visit visit = {
        .peer = "10.9.9.9", .client = "203.0.113.7", .headers = {{"Remote-User", name}}};

    return guard_world_admit(world, &visit, &routes[ACCESS_READ], ret_caller);
}

static void test_a_proxy_may_only_name_who_has_an_account(void **state)
{
    (void)state;
    struct guard_world *world =
        guard_world_open((const char *[]){"LISTSYNC_AUTH_HEADER=Remote-User", NULL});
    struct account account;

    guard_world_account(world, "anna", "admin", "");
    assert_int_equal(through_proxy(world, "ANNA", NULL), 200);
    assert_int_equal(through_proxy(world, "mallory", NULL), 403);
    assert_string_equal(guard_world_code(world), "account_unknown");
    assert_int_equal(through_proxy(world, "a\nb", NULL), 403);
    assert_int_equal(through_proxy(world, "", NULL), 401);
    assert_int_equal(accounts_find_name(world->store, world->arena, "mallory", &account, NULL),
                     ERROR_NOT_FOUND);
    guard_world_close(world);
}

static void test_a_proxy_makes_accounts_of_the_role_that_is_set(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open((const char *[]){
        "LISTSYNC_AUTH_HEADER=Remote-User", "LISTSYNC_AUTH_HEADER_ROLE=viewer", NULL});
    struct caller caller;

    assert_int_equal(through_proxy(world, "bert", NULL), 403); /* no admin yet to look after him */
    guard_world_account(world, "anna", "admin", "");
    assert_int_equal(through_proxy(world, "bert", &caller), 200);
    assert_int_equal(caller.access, ACCESS_READ);
    assert_int_equal(through_proxy(world, "bert", &caller), 200);
    assert_string_equal(caller.name, "bert");
    guard_world_close(world);
}

static void test_a_login_header_that_comes_twice_is_refused(void **state)
{
    (void)state;
    struct guard_world *world =
        guard_world_open((const char *[]){"LISTSYNC_AUTH_HEADER=Remote-User", NULL});
    const struct visit visit = {.peer = "10.9.9.9",
                                .headers = {{"Remote-User", "anna"}, {"remote-user", "bert"}}};

    guard_world_account(world, "anna", "admin", "");
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 403);
    assert_string_equal(guard_world_code(world), "login_header_twice");
    guard_world_close(world);
}

static void test_the_login_header_is_nothing_unless_it_is_set(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);

    guard_world_account(world, "anna", "admin", "");
    assert_int_equal(through_proxy(world, "anna", NULL), 401);
    guard_world_close(world);
}

/* ---- ends ---- */

static void test_a_session_slides_and_ends(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    struct visit visit = {0};

    as_viewer(world, &visit);
    for (int day = 0; day < 179; day += 29) {
        assert_int_equal(admit_at(world, ACCESS_READ, &visit), 200);
        guard_world_pass(29 * GUARD_DAY_MS);
    }
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 401); /* 203 days: over the cap */
    as_viewer(world, &visit);
    guard_world_pass(30 * GUARD_DAY_MS + 1);
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 401);
    guard_world_close(world);
}

static int64_t last_seen(struct guard_world *world)
{
    struct login_sessions sessions;

    assert_int_equal(
        sessions_of(world->store, world->arena, account_of(world, "viewer"), &sessions, NULL),
        ERROR_NONE);
    return sessions.items[0].last_seen;
}

static void test_last_seen_is_written_once_a_minute(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    struct visit visit = {0};
    int64_t began = guard_world_now();

    as_viewer(world, &visit);
    guard_world_pass(GUARD_MINUTE_MS - 1);
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 200);
    assert_int_equal(last_seen(world), began);
    guard_world_pass(1);
    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 200);
    assert_int_equal(last_seen(world), began + GUARD_MINUTE_MS);
    guard_world_close(world);
}

static void test_what_an_account_had_ends_with_it(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t admin = guard_world_account(world, "anna", "admin", "");
    int64_t user = guard_world_account(world, "bert", "user", "");
    const struct visit session = {.cookie = guard_world_session(world, user)};
    const struct visit key = {.headers = {{"X-Api-Key", guard_world_key(world, user, "sync")}}};
    const struct visit token = {
        .headers = {{"Authorization", guard_world_token(world, user, "sync")}}};
    const struct visit *const visits[] = {&session, &key, &token};
    struct account account = {.id = user, .name = "bert", .role = "user", .password = ""};

    (void)admin;
    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++)
        assert_int_equal(admit_at(world, ACCESS_SYNC, visits[i]), 200);
    account.role = "viewer";
    assert_int_equal(accounts_change(world->store, &account, NULL, NULL), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++)
        assert_int_equal(admit_at(world, ACCESS_SYNC, visits[i]), 403);
    account.disabled = true;
    assert_int_equal(accounts_change(world->store, &account, NULL, NULL), ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(visits); i++)
        assert_int_equal(admit_at(world, ACCESS_READ, visits[i]), 401);
    guard_world_close(world);
}

static void test_an_open_connection_learns_that_its_caller_has_gone(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    struct guard *guard = world->api.guard;
    struct visit session = {0}, key = {0};
    struct caller by_session, by_key;
    struct api_keys keys;

    as_viewer(world, &session);
    as_admins_read_key(world, &key);
    assert_int_equal(guard_world_admit(world, &session, &routes[ACCESS_READ], &by_session), 200);
    assert_int_equal(guard_world_admit(world, &key, &routes[ACCESS_READ], &by_key), 200);
    assert_true(guard_still(guard, world->store, &by_session, ACCESS_READ));
    assert_true(guard_still(guard, world->store, &by_key, ACCESS_READ));
    assert_false(guard_still(guard, world->store, &by_key, ACCESS_ADMIN));
    assert_int_equal(sessions_end(world->store, by_session.session, NULL), ERROR_NONE);
    assert_int_equal(api_keys_load(world->store, world->arena, &keys, NULL), ERROR_NONE);
    assert_int_equal(api_keys_revoke(world->store, keys.items[0].id, NULL), ERROR_NONE);
    assert_false(guard_still(guard, world->store, &by_session, ACCESS_READ));
    assert_false(guard_still(guard, world->store, &by_key, ACCESS_READ));
    guard_world_close(world);
}

/* ---- keys in the wrong place ---- */

static void test_a_key_in_the_url_does_not_count(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const char *key = guard_world_key(world, account_of(world, "admin"), "admin");
    const struct visit visit = {.query = {"api_key", key}};

    assert_int_equal(admit_at(world, ACCESS_READ, &visit), 401);
    assert_string_equal(guard_world_code(world), "key_in_url");
    assert_non_null(strstr(guard_world_text(world, "detail"), "X-Api-Key"));
    assert_int_equal(admit_at(world, ACCESS_NONE, &visit), 200);
    guard_world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_caller_at_every_door),
        cmocka_unit_test(test_only_who_is_local_beyond_doubt_needs_no_login),
        cmocka_unit_test(test_with_login_off_everybody_is_admin_and_a_key_is_still_a_key),
        cmocka_unit_test(test_a_name_that_a_stranger_points_at_us_is_refused_while_login_is_off),
        cmocka_unit_test(test_the_name_does_not_matter_to_who_has_logged_in),
        cmocka_unit_test(test_a_proxy_may_only_name_who_has_an_account),
        cmocka_unit_test(test_a_proxy_makes_accounts_of_the_role_that_is_set),
        cmocka_unit_test(test_a_login_header_that_comes_twice_is_refused),
        cmocka_unit_test(test_the_login_header_is_nothing_unless_it_is_set),
        cmocka_unit_test(test_a_session_slides_and_ends),
        cmocka_unit_test(test_last_seen_is_written_once_a_minute),
        cmocka_unit_test(test_what_an_account_had_ends_with_it),
        cmocka_unit_test(test_an_open_connection_learns_that_its_caller_has_gone),
        cmocka_unit_test(test_a_key_in_the_url_does_not_count),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

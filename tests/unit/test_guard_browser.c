/* What a browser does for a page of somebody else, and what each answer tells browsers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/guard_world.h"

static const struct route read_route = {.id = "read", .access = ACCESS_READ};
static const struct route sync_route = {.id = "sync", .access = ACCESS_SYNC};

/* ---- whose page ---- */

static const struct {
    const char *origin, *site, *host;
    bool is_tls;
    int status;
} pages[] = {
    {NULL, NULL, NULL, false, 200}, /* no browser */
    {"http://listsync.lan:4222", NULL, NULL, false, 200},
    {"http://listsync.lan:4222", "same-origin", NULL, false, 200},
    {"http://listsync.lan:3222", "same-site", NULL, false, 403}, /* a neighbour on the machine */
    {"http://evil.example", NULL, NULL, false, 403},
    {"http://evil.example", "cross-site", NULL, false, 403},
    {NULL, "cross-site", NULL, false, 403},
    {NULL, "same-origin", NULL, false, 200},
    {NULL, "none", NULL, false, 200},
    {"http://evil.example", "none", NULL, false, 403},
    {"null", NULL, NULL, false, 403},
    {"null", "cross-site", NULL, false, 403},
    {"", NULL, NULL, false, 403},
    {"http://listsync.lan:4222.evil.example", NULL, NULL, false, 403},
    {"http://listsync.lan:4222@evil.example", NULL, NULL, false, 403},
    {"https://list.lan", NULL, "list.lan", true, 200},
    {"http://list.lan", NULL, "list.lan", true, 403},
    {"https://list.lan", NULL, "list.lan", false, 200},              /* a proxy speaks TLS for us */
    {"https://list.lan", "same-origin", "backend:4222", false, 200}, /* and changes Host */
    {"https://dash.example.org", "cross-site", NULL, false, 200},    /* allowed by the setting */
    {"http://dash.example.org", "cross-site", NULL, false, 403},
    {"https://list.example.org", "same-site", NULL, false, 200}, /* a further name of ours */
    {"https://list.example.org:8443", "same-site", NULL, false, 403},
};

static struct guard_world *world_of_pages(const char *mode)
{
    return guard_world_open((const char *[]){mode, "CORS_ALLOWED_ORIGINS=https://dash.example.org",
                                             "LISTSYNC_ALLOWED_HOSTS=list.example.org",
                                             "LISTSYNC_RATE_LIMIT=0", NULL});
}

static struct visit visit_from_page(size_t i)
{
    struct visit visit = {.host = pages[i].host, .is_tls = pages[i].is_tls};
    size_t count = 0;

    if (pages[i].origin)
        visit.headers[count++] = (struct web_pair){"Origin", pages[i].origin};
    if (pages[i].site)
        visit.headers[count++] = (struct web_pair){"Sec-Fetch-Site", pages[i].site};
    return visit;
}

static void check_page(struct guard_world *world, size_t i, const struct visit *visit)
{
    int status = guard_world_admit(world, visit, &sync_route, NULL);

    if (status != pages[i].status)
        fail_msg("page %zu (%s): %d", i, pages[i].origin ? pages[i].origin : "-", status);
    assert_true(status == 200 || strcmp(guard_world_code(world), "foreign_origin") == 0);
}

static void test_a_session_acts_only_for_pages_of_ours_and_allowed_ones(void **state)
{
    (void)state;
    struct guard_world *world = world_of_pages("LISTSYNC_AUTH=enabled");
    const char *cookie = guard_world_session(world, guard_world_account(world, "a", "user", ""));

    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        struct visit visit = visit_from_page(i);
        visit.method = WEB_POST;
        visit.cookie = cookie;
        visit.csrf = guard_world_csrf(world, cookie);
        check_page(world, i, &visit);
    }
    guard_world_close(world);
}

static void test_with_login_off_nothing_is_changed_for_a_foreign_page(void **state)
{
    (void)state;
    struct guard_world *world = world_of_pages("LISTSYNC_AUTH=disabled");

    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        struct visit visit = visit_from_page(i);
        visit.method = WEB_DELETE;
        check_page(world, i, &visit);
    }
    guard_world_close(world);
}

static void test_a_websocket_is_opened_only_for_pages_of_ours(void **state)
{
    (void)state;
    struct guard_world *world = world_of_pages("LISTSYNC_AUTH=enabled");
    const char *cookie = guard_world_session(world, guard_world_account(world, "a", "user", ""));

    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++) {
        struct visit visit = visit_from_page(i);
        visit.headers[2] = (struct web_pair){"Upgrade", "websocket"};
        for (size_t j = 0; j < 2; j++)
            if (!visit.headers[j].name)
                visit.headers[j] = (struct web_pair){"Connection", "Upgrade"};
        visit.cookie = cookie;
        check_page(world, i, &visit);
    }
    guard_world_close(world);
}

static void test_reading_is_left_to_cors_and_keys_speak_for_themselves(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t anna = guard_world_account(world, "anna", "user", "");
    const struct visit reading = {.cookie = guard_world_session(world, anna),
                                  .headers = {{"Origin", "http://evil.example"}}};
    const struct visit with_key = {
        .method = WEB_POST,
        .headers = {{"Origin", "http://elsewhere.example"},
                    {"X-Api-Key", guard_world_key(world, anna, "sync")}}};

    assert_int_equal(guard_world_admit(world, &reading, &read_route, NULL), 200);
    assert_int_equal(guard_world_admit(world, &with_key, &sync_route, NULL), 200);
    guard_world_close(world);
}

/* ---- the token against forged requests ---- */

static int change_with(struct guard_world *world, const char *cookie, const char *csrf)
{
    const struct visit visit = {.method = WEB_POST, .cookie = cookie, .csrf = csrf};

    return guard_world_admit(world, &visit, &sync_route, NULL);
}

static void test_a_csrf_token_belongs_to_one_session(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    int64_t anna = guard_world_account(world, "anna", "user", "");
    const char *mine = guard_world_session(world, anna);
    const char *other = guard_world_session(world, anna);
    const char *csrf = guard_world_csrf(world, mine);

    assert_int_equal(change_with(world, mine, csrf), 200);
    assert_int_equal(change_with(world, mine, NULL), 403);
    assert_string_equal(guard_world_code(world), "csrf_token");
    assert_int_equal(change_with(world, mine, ""), 403);
    assert_int_equal(change_with(world, mine, guard_world_csrf(world, other)), 403);
    assert_int_equal(change_with(world, mine, arena_print(world->arena, "%sA", csrf)), 403);
    assert_int_equal(change_with(world, mine, mine), 403);
    guard_world_close(world);
}

static void test_the_session_route_gives_the_token(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const char *cookie = guard_world_session(world, guard_world_account(world, "a", "viewer", ""));
    const struct visit visit = {.path = "/api/auth/session", .cookie = cookie};
    const struct visit nobody = {.path = "/api/auth/session"};

    assert_int_equal(guard_world_send(world, &visit), 200);
    assert_string_equal(guard_world_text(world, "csrf_token"), guard_world_csrf(world, cookie));
    assert_string_equal(guard_world_text(world, "access"), "read");
    assert_string_equal(guard_world_header(world, "Cache-Control"), "no-store");
    assert_int_equal(guard_world_send(world, &nobody), 200);
    assert_null(guard_world_text(world, "csrf_token"));
    assert_string_equal(guard_world_text(world, "how"), "none");
    guard_world_close(world);
}

static void test_a_proxys_person_gets_a_token_as_well(void **state)
{
    (void)state;
    struct guard_world *world =
        guard_world_open((const char *[]){"LISTSYNC_AUTH_HEADER=Remote-User", NULL});
    struct visit visit = {
        .path = "/api/auth/session", .peer = "10.9.9.9", .headers = {{"Remote-User", "anna"}}};

    guard_world_account(world, "anna", "user", "");
    assert_int_equal(guard_world_send(world, &visit), 200);
    visit.csrf = guard_world_text(world, "csrf_token");
    assert_non_null(visit.csrf);
    visit.method = WEB_POST;
    assert_int_equal(guard_world_admit(world, &visit, &sync_route, NULL), 200);
    guard_world_close(world);
}

static void test_risky_settings_are_said_aloud(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(
        (const char *[]){"LISTSYNC_AUTH=disabled", "CORS_ALLOWED_ORIGINS=*", NULL});
    const struct visit visit = {.path = "/api/auth/session"};

    assert_int_equal(guard_world_send(world, &visit), 200);
    assert_string_equal(guard_world_text(world, "login"), "disabled");
    assert_non_null(strstr(guard_world_text(world, "warning"), "login is off"));
    assert_non_null(strstr(guard_world_text(world, "warning"), "CORS_ALLOWED_ORIGINS"));
    guard_world_close(world);
}

/* ---- headers ---- */

static const struct {
    const char *setting, *origin;
    const char *allowed; /* NULL: not told */
    bool with_credentials;
} shares[] = {
    {"CORS_ALLOWED_ORIGINS=", "https://dash.example.org", NULL, false},
    {"CORS_ALLOWED_ORIGINS=https://dash.example.org", NULL, NULL, false},
    {"CORS_ALLOWED_ORIGINS=https://dash.example.org", "https://evil.example", NULL, false},
    {"CORS_ALLOWED_ORIGINS=https://dash.example.org", "null", NULL, false},
    {"CORS_ALLOWED_ORIGINS=https://dash.example.org", "https://dash.example.org",
     "https://dash.example.org", true},
    {"CORS_ALLOWED_ORIGINS=*", "https://evil.example", "*", false},
    {"CORS_ALLOWED_ORIGINS=*", "null", "*", false},
    {"CORS_ALLOWED_ORIGINS=*,https://dash.example.org", "https://dash.example.org",
     "https://dash.example.org", true},
};

static void check_share(struct guard_world *world, size_t i)
{
    const char *allowed = guard_world_header(world, "Access-Control-Allow-Origin");
    const char *credentials = guard_world_header(world, "Access-Control-Allow-Credentials");

    if (shares[i].allowed && allowed)
        assert_string_equal(allowed, shares[i].allowed);
    else if (shares[i].allowed != allowed)
        fail_msg("case %zu: %s", i, allowed ? allowed : "not told");
    assert_int_equal(credentials != NULL, shares[i].with_credentials);
}

static void test_answers_are_shared_with_allowed_origins_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(shares); i++) {
        struct guard_world *world = guard_world_open((const char *[]){shares[i].setting, NULL});
        struct visit visit = {.path = "/api/auth/session"};
        if (shares[i].origin)
            visit.headers[0] = (struct web_pair){"Origin", shares[i].origin};
        assert_int_equal(guard_world_send(world, &visit), 200);
        check_share(world, i);
        visit.method = WEB_OPTIONS;
        visit.headers[1] = (struct web_pair){"Access-Control-Request-Method", "DELETE"};
        if (shares[i].origin) {
            assert_int_equal(guard_world_send(world, &visit), 204);
            check_share(world, i);
            assert_int_equal(guard_world_header(world, "Access-Control-Allow-Methods") != NULL,
                             shares[i].allowed != NULL);
        }
        guard_world_close(world);
    }
}

static void test_a_plain_options_is_no_preflight(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const struct visit visit = {
        .method = WEB_OPTIONS, .path = "/api/users", .headers = {{"Origin", "http://a.example"}}};
    struct web_response response;

    guard_world_send(world, &visit);
    web_response_init(&response, world->arena);
    assert_false(guard_preflight(world->api.guard, &world->request, &response));
    web_response_release(&response);
    guard_world_close(world);
}

static void headers_of(struct guard_world *world, const char *type, const char *host, bool is_tls)
{
    const struct visit visit = {.path = "/api/users", .host = host, .is_tls = is_tls};

    guard_world_send(world, &visit);
    web_response_release(&world->response);
    web_response_init(&world->response, world->arena);
    world->response.status = 200;
    world->response.content_type = type;
    guard_headers(world->api.guard, &world->request, &world->response);
}

static void test_pages_may_use_what_lies_beside_them_and_no_inline_script(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);

    headers_of(world, "text/html; charset=utf-8", NULL, false);
    const char *policy = guard_world_header(world, "Content-Security-Policy");
    assert_non_null(strstr(policy, "default-src 'none'; script-src 'self'; style-src 'self'"));
    assert_non_null(strstr(policy, "frame-ancestors 'none'"));
    assert_null(strstr(policy, "unsafe"));
    headers_of(world, "application/json", NULL, false);
    policy = guard_world_header(world, "Content-Security-Policy");
    assert_null(strstr(policy, "script-src"));
    assert_string_equal(guard_world_header(world, "X-Frame-Options"), "DENY");
    assert_string_equal(guard_world_header(world, "X-Content-Type-Options"), "nosniff");
    assert_string_equal(guard_world_header(world, "Referrer-Policy"), "no-referrer");
    assert_string_equal(guard_world_header(world, "Cache-Control"), "private, no-cache");
    guard_world_close(world);
}

static void test_a_dashboard_may_show_us_in_a_frame_when_it_is_named(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(
        (const char *[]){"LISTSYNC_FRAME_ANCESTORS='self', https://organizr.example.org", NULL});

    headers_of(world, "text/html", NULL, false);
    assert_non_null(strstr(guard_world_header(world, "Content-Security-Policy"),
                           "frame-ancestors 'self' https://organizr.example.org"));
    assert_null(guard_world_header(world, "X-Frame-Options"));
    guard_world_close(world);
}

static void test_hsts_only_where_the_name_is_ours_alone(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);

    headers_of(world, "text/html", "list.example.org", true);
    assert_non_null(guard_world_header(world, "Strict-Transport-Security"));
    headers_of(world, "text/html", "nas.lan:4222", true);
    assert_null(guard_world_header(world, "Strict-Transport-Security"));
    headers_of(world, "text/html", "list.example.org", false);
    assert_null(guard_world_header(world, "Strict-Transport-Security"));
    guard_world_close(world);
}

static void test_failures_are_not_kept_by_caches(void **state)
{
    (void)state;
    struct guard_world *world = guard_world_open(NULL);
    const struct visit visit = {.path = "/api/users"};

    assert_int_equal(guard_world_send(world, &visit), 401);
    assert_string_equal(guard_world_header(world, "Cache-Control"), "no-store");
    guard_world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_session_acts_only_for_pages_of_ours_and_allowed_ones),
        cmocka_unit_test(test_with_login_off_nothing_is_changed_for_a_foreign_page),
        cmocka_unit_test(test_a_websocket_is_opened_only_for_pages_of_ours),
        cmocka_unit_test(test_reading_is_left_to_cors_and_keys_speak_for_themselves),
        cmocka_unit_test(test_a_csrf_token_belongs_to_one_session),
        cmocka_unit_test(test_the_session_route_gives_the_token),
        cmocka_unit_test(test_a_proxys_person_gets_a_token_as_well),
        cmocka_unit_test(test_risky_settings_are_said_aloud),
        cmocka_unit_test(test_answers_are_shared_with_allowed_origins_only),
        cmocka_unit_test(test_a_plain_options_is_no_preflight),
        cmocka_unit_test(test_pages_may_use_what_lies_beside_them_and_no_inline_script),
        cmocka_unit_test(test_a_dashboard_may_show_us_in_a_frame_when_it_is_named),
        cmocka_unit_test(test_hsts_only_where_the_name_is_ours_alone),
        cmocka_unit_test(test_failures_are_not_kept_by_caches),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/guard_world.h"

#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

static int64_t passed_ms;

static int64_t wall(void)
{
    return INT64_C(1795000000000) + passed_ms;
}

static int64_t steady(void)
{
    return 5000000 + passed_ms;
}

void guard_world_pass(int64_t ms)
{
    passed_ms += ms;
}

int64_t guard_world_now(void)
{
    return wall();
}

static void take_settings(struct guard_world *world, const char *const settings[])
{
    struct error error = {0};

    options_declare(&world->given, guard_options);
    for (; settings && *settings; settings++) {
        AUTO_FREE char *name = memory_text(*settings);
        char *equals = strchr(name, '=');
        *equals = '\0';
        CHECK(options_set(&world->given, name, equals + 1, &error) == ERROR_NONE);
    }
}

struct guard_world *guard_world_open(const char *const settings[])
{
    struct guard_world *world = memory_new(sizeof(*world));
    struct error error = {0};

    passed_ms = 0;
    clock_set_for_tests(wall, steady);
    crypto_begin();
    temp_dir_open(&world->dir);
    world->path = temp_dir_file(&world->dir, "list_sync.db");
    world->arena = arena_new();
    take_settings(world, settings);
    CHECK(!address_ranges_parse("10.9.9.9", &world->trusted, &error));
    CHECK(!store_pool_open(&db_driver_sqlite, world->path, 4, &world->stores, &error));
    CHECK(!store_pool_take(world->stores, &world->store, &error));
    crypto_random(world->api.key.bytes, sizeof(world->api.key.bytes));
    const struct guard_settings guard = {
        .given = &world->given, .trusted_proxies = &world->trusted, .key = &world->api.key};
    CHECK(!guard_new(&guard, &world->api.guard, &error));
    world->api.given = &world->given;
    world->api.stores = world->stores;
    world->api.routes = routes_all();
    return world;
}

static void drop_answer(struct guard_world *world)
{
    json_value_free(world->answer);
    world->answer = NULL;
    web_response_release(&world->response);
}

void guard_world_close(struct guard_world *world)
{
    drop_answer(world);
    guard_free(world->api.guard);
    store_pool_give(world->stores, world->store);
    store_pool_close(world->stores);
    address_ranges_release(&world->trusted);
    options_release(&world->given);
    arena_free(world->arena);
    free(world->path);
    temp_dir_close(&world->dir);
    free(world);
    clock_set_for_tests(NULL, NULL);
}

static void put_header(struct guard_world *world, const char *name, const char *value)
{
    struct web_pairs *headers = &world->request.headers;

    if (value)
        headers->items[headers->count++] = (struct web_pair){name, value};
}

static void put_headers(struct guard_world *world, const struct visit *visit)
{
    world->request.headers =
        (struct web_pairs){arena_take(world->arena, WEB_HEADERS_MOST * sizeof(struct web_pair)), 0};
    for (size_t i = 0; i < VISIT_HEADERS && visit->headers[i].name; i++)
        put_header(world, visit->headers[i].name, visit->headers[i].value);
    if (visit->cookie)
        put_header(world, "Cookie",
                   arena_print(world->arena, "theme=dark; " GUARD_COOKIE "=%s", visit->cookie));
    put_header(world, "X-CSRF-Token", visit->csrf);
    if (visit->body)
        put_header(world, "Content-Type", "application/json");
}

static void begin(struct guard_world *world, const struct visit *visit)
{
    struct web_request *request = &world->request;

    drop_answer(world);
    *request = (struct web_request){
        .arena = world->arena,
        .method = visit->method,
        .path = visit->path ? visit->path : "/",
        .body = visit->body ? visit->body : "",
        .body_length = visit->body ? strlen(visit->body) : 0,
        .is_tls = visit->is_tls,
        .host = visit->host ? visit->host : "listsync.lan:4222",
        .base_path = visit->base_path ? visit->base_path : "",
    };
    if (visit->query.name) {
        request->query.items = arena_take(world->arena, sizeof(struct web_pair));
        request->query.items[0] = visit->query;
        request->query.count = 1;
    }
    put_headers(world, visit);
    CHECK(address_parse(visit->peer ? visit->peer : "127.0.0.1", &request->peer));
    request->client = request->peer;
    CHECK(!visit->client || address_parse(visit->client, &request->client));
    web_response_init(&world->response, world->arena);
}

static void parse_answer(struct guard_world *world)
{
    const struct buffer *body = &world->response.body;

    if (body->length)
        json_value_parse(body->bytes, body->length, &world->answer, NULL);
}

int guard_world_send(struct guard_world *world, const struct visit *visit)
{
    begin(world, visit);
    if (call_answer(&world->api, &world->request, &world->response) == WEB_LATER)
        call_later(&world->api, &world->request, &world->response);
    parse_answer(world);
    return world->response.status;
}

int guard_world_admit(struct guard_world *world, const struct visit *visit,
                      const struct route *route, struct caller *ret_caller)
{
    begin(world, visit);
    struct call call = {
        .api = &world->api,
        .request = &world->request,
        .response = &world->response,
        .arena = world->arena,
        .route = route,
        .store = world->store,
        .json = json_writer_to(&world->response.body),
    };
    bool is_in = guard_admit(world->api.guard, &call);
    if (ret_caller)
        *ret_caller = call.caller;
    parse_answer(world);
    return is_in ? 200 : world->response.status;
}

const char *guard_world_header(const struct guard_world *world, const char *name)
{
    for (size_t i = 0; i < world->response.header_count; i++)
        if (text_equal_ignoring_case(world->response.headers[i].name, name))
            return world->response.headers[i].value;
    return NULL;
}

const char *guard_world_text(struct guard_world *world, const char *path)
{
    return arena_text(world->arena, json_value_text(json_value_path(world->answer, path)));
}

const char *guard_world_code(struct guard_world *world)
{
    const char *code = guard_world_text(world, "code");

    return code ? code : "";
}

const char *guard_world_cookie(struct guard_world *world)
{
    const char *header = guard_world_header(world, "Set-Cookie");
    const char *value = header ? header + strlen(GUARD_COOKIE "=") : "";

    return arena_text_n(world->arena, value, strcspn(value, ";"));
}

int64_t guard_world_account(struct guard_world *world, const char *name, const char *role,
                            const char *password)
{
    char hash[CRYPTO_PASSWORD_SIZE] = "";
    struct error error = {0};
    int64_t id = 0;

    if (*password)
        crypto_password_hash(password, hash);
    const struct account account = {.name = name, .role = role, .password = hash};
    CHECK(!accounts_add(world->store, &account, &id, &error));
    return id;
}

const char *guard_world_session(struct guard_world *world, int64_t account)
{
    char token[CRYPTO_TOKEN_SIZE];
    char digest[CRYPTO_DIGEST_SIZE];
    struct error error = {0};

    crypto_token(token);
    crypto_digest(token, strlen(token), digest);
    const struct login_session session = {
        .digest = digest,
        .user_id = account,
        .created_at = wall(),
        .last_seen = wall(),
        .expires_at = wall() + world->api.guard->session_ms,
        .address = "127.0.0.1",
        .agent = "",
    };
    CHECK(!sessions_add(world->store, &session, &error));
    return arena_text(world->arena, token);
}

const char *guard_world_csrf(struct guard_world *world, const char *cookie)
{
    char digest[CRYPTO_DIGEST_SIZE];

    crypto_digest(cookie, strlen(cookie), digest);
    const struct caller caller = {.how = "session", .session = digest};
    return guard_csrf_token(world->api.guard, &caller, world->arena);
}

const char *guard_world_key(struct guard_world *world, int64_t account, const char *scope)
{
    char token[CRYPTO_TOKEN_SIZE];
    char digest[CRYPTO_DIGEST_SIZE];
    struct error error = {0};
    int64_t id = 0;

    crypto_token(token);
    const char *text = arena_print(world->arena, "%s%s", GUARD_KEY_PREFIX, token);
    crypto_digest(text, strlen(text), digest);
    const struct api_key key = {.user_id = account,
                                .name = scope,
                                .digest = digest,
                                .hint = "....",
                                .scope = scope,
                                .created_at = wall()};
    CHECK(!api_keys_add(world->store, &key, &id, &error));
    return text;
}

const char *guard_world_token(struct guard_world *world, int64_t account, const char *scope)
{
    struct call call = {.store = world->store, .arena = world->arena};
    const int64_t now = wall() / 1000;
    const struct jwt_claims claims = {.account = account,
                                      .scope = scope,
                                      .audience = "listsync",
                                      .issued_at = now,
                                      .not_before = now,
                                      .expires_at = now + 3600};
    const char *token = NULL;
    struct error error = {0};

    CHECK(!guard_make_token(world->api.guard, &call, &claims, &token, &error));
    return arena_print(world->arena, "Bearer %s", token);
}

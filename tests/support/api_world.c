#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/routes.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/db.h"
#include "support/api_world.h"
#include "web/answer_cache.h"
#include "web/guard.h"

enum { CONNECTIONS = 4 };

static void must(const struct api_world *world, enum error_code rc)
{
    if (rc)
        fail_msg("%s", world->error.message);
}

static int set_up(void **state, const char *login)
{
    struct api_world *world = memory_new(sizeof(*world));
    struct guard_settings settings = {.given = &world->options, .key = &world->key};

    crypto_begin();
    temp_dir_open(&world->dir);
    world->path = temp_dir_file(&world->dir, "list_sync.db");
    world->base_path = "";
    options_declare(&world->options, guard_options);
    must(world, options_set(&world->options, "LISTSYNC_AUTH", login, &world->error));
    crypto_random(world->key.bytes, sizeof(world->key.bytes));
    world->api = (struct api){
        .given = &world->options,
        .data_directory = world->dir.path,
        .key = world->key,
        .events = events_new(),
        .cache = answer_cache_new(),
        .server_name = "ListSync",
        .routes = routes_all(),
    };
    must(world, store_pool_open(&db_driver_sqlite, world->path, CONNECTIONS, &world->api.stores,
                                &world->error));
    must(world, guard_new(&settings, &world->api.guard, &world->error));
    *state = world;
    return 0;
}

int api_world_setup(void **state)
{
    return set_up(state, "disabled");
}

int api_world_setup_with_login(void **state)
{
    return set_up(state, "enabled");
}

static void forget_answer(struct api_world *world)
{
    if (!world->arena)
        return;
    json_value_free(TAKE(world->document));
    web_response_release(&world->response);
    arena_free(TAKE(world->arena));
}

int api_world_teardown(void **state)
{
    struct api_world *world = *state;

    forget_answer(world);
    guard_free(world->api.guard);
    store_pool_close(world->api.stores);
    answer_cache_free(world->api.cache);
    events_free(world->api.events);
    options_release(&world->options);
    temp_dir_close(&world->dir);
    free(world->path);
    free(world);
    return 0;
}

void api_world_header(struct api_world *world, const char *name, const char *value)
{
    assert_true(world->header_count < ARRAY_LENGTH(world->headers));
    world->headers[world->header_count++] = (struct web_pair){name, value};
}

static void fill_request(struct api_world *world, const char *method, const char *target,
                         const char *body, struct web_request *request)
{
    const char *query = strchr(target, '?');
    size_t length = query ? (size_t)(query - target) : strlen(target);

    *request = (struct web_request){
        .arena = world->arena,
        .path = arena_text_n(world->arena, target, length),
        .headers = {world->headers, world->header_count},
        .body = body ? body : "",
        .body_length = body ? strlen(body) : 0,
        .host = "127.0.0.1:4222",
        .base_path = world->base_path,
        .number = 1,
    };
    assert_true(web_method_from_word(method, &request->method));
    assert_true(web_query_parse(world->arena, query ? query + 1 : "", &request->query));
    assert_true(address_parse("127.0.0.1", &request->peer));
    request->client = request->peer;
}

int api_world_call(struct api_world *world, const char *method, const char *target,
                   const char *body)
{
    struct web_request request;

    forget_answer(world);
    world->arena = arena_new();
    web_response_init(&world->response, world->arena);
    fill_request(world, method, target, body, &request);
    world->was_errand = call_answer(&world->api, &request, &world->response) != WEB_ANSWERED;
    if (world->was_errand)
        call_later(&world->api, &request, &world->response);
    world->header_count = 0;
    if (text_equal(world->response.content_type, "application/json"))
        must(world, json_value_parse(world->response.body.bytes, world->response.body.length,
                                     &world->document, &world->error));
    return world->response.status;
}

const char *api_world_body(const struct api_world *world)
{
    return world->response.fixed ? world->response.fixed : buffer_string(&world->response.body);
}

const char *api_world_answered(const struct api_world *world, const char *header)
{
    for (size_t i = 0; i < world->response.header_count; i++) {
        if (text_equal_ignoring_case(world->response.headers[i].name, header))
            return world->response.headers[i].value;
    }
    return NULL;
}

const char *api_world_text(const struct api_world *world, const char *path)
{
    return json_value_text(json_value_path(world->document, path));
}

int64_t api_world_number(const struct api_world *world, const char *path)
{
    return json_value_integer(json_value_path(world->document, path));
}

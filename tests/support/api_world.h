/*
 * api_world.h: the API without sockets: a database in a directory of its own, the guard with login
 * off (or on), events, and calls that go the whole way from route to answer.
 *
 *     static void test_something(void **state)
 *     {
 *         struct api_world *world = *state;
 *         assert_int_equal(api_world_call(world, "POST", "/api/lists", "{...}"), 201);
 *         assert_string_equal(api_world_text(world, "code"), "...");
 *     }
 *     cmocka_unit_test_setup_teardown(test_something, api_world_setup, api_world_teardown)
 *
 * There is no runner and no schedule: who needs them puts them into `api`. The answer stays until
 * the next call. Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_API_WORLD_H
#define TESTS_SUPPORT_API_WORLD_H

#include "support/temp_dir.h"
#include "web/call.h"

struct api_world {
    struct temp_dir dir;
    char *path; /* of the database file */
    struct options options;
    struct crypto_key key;
    struct api api;
    struct error error;
    /* Of the next call. */
    struct web_pair headers[8];
    size_t header_count;
    const char *base_path;
    /* Of the last one. */
    struct arena *arena;
    struct web_response response;
    bool was_errand;
    struct json_value *document; /* NULL: the answer is no JSON */
};

int api_world_setup(void **state);            /* login is off: everybody is admin */
int api_world_setup_with_login(void **state); /* on, and there is no account yet */
int api_world_teardown(void **state);

/* For the next call only. The value must live that long. */
void api_world_header(struct api_world *world, const char *name, const char *value);
/* `target` is path and query; `body` NULL: none. Returns the status. */
int api_world_call(struct api_world *world, const char *method, const char *target,
                   const char *body);

/* Of the last answer: its text, a header (NULL), and what a path leads to in its JSON. */
const char *api_world_body(const struct api_world *world);
const char *api_world_answered(const struct api_world *world, const char *header);
const char *api_world_text(const struct api_world *world, const char *path); /* NULL */
int64_t api_world_number(const struct api_world *world, const char *path);

#endif

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/routes.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/docs_page.h"
#include "web/openapi.h"

/* What each line of the table must be, whoever writes it. */

#define assert_route(route, condition)                                                             \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("%s: %s", (route)->id, #condition);                                           \
    } while (0)

/* "requested, skipped, ..." is one. */
static bool is_sentence_without_stop(const char *text)
{
    return !text_is_empty(text) && (!text_ends_with(text, ".") || text_ends_with(text, " ..."));
}

static void check_line(const struct route *route)
{
    bool is_json = route->answer;
    bool is_other = route->media_type || route->flags & ROUTE_STREAM || route->status == 204;
    bool is_kept = route->flags & ROUTE_CACHED;

    assert_route(route,
                 strspn(route->id, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(route->id));
    assert_route(route, !text_is_empty(route->tag));
    assert_route(route, text_starts_with(route->path, "/"));
    assert_route(route, route->path[1] == '\0' || !text_ends_with(route->path, "/"));
    assert_route(route, is_sentence_without_stop(route->summary));
    assert_route(route, route->handle);
    assert_route(route, is_json != is_other);
    assert_route(route, !is_kept || (route->method == WEB_GET && (is_json || route->media_type)));
    assert_route(route, !is_kept || !(route->flags & (ROUTE_SECRETS | ROUTE_STREAM)));
    assert_route(route, !(route->flags & ROUTE_NO_STORE) || route->access == ACCESS_NONE);
    assert_route(route, route->method != WEB_GET || !route->body);
    assert_route(route, route->method != WEB_HEAD && route->method != WEB_OPTIONS);
    assert_route(route, !route->answer || text_is_empty(route->answer->name));
}

static void test_each_line_is_whole(void **state)
{
    (void)state;
    for (const struct route *const *at = routes_all(); *at; at++)
        check_line(*at);
}

static void test_ids_are_unique(void **state)
{
    (void)state;
    for (const struct route *const *a = routes_all(); *a; a++) {
        for (const struct route *const *b = a + 1; *b; b++)
            assert_string_not_equal((*a)->id, (*b)->id);
    }
}

/* "/api/lists/{id}" -> "/api/lists/{}": paths that differ in names alone are the same. */
static void put_shape(const struct route *route, char shape[256])
{
    size_t length = 0;

    for (const char *at = route->path; *at && length < 250; at++) {
        shape[length++] = *at;
        if (*at == '{')
            at = strchr(at, '}') - 1;
    }
    shape[length] = '\0';
}

static void test_paths_are_unique(void **state)
{
    char a_shape[256], b_shape[256];

    (void)state;
    for (const struct route *const *a = routes_all(); *a; a++) {
        put_shape(*a, a_shape);
        for (const struct route *const *b = a + 1; *b; b++) {
            put_shape(*b, b_shape);
            if (strcmp(a_shape, b_shape) != 0)
                continue;
            if ((*a)->method == (*b)->method || strcmp((*a)->path, (*b)->path) != 0)
                fail_msg("%s and %s have the same path", (*a)->id, (*b)->id);
        }
    }
}

static size_t names_in_path(const struct route *route)
{
    size_t count = 0;

    for (const char *at = route->path; (at = strchr(at, '{')); at++)
        count++;
    return count;
}

static bool path_names(const struct route *route, const char *name)
{
    char plain[96], rest[96];

    snprintf(plain, sizeof(plain), "{%s}", name);
    snprintf(rest, sizeof(rest), "{%s...}", name);
    return strstr(route->path, plain) || strstr(route->path, rest);
}

/* A fallback is a value that could have been given. */
static void check_fallback(const struct route *route, const struct field *field)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct field_problems problems = {0};

    if (field->fallback && !field_check_text(field, field->fallback, arena, &problems))
        fail_msg("%s: the fallback of %s", route->id, field_problems_sentence(&problems, arena));
}

static void check_parameters(const struct route *route)
{
    size_t in_path = 0;

    for (const struct field *at = route->parameters; at && at->kind != FIELD_END; at++) {
        bool is_in_path = at->flags & FIELD_IN_PATH;
        in_path += is_in_path;
        assert_route(route, is_in_path == path_names(route, at->name));
        assert_route(route, at->name[0] != '_');
        assert_route(route, at->kind <= FIELD_SWITCH || at->kind == FIELD_LIST);
        check_fallback(route, at);
    }
    assert_route(route, in_path == names_in_path(route));
}

static void test_parameters_are_declared(void **state)
{
    (void)state;
    for (const struct route *const *at = routes_all(); *at; at++)
        check_parameters(*at);
}

static void check_field(const struct route *route, const struct field *field, int depth)
{
    bool holds_others = field->kind == FIELD_LIST || field->kind == FIELD_MAP;
    enum field_kind inner = holds_others ? field->of : field->kind;

    if (depth > 12)
        fail_msg("%s: fields within themselves at %s", route->id, field->name);
    if (holds_others != (field->of != FIELD_END))
        fail_msg("%s: %s is a list or map of nothing, or neither", route->id, field->name);
    if ((inner == FIELD_OBJECT) != (field->fields != NULL))
        fail_msg("%s: %s is an object without fields, or none with", route->id, field->name);
    if (inner == FIELD_LIST || inner == FIELD_MAP)
        assert_route(route, !holds_others);
    if (field->help && !is_sentence_without_stop(field->help))
        fail_msg("%s: the help of %s ends with a full stop", route->id, field->name);
    for (const struct field *at = field->fields; at && at->kind != FIELD_END; at++)
        check_field(route, at, depth + 1);
}

static void test_fields_are_whole(void **state)
{
    (void)state;
    for (const struct route *const *at = routes_all(); *at; at++) {
        for (const struct field *field = (*at)->body; field && field->kind; field++)
            check_field(*at, field, 0);
        for (const struct field *field = (*at)->parameters; field && field->kind; field++)
            check_field(*at, field, 0);
        if ((*at)->answer)
            check_field(*at, (*at)->answer, 0);
    }
}

/* One name, one table: of bodies apart, for theirs get a name of their own. */
static void check_name(const struct route *route, const struct field *field, struct map *names)
{
    if (field->schema && !map_has(names, field->schema))
        map_set(names, field->schema, (void *)field->fields);
    if (field->schema && map_get(names, field->schema) != field->fields)
        fail_msg("%s: another table has the name %s as well", route->id, field->schema);
    for (const struct field *at = field->fields; at && at->kind != FIELD_END; at++)
        check_name(route, at, names);
}

static void test_names_of_schemas_are_unique(void **state)
{
    AUTO_MAP struct map in_answers = {0};
    AUTO_MAP struct map in_bodies = {0};

    (void)state;
    for (const struct route *const *at = routes_all(); *at; at++) {
        const struct field body = {.kind = FIELD_OBJECT, .fields = (*at)->body};
        check_name(*at, &body, &in_bodies);
        if ((*at)->answer)
            check_name(*at, (*at)->answer, &in_answers);
    }
}

static void test_the_description_can_be_printed(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(WEB_ANSWER_LIMIT);
    AUTO_JSON struct json_value *document = NULL;
    struct json_writer json = json_writer_to(&text);

    (void)state;
    openapi_put(&json, routes_all(), "");
    assert_int_equal(json_value_parse(text.bytes, text.length, &document, NULL), ERROR_NONE);
    buffer_clear(&text);
    docs_page_put(&text, routes_all(), "");
    assert_false(text.overflowed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_line_is_whole),
        cmocka_unit_test(test_ids_are_unique),
        cmocka_unit_test(test_paths_are_unique),
        cmocka_unit_test(test_parameters_are_declared),
        cmocka_unit_test(test_fields_are_whole),
        cmocka_unit_test(test_names_of_schemas_are_unique),
        cmocka_unit_test(test_the_description_can_be_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_value.h"
#include "base/memory.h"
#include "web/docs_page.h"
#include "web/openapi.h"

static const struct field row_fields[] = {
    {"id", FIELD_INTEGER, .help = "Its number"},
    {"name", FIELD_TEXT, FIELD_NULLABLE, .help = "What <people> call it & \"see\""},
    {0},
};

static const struct field lists_fields[] = {
    {"lists", FIELD_LIST, .of = FIELD_OBJECT, .fields = row_fields, .schema = "List"},
    {0},
};

static const struct field lists_answer = {.kind = FIELD_OBJECT, .fields = lists_fields};

static const struct field add_body[] = {
    {"list", FIELD_OBJECT, FIELD_REQUIRED, .fields = row_fields, .schema = "List"},
    {"key", FIELD_TEXT, FIELD_SECRET, .high = 50},
    {0},
};

static const struct field find_parameters[] = {
    {"list_type", FIELD_TEXT, FIELD_IN_PATH, .help = "Of what kind"},
    {"list_id", FIELD_TEXT, FIELD_IN_PATH, .help = "Which one"},
    {"limit", FIELD_INTEGER, .low = 1, .high = 100, .fallback = "20"},
    {"kinds", FIELD_LIST, .of = FIELD_TEXT},
    {0},
};

static const struct route table[] = {
    {.id = "lists",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists",
     .access = ACCESS_READ,
     .summary = "All lists",
     .answer = &lists_answer},
    {.id = "ping",
     .tag = "About",
     .method = WEB_GET,
     .path = "/ping",
     .flags = ROUTE_UNLIMITED,
     .summary = "Is anybody there",
     .media_type = "text/plain"},
    {.id = "lists_add",
     .tag = "Lists",
     .method = WEB_POST,
     .path = "/api/lists",
     .access = ACCESS_SYNC,
     .summary = "Adds a list",
     .body = add_body,
     .status = 201,
     .answer = &lists_answer},
    {.id = "lists_remove",
     .tag = "Lists",
     .method = WEB_DELETE,
     .path = "/api/lists/{list_type}/{list_id...}",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND,
     .summary = "Removes a list",
     .parameters = find_parameters},
    {.id = "events",
     .tag = "About",
     .method = WEB_GET,
     .path = "/api/ws",
     .access = ACCESS_READ,
     .flags = ROUTE_STREAM,
     .summary = "What happens"},
    {.id = NULL},
};

static const struct route *const *all(void)
{
    static const struct route *routes[ARRAY_LENGTH(table)];

    for (size_t i = 0; table[i].id; i++)
        routes[i] = &table[i];
    return routes;
}

static struct json_value *describe(const char *base_path)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);
    struct json_value *document = NULL;

    openapi_put(&json, all(), base_path);
    assert_int_equal(json_value_parse(text.bytes, text.length, &document, NULL), ERROR_NONE);
    return document;
}

static const struct json_value *operation(const struct json_value *document, const char *path,
                                          const char *method)
{
    const struct json_value *paths = json_value_get(document, "paths");
    const struct json_value *found = json_value_get(json_value_get(paths, path), method);

    assert_non_null(found);
    return found;
}

static const char *text_at(const struct json_value *value, const char *path)
{
    const char *text = json_value_text(json_value_path(value, path));

    assert_non_null(text);
    return text;
}

static void test_methods_of_a_path_stand_together(void **state)
{
    AUTO_JSON struct json_value *document = describe("/listsync");
    const struct json_value *servers = json_value_get(document, "servers");

    (void)state;
    assert_string_equal(text_at(document, "openapi"), "3.1.0");
    assert_string_equal(json_value_get_text(json_value_at(servers, 0), "url"), "/listsync");
    assert_string_equal(text_at(operation(document, "/api/lists", "get"), "operationId"), "lists");
    assert_string_equal(text_at(operation(document, "/api/lists", "post"), "operationId"),
                        "lists_add");
    assert_int_equal(json_value_count(json_value_get(document, "tags")), 2);
}

static void test_who_may_call(void **state)
{
    AUTO_JSON struct json_value *document = describe("");
    const struct json_value *add = operation(document, "/api/lists", "post");
    const struct json_value *ping = operation(document, "/ping", "get");

    (void)state;
    assert_string_equal(text_at(add, "x-access"), "sync");
    assert_int_equal(json_value_count(json_value_get(add, "security")), 3);
    assert_non_null(json_value_path(add, "responses.401"));
    assert_string_equal(text_at(ping, "x-access"), "none");
    assert_int_equal(json_value_count(json_value_get(ping, "security")), 0);
    assert_null(json_value_path(ping, "responses.401"));
    assert_null(json_value_path(ping, "responses.429"));
}

static void test_parameters_are_described_with_their_limits(void **state)
{
    AUTO_JSON struct json_value *document = describe("");
    const struct json_value *remove =
        operation(document, "/api/lists/{list_type}/{list_id}", "delete");
    const struct json_value *parameters = json_value_get(remove, "parameters");
    const struct json_value *id = json_value_at(parameters, 1);
    const struct json_value *limit = json_value_at(parameters, 2);

    (void)state;
    assert_int_equal(json_value_count(parameters), 4);
    assert_string_equal(text_at(id, "in"), "path");
    assert_true(json_value_is_true(json_value_get(id, "required")));
    assert_true(json_value_is_true(json_value_get(id, "x-rest")));
    assert_string_equal(text_at(limit, "in"), "query");
    assert_false(json_value_is_true(json_value_get(limit, "required")));
    assert_int_equal(json_value_integer(json_value_path(limit, "schema.default")), 20);
    assert_non_null(json_value_get(json_value_at(parameters, 3), "explode"));
    assert_non_null(json_value_path(remove, "responses.404"));
    assert_non_null(json_value_path(remove, "responses.502"));
    assert_null(json_value_get(remove, "requestBody"));
}

static void test_answers_are_described_by_status(void **state)
{
    AUTO_JSON struct json_value *document = describe("");
    const struct json_value *paths = json_value_get(document, "paths");
    const struct json_value *socket = json_value_get(paths, "/api/ws");
    const struct json_value *content =
        json_value_path(operation(document, "/api/lists", "post"), "responses.201.content");
    const struct json_value *schema =
        json_value_path(json_value_get(content, "application/json"), "schema.properties.lists");

    (void)state;
    assert_string_equal(text_at(schema, "items.$ref"), "#/components/schemas/List");
    assert_non_null(json_value_path(document, "components.schemas.List"));
    assert_non_null(json_value_path(document, "components.schemas.ListInput"));
    assert_non_null(json_value_path(document, "components.schemas.Failure"));
    assert_non_null(json_value_path(socket, "get.responses.101"));
    assert_string_equal(text_at(operation(document, "/ping", "get"), "responses.default.$ref"),
                        "#/components/responses/Failure");
}

static void count_references(void *context, const char *key, const struct json_value *value);

static void follow_references(const struct json_value *root, const struct json_value *value)
{
    json_value_each(value, count_references, (void *)root);
    for (size_t i = 0; i < json_value_count(value); i++)
        follow_references(root, json_value_at(value, i));
}

/* Each "$ref" leads somewhere. */
static void count_references(void *context, const char *key, const struct json_value *value)
{
    const char *target = strcmp(key, "$ref") == 0 ? json_value_text(value) : NULL;

    if (target) {
        AUTO_FREE char *path = memory_text(target + strlen("#/"));
        for (char *at = path; *at; at++)
            *at = *at == '/' ? '.' : *at;
        assert_non_null(json_value_path(context, path));
    }
    follow_references(context, value);
}

static void test_references_lead_somewhere(void **state)
{
    AUTO_JSON struct json_value *document = describe("");

    (void)state;
    follow_references(document, document);
}

static void test_the_page_is_safe_html(void **state)
{
    AUTO_BUFFER struct buffer page = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const char *text;

    (void)state;
    docs_page_put(&page, all(), "/a\"><script>");
    text = buffer_string(&page);
    assert_null(strstr(text, "<script"));
    assert_null(strstr(text, " style="));
    assert_null(strstr(text, "<people>"));
    assert_non_null(strstr(text, "What &lt;people&gt; call it &amp; &quot;see&quot;"));
    assert_non_null(strstr(text, "href=\"/a&quot;&gt;&lt;script&gt;/docs/style.css\""));
}

static size_t occurrences(const char *text, const char *word)
{
    size_t count = 0;

    for (; (text = strstr(text, word)); text += strlen(word))
        count++;
    return count;
}

static void test_the_page_shows_every_route_once(void **state)
{
    AUTO_BUFFER struct buffer page = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    docs_page_put(&page, all(), "");
    const char *text = buffer_string(&page);
    assert_int_equal(occurrences(text, "<details id="), 5);
    assert_int_equal(occurrences(text, "<details id=\"lists_add\">"), 1);
    assert_int_equal(occurrences(text, "<h2"), 2);
    assert_int_equal(occurrences(text, "<table>"), occurrences(text, "</table>"));
    assert_int_equal(occurrences(text, "<div>"), occurrences(text, "</div>"));
    assert_non_null(strstr(text, "<code>lists[].name</code>"));
}

static void test_the_start_page_leads_on(void **state)
{
    AUTO_BUFFER struct buffer page = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    (void)state;
    docs_page_put_start(&page, "This is <it>:", "/listsync");
    assert_non_null(strstr(buffer_string(&page), "This is &lt;it&gt;:</p>"));
    assert_non_null(strstr(buffer_string(&page), "href=\"/listsync/docs\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods_of_a_path_stand_together),
        cmocka_unit_test(test_who_may_call),
        cmocka_unit_test(test_parameters_are_described_with_their_limits),
        cmocka_unit_test(test_answers_are_described_by_status),
        cmocka_unit_test(test_references_lead_somewhere),
        cmocka_unit_test(test_the_page_is_safe_html),
        cmocka_unit_test(test_the_page_shows_every_route_once),
        cmocka_unit_test(test_the_start_page_leads_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

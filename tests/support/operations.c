#include "support/operations.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* Where a walk through the description is. */
struct walk {
    struct operations *operations;
    const char *path;
};

/* "/api/lists/{id}" -> "/api/lists/999999". */
static char *filled(const char *path)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    while (*path) {
        size_t plain = strcspn(path, "{");
        buffer_append(&text, path, plain);
        path += plain;
        if (!*path)
            break;
        buffer_text(&text, "999999");
        path += strcspn(path, "}") + 1;
    }
    return memory_text(buffer_string(&text));
}

static char *upper(const char *text)
{
    char *copy = memory_text(text);

    for (char *place = copy; *place; place++)
        *place = (char)toupper((unsigned char)*place);
    return copy;
}

/* Nothing but a stream answers in these. */
static bool is_stream(const struct json_value *operation)
{
    const struct json_value *responses = json_value_get(operation, "responses");
    const struct json_value *content = json_value_get(json_value_get(responses, "200"), "content");

    return json_value_get(content, "text/event-stream") || json_value_get(responses, "101");
}

static void add_operation(void *context, const char *method, const struct json_value *value)
{
    const struct walk *walk = context;
    struct operations *operations = walk->operations;

    CHECK(operations->count < OPERATIONS_MOST);
    operations->items[operations->count++] = (struct operation){
        .id = memory_text(json_value_get_text(value, "operationId")),
        .method = upper(method),
        .path = memory_text(walk->path),
        .target = filled(walk->path),
        .access = memory_text(json_value_get_text(value, "x-access")),
        .has_body = json_value_get(value, "requestBody"),
        .is_stream = is_stream(value),
    };
}

static void add_path(void *context, const char *path, const struct json_value *value)
{
    struct walk walk = {context, path};

    json_value_each(value, add_operation, &walk);
}

void operations_read(const struct daemon *daemon, struct operations *ret)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    ret->count = 0;
    daemon_call(daemon, "GET", "/openapi.json", NULL, NULL, &answer);
    assert_int_equal(answer.status, 200);
    json_value_each(json_value_get(answer.document, "paths"), add_path, ret);
    assert_true(ret->count > 50);
    for (size_t i = 0; i < ret->count; i++)
        assert_non_null(ret->items[i].access);
}

void operations_release(struct operations *operations)
{
    for (size_t i = 0; i < operations->count; i++) {
        struct operation *operation = &operations->items[i];
        free(operation->id);
        free(operation->method);
        free(operation->path);
        free(operation->target);
        free(operation->access);
    }
    operations->count = 0;
}

const struct operation *operations_find(const struct operations *operations, const char *method,
                                        const char *path)
{
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *operation = &operations->items[i];
        if (text_equal(operation->method, method) && text_equal(operation->path, path))
            return operation;
    }
    return NULL;
}

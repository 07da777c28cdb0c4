/* Any bytes as an answer: parsing ends, and every question about what came out has an answer. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/json_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(const struct json_value *value);

static void ask_member(void *context, const char *key, const struct json_value *value)
{
    CHECK(json_value_get(context, key) == value);
    ask(value);
}

static void ask(const struct json_value *value)
{
    const char *text = json_value_text(value);

    CHECK(strlen(json_value_kind(value)) > 0);
    CHECK(!text || !json_value_is_object(value));
    (void)json_value_integer(value);
    (void)json_value_path(value, "data.list.0");
    for (size_t i = 0; i < json_value_count(value); i++)
        ask(json_value_at(value, i));
    json_value_each(value, ask_member, (void *)(uintptr_t)value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_JSON struct json_value *document = NULL;
    struct error error = {0};

    if (json_value_parse((const char *)data, size, &document, &error))
        CHECK(error.code == ERROR_FORMAT && !document && *error.message);
    else
        ask(document);
    return 0;
}

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *const kind_words[] = {"movie", "tv", NULL};

static const struct field entry_fields[] = {
    {"title", FIELD_TEXT, FIELD_REQUIRED, .low = 1, .high = 10},
    {"year", FIELD_INTEGER, FIELD_NULLABLE, .low = 1870, .high = 2100},
    {0},
};

/* One of each kind. */
static const struct field body[] = {
    {"list_type", FIELD_TEXT, FIELD_REQUIRED, .words = kind_words},
    {"limit", FIELD_INTEGER, .low = 1, .high = 100},
    {"rate", FIELD_NUMBER, .low = -1, .high = 1},
    {"dry_run", FIELD_SWITCH, .flags = 0},
    {"entries", FIELD_LIST, .of = FIELD_OBJECT, .fields = entry_fields, .high = 5},
    {"kinds", FIELD_LIST, .of = FIELD_TEXT, .words = kind_words},
    {"limits", FIELD_MAP, .of = FIELD_INTEGER},
    {"open", FIELD_OBJECT, FIELD_OPEN, .fields = entry_fields},
    {"extra", FIELD_ANY, .flags = 0},
    {0},
};

static void check_problems(const struct field_problems *problems, struct arena *arena,
                           bool is_right)
{
    const char *sentence = field_problems_sentence(problems, arena);

    CHECK(is_right == (problems->count == 0));
    CHECK(is_right == !*sentence);
    CHECK(text_is_valid_utf8(sentence, strlen(sentence)));
    for (size_t i = 0; i < problems->count; i++)
        CHECK(problems->items[i].path[0] && problems->items[i].message[0]);
}

static void check_body(const char *text, size_t size)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_JSON struct json_value *document = NULL;
    struct field_problems problems = {0};

    if (json_value_parse(text, size, &document, NULL))
        return;
    bool is_right = field_check_body(body, document, arena, &problems);
    check_problems(&problems, arena, is_right);
    if (is_right)
        CHECK(json_value_get_text(document, "list_type"));
}

/* As a parameter; what a request holds is UTF-8 without control characters by then. */
static void check_parameters(const char *text)
{
    for (const struct field *field = body; field->kind != FIELD_END; field++) {
        AUTO_ARENA struct arena *arena = arena_new();
        struct field_problems problems = {0};
        bool is_list = field->kind == FIELD_LIST && field->of != FIELD_OBJECT;
        if (field->kind <= FIELD_SWITCH || is_list)
            check_problems(&problems, arena, field_check_text(field, text, arena, &problems));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)bytes, size);

    check_body((const char *)bytes, size);
    check_parameters(text);
    return 0;
}

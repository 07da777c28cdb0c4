#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/field.h"

static const char *const kind_words[] = {"movie", "tv", NULL};

static const struct field entry_fields[] = {
    {"title", FIELD_TEXT, FIELD_REQUIRED, "Its title", .low = 1, .high = 10},
    {"year", FIELD_INTEGER, FIELD_NULLABLE, .low = 1870, .high = 2100},
    {0},
};

static const struct field list_fields[] = {
    {"list_type", FIELD_TEXT, .flags = FIELD_REQUIRED},
    {"media_type", FIELD_TEXT, .words = kind_words},
    {"dry_run", FIELD_SWITCH, .flags = 0},
    {"rate", FIELD_NUMBER, .low = 0, .high = 2},
    {"entries", FIELD_LIST, .of = FIELD_OBJECT, .fields = entry_fields, .schema = "Entry",
     .high = 3},
    {"kinds", FIELD_LIST, .of = FIELD_TEXT, .words = kind_words},
    {"limits", FIELD_MAP, .of = FIELD_INTEGER},
    {"extra", FIELD_ANY, .flags = 0},
    {"nested", FIELD_OBJECT, .flags = FIELD_OPEN, .fields = entry_fields, .schema = "Entry"},
    {0},
};

static const struct field open_fields[] = {
    {"list_type", FIELD_TEXT, .flags = 0},
    {.flags = FIELD_OPEN},
};

/* The sentence about a body, "" when nothing is wrong with it. */
static void assert_body(const struct field *table, const char *body, const char *sentence)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_JSON struct json_value *document = NULL;
    struct field_problems problems = {0};

    if (*body)
        assert_int_equal(json_value_parse(body, strlen(body), &document, NULL), ERROR_NONE);
    bool is_right = field_check_body(table, document, arena, &problems);
    assert_string_equal(field_problems_sentence(&problems, arena), sentence);
    assert_int_equal(is_right, !*sentence);
}

static void test_a_right_body_has_no_problems(void **state)
{
    (void)state;
    assert_body(list_fields, "{\"list_type\":\"imdb\"}", "");
    assert_body(list_fields,
                "{\"list_type\":\"imdb\",\"media_type\":\"tv\",\"dry_run\":false,\"rate\":1.5,"
                "\"entries\":[{\"title\":\"A\",\"year\":null},{\"title\":\"B\",\"year\":1999}],"
                "\"kinds\":[\"tv\",\"movie\"],\"limits\":{\"anna\":3},\"extra\":[null,{}],"
                "\"nested\":{\"title\":\"C\",\"other\":1}}",
                "");
    assert_body(open_fields, "", "");
    assert_body(open_fields, "{\"notify\":true}", "");
}

static void test_what_is_wrong_is_named(void **state)
{
    static const struct {
        const char *body, *sentence;
    } cases[] = {
        {"", "list_type: is missing"},
        {"{}", "list_type: is missing"},
        {"[]", "body: wants an object, not an array"},
        {"{\"list_type\":5}", "list_type: wants a text, not a number"},
        {"{\"list_type\":null}", "list_type: must not be null"},
        {"{\"list_type\":\"a\",\"dry_ran\":true}", "dry_ran: is not known; did you mean dry_run?"},
        {"{\"list_type\":\"a\",\"zebra\":true}", "zebra: is not known"},
        {"{\"list_type\":\"a\",\"dry_run\":\"true\"}", "dry_run: wants true or false, not a text"},
        {"{\"list_type\":\"a\",\"rate\":2.5}", "rate: wants a number from 0 to 2"},
        {"{\"list_type\":\"a\",\"rate\":\"1\"}", "rate: wants a number, not a text"},
        {"{\"list_type\":\"a\",\"media_type\":\"film\"}", "media_type: wants one of: movie, tv"},
        {"{\"list_type\":\"a\",\"kinds\":[\"tv\",\"x\"]}", "kinds[1]: wants one of: movie, tv"},
        {"{\"list_type\":\"a\",\"kinds\":\"tv\"}", "kinds: wants a list, not a text"},
        {"{\"list_type\":\"a\",\"limits\":{\"anna\":true}}",
         "limits.anna: wants a whole number, not true"},
        {"{\"list_type\":\"a\",\"limits\":[]}", "limits: wants an object, not an array"},
        {"{\"list_type\":\"a\",\"nested\":[]}", "nested: wants an object, not an array"},
        {"{\"list_type\":\"a\",\"nested\":{\"title\":\"\"}}", "nested.title: must not be empty"},
        {"{\"list_type\":\"a\",\"entries\":[{\"title\":\"01234567890\"}]}",
         "entries[0].title: may have at most 10 characters"},
        {"{\"list_type\":\"a\",\"entries\":[1]}", "entries[0]: wants an object, not a number"},
        {"{\"list_type\":\"a\",\"entries\":[1,2,3,4]}", "entries: may hold at most 3"},
        {"{\"list_type\":\"a\",\"entries\":[{\"title\":\"a\",\"year\":1.5},{}]}",
         "2 fields are wrong: entries[0].year: wants a whole number, not a fraction; "
         "entries[1].title: is missing"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_body(list_fields, cases[i].body, cases[i].sentence);
}

static void test_lengths_count_characters(void **state)
{
    (void)state;
    assert_body(entry_fields, "{\"title\":\"äöüäöüäöüß\"}", "");
    assert_body(entry_fields, "{\"title\":\"äöüäöüäöüßa\"}",
                "title: may have at most 10 characters");
}

static void test_problems_are_bounded(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_JSON struct json_value *document = NULL;
    struct field_problems problems = {0};

    buffer_text(&body, "{");
    for (int i = 0; i < 500; i++)
        buffer_print(&body, "%s\"unheard%d\":1", i ? "," : "", i);
    buffer_text(&body, "}");
    assert_int_equal(json_value_parse(body.bytes, body.length, &document, NULL), ERROR_NONE);
    assert_false(field_check_body(list_fields, document, arena, &problems));
    assert_int_equal(problems.count, FIELD_PROBLEMS_MOST);
    assert_true(problems.more);
    const char *sentence = field_problems_sentence(&problems, arena);
    assert_memory_equal(sentence, "more than 20 fields are wrong: ", 31);
}

static void test_long_and_wild_names_are_shown_short_and_tame(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_JSON struct json_value *document = NULL;
    struct field_problems problems = {0};

    buffer_text(&body, "{\"list_type\":\"a\",\"\\u001b[31m");
    for (int i = 0; i < 5000; i++)
        buffer_byte(&body, 'x');
    buffer_text(&body, "\":1}");
    assert_int_equal(json_value_parse(body.bytes, body.length, &document, NULL), ERROR_NONE);
    assert_false(field_check_body(list_fields, document, arena, &problems));
    assert_true(strlen(problems.items[0].path) < 64);
    assert_null(strchr(problems.items[0].path, '\x1b'));
}

static void assert_parameter(const struct field *field, const char *text, const char *sentence)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct field_problems problems = {0};
    bool is_right = field_check_text(field, text, arena, &problems);

    assert_string_equal(field_problems_sentence(&problems, arena), sentence);
    assert_int_equal(is_right, !*sentence);
}

static void test_parameters_are_read_by_their_fields(void **state)
{
    const struct field limit = {"limit", FIELD_INTEGER, .low = 1, .high = 100};
    const struct field id = {"id", FIELD_INTEGER, .low = 1, .high = INT64_MAX};
    const struct field rate = {"rate", FIELD_NUMBER, .flags = 0};
    const struct field dry = {"dry", FIELD_SWITCH, .flags = 0};
    const struct field kind = {"kind", FIELD_TEXT, .words = kind_words};
    const struct field kinds = {"kinds", FIELD_LIST, .of = FIELD_TEXT, .words = kind_words,
                                .high = 3};
    const struct field ids = {"ids", FIELD_LIST, .of = FIELD_INTEGER};

    (void)state;
    assert_parameter(&limit, "100", "");
    assert_parameter(&limit, "0", "limit: wants a number from 1 to 100");
    assert_parameter(&limit, "9999999999999999999", "limit: wants a whole number");
    assert_parameter(&limit, "5x", "limit: wants a whole number");
    assert_parameter(&limit, " 5", "limit: wants a whole number");
    assert_parameter(&id, "9223372036854775807", "");
    assert_parameter(&id, "0", "id: wants at least 1");
    assert_parameter(&rate, "-1.5e3", "");
    assert_parameter(&rate, "0x10", "rate: wants a number");
    assert_parameter(&rate, "inf", "rate: wants a number");
    assert_parameter(&rate, "1e999", "rate: wants a number");
    assert_parameter(&rate, "", "rate: wants a number");
    assert_parameter(&dry, "Yes", "");
    assert_parameter(&dry, "maybe", "dry: wants true or false");
    assert_parameter(&kind, "tv", "");
    assert_parameter(&kind, "TV", "kind: wants one of: movie, tv");
    assert_parameter(&kinds, "tv,movie", "");
    assert_parameter(&kinds, "tv,,movie", "kinds: wants one of: movie, tv");
    assert_parameter(&kinds, "tv,tv,tv,tv", "kinds: may hold at most 3");
    assert_parameter(&ids, "1,2,x", "ids: wants a whole number");
}

static void test_words_for_switches(void **state)
{
    bool is_on = false;

    (void)state;
    assert_true(field_switch_from_text("ON", &is_on));
    assert_true(is_on);
    assert_true(field_switch_from_text("0", &is_on));
    assert_false(is_on);
    assert_false(field_switch_from_text("", &is_on));
    assert_false(field_switch_from_text("truely", &is_on));
}

static void assert_schema(const struct field *field, bool is_answer, const char *expected)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    field_put_schema(&json, NULL, field, is_answer);
    assert_string_equal(buffer_string(&text), expected);
}

static void test_schemas_of_plain_values(void **state)
{
    const struct field name = {"name", FIELD_TEXT, .help = "Its name", .low = 1};
    const struct field kind = {"kind", FIELD_TEXT, FIELD_NULLABLE, .words = kind_words,
                               .fallback = "tv"};
    const struct field limit = {"limit", FIELD_INTEGER, .low = 1, .high = 9, .fallback = "5"};
    const struct field secret = {"key", FIELD_TEXT, FIELD_SECRET, .high = 5};
    const struct field dry = {"dry", FIELD_SWITCH, .fallback = "no"};
    const struct field limits = {"limits", FIELD_MAP, .of = FIELD_INTEGER};
    const struct field any = {"any", FIELD_ANY, .flags = 0};

    (void)state;
    assert_schema(&name, true,
                  "{\"description\":\"Its name\",\"type\":\"string\",\"minLength\":1}");
    assert_schema(&name, false,
                  "{\"description\":\"Its name\",\"type\":\"string\",\"minLength\":1,"
                  "\"maxLength\":4096}");
    assert_schema(&kind, false,
                  "{\"type\":[\"string\",\"null\"],\"enum\":[\"movie\",\"tv\",null],"
                  "\"default\":\"tv\"}");
    assert_schema(&limit, false,
                  "{\"type\":\"integer\",\"minimum\":1,\"maximum\":9,\"default\":5}");
    assert_schema(&secret, false, "{\"type\":\"string\",\"maxLength\":5,\"writeOnly\":true}");
    assert_schema(&dry, false, "{\"type\":\"boolean\",\"default\":false}");
    assert_schema(&limits, true,
                  "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}");
    assert_schema(&any, true, "{}");
}

static void test_schemas_of_objects(void **state)
{
    static const struct field fields[] = {
        {"entry", FIELD_OBJECT, FIELD_NULLABLE, .fields = entry_fields, .schema = "Entry"},
        {"key", FIELD_TEXT, FIELD_SECRET | FIELD_REQUIRED, .high = 5},
        {"note", FIELD_TEXT, FIELD_OPTIONAL, .high = 5},
        {0},
    };
    const struct field whole = {.kind = FIELD_OBJECT, .fields = fields};
    const struct field rows = {
        .kind = FIELD_LIST, .of = FIELD_OBJECT, .fields = entry_fields, .schema = "Entry"};

    (void)state;
    assert_schema(&whole, true,
                  "{\"type\":\"object\",\"properties\":{\"entry\":{\"anyOf\":[{\"$ref\":"
                  "\"#/components/schemas/Entry\"},{\"type\":\"null\"}]},\"note\":{\"type\":"
                  "\"string\",\"maxLength\":5}},\"required\":[\"entry\"],"
                  "\"additionalProperties\":false}");
    assert_schema(&whole, false,
                  "{\"type\":\"object\",\"properties\":{\"entry\":{\"anyOf\":[{\"$ref\":"
                  "\"#/components/schemas/EntryInput\"},{\"type\":\"null\"}]},\"key\":{\"type\":"
                  "\"string\",\"maxLength\":5,\"writeOnly\":true},\"note\":{\"type\":\"string\","
                  "\"maxLength\":5}},\"required\":[\"key\"],\"additionalProperties\":false}");
    assert_schema(&rows, true,
                  "{\"type\":\"array\",\"items\":{\"$ref\":\"#/components/schemas/Entry\"}}");
}

static void test_named_schemas_are_written_once(void **state)
{
    const struct field whole = {.kind = FIELD_OBJECT, .fields = list_fields};
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);
    AUTO_MAP struct map seen = {0};

    (void)state;
    json_begin_object(&json, NULL);
    field_put_named_schemas(&json, &whole, true, &seen);
    field_put_named_schemas(&json, &whole, true, &seen);
    json_end_object(&json);
    assert_string_equal(buffer_string(&text),
                        "{\"Entry\":{\"type\":\"object\",\"properties\":{\"title\":{"
                        "\"description\":\"Its title\",\"type\":\"string\",\"minLength\":1,"
                        "\"maxLength\":10},\"year\":{\"type\":[\"integer\",\"null\"],\"minimum\":"
                        "1870,\"maximum\":2100}},\"required\":[\"title\",\"year\"],"
                        "\"additionalProperties\":false}}");
}

static void test_an_open_body_says_so(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    (void)state;
    field_put_body_schema(&json, NULL, open_fields);
    assert_string_equal(buffer_string(&text),
                        "{\"type\":\"object\",\"properties\":{\"list_type\":{\"type\":\"string\","
                        "\"maxLength\":4096}},\"required\":[],\"additionalProperties\":true}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_right_body_has_no_problems),
        cmocka_unit_test(test_what_is_wrong_is_named),
        cmocka_unit_test(test_lengths_count_characters),
        cmocka_unit_test(test_problems_are_bounded),
        cmocka_unit_test(test_long_and_wild_names_are_shown_short_and_tame),
        cmocka_unit_test(test_parameters_are_read_by_their_fields),
        cmocka_unit_test(test_words_for_switches),
        cmocka_unit_test(test_schemas_of_plain_values),
        cmocka_unit_test(test_schemas_of_objects),
        cmocka_unit_test(test_named_schemas_are_written_once),
        cmocka_unit_test(test_an_open_body_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

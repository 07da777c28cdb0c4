#include "web/field.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum { NAME_SHOWN = 64 };

struct check {
    struct arena *arena;
    struct field_problems *problems;
};

/* What is looked at: its path is for people, "" for the whole body. */
struct place {
    const char *path;
    const struct field *field;
    const struct json_value *value;
};

static void check_place(const struct check *check, struct place place);

void field_problem_add(struct field_problems *problems, struct arena *arena, const char *path,
                       const char *format, ...)
{
    va_list arguments;

    if (problems->count == FIELD_PROBLEMS_MOST) {
        problems->more = true;
        return;
    }
    va_start(arguments, format);
    AUTO_FREE char *message = memory_print_list(format, arguments);
    va_end(arguments);
    problems->items[problems->count++] = (struct field_problem){
        .path = arena_text(arena, path),
        .message = arena_text(arena, message),
    };
}

#define COMPLAIN(check, path, ...)                                                                 \
    field_problem_add((check)->problems, (check)->arena, (path), __VA_ARGS__)

const char *field_problems_sentence(const struct field_problems *problems, struct arena *arena)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    if (problems->count > 1)
        buffer_print(&text, "%s%zu fields are wrong: ", problems->more ? "more than " : "",
                     problems->count);
    for (size_t i = 0; i < problems->count; i++)
        buffer_print(&text, "%s%s%s %s", i ? "; " : "", problems->items[i].path,
                     *problems->items[i].path ? ":" : "", problems->items[i].message);
    return arena_text(arena, buffer_string(&text));
}

const char *field_shown_name(struct arena *arena, const char *name)
{
    char shown[NAME_SHOWN];

    text_copy(shown, sizeof(shown), name);
    text_tame(shown);
    return arena_text(arena, *shown ? shown : "\"\"");
}

const char *field_nearest(const struct field *table, const char *name)
{
    const char *nearest = NULL;
    size_t shortest = 4;

    for (; table && table->kind != FIELD_END; table++) {
        size_t distance = text_distance(name, table->name);
        if (distance >= shortest || distance * 2 > strlen(table->name))
            continue;
        nearest = table->name;
        shortest = distance;
    }
    return nearest;
}

static const char *joined_path(const struct check *check, const char *path, const char *name)
{
    return *path ? arena_print(check->arena, "%s.%s", path, name) : name;
}

static size_t code_points(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static void wrong_kind(const struct check *check, const struct place *place, const char *wanted)
{
    COMPLAIN(check, place->path, "wants %s, not %s", wanted, json_value_kind(place->value));
}

static const char *joined_words(struct arena *arena, const char *const *words)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (size_t i = 0; words[i]; i++)
        buffer_print(&text, "%s%s", i ? ", " : "", words[i]);
    return arena_text(arena, buffer_string(&text));
}

static bool is_word(const char *const *words, const char *text)
{
    while (*words && strcmp(*words, text) != 0)
        words++;
    return *words != NULL;
}

static void check_text(const struct check *check, const struct field *field, const char *path,
                       const char *text)
{
    size_t length = code_points(text);
    size_t most = field->high ? (size_t)field->high : FIELD_TEXT_MOST;

    if (field->words && !is_word(field->words, text))
        COMPLAIN(check, path, "wants one of: %s", joined_words(check->arena, field->words));
    else if (length < (size_t)field->low && !length)
        COMPLAIN(check, path, "must not be empty");
    else if (length < (size_t)field->low)
        COMPLAIN(check, path, "wants at least %" PRId64 " characters", field->low);
    else if (length > most)
        COMPLAIN(check, path, "may have at most %zu characters", most);
}

static void check_range(const struct check *check, const struct field *field, const char *path,
                        double number)
{
    bool is_limited = field->low || field->high;

    if (!is_limited || (number >= (double)field->low && number <= (double)field->high))
        return;
    if (field->high == INT64_MAX)
        COMPLAIN(check, path, "wants at least %" PRId64, field->low);
    else
        COMPLAIN(check, path, "wants a number from %" PRId64 " to %" PRId64, field->low,
                 field->high);
}

static void check_text_value(const struct check *check, struct place place)
{
    const char *text = json_value_text(place.value);

    if (text)
        check_text(check, place.field, place.path, text);
    else
        wrong_kind(check, &place, "a text");
}

static void check_integer_value(const struct check *check, struct place place)
{
    if (json_value_is_integer(place.value))
        check_range(check, place.field, place.path, json_value_number(place.value));
    else
        wrong_kind(check, &place, "a whole number");
}

static void check_number_value(const struct check *check, struct place place)
{
    if (json_value_is_number(place.value))
        check_range(check, place.field, place.path, json_value_number(place.value));
    else
        wrong_kind(check, &place, "a number");
}

static void check_switch_value(const struct check *check, struct place place)
{
    if (!json_value_is_switch(place.value))
        wrong_kind(check, &place, "true or false");
}

/* What stands in a list or a map, as a field of its own. */
static struct field element_of(const struct field *field)
{
    struct field element = *field;

    element.kind = field->of;
    element.flags = field->flags & FIELD_OPEN;
    element.low = element.high = 0;
    return element;
}

static void check_list_value(const struct check *check, struct place place)
{
    struct field element = element_of(place.field);
    size_t count = json_value_count(place.value);
    size_t most = place.field->high ? (size_t)place.field->high : FIELD_LIST_MOST;

    if (!json_value_is_array(place.value)) {
        wrong_kind(check, &place, "a list");
        return;
    }
    if (count < (size_t)place.field->low)
        COMPLAIN(check, place.path, "wants at least %" PRId64, place.field->low);
    if (count > most) {
        COMPLAIN(check, place.path, "may hold at most %zu", most);
        return;
    }
    for (size_t i = 0; i < count && !check->problems->more; i++)
        check_place(check, (struct place){arena_print(check->arena, "%s[%zu]", place.path, i),
                                          &element, json_value_at(place.value, i)});
}

struct members {
    const struct check *check;
    const struct place *place;
    const struct field *element; /* of a map */
    size_t count;
};

static void check_map_member(void *context, const char *name, const struct json_value *value)
{
    struct members *members = context;
    const struct check *check = members->check;

    if (++members->count > FIELD_LIST_MOST || check->problems->more)
        return;
    const char *path =
        joined_path(check, members->place->path, field_shown_name(check->arena, name));
    check_place(check, (struct place){path, members->element, value});
}

static void check_map_value(const struct check *check, struct place place)
{
    struct field element = element_of(place.field);
    struct members members = {.check = check, .place = &place, .element = &element};

    if (!json_value_is_object(place.value)) {
        wrong_kind(check, &place, "an object");
        return;
    }
    json_value_each(place.value, check_map_member, &members);
    if (members.count > FIELD_LIST_MOST)
        COMPLAIN(check, place.path, "may hold at most %d", FIELD_LIST_MOST);
}

static bool has_name(const struct field *table, const char *name)
{
    while (table->kind != FIELD_END && strcmp(table->name, name) != 0)
        table++;
    return table->kind != FIELD_END;
}

static void check_known(void *context, const char *name, const struct json_value *value)
{
    struct members *members = context;
    const struct check *check = members->check;
    const struct field *table = members->place->field->fields;

    (void)value;
    if (has_name(table, name) || check->problems->more)
        return;
    const char *path =
        joined_path(check, members->place->path, field_shown_name(check->arena, name));
    const char *nearest = field_nearest(table, name);
    if (nearest)
        COMPLAIN(check, path, "is not known; did you mean %s?", nearest);
    else
        COMPLAIN(check, path, "is not known");
}

static void check_object_value(const struct check *check, struct place place)
{
    struct members members = {.check = check, .place = &place};

    if (!json_value_is_object(place.value)) {
        wrong_kind(check, &place, "an object");
        return;
    }
    for (const struct field *field = place.field->fields; field->kind != FIELD_END; field++) {
        const struct json_value *value = json_value_get(place.value, field->name);
        const char *path = joined_path(check, place.path, field->name);
        if (value)
            check_place(check, (struct place){path, field, value});
        else if (field->flags & FIELD_REQUIRED)
            COMPLAIN(check, path, "is missing");
    }
    if (!(place.field->flags & FIELD_OPEN))
        json_value_each(place.value, check_known, &members);
}

static void check_any_value(const struct check *check, struct place place)
{
    (void)check;
    (void)place;
}

static void check_place(const struct check *check, struct place place)
{
    static void (*const checks[])(const struct check *, struct place) = {
        [FIELD_TEXT] = check_text_value,     [FIELD_INTEGER] = check_integer_value,
        [FIELD_NUMBER] = check_number_value, [FIELD_SWITCH] = check_switch_value,
        [FIELD_OBJECT] = check_object_value, [FIELD_LIST] = check_list_value,
        [FIELD_MAP] = check_map_value,       [FIELD_ANY] = check_any_value,
    };

    CHECK(place.field->kind != FIELD_END);
    if (!json_value_is_null(place.value))
        checks[place.field->kind](check, place);
    else if (!(place.field->flags & FIELD_NULLABLE) && place.field->kind != FIELD_ANY)
        COMPLAIN(check, place.path, "must not be null");
}

/* A body without a single byte is an object without a single member. */
static void check_nothing(const struct check *check, const struct field *body)
{
    for (; body->kind != FIELD_END; body++) {
        if (body->flags & FIELD_REQUIRED)
            COMPLAIN(check, body->name, "is missing");
    }
}

bool field_check_body(const struct field *body, const struct json_value *value, struct arena *arena,
                      struct field_problems *problems)
{
    const struct field *end = body;
    struct check check = {.arena = arena, .problems = problems};
    size_t before = problems->count;

    while (end->kind != FIELD_END)
        end++;
    struct field whole = {.kind = FIELD_OBJECT, .flags = end->flags, .fields = body};
    if (!value)
        check_nothing(&check, body);
    else if (!json_value_is_object(value))
        COMPLAIN(&check, "body", "wants an object, not %s", json_value_kind(value));
    else
        check_object_value(&check, (struct place){"", &whole, value});
    return problems->count == before;
}

bool field_switch_from_text(const char *text, bool *ret)
{
    static const struct {
        const char *word;
        bool value;
    } words[] = {
        {"true", true},   {"1", true},  {"yes", true}, {"on", true},
        {"false", false}, {"0", false}, {"no", false}, {"off", false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (!text_equal_ignoring_case(words[i].word, text))
            continue;
        *ret = words[i].value;
        return true;
    }
    return false;
}

/* Decimal only: what strtod takes besides (hexadecimal, "inf", blanks) is no number in a URL. */
static bool number_from_text(const char *text, double *ret)
{
    char *end;

    if (!*text || text[strspn(text, "0123456789+-.eE")])
        return false;
    *ret = strtod(text, &end);
    return !*end && *ret - *ret == 0;
}

static void check_parameter(const struct check *check, const struct field *field, const char *text)
{
    const char *path = field->name;
    int64_t integer;
    double number;
    bool is_on;

    switch (field->kind) {
    case FIELD_TEXT:
        check_text(check, field, path, text);
        break;
    case FIELD_INTEGER:
        if (text_to_integer(text, INT64_MIN, INT64_MAX, &integer))
            check_range(check, field, path, (double)integer);
        else
            COMPLAIN(check, path, "wants a whole number");
        break;
    case FIELD_NUMBER:
        if (number_from_text(text, &number))
            check_range(check, field, path, number);
        else
            COMPLAIN(check, path, "wants a number");
        break;
    case FIELD_SWITCH:
        if (!field_switch_from_text(text, &is_on))
            COMPLAIN(check, path, "wants true or false");
        break;
    default:
        CHECK(!"a parameter of a kind that no URL can hold");
    }
}

static void check_parameter_list(const struct check *check, const struct field *field,
                                 const char *text)
{
    struct field element = element_of(field);
    char *parts = arena_text(check->arena, text);
    size_t most = field->high ? (size_t)field->high : FIELD_LIST_MOST;
    size_t count = 0;

    for (char *part; (part = strsep(&parts, ",")) && !check->problems->more;) {
        if (++count > most) {
            COMPLAIN(check, field->name, "may hold at most %zu", most);
            return;
        }
        check_parameter(check, &element, part);
    }
}

bool field_check_text(const struct field *field, const char *text, struct arena *arena,
                      struct field_problems *problems)
{
    struct check check = {.arena = arena, .problems = problems};
    size_t before = problems->count;

    if (field->kind == FIELD_LIST)
        check_parameter_list(&check, field, text);
    else
        check_parameter(&check, field, text);
    return problems->count == before;
}

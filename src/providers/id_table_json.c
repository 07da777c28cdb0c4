#include <inttypes.h>

#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/id_table.h"

/* Members of an object that hold the titles of one kind. */
static const struct {
    const char *member;
    const char *kind;
} parts[] = {
    {"movies", "movie"},
    {"films", "movie"},
    {"shows", "show"},
    {"series", "show"},
};

struct reading {
    struct id_row *row;
    struct arena *arena;
};

/* Of a season nothing is passed over: a row whose season is not understood must not seem whole. */
static const char *text_of(struct reading *reading, bool is_season, const struct json_value *value)
{
    if (json_value_is_integer(value) && (is_season || json_value_integer(value)))
        return arena_print(reading->arena, "%" PRId64, json_value_integer(value));
    if (json_value_text(value))
        return json_value_text(value);
    bool says_nothing = json_value_is_null(value) || json_value_is_object(value);
    return is_season && !says_nothing ? json_value_kind(value) : NULL;
}

static void take_member(void *context, const char *key, const struct json_value *value)
{
    struct reading *reading = context;
    int name = id_table_name(key);
    bool is_season = name != ID_NAME_NONE && id_table_column(name) == ID_COLUMN_SEASON;

    id_table_take(reading->row, name, text_of(reading, is_season, value));
}

static void take_as(struct reading *reading, const char *name, const char *value)
{
    id_table_take(reading->row, id_table_name(name), value);
}

static void take_object(struct reading *reading, const struct json_value *object)
{
    json_value_each(object, take_member, reading);
    json_value_each(json_value_get(object, "ids"), take_member, reading);
}

/*
 * A row as Trakt writes it holds the title in a member named after its kind; a season or an
 * episode stands beside its series, whose ids are the ones that count.
 */
static void take_row(struct reading *reading, const struct json_value *value)
{
    static const char *const wrappers[] = {"movie", "show"};

    take_object(reading, value);
    for (size_t i = 0; i < ARRAY_LENGTH(wrappers); i++) {
        const struct json_value *inner = json_value_get(value, wrappers[i]);
        if (!json_value_is_object(inner))
            continue;
        take_object(reading, inner);
        take_as(reading, "type", wrappers[i]);
    }
    const struct json_value *season = json_value_get(value, "season");
    const struct json_value *number = json_value_get(season, "number");
    if (json_value_is_object(season))
        take_as(reading, "season",
                number ? text_of(reading, true, number) : json_value_kind(season));
}

static void read_array(struct id_table *table, const struct json_value *array, const char *kind)
{
    for (size_t i = 0; i < json_value_count(array) && !table->fetch->finished; i++) {
        const struct json_value *value = json_value_at(array, i);
        struct id_row row = {0};
        struct reading reading = {.row = &row, .arena = table->fetch->arena};
        struct entry entry = {.title = ""};

        if (json_value_text(value)) { /* ["tt0113277", "movie:949"] */
            bool is_id = id_table_word(&entry, json_value_text(value));
            id_table_add_entry(table, is_id ? &entry : NULL, i + 1);
            continue;
        }
        take_row(&reading, value);
        take_as(&reading, "type", kind);
        id_table_add(table, &row, i + 1);
    }
}

struct search {
    const struct json_value *array;
    size_t count;
};

static void look_for_array(void *context, const char *key, const struct json_value *value)
{
    struct search *search = context;

    (void)key;

    if (!json_value_is_array(value))
        return;
    search->array = value;
    search->count++;
}

/* An object may hold the list, or one for each kind, under any name. */
static void read_object(struct id_table *table, const struct json_value *object)
{
    struct search search = {0};
    bool has_parts = false;

    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        const struct json_value *part = json_value_get(object, parts[i].member);
        has_parts |= json_value_is_array(part);
        read_array(table, part, parts[i].kind);
    }
    if (has_parts)
        return;
    json_value_each(object, look_for_array, &search);
    if (search.count == 1)
        read_array(table, search.array, NULL);
    else
        fetch_not_understood(table->fetch, table->expected,
                             search.count ? "a JSON object with several lists in it"
                                          : "a JSON object without a list in it");
}

bool id_table_json_read(struct id_table *table, const char *bytes, size_t length)
{
    AUTO_JSON struct json_value *document = NULL;
    struct error error = {0};

    table->row_word = "element";
    if (json_value_parse(bytes, length, &document, &error))
        fetch_not_understood(table->fetch, table->expected, error.message);
    else if (json_value_is_array(document))
        read_array(table, document, NULL);
    else
        read_object(table, document);
    return true;
}

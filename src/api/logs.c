/* The log, as far as it is kept in memory and in files. */
#include "api/answers.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/log_parts.h"

enum { LINES_MOST = 500 };

static const char *const level_words[] = {"debug", "info", "warning", "error", NULL};

static const struct field line_parameters[] = {
    {"level", FIELD_TEXT, .help = "this one and worse", .words = level_words, .fallback = "info"},
    {"category", FIELD_TEXT, .help = "a part of the program: run, web, ...", .high = 40},
    {"search", FIELD_TEXT, .help = "part of the sentence", .high = 200},
    {"run", FIELD_INTEGER, .help = "only lines of this run", .low = 1, .high = INT64_MAX},
    {"after", FIELD_INTEGER, .help = "only newer lines than this number", .low = 0,
     .high = INT64_MAX},
    {"before", FIELD_INTEGER, .help = "only older lines than this number; of files too", .low = 1,
     .high = INT64_MAX},
    {"limit", FIELD_INTEGER, .low = 1, .high = LINES_MOST, .fallback = "100"},
    {0},
};

static const struct field line_fields[] = {
    {"id", FIELD_INTEGER, .help = "counts up, over restarts as well"},
    {"timestamp", FIELD_TEXT, .format = "date-time"},
    {"level", FIELD_TEXT, .words = level_words},
    {"category", FIELD_TEXT, .help = "the part of the program that speaks"},
    {"message", FIELD_TEXT},
    {"values", FIELD_MAP, .of = FIELD_ANY},
    {0},
};

static const struct field lines_fields[] = {
    {"entries", FIELD_LIST, .help = "oldest first", .of = FIELD_OBJECT, .fields = line_fields,
     .schema = "LogLine"},
    {"has_more", FIELD_SWITCH},
    {"oldest", FIELD_INTEGER, .help = "the oldest line in memory, or of this page"},
    {0},
};

static const struct field lines = {"", FIELD_OBJECT, .fields = lines_fields, .schema = "Log"};

static void put_line(struct json_writer *json, const struct log_line *line)
{
    json_begin_object(json, NULL);
    json_put_number(json, "id", (int64_t)line->number);
    call_put_time_ms(json, "timestamp", line->wall_ms);
    json_put_text(json, "level", log_level_word(line->level));
    json_put_text(json, "category", line->part);
    json_put_text(json, "message", line->sentence);
    json_put_raw(json, "values", line->values);
    json_end_object(json);
}

static void logs_entries(struct call *call)
{
    struct log_filter filter = {
        .part = call_text(call, "category"),
        .search = call_text(call, "search"),
        .run = call_integer(call, "run"),
        .after = (uint64_t)call_integer(call, "after"),
        .before = (uint64_t)call_integer(call, "before"),
        .limit = (size_t)call_integer(call, "limit"),
    };
    struct log_lines found;

    log_level_from_word(call_text(call, "level"), &filter.least);
    if (filter.after)
        log_read(&filter, call->arena, &found);
    else
        log_read_older(&filter, call->arena, &found);
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "entries");
    for (size_t i = 0; i < found.count; i++)
        put_line(&call->json, &found.items[i]);
    json_end_array(&call->json);
    json_put_bool(&call->json, "has_more", found.more);
    json_put_number(&call->json, "oldest", (int64_t)found.oldest);
    json_end_object(&call->json);
}

static const struct field level_fields[] = {
    {"level", FIELD_TEXT, FIELD_REQUIRED, .words = level_words},
    {"parts", FIELD_MAP, FIELD_OPTIONAL,
     "levels of parts of the program that differ: {\"web\": "
     "\"debug\"}; given, it replaces what was before",
     .of = FIELD_TEXT, .words = level_words},
    {0},
};

static const struct field level = {"", FIELD_OBJECT, .fields = level_fields, .schema = "LogLevel"};

static void logs_level_get(struct call *call)
{
    struct log_part_level parts[LOG_PARTS_MOST];
    size_t count = log_part_levels(parts);

    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "level", log_level_word(log_get_level()));
    json_begin_object(&call->json, "parts");
    for (size_t i = 0; i < count; i++)
        json_put_text(&call->json, parts[i].part, log_level_word(parts[i].least));
    json_end_object(&call->json);
    json_end_object(&call->json);
}

/* All that are misspelt at once; nothing is changed then. */
struct part_check {
    struct call *call;
    struct field_problems problems;
};

static void check_part(void *context, const char *part, const struct json_value *value)
{
    struct part_check *check = context;
    struct arena *arena = check->call->arena;
    AUTO_FREE char *parts = log_parts_text();

    (void)value;
    if (!log_parts_has(part))
        field_problem_add(&check->problems, arena,
                          arena_print(arena, "parts.%s", field_shown_name(arena, part)),
                          "is no part of the log; there are %s", parts);
}

static bool are_parts_known(struct call *call)
{
    struct part_check check = {.call = call};

    json_value_each(call_body(call, "parts"), check_part, &check);
    if (check.problems.count)
        call_fail_problems(call, &check.problems);
    return !check.problems.count;
}

/* Levels of parts as they are given, gathered as one text: "web=debug,run=warning". */
static void gather_part(void *context, const char *part, const struct json_value *value)
{
    buffer_print(context, ",%s=%s", part, json_value_text(value));
}

static bool set_levels(struct call *call, const char *general)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct error error = {0};

    buffer_text(&text, general);
    if (call_body_has(call, "parts")) {
        if (!are_parts_known(call))
            return false;
        log_reset_parts();
        json_value_each(call_body(call, "parts"), gather_part, &text);
    }
    if (log_set_levels(buffer_string(&text), log_parts_has, &error))
        call_fail_field(call, "parts", "%s", error.message);
    else
        call_audit(call, "log.level", buffer_string(&text), "until the next start");
    return !error.code;
}

static void logs_level_put(struct call *call)
{
    if (set_levels(call, call_body_text(call, "level")))
        logs_level_get(call);
}

const struct route api_logs_routes[] = {
    {.id = "logs_entries",
     .tag = "Logs",
     .method = WEB_GET,
     .path = "/api/logs/entries",
     .access = ACCESS_ADMIN,
     .summary = "Lines of the log; /api/logs/stream follows it",
     .parameters = line_parameters,
     .answer = &lines,
     .handle = logs_entries},
    {.id = "logs_level_get",
     .tag = "Logs",
     .method = WEB_GET,
     .path = "/api/logs/level",
     .access = ACCESS_ADMIN,
     .summary = "How much is logged",
     .answer = &level,
     .handle = logs_level_get},
    {.id = "logs_level_put",
     .tag = "Logs",
     .method = WEB_PUT,
     .path = "/api/logs/level",
     .access = ACCESS_ADMIN,
     .summary = "Log more or less, until the next start",
     .body = level_fields,
     .answer = &level,
     .handle = logs_level_put},
    {0},
};

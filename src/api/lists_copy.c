/* Lists as one text, out and in: a copy of them, or what somebody kept elsewhere. */
#include <inttypes.h>
#include <string.h>

#include "api/answers.h"
#include "api/lists.h"
#include "api/providers.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/list_text.h"

enum { TEXT_MOST = 500000, LINES_MOST = 2000, INPUT_SHOWN = 300 };

static const char format_name[] = "listsync-lists";

static const struct field export_fields[] = {
    {"format", FIELD_TEXT, .help = "listsync-lists"},
    {"exported_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"lists", FIELD_LIST, .of = FIELD_OBJECT, .fields = api_list_copy_fields, .schema = "ListCopy"},
    {0},
};

static const struct field exported = {"", FIELD_OBJECT, .fields = export_fields,
                                      .schema = "ListsExport"};

static void lists_export(struct call *call)
{
    struct json_writer *json = &call->json;
    struct stored_lists lists = {0};
    struct error error = {0};

    if (lists_load(call->store, call->arena, false, &lists, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(json, NULL);
    json_put_text(json, "format", format_name);
    call_put_time_ms(json, "exported_at", clock_wall_ms());
    json_begin_array(json, "lists");
    for (size_t i = 0; i < lists.count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "list_type", lists.items[i].ref.type);
        json_put_text(json, "list_id", lists.items[i].ref.id);
        json_put_text(json, "description", lists.items[i].description);
        api_put_list_choices(json, &lists.items[i]);
        json_end_object(json);
    }
    json_end_array(json);
    json_end_object(json);
}

static const struct field import_fields[] = {
    {"text", FIELD_TEXT, FIELD_REQUIRED,
     "of GET /api/lists/export, of the original's export, or a list a line: TYPE:ID or an address",
     .low = 1, .high = TEXT_MOST},
    {"dry_run", FIELD_SWITCH, .help = "only say what would become of each line"},
    {0},
};

static const char *const result_words[] = {"added", "already_there", "not_understood", NULL};
enum result { RESULT_ADDED, RESULT_ALREADY_THERE, RESULT_NOT_UNDERSTOOD, RESULTS };

static const struct field line_fields[] = {
    {"line", FIELD_INTEGER, .help = "from 1; of a copy: the place of the list"},
    {"input", FIELD_TEXT, .help = "what stands there, perhaps cut"},
    {"result", FIELD_TEXT, .help = "of a dry run: what it would be", .words = result_words},
    {"list_type", FIELD_TEXT, FIELD_NULLABLE},
    {"list_id", FIELD_TEXT, FIELD_NULLABLE},
    {"id", FIELD_INTEGER, FIELD_NULLABLE, "the list's number, once it is kept"},
    {"message", FIELD_TEXT, .help = "why it is not understood; \"\""},
    {0},
};

static const struct field imported_fields[] = {
    {"dry_run", FIELD_SWITCH},
    {"added", FIELD_INTEGER},
    {"already_there", FIELD_INTEGER},
    {"not_understood", FIELD_INTEGER},
    {"lines", FIELD_LIST, .high = LINES_MOST, .of = FIELD_OBJECT, .fields = line_fields,
     .schema = "ImportLine"},
    {0},
};

static const struct field imported = {"", FIELD_OBJECT, .fields = imported_fields,
                                      .schema = "ListsImported"};

/* One list that is named. */
struct line {
    int64_t number;
    const char *type; /* NULL: the input says it */
    const char *input;
    const struct json_value *choices; /* of a copy; NULL */
    enum result result;
    struct list_ref ref;
    int64_t id;
    const char *message;
};

struct import {
    struct call *call;
    bool dry_run;
    struct json_value *copy; /* owned; NULL: it is lines */
    struct line *lines;      /* in the arena */
    size_t count;
    int64_t counts[RESULTS];
};

/* false: there are too many; the call has failed. */
static bool add_line(struct import *import, const struct line *line)
{
    if (import->count == LINES_MOST) {
        call_fail_field(import->call, "text", "holds more than %d lists", LINES_MOST);
        return false;
    }
    import->lines[import->count++] = *line;
    return true;
}

static bool read_lines(struct import *import, char *text)
{
    struct list_lines lines;
    bool is_whole = list_text_read(text, LINES_MOST, import->call->arena, &lines);

    for (size_t i = 0; i < lines.count; i++)
        add_line(import, &(struct line){.number = lines.items[i].number,
                                        .type = lines.items[i].type,
                                        .input = lines.items[i].input});
    if (!is_whole)
        call_fail_field(import->call, "text", "holds more than %d lists", LINES_MOST);
    return is_whole;
}

static bool read_copy(struct import *import, const char *text)
{
    struct error error = {0};

    if (json_value_parse(text, strlen(text), &import->copy, &error)) {
        call_fail_field(import->call, "text", "%s", error.message);
        return false;
    }
    const struct json_value *lists = json_value_get(import->copy, "lists");
    if (!text_equal(json_value_get_text(import->copy, "format"), format_name) ||
        !json_value_is_array(lists)) {
        call_fail_field(import->call, "text", "is JSON, but no copy of lists from here");
        return false;
    }
    for (size_t i = 0; i < json_value_count(lists); i++) {
        const struct json_value *list = json_value_at(lists, i);
        struct line line = {.number = (int64_t)i + 1,
                            .type = json_value_get_text(list, "list_type"),
                            .input = json_value_get_text(list, "list_id"),
                            .choices = list};
        if (!add_line(import, &line))
            return false;
    }
    return true;
}

static void refuse(struct import *import, struct line *line, const char *message)
{
    line->result = RESULT_NOT_UNDERSTOOD;
    line->message = arena_text(import->call->arena, message);
}

/* What list it is, and whether what is chosen for it can be. */
static void understand(struct import *import, struct line *line)
{
    struct call *call = import->call;
    struct field_problems problems = {0};
    struct stored_list trial = {0};
    struct error error = {0};

    line->message = "";
    if (line->choices &&
        !field_check_body(api_list_copy_fields, line->choices, call->arena, &problems))
        refuse(import, line, field_problems_sentence(&problems, call->arena));
    else if (line->choices && !api_take_list_choices(call, line->choices, &trial, &problems))
        refuse(import, line, field_problems_sentence(&problems, call->arena));
    else if (api_parse_list(line->type, line->input, &line->ref, &error))
        refuse(import, line, error.message);
}

/* The same list may stand there twice. */
static bool came_before(const struct import *import, const struct line *line)
{
    for (const struct line *other = import->lines; other < line; other++)
        if (other->result != RESULT_NOT_UNDERSTOOD && text_equal(other->ref.type, line->ref.type) &&
            text_equal(other->ref.id, line->ref.id))
            return true;
    return false;
}

static enum error_code write_line(struct import *import, struct line *line, struct error *error)
{
    struct call *call = import->call;
    struct field_problems problems = {0};
    struct stored_list list;
    enum error_code rc = lists_add(call->store, &line->ref, LIST_ADDED, 0, &line->id, error);

    if (rc || !line->choices)
        return rc;
    rc = lists_find_id(call->store, call->arena, line->id, &list, error);
    if (!rc && api_take_list_choices(call, line->choices, &list, &problems))
        rc = lists_change(call->store, &list, error);
    return rc;
}

static enum error_code take_line(struct import *import, struct line *line, struct error *error)
{
    struct call *call = import->call;
    struct stored_list kept = {0};

    understand(import, line);
    if (line->result == RESULT_NOT_UNDERSTOOD)
        return ERROR_NONE;
    enum error_code rc = lists_find(call->store, call->arena, &line->ref, &kept, error);
    if (rc && rc != ERROR_NOT_FOUND)
        return rc;
    line->id = kept.id;
    line->result = !rc || came_before(import, line) ? RESULT_ALREADY_THERE : RESULT_ADDED;
    return line->result == RESULT_ADDED && !import->dry_run ? write_line(import, line, error)
                                                            : ERROR_NONE;
}

/* All or none. */
static bool take_all(struct import *import)
{
    struct store *store = import->call->store;
    struct error error = {0};
    enum error_code rc = store_begin(store, &error);

    if (!rc) {
        for (size_t i = 0; !rc && i < import->count; i++) {
            rc = take_line(import, &import->lines[i], &error);
            import->counts[import->lines[i].result]++;
        }
        rc = store_end(store, rc, &error);
    }
    if (rc)
        call_fail_error(import->call, &error);
    return !rc;
}

static void put_line(struct call *call, const struct line *line)
{
    struct json_writer *json = &call->json;
    bool is_known = line->result != RESULT_NOT_UNDERSTOOD;
    char shown[INPUT_SHOWN];

    text_copy(shown, sizeof(shown), line->input ? line->input : "");
    json_begin_object(json, NULL);
    json_put_number(json, "line", line->number);
    json_put_text(json, "input", shown);
    json_put_text(json, "result", result_words[line->result]);
    json_put_text(json, "list_type", is_known ? line->ref.type : NULL);
    json_put_text(json, "list_id", is_known ? line->ref.id : NULL);
    json_put_number_or_null(json, "id", line->id);
    json_put_text(json, "message", line->message);
    json_end_object(json);
}

static void put_import(const struct import *import)
{
    struct json_writer *json = &import->call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "dry_run", import->dry_run);
    for (int i = 0; i < RESULTS; i++)
        json_put_number(json, result_words[i], import->counts[i]);
    json_begin_array(json, "lines");
    for (size_t i = 0; i < import->count; i++)
        put_line(import->call, &import->lines[i]);
    json_end_array(json);
    json_end_object(json);
}

static void tell(const struct import *import)
{
    struct call *call = import->call;

    if (import->dry_run || !import->counts[RESULT_ADDED])
        return;
    call_audit(call, "list.import",
               arena_print(call->arena, "%" PRId64 " lists", import->counts[RESULT_ADDED]), "");
    call_announce(call, "list_changed", "{\"id\": null, \"action\": \"list.import\"}");
    schedule_changed(call->api->schedule);
}

static void lists_import(struct call *call)
{
    char *text = text_trim(arena_text(call->arena, call_body_text(call, "text")));
    struct import import = {
        .call = call,
        .dry_run = call_body_switch(call, "dry_run", false),
        .lines = arena_take(call->arena, LINES_MOST * sizeof(*import.lines)),
    };
    bool is_copy = *text == '{' || *text == '[';

    if ((is_copy ? read_copy(&import, text) : read_lines(&import, text)) && take_all(&import)) {
        tell(&import);
        put_import(&import);
    }
    json_value_free(import.copy);
}

const struct route api_lists_copy_routes[] = {
    {.id = "lists_export",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/lists/export",
     .access = ACCESS_READ,
     .summary = "A copy of the lists and of what is chosen for them",
     .answer = &exported,
     .handle = lists_export},
    {.id = "lists_import",
     .tag = "Lists",
     .method = WEB_POST,
     .path = "/api/lists/import",
     .access = ACCESS_SYNC,
     .summary = "Add the lists of a copy, of the original's export, or one a line",
     .body = import_fields,
     .answer = &imported,
     .handle = lists_import},
    {0},
};

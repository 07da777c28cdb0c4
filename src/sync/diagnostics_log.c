#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_value.h"
#include "base/log_file.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/diagnostics_parts.h"
#include "sync/discreet.h"

/* Texts in log lines that are told, discreetly; of others only the length is. */
static const char *const told[] = {
    "status",  "state",   "kind",   "trigger", "signal", "provider",  "method",
    "header",  "route",   "action", "why",     "error",  "encrypted", "answer",
    "message", "address", "api",    "ui",      "data",   "file",      "client"};

static bool is_told(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(told); i++)
        if (text_equal(told[i], name))
            return true;
    return false;
}

/* "/api/lists/imdb/ls1?a=b" -> "/api/lists/xxxx/ls0?(hidden)": names of things stand in paths. */
static void put_path(const char *path, struct arena *arena, struct buffer *out)
{
    static const char api[] = "/api/";
    size_t length = strcspn(path, "?");
    size_t ours = text_starts_with(path, api) ? strlen(api) + strcspn(path + strlen(api), "/?") : 0;
    const char *rest = arena_text_n(arena, path + ours, length - ours);

    discreet_text(arena_text_n(arena, path, ours), out);
    buffer_text(out, discreet_form(arena, rest));
    if (path[length])
        buffer_text(out, "?(hidden)");
}

struct values {
    struct report *report;
    struct buffer *out;
};

static void put_value(void *context, const char *name, const struct json_value *value)
{
    struct values *values = context;
    const char *text = json_value_text(value);

    buffer_print(values->out, "  %s=", name);
    if (json_value_is_integer(value))
        buffer_print(values->out, "%lld", (long long)json_value_integer(value));
    else if (!text)
        buffer_byte(values->out, '?');
    else if (text_equal(name, "path"))
        put_path(text, values->report->arena, values->out);
    else if (is_told(name))
        buffer_text(values->out, report_discreet(values->report, text));
    else
        buffer_print(values->out, "(%zu characters)", strlen(text));
}

static void put_values(struct report *report, const char *json, struct buffer *out)
{
    AUTO_JSON struct json_value *document = NULL;
    struct values values = {report, out};

    if (json_value_parse(json, strlen(json), &document, NULL) == ERROR_NONE)
        json_value_each(document, put_value, &values);
}

/* "2026-11-22T09:33:56Z info  sync: run 12 is over  run=12" */
static const char *tell(struct report *report, const struct log_line *line)
{
    AUTO_BUFFER struct buffer line_text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_print(&line_text, "%s %-7s %s: %s", report_time(report, line->wall_ms),
                 log_level_word(line->level), line->part, report_discreet(report, line->sentence));
    put_values(report, line->values, &line_text);
    AUTO_FREE char *tame = memory_text(buffer_string(&line_text));
    text_tame(tame);
    redaction_apply(report->redaction, tame, strlen(tame), &out);
    buffer_byte(&out, '\n');
    return arena_text(report->arena, buffer_string(&out));
}

static void read_lines(const struct report *report, struct log_lines *ret)
{
    struct log_filter filter = {.limit = DIAGNOSTICS_LINES_MOST};

    if (!report->order->log_path)
        log_read_older(&filter, report->arena, ret);
    else if (*report->order->log_path)
        log_file_read(report->order->log_path, &filter, report->arena, ret);
}

void diagnostics_log(struct report *report)
{
    enum { ROOM_FOR_HEADING = 200 };
    struct log_lines lines = {0};
    struct buffer *out = report->out;

    read_lines(report, &lines);
    const char **kept = arena_take(report->arena, (lines.count + 1) * sizeof(*kept));
    size_t room = out->length + ROOM_FOR_HEADING < DIAGNOSTICS_MOST
                      ? DIAGNOSTICS_MOST - out->length - ROOM_FOR_HEADING
                      : 0;
    size_t from = lines.count;
    for (; from > 0; from--) {
        kept[from - 1] = tell(report, &lines.items[from - 1]);
        if (strlen(kept[from - 1]) > room)
            break;
        room -= strlen(kept[from - 1]);
    }
    buffer_print(out, "\n== Log, the newest %zu lines%s ==\n\n", lines.count - from,
                 from ? " (older ones were cut off)" : "");
    for (size_t i = from; i < lines.count; i++)
        buffer_text(out, kept[i]);
}

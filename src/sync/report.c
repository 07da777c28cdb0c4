#include "sync/report.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/discreet.h"

enum { NAME_COLUMNS = 24 };

void report_line(struct report *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *line = memory_print_list(format, arguments);
    va_end(arguments);
    text_tame(line);
    buffer_print(&report->text, "%s\n", line);
}

void report_say(struct report *report, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *value = memory_print_list(format, arguments);
    va_end(arguments);
    report_line(report, "%-*s %s", NAME_COLUMNS, name, value);
}

const char *report_discreet(struct report *report, const char *sentence)
{
    AUTO_BUFFER struct buffer known = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    /* What is known goes first: of a secret with a quotation mark in it half would be left. */
    redaction_apply(report->redaction, sentence, strlen(sentence), &known);
    discreet_text(buffer_string(&known), &text);
    return arena_text(report->arena, buffer_string(&text));
}

const char *report_time(struct report *report, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    if (wall_ms <= 0)
        return "never";
    clock_format_utc(wall_ms, text);
    return report_stored_time(report, text);
}

const char *report_stored_time(struct report *report, const char *stored)
{
    char *text;

    if (text_is_empty(stored))
        return "never";
    text = arena_print(report->arena, "%sZ", stored);
    if (text[0] && text[10] == ' ')
        text[10] = 'T';
    return text;
}

void report_trouble(struct report *report, const char *name, const struct error *error)
{
    report_say(report, name, "cannot be told: %s", report_discreet(report, error->message));
}

void report_hand_out(struct report *report)
{
    redaction_apply(report->redaction, buffer_string(&report->text), report->text.length,
                    report->out);
    buffer_clear(&report->text);
}

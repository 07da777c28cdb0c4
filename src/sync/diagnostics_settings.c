#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/diagnostics_parts.h"
#include "sync/discreet.h"

/*
 * Texts that are told as they are: words of ours, times, ports, levels. Any other text may be an
 * address with a key in it or somebody's name, and so may one that is new: it is told by its form.
 */
static const char *const told[] = {
    "TZ",
    "SYNC_SCHEDULE",
    "BACKUP_SCHEDULE",
    "LISTSYNC_METRICS",
    "LISTSYNC_AUTH",
    "LISTSYNC_BIND",
    "LISTSYNC_BASE_PATH",
    "LISTSYNC_LOG_LEVEL",
    "LISTSYNC_LOG_FORMAT",
    "SMTP_SECURITY",
    "PUSHOVER_PRIORITY",
};

static bool is_told(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(told); i++)
        if (text_equal(told[i], name))
            return true;
    return false;
}

static size_t parts_of(const char *text)
{
    size_t count = 1;

    for (; *text; text++)
        count += *text == ',';
    return count;
}

/* "2 texts, 31 characters" */
static const char *form_of(struct report *report, const char *value)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    size_t parts = parts_of(value);

    if (parts == 1 && strstr(value, "://")) {
        discreet_address(value, &text);
        return arena_text(report->arena, buffer_string(&text));
    }
    return arena_print(report->arena, "set: %zu %s, %zu characters", parts,
                       parts == 1 ? "text" : "texts", strlen(value));
}

static const char *value_of(struct report *report, const struct option *option)
{
    const struct options *live = &report->live;

    if (option->kind == OPTION_SECRET)
        return options_is_set(live, option->name) ? "set" : "not set";
    const char *value = options_text(live, option->name);
    if (!*value)
        return "not set";
    if (option->kind == OPTION_NUMBER || option->kind == OPTION_DECIMAL ||
        option->kind == OPTION_SWITCH || is_told(option->name) ||
        !options_is_set(live, option->name))
        return value;
    return form_of(report, value);
}

static int compare(const void *a, const void *b)
{
    return strcmp((*(const struct option *const *)a)->name,
                  (*(const struct option *const *)b)->name);
}

static void put_settings(struct report *report)
{
    const struct map *declared = &report->live.declared;
    const struct option **options = arena_take(report->arena, declared->count * sizeof(*options));
    size_t count = 0;

    for (size_t i = 0; i < declared->capacity; i++)
        if (declared->entries[i].key)
            options[count++] = declared->entries[i].value;
    if (count)
        qsort(options, count, sizeof(*options), compare);
    for (size_t i = 0; i < count; i++) {
        const char *name = options[i]->name;
        const char *source = options_source(&report->live, name);
        if (!options_is_set(&report->live, name))
            source = options[i]->fallback && *options[i]->fallback ? "default" : "";
        report_line(report, "%-34s %s%s%s%s", name, value_of(report, options[i]),
                    *source ? "  (" : "", source, *source ? ")" : "");
    }
}

/* What other programs give their children; of ours the network pays no heed to proxies. */
static void put_environment(struct report *report)
{
    static const char *const names[] = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
                                        "http_proxy", "https_proxy", "all_proxy",
                                        "no_proxy",   "NO_PROXY",    "SSL_CERT_FILE"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (!text_is_empty(getenv(names[i])))
            report_line(report, "%-34s set, not a setting of ListSync%s", names[i],
                        text_equal(names[i], "SSL_CERT_FILE") ? "" : ", and not used");
}

static void put_sentences(struct report *report, const char *sentences)
{
    for (const char *line = sentences; *line;) {
        size_t length = strcspn(line, "\n");
        report_line(report, "! %s",
                    report_discreet(report, arena_text_n(report->arena, line, length)));
        line += length + (line[length] != '\0');
    }
}

void diagnostics_settings(struct report *report)
{
    put_sentences(report, report->order->settings_problem);
    put_sentences(report, report->order->warnings);
    put_settings(report);
    put_environment(report);
}

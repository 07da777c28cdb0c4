#include "sync/diagnostics.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sync/diagnostics_parts.h"
#include "sync/live_settings.h"

static const char head[] =
    "ListSync diagnostics\n"
    "====================\n"
    "\n"
    "For whoever helps you with ListSync. Read it before you hand it on: it is yours.\n"
    "\n"
    "In it: versions of the program, its libraries and the system; the data folder;\n"
    "whether the database is whole, and how many rows its tables have; settings (of\n"
    "texts and addresses only those that tell nothing about you); whether Seerr\n"
    "answers; lists, runs, alarms, notifications and backups with their states,\n"
    "counts and times; figures; the newest lines of the log. Addresses that mean\n"
    "something in your home only (192.168.1.2, seerr, nas.lan) are told.\n"
    "\n"
    "Not in it: passwords, keys, tokens and webhooks (a setting that is one is \"set\"\n"
    "or \"not set\"), titles, names of accounts, names of people's lists, mail\n"
    "addresses, public addresses and host names. Where a sentence held one of them\n"
    "there is a word in brackets, or stars; what stood in quotation marks is told by\n"
    "its length. What is written like \"xxxx/lists/xx-0000\" is the form of a name.\n"
    "Lists, targets and runs have the numbers that ListSync shows.\n";

static const struct {
    const char *title;
    void (*write)(struct report *report);
} parts[] = {
    {"Program", diagnostics_program},       {"Machine", diagnostics_machine},
    {"Service", diagnostics_service},       {"Data folder", diagnostics_folder},
    {"Database", diagnostics_database},     {"Settings", diagnostics_settings},
    {"Seerr", diagnostics_seerr},           {"Lists", diagnostics_lists},
    {"Sources", diagnostics_sources},       {"Runs, the newest first", diagnostics_runs},
    {"Requests", diagnostics_ledger},       {"Alarms", diagnostics_alarms},
    {"Notifications", diagnostics_targets}, {"Backups", diagnostics_backups},
    {"Figures", diagnostics_metrics},
};

static void find_key(struct report *report)
{
    const struct diagnostics_order *order = report->order;
    struct secret_key_place place = secret_key_place(order->data_directory, order->given);

    if (order->store)
        report->has_key =
            secret_key_find(&place, order->store, &report->key, &report->key_error) == ERROR_NONE;
}

/* Settings as they are now. What cannot be read of the stored ones is told with the database. */
static void complete_settings(struct report *report)
{
    const struct diagnostics_order *order = report->order;

    if (!report->has_key ||
        live_settings_load(order->given, order->store, &report->key.key, &report->live, NULL))
        options_copy(order->given, &report->live);
}

static void begin(struct report *report)
{
    const struct diagnostics_order *order = report->order;

    report->arena = arena_new();
    report->redaction = redaction_new();
    buffer_init(&report->text, DIAGNOSTICS_MOST);
    find_key(report);
    complete_settings(report);
    if (order->store)
        lists_load(order->store, report->arena, true, &report->lists, NULL);
    diagnostics_learn(report);
}

static void end(struct report *report)
{
    options_release(&report->live);
    secret_key_release(&report->key);
    buffer_release(&report->text);
    redaction_free(report->redaction);
    arena_free(report->arena);
}

void diagnostics_write(const struct diagnostics_order *order, struct buffer *out)
{
    struct report report = {.order = order, .out = out};

    begin(&report);
    buffer_text(out, head);
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        buffer_print(out, "\n== %s ==\n\n", parts[i].title);
        parts[i].write(&report);
        report_hand_out(&report);
    }
    diagnostics_log(&report);
    end(&report);
}

void diagnostics_name(char ret[DIAGNOSTICS_NAME_SIZE])
{
    char time[CLOCK_TEXT_SIZE];

    clock_format_compact(clock_wall_ms(), time);
    snprintf(ret, DIAGNOSTICS_NAME_SIZE, "listsync-diagnostics-%s.txt", time);
}

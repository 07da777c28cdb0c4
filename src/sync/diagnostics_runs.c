/* What was done and told: runs, requests, alarms, notifications, backups. */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/alarms.h"
#include "store/ledger.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "store/runs.h"
#include "sync/diagnostics_parts.h"

enum { RUNS_SHOWN = 20, DELIVERIES_SHOWN = 20, BACKUPS_SHOWN = 50 };

static bool has_store(struct report *report)
{
    if (!report->order->store)
        report_line(report, "there is no database to be asked");
    return report->order->store != NULL;
}

static void put_run(struct report *report, const struct stored_run *run)
{
    char took[CLOCK_TEXT_SIZE];

    clock_format_duration(run->duration_ms, took);
    report_line(report, "run %" PRId64 ": %s%s, %s by %s, began %s, took %s", run->id,
                run_state_word(run->state), run->dry_run ? " (dry run)" : "",
                run_mode_word(run->mode), run_trigger_word(run->trigger),
                report_stored_time(report, run->started), took);
    report_line(report,
                "    %" PRId64 " titles: %" PRId64 " requested, %" PRId64 " left alone, %" PRId64
                " not identified, %" PRId64 " failed; %" PRId64 " lists not read; calls: %" PRId64
                " to Seerr, %" PRId64 " to sources%s%s",
                run->processed, run->requested, run->skipped, run->unmatched, run->errored,
                run->unread_lists, run->seerr_calls, run->source_calls,
                run->attempt > 1 ? "; begun again" : "", *run->undone_at ? "; taken back" : "");
    if (*run->message)
        report_line(report, "    %s", report_discreet(report, run->message));
}

void diagnostics_runs(struct report *report)
{
    struct stored_runs runs = {0};
    struct error error = {0};

    if (!has_store(report))
        return;
    if (runs_load(report->order->store, report->arena, RUNS_SHOWN, &runs, &error))
        report_trouble(report, "runs", &error);
    else if (!runs.count)
        report_line(report, "none");
    for (size_t i = 0; i < runs.count; i++)
        put_run(report, &runs.items[i]);
}

void diagnostics_ledger(struct report *report)
{
    int64_t counts[LEDGER_STATES];
    struct error error = {0};

    if (!has_store(report))
        return;
    if (ledger_counts(report->order->store, counts, &error)) {
        report_trouble(report, "requests", &error);
        return;
    }
    for (int state = 0; state < LEDGER_STATES; state++)
        report_say(report, ledger_state_word((enum ledger_state)state), "%" PRId64, counts[state]);
}

void diagnostics_alarms(struct report *report)
{
    struct alarms alarms = {0};
    struct error error = {0};

    if (!has_store(report))
        return;
    if (alarms_load(report->order->store, report->arena, &alarms, &error))
        report_trouble(report, "alarms", &error);
    else if (!alarms.count)
        report_line(report, "none");
    for (size_t i = 0; i < alarms.count; i++)
        report_line(report, "%s, since %s: %s", report_discreet(report, alarms.items[i].key),
                    report_time(report, alarms.items[i].raised_ms),
                    report_discreet(report, alarms.items[i].sentence));
}

static void put_target(struct report *report, const struct notification_target *target)
{
    report_line(report, "target %" PRId64 ": %s, %s, %s, a name of %zu characters%s", target->id,
                target->kind, target->is_on ? "on" : "off", target->form, strlen(target->name),
                target->from_environment ? ", from settings" : "");
    report_line(report, "    events: %s", target->events);
    if (*target->disabled)
        report_line(report, "    switched off by itself %s: %s",
                    report_time(report, target->disabled_ms),
                    report_discreet(report, target->disabled));
}

static void put_deliveries(struct report *report)
{
    struct notification_deliveries newest = {0};
    int64_t counts[DELIVERY_STATES];
    struct error error = {0};

    if (notification_deliveries_counts(report->order->store, counts, &error) ||
        notification_deliveries_load(report->order->store, report->arena, 0, 0, DELIVERIES_SHOWN,
                                     &newest, &error)) {
        report_trouble(report, "deliveries", &error);
        return;
    }
    for (int state = 0; state < DELIVERY_STATES; state++)
        report_say(report, delivery_state_words[state], "%" PRId64, counts[state]);
    for (size_t i = 0; i < newest.count; i++) {
        const struct notification_delivery *delivery = &newest.items[i];
        report_line(report, "%s to target %" PRId64 ": %s, %" PRId64 " attempts%s%s",
                    report_time(report, delivery->created_ms), delivery->target_id,
                    delivery_state_words[delivery->state], delivery->attempts,
                    *delivery->message ? ": " : "", report_discreet(report, delivery->message));
    }
}

void diagnostics_targets(struct report *report)
{
    struct notification_targets targets = {0};
    struct error error = {0};

    if (!has_store(report))
        return;
    if (notification_targets_load(report->order->store, report->arena, &targets, &error)) {
        report_trouble(report, "targets", &error);
        return;
    }
    for (size_t i = 0; i < targets.count; i++)
        put_target(report, &targets.items[i]);
    put_deliveries(report);
}

static void put_backup(struct report *report, const struct backup_file *file)
{
    report_line(report, "%s, %" PRId64 " bytes%s%s%s", file->name, file->bytes,
                *file->problem ? ": " : ", ",
                *file->problem ? report_discreet(report, file->problem)
                               : backup_reason_word(file->head.reason),
                file->head.is_encrypted ? ", encrypted" : "");
}

static void put_backup_desk(struct report *report)
{
    const struct diagnostics_service *service = report->order->service;
    const struct backup_desk_state *state = service ? service->backups : NULL;

    if (!state)
        return;
    report_say(report, "scheduled", "%s, next %s", state->is_on ? state->words : "off",
               report_time(report, state->next_ms));
    if (*state->problem)
        report_say(report, "failed", "%s: %s", report_time(report, state->failed_ms),
                   report_discreet(report, state->problem));
}

void diagnostics_backups(struct report *report)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_files files = {0};
    struct error error = {0};

    put_backup_desk(report);
    backup_folder_init(&folder, &report->live, report->order->data_directory);
    report_say(report, "folder", "%s", report_discreet(report, folder.path));
    if (backup_folder_list(&folder, report->arena, &files, &error)) {
        report_trouble(report, "backups", &error);
        return;
    }
    report_say(report, "backups", "%zu", files.count);
    for (size_t i = 0; i < files.count && i < BACKUPS_SHOWN; i++)
        put_backup(report, &files.items[i]);
}

#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/calendar.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/environment.h"
#include "store/notification_deliveries.h"
#include "sync/notice_sending.h"

/*
 * Targets of the environment are rows like all others, which the service makes at its start; for
 * this command they are made as well, so that a setting can be tested before the service runs.
 */
struct notifying {
    struct session session;
    struct arena *arena;
    struct secret_key key;
    struct notice_keys keys;
    struct notification_targets targets;
};

/* Where there is no database there is nothing sealed, and no key is made. */
static enum error_code open_key(struct notifying *notifying, struct error *error)
{
    const struct session *session = &notifying->session;
    const struct secret_key_place place = session_key_place(session);

    crypto_begin();
    notifying->keys =
        (struct notice_keys){.given = &session->settings.options, .key = &notifying->key.key};
    return session->store_is_missing
               ? ERROR_NONE
               : secret_key_open(&place, session->store, &notifying->key, error);
}

static enum error_code open_all(struct notifying *notifying, const struct words *origins,
                                struct error *error)
{
    struct session *session = &notifying->session;
    enum error_code rc = session_open(session, origins->items, error);

    if (!rc)
        rc = session_open_store(session, error);
    if (!rc)
        rc = open_key(notifying, error);
    if (!rc)
        rc = notice_targets_follow(&notifying->keys, session->store, error);
    if (!rc)
        rc =
            notification_targets_load(session->store, notifying->arena, &notifying->targets, error);
    return rc;
}

/* What the environment sets wrongly makes no target, so it is not among them. */
static void say_what_is_wrong(const struct notifying *notifying)
{
    const struct options *given = &notifying->session.settings.options;

    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++) {
        struct notifier_settings settings = {0};
        struct error wrong = {0};
        if (!environment_settings(given, *notifier, &settings, &wrong) && wrong.code)
            words_print(stderr, 0, "listsync: the environment sets %s, but not as it should: %s",
                        (*notifier)->title, wrong.message);
        notifier_settings_release(&settings);
    }
}

/* "on", "on, but messages wait: HOST does not answer; next attempt 2026-11-22 09:30:00 UTC" */
static const char *state_of(const struct notifying *notifying,
                            const struct notification_target *row)
{
    struct delivery_held_up held = {0};
    char next[CLOCK_TEXT_SIZE];

    if (!row->is_on || *row->disabled)
        return row->is_on ? row->disabled : "off";
    notification_deliveries_held_up(notifying->session.store, notifying->arena, row->id, &held,
                                    NULL);
    if (!held.message)
        return "on";
    clock_format_utc(held.due_ms, next);
    return arena_print(notifying->arena, "on, but messages wait: %s; next attempt %s", held.message,
                       words_time(notifying->arena, next));
}

static const char *time_of_day(struct arena *arena, int minute)
{
    return arena_print(arena, "%02d:%02d", minute / 60, minute % 60);
}

/* "changes", "weekly on Monday at 09:00, quiet from 22:00 to 07:00" */
static const char *form_of(const struct notification_target *row, struct arena *arena)
{
    const struct notice_choice choice = notice_target_choice(row);
    const char *at = time_of_day(arena, choice.digest_minute);
    const char *text = row->form;

    if (choice.form == NOTICE_FORM_WEEKLY)
        text = arena_print(arena, "%s on %s at %s", text,
                           calendar_weekday_name(choice.digest_weekday), at);
    else if (notice_is_digest(&choice))
        text = arena_print(arena, "%s at %s", text, at);
    if (choice.quiet_from < 0 || choice.quiet_from == choice.quiet_until)
        return text;
    return arena_print(arena, "%s, quiet from %s to %s", text,
                       time_of_day(arena, choice.quiet_from),
                       time_of_day(arena, choice.quiet_until));
}

static enum exit_code list(struct notifying *notifying)
{
    AUTO_TABLE struct table table;

    table_init(&table, 4);
    if (!notifying->targets.count) {
        words_print(stdout, 0,
                    "Nobody is told yet: add a target in the settings of the web interface, or set "
                    "DISCORD_WEBHOOK_URL or another variable of docs/configuration.md");
        return EXIT_DONE;
    }
    for (size_t i = 0; i < notifying->targets.count; i++) {
        const struct notification_target *row = &notifying->targets.items[i];
        table_cell(&table, "%s", row->name);
        table_cell(&table, "%s", row->kind);
        table_cell(&table, "%s", form_of(row, notifying->arena));
        table_cell(&table, "%s", state_of(notifying, row));
    }
    table_print(&table, stdout, 0);
    return EXIT_DONE;
}

static const struct notification_target *find(const struct notifying *notifying, const char *name)
{
    for (size_t i = 0; i < notifying->targets.count; i++)
        if (text_equal_ignoring_case(notifying->targets.items[i].name, name))
            return &notifying->targets.items[i];
    return NULL;
}

static bool tick(void *context)
{
    (void)context;
    return !interrupt_came();
}

static enum exit_code send(struct notifying *notifying, struct notice_target *target)
{
    struct notice notice;
    struct notice_sending sending = {.notifier = target->notifier,
                                     .settings = &target->settings,
                                     .notice = &notice,
                                     .arena = notifying->arena};
    struct exchange exchange = notice_sending_exchange(&sending);

    notice_sending_test(&notice, notifying->arena);
    session_open_network(&notifying->session);
    client_add(notifying->session.client, &exchange);
    if (client_run(notifying->session.client, tick, NULL))
        return EXIT_CANCELLED;
    const char *told = notice_sending_told(&sending.outcome, target->row.name, notifying->arena);
    if (sending.outcome.verdict == NOTIFIER_DELIVERED) {
        words_print(stdout, 0, "%s.", told);
        return EXIT_DONE;
    }
    words_print(stderr, 0, "listsync: %s", told);
    return EXIT_WITH_ERRORS;
}

static enum exit_code test(struct notifying *notifying, const char *name)
{
    const struct notification_target *row = find(notifying, name);
    struct notice_target target = {0};
    struct error error = {0};

    if (!row)
        return command_usage(&command_notify,
                             "there is no notification target \"%s\"; `listsync notify list` "
                             "shows them",
                             name);
    enum exit_code code = notice_target_open(&notifying->keys, row, &target, &error)
                              ? session_fail(&notifying->session, &error)
                              : send(notifying, &target);
    notice_target_release(&target);
    return code;
}

static bool is_understood(const struct words *words)
{
    if (words->count == 1)
        return strcmp(words->items[0], "list") == 0;
    return words->count == 2 && strcmp(words->items[0], "test") == 0;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct error error = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    struct notifying notifying = {.arena = arena};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_notify, "%s", error.message);
    if (!is_understood(&words))
        return command_usage(&command_notify, "notify wants list, or test and a name");
    interrupt_watch();
    enum error_code rc = open_all(&notifying, &origins, &error);
    if (!rc)
        say_what_is_wrong(&notifying);
    enum exit_code code = rc                 ? session_fail(&notifying.session, &error)
                          : words.count == 1 ? list(&notifying)
                                             : test(&notifying, words.items[1]);
    secret_key_release(&notifying.key);
    session_close(&notifying.session);
    return code;
}

const struct command command_notify = {
    .name = "notify",
    .arguments = "list | test NAME",
    .summary = "show who is told of what happens, and send a test message",
    .help =
        "  Targets are added in the web interface or set by the environment. What a sync did is\n"
        "  told by the service; `listsync sync` tells nobody.\n",
    .run = run,
};

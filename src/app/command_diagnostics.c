#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/settings.h"
#include "app/words.h"
#include "base/address.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/origins.h"
#include "net/pacer.h"
#include "sync/diagnostics.h"
#include "web/libraries.h"

/*
 * Works where nothing else does: settings that mean nothing, no database or a damaged one, a folder
 * that cannot be written, a service at work. So it opens everything by itself, and changes nothing.
 */
struct looking {
    struct settings settings;
    struct error settings_error, store_error;
    char *folder, *log_path;
    struct store *store;
    struct origins origins;
    struct address_ranges allowed;
    struct pacer *pacer;
    struct arena *arena;
};

static void look_at_settings(struct looking *looking)
{
    const struct options *options = &looking->settings.options;

    settings_load(&looking->settings, environ, ".env", &looking->settings_error);
    looking->folder = memory_text(options_text(options, "LISTSYNC_DATA_DIR"));
    const char *log = options_text(options, "LISTSYNC_LOG_FILE");
    looking->log_path = text_equal(log, "off") ? memory_text("")
                        : *log                 ? memory_text(log)
                               : memory_print("%s/logs/listsync.log", looking->folder);
}

static void look_at_store(struct looking *looking)
{
    AUTO_FREE char *database = memory_print("%s/list_sync.db", looking->folder);

    if (access(database, F_OK) != 0)
        error_set(&looking->store_error, ERROR_NOT_FOUND, "there is no database %s: %s", database,
                  strerror(errno));
    else
        store_open_to_look(database, &looking->store, &looking->store_error);
}

static void look_at_network(struct looking *looking, const char *const *origins)
{
    const struct options *options = &looking->settings.options;

    origins_add(&looking->origins, options_text(options, "LISTSYNC_ORIGINS"), NULL);
    for (; *origins; origins++)
        origins_add(&looking->origins, *origins, NULL);
    address_ranges_parse(options_text(options, "LISTSYNC_ALLOWED_ADDRESSES"), &looking->allowed,
                         NULL);
    looking->pacer = pacer_new();
}

static bool is_held(const struct looking *looking)
{
    AUTO_FREE char *path = memory_print("%s/listsync.lock", looking->folder);

    return files_is_locked(path);
}

static void begin(struct looking *looking, const char *const *origins)
{
    *looking = (struct looking){.arena = arena_new()};
    crypto_begin();
    look_at_settings(looking);
    look_at_store(looking);
    look_at_network(looking, origins);
}

static void end(struct looking *looking)
{
    pacer_free(looking->pacer);
    address_ranges_release(&looking->allowed);
    origins_release(&looking->origins);
    store_close(looking->store);
    free(looking->folder);
    free(looking->log_path);
    settings_release(&looking->settings);
    arena_free(looking->arena);
}

static void make(struct looking *looking, struct buffer *out)
{
    struct runner_tools tools = {
        .given = &looking->settings.options,
        .data_directory = looking->folder,
        .origins = &looking->origins,
        .pacer = looking->pacer,
        .allowed_addresses = &looking->allowed,
        .user_agent = "ListSync/" LISTSYNC_VERSION,
    };

    diagnostics_write(
        &(struct diagnostics_order){
            .given = &looking->settings.options,
            .settings_problem = looking->settings_error.message,
            .warnings = looking->settings.warnings,
            .data_directory = looking->folder,
            .store = looking->store,
            .store_problem = looking->store_error.message,
            .is_held = is_held(looking),
            .tools = &tools,
            .libraries = libraries_all(looking->arena),
            .log_path = looking->log_path,
        },
        out);
}

static enum exit_code give(const char *path, const struct buffer *report)
{
    struct error error = {0};

    if (text_equal(path, "-")) {
        fwrite(report->bytes, 1, report->length, stdout);
        return EXIT_DONE;
    }
    if (files_write(path, report->bytes, report->length, &error)) {
        enum exit_code code = command_fail(&error);
        words_print(stderr, 0, "`listsync diagnostics -` prints it instead.");
        return code;
    }
    words_print(stdout, 0,
                "%s (%zu kB) is written. There are no secrets, titles or names in it; read it "
                "before you hand it on.",
                path, (report->length + 1023) / 1024);
    return EXIT_DONE;
}

static enum exit_code run(int argc, char **argv)
{
    AUTO_BUFFER struct buffer report = BUFFER_WITH_LIMIT(2 * DIAGNOSTICS_MOST);
    struct words origins = {0};
    struct words words = {0};
    struct looking looking;
    struct error error = {0};
    const struct flag flags[] = {{0}};
    char name[DIAGNOSTICS_NAME_SIZE];

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_diagnostics, "%s", error.message);
    if (words.count > 1)
        return command_usage(&command_diagnostics, "diagnostics takes one file at most");
    begin(&looking, origins.items);
    make(&looking, &report);
    end(&looking);
    diagnostics_name(name);
    return give(words.count ? words.items[0] : name, &report);
}

const struct command command_diagnostics = {
    .name = "diagnostics",
    .arguments = "[FILE | -]",
    .summary = "write a report without secrets, for who helps you with trouble",
    .help = "  One text, as FILE or listsync-diagnostics-TIME.txt in this folder; - prints it.\n"
            "  Versions, the data folder, the database's health, settings without their secrets,\n"
            "  lists, runs and alarms by their numbers, and the newest lines of the log. No\n"
            "  passwords, keys, titles or names. Nothing is changed. It works while the service\n"
            "  runs, when it does not start, and with a damaged database.\n",
    .run = run,
};

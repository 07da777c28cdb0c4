#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/progress.h"
#include "app/session.h"
#include "app/summary.h"
#include "app/words.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "providers/provider.h"
#include "sync/history_desk.h"
#include "sync/sync.h"

struct choice {
    bool dry_run, all, json, quiet;
    struct words lists;
    struct words origins;
    struct words words;
};

/* A list of the command line that is not kept is synced this once and not kept either. */
static enum error_code find_or_add(struct session *session, struct arena *arena, const char *input,
                                   struct stored_list *ret, struct error *error)
{
    struct list_ref ref;
    int64_t id;
    enum error_code rc = session_find_list(session, arena, NULL, input, &ref, ret, error);

    if (!rc && !provider_find(ret->ref.type))
        return error_set(error, ERROR_USAGE, "%s: this version does not read lists of that type",
                         input);
    if (rc != ERROR_NOT_FOUND)
        return rc;
    rc = lists_add(session->store, &ref, LIST_ONE_TIME, 0, &id, error);
    return rc ? rc : lists_find(session->store, arena, &ref, ret, error);
}

static enum error_code choose_named(struct session *session, struct arena *arena,
                                    const struct words *names, struct stored_lists *ret,
                                    struct error *error)
{
    ret->items = arena_take(arena, names->count * sizeof(*ret->items));
    for (size_t i = 0; i < names->count; i++) {
        struct stored_list *place = &ret->items[ret->count];
        enum error_code rc = find_or_add(session, arena, names->items[i], place, error);
        if (rc)
            return rc;
        bool twice = false;
        for (size_t k = 0; k < ret->count; k++)
            twice |= ret->items[k].id == place->id;
        ret->count += !twice;
    }
    return ERROR_NONE;
}

/* Lists that an older or newer program kept wait for one that reads them. */
static void warn_about_unread(const struct buffer *names)
{
    if (names->length)
        words_print(stderr, 2,
                    "listsync: warning: left out, for this version does not read them: %s",
                    buffer_string(names));
}

static enum error_code refuse_nothing(const struct stored_lists *lists, struct error *error)
{
    return error_set(error, ERROR_USAGE,
                     "there are no lists%s: add one with `listsync lists add "
                     "TYPE:ID` or a setting such as IMDB_LISTS",
                     lists->count ? " that can be synced" : " yet");
}

static enum error_code choose_all(struct session *session, struct arena *arena, bool quiet,
                                  struct stored_lists *ret, struct error *error)
{
    AUTO_BUFFER struct buffer unread = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct stored_lists all = {0};
    enum error_code rc = lists_load(session->store, arena, false, &all, error);

    if (rc)
        return rc;
    ret->items = arena_take(arena, all.count * sizeof(*all.items));
    for (size_t i = 0; i < all.count; i++) {
        const struct stored_list *list = &all.items[i];
        if (!provider_find(list->ref.type))
            buffer_print(&unread, "%s%s:%s", unread.length ? ", " : "", list->ref.type,
                         list->ref.id);
        else if (list->auto_sync)
            ret->items[ret->count++] = *list;
    }
    if (!quiet)
        warn_about_unread(&unread);
    return ret->count ? ERROR_NONE : refuse_nothing(&all, error);
}

static enum error_code open_all(struct session *session, const struct choice *choice,
                                struct error *error)
{
    enum error_code rc = session_open(session, choice->origins.items, error);

    if (!rc)
        rc = session_check_lists(session, error);
    if (!rc)
        rc = session_add_stored(session, error);
    if (!rc)
        rc = session_open_seerr(session, error);
    if (!rc)
        rc = session_lock(session, error);
    if (!rc)
        rc = session_make_store(session, error);
    if (!rc)
        rc = named_lists_drop_others(&session->named, session->store, error);
    if (!rc)
        session_open_network(session);
    return rc;
}

static enum exit_code exit_of(const struct sync_result *result)
{
    switch (result->run.state) {
    case RUN_COMPLETED:
        return EXIT_DONE;
    case RUN_CANCELLED:
        return EXIT_CANCELLED;
    case RUN_FAILED:
        return result->failure == ERROR_STORE ? EXIT_WITH_ERRORS : EXIT_SEERR;
    default:
        return EXIT_WITH_ERRORS;
    }
}

static void report(const struct choice *choice, const struct sync_result *result)
{
    if (choice->json)
        summary_print_json(result, stdout);
    else if (!choice->quiet)
        summary_print(result, stdout, choice->all);
    if (result->run.state == RUN_FAILED && (choice->quiet || choice->json))
        fprintf(stderr, "listsync: %s\n", result->run.message);
}

static bool nobody_interrupts(void *context)
{
    (void)context;
    return !interrupt_came();
}

/* In its history it is one sentence; who sits before it is told what to do as well. */
static void advise(const struct session *session, struct sync_result *result)
{
    struct error error = {0};

    if (result->run.state != RUN_FAILED || result->failure != ERROR_STORE)
        return;
    error_set(&error, ERROR_STORE, "%s", result->run.message);
    session_advise(session, &error);
    result->run.message = arena_text(result->arena, error.message);
}

/* `named`: how many lists there are to sync in all; a run takes those of one quality. */
static enum exit_code perform(struct session *session, const struct choice *choice,
                              const struct stored_lists *lists, size_t named, bool is_4k)
{
    struct progress progress;
    struct sync_result result;
    struct error error = {0};
    const struct options *options = &session->settings.options;
    struct sync_observer observer =
        progress_observer(&progress, choice->json ? stderr : stdout, choice->quiet || choice->json);
    struct sync_tools tools = {
        .store = session->store,
        .client = session->client,
        .seerr = &session->login.seerr,
        .options = options,
        .observer = &observer,
    };
    struct sync_settings settings = {
        .mode = choice->lists.count == 0 ? RUN_FULL
                : named == 1             ? RUN_SINGLE
                                         : RUN_CUSTOM,
        .trigger = RUN_BY_CLI,
        .dry_run = choice->dry_run,
        .is_4k = is_4k,
        .default_requester = options_number(options, "OVERSEERR_USER_ID"),
        .lists = lists->items,
        .list_count = lists->count,
        .settle_ms = SYNC_SETTLE_MS,
    };
    enum error_code rc = sync_run(&tools, &settings, &result, &error);

    progress_end(&progress);
    advise(session, &result);
    report(choice, &result);
    enum exit_code code = rc ? session_fail(session, &error) : exit_of(&result);
    sync_result_release(&result);
    return code;
}

static struct stored_lists of_quality(const struct stored_lists *lists, bool is_4k, bool default_4k,
                                      struct arena *arena)
{
    struct stored_lists some = {arena_take(arena, lists->count * sizeof(*lists->items)), 0};

    for (size_t i = 0; i < lists->count; i++)
        if (sync_list_is_4k(&lists->items[i], default_4k) == is_4k)
            some.items[some.count++] = lists->items[i];
    return some;
}

/* HD first, then 4K; the first trouble is what the command ends with. */
static enum exit_code perform_all(struct session *session, const struct choice *choice,
                                  const struct stored_lists *lists, struct arena *arena)
{
    bool default_4k = options_switch(&session->settings.options, "OVERSEERR_4K");
    enum exit_code worst = EXIT_DONE;

    for (int is_4k = 0; is_4k <= 1 && worst != EXIT_CANCELLED; is_4k++) {
        struct stored_lists some = of_quality(lists, is_4k, default_4k, arena);
        enum exit_code code =
            some.count ? perform(session, choice, &some, lists->count, is_4k) : EXIT_DONE;
        worst = code == EXIT_CANCELLED || worst == EXIT_DONE ? code : worst;
    }
    history_tidy(session->store, &session->settings.options,
                 &(struct db_going){.keep_going = nobody_interrupts});
    return worst;
}

static enum exit_code run(int argc, char **argv)
{
    struct choice choice = {0};
    struct session session;
    struct error error = {0};
    struct stored_lists lists = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    const struct flag flags[] = {
        {.name = "--dry-run", .on = &choice.dry_run}, {.name = "--all", .on = &choice.all},
        {.name = "--json", .on = &choice.json},       {.name = "--quiet", .on = &choice.quiet},
        {.name = "--list", .many = &choice.lists},    {0},
    };

    if (arguments_read(argc, argv, flags, &choice.origins, &choice.words, &error))
        return command_usage(&command_sync, "%s", error.message);
    if (choice.words.count)
        return command_usage(&command_sync, "what is \"%s\"? A list is named with --list",
                             choice.words.items[0]);
    interrupt_watch();
    enum error_code rc = open_all(&session, &choice, &error);
    if (!rc)
        rc = choice.lists.count ? choose_named(&session, arena, &choice.lists, &lists, &error)
                                : choose_all(&session, arena, choice.quiet, &lists, &error);
    enum exit_code code = rc ? command_fail(&error) : perform_all(&session, &choice, &lists, arena);
    session_close(&session);
    return code;
}

const struct command command_sync = {
    .name = "sync",
    .arguments = "[--dry-run] [--all] [--list TYPE:ID]... [--json] [--quiet]",
    .summary = "fetch the lists and request what is missing",
    .help =
        "  --dry-run        decide and show, but request nothing\n"
        "  --all            show every title, on a terminal too\n"
        "  --list TYPE:ID   only this list (or its URL); may be repeated; need not be kept\n"
        "  --json           print one JSON object instead of text; two, one after the other, if\n"
        "                   some lists are asked for in 4K and others are not\n"
        "  --quiet          print errors only\n"
        "\n"
        "Ctrl-C stops cleanly within a second, a second Ctrl-C at once; either way the next\n"
        "sync goes on where this one stopped.\n",
    .run = run,
};

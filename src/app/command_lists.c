#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/memory.h"
#include "base/text.h"

/* What the command line says. */
struct call {
    struct words words;
    int64_t requester; /* Seerr user of --requester; 0: not given */
};

/* The service may have other settings than this shell; its next start, or a sync, clears up. */
static const char *origin_text(const struct stored_list *list, const struct named_lists *named)
{
    static const char *const texts[] = {
        [LIST_ADDED] = "added by hand",
        [LIST_FROM_ENVIRONMENT] = "settings",
        [LIST_ONE_TIME] = "once",
    };
    bool is_of_others =
        list->origin == LIST_FROM_ENVIRONMENT && !named_lists_setting(named, &list->ref);

    return is_of_others ? "other settings" : texts[list->origin];
}

/* What was never read has neither titles nor a time: those of an old database are not ours. */
static void print_list(struct table *table, const struct stored_list *list,
                       const struct named_lists *named)
{
    bool tried = *list->status;

    table_cell(table, "%s:%s", list->ref.type, list->ref.id);
    table_cell(table, "%s", origin_text(list, named));
    table_cell(table, "%s", session_list_state(list));
    if (tried)
        table_cell(table, "%" PRId64, list->item_count);
    else
        table_cell(table, "-");
    table_cell(table, "%s", tried && *list->last_synced ? list->last_synced : "-");
    table_cell(table, "%s", list->description);
}

static void print_lists(const struct stored_lists *lists, const struct named_lists *named)
{
    static const char *const headings[] = {"list", "from", "state", "titles", "last read", "name"};
    AUTO_TABLE struct table table;

    table_init(&table, ARRAY_LENGTH(headings));
    for (size_t i = 0; i < ARRAY_LENGTH(headings); i++)
        table_cell(&table, "%s", headings[i]);
    for (size_t i = 0; i < lists->count; i++)
        print_list(&table, &lists->items[i], named);
    table_print(&table, stdout, 0);
}

static void warn_about_settings(const struct named_lists *named)
{
    for (size_t i = 0; i < named->problem_count; i++)
        words_print(stderr, 2, "listsync: warning: %s; no sync begins before that is mended",
                    named->problems[i].message);
}

static enum exit_code all(struct session *session, struct arena *arena, const struct call *call)
{
    struct stored_lists lists = {0};
    struct error error = {0};

    (void)call;
    warn_about_settings(&session->named);
    if (lists_load(session->store, arena, true, &lists, &error))
        return session_fail(session, &error);
    if (lists.count)
        print_lists(&lists, &session->named);
    else
        puts("No lists yet: `listsync lists add TYPE:ID` or a URL adds one.");
    if (session->store_is_missing)
        words_print(stdout, 0, "There is no database in %s yet; the first sync makes it.",
                    session->data_directory);
    return EXIT_DONE;
}

/* "TYPE:ID", "TYPE ID" or a URL after the verb: the type that stands apart, or NULL. */
static const char *type_of(const struct words *words)
{
    return words->count == 3 ? words->items[1] : NULL;
}

static const char *text_of(const struct words *words)
{
    return words->items[words->count - 1];
}

/* What adding it once more changed. */
static void tell_changes(const struct session *session, const struct stored_list *before,
                         const struct call *call)
{
    const char *setting = named_lists_setting(&session->named, &before->ref);
    bool other_requester = call->requester && call->requester != before->requester;

    printf("already there: %s:%s", before->ref.type, before->ref.id);
    if (other_requester)
        printf("; its titles are requested as Seerr user %" PRId64 " from now on", call->requester);
    if (other_requester && before->requester)
        printf(", not as user %" PRId64, before->requester);
    if (before->origin == LIST_FROM_ENVIRONMENT)
        printf("; it stays now even when %s names it no more", setting ? setting : "a setting");
    else if (!other_requester)
        printf("; nothing changed");
    putchar('\n');
}

static void warn_about_missing_file(const struct list_ref *ref)
{
    const char *file = "file:";

    if (text_starts_with(ref->id, file) && access(ref->id + strlen(file), R_OK) != 0)
        words_print(stderr, 2, "listsync: warning: %s cannot be read here now; a sync looks again",
                    ref->id);
}

static enum exit_code add(struct session *session, struct arena *arena, const struct call *call)
{
    struct list_ref ref;
    struct stored_list list;
    struct error error = {0};
    int64_t id;

    if (session_parse_list(type_of(&call->words), text_of(&call->words), &ref, &error))
        return session_fail(session, &error);
    bool known = lists_find(session->store, arena, &ref, &list, NULL) == ERROR_NONE &&
                 list.origin != LIST_ONE_TIME;
    if (lists_add(session->store, &ref, LIST_ADDED, call->requester, &id, &error))
        return session_fail(session, &error);
    if (known)
        tell_changes(session, &list, call);
    else
        printf("added %s:%s%s%s\n", ref.type, ref.id, *ref.url ? "  " : "", ref.url);
    warn_about_missing_file(&ref);
    return EXIT_DONE;
}

static enum exit_code remove_list(struct session *session, struct arena *arena,
                                  const struct call *call)
{
    struct list_ref ref;
    struct stored_list list;
    struct error error = {0};

    if (session_find_list(session, arena, type_of(&call->words), text_of(&call->words), &ref, &list,
                          &error) ||
        lists_remove(session->store, &ref, &error))
        return session_fail(session, &error);
    const char *setting = named_lists_setting(&session->named, &ref);
    printf("removed %s:%s; what was requested stays requested\n", ref.type, ref.id);
    if (setting)
        printf("It stays out although %s still names it, until `lists add` takes it back.\n",
               setting);
    return EXIT_DONE;
}

static void print_entries(const struct entry_list *entries)
{
    AUTO_TABLE struct table table;

    table_init(&table, 4);
    for (size_t i = 0; i < entries->count; i++) {
        const struct entry *entry = &entries->items[i];
        table_cell(&table, "%d", entry->rank);
        table_cell(&table, "%s%s", entry->title, entry->year ? "" : " (no year)");
        table_cell(&table, "%.0d", entry->year);
        table_cell(&table, "%s %s", media_type_word(entry->media_type), entry->ids.imdb);
    }
    table_print(&table, stdout, 2);
}

static enum exit_code show(struct session *session, struct arena *arena, const struct call *call)
{
    struct list_ref ref;
    struct stored_list list;
    struct entry_list entries;
    struct error error = {0};

    if (session_find_list(session, arena, type_of(&call->words), text_of(&call->words), &ref, &list,
                          &error))
        return session_fail(session, &error);
    words_print(stdout, 2, "%s:%s%s%s", list.ref.type, list.ref.id, *list.description ? "  " : "",
                list.description);
    printf("  address      %s\n", *list.ref.url ? list.ref.url : "-");
    printf("  from         %s\n", origin_text(&list, &session->named));
    words_print(stdout, 15, "  last outcome %s%s%s", session_list_state(&list),
                *list.message ? ": " : "", list.message);
    printf("  last tried   %s\n", *list.last_tried ? list.last_tried : "never");
    printf("  last whole   %s\n", *list.last_synced ? list.last_synced : "never");
    if (list.requester)
        printf("  requested as Seerr user %" PRId64 "\n", list.requester);
    entry_list_init(&entries, arena);
    enum error_code rc = lists_entries(session->store, list.id, &entries, &error);
    if (!rc)
        print_entries(&entries);
    entry_list_release(&entries);
    return rc ? session_fail(session, &error) : EXIT_DONE;
}

static const struct verb {
    const char *name;
    size_t fewest, most; /* words, the verb included */
    bool writes;
    enum exit_code (*run)(struct session *session, struct arena *arena, const struct call *call);
} verbs[] = {
    {"all", 1, 1, false, all},
    {"add", 2, 3, true, add},
    {"remove", 2, 3, true, remove_list},
    {"show", 2, 3, false, show},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* The nearest of those with the same first letter: "rm" is nearer to "add" than to "remove". */
static const char *nearest_verb(const char *name)
{
    const char *nearest = NULL;
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
        size_t distance = text_distance(verbs[i].name, name);
        if (verbs[i].name[0] != name[0] || distance >= best)
            continue;
        nearest = verbs[i].name;
        best = distance;
    }
    return nearest;
}

static enum exit_code refuse_verb(const char *name)
{
    const char *nearest = nearest_verb(name);

    return command_usage(&command_lists, "there is no `lists %s`%s%s%s", name,
                         nearest ? "; did you mean `lists " : "", nearest ? nearest : "",
                         nearest ? "`?" : "");
}

static enum exit_code perform(const struct call *call, const struct verb *verb,
                              const struct words *origins)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct session session;
    struct error error = {0};
    enum error_code rc = session_open(&session, origins->items, &error);

    if (!rc)
        rc = verb->writes ? session_make_store(&session, &error)
                          : session_open_store(&session, &error);
    enum exit_code code = rc ? session_fail(&session, &error) : verb->run(&session, arena, call);
    session_close(&session);
    return code;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct call call = {0};
    struct words *words = &call.words;
    const char *requester = NULL;
    struct error error = {0};
    const struct flag flags[] = {{.name = "--requester", .value = &requester}, {0}};

    if (arguments_read(argc, argv, flags, &origins, words, &error))
        return command_usage(&command_lists, "%s", error.message);
    if (requester && !text_to_integer(requester, 1, INT32_MAX, &call.requester))
        return command_usage(&command_lists, "--requester wants the number of a Seerr user");
    if (!words->count)
        words->items[words->count++] = "all";
    const struct verb *verb = find_verb(words->items[0]);
    if (!verb)
        return refuse_verb(words->items[0]);
    if (requester && verb->run != add)
        return command_usage(&command_lists, "--requester goes with `lists add` only");
    if (words->count < verb->fewest || words->count > verb->most)
        return command_usage(&command_lists,
                             verb->most == 1 ? "`lists %s` takes no further words"
                                             : "%s needs a list: TYPE:ID or a URL",
                             words->items[0]);
    return perform(&call, verb, &origins);
}

const struct command command_lists = {
    .name = "lists",
    .arguments = "[add|remove|show TYPE:ID] [--requester USER]",
    .summary = "show the lists, or add, remove, show one",
    .help = "  lists                   all lists with their last outcome, and where they are from\n"
            "  lists add TYPE:ID       add one; a URL of the list's page will do, too\n"
            "    --requester USER      its titles are requested as this Seerr user (a number)\n"
            "  lists remove TYPE:ID    forget it; what was requested stays requested\n"
            "  lists show TYPE:ID      its state and what it held when it was last read\n"
            "\n"
            "Types:"
#define PROVIDER(name) " " #name
#include "providers/providers.def"
#undef PROVIDER
            "\n",
    .run = run,
};

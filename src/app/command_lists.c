#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/table.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"

/* What the command line says. */
struct call {
    struct words words;
    int64_t requester; /* Seerr user of --requester; 0: not given */
};

static void print_lists(const struct stored_lists *lists)
{
    AUTO_TABLE struct table table;

    table_init(&table, 5);
    for (size_t i = 0; i < lists->count; i++) {
        const struct stored_list *list = &lists->items[i];
        table_cell(&table, "%s:%s", list->ref.type, list->ref.id);
        table_cell(&table, "%s", *list->status ? list->status : "not read yet");
        table_cell(&table, "%" PRId64, list->item_count);
        table_cell(&table, "%s", *list->last_synced ? list->last_synced : "-");
        table_cell(&table, "%s", list->description);
    }
    table_print(&table, stdout, 0);
}

static enum exit_code all(struct session *session, struct arena *arena, const struct call *call)
{
    struct stored_lists lists = {0};
    struct error error = {0};

    (void)call;
    if (lists_load(session->store, arena, false, &lists, &error))
        return command_fail(&error);
    if (lists.count)
        print_lists(&lists);
    else
        puts("No lists yet: `listsync lists add TYPE:ID` or a URL adds one.");
    return EXIT_DONE;
}

/* "TYPE:ID", "TYPE ID" or a URL after the verb. */
static enum error_code parse_words(const struct words *words, struct list_ref *ret,
                                   struct error *error)
{
    if (words->count == 3)
        return provider_parse(words->items[1], words->items[2], ret, error);
    return provider_parse(NULL, words->items[1], ret, error);
}

static enum exit_code add(struct session *session, struct arena *arena, const struct call *call)
{
    struct list_ref ref;
    struct stored_list list;
    struct error error = {0};
    int64_t id;

    if (parse_words(&call->words, &ref, &error))
        return command_fail(&error);
    bool known = lists_find(session->store, arena, &ref, &list, NULL) == ERROR_NONE &&
                 list.origin != LIST_ONE_TIME;
    if (lists_add(session->store, &ref, LIST_ADDED, call->requester, &id, &error))
        return command_fail(&error);
    printf("%s %s:%s%s%s\n", known ? "already there:" : "added", ref.type, ref.id,
           *ref.url ? "  " : "", ref.url);
    return EXIT_DONE;
}

static enum exit_code remove_list(struct session *session, struct arena *arena,
                                  const struct call *call)
{
    struct list_ref ref;
    struct error error = {0};

    (void)arena;
    if (parse_words(&call->words, &ref, &error) || lists_remove(session->store, &ref, &error))
        return command_fail(&error);
    printf("removed %s:%s; what was requested stays requested\n", ref.type, ref.id);
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

    if (parse_words(&call->words, &ref, &error) ||
        lists_find(session->store, arena, &ref, &list, &error))
        return command_fail(&error);
    printf("%s:%s  %s\n", list.ref.type, list.ref.id, list.description);
    printf("  address      %s\n", *list.ref.url ? list.ref.url : "-");
    printf("  last outcome %s%s%s\n", *list.status ? list.status : "not read yet",
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
    return rc ? command_fail(&error) : EXIT_DONE;
}

static const struct verb {
    const char *name;
    size_t fewest, most; /* words, the verb included */
    enum exit_code (*run)(struct session *session, struct arena *arena, const struct call *call);
} verbs[] = {
    {"all", 1, 1, all},
    {"add", 2, 3, add},
    {"remove", 2, 3, remove_list},
    {"show", 2, 3, show},
};

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct call call = {0};
    struct words *words = &call.words;
    const char *requester = NULL;
    struct session session;
    struct error error = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    const struct flag flags[] = {{.name = "--requester", .value = &requester}, {0}};

    if (arguments_read(argc, argv, flags, &origins, words, &error))
        return command_usage(&command_lists, "%s", error.message);
    if (requester && !text_to_integer(requester, 1, INT32_MAX, &call.requester))
        return command_usage(&command_lists, "--requester wants the number of a Seerr user");
    if (!words->count)
        words->items[words->count++] = "all";
    const struct verb *verb = find_verb(words->items[0]);
    if (!verb || words->count < verb->fewest || words->count > verb->most)
        return command_usage(&command_lists,
                             verb ? "%s needs a list: TYPE:ID or a URL" : "there is no `lists %s`",
                             words->items[0]);
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code = rc ? command_fail(&error) : verb->run(&session, arena, &call);
    session_close(&session);
    return code;
}

const struct command command_lists = {
    .name = "lists",
    .arguments = "[add|remove|show TYPE:ID] [--requester USER]",
    .summary = "show the lists, or add, remove, show one",
    .help = "  lists                   all lists with their last outcome\n"
            "  lists add TYPE:ID       add one; a URL of the list's page will do, too\n"
            "    --requester USER      its titles are requested as this Seerr user (a number)\n"
            "  lists remove TYPE:ID    forget it; what was requested stays requested\n"
            "  lists show TYPE:ID      its state and what it held when it was last read\n"
            "\n"
            "Types: imdb, trakt, trakt_special, letterboxd, mdblist, stevenlu, custom.\n",
    .run = run,
};

#include "app/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const struct command *const commands[] = {
    &command_sync,  &command_lists,  &command_fetch, &command_why,    &command_undo,
    &command_allow, &command_ignore, &command_runs,  &command_doctor,
};

static const char overview[] =
    "usage: listsync COMMAND [ARGUMENTS]\n"
    "\n"
    "Requests in Overseerr, Jellyseerr or Seerr what is on your watchlists.\n"
    "\n"
    "commands:\n";

static const char settings_note[] =
    "\n"
    "Every command also takes --origin HOST=URL, which sends traffic meant for HOST to URL.\n"
    "Settings come from the environment and from .env in this directory; the needed ones are\n"
    "OVERSEERR_URL and OVERSEERR_API_KEY. `listsync help COMMAND` says more about a command.\n"
    "\n"
    "exit codes: 0 done, 1 done with errors, 2 usage or configuration, 3 Seerr unreachable or\n"
    "refused, 4 cancelled\n";

static void print_overview(FILE *out)
{
    fputs(overview, out);
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        fprintf(out, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
    fputs(settings_note, out);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static enum exit_code unknown(const char *name)
{
    const char *nearest = NULL;
    size_t best = 3;

    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        size_t distance = text_distance(commands[i]->name, name);
        if (distance < best) {
            best = distance;
            nearest = commands[i]->name;
        }
    }
    if (nearest)
        fprintf(stderr, "listsync: there is no command \"%s\"; did you mean \"%s\"?\n", name,
                nearest);
    else
        fprintf(stderr, "listsync: there is no command \"%s\"; `listsync help` lists them\n", name);
    return EXIT_USAGE;
}

static enum exit_code help(const char *name)
{
    const struct command *command = name ? find(name) : NULL;

    if (!name) {
        print_overview(stdout);
        return EXIT_DONE;
    }
    if (!command)
        return unknown(name);
    printf("usage: listsync %s %s\n\n%s\n\n%s", command->name, command->arguments, command->summary,
           command->help);
    return EXIT_DONE;
}

static bool is_any_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

enum exit_code command_main(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return EXIT_USAGE;
    }
    if (is_any_of(argv[1], "help", "--help", "-h"))
        return help(argc > 2 ? argv[2] : NULL);
    if (is_any_of(argv[1], "version", "--version", "-V")) {
        puts("listsync " LISTSYNC_VERSION);
        return EXIT_DONE;
    }
    const struct command *command = find(argv[1]);
    if (!command)
        return unknown(argv[1]);
    if (asks_for_help(argc - 2, argv + 2))
        return help(argv[1]);
    return command->run(argc - 1, argv + 1);
}

enum exit_code command_fail(const struct error *error)
{
    fprintf(stderr, "listsync: %s\n", error->message);
    switch (error->code) {
    case ERROR_USAGE:
    case ERROR_CONFLICT:
        return EXIT_USAGE;
    case ERROR_UNREACHABLE:
    case ERROR_REFUSED:
    case ERROR_FORMAT:
        return EXIT_SEERR;
    case ERROR_CANCELLED:
        return EXIT_CANCELLED;
    default:
        return EXIT_WITH_ERRORS;
    }
}

enum exit_code command_usage(const struct command *command, const char *format, ...)
{
    va_list arguments;

    fputs("listsync: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, "\nusage: listsync %s %s\n", command->name, command->arguments);
    return EXIT_USAGE;
}

#include "app/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/table.h"
#include "app/words.h"
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

static const struct command *const commands[] = {
    &command_serve,    &command_sync,   &command_lists,       &command_fetch, &command_why,
    &command_undo,     &command_allow,  &command_ignore,      &command_runs,  &command_doctor,
    &command_password, &command_backup, &command_restore,     &command_key,   &command_notify,
    &command_import,   &command_health, &command_diagnostics,
};

static const char overview[] =
    "usage: listsync COMMAND [ARGUMENTS]\n"
    "\n"
    "Requests in Overseerr, Jellyseerr or Seerr what is on your watchlists.\n"
    "\n"
    "commands:\n";

static const char settings_note[] =
    "\n"
    "Every command also takes --origin HOST=URL, which sends traffic meant for HOST to URL. "
    "Settings come from the environment and from .env in this directory; the needed ones are "
    "OVERSEERR_URL and OVERSEERR_API_KEY. `listsync help COMMAND` says more about a command.\n"
    "\n"
    "exit codes: 0 done, 1 done with errors, 2 usage or configuration, 3 Seerr unreachable or "
    "refused, 4 cancelled\n";

static void print_overview(FILE *out)
{
    AUTO_TABLE struct table table;

    table_init(&table, 2);
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        table_cell(&table, "%s", commands[i]->name);
        table_cell(&table, "%s", commands[i]->summary);
    }
    words_print_help(out, overview);
    table_print(&table, out, 2);
    words_print_help(out, settings_note);
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
        words_print(stderr, 0, "listsync: there is no command \"%s\"; did you mean \"%s\"?", name,
                    nearest);
    else
        words_print(stderr, 0, "listsync: there is no command \"%s\"; `listsync help` lists them",
                    name);
    return EXIT_USAGE;
}

static void print_usage(const struct command *command, FILE *out)
{
    words_print(out, (int)strlen("usage: listsync "), "usage: listsync %s %s", command->name,
                command->arguments);
}

static enum exit_code help(const char *name)
{
    const struct command *command = name ? find(name) : NULL;

    if (!name || strcmp(name, "help") == 0) {
        print_overview(stdout);
        return EXIT_DONE;
    }
    if (!command)
        return unknown(name);
    print_usage(command, stdout);
    fputc('\n', stdout);
    words_print(stdout, 0, "%s", command->summary);
    if (*command->help)
        fputc('\n', stdout);
    words_print_help(stdout, command->help);
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

static enum exit_code perform(int argc, char **argv)
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

/*
 * What is made is for its owner, with all that this one needs, whatever umask we were given. Lines
 * appear at once, in a pipe too. A reader that goes away does not end a sync half-way. A standard
 * stream that is closed must not become the number of the next file that is opened.
 */
static void prepare(void)
{
    umask(S_IRWXG | S_IRWXO);
    for (int file = 0; file <= STDERR_FILENO; file++)
        if (fcntl(file, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != file)
            abort();
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
}

/* Lost output is no success: whoever reads it would take half of it for the whole. */
static enum exit_code finish_output(enum exit_code code)
{
    bool is_lost = ferror(stdout) != 0;

    errno = 0;
    is_lost |= fclose(stdout) != 0;
    if (!is_lost)
        return code;
    /* A reader such as `head` that has seen enough needs no sentence. */
    if (errno != EPIPE)
        fputs("listsync: not all output could be written: the disk is full, or nobody reads it\n",
              stderr);
    return code == EXIT_DONE ? EXIT_WITH_ERRORS : code;
}

enum exit_code command_main(int argc, char **argv)
{
    prepare();
    return finish_output(perform(argc, argv));
}

enum exit_code command_fail(const struct error *error)
{
    words_print(stderr, 0, "listsync: %s", error->message);
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

    va_start(arguments, format);
    AUTO_FREE char *text = memory_print_list(format, arguments);
    va_end(arguments);
    words_print(stderr, 0, "listsync: %s", text);
    print_usage(command, stderr);
    return EXIT_USAGE;
}

/*
 * command.h: the commands of the program: one line each in the table of command.c, one file each.
 *
 * Exit codes are the same for all: 0 done, 1 done with errors, 2 usage or configuration,
 * 3 Seerr unreachable or refused, 4 cancelled.
 */
#ifndef LISTSYNC_APP_COMMAND_H
#define LISTSYNC_APP_COMMAND_H

#include "base/error.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_WITH_ERRORS = 1,
    EXIT_USAGE = 2,
    EXIT_SEERR = 3,
    EXIT_CANCELLED = 4,
};

struct command {
    const char *name;
    const char *arguments; /* "[--dry-run] ..." */
    const char *summary;   /* one line for the overview */
    const char *help;      /* the rest, for `listsync help NAME` */
    /* argv[0] is the command's name */
    enum exit_code (*run)(int argc, char **argv);
};

extern const struct command command_serve, command_sync, command_lists, command_fetch, command_why,
    command_undo, command_allow, command_ignore, command_runs, command_doctor, command_password,
    command_backup, command_restore, command_notify, command_import, command_health, command_key,
    command_diagnostics;

/* The whole program; `argv` as main got it. */
enum exit_code command_main(int argc, char **argv);

/* Prints "listsync: MESSAGE" on stderr and returns the exit code that fits the error. */
enum exit_code command_fail(const struct error *error);
/* Usage error of a command: the sentence and how to get help. */
enum exit_code command_usage(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

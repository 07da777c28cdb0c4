/*
 * arguments.h: the command line of one command, taken apart by a table of flags.
 */
#ifndef LISTSYNC_APP_ARGUMENTS_H
#define LISTSYNC_APP_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { ARGUMENTS_MAX = 256 };

struct flag {
    const char *name;   /* "--json"; NULL ends a table */
    bool *on;           /* a flag without a value, or NULL */
    const char **value; /* a flag with one value, or NULL */
    struct words *many; /* a flag that may be repeated, or NULL */
};

struct words {
    const char *items[ARGUMENTS_MAX + 1]; /* NULL-ended */
    size_t count;
};

/*
 * Fills the flags and collects the other words. `--name=value` and `--name value` are both
 * understood; "--" ends the flags. `origins` is filled by every command's --origin.
 * ERROR_USAGE names an unknown flag, a missing value or a flag given too often.
 */
enum error_code arguments_read(int argc, char **argv, const struct flag *flags,
                               struct words *origins, struct words *words, struct error *error);

/* The words with blanks between them: a title need not be quoted. There is at least one. */
const char *arguments_join(struct arena *arena, const struct words *words);

#endif

/*
 * settings.h: all settings of the program, from the environment and a .env file.
 *
 * The environment wins over .env in the working directory. A secret NAME may instead be given as
 * NAME_FILE, the path of a plain file that holds it; with both, NAME counts. The names are those of
 * the original. A malformed value is an error; an unknown name is a warning that names the nearest
 * right one, and so are both a value and its file.
 */
#ifndef LISTSYNC_APP_SETTINGS_H
#define LISTSYNC_APP_SETTINGS_H

#include <stdio.h>

#include "base/options.h"
#include "sync/unused_settings.h"

/* The settings that are lists: IMDB_LISTS holds lists of the type imdb, and so on. */
struct list_setting {
    const char *name;
    const char *type;
};

extern const struct list_setting settings_lists[]; /* ended by a NULL name */

struct unused_found {
    char *name;
    const struct unused_setting *setting;
};

struct settings {
    struct options options;
    char *warnings;              /* sentences, one a line; "" when there are none */
    struct unused_found *unused; /* those that are set */
    size_t unused_count, unused_capacity;
};

/*
 * `environment` is NULL-ended "NAME=VALUE" texts; `dotenv_path` may not exist. All that can be read
 * is there even after an error, which is about the first that could not.
 */
enum error_code settings_load(struct settings *settings, char *const *environment,
                              const char *dotenv_path, struct error *error);
bool settings_has_unused(const struct settings *settings, const char *name);
/* A line for each that is set and does nothing, but for those of the original's image. */
void settings_print_unused(const struct settings *settings, FILE *out);
void settings_release(struct settings *settings);

#endif

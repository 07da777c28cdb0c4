/*
 * options.h: settings as tables.
 *
 * Whoever uses a setting declares it in a `struct option` table beside the code; app/settings
 * collects the tables, reads values from the environment and .env, and reports unknown names.
 * Names are those of the environment ("TRAKT_CLIENT_ID"); the documents are checked against the
 * tables.
 */
#ifndef LISTSYNC_BASE_OPTIONS_H
#define LISTSYNC_BASE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/map.h"
#include "base/secret.h"

enum option_kind {
    OPTION_TEXT,
    OPTION_NUMBER,  /* whole number in [low, high] */
    OPTION_DECIMAL, /* number with a fraction in [low, high] */
    OPTION_SWITCH,  /* true/false, 1/0, yes/no, on/off */
    OPTION_SECRET,  /* one line; also read from the file that NAME_FILE names */
    OPTION_URL,     /* http:// or https:// */
};

struct option {
    const char *name; /* NULL ends a table */
    enum option_kind kind;
    const char *fallback; /* value when not set; NULL: none */
    int64_t low, high;    /* for numbers; both 0: no limits */
    const char *help;     /* one sentence for a person */
};

/* Values by name. The tables that declared them must outlive it. */
struct options {
    struct map declared; /* name -> const struct option */
    struct map values;   /* name -> struct secret, whatever its kind */
    struct map sources;  /* name -> word, of those that have one */
};

void options_release(struct options *options);
/* `ret` gets the same declarations and values of its own; released with options_release. */
void options_copy(const struct options *from, struct options *ret);
void options_declare(struct options *options, const struct option *table);
bool options_is_declared(const struct options *options, const char *name);
/* ERROR_USAGE with a sentence that names the setting, what is wrong and what is expected. */
enum error_code options_set(struct options *options, const char *name, const char *value,
                            struct error *error);
/* Where the value came from, for people: a literal ("environment", ".env", "stored"). */
void options_note_source(struct options *options, const char *name, const char *source);
const char *options_source(const struct options *options, const char *name); /* or "" */
/* The declared name nearest to a misspelt one, or NULL when none is near. */
const char *options_nearest(const struct options *options, const char *name);

/* Asking for a name that was not declared is our own mistake. */
bool options_is_set(const struct options *options, const char *name); /* fallbacks do not count */
const char *options_text(const struct options *options,
                         const char *name); /* or the fallback, or "" */
int64_t options_number(const struct options *options, const char *name);
double options_decimal(const struct options *options, const char *name);
bool options_switch(const struct options *options, const char *name);
const struct secret *options_secret(const struct options *options,
                                    const char *name); /* never NULL */

#endif

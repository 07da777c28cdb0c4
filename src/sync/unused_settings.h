/*
 * unused_settings.h: names of the original ListSync's environment that do nothing here: some it
 * read, others it only documented. Whoever meets one says why, so that nobody waits for it to work.
 */
#ifndef LISTSYNC_SYNC_UNUSED_SETTINGS_H
#define LISTSYNC_SYNC_UNUSED_SETTINGS_H

#include <stdbool.h>

struct unused_setting {
    const char *name; /* with a * at either end: all that fit */
    const char *note; /* why, or what to write instead */
    bool is_common;   /* other programs use it too: counts in a .env only */
    bool is_quiet;    /* of the original's image, set by nobody on purpose */
    bool is_needless; /* nobody misses it: no word when a database holds it */
};

extern const struct unused_setting unused_settings_table[];          /* ended by a NULL name */
const struct unused_setting *unused_settings_find(const char *name); /* NULL */

#endif

/*
 * stored_settings.h: settings that were changed while the program runs (`settings`), and small
 * facts that it has to remember (`service_state`).
 *
 * Names are those of the environment. Secrets come in and go out sealed (base/crypto.h): only
 * sync/live_settings.c opens them.
 */
#ifndef LISTSYNC_STORE_STORED_SETTINGS_H
#define LISTSYNC_STORE_STORED_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "store/store.h"

struct stored_setting {
    const char *name;
    const char *value; /* as stored: sealed if is_sealed */
    bool is_sealed;
    const char *updated_at; /* UTC text */
};

struct stored_settings {
    struct stored_setting *items;
    size_t count;
};

enum error_code stored_settings_load(struct store *store, struct arena *arena,
                                     struct stored_settings *ret, struct error *error);
enum error_code stored_settings_put(struct store *store, const char *name, const char *value,
                                    bool is_sealed, struct error *error);
/* What is not there is no error. */
enum error_code stored_settings_drop(struct store *store, const char *name, struct error *error);

/* "" when it was never put. */
enum error_code service_state_get(struct store *store, struct arena *arena, const char *name,
                                  const char **ret, struct error *error);
enum error_code service_state_put(struct store *store, const char *name, const char *value,
                                  struct error *error);

/* sync_interval, the original's table: hours between two syncs; 0 and "" when it was never set. */
enum error_code sync_interval_get(struct store *store, double *ret_hours,
                                  const char **ret_updated_at, struct arena *arena,
                                  struct error *error);
enum error_code sync_interval_put(struct store *store, double hours, struct error *error);

#endif

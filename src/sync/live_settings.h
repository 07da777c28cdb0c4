/*
 * live_settings.h: the settings that hold right now: the environment's, completed by those that
 * were stored while the program runs. What the environment sets cannot be overridden: whoever set
 * it there would be surprised. Any thread, with a store of its own.
 */
#ifndef LISTSYNC_SYNC_LIVE_SETTINGS_H
#define LISTSYNC_SYNC_LIVE_SETTINGS_H

#include "base/crypto.h"
#include "base/options.h"
#include "seerr/seerr.h"
#include "store/store.h"

/*
 * What may be changed while the program runs; NULL-ended names. A stored secret is sealed under
 * its own name. The interval is not among them: it has a table of its own (schedule.h).
 */
extern const char *const live_settings_names[];

bool live_settings_is_live(const char *name);

/* `ret` is released with options_release. A stored value that no longer fits is left out, said
 * once in the log. */
enum error_code live_settings_load(const struct options *given, struct store *store,
                                   const struct crypto_key *key, struct options *ret,
                                   struct error *error);

/* Address and key of Seerr; ERROR_USAGE with what to set when one is missing. */
struct seerr_login {
    struct seerr seerr; /* base_url points to url */
    char *url;
};
enum error_code seerr_login_init(struct seerr_login *login, const struct options *options,
                                 struct error *error);
void seerr_login_release(struct seerr_login *login);

#endif

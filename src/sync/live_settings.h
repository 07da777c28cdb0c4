/*
 * live_settings.h: the settings that hold right now: the environment's, completed by those that
 * were stored while the program runs. What the environment sets cannot be overridden: whoever set
 * it there would be surprised.
 */
#ifndef LISTSYNC_SYNC_LIVE_SETTINGS_H
#define LISTSYNC_SYNC_LIVE_SETTINGS_H

#include "base/crypto.h"
#include "base/options.h"
#include "seerr/seerr.h"
#include "store/store.h"

/* What may be changed while the program runs; NULL-ended names. */
extern const char *const live_settings_names[];

/* `ret` is released with options_release. A stored value that no longer fits is left out, said in
 * the log. */
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

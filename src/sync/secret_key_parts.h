/*
 * secret_key_parts.h: what the files of secret_key.h and secret_key_change.h share: keys of
 * settings and of files.
 */
#ifndef LISTSYNC_SYNC_SECRET_KEY_PARTS_H
#define LISTSYNC_SYNC_SECRET_KEY_PARTS_H

#include "sync/secret_key.h"

#define SECRET_KEY_SETTING        "LISTSYNC_SECRET_KEY"
#define SECRET_KEY_SETTING_BEFORE "LISTSYNC_SECRET_KEY_OLD"

/* Endings of secret.key: one that is not in its place yet, and those that were put aside. */
#define SECRET_KEY_NEW   ".new"
#define SECRET_KEY_ASIDE ".old-" /* and the first characters of its mark */

/* ERROR_USAGE, ERROR_LIMIT. */
enum error_code secret_keys_add_setting(struct secret_keys *keys, const char *name,
                                        const struct secret *text, struct error *error);
/* What is not there is not added. ERROR_STORE for what is no key or cannot be read. */
enum error_code secret_keys_add_file(struct secret_keys *keys, const char *folder,
                                     const char *ending, struct error *error);

#endif

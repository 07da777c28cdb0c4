#include "sync/live_settings.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/stored_settings.h"

const char *const live_settings_names[] = {
    "OVERSEERR_URL",
    "OVERSEERR_API_KEY",
    "OVERSEERR_USER_ID",
    "OVERSEERR_4K",
    "TRAKT_CLIENT_ID",
    "TRAKT_SPECIAL_ITEMS_LIMIT",
    "MDBLIST_API_KEY",
    "AUTO_SYNC",
    "SYNC_SCHEDULE",
    "SYNC_JITTER",
    "TZ",
    "BACKUP_SCHEDULE",
    "BACKUP_KEEP",
    "BACKUP_KEEP_WEEKS",
    "HISTORY_RUNS",
    "HISTORY_DAYS",
    "AUDIT_DAYS",
    "NOTIFICATION_DAYS",
    NULL,
};

/* Of the names above, a bit each: the log knows that what is stored does not fit. */
static atomic_uint told;

_Static_assert(ARRAY_LENGTH(live_settings_names) <= 32, "each setting has a bit");

/* -1: it is none of them. */
static int place_of(const char *name)
{
    for (int place = 0; live_settings_names[place]; place++)
        if (text_equal(live_settings_names[place], name))
            return place;
    return -1;
}

bool live_settings_is_live(const char *name)
{
    return place_of(name) >= 0;
}

/* Somebody reads the settings every few seconds. */
static bool is_news(const char *name, bool fits)
{
    unsigned bit = 1U << place_of(name);

    if (!fits)
        return !(atomic_fetch_or(&told, bit) & bit);
    atomic_fetch_and(&told, ~bit);
    return false;
}

/* The value of a sealed setting never leaves the struct secret but into the options, which keep it
 * in one. */
static enum error_code set_sealed(const struct stored_setting *setting,
                                  const struct crypto_key *key, struct options *ret,
                                  struct error *error)
{
    struct secret opened = {0};
    enum error_code rc = crypto_open(key, setting->name, setting->value, &opened, error);

    if (!rc)
        rc = options_set(ret, setting->name, secret_reveal(&opened), error);
    secret_release(&opened);
    return rc;
}

static void complete(const struct options *given, const struct stored_setting *setting,
                     const struct crypto_key *key, struct options *ret)
{
    struct error error = {0};

    if (!live_settings_is_live(setting->name) || !options_is_declared(given, setting->name) ||
        options_is_set(given, setting->name))
        return;
    enum error_code rc = setting->is_sealed
                             ? set_sealed(setting, key, ret, &error)
                             : options_set(ret, setting->name, setting->value, &error);
    if (!rc)
        options_note_source(ret, setting->name, "stored");
    if (is_news(setting->name, !rc))
        log_warning("settings", "a stored setting is left out, it no longer fits",
                    LOG_TEXT("name", setting->name), LOG_TEXT("why", error.message), LOG_END);
}

enum error_code live_settings_load(const struct options *given, struct store *store,
                                   const struct crypto_key *key, struct options *ret,
                                   struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_settings stored = {0};

    options_copy(given, ret);
    enum error_code rc = stored_settings_load(store, arena, &stored, error);
    if (rc) {
        options_release(ret);
        *ret = (struct options){0};
        return rc;
    }
    for (size_t i = 0; i < stored.count; i++)
        complete(given, &stored.items[i], key, ret);
    return ERROR_NONE;
}

enum error_code seerr_login_init(struct seerr_login *login, const struct options *options,
                                 struct error *error)
{
    *login = (struct seerr_login){0};
    if (!options_is_set(options, "OVERSEERR_URL"))
        return error_set(error, ERROR_USAGE,
                         "OVERSEERR_URL is not set: the address of Overseerr, Jellyseerr or Seerr, "
                         "such as http://192.168.1.2:5055");
    if (!options_is_set(options, "OVERSEERR_API_KEY"))
        return error_set(error, ERROR_USAGE,
                         "OVERSEERR_API_KEY is not set: it is shown in Seerr under Settings, "
                         "General");
    if (seerr_normalise_url(options_text(options, "OVERSEERR_URL"), &login->url, error))
        return error_prefix(error, "OVERSEERR_URL");
    login->seerr.base_url = login->url;
    secret_set(&login->seerr.key, secret_reveal(options_secret(options, "OVERSEERR_API_KEY")));
    return ERROR_NONE;
}

void seerr_login_release(struct seerr_login *login)
{
    secret_release(&login->seerr.key);
    free(login->url);
    *login = (struct seerr_login){0};
}

#include "sync/unused_settings.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char no_source[] = "this version does not read that source";
static const char no_colour[] = "the colour of a message shows how good its news are";
static const char no_choice[] = "e-mail is sent as plain text and as HTML at once";
static const char no_batches[] = "requests are paced by the answers of the server";
static const char no_single[] = "to read one list alone, write: listsync sync --list TYPE:ID";
static const char no_browser[] = "lists are read without a browser";
static const char finds_itself[] = "the web interface finds its server by itself";
static const char own_width[] =
    "as much is done at once as each source and Seerr bear, which is measured while it runs";
static const char own_pace[] = "each source is asked as fast as it allows, and again when it fails";
static const char own_cache[] = "what is worth keeping is kept, for as long as it holds";
static const char no_database[] = "the database looks after itself";
static const char own_level[] = "write LISTSYNC_LOG_LEVEL";
static const char own_tls[] = "write LISTSYNC_TLS_CERTIFICATE and LISTSYNC_TLS_KEY";
static const char always_sealed[] =
    "credentials are always sealed, with the file secret.key or with LISTSYNC_SECRET_KEY";
static const char small[] = "this program is small; limit its container if need be";

const struct unused_setting unused_settings_table[] = {
    {"ANILIST_LISTS", no_source},
    {"TMDB_LISTS", no_source},
    {"TVDB_LISTS", no_source},
    {"SIMKL_LISTS", no_source},
    {"TMDB_KEY", no_source},
    {"TVDB_KEY", no_source},
    {"SIMKL_CLIENT_ID", no_source},
    {"SIMKL_USER_TOKEN", no_source},
    {"TIMEZONE", "write TZ"},
    {"DISCORD_COLOR", no_colour},
    {"EMAIL_HTML", no_choice},
    {"FRONTEND_DOMAIN", finds_itself, .is_needless = true},
    {"BACKEND_DOMAIN", finds_itself, .is_needless = true},
    {"NUXT_PUBLIC_API_URL", finds_itself, .is_needless = true},
    {"NUXT_PUBLIC_API_BASE", finds_itself, .is_needless = true},
    {"LISTSYNC_BATCH_SIZE", no_batches},
    {"LISTSYNC_SEQUENTIAL_MODE", no_batches},
    {"SINGLE_LIST_SYNC", no_single},
    {"SINGLE_LIST_TYPE", no_single},
    {"SINGLE_LIST_ID", no_single},
    {"TRAKT_API_KEY", "write TRAKT_CLIENT_ID"},
    {"SMTP_HOST", "write SMTP_SERVER"},
    {"SMTP_USER", "write SMTP_USERNAME"},
    {"SMTP_USE_TLS", "write SMTP_SECURITY"},
    {"EMAIL_FROM", "write SMTP_FROM"},
    {"EMAIL_TO", "write SMTP_TO"},
    {"FRONTEND_PORT", "write LISTSYNC_UI_PORT"},
    {"API_PORT", "write LISTSYNC_API_PORT"},
    {"LOG_LEVEL", own_level},
    {"DEBUG", own_level, .is_common = true},
    {"VERBOSE_LOGGING", own_level},
    {"MAX_WORKERS", own_width},
    {"PARALLEL_LISTS", own_width},
    {"PARALLEL_ITEMS", own_width},
    {"CONNECTION_POOL_SIZE", own_width},
    {"HTTP_TIMEOUT", own_pace},
    {"RETRY_ATTEMPTS", own_pace},
    {"RETRY_DELAY", own_pace},
    {"API_RATE_LIMIT", "write LISTSYNC_RATE_LIMIT"},
    {"*_RATE_LIMIT", own_pace},
    {"*_REQUEST_DELAY", own_pace},
    {"*_USER_AGENT", "sources are told what program asks them", .is_common = true},
    {"*_ITEM_LIMIT", "each list has a limit of its own"},
    {"*_CACHE_*", own_cache, .is_common = true},
    {"CACHE_*", own_cache, .is_common = true},
    {"DB_*", no_database, .is_common = true},
    {"HTTPS_ENABLED", own_tls},
    {"API_HTTPS_*", own_tls},
    {"SSL_*", own_tls, .is_common = true},
    {"ENCRYPTED_CONFIG", always_sealed},
    {"CONFIG_PASSWORD", always_sealed},
    {"MAX_MEMORY_MB", small},
    {"MAX_CPU_PERCENT", small},
    {"GC_*", small, .is_common = true},
    {"RUNNING_IN_DOCKER", no_browser, .is_quiet = true},
    {"CHROME_BIN", no_browser, .is_quiet = true},
    {"CHROME_DRIVER_PATH", no_browser, .is_quiet = true},
    {"NO_SANDBOX", no_browser, .is_quiet = true},
    {"SELENIUM_*", no_browser, .is_quiet = true},
    {"UMASK", "files are for their owner alone, whatever the umask", .is_common = true},
    {0},
};

/* A star stands at the ends only. */
static bool fits(const char *pattern, const char *name)
{
    bool from_any = *pattern == '*', to_any = text_ends_with(pattern, "*");
    AUTO_FREE char *middle = memory_text(pattern + from_any);

    if (to_any)
        middle[strlen(middle) - 1] = '\0';
    if (from_any && to_any)
        return strstr(name, middle) != NULL;
    if (from_any)
        return text_ends_with(name, middle);
    return to_any ? text_starts_with(name, middle) : text_equal(name, middle);
}

const struct unused_setting *unused_settings_find(const char *name)
{
    for (const struct unused_setting *unused = unused_settings_table; unused->name; unused++)
        if (fits(unused->name, name))
            return unused;
    return NULL;
}

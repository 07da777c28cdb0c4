/* The guard's settings: read, checked, and said aloud where they let in more than usual. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

enum { RATE_MOST = 1000000, SESSION_DAYS_MOST = 180, FRAME_ANCESTORS_MOST = 2048 };

const struct option guard_options[] = {
    {"LISTSYNC_AUTH", OPTION_TEXT, "enabled", 0, 0,
     "who must log in: enabled, disabled_for_local_addresses or disabled"},
    {"LISTSYNC_SESSION_DAYS", OPTION_NUMBER, "30", 1, SESSION_DAYS_MOST,
     "days after which an unused session ends"},
    {"LISTSYNC_RATE_LIMIT", OPTION_NUMBER, "600", 0, RATE_MOST,
     "requests a minute for each caller; 0: no limit"},
    {"CORS_ALLOWED_ORIGINS", OPTION_TEXT, "", 0, 0,
     "origins whose pages may call the API, comma separated; *: all, without credentials"},
    {"LISTSYNC_ALLOWED_HOSTS", OPTION_TEXT, "", 0, 0,
     "further names under which this server is called, comma separated"},
    {"LISTSYNC_FRAME_ANCESTORS", OPTION_TEXT, "", 0, 0,
     "origins whose pages may show this one in a frame, comma separated"},
    {"LISTSYNC_AUTH_HEADER", OPTION_TEXT, "", 0, 0,
     "header in which a trusted proxy names who has logged in: Remote-User"},
    {"LISTSYNC_AUTH_HEADER_ROLE", OPTION_TEXT, "", 0, 0,
     "role of accounts made for names of that header: viewer, user or admin; none are made else"},
    {"LISTSYNC_TOKEN_AUDIENCES", OPTION_TEXT, "listsync", 0, 0,
     "audiences of bearer tokens that are taken, comma separated; the first is usual"},
    {"LISTSYNC_ADMIN_USER", OPTION_TEXT, "", 0, 0, "name of the admin made at the first start"},
    {"LISTSYNC_ADMIN_PASSWORD", OPTION_SECRET, NULL, 0, 0, "that admin's first password"},
    {0},
};

static const char *const mode_words[GUARD_MODE_COUNT] = {
    [GUARD_ENABLED] = "enabled",
    [GUARD_DISABLED_FOR_LOCAL] = "disabled_for_local_addresses",
    [GUARD_DISABLED] = "disabled",
};

static const char *const mode_warnings[GUARD_MODE_COUNT] = {
    [GUARD_DISABLED_FOR_LOCAL] = "login is off for local addresses: whoever reaches this server "
                                 "from one is admin",
    [GUARD_DISABLED] = "login is off: whoever reaches this server is admin",
};

const char *const guard_roles[] = {"viewer", "user", "admin", NULL};
const char *const guard_scopes[] = {"read", "sync", "admin", NULL};

/* Words of the ladder, from ACCESS_READ up. */
static enum access access_of(const char *const words[], const char *word)
{
    for (int i = 0; words[i]; i++)
        if (text_equal(words[i], word))
            return (enum access)(ACCESS_READ + i);
    return ACCESS_NONE;
}

enum access guard_access_of_role(const char *role)
{
    return access_of(guard_roles, role);
}

enum access guard_access_of_scope(const char *scope)
{
    return access_of(guard_scopes, scope);
}

const char *guard_scope_word(enum access access)
{
    return access == ACCESS_NONE ? "none" : guard_scopes[access - ACCESS_READ];
}

const char *guard_mode_word(const struct guard *guard)
{
    return mode_words[guard->mode];
}

const char *guard_warning(const struct guard *guard)
{
    return guard->warning;
}

static enum error_code read_mode(struct guard *guard, struct error *error)
{
    const char *word = options_text(guard->given, "LISTSYNC_AUTH");

    for (int i = 0; i < GUARD_MODE_COUNT; i++) {
        if (!text_equal_ignoring_case(word, mode_words[i]))
            continue;
        guard->mode = (enum guard_mode)i;
        return ERROR_NONE;
    }
    return error_set(error, ERROR_USAGE,
                     "LISTSYNC_AUTH is \"%.100s\"; it must be enabled, "
                     "disabled_for_local_addresses or disabled",
                     word);
}

static enum error_code read_origins(struct guard *guard, struct error *error)
{
    if (web_origins_parse(options_text(guard->given, "CORS_ALLOWED_ORIGINS"), &guard->origins,
                          error))
        return error_prefix(error, "CORS_ALLOWED_ORIGINS");
    if (web_hosts_parse(options_text(guard->given, "LISTSYNC_ALLOWED_HOSTS"), &guard->hosts, error))
        return error_prefix(error, "LISTSYNC_ALLOWED_HOSTS");
    return ERROR_NONE;
}

/* "https://a.example, 'self'" -> "https://a.example 'self'"; nothing else gets into the policy. */
static enum error_code read_frames(struct guard *guard, struct error *error)
{
    AUTO_FREE char *copy = memory_text(options_text(guard->given, "LISTSYNC_FRAME_ANCESTORS"));
    AUTO_BUFFER struct buffer sources = BUFFER_WITH_LIMIT(FRAME_ANCESTORS_MOST);
    char *rest = copy;
    char *part = NULL;

    while ((part = strsep(&rest, ", "))) {
        struct web_origin origin;
        if (!*part)
            continue;
        if (strcmp(part, "'self'") != 0 && !web_origin_parse(part, &origin))
            return error_set(error, ERROR_USAGE,
                             "LISTSYNC_FRAME_ANCESTORS: \"%.100s\" is no origin; one is written "
                             "https://dash.example.org",
                             part);
        buffer_print(&sources, "%s%s", sources.length ? " " : "", part);
    }
    if (sources.overflowed)
        return error_set(error, ERROR_USAGE, "LISTSYNC_FRAME_ANCESTORS is too long");
    guard->frame_ancestors = memory_text(sources.length ? buffer_string(&sources) : "'none'");
    return ERROR_NONE;
}

static enum error_code read_audiences(struct guard *guard, struct error *error)
{
    AUTO_FREE char *copy = memory_text(options_text(guard->given, "LISTSYNC_TOKEN_AUDIENCES"));
    struct guard_words *audiences = &guard->audiences;
    size_t capacity = 0;
    char *rest = copy;
    char *part = NULL;

    while ((part = strsep(&rest, ","))) {
        if (!*(part = text_trim(part)))
            continue;
        if (strlen(part) > GUARD_NAME_MOST)
            return error_set(error, ERROR_USAGE,
                             "LISTSYNC_TOKEN_AUDIENCES: \"%.100s\" is longer than %d characters",
                             part, GUARD_NAME_MOST);
        memory_grow(&audiences->items, audiences->count, &capacity);
        audiences->items[audiences->count++] = memory_text(part);
    }
    return audiences->count ? ERROR_NONE
                            : error_set(error, ERROR_USAGE, "LISTSYNC_TOKEN_AUDIENCES is empty");
}

static enum error_code read_proxy_login(struct guard *guard, struct error *error)
{
    guard->proxy_header = options_text(guard->given, "LISTSYNC_AUTH_HEADER");
    guard->proxy_role = options_text(guard->given, "LISTSYNC_AUTH_HEADER_ROLE");
    bool has_proxies = guard->trusted_proxies && guard->trusted_proxies->count > 0;

    if (*guard->proxy_role && guard_access_of_role(guard->proxy_role) == ACCESS_NONE)
        return error_set(error, ERROR_USAGE,
                         "LISTSYNC_AUTH_HEADER_ROLE is \"%.100s\"; it must be viewer, user or "
                         "admin",
                         guard->proxy_role);
    if (*guard->proxy_header && !has_proxies)
        return error_set(error, ERROR_USAGE,
                         "LISTSYNC_AUTH_HEADER counts only from a trusted proxy, and "
                         "LISTSYNC_TRUSTED_PROXIES names none");
    return ERROR_NONE;
}

/* A key of its own, so that no CSRF token is a tag of anything else. */
static void derive_csrf_key(struct guard *guard)
{
    static const char purpose[] = "csrf tokens 1";

    crypto_hmac(guard->key->bytes, sizeof(guard->key->bytes), purpose, strlen(purpose),
                guard->csrf.bytes);
}

static void gather_warnings(struct guard *guard)
{
    const char *mode = mode_warnings[guard->mode];
    const char *cors =
        guard->origins.any && guard->mode != GUARD_ENABLED
            ? "CORS_ALLOWED_ORIGINS is *: any page that a person opens can read what is here"
            : NULL;

    if (mode && cors)
        guard->warning = memory_print("%s; %s", mode, cors);
    else
        guard->warning = memory_text(mode);
}

static enum error_code read_settings(struct guard *guard, struct error *error)
{
    enum error_code rc = read_mode(guard, error);

    if (!rc)
        rc = read_origins(guard, error);
    if (!rc)
        rc = read_frames(guard, error);
    if (!rc)
        rc = read_audiences(guard, error);
    if (!rc)
        rc = read_proxy_login(guard, error);
    return rc;
}

enum error_code guard_new(const struct guard_settings *settings, struct guard **ret,
                          struct error *error)
{
    struct guard *guard = memory_new(sizeof(*guard));

    guard->given = settings->given;
    guard->trusted_proxies = settings->trusted_proxies;
    guard->key = settings->key;
    guard->session_ms = options_number(guard->given, "LISTSYNC_SESSION_DAYS") * GUARD_DAY_MS;
    pthread_mutex_init(&guard->lock, NULL);
    enum error_code rc = read_settings(guard, error);
    if (rc) {
        guard_free(guard);
        return rc;
    }
    derive_csrf_key(guard);
    gather_warnings(guard);
    guard->throttle = throttle_new();
    int64_t per_minute = options_number(guard->given, "LISTSYNC_RATE_LIMIT");
    guard->rates = per_minute ? rates_new(per_minute) : NULL;
    *ret = guard;
    return ERROR_NONE;
}

void guard_free(struct guard *guard)
{
    if (!guard)
        return;
    for (size_t i = 0; i < guard->audiences.count; i++)
        free(guard->audiences.items[i]);
    free(guard->audiences.items);
    web_origins_release(&guard->origins);
    web_hosts_release(&guard->hosts);
    throttle_free(guard->throttle);
    rates_free(guard->rates);
    crypto_key_release(&guard->csrf);
    explicit_bzero(guard->setup_token, sizeof(guard->setup_token));
    pthread_mutex_destroy(&guard->lock);
    free(guard->frame_ancestors);
    free(guard->warning);
    free(guard);
}

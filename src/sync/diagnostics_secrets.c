/* Everything that must not be seen, wherever it may have got to. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"
#include "store/accounts.h"
#include "store/stored_settings.h"
#include "sync/diagnostics_parts.h"
#include "sync/discreet.h"
#include "sync/notice_targets.h"

enum { NAME_LEAST = 3, LIST_NAME_LEAST = 4 };

/* ---- addresses and texts ---- */

/* What an address may hold, and its host, if that tells who somebody is. */
static void hide_address(struct report *report, const char *address, const char *whose)
{
    char host[URL_HOST_SIZE];

    redaction_hide_address(report->redaction, address);
    if ((url_host_of(address, host) || url_mail_host_of(address, host)) &&
        discreet_host_is_public(host))
        redaction_name(report->redaction, host, arena_print(report->arena, "(host of %s)", whose));
}

static void hide_secret(struct report *report, const char *value, const char *whose)
{
    redaction_hide(report->redaction, value);
    if (strstr(value, "://"))
        hide_address(report, value, whose);
}

static void hide_text(struct report *report, const char *value, const char *whose)
{
    if (strstr(value, "://"))
        hide_address(report, value, whose);
    else if (strlen(value) >= NAME_LEAST)
        redaction_name(report->redaction, value, arena_print(report->arena, "(%s)", whose));
}

/* ---- settings ---- */

/* Each of several; the lists among them are known by their kind. */
static void hide_parts(struct report *report, const char *name, const char *value)
{
    AUTO_FREE char *copy = memory_text(value);
    char *rest = copy;

    for (char *part = strsep(&rest, ","); part; part = strsep(&rest, ","))
        hide_text(report, text_trim(part), name);
}

/* Words that settings give and everybody has: to hide them would garble the report. */
static bool is_plain(const char *value)
{
    static const char *const words[] = {"starttls", "tls",  "none",    "off",      "open", "login",
                                        "enabled",  "text", "json",    "disabled", "true", "false",
                                        "loopback", "info", "warning", "private",  "debug"};

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++)
        if (text_equal_ignoring_case(words[i], value))
            return true;
    return false;
}

/* Of the kinds of texts that the report itself shows as they are, nothing is hidden. */
static bool holds_names(const char *name)
{
    static const char *const names[] = {
        "SMTP_SERVER",         "SMTP_USERNAME",          "SMTP_FROM",       "SMTP_TO",
        "LISTSYNC_ADMIN_USER", "TELEGRAM_CHAT_ID",       "NTFY_SERVER",     "GOTIFY_URL",
        "APPRISE_URL",         "LISTSYNC_ALLOWED_HOSTS", "DISCORD_USERNAME"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (text_equal(names[i], name))
            return true;
    return false;
}

static void learn_option(struct report *report, const struct option *option)
{
    const struct options *options = &report->live;

    if (!options_is_set(options, option->name))
        return;
    if (option->kind == OPTION_SECRET) {
        hide_secret(report, secret_reveal(options_secret(options, option->name)), option->name);
        return;
    }
    const char *value = options_text(options, option->name);
    if (is_plain(value))
        return;
    if (option->kind == OPTION_URL || holds_names(option->name))
        hide_parts(report, option->name, value);
    else if (option->kind == OPTION_TEXT && strstr(value, "://"))
        hide_parts(report, option->name, value);
}

static void learn_options(struct report *report)
{
    const struct map *declared = &report->live.declared;

    for (size_t i = 0; i < declared->capacity; i++)
        if (declared->entries[i].key)
            learn_option(report, declared->entries[i].value);
}

/* Those too that the environment's take the place of. */
static void learn_stored(struct report *report)
{
    const struct crypto_key *key = &report->key.key;
    struct stored_settings stored = {0};

    if (!report->has_key ||
        stored_settings_load(report->order->store, report->arena, &stored, NULL))
        return;
    for (size_t i = 0; i < stored.count; i++) {
        struct secret opened = {0};
        const struct stored_setting *setting = &stored.items[i];
        if (setting->is_sealed &&
            crypto_open(key, setting->name, setting->value, &opened, NULL) == ERROR_NONE)
            hide_secret(report, secret_reveal(&opened), setting->name);
        secret_release(&opened);
    }
}

/* What other programs were told in the same environment. */
static bool is_secret_name(const char *name, size_t length)
{
    static const char *const ends[] = {"PASSWORD", "PASSWD", "SECRET",      "TOKEN",      "API_KEY",
                                       "APIKEY",   "_KEY",   "_PASS",       "PASSPHRASE", "WEBHOOK",
                                       "_PROXY",   "_proxy", "_WEBHOOK_URL"};
    AUTO_FREE char *alone = memory_text_n(name, length);

    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
        if (text_ends_with(alone, ends[i]))
            return true;
    return false;
}

static void learn_environment(struct report *report)
{
    for (char *const *entry = environ; entry && *entry; entry++) {
        const char *equals = strchr(*entry, '=');
        if (!equals || !is_secret_name(*entry, (size_t)(equals - *entry)))
            continue;
        if (strstr(equals, "://"))
            hide_address(report, equals + 1, "the environment");
        else if (!text_equal_ignoring_case(equals + 1, "true") &&
                 !text_equal_ignoring_case(equals + 1, "false"))
            redaction_hide(report->redaction, equals + 1);
    }
}

/* ---- keys that seal, or did ---- */

static void learn_keys(struct report *report)
{
    const struct diagnostics_order *order = report->order;
    struct secret_key_place place = secret_key_place(order->data_directory, order->given);
    AUTO_SECRET_KEYS struct secret_keys keys = {0};

    if (secret_keys_gather_all(&place, &keys, NULL))
        return;
    for (size_t i = 0; i < keys.count; i++)
        redaction_hide_bytes(report->redaction, keys.items[i].bytes, CRYPTO_KEY_SIZE);
}

/* ---- lists ---- */

bool diagnostics_is_everybodys(const struct list_ref *ref)
{
    const struct provider *provider = provider_find(ref->type);
    const struct provider_preset *preset = provider ? provider->presets : NULL;

    for (; preset && preset->list_id; preset++)
        if (text_equal(preset->list_id, ref->id))
            return true;
    return false;
}

/* "anna/lists/mine": the person, and what she calls it. */
static void hide_parts_of_id(struct report *report, const char *id, const char *stand_in)
{
    AUTO_FREE char *copy = memory_text(id);
    char *rest = copy;

    redaction_name(report->redaction, id, stand_in);
    for (char *part = strsep(&rest, "/:"); part; part = strsep(&rest, "/:"))
        if (strlen(part) >= LIST_NAME_LEAST && strchr(discreet_form(report->arena, part), 'x'))
            redaction_name(report->redaction, part, stand_in);
}

static void learn_list(struct report *report, const struct list_ref *ref, const char *description,
                       const char *whose)
{
    const char *stand_in = arena_print(report->arena, "(%s)", whose);

    if (strlen(description) >= LIST_NAME_LEAST)
        redaction_name(report->redaction, description, stand_in);
    if (diagnostics_is_everybodys(ref))
        return;
    if (strstr(ref->id, "://"))
        hide_address(report, ref->id, whose);
    else if (strlen(ref->id) >= LIST_NAME_LEAST)
        hide_parts_of_id(report, ref->id, stand_in);
    if (!provider_find(ref->type) || text_equal(ref->type, "custom"))
        hide_address(report, ref->url, whose);
}

static void learn_lists(struct report *report)
{
    for (size_t i = 0; i < report->lists.count; i++) {
        const struct stored_list *list = &report->lists.items[i];
        learn_list(report, &list->ref, list->description,
                   arena_print(report->arena, "list %lld", (long long)list->id));
    }
}

/* "CUSTOM_LISTS" is about lists of the type "custom". */
static void learn_list_setting(struct report *report, const char *name)
{
    AUTO_FREE char *type = memory_text_n(name, strlen(name) - strlen("_LISTS"));
    AUTO_FREE char *value = memory_text(options_text(&report->live, name));
    char *rest = value;
    struct list_ref ref;

    for (char *part = strsep(&rest, ","); part; part = strsep(&rest, ",")) {
        char *text = text_trim(part);
        if (*text && provider_parse(type, text, &ref, NULL) == ERROR_NONE)
            learn_list(report, &ref, "", name);
        else if (*text)
            hide_text(report, text, name);
    }
}

static void learn_list_settings(struct report *report)
{
    const struct map *declared = &report->live.declared;

    for (size_t i = 0; i < declared->capacity; i++) {
        const struct option *option = declared->entries[i].key ? declared->entries[i].value : NULL;
        if (option && option->kind == OPTION_TEXT && text_ends_with(option->name, "_LISTS"))
            learn_list_setting(report, option->name);
    }
}

/* ---- accounts and keys ---- */

static void learn_accounts(struct report *report)
{
    struct accounts accounts = {0};
    struct api_keys keys = {0};
    struct store *store = report->order->store;

    if (accounts_load(store, report->arena, &accounts, NULL))
        accounts.count = 0;
    for (size_t i = 0; i < accounts.count; i++)
        if (strlen(accounts.items[i].name) >= NAME_LEAST)
            redaction_name(
                report->redaction, accounts.items[i].name,
                arena_print(report->arena, "(account %lld)", (long long)accounts.items[i].id));
    if (api_keys_load(store, report->arena, &keys, NULL))
        return;
    for (size_t i = 0; i < keys.count; i++) {
        redaction_hide(report->redaction, keys.items[i].digest);
        if (strlen(keys.items[i].name) >= LIST_NAME_LEAST)
            redaction_name(
                report->redaction, keys.items[i].name,
                arena_print(report->arena, "(API key %lld)", (long long)keys.items[i].id));
    }
}

/* ---- notification targets ---- */

static void learn_target(struct report *report, const struct notice_target *target,
                         const char *whose)
{
    const struct notifier_field *field = target->notifier->fields;

    for (; field->name; field++) {
        const char *value = secret_reveal(notifier_secret(&target->settings, field->name));
        if (field->flags & NOTIFIER_SECRET)
            hide_secret(report, value, whose);
        else if (field->kind == NOTIFIER_TEXT || field->kind == NOTIFIER_URL)
            hide_text(report, value, whose);
    }
}

static void learn_targets(struct report *report)
{
    struct notice_keys keys = {report->order->given, &report->key.key};
    struct notification_targets targets = {0};

    if (notification_targets_load(report->order->store, report->arena, &targets, NULL))
        return;
    for (size_t i = 0; i < targets.count; i++) {
        const struct notification_target *row = &targets.items[i];
        const char *whose = arena_print(report->arena, "target %lld", (long long)row->id);
        const struct notifier *notifier = notifier_find(row->kind);
        struct notice_target target;
        if (!notifier || !text_equal_ignoring_case(notifier->title, row->name))
            hide_text(report, row->name, whose);
        if (!report->has_key || notice_target_open(&keys, row, &target, NULL))
            continue;
        learn_target(report, &target, whose);
        notice_target_release(&target);
    }
}

/* ---- what is ours ---- */

static void keep_words(struct report *report, const char *const *words)
{
    for (; *words; words++)
        redaction_keep(report->redaction, *words);
}

static void keep_sources(struct report *report)
{
    for (const struct provider *const *provider = provider_all(); *provider; provider++) {
        redaction_keep(report->redaction, (*provider)->name);
        redaction_keep(report->redaction, (*provider)->title);
        keep_words(report, (*provider)->domains);
        for (const struct provider_host *host = (*provider)->hosts; host->name; host++)
            redaction_keep(report->redaction, host->name);
    }
    for (const struct notifier *const *notifier = notifier_all(); *notifier; notifier++)
        redaction_keep(report->redaction, (*notifier)->name);
    for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
        redaction_keep(report->redaction, outcome_word((enum outcome)outcome));
}

/* Of the report's own lines and of the names of our files, as they are written there. */
static const char *const our_words[] = {
    "admin", "user", "viewer", "list", "lists", "sync", "run", "runs", "server", "service",
    "webhooks", "services", "public", "export", "movies", "series", "shows", "films", "watchlist",
    "listsync", "backup", "root", "database", "account", "target", "private", "watched",
    "overseerr", "seerr", "Seerr",
    /* files */
    "secret", "key", "keys", "list_sync", "lock", "logs", "log", "posters", "pushed", "import",
    "upload", "backups", "old", "new", "data", "json",
    /* lines */
    "ListSync", "Program", "Machine", "Service", "Data", "folder", "Database", "Settings", "Lists",
    "Sources", "Runs", "Requests", "Alarms", "Notifications", "Backups", "Figures", "Log",
    "version", "built", "kernel", "system", "container", "group", "processors", "memory", "time",
    "zone", "mode", "owner", "file", "files", "free", "bytes", "changed", "name", "names", "schema",
    "program", "knows", "credentials", "sealed", "opened", "pages", "journal", "delete", "rows",
    "tables", "other", "default", "environment", "stored", "set", "setting", "asked", "never",
    "read", "tried", "titles", "none", "newest", "first", "hand", "schedule", "waiting", "sending",
    "delivered", "failed", "unknown", "collected", "dropped", "intent", "requested", "existed",
    "nothing", "declined", "deleted", "blocklisted", "withdrawn", "allowed", "lines", "full",
    "done", "home", "form", NULL};

/* To hide them would garble the report and tell who is called like that. */
static void keep_ours(struct report *report)
{
    keep_words(report, our_words);
    keep_sources(report);
}

void diagnostics_learn(struct report *report)
{
    keep_ours(report);
    learn_options(report);
    learn_environment(report);
    learn_keys(report);
    learn_list_settings(report);
    learn_lists(report);
    if (!report->order->store)
        return;
    learn_stored(report);
    learn_accounts(report);
    learn_targets(report);
}

#include "notify/environment.h"

#include "base/text.h"

/* Values are checked by the fields that they fill in. */
const struct option environment_options[] = {
    {"DISCORD_WEBHOOK_URL", OPTION_SECRET, NULL, 0, 0, "webhook of a Discord channel to tell"},
    {"DISCORD_WEBHOOK", OPTION_SECRET, NULL, 0, 0, "another name of DISCORD_WEBHOOK_URL"},
    {"DISCORD_ENABLED", OPTION_SWITCH, "true", 0, 0, "tell Discord, if DISCORD_WEBHOOK_URL is set"},
    {"DISCORD_USERNAME", OPTION_TEXT, "", 0, 0, "name under which it writes in Discord"},
    {"DISCORD_AVATAR_URL", OPTION_TEXT, "", 0, 0, "its picture in Discord"},
    {"SLACK_WEBHOOK_URL", OPTION_SECRET, NULL, 0, 0, "incoming webhook of a Slack channel"},
    {"EMAIL_NOTIFICATIONS", OPTION_SWITCH, "true", 0, 0, "send e-mail, if SMTP_SERVER is set"},
    {"SMTP_SERVER", OPTION_TEXT, "", 0, 0, "mail server"},
    {"SMTP_PORT", OPTION_NUMBER, "0", 0, 65535, "its port; 0: the usual one"},
    {"SMTP_SECURITY", OPTION_TEXT, "", 0, 0, "starttls, tls or none"},
    {"SMTP_USERNAME", OPTION_TEXT, "", 0, 0, "login at the mail server"},
    {"SMTP_PASSWORD", OPTION_SECRET, NULL, 0, 0, "its password"},
    {"SMTP_FROM", OPTION_TEXT, "", 0, 0, "sender's address"},
    {"SMTP_TO", OPTION_TEXT, "", 0, 0, "recipients' addresses, comma separated"},
    {"EMAIL_SUBJECT_PREFIX", OPTION_TEXT, "", 0, 0, "before each subject"},
    {"PUSHOVER_ENABLED", OPTION_SWITCH, "true", 0, 0, "use Pushover, if PUSHOVER_TOKEN is set"},
    {"PUSHOVER_TOKEN", OPTION_SECRET, NULL, 0, 0, "token of your Pushover application"},
    {"PUSHOVER_USER", OPTION_SECRET, NULL, 0, 0, "your Pushover user or group key"},
    {"PUSHOVER_PRIORITY", OPTION_TEXT, "", 0, 0, "from -2 to 1"},
    {"NTFY_SERVER", OPTION_TEXT, "", 0, 0, "ntfy server; without it https://ntfy.sh"},
    {"NTFY_TOPIC", OPTION_SECRET, NULL, 0, 0, "ntfy topic to tell"},
    {"NTFY_TOKEN", OPTION_SECRET, NULL, 0, 0, "access token of the ntfy server"},
    {"GOTIFY_URL", OPTION_TEXT, "", 0, 0, "Gotify server"},
    {"GOTIFY_TOKEN", OPTION_SECRET, NULL, 0, 0, "token of a Gotify application"},
    {"TELEGRAM_BOT_TOKEN", OPTION_SECRET, NULL, 0, 0, "token of a Telegram bot"},
    {"TELEGRAM_CHAT_ID", OPTION_TEXT, "", 0, 0, "Telegram chat to tell"},
    {"NOTIFY_WEBHOOK_URL", OPTION_SECRET, NULL, 0, 0, "address that takes notices as JSON"},
    {"NOTIFY_WEBHOOK_SECRET", OPTION_SECRET, NULL, 0, 0, "key to sign them with"},
    {"APPRISE_URL", OPTION_TEXT, "", 0, 0, "Apprise API server"},
    {"APPRISE_KEY", OPTION_SECRET, NULL, 0, 0, "key of a configuration that is kept there"},
    {0},
};

/* Switches that keep a notifier out although its variables are set. */
static const struct {
    const char *notifier, *variable;
} switches[] = {
    {"discord", "DISCORD_ENABLED"},
    {"email", "EMAIL_NOTIFICATIONS"},
    {"pushover", "PUSHOVER_ENABLED"},
};

/* Names that mean the same. */
static const struct {
    const char *variable, *other;
} others[] = {
    {"DISCORD_WEBHOOK_URL", "DISCORD_WEBHOOK"},
};

static bool is_switched_off(const struct options *given, const struct notifier *notifier)
{
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
        if (text_equal(switches[i].notifier, notifier->name))
            return !options_switch(given, switches[i].variable);
    return false;
}

static const char *name_that_is_set(const struct options *given, const char *variable)
{
    if (options_is_set(given, variable))
        return variable;
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (text_equal(others[i].variable, variable) && options_is_set(given, others[i].other))
            return others[i].other;
    return NULL;
}

static const char *value_of(const struct options *given, const char *name)
{
    const struct option *option = map_get(&given->declared, name);

    return option->kind == OPTION_SECRET ? secret_reveal(options_secret(given, name))
                                         : options_text(given, name);
}

/* By the variable, which is what people see; notifier_check knows only the field. */
static bool is_complete(const struct notifier *notifier, const struct notifier_settings *settings,
                        struct error *error)
{
    for (const struct notifier_field *field = notifier->fields; field->name; field++)
        if (field->flags & NOTIFIER_REQUIRED && field->variable &&
            !notifier_is_set(settings, field->name)) {
            error_set(error, ERROR_USAGE, "%s is missing: %s", field->variable, field->help);
            return false;
        }
    return notifier_check(notifier, settings, error) == ERROR_NONE;
}

bool environment_settings(const struct options *given, const struct notifier *notifier,
                          struct notifier_settings *ret, struct error *error)
{
    bool is_meant = false;

    if (is_switched_off(given, notifier))
        return false;
    for (const struct notifier_field *field = notifier->fields; field->name; field++) {
        const char *name = field->variable ? name_that_is_set(given, field->variable) : NULL;
        if (!name)
            continue;
        const char *value = value_of(given, name);
        if (notifier_set(notifier, ret, field->name, text_equal(value, "0") ? "" : value, error)) {
            error_prefix(error, "%s", name);
            return false;
        }
        is_meant |= field->flags & NOTIFIER_REQUIRED;
    }
    return is_meant && is_complete(notifier, ret, error);
}

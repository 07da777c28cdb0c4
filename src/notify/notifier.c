#include "notify/notifier.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"

enum {
    TEXT_MOST = 500,
    URL_MOST = 1000,
    PART_LEAST = 6,
    ANSWER_MOST = 64 << 10,
    TIMEOUT_MS = 30000
};

#define NOTIFIER(name) extern const struct notifier name;
#include "notify/notifiers.def"
#undef NOTIFIER

static const struct notifier *const notifiers[] = {
#define NOTIFIER(name) &(name),
#include "notify/notifiers.def"
#undef NOTIFIER
    NULL,
};

const char *const notifier_field_kind_words[] = {
    [NOTIFIER_TEXT] = "text", [NOTIFIER_NUMBER] = "number", [NOTIFIER_SWITCH] = "switch",
    [NOTIFIER_URL] = "url",   [NOTIFIER_CHOICE] = "choice", NULL,
};

const struct notifier *const *notifier_all(void)
{
    return notifiers;
}

const struct notifier *notifier_find(const char *name)
{
    for (const struct notifier *const *notifier = notifiers; *notifier; notifier++)
        if (text_equal((*notifier)->name, name))
            return *notifier;
    return NULL;
}

const struct notifier_field *notifier_field(const struct notifier *notifier, const char *name)
{
    for (const struct notifier_field *field = notifier->fields; field->name; field++)
        if (text_equal(field->name, name))
            return field;
    return NULL;
}

static enum error_code check_number(const struct notifier_field *field, const char *value,
                                    struct error *error)
{
    int64_t number = 0;

    if (text_to_integer(value, field->low, field->high, &number))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "%s wants a number from %" PRId64 " to %" PRId64,
                     field->name, field->low, field->high);
}

/* Never with the value in it: it may be a secret. */
static enum error_code check_url(const struct notifier_field *field, const char *value,
                                 struct error *error)
{
    struct url url;

    if ((text_starts_with(value, "http://") || text_starts_with(value, "https://")) &&
        strlen(value) <= URL_MOST && url_parse(value, &url, NULL) == ERROR_NONE)
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "%s wants a web address that begins with http:// or https://", field->name);
}

static enum error_code check_choice(const struct notifier_field *field, const char *value,
                                    struct error *error)
{
    AUTO_BUFFER struct buffer words = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (const char *const *word = field->words; *word; word++) {
        if (text_equal(*word, value))
            return ERROR_NONE;
        buffer_print(&words, "%s%s", words.length ? ", " : "", *word);
    }
    return error_set(error, ERROR_USAGE, "%s wants one of: %s", field->name, buffer_string(&words));
}

static enum error_code check_text(const struct notifier_field *field, const char *value,
                                  struct error *error)
{
    size_t most = field->high ? (size_t)field->high : TEXT_MOST;

    if (strlen(value) > most)
        return error_set(error, ERROR_USAGE, "%s wants at most %zu bytes", field->name, most);
    for (const char *at = value; *at; at++)
        if ((unsigned char)*at < ' ')
            return error_set(error, ERROR_USAGE, "%s wants one line", field->name);
    return ERROR_NONE;
}

static enum error_code check_value(const struct notifier_field *field, const char *value,
                                   struct error *error)
{
    switch (field->kind) {
    case NOTIFIER_NUMBER:
        return check_number(field, value, error);
    case NOTIFIER_URL:
        return check_url(field, value, error);
    case NOTIFIER_CHOICE:
        return check_choice(field, value, error);
    case NOTIFIER_SWITCH:
        if (text_equal(value, "true") || text_equal(value, "false"))
            return ERROR_NONE;
        return error_set(error, ERROR_USAGE, "%s wants true or false", field->name);
    default:
        return check_text(field, value, error);
    }
}

static void free_secret(struct secret *secret)
{
    if (secret)
        secret_release(secret);
    free(secret);
}

enum error_code notifier_set(const struct notifier *notifier, struct notifier_settings *settings,
                             const char *name, const char *value, struct error *error)
{
    const struct notifier_field *field = notifier_field(notifier, name);
    AUTO_FREE char *copy = memory_text(value ? value : "");
    const char *trimmed = text_trim(copy);

    if (!field)
        return error_set(error, ERROR_USAGE, "%s has no setting \"%.60s\"", notifier->title, name);
    enum error_code rc = *trimmed ? check_value(field, trimmed, error) : ERROR_NONE;
    if (!rc) {
        struct secret *secret = *trimmed ? memory_new(sizeof(*secret)) : NULL;
        if (secret)
            secret_set(secret, trimmed);
        free_secret(map_get(&settings->values, name));
        map_set(&settings->values, name, secret);
    }
    explicit_bzero(copy, strlen(copy));
    return rc;
}

bool notifier_is_set(const struct notifier_settings *settings, const char *name)
{
    return map_get(&settings->values, name) != NULL;
}

enum error_code notifier_check(const struct notifier *notifier,
                               const struct notifier_settings *settings, struct error *error)
{
    for (const struct notifier_field *field = notifier->fields; field->name; field++)
        if (field->flags & NOTIFIER_REQUIRED && !notifier_is_set(settings, field->name))
            return error_set(error, ERROR_USAGE, "%s is missing: %s", field->name, field->help);
    return notifier->check ? notifier->check(settings, error) : ERROR_NONE;
}

const struct secret *notifier_secret(const struct notifier_settings *settings, const char *name)
{
    static const struct secret none = {0};
    const struct secret *secret = map_get(&settings->values, name);

    return secret ? secret : &none;
}

const char *notifier_text(const struct notifier_settings *settings, const char *name,
                          const char *fallback)
{
    const struct secret *secret = map_get(&settings->values, name);

    return secret ? secret_reveal(secret) : fallback;
}

void notifier_settings_release(struct notifier_settings *settings)
{
    for (size_t i = 0; i < settings->values.capacity; i++)
        if (settings->values.entries[i].key)
            free_secret(settings->values.entries[i].value);
    map_release(&settings->values);
}

void notifier_settings_put(const struct notifier_settings *settings, struct buffer *out)
{
    struct json_writer json = json_writer_to(out);

    json_begin_object(&json, NULL);
    for (size_t i = 0; i < settings->values.capacity; i++) {
        const struct map_entry *entry = &settings->values.entries[i];
        if (entry->key && entry->value)
            json_put_text(&json, entry->key, secret_reveal(entry->value));
    }
    json_end_object(&json);
}

enum error_code notifier_settings_read(const struct notifier *notifier, const char *text,
                                       struct notifier_settings *ret, struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    enum error_code rc = json_value_parse(text, strlen(text), &document, error);

    if (rc)
        return rc;
    for (const struct notifier_field *field = notifier->fields; field->name; field++) {
        const char *value = json_value_get_text(document, field->name);
        if (value)
            notifier_set(notifier, ret, field->name, value, NULL);
    }
    return ERROR_NONE;
}

/* Apprise addresses have secrets in all of their parts: "tgram://TOKEN/CHAT, json://USER:PASS@h" */
static void hide_parts(struct http_request *request, const char *value)
{
    static const char parts[] = ", :/?&=@";
    AUTO_FREE char *copy = memory_text(value);
    char *rest = copy;

    do {
        const char *part = strsep(&rest, parts);
        if (!rest || !text_starts_with(rest, "//")) /* else it is a scheme */
            http_request_hide(request, part);
    } while (rest);
    explicit_bzero(copy, strlen(value));
}

/* "123456:ABC-def" is one, and so is what stands behind the colon. */
static void hide_value(struct http_request *request, const char *value)
{
    const char *colon = strchr(value, ':');

    http_request_hide(request, value);
    if (colon && strlen(colon + 1) >= PART_LEAST)
        http_request_hide(request, colon + 1);
}

static void hide_secrets(const struct notifier *notifier, const struct notifier_settings *settings,
                         struct http_request *request)
{
    for (const struct notifier_field *field = notifier->fields; field->name; field++) {
        const char *value = secret_reveal(notifier_secret(settings, field->name));
        if (field->kind == NOTIFIER_URL)
            http_request_hide_address(request, value);
        else if (field->flags & NOTIFIER_SECRET && strstr(value, "://"))
            hide_parts(request, value);
        else if (field->flags & NOTIFIER_SECRET)
            hide_value(request, value);
    }
}

void notifier_request(const struct notifier *notifier, const struct notifier_message *message,
                      struct http_request *request)
{
    notifier->request(message, request);
    hide_secrets(notifier, message->settings, request);
    request->secret_url = true;
    request->no_redirects = true;
    request->repeatable = false;
    request->answer_limit = ANSWER_MOST;
    request->timeout_ms = TIMEOUT_MS;
}

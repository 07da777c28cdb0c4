/*
 * notifier.h: what a way of telling people (Discord, e-mail, ...) is: settings, the one request
 * that carries a notice, and what the answer to it means. Drivers without I/O, one file each; all
 * are listed in notifiers.def.
 *
 * Everything about a target's settings comes from the table of fields: what is checked, what forms
 * show, what a variable of the environment fills in. Values are kept as secrets, all of them: an
 * address with a key in it is one, too.
 *
 * A notice is one request. Texts keep to each service's limits, counted in bytes, which are never
 * fewer than the characters that a service counts.
 */
#ifndef LISTSYNC_NOTIFY_NOTIFIER_H
#define LISTSYNC_NOTIFY_NOTIFIER_H

#include "base/map.h"
#include "base/options.h"
#include "base/secret.h"
#include "model/notice.h"
#include "net/http_message.h"

enum notifier_field_kind {
    NOTIFIER_TEXT,   /* at most `high` bytes; 0: 500 */
    NOTIFIER_NUMBER, /* whole, in [low, high] */
    NOTIFIER_SWITCH, /* "true" or "false" */
    NOTIFIER_URL,    /* http:// or https:// */
    NOTIFIER_CHOICE, /* one of `words` */
};

extern const char *const notifier_field_kind_words[]; /* NULL-ended: "text", "number", ... */

enum notifier_field_flags {
    NOTIFIER_REQUIRED = 1,
    NOTIFIER_SECRET = 2, /* never shown again */
    NOTIFIER_PLACE = 4,  /* where secrets are sent: none that is kept goes along to another */
};

struct notifier_field {
    const char *name; /* NULL ends a table */
    enum notifier_field_kind kind;
    unsigned flags;
    const char *help;     /* a sentence for a person */
    const char *fallback; /* value when not set; NULL: none */
    int64_t low, high;
    const char *const *words;
    const char *variable; /* of the environment, that fills it in (environment.h); NULL: none */
};

struct notifier_settings {
    struct map values; /* name -> struct secret; those that are set */
};

enum notifier_verdict {
    NOTIFIER_DELIVERED,
    NOTIFIER_LATER,    /* try again, after retry_ms if that is not 0 */
    NOTIFIER_UNCLEAR,  /* it may have been taken, or not */
    NOTIFIER_TOO_LONG, /* try again without the titles */
    NOTIFIER_REFUSED,  /* this notice will never be taken */
    NOTIFIER_GONE,     /* nor any other: the webhook is deleted, the key is no longer valid */
};

struct notifier_outcome {
    enum notifier_verdict verdict;
    int64_t retry_ms;
    char message[256]; /* a sentence; "" when delivered */
};

/* What is to be sent. */
struct notifier_message {
    const struct notifier_settings *settings;
    const struct notice *notice;
    bool is_brief; /* without the titles: it was too long */
    struct arena *arena;
};

struct notifier {
    const char *name;                    /* "discord" */
    const char *title;                   /* "Discord" */
    const char *help;                    /* where people get what the fields want */
    const struct notifier_field *fields; /* ends with a NULL name */
    bool knows_again;                    /* receivers may tell a repeated notice by its id */
    /* Beyond the fields: ERROR_USAGE; may be NULL. */
    enum error_code (*check)(const struct notifier_settings *settings, struct error *error);
    void (*request)(const struct notifier_message *message, struct http_request *request);
    void (*answer)(const struct http_response *response, struct notifier_outcome *ret);
};

const struct notifier *const *notifier_all(void); /* NULL-ended */
const struct notifier *notifier_find(const char *name);
const struct notifier_field *notifier_field(const struct notifier *notifier, const char *name);

/*
 * Settings: setting "" takes a value away. ERROR_USAGE names the field and what it wants; values
 * are trimmed.
 */
enum error_code notifier_set(const struct notifier *notifier, struct notifier_settings *settings,
                             const char *name, const char *value, struct error *error);
/* Is all there that must be? ERROR_USAGE. */
enum error_code notifier_check(const struct notifier *notifier,
                               const struct notifier_settings *settings, struct error *error);
bool notifier_is_set(const struct notifier_settings *settings, const char *name);
/* The value as a secret, "" when not set. */
const struct secret *notifier_secret(const struct notifier_settings *settings, const char *name);
/* The value of a field that is no secret, or `fallback`. */
const char *notifier_text(const struct notifier_settings *settings, const char *name,
                          const char *fallback);
void notifier_settings_release(struct notifier_settings *settings);
/* All values as one JSON object, to be sealed; and back: what does not fit any more is left out. */
void notifier_settings_put(const struct notifier_settings *settings, struct buffer *out);
enum error_code notifier_settings_read(const struct notifier *notifier, const char *text,
                                       struct notifier_settings *ret, struct error *error);

/* The request of a message, with the marks that all have: no redirects, a small answer, and no
 * word of our secrets in it. */
void notifier_request(const struct notifier *notifier, const struct notifier_message *message,
                      struct http_request *request);

#endif

#include "sync/notice_targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "notify/environment.h"
#include "store/notification_deliveries.h"

enum { MORNING = 9 * 60 };

struct notice_choice notice_target_choice(const struct notification_target *row)
{
    struct notice_choice choice = {
        .form = NOTICE_FORM_CHANGES,
        .events = notice_events_from_text(row->events),
        .digest_minute = row->digest_minute,
        .digest_weekday = row->digest_weekday,
        .quiet_from = row->quiet_from,
        .quiet_until = row->quiet_until,
    };

    notice_form_from_word(row->form, &choice.form);
    return choice;
}

static enum error_code read_sealed(const struct crypto_key *key, struct notice_target *target,
                                   struct error *error)
{
    char name[NOTIFICATION_SEAL_NAME_SIZE];
    struct secret text = {0};

    notification_target_seal_name(target->row.id, name);
    enum error_code rc = crypto_open(key, name, target->row.sealed, &text, error);
    if (!rc)
        rc = notifier_settings_read(target->notifier, secret_reveal(&text), &target->settings,
                                    error);
    secret_release(&text);
    return rc;
}

static enum error_code read_given(const struct options *given, struct notice_target *target,
                                  struct error *error)
{
    struct error why = {0};

    if (environment_settings(given, target->notifier, &target->settings, &why))
        return ERROR_NONE;
    return error_set(error, ERROR_FORMAT, "the environment does not set it any more");
}

enum error_code notice_target_open(const struct notice_keys *keys,
                                   const struct notification_target *row, struct notice_target *ret,
                                   struct error *error)
{
    *ret = (struct notice_target){
        .row = *row,
        .notifier = notifier_find(row->kind),
        .choice = notice_target_choice(row),
    };
    if (!ret->notifier)
        return error_set(error, ERROR_FORMAT, "this version does not know targets of the kind %s",
                         row->kind);
    if (row->from_environment)
        return read_given(keys->given, ret, error);
    return read_sealed(keys->key, ret, error);
}

void notice_target_release(struct notice_target *target)
{
    notifier_settings_release(&target->settings);
}

/* One that stays as it was keeps its time: looked at anew in quiet hours it would slip a day. */
static bool is_timed_alike(const struct notice_choice *one, const struct notice_choice *other)
{
    return one->form == other->form && one->digest_minute == other->digest_minute &&
           one->digest_weekday == other->digest_weekday && one->quiet_from == other->quiet_from &&
           one->quiet_until == other->quiet_until;
}

enum error_code notice_target_retime(struct store *store, const struct notification_target *row,
                                     const struct notice_choice *before, const char *zone,
                                     int64_t now_ms, struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *clock = NULL;
    struct notice_choice choice = notice_target_choice(row);
    enum error_code rc = notification_deliveries_hurry(store, row->id, now_ms, error);

    if (rc || is_timed_alike(before, &choice))
        return rc;
    rc = time_zone_open(zone, &clock, error);
    return rc ? rc
              : notification_deliveries_move_digest(store, row->id,
                                                    notice_due(&choice, clock, now_ms), error);
}

char *notice_target_seal(const struct crypto_key *key, int64_t id,
                         const struct notifier_settings *settings)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    char name[NOTIFICATION_SEAL_NAME_SIZE];

    notifier_settings_put(settings, &text);
    notification_target_seal_name(id, name);
    char *sealed = crypto_seal(key, name, buffer_string(&text));
    explicit_bzero(text.bytes, text.length);
    return sealed;
}

/* Tells whether settings of the environment changed, and to nobody without the key what they are.
 */
static const char *mark_of(const struct crypto_key *key, const struct notifier_settings *settings,
                           const struct notifier *notifier, struct arena *arena)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    uint8_t code[32];
    char *mark = arena_take(arena, 2 * sizeof(code) + 1);

    for (const struct notifier_field *field = notifier->fields; field->name; field++)
        buffer_print(&text, "%s=%s\n", field->name,
                     secret_reveal(notifier_secret(settings, field->name)));
    crypto_hmac(key->bytes, sizeof(key->bytes), text.bytes, text.length, code);
    explicit_bzero(text.bytes, text.length);
    for (size_t i = 0; i < sizeof(code); i++)
        snprintf(mark + 2 * i, 3, "%02x", code[i]);
    return mark;
}

static const struct notification_target *find(const struct notification_targets *targets,
                                              const char *kind)
{
    for (size_t i = 0; i < targets->count; i++)
        if (targets->items[i].from_environment && text_equal(targets->items[i].kind, kind))
            return &targets->items[i];
    return NULL;
}

static enum error_code add_given(struct store *store, struct arena *arena,
                                 const struct notifier *notifier, const char *mark,
                                 struct error *error)
{
    struct notification_target row = {
        .name = arena_print(arena, "%s (environment)", notifier->title),
        .kind = notifier->name,
        .from_environment = true,
        .is_on = true,
        .form = notice_form_words[NOTICE_FORM_CHANGES],
        .events = notice_events_text(NOTICE_ALL_EVENTS, arena),
        .digest_minute = MORNING,
        .digest_weekday = 1,
        .quiet_from = -1,
        .quiet_until = -1,
        .sealed = mark,
    };
    int64_t id = 0;

    return notification_targets_add(store, &row, &id, error);
}

static enum error_code renew_given(struct store *store, const struct notification_target *old,
                                   const char *mark, struct error *error)
{
    struct notification_target row = *old;

    if (text_equal(old->sealed, mark))
        return ERROR_NONE;
    row.sealed = mark;
    enum error_code rc = notification_targets_change(store, &row, error);
    return rc ? rc : notification_targets_disable(store, row.id, "", error);
}

static void say_left_out(const struct notifier *notifier, const struct error *why)
{
    log_warning("notify", "a notification target of the environment is left out",
                LOG_TEXT("kind", notifier->name), LOG_TEXT("why", why->message), LOG_END);
}

/* Its name may be taken, or there are too many: no reason for the service not to start. */
static enum error_code add_if_possible(struct store *store, struct arena *arena,
                                       const struct notifier *notifier, const char *mark,
                                       struct error *error)
{
    struct error why = {0};
    enum error_code rc = add_given(store, arena, notifier, mark, &why);

    if (rc != ERROR_CONFLICT && rc != ERROR_LIMIT)
        return rc ? error_set(error, rc, "%s", why.message) : ERROR_NONE;
    say_left_out(notifier, &why);
    return ERROR_NONE;
}

static enum error_code follow_one(const struct notice_keys *keys, struct store *store,
                                  struct arena *arena, const struct notifier *notifier,
                                  const struct notification_targets *targets, struct error *error)
{
    const struct notification_target *old = find(targets, notifier->name);
    struct notifier_settings settings = {0};
    struct error wrong = {0};
    enum error_code rc = ERROR_NONE;

    if (environment_settings(keys->given, notifier, &settings, &wrong)) {
        const char *mark = mark_of(keys->key, &settings, notifier, arena);
        rc = old ? renew_given(store, old, mark, error)
                 : add_if_possible(store, arena, notifier, mark, error);
    } else if (old) {
        rc = notification_targets_remove(store, old->id, error);
    }
    if (wrong.code)
        say_left_out(notifier, &wrong);
    notifier_settings_release(&settings);
    return rc;
}

enum error_code notice_targets_follow(const struct notice_keys *keys, struct store *store,
                                      struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct notification_targets targets = {0};
    enum error_code rc = notification_targets_load(store, arena, &targets, error);

    for (const struct notifier *const *notifier = notifier_all(); !rc && *notifier; notifier++)
        rc = follow_one(keys, store, arena, *notifier, &targets, error);
    return rc;
}

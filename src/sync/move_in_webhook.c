/* The original's Discord webhook becomes a notification target. */
#include "base/memory.h"
#include "base/text.h"
#include "notify/notifier.h"
#include "store/notification_targets.h"
#include "sync/move_in_parts.h"
#include "sync/notice_targets.h"

enum { MORNING = 8 * 60, MONDAY = 1 };

static const char part[] = "settings";

static enum error_code has_discord(struct move_in *move_in, bool *ret, struct error *error)
{
    struct notification_targets targets = {0};
    enum error_code rc = notification_targets_load(move_in->store, move_in->arena, &targets, error);

    *ret = false;
    for (size_t i = 0; !rc && i < targets.count; i++)
        *ret = *ret || text_equal(targets.items[i].kind, "discord");
    return rc;
}

static enum error_code add_target(struct move_in *move_in, const struct notifier *notifier,
                                  const struct notifier_settings *settings, struct error *error)
{
    struct notification_target row = {
        .name = notifier->title,
        .kind = notifier->name,
        .is_on = !move_in->webhook_is_off,
        .form = notice_form_words[NOTICE_FORM_CHANGES],
        .events = notice_events_text(NOTICE_ALL_EVENTS, move_in->arena),
        .digest_minute = MORNING,
        .digest_weekday = MONDAY,
        .quiet_from = -1,
        .quiet_until = -1,
    };
    enum error_code rc = notification_targets_add(move_in->store, &row, &row.id, error);

    if (rc)
        return rc;
    AUTO_FREE char *sealed = notice_target_seal(move_in->key, row.id, settings);
    row.sealed = sealed;
    return notification_targets_change(move_in->store, &row, error);
}

static enum error_code take(struct move_in *move_in, const char *url, struct error *error)
{
    const struct notifier *notifier = notifier_find("discord");
    struct notifier_settings settings = {0};
    struct error why = {0};
    enum error_code rc = ERROR_NONE;

    if (notifier_set(notifier, &settings, "webhook_url", url, &why) ||
        notifier_check(notifier, &settings, &why)) {
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "the Discord webhook is not taken over: %s",
                    why.message);
    } else {
        rc = add_target(move_in, notifier, &settings, error);
        move_in_say(move_in, MOVE_IN_TAKEN, part, 1,
                    "the Discord webhook is taken over as a notification%s",
                    move_in->webhook_is_off ? ", switched off as it was" : "");
    }
    notifier_settings_release(&settings);
    return rc;
}

enum error_code move_in_webhook(struct move_in *move_in, const char *url, struct error *error)
{
    bool is_there = false;
    enum error_code rc = has_discord(move_in, &is_there, error);

    if (rc)
        return rc;
    if (!is_there && !options_is_set(move_in->given, "DISCORD_WEBHOOK_URL"))
        return take(move_in, url, error);
    move_in_say(move_in, MOVE_IN_THERE, part, 1,
                "the Discord webhook: there is a notification by Discord already, it stays as it "
                "is");
    return ERROR_NONE;
}

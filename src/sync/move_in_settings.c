/* Settings: names of the other program -> ours, its secrets opened and sealed anew. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/fernet.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "model/cron.h"
#include "model/list_ref.h"
#include "store/stored_settings.h"
#include "sync/live_settings.h"
#include "sync/move_in_parts.h"
#include "sync/unused_settings.h"

static const char part[] = "settings";

/* What the other programs call it; what is not here is called as ours is, in capitals. */
static const struct {
    const char *key, *setting;
} names[] = {
    {"timezone", "TZ"},
    {"discord_webhook", "DISCORD_WEBHOOK_URL"},
};

static const char *name_of(struct move_in *move_in, const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        if (text_equal(names[i].key, key))
            return names[i].setting;
    char *name = arena_text(move_in->arena, key);
    for (char *at = name; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    return name;
}

/* Does it mean anything here? The original took zones and numbers that nothing else understands. */
static enum error_code check_meaning(const char *name, const char *value, struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    struct cron cron;

    if (text_equal(name, "TZ"))
        return time_zone_open(value, &zone, error);
    if (text_equal(name, "SYNC_SCHEDULE"))
        return cron_parse(value, &cron, error);
    return ERROR_NONE;
}

static enum error_code check_value(struct move_in *move_in, const char *name, const char *value,
                                   struct error *error)
{
    struct options trial;

    options_copy(move_in->given, &trial);
    enum error_code rc = options_set(&trial, name, value, error);
    options_release(&trial);
    return rc ? rc : check_meaning(name, value, error);
}

static enum error_code is_stored(struct move_in *move_in, const char *name, bool *ret,
                                 struct error *error)
{
    struct stored_settings stored;
    enum error_code rc = stored_settings_load(move_in->store, move_in->arena, &stored, error);

    *ret = false;
    for (size_t i = 0; !rc && i < stored.count; i++)
        *ret = *ret || text_equal(stored.items[i].name, name);
    return rc;
}

static enum error_code store_value(struct move_in *move_in, const struct option *option,
                                   const char *value, struct error *error)
{
    if (option->kind != OPTION_SECRET)
        return stored_settings_put(move_in->store, option->name, value, false, error);
    AUTO_FREE char *sealed = crypto_seal(move_in->key, option->name, value);
    return stored_settings_put(move_in->store, option->name, sealed, true, error);
}

/* An abbreviation of a zone as its place; what is a zone already stays. */
static const char *zone_name(struct move_in *move_in, const char *value)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    const char *region = options_is_declared(move_in->given, "TIMEZONE_REGION")
                             ? options_text(move_in->given, "TIMEZONE_REGION")
                             : NULL;
    const char *name = time_zone_of_abbreviation(value, region);

    return name && time_zone_open(value, &zone, NULL) ? name : value;
}

/* Python writes True and False. */
static const char *plain_value(struct move_in *move_in, const struct option *option,
                               const char *value)
{
    if (text_equal(option->name, "TZ"))
        return zone_name(move_in, value);
    char *plain = arena_text(move_in->arena, value);
    for (char *at = plain; option->kind == OPTION_SWITCH && *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return plain;
}

/* The original let what it had stored count before the environment: two values are no small thing.
 */
static void say_of_environment(struct move_in *move_in, const struct option *option,
                               const char *value)
{
    const char *name = option->name;
    const char *given = option->kind == OPTION_SECRET
                            ? secret_reveal(options_secret(move_in->given, name))
                            : options_text(move_in->given, name);

    if (text_equal(plain_value(move_in, option, given), value))
        move_in_say(move_in, MOVE_IN_THERE, part, 1, "%s: the environment sets the same", name);
    else if (option->kind != OPTION_SECRET)
        move_in_say(move_in, MOVE_IN_LEFT, part, 1,
                    "%s: the environment sets another value (%.80s) than was stored (%.80s), and "
                    "counts; take it out there if the stored one was right, and take over once "
                    "more",
                    name, given, value);
    else
        move_in_say(move_in, MOVE_IN_LEFT, part, 1,
                    "%s: the environment sets another value than was stored, and counts; take it "
                    "out there if the stored one was right, and take over once more",
                    name);
}

static enum error_code take_setting(struct move_in *move_in, const char *name, const char *given,
                                    struct error *error)
{
    const struct option *option = map_get(&move_in->given->declared, name);
    const char *value = plain_value(move_in, option, given);
    struct error why = {0};
    bool is_here = false;
    enum error_code rc = is_stored(move_in, name, &is_here, error);

    if (rc)
        return rc;
    if (options_is_set(move_in->given, name))
        say_of_environment(move_in, option, value);
    else if (is_here)
        move_in_say(move_in, MOVE_IN_THERE, part, 1, "%s is set here already and stays as it is",
                    name);
    else if (check_value(move_in, name, value, &why))
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "%s is not taken over: %s", name, why.message);
    else {
        move_in_say(move_in, MOVE_IN_TAKEN, part, 1, "%s is taken over", name);
        rc = store_value(move_in, option, value, error);
    }
    return rc;
}

/* Here, as there, the interval that was chosen counts before the environment's. */
static void say_interval(struct move_in *move_in, double hours)
{
    static const char name[] = "SYNC_INTERVAL";
    bool is_given =
        options_is_declared(move_in->given, name) && options_is_set(move_in->given, name);
    double given = is_given ? options_decimal(move_in->given, name) : hours;

    if (given < hours || given > hours)
        move_in_say(move_in, MOVE_IN_TAKEN, part, 1,
                    "the interval is taken over: every %g hours, which counts before the "
                    "environment's SYNC_INTERVAL (%g); it is changed in the web interface",
                    hours, given);
    else
        move_in_say(move_in, MOVE_IN_TAKEN, part, 1, "the interval is taken over: every %g hours",
                    hours);
}

static enum error_code take_interval(struct move_in *move_in, double hours, struct error *error)
{
    const char *updated_at = "";
    double present = 0;
    enum error_code rc =
        sync_interval_get(move_in->store, &present, &updated_at, move_in->arena, error);

    if (rc)
        return rc;
    if (*updated_at)
        move_in_say(move_in, MOVE_IN_THERE, part, 1,
                    "the interval is set here already (%g hours) and stays as it is", present);
    else if (!(hours >= 0.1 && hours <= 8760))
        move_in_say(move_in, MOVE_IN_LEFT, part, 1,
                    "the interval is not taken over: %g hours is not between 0.1 and 8760", hours);
    else {
        say_interval(move_in, hours);
        rc = sync_interval_put(move_in->store, hours, error);
    }
    return rc;
}

/* "IMDB_LISTS" -> "imdb"; false when it is no setting of lists. */
static bool type_of_lists(const char *name, char *ret, size_t size)
{
    if (!text_ends_with(name, "_LISTS"))
        return false;
    text_copy(ret, size, name);
    ret[strlen(ret) - (strlen(name) < size ? strlen("_LISTS") : 0)] = '\0';
    for (char *at = ret; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return true;
}

/* What this version does not read is kept for one that does; a word of no source is refused. */
static bool is_former_type(const char *type)
{
    static const char *const types[] = {"tmdb", "tvdb", "simkl", "anilist", "collections"};

    for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
        if (text_equal(types[i], type))
            return true;
    return false;
}

static enum error_code take_lists(struct move_in *move_in, const char *type, const char *value,
                                  struct error *error)
{
    unsigned flags = MOVE_IN_QUIET | (is_former_type(type) ? MOVE_IN_KEEP_UNKNOWN : 0);
    AUTO_FREE char *copy = memory_text(value);
    char *rest = copy, *entry;
    enum error_code rc = ERROR_NONE;

    while (!rc && (entry = strsep(&rest, ","))) {
        entry = text_trim(entry);
        struct former_list list = {
            .type = type, .list_id = entry, .url = "", .name = "", .last_synced = ""};
        if (*entry)
            rc = move_in_list(move_in, &list, flags, error);
    }
    return rc;
}

enum error_code move_in_variable(struct move_in *move_in, const char *name, const char *value,
                                 struct error *error)
{
    const struct unused_setting *unused = unused_settings_find(name);
    char type[LIST_TYPE_SIZE];

    if (text_is_empty(value))
        return ERROR_NONE;
    if (move_in_lock(move_in, error))
        return error->code;
    if (type_of_lists(name, type, sizeof(type)))
        return take_lists(move_in, type, value, error);
    if (text_equal(name, "SYNC_INTERVAL"))
        return take_interval(move_in, strtod(value, NULL), error);
    if (text_equal(name, "DISCORD_WEBHOOK_URL") || text_equal(name, "DISCORD_WEBHOOK"))
        return move_in_webhook(move_in, value, error);
    if (options_is_declared(move_in->given, name) && live_settings_is_live(name))
        return take_setting(move_in, name, value, error);
    if (unused && (unused->is_quiet || unused->is_needless))
        return ERROR_NONE;
    if (unused)
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "%s is not taken over: %s", name, unused->note);
    else if (options_is_declared(move_in->given, name))
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "%s is not stored: give it in the environment",
                    name);
    else
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "%s: there is no such setting here", name);
    return ERROR_NONE;
}

/* With its secrets opened. */
static enum error_code take_encrypted(struct move_in *move_in, const char *name,
                                      const struct former_setting *setting,
                                      const struct fernet_key *key, struct error *error)
{
    struct secret opened = {0};
    struct error why = {0};
    enum error_code rc = ERROR_NONE;

    if (!key)
        move_in_say(move_in, MOVE_IN_LEFT, part, 1,
                    "%s is not taken over: it is encrypted, and its key is not there (the "
                    "file " MOVE_IN_KEY_FILE
                    " beside the database, or ENCRYPTION_KEY); enter it again",
                    name);
    else if (fernet_open(key, setting->value, &opened, &why))
        move_in_say(move_in, MOVE_IN_LEFT, part, 1, "%s is not taken over: %s; enter it again",
                    name, why.message);
    else
        rc = move_in_variable(move_in, name, secret_reveal(&opened), error);
    secret_release(&opened);
    return rc;
}

/* The interval has a table of its own, which its scheduler goes by. */
static enum error_code take_one(struct move_in *move_in, const struct former *former,
                                const struct former_setting *setting, const struct fernet_key *key,
                                struct error *error)
{
    const char *name = name_of(move_in, setting->key);

    if (text_equal(name, "SYNC_INTERVAL") && former->interval_hours > 0)
        return ERROR_NONE;
    if (text_equal(name, "DISCORD_ENABLED"))
        return ERROR_NONE; /* goes with the webhook */
    return setting->is_encrypted && !unused_settings_find(name)
               ? take_encrypted(move_in, name, setting, key, error)
               : move_in_variable(move_in, name, setting->value, error);
}

static bool is_webhook_off(const struct former *former)
{
    for (size_t i = 0; i < former->setting_count; i++)
        if (text_equal(former->settings[i].key, "discord_enabled"))
            return text_equal_ignoring_case(former->settings[i].value, "false") ||
                   text_equal(former->settings[i].value, "0");
    return false;
}

enum error_code move_in_settings(struct move_in *move_in, const struct former *former,
                                 const char *fernet_key, struct error *error)
{
    struct fernet_key key = {0};
    bool has_key = fernet_key_read(fernet_key, &key, NULL) == ERROR_NONE;

    move_in->webhook_is_off = is_webhook_off(former);
    enum error_code rc = former->interval_hours != 0
                             ? take_interval(move_in, former->interval_hours, error)
                             : ERROR_NONE;

    for (size_t i = 0; !rc && i < former->setting_count; i++)
        rc = take_one(move_in, former, &former->settings[i], has_key ? &key : NULL, error);
    fernet_key_release(&key);
    return rc;
}

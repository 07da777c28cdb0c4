#include <string.h>

#include "api/settings.h"
#include "base/address.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "model/cron.h"
#include "net/url.h"
#include "sync/backup_folder.h"

/*
 * Seerr mostly lives on a private address, so these are fine. A link-local one is where clouds
 * keep their machines' credentials.
 */
static enum error_code check_seerr(const char *text, struct error *error)
{
    struct url url;
    struct address address;
    enum error_code rc = url_parse(text, &url, error);

    if (rc)
        return rc;
    if (text_ends_with(url.host, "."))
        url.host[strlen(url.host) - 1] = '\0';
    if (address_parse(url.host, &address) && address_is_link_local(&address))
        return error_set(error, ERROR_USAGE, "%s is a link-local address, where no Seerr is",
                         url.host);
    return ERROR_NONE;
}

static enum error_code check_schedule(const char *text, struct error *error)
{
    struct cron cron;

    return cron_parse(text, &cron, error);
}

static enum error_code check_backups(const char *text, struct error *error)
{
    return text_equal(text, BACKUP_FOLDER_SCHEDULE_OFF) ? ERROR_NONE : check_schedule(text, error);
}

static enum error_code check_zone(const char *text, struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;

    return time_zone_open(text, &zone, error);
}

enum error_code api_settings_check(const char *name, const char *text, struct error *error)
{
    static const struct {
        const char *name;
        enum error_code (*check)(const char *text, struct error *error);
    } checks[] = {
        {"OVERSEERR_URL", check_seerr},
        {"SYNC_SCHEDULE", check_schedule},
        {"TZ", check_zone},
        {"BACKUP_SCHEDULE", check_backups},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(checks); i++)
        if (text_equal(checks[i].name, name))
            return checks[i].check(text, error);
    return ERROR_NONE;
}

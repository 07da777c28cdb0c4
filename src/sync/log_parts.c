#include "sync/log_parts.h"

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const parts[] = {
    "service", "run",     "schedule", "notify", "backup",  "history", "web",
    "guard",   "posters", "settings", "traces", "metrics", NULL,
};

bool log_parts_has(const char *part)
{
    for (const char *const *known = parts; *known; known++)
        if (text_equal(*known, part))
            return true;
    return false;
}

char *log_parts_text(void)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (const char *const *known = parts; *known; known++)
        buffer_print(&text, "%s%s", known == parts ? "" : known[1] ? ", " : " and ", *known);
    return memory_text(buffer_string(&text));
}

enum error_code log_parts_set(const struct options *options, struct error *error)
{
    struct error why = {0};
    enum error_code rc =
        log_set_levels(options_text(options, "LISTSYNC_LOG_LEVEL"), log_parts_has, &why);

    if (rc != ERROR_NOT_FOUND)
        return rc ? error_set(error, rc, "LISTSYNC_LOG_LEVEL: %s", why.message) : ERROR_NONE;
    AUTO_FREE char *all = log_parts_text();
    return error_set(error, rc, "LISTSYNC_LOG_LEVEL: %s; there are %s", why.message, all);
}

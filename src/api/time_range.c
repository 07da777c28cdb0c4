#include <string.h>

#include "api/runs.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/* What clock_parse_utc takes, from what ISO 8601 in UTC looks like. */
static const char *as_stored(struct arena *arena, const char *text)
{
    char *stored = arena_text(arena, text);
    size_t length = strlen(stored);

    if (length == strlen("2026-11-22"))
        return arena_print(arena, "%s 00:00:00", stored);
    if (length == strlen("2026-11-22T09:33:56Z") && stored[length - 1] == 'Z')
        stored[--length] = '\0';
    if (length > 10 && stored[10] == 'T')
        stored[10] = ' ';
    return stored;
}

bool api_read_time(struct call *call, const char *name, const char **ret)
{
    const char *text = call_text(call, name);

    *ret = NULL;
    if (!text)
        return true;
    const char *stored = as_stored(call->arena, text);
    if (clock_parse_utc(stored) < 0) {
        call_fail_field(call, name, "wants a time such as 2026-11-22T09:33:56Z, or a date");
        return false;
    }
    *ret = stored;
    return true;
}

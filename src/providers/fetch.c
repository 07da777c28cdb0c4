#include "providers/fetch.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/text.h"

void fetch_init(struct fetch *fetch, const struct list_ref *ref, const struct options *options,
                struct arena *arena)
{
    *fetch = (struct fetch){.ref = ref, .options = options, .arena = arena, .total = -1};
    entry_list_init(&fetch->entries, arena);
}

void fetch_release(struct fetch *fetch)
{
    entry_list_release(&fetch->entries);
}

bool fetch_is_of_file(const struct fetch *fetch)
{
    return text_starts_with(fetch->ref->id, "file:");
}

bool fetch_add(struct fetch *fetch, const struct entry *entry)
{
    if (fetch->entries.count >= ENTRY_LIST_MAX) {
        fetch_finish(fetch, OUTCOME_PARTIAL, "only the first %d entries of the list are read",
                     ENTRY_LIST_MAX);
        return false;
    }
    entry_list_add(&fetch->entries, entry);
    fetch->read++;
    return true;
}

bool fetch_next_page(struct fetch *fetch)
{
    if (fetch->page + 1 >= FETCH_PAGES_MAX) {
        fetch_finish(fetch, OUTCOME_PARTIAL, "only the first %d pages of the list are read",
                     FETCH_PAGES_MAX);
        return false;
    }
    fetch->page++;
    return true;
}

int64_t fetch_count_said(int64_t number)
{
    return number < 0 ? 0 : number > INT32_MAX ? INT32_MAX : number;
}

void fetch_finish(struct fetch *fetch, enum outcome outcome, const char *format, ...)
{
    va_list arguments;

    CHECK(!fetch->finished);
    va_start(arguments, format);
    vsnprintf(fetch->message, sizeof(fetch->message), format, arguments);
    va_end(arguments);
    text_tame(fetch->message);
    text_tame(fetch->name);
    fetch->outcome = outcome;
    fetch->finished = true;
}

void fetch_complete(struct fetch *fetch)
{
    entry_list_drop_repeats(&fetch->entries);
    if (fetch->read < fetch->total)
        fetch_finish(fetch, OUTCOME_PARTIAL,
                     "the list holds %" PRId64 " entries, only %" PRId64 " could be read",
                     fetch->total, fetch->read);
    else
        fetch_finish(fetch, fetch->entries.count ? OUTCOME_OK : OUTCOME_EMPTY, "%s", "");
}

void fetch_not_understood(struct fetch *fetch, const char *expected, const char *found)
{
    char page[32] = "";

    if (fetch->page > 0)
        snprintf(page, sizeof(page), " (page %d)", fetch->page + 1);
    fetch_finish(fetch, OUTCOME_CHANGED_FORMAT, "expected %s, found %s%s", expected, found, page);
}

bool fetch_finish_on_status(struct fetch *fetch, const struct http_response *response,
                            const struct fetch_status *table)
{
    char pause[CLOCK_TEXT_SIZE + 16] = "";
    char length[CLOCK_TEXT_SIZE];
    long seconds = http_response_header_number(response, "Retry-After");

    if (seconds > 0) {
        clock_format_duration((int64_t)seconds * 1000, length);
        snprintf(pause, sizeof(pause), ", again in %s", length);
    }
    for (; table->first; table++) {
        if (response->status < table->first || response->status > table->last)
            continue;
        fetch_finish(fetch, table->outcome, "%s (HTTP %d%s)", table->sentence, response->status,
                     pause);
        return true;
    }
    return false;
}

bool fetch_finish_without_file(struct fetch *fetch, const struct http_response *response)
{
    if (!fetch_is_of_file(fetch) || response->status == 200)
        return false;
    fetch_finish(fetch, OUTCOME_NOT_FOUND, "there is no readable file %s",
                 fetch->ref->id + strlen("file:"));
    return true;
}

/* Seerr, the lists and their sources. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "sync/diagnostics_parts.h"
#include "sync/discreet.h"
#include "sync/preview.h"

enum { LISTS_MOST = 200 };

void diagnostics_seerr(struct report *report)
{
    const struct runner_tools *tools = report->order->tools;
    struct seerr_login login;
    struct seerr_check check = {0};
    struct error error = {0};

    if (!tools || seerr_login_init(&login, &report->live, &error)) {
        report_say(report, "asked", "no: %s",
                   tools ? report_discreet(report, error.message) : "this report was not to");
        return;
    }
    int64_t before = clock_steady_ms();
    enum error_code rc = preview_seerr(tools, &login.seerr, 0, &check, &error);
    seerr_login_release(&login);
    report_say(report, "took", "%" PRId64 " ms", clock_steady_ms() - before);
    if (*check.version)
        report_say(report, "version", "%s", report_discreet(report, check.version));
    if (rc) {
        report_say(report, "trouble", "%s", report_discreet(report, error.message));
        return;
    }
    report_say(report, "server", "%s", seerr_flavour_name(check.server.flavour));
    report_say(report, "4K", "films %s, series %s", check.server.movie_4k_enabled ? "on" : "off",
               check.server.series_4k_enabled ? "on" : "off");
    report_say(report, "key", "taken, of the user %" PRId64, check.user.id);
}

static const char *id_of(struct report *report, const struct list_ref *ref)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    if (diagnostics_is_everybodys(ref))
        return ref->id;
    if (!strstr(ref->id, "://"))
        return discreet_form(report->arena, ref->id);
    discreet_address(ref->id, &text);
    return arena_text(report->arena, buffer_string(&text));
}

static const char *choices_of(struct report *report, const struct stored_list *list)
{
    static const char *const origins[] = {
        [LIST_ADDED] = "", [LIST_FROM_ENVIRONMENT] = ", from settings", [LIST_ONE_TIME] = ", once"};

    return arena_print(report->arena, "%s%s%s%s%s", origins[list->origin],
                       list->auto_sync ? "" : ", not synced by itself",
                       *list->schedule ? ", own schedule" : "",
                       list->requester ? ", own requester" : "",
                       list->quality > 0    ? ", 4K"
                       : list->quality == 0 ? ", HD"
                                            : "");
}

static void put_list(struct report *report, const struct stored_list *list)
{
    report_line(report, "list %" PRId64 ": %s %s", list->id, list->ref.type,
                id_of(report, &list->ref));
    report_line(report, "    %s, %" PRId64 " titles, read %s, tried %s%s",
                *list->status ? list->status : "never read", list->item_count,
                report_stored_time(report, list->last_synced),
                report_stored_time(report, list->last_tried), choices_of(report, list));
    if (*list->message)
        report_line(report, "    %s", report_discreet(report, list->message));
}

void diagnostics_lists(struct report *report)
{
    const struct stored_lists *lists = &report->lists;

    if (!lists->count)
        report_line(report, "none");
    for (size_t i = 0; i < lists->count && i < LISTS_MOST; i++)
        put_list(report, &lists->items[i]);
    if (lists->count > LISTS_MOST)
        report_line(report, "and %zu more", lists->count - LISTS_MOST);
}

/* "letterboxd  3 lists: 2 ok, 1 blocked" */
static void put_source(struct report *report, const struct provider *provider)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const struct stored_lists *lists = &report->lists;
    size_t count = 0;

    for (size_t i = 0; i < lists->count; i++) {
        if (!text_equal(lists->items[i].ref.type, provider->name))
            continue;
        const char *status = lists->items[i].status;
        buffer_print(&text, "%s %s", count++ ? "," : ":", *status ? status : "never read");
    }
    report_say(report, provider->name, "%zu %s%s", count, count == 1 ? "list" : "lists",
               buffer_string(&text));
}

static void put_host(void *context, const struct pacer_host *host)
{
    struct report *report = context;

    if (discreet_host_is_public(host->name))
        return;
    if (host->active || host->wait_ms)
        report_say(report, host->name, "%d requests under way, to be asked again in %" PRId64 " ms",
                   host->active, host->wait_ms);
    else
        report_say(report, host->name, "may be asked now (%d ms apart, %d at once)",
                   host->pace.gap_ms, host->pace.parallel);
}

void diagnostics_sources(struct report *report)
{
    const struct runner_tools *tools = report->order->tools;

    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        put_source(report, *provider);
    if (report->order->service && tools && tools->pacer)
        pacer_each(tools->pacer, clock_steady_ms(), put_host, report);
}

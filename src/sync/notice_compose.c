#include "sync/notice_compose.h"

#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/runs_query.h"

struct composing {
    struct store *store;
    struct arena *arena;
    const char *seerr; /* address for people, without a slash at its end; "" */
    bool is_planned;   /* another sync begins by itself */
    const struct stored_run *run;
    struct notice *notice;
    struct error *error;
};

#define NOT_PLANNED ", which is not planned: start it by hand"

/* While Seerr is away now this title is tried, now that. */
#define NOT_TAKEN "|request_failed|error|"

/* Which items of a run make which part; NULL: any. */
static const struct {
    enum notice_part_kind kind;
    const char *status, *decision;
    bool changed_only;  /* what was so before is no news */
    const char *before; /* nor what was as good as so */
} selections[] = {
    {NOTICE_PART_NEW, "requested", NULL, false, NULL},
    {NOTICE_PART_UNKNOWN, NULL, "unmatched", true, NULL},
    {NOTICE_PART_REFUSED, NULL, "skip_declined", true, NULL},
    {NOTICE_PART_REFUSED, NULL, "skip_deleted", true, NULL},
    {NOTICE_PART_NOT_TAKEN, "request_failed", NULL, true, NOT_TAKEN},
    {NOTICE_PART_NOT_TAKEN, "error", NULL, true, NOT_TAKEN},
};

static const char *link_of(const struct composing *composing, const struct run_item *item)
{
    if (!*composing->seerr || !item->tmdb || item->media_type == MEDIA_UNKNOWN)
        return "";
    return arena_print(composing->arena, "%s/%s/%" PRId64, composing->seerr,
                       item->media_type == MEDIA_TV ? "tv" : "movie", item->tmdb);
}

static struct notice_part *part_of(const struct composing *composing, enum notice_part_kind kind)
{
    struct notice *notice = composing->notice;

    for (size_t i = 0; i < notice->count; i++)
        if (notice->parts[i].kind == kind)
            return &notice->parts[i];
    return notice_add(notice, composing->arena, kind);
}

static enum error_code add_items(const struct composing *composing, size_t selection)
{
    struct run_items_query query = {
        .run_id = composing->run->id,
        .status = selections[selection].status,
        .decision = selections[selection].decision,
        .changed_only = selections[selection].changed_only,
        .unless_before = selections[selection].before,
        .limit = NOTICE_ITEMS,
    };
    struct run_items found = {0};
    enum error_code rc =
        runs_items(composing->store, composing->arena, &query, &found, composing->error);

    if (rc || !found.total)
        return rc;
    struct notice_part *part = part_of(composing, selections[selection].kind);
    for (size_t i = 0; i < found.count; i++)
        notice_add_item(part, composing->arena, found.items[i].title, found.items[i].year,
                        link_of(composing, &found.items[i]));
    part->total += found.total - (int64_t)found.count;
    return ERROR_NONE;
}

static const char *count_text(struct arena *arena, int64_t count, const char *one, const char *many)
{
    return arena_print(arena, "%" PRId64 " %s", count, count == 1 ? one : many);
}

static int64_t count_waiting(const struct composing *composing)
{
    struct run_tally tally = {0};
    const char *word = item_status_word(ITEM_STATUS_CANCELLED);

    if (runs_count(composing->store, composing->arena, composing->run->id, &tally, NULL))
        return 0;
    for (size_t i = 0; i < tally.statuses.count; i++)
        if (text_equal(tally.statuses.items[i].word, word))
            return tally.statuses.items[i].count;
    return 0;
}

/* How it ended, and how long that took: of one that was cut off nobody knows. */
static const char *say_end(const struct composing *composing)
{
    const struct stored_run *run = composing->run;
    struct arena *arena = composing->arena;
    char took[CLOCK_TEXT_SIZE];

    clock_format_duration(run->duration_ms, took);
    if (text_starts_with(run->message, RUN_CUT_OFF))
        return arena_print(arena, "The sync had looked at %s",
                           count_text(arena, run->processed, "title", "titles"));
    if (run->state == RUN_FAILED || run->state == RUN_CANCELLED)
        return run->duration_ms ? arena_print(arena, "The sync ended early, after %s", took)
                                : "The sync ended early"; /* its end could not be written */
    if (!run->processed && *run->message && !run->unread_lists)
        return arena_print(arena, "The sync had nothing to do: %s", run->message);
    return arena_print(arena, "The sync took %s and looked at %s", took,
                       count_text(arena, run->processed, "title", "titles"));
}

/* What was cut off or stopped with the program goes on with its next start. */
static bool goes_on_by_itself(const struct composing *composing)
{
    const struct stored_run *run = composing->run;
    bool goes_on = run->state == RUN_CANCELLED && (text_starts_with(run->message, RUN_CUT_OFF) ||
                                                   text_starts_with(run->message, RUN_STOPPED));

    return composing->is_planned || goes_on;
}

static void add_summary(const struct composing *composing)
{
    struct arena *arena = composing->arena;
    const struct stored_run *run = composing->run;
    const char *sentence = say_end(composing);
    int64_t waiting = count_waiting(composing);

    if (waiting)
        sentence = arena_print(arena, "%s; %s for the next one%s", sentence,
                               count_text(arena, waiting, "title waits", "titles wait"),
                               goes_on_by_itself(composing) ? "" : NOT_PLANNED);
    if (run->unread_lists)
        sentence = arena_print(arena, "%s; %s could not be read", sentence,
                               count_text(arena, run->unread_lists, "list", "lists"));
    notice_say(composing->notice, arena, NOTICE_PART_SUMMARY, false, sentence);
}

static void add_trouble(const struct composing *composing)
{
    const struct stored_run *run = composing->run;
    struct notice *notice = composing->notice;
    struct arena *arena = composing->arena;

    if (run->state == RUN_FAILED)
        notice_say(notice, arena, NOTICE_PART_RUN_TROUBLE, false,
                   arena_print(arena, "The sync failed: %s", run->message));
    if (run->state != RUN_CANCELLED)
        return;
    if (text_starts_with(run->message, RUN_CUT_OFF))
        notice_say(notice, arena, NOTICE_PART_CUT_OFF, false,
                   arena_print(arena, "The sync was %s", run->message));
    else
        notice_say(notice, arena, NOTICE_PART_STOPPED, false,
                   text_starts_with(run->message, RUN_STOPPED) ? "The sync was " RUN_STOPPED
                                                                 "; it goes on"
                                                               : "The sync was stopped");
}

static const char *seerr_address(const struct options *options, struct arena *arena)
{
    const char *address = options_text(options, "OVERSEERR_PUBLIC_URL");

    char *copy = arena_text(arena, *address ? address : options_text(options, "OVERSEERR_URL"));
    for (size_t end = strlen(copy); end && copy[end - 1] == '/'; end--)
        copy[end - 1] = '\0';
    return copy;
}

enum error_code notice_compose(struct store *store, struct arena *arena,
                               const struct options *options, bool is_planned,
                               const struct stored_run *run, struct notice *ret,
                               struct error *error)
{
    struct composing composing = {
        store, arena, seerr_address(options, arena), is_planned, run, ret, error,
    };
    enum error_code rc = ERROR_NONE;

    notice_init(ret, arena, clock_wall_ms());
    add_trouble(&composing);
    for (size_t i = 0; !rc && i < ARRAY_LENGTH(selections); i++)
        rc = add_items(&composing, i);
    add_summary(&composing);
    return rc;
}

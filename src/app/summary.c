#include "app/summary.h"

#include <inttypes.h>
#include <string.h>

#include "app/table.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { SHOWN_AT_MOST = 25, TITLE_COLUMNS = 44 };

static bool was_reached(const struct sync_list *list)
{
    return list->outcome != OUTCOME_CANCELLED || list->count;
}

static void print_lists(const struct sync_result *result, FILE *out)
{
    AUTO_TABLE struct table table;
    struct arena *arena = result->arena;

    table_init(&table, 4);
    for (size_t i = 0; i < result->list_count; i++) {
        const struct sync_list *list = &result->lists[i];
        bool is_old = list->from_snapshot && list->outcome != OUTCOME_UNCHANGED;
        if (!was_reached(list))
            continue;
        table_cell(&table, "%s:%s", list->list.ref.type, list->list.ref.id);
        table_cell(&table, "%s", words_plain(arena, outcome_word(list->outcome)));
        table_cell(&table, "%5s", list->count ? arena_print(arena, "%" PRId64, list->count) : "-");
        table_cell(&table, "%s%s%s", is_old ? "as read on " : "",
                   is_old ? list->age_from : list->list.description, is_old ? " UTC" : "");
    }
    if (!table.count)
        return;
    fputs("\nLists\n", out);
    table_print(&table, out, 2);
}

static bool was_requested(const struct item *item)
{
    return item->status == ITEM_STATUS_REQUESTED || item->status == ITEM_STATUS_WOULD_BE_SYNCED;
}

/* Seerr has it or is about to: the ordinary case, counted only. */
static bool is_in_seerr(const struct item *item)
{
    return item->status == ITEM_STATUS_ALREADY_AVAILABLE ||
           item->status == ITEM_STATUS_ALREADY_REQUESTED;
}

static bool was_skipped(const struct item *item)
{
    return item->status == ITEM_STATUS_SKIPPED;
}

static bool needs_person(const struct item *item)
{
    return item->status == ITEM_STATUS_NOT_FOUND;
}

static bool has_failed(const struct item *item)
{
    return item->status == ITEM_STATUS_ERROR || item->status == ITEM_STATUS_REQUEST_FAILED;
}

/* Most of what is requested is simply not in Seerr yet; and the seasons are told already. */
static bool goes_without_saying(const char *reason, const char *seasons)
{
    return text_starts_with(reason, "Seerr does not know ") ||
           (*seasons && text_starts_with(reason, seasons));
}

static const char *why_requested(struct arena *arena, const struct item *item)
{
    const char *seasons = words_seasons(arena, item);
    const char *reason = item->reason ? item->reason : "";

    if (goes_without_saying(reason, seasons))
        reason = "";
    return arena_print(arena, "%s%s%s%s%s", seasons, *seasons ? "; " : "",
                       words_sources(arena, item), *reason ? "; " : "", reason);
}

static const char *why(struct arena *arena, const struct item *item)
{
    if (was_requested(item))
        return why_requested(arena, item);
    if (item->answer && !was_skipped(item))
        return item->answer;
    return item->reason ? item->reason : "";
}

struct page {
    FILE *out;
    size_t title_columns;
    size_t rows; /* of a section */
};

static struct page page_of(FILE *out, bool all)
{
    size_t columns = words_columns(out);
    bool is_endless = columns == SIZE_MAX;

    return (struct page){
        .out = out,
        .title_columns = is_endless                    ? SIZE_MAX
                         : columns < TITLE_COLUMNS + 4 ? columns - 4
                                                       : TITLE_COLUMNS,
        .rows = all || is_endless ? SIZE_MAX : SHOWN_AT_MOST,
    };
}

/* Every item has one status, so each is in one section. */
static void print_section(const struct sync_result *result, const struct page *page,
                          const char *heading, bool (*belongs)(const struct item *item))
{
    AUTO_TABLE struct table table;
    size_t count = 0;

    table_init(&table, 2);
    for (size_t i = 0; i < result->items.count; i++) {
        const struct item *item = &result->items.items[i];
        if (!belongs(item) || ++count > page->rows)
            continue;
        table_cell(&table, "%s", words_title(result->arena, item, page->title_columns));
        table_cell(&table, "%s", why(result->arena, item));
    }
    if (!count)
        return;
    fputc('\n', page->out);
    words_print(page->out, 2, "%s (%zu)", heading, count);
    table_print(&table, page->out, 2);
    if (count > page->rows)
        words_print(page->out, 4, "  ... and %zu more; --all shows them", count - page->rows);
}

static void print_what_is_there(const struct sync_result *result, FILE *out)
{
    int64_t counts[DECISION_COUNT] = {0};
    int64_t total = 0;

    for (size_t i = 0; i < result->items.count; i++) {
        const struct item *item = &result->items.items[i];
        if (!is_in_seerr(item))
            continue;
        /* Asked for, and somebody had been faster. */
        counts[item->decision == DECISION_REQUEST ? DECISION_SKIP_REQUESTED : item->decision]++;
        total++;
    }
    if (!total)
        return;
    fprintf(out, "\nNothing to do (%" PRId64 ")\n", total);
    for (int i = 0; i < DECISION_COUNT; i++)
        if (counts[i])
            words_print(out, 9, "  %5" PRId64 "  %s", counts[i],
                        decision_headline((enum decision)i));
}

/* A list that was not reached is not the list's fault: the headline says why. */
static bool could_not_be_read(const struct sync_list *list)
{
    return !outcome_is_complete(list->outcome) && list->outcome != OUTCOME_CANCELLED;
}

static int64_t count_unread(const struct sync_result *result)
{
    int64_t count = 0;

    for (size_t i = 0; i < result->list_count; i++)
        count += could_not_be_read(&result->lists[i]);
    return count;
}

static const char *advice(const struct sync_list *list)
{
    return *list->message ? list->message : outcome_meaning(list->outcome);
}

/* The first list with this advice; the others of it are told with it. */
static bool is_first_of_its_advice(const struct sync_result *result, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (could_not_be_read(&result->lists[i]) &&
            text_equal(advice(&result->lists[i]), advice(&result->lists[at])))
            return false;
    return true;
}

static void print_unread_lists(const struct sync_result *result, FILE *out)
{
    int64_t count = count_unread(result);

    if (!count)
        return;
    fprintf(out, "\nLists that could not be read (%" PRId64 ")\n", count);
    for (size_t i = 0; i < result->list_count; i++) {
        const char *sentence = advice(&result->lists[i]);
        if (!could_not_be_read(&result->lists[i]) || !is_first_of_its_advice(result, i))
            continue;
        for (size_t k = i; k < result->list_count; k++) {
            const struct sync_list *list = &result->lists[k];
            if (could_not_be_read(list) && text_equal(advice(list), sentence))
                words_print(out, 4, "  %s:%s", list->list.ref.type, list->list.ref.id);
        }
        words_print_paragraph(out, sentence, 6);
    }
}

static const char *and_count(struct arena *arena, const char *text, int64_t count,
                             const char *words)
{
    return count ? arena_print(arena, "%s, %" PRId64 " %s", text, count, words) : text;
}

static void print_counts(const struct sync_result *result, FILE *out)
{
    const struct sync_counts *counts = &result->counts;
    struct arena *arena = result->arena;

    if (!result->items.count) {
        words_print(out, 2, "  no titles: nothing was requested");
        return;
    }
    const char *text =
        arena_print(arena, "%s: %" PRId64 " %s",
                    words_count(arena, (int64_t)result->items.count, "title", "titles"),
                    counts->requested, result->run.dry_run ? "would be requested" : "requested");
    text = and_count(arena, text, counts->already_requested, "already requested");
    text = and_count(arena, text, counts->already_available, "already available");
    text = and_count(arena, text, counts->skipped, "skipped");
    text = and_count(arena, text, counts->not_reached, "not reached");
    text = and_count(arena, text, counts->unmatched, "not identified");
    text = and_count(arena, text, counts->not_found, "not found");
    text = and_count(arena, text, counts->error, "failed");
    words_print(out, 4, "  %s", text);
}

/* It ended before there was anything to tell but why. */
static bool ended_early(const struct sync_result *result)
{
    return result->run.state == RUN_FAILED && !result->items.count;
}

/* Who did not answer has not said which of the three it is. */
static const char *server_name(const struct sync_result *result)
{
    return ended_early(result) ? "Seerr" : seerr_flavour_name(result->server.flavour);
}

/* A run that was cancelled says so once. */
static void print_headline(const struct sync_result *result, FILE *out)
{
    char took[CLOCK_TEXT_SIZE];
    struct arena *arena = result->arena;
    bool has_message = result->run.state != RUN_CANCELLED && !text_is_empty(result->run.message);

    clock_format_duration(result->run.duration_ms, took);
    fputc('\n', out);
    words_print(out, 2, "%s %" PRId64 " %s in %s%s%s", result->run.dry_run ? "Dry run" : "Run",
                result->run.id, words_plain(arena, run_state_word(result->run.state)), took,
                has_message ? ": " : "", has_message ? result->run.message : "");
    print_counts(result, out);
    words_print(out, 4, "  %s to %s, %" PRId64 " to the sources",
                words_count(arena, result->run.seerr_calls, "call", "calls"), server_name(result),
                result->run.source_calls);
}

void summary_print(const struct sync_result *result, FILE *out, bool all)
{
    struct page page = page_of(out, all);

    if (ended_early(result))
        print_headline(result, out);
    print_lists(result, out);
    print_section(result, &page, result->run.dry_run ? "Would be requested" : "Requested",
                  was_requested);
    print_what_is_there(result, out);
    print_section(result, &page, "Skipped on purpose", was_skipped);
    print_section(result, &page, "Failed: the next sync tries again", has_failed);
    print_section(result, &page, "Needs you: not identified for certain, so not requested",
                  needs_person);
    print_unread_lists(result, out);
    if (!ended_early(result))
        print_headline(result, out);
    if (result->items.count)
        words_print(out, 4, "  `listsync why TITLE` tells the whole story of one title");
}

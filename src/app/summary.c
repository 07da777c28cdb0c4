#include "app/summary.h"

#include <inttypes.h>
#include <string.h>

#include "app/table.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

enum { SHOWN_AT_MOST = 25, TITLE_COLUMNS = 44 };

static void print_lists(const struct sync_result *result, FILE *out)
{
    AUTO_TABLE struct table table;
    struct arena *arena = result->arena;

    table_init(&table, 4);
    for (size_t i = 0; i < result->list_count; i++) {
        const struct sync_list *list = &result->lists[i];
        bool is_old = list->from_snapshot && list->outcome != OUTCOME_UNCHANGED;
        table_cell(&table, "%s:%s", list->list.ref.type, list->list.ref.id);
        table_cell(&table, "%s", words_plain(arena, outcome_word(list->outcome)));
        table_cell(&table, "%5s", list->count ? arena_print(arena, "%" PRId64, list->count) : "-");
        table_cell(&table, "%s%s%s", is_old ? "as read on " : "",
                   is_old ? list->age_from : list->list.description, is_old ? " UTC" : "");
    }
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

static bool was_not_reached(const struct item *item)
{
    return item->status == ITEM_STATUS_CANCELLED;
}

static const char *why(struct arena *arena, const struct item *item)
{
    if (was_requested(item))
        return arena_print(arena, "%s%s%s", words_seasons(arena, item),
                           item->media_type == MEDIA_TV ? "; " : "", words_sources(arena, item));
    if (item->answer && !was_skipped(item))
        return item->answer;
    return item->reason ? item->reason : "";
}

/* Every item has one status, so each is in one section. */
static void print_section(const struct sync_result *result, FILE *out, const char *heading,
                          bool (*belongs)(const struct item *item))
{
    AUTO_TABLE struct table table;
    size_t count = 0;

    table_init(&table, 2);
    for (size_t i = 0; i < result->items.count; i++) {
        const struct item *item = &result->items.items[i];
        if (!belongs(item) || ++count > SHOWN_AT_MOST)
            continue;
        table_cell(&table, "%s", words_title(result->arena, item, TITLE_COLUMNS));
        table_cell(&table, "%s", why(result->arena, item));
    }
    if (!count)
        return;
    fprintf(out, "\n%s (%zu)\n", heading, count);
    table_print(&table, out, 2);
    if (count > SHOWN_AT_MOST)
        fprintf(out, "  ... and %zu more\n", count - SHOWN_AT_MOST);
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
            fprintf(out, "  %5" PRId64 "  %s\n", counts[i], decision_headline((enum decision)i));
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

static void print_unread_lists(const struct sync_result *result, FILE *out)
{
    int64_t count = count_unread(result);

    if (!count)
        return;
    fprintf(out, "\nLists that could not be read (%" PRId64 ")\n", count);
    for (size_t i = 0; i < result->list_count; i++) {
        const struct sync_list *list = &result->lists[i];
        if (!could_not_be_read(list))
            continue;
        fprintf(out, "  %s:%s\n", list->list.ref.type, list->list.ref.id);
        words_print_paragraph(out, *list->message ? list->message : outcome_meaning(list->outcome),
                              6);
    }
}

static void print_count(FILE *out, int64_t count, const char *words)
{
    if (count)
        fprintf(out, ", %" PRId64 " %s", count, words);
}

static void print_counts(const struct sync_result *result, FILE *out)
{
    const struct sync_counts *counts = &result->counts;
    int64_t unreached = 0;

    if (!result->items.count) {
        fputs("  no titles: nothing was requested\n", out);
        return;
    }
    for (size_t i = 0; i < result->items.count; i++)
        unreached += was_not_reached(&result->items.items[i]);
    fprintf(out, "  %s: %" PRId64 " %s",
            words_count(result->arena, (int64_t)result->items.count, "title", "titles"),
            counts->requested, result->run.dry_run ? "would be requested" : "requested");
    print_count(out, counts->already_requested, "already requested");
    print_count(out, counts->already_available, "already available");
    print_count(out, counts->skipped - unreached, "skipped");
    print_count(out, unreached, "not reached");
    print_count(out, counts->unmatched, "not identified");
    print_count(out, counts->not_found, "not found");
    print_count(out, counts->error, "failed");
    fputc('\n', out);
}

static void print_headline(const struct sync_result *result, FILE *out)
{
    char took[CLOCK_TEXT_SIZE];
    struct arena *arena = result->arena;

    clock_format_duration(result->run.duration_ms, took);
    fprintf(out, "\n%s %" PRId64 " %s in %s", result->run.dry_run ? "Dry run" : "Run",
            result->run.id, words_plain(arena, run_state_word(result->run.state)), took);
    fprintf(out, "%s%s\n", text_is_empty(result->run.message) ? "" : ": ",
            result->run.message ? result->run.message : "");
    print_counts(result, out);
    fprintf(out, "  %s to %s, %" PRId64 " to the sources\n",
            words_count(arena, result->run.seerr_calls, "call", "calls"),
            seerr_flavour_name(result->server.flavour), result->run.source_calls);
}

void summary_print(const struct sync_result *result, FILE *out)
{
    print_lists(result, out);
    print_section(result, out, result->run.dry_run ? "Would be requested" : "Requested",
                  was_requested);
    print_what_is_there(result, out);
    print_section(result, out, "Skipped on purpose", was_skipped);
    print_section(result, out, "Failed: the next sync tries again", has_failed);
    print_section(result, out, "Needs you: not identified for certain, so not requested",
                  needs_person);
    print_unread_lists(result, out);
    print_headline(result, out);
    if (result->items.count)
        fputs("  `listsync why TITLE` tells the whole story of one title\n", out);
}

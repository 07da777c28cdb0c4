#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/ledger.h"
#include "store/runs.h"

enum { STORIES_AT_MOST = 10 };

static void print_ids(const struct item_story *story)
{
    if (story->ids.tmdb)
        printf(", TMDB %s %" PRId64, media_type_word(story->media_type), story->ids.tmdb);
    if (*story->ids.imdb)
        printf(", IMDb %s", story->ids.imdb);
    if (story->ids.tvdb)
        printf(", TVDB %" PRId64, story->ids.tvdb);
    putchar('\n');
}

static void print_sources(const struct item_story *story)
{
    for (size_t i = 0; i < story->source_count; i++)
        printf("  %-9s %s:%s, number %" PRId64 ", seen %s to %s\n", i ? "" : "on",
               story->sources[i].type, story->sources[i].id, story->sources[i].rank,
               story->sources[i].first_seen, story->sources[i].last_seen);
    if (!story->source_count)
        printf("  %-9s no list any more\n", "on");
}

static void print_history(const struct item_story *story)
{
    for (size_t i = 0; i < story->history_count; i++) {
        const struct item_history *line = &story->history[i];
        printf("  %-9s %s  %s %" PRId64 ": %s -> %s\n", i ? "" : "decided", line->at,
               line->dry_run ? "dry run" : "run", line->run_id, decision_word(line->decision),
               item_status_word(line->status));
        printf("  %-9s   %s (rule %s)\n", "", line->reason, line->rule);
        if (*line->answer)
            printf("  %-9s   Seerr: %s\n", "", line->answer);
    }
}

static void print_ledger_row(const struct ledger_row *row, bool first)
{
    char asked[CLOCK_TEXT_SIZE];
    char seasons[SEASON_SET_TEXT];

    clock_format_utc(row->asked_at, asked);
    season_set_format(&row->seasons, seasons);
    printf("  %-9s %s  %s%s%s%s", first ? "ledger" : "", asked, ledger_state_word(row->state),
           row->is_4k ? " in 4K" : "", *seasons ? ", seasons " : "", seasons);
    if (row->request_id)
        printf(", Seerr's request %" PRId64, row->request_id);
    if (row->requester)
        printf(", as user %" PRId64, row->requester);
    printf("%s%s\n", *row->message ? ": " : "", row->message);
}

static enum error_code print_ledger(struct session *session, struct arena *arena,
                                    const struct item_story *story, struct error *error)
{
    struct ledger_rows rows = {0};

    if (!story->ids.tmdb)
        return ERROR_NONE;
    if (ledger_of_title(session->store, arena, story->media_type, story->ids.tmdb, &rows, error))
        return error->code;
    for (size_t i = 0; i < rows.count; i++)
        print_ledger_row(&rows.items[i], i == 0);
    return ERROR_NONE;
}

static enum error_code print_story(struct session *session, struct arena *arena,
                                   const struct item_story *story, struct error *error)
{
    words_print_title(stdout, story->title, story->year, story->media_type);
    print_ids(story);
    print_sources(story);
    printf("  %-9s %s%s%s\n", "proof", *story->proof ? story->proof : "none",
           *story->evidence ? ": " : "", story->evidence);
    printf("  %-9s %s%s%s\n", "now", *story->status ? story->status : "nothing done yet",
           *story->last_synced ? ", last synced " : "", story->last_synced);
    print_history(story);
    return print_ledger(session, arena, story, error);
}

static enum exit_code perform(struct session *session, const char *query)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item_stories stories = {0};
    struct error error = {0};

    if (runs_explain(session->store, arena, query, STORIES_AT_MOST, &stories, &error))
        return command_fail(&error);
    for (size_t i = 0; i < stories.count; i++) {
        if (i)
            putchar('\n');
        if (print_story(session, arena, &stories.items[i], &error))
            return command_fail(&error);
    }
    if (stories.count)
        return EXIT_DONE;
    printf("No list has held anything like \"%s\" yet. A title, tt0133093, movie:603 or tv:1399 "
           "will do.\n",
           query);
    return EXIT_WITH_ERRORS;
}

/* Several words are one title. */
static const char *join(struct arena *arena, const struct words *words)
{
    const char *all = words->items[0];

    for (size_t i = 1; i < words->count; i++)
        all = arena_print(arena, "%s %s", all, words->items[i]);
    return all;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_why, "%s", error.message);
    if (!words.count)
        return command_usage(&command_why, "why what? A title or an id");
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code = rc ? command_fail(&error) : perform(&session, join(arena, &words));
    session_close(&session);
    return code;
}

const struct command command_why = {
    .name = "why",
    .arguments = "QUERY",
    .summary = "the whole story of a title: lists, proof, decisions, answers",
    .help =
        "  QUERY is a title or part of one, or an id: tt0133093, tmdb:603, movie:603, tv:1399,\n"
        "  tvdb:81189. All from the database; nothing is asked of anyone.\n",
    .run = run,
};

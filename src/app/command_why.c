#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/session.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/text.h"
#include "store/ledger.h"
#include "store/runs.h"

enum { STORIES_AT_MOST = 10, LABEL = 10, HANG = 2 + LABEL };

/* A line of the story: the label stands before the first line of its kind only. */
static void tell(const char *label, bool is_first, const char *text)
{
    words_print(stdout, HANG, "  %-*s%s", LABEL, is_first ? label : "", text);
}

static void print_name(struct arena *arena, const struct item_story *story)
{
    const char *ids = "";

    if (story->ids.tmdb)
        ids = arena_print(arena, ", TMDB %s %" PRId64, media_type_noun(story->media_type),
                          story->ids.tmdb);
    if (*story->ids.imdb)
        ids = arena_print(arena, "%s, IMDb %s", ids, story->ids.imdb);
    if (story->ids.tvdb)
        ids = arena_print(arena, "%s, TVDB %" PRId64, ids, story->ids.tvdb);
    words_print(stdout, 2, "%s%s",
                words_title_of(arena, story->title, story->year, story->media_type), ids);
}

static void print_sources(struct arena *arena, const struct item_story *story)
{
    for (size_t i = 0; i < story->source_count; i++) {
        const char *first = words_time(arena, story->sources[i].first_seen);
        const char *last = words_time(arena, story->sources[i].last_seen);
        tell("on", i == 0,
             arena_print(arena, "%s:%s, number %" PRId64 ", seen %s%s%s", story->sources[i].type,
                         story->sources[i].id, story->sources[i].rank, first,
                         strcmp(first, last) ? " to " : "", strcmp(first, last) ? last : ""));
    }
    if (!story->source_count)
        tell("on", true,
             story->history_count ? "no list any more"
                                  : "no list that was read since the database was taken over");
}

static void print_now(struct arena *arena, const struct item_story *story)
{
    /* Of what moved in and was on no list since, the word is not ours. */
    tell(story->history_count ? "now" : "then", true,
         arena_print(arena, "%s%s%s%s%s%s", story->history_count ? "" : "of the earlier ListSync: ",
                     words_status(story->status), *story->note ? ": " : "", story->note,
                     *story->last_synced ? ", last synced " : "",
                     words_time(arena, story->last_synced)));
}

static void print_history(struct arena *arena, const struct item_story *story)
{
    for (size_t i = 0; i < story->history_count; i++) {
        const struct item_history *line = &story->history[i];
        tell("decided", i == 0,
             arena_print(arena, "%s  %s %" PRId64 ": %s", words_time(arena, line->at),
                         line->dry_run ? "dry run" : "run", line->run_id,
                         words_verdict(line->decision, line->status)));
        words_print(stdout, HANG + 2, "%*s%s (rule %s)", HANG + 2, "", line->reason, line->rule);
        if (*line->answer)
            words_print(stdout, HANG + 2, "%*sSeerr: %s", HANG + 2, "", line->answer);
    }
}

/* What we asked Seerr for and remember of it, in words. */
static const char *ledger_words(enum ledger_state state)
{
    static const char *const sentences[] = {
        [LEDGER_INTENT] = "about to be requested; no answer came back",
        [LEDGER_REQUESTED] = "requested",
        [LEDGER_EXISTED] = "somebody else had requested it",
        [LEDGER_NOTHING_NEW] = "no season was left to request",
        [LEDGER_FAILED] = "the request failed",
        [LEDGER_DECLINED] = "declined in Seerr",
        [LEDGER_DELETED] = "deleted in Seerr",
        [LEDGER_BLOCKLISTED] = "on Seerr's blocklist",
        [LEDGER_WITHDRAWN] = "taken back by an undo",
        [LEDGER_ALLOWED] = "allowed again by you",
    };
    return sentences[state];
}

static void print_ledger_row(struct arena *arena, const struct ledger_row *row, bool is_first)
{
    char asked[CLOCK_TEXT_SIZE];
    char seasons[SEASON_SET_TEXT];

    clock_format_utc(row->asked_at, asked);
    season_set_describe(&row->seasons, seasons);
    const char *text =
        arena_print(arena, "%s  %s%s%s%s", words_time(arena, asked), ledger_words(row->state),
                    row->is_4k ? " in 4K" : "", season_set_is_empty(&row->seasons) ? "" : ", ",
                    season_set_is_empty(&row->seasons) ? "" : seasons);
    if (row->request_id)
        text = arena_print(arena, "%s, Seerr's request %" PRId64, text, row->request_id);
    if (row->requester)
        text = arena_print(arena, "%s, as user %" PRId64, text, row->requester);
    if (*row->message)
        text = arena_print(arena, "%s: %s", text, row->message);
    tell("ledger", is_first, text);
}

/* The newest first, as the decisions are. */
static enum error_code print_ledger(struct session *session, struct arena *arena,
                                    const struct item_story *story, struct error *error)
{
    struct ledger_rows rows = {0};

    if (!story->ids.tmdb)
        return ERROR_NONE;
    if (ledger_of_title(session->store, arena, story->media_type, story->ids.tmdb, &rows, error))
        return error->code;
    for (size_t i = rows.count; i-- > 0;)
        print_ledger_row(arena, &rows.items[i], i + 1 == rows.count);
    return ERROR_NONE;
}

static enum error_code print_story(struct session *session, struct arena *arena,
                                   const struct item_story *story, struct error *error)
{
    print_name(arena, story);
    print_sources(arena, story);
    tell("proof", true,
         arena_print(arena, "%s%s%s", words_proof(story->proof), *story->evidence ? ": " : "",
                     story->evidence));
    print_now(arena, story);
    print_history(arena, story);
    return print_ledger(session, arena, story, error);
}

static enum exit_code perform(struct session *session, const char *query)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item_stories stories = {0};
    struct error error = {0};

    if (runs_explain(session->store, arena, query, STORIES_AT_MOST, &stories, &error))
        return session_fail(session, &error);
    for (size_t i = 0; i < stories.count; i++) {
        if (i)
            fputc('\n', stdout);
        if (print_story(session, arena, &stories.items[i], &error))
            return session_fail(session, &error);
    }
    if (stories.more)
        words_print(stdout, 4,
                    "... and %zu more titles fit \"%s\": more of the title, its year or an id "
                    "names one",
                    stories.more, query);
    if (stories.count)
        return EXIT_DONE;
    words_print(stdout, 0,
                "No list has held anything like \"%s\" yet. A title, tt0133093, movie:603 or "
                "tv:1399 will do.",
                query);
    return EXIT_WITH_ERRORS;
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
    enum exit_code code =
        rc ? session_fail(&session, &error) : perform(&session, arguments_join(arena, &words));
    session_close(&session);
    return code;
}

const struct command command_why = {
    .name = "why",
    .arguments = "QUERY",
    .summary = "the whole story of a title: lists, proof, decisions, answers",
    .help = "  QUERY is a title or part of one, with its year or without (heat 1995), or an id:\n"
            "  tt0133093, tmdb:603, movie:603, tv:1399, tvdb:81189. All is from the database, the\n"
            "  newest first; nothing is asked of anyone.\n",
    .run = run,
};

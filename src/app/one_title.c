#include "app/one_title.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/words.h"

enum { STORIES_AT_MOST = 10 };

static enum exit_code be_more_exact(const struct item_stories *stories)
{
    fputs("listsync: several titles fit; name one by its id:\n", stderr);
    for (size_t i = 0; i < stories->count; i++) {
        const struct item_story *story = &stories->items[i];
        if (story->ids.tmdb)
            fprintf(stderr, "  %s:%" PRId64 "  ", media_type_word(story->media_type),
                    story->ids.tmdb);
        else
            fprintf(stderr, "  %s  ", story->ids.imdb);
        words_print_title(stderr, story->title, story->year, story->media_type);
        fputc('\n', stderr);
    }
    return EXIT_USAGE;
}

static enum exit_code perform(struct session *session, const char *query,
                              enum exit_code (*act)(struct session *session,
                                                    const struct item_story *story))
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item_stories stories = {0};
    struct error error = {0};

    if (runs_explain(session->store, arena, query, STORIES_AT_MOST, &stories, &error))
        return command_fail(&error);
    if (stories.count > 1)
        return be_more_exact(&stories);
    if (stories.count == 1)
        return act(session, &stories.items[0]);
    fprintf(stderr, "listsync: no list has held anything like \"%s\" yet\n", query);
    return EXIT_USAGE;
}

enum exit_code one_title_run(const struct command *command, int argc, char **argv,
                             enum exit_code (*act)(struct session *session,
                                                   const struct item_story *story))
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(command, "%s", error.message);
    if (words.count != 1)
        return command_usage(command, "which title? An id such as movie:603 is surest");
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_lock(&session, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code = rc ? command_fail(&error) : perform(&session, words.items[0], act);
    session_close(&session);
    return code;
}

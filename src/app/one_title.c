#include "app/one_title.h"

#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/table.h"
#include "app/words.h"

enum { STORIES_AT_MOST = 10 };

static enum exit_code be_more_exact(struct arena *arena, const struct item_stories *stories)
{
    AUTO_TABLE struct table table;

    words_print(stderr, 0, "listsync: several titles fit; name one by its id:");
    table_init(&table, 2);
    for (size_t i = 0; i < stories->count; i++) {
        const struct item_story *story = &stories->items[i];
        if (story->ids.tmdb)
            table_cell(&table, "%s:%" PRId64, media_type_word(story->media_type), story->ids.tmdb);
        else
            table_cell(&table, "%s", story->ids.imdb);
        table_cell(&table, "%s",
                   words_title_of(arena, story->title, story->year, story->media_type));
    }
    table_print(&table, stderr, 2);
    if (stories->more)
        words_print(stderr, 2, "  ... and %zu more", stories->more);
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
        return session_fail(session, &error);
    if (stories.count == 1 || stories.exact == 1)
        return act(session, &stories.items[0]);
    if (stories.count)
        return be_more_exact(arena, &stories);
    words_print(stderr, 0, "listsync: no list has held anything like \"%s\" yet", query);
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
    AUTO_ARENA struct arena *arena = arena_new();
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(command, "%s", error.message);
    if (!words.count)
        return command_usage(command, "which title? An id such as movie:603 is surest");
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_lock(&session, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code =
        rc ? session_fail(&session, &error) : perform(&session, arguments_join(arena, &words), act);
    session_close(&session);
    return code;
}

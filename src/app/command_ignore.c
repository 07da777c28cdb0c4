#include <stdio.h>

#include "app/one_title.h"
#include "app/words.h"

static enum exit_code ignore(struct session *session, const struct item_story *story)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct error error = {0};

    if (items_set_ignored(session->store, story->item_id, true, &error))
        return session_fail(session, &error);
    words_print(stdout, 2, "%s: no sync requests it from now on; `listsync allow` takes this back",
                words_title_of(arena, story->title, story->year, story->media_type));
    return EXIT_DONE;
}

static enum exit_code run(int argc, char **argv)
{
    return one_title_run(&command_ignore, argc, argv, ignore);
}

const struct command command_ignore = {
    .name = "ignore",
    .arguments = "QUERY",
    .summary = "never request a title, whatever lists hold it",
    .help = "  QUERY is as for `listsync why`; it must name one title. What was requested before\n"
            "  stays requested.\n",
    .run = run,
};

#include <stdio.h>

#include "app/one_title.h"
#include "app/words.h"
#include "store/ledger.h"

static enum exit_code allow(struct session *session, const struct item_story *story)
{
    struct error error = {0};
    int64_t count = 0;

    if (ledger_forgive(session->store, story->media_type, story->ids.tmdb, &count, &error) ||
        items_set_ignored(session->store, story->item_id, false, &error))
        return command_fail(&error);
    words_print_title(stdout, story->title, story->year, story->media_type);
    puts(": nothing of ours holds it back; the next sync requests it if it is missing");
    return EXIT_DONE;
}

static enum exit_code run(int argc, char **argv)
{
    return one_title_run(&command_allow, argc, argv, allow);
}

const struct command command_allow = {
    .name = "allow",
    .arguments = "QUERY",
    .summary = "let a declined, deleted, withdrawn or ignored title be asked for again",
    .help =
        "  ListSync never asks again for what was declined, deleted or withdrawn, until you say\n"
        "  so here. QUERY is as for `listsync why`; it must name one title.\n",
    .run = run,
};

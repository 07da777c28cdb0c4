#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/one_title.h"
#include "app/words.h"
#include "store/ledger.h"

static enum exit_code allow(struct session *session, const struct item_story *story)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct error error = {0};
    int64_t count = 0;

    if (ledger_forgive(session->store, story->media_type, story->ids.tmdb, &count, &error) ||
        items_set_ignored(session->store, story->item_id, false, &error))
        return session_fail(session, &error);
    words_print(stdout, 2,
                "%s: nothing of ours holds it back; the next sync requests it if it is missing",
                words_title_of(arena, story->title, story->year, story->media_type));
    return EXIT_DONE;
}

static enum exit_code allow_all(struct session *session)
{
    struct error error = {0};
    int64_t count = 0;

    if (ledger_forgive_all(session->store, &count, &error))
        return session_fail(session, &error);
    words_print(stdout, 2,
                "%" PRId64 " titles may be asked for again; the next sync requests those that are "
                "missing",
                count);
    return EXIT_DONE;
}

static enum exit_code run_for_all(void)
{
    struct session session;
    struct error error = {0};
    enum error_code rc = session_open(&session, NULL, &error);

    if (!rc)
        rc = session_lock(&session, &error);
    if (!rc)
        rc = session_open_store(&session, &error);
    enum exit_code code = rc ? session_fail(&session, &error) : allow_all(&session);
    session_close(&session);
    return code;
}

static enum exit_code run(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--all") == 0)
        return run_for_all();
    return one_title_run(&command_allow, argc, argv, allow);
}

const struct command command_allow = {
    .name = "allow",
    .arguments = "QUERY|--all",
    .summary = "let a declined, deleted, withdrawn or ignored title be asked for again",
    .help =
        "  ListSync never asks again for what was declined, deleted or withdrawn, until you say\n"
        "  so here. QUERY is as for `listsync why`; it must name one title.\n"
        "\n"
        "  --all   every title that was ever asked for or refused: for a Seerr that was set up\n"
        "          anew. Nothing is asked for twice that Seerr still knows.\n",
    .run = run,
};

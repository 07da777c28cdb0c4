/*
 * one_title.h: commands that do something to one title: `allow` and `ignore`.
 */
#ifndef LISTSYNC_APP_ONE_TITLE_H
#define LISTSYNC_APP_ONE_TITLE_H

#include "app/command.h"
#include "app/session.h"
#include "store/runs.h"

/*
 * Reads the command line (one query, as for `why`), opens the database under its lock, and calls
 * `act` with the one title that fits. Several, or none: says so and returns EXIT_USAGE.
 */
enum exit_code one_title_run(const struct command *command, int argc, char **argv,
                             enum exit_code (*act)(struct session *session,
                                                   const struct item_story *story));

#endif

/*
 * run.h: the words of a run, the same in database, API and output.
 */
#ifndef LISTSYNC_MODEL_RUN_H
#define LISTSYNC_MODEL_RUN_H

#include <stdbool.h>

enum run_mode { RUN_FULL, RUN_SINGLE, RUN_CUSTOM };
enum run_trigger { RUN_BY_SCHEDULE, RUN_BY_HAND, RUN_BY_API, RUN_BY_CLI };
enum run_state {
    RUN_QUEUED,
    RUN_RUNNING,
    RUN_COMPLETED,
    RUN_COMPLETED_WITH_ERRORS,
    RUN_FAILED,
    RUN_CANCELLED,
};

/*
 * What the message of a run that did not come to its end begins with: a sudden end of the program
 * cut it off, or it was stopped with the program. One that goes on after that is `cancelled`.
 */
#define RUN_CUT_OFF "cut off"
#define RUN_STOPPED "stopped with the program"

const char *run_mode_word(enum run_mode mode);          /* "full", "single", "custom" */
const char *run_trigger_word(enum run_trigger trigger); /* "schedule", "manual", "api", "cli" */
const char *run_state_word(enum run_state state);       /* "completed_with_errors", ... */
bool run_mode_from_word(const char *word, enum run_mode *ret);
bool run_trigger_from_word(const char *word, enum run_trigger *ret);
bool run_state_from_word(const char *word, enum run_state *ret);

#endif

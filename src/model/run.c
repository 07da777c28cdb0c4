#include "model/run.h"

#include <string.h>

#include "base/check.h"
#include "base/memory.h"

static const char *const modes[] = {
    [RUN_FULL] = "full", [RUN_SINGLE] = "single", [RUN_CUSTOM] = "custom"};

static const char *const triggers[] = {[RUN_BY_SCHEDULE] = "schedule",
                                       [RUN_BY_HAND] = "manual",
                                       [RUN_BY_API] = "api",
                                       [RUN_BY_CLI] = "cli"};

static const char *const states[] = {
    [RUN_QUEUED] = "queued",       [RUN_RUNNING] = "running",
    [RUN_COMPLETED] = "completed", [RUN_COMPLETED_WITH_ERRORS] = "completed_with_errors",
    [RUN_FAILED] = "failed",       [RUN_CANCELLED] = "cancelled",
};

/* The place of `word`, or -1. */
static int find(const char *const *words, size_t count, const char *word)
{
    for (size_t i = 0; word && i < count; i++)
        if (strcmp(words[i], word) == 0)
            return (int)i;
    return -1;
}

const char *run_mode_word(enum run_mode mode)
{
    CHECK(mode < ARRAY_LENGTH(modes));
    return modes[mode];
}

const char *run_trigger_word(enum run_trigger trigger)
{
    CHECK(trigger < ARRAY_LENGTH(triggers));
    return triggers[trigger];
}

const char *run_state_word(enum run_state state)
{
    CHECK(state < ARRAY_LENGTH(states));
    return states[state];
}

bool run_mode_from_word(const char *word, enum run_mode *ret)
{
    int found = find(modes, ARRAY_LENGTH(modes), word);

    if (found >= 0)
        *ret = (enum run_mode)found;
    return found >= 0;
}

bool run_trigger_from_word(const char *word, enum run_trigger *ret)
{
    int found = find(triggers, ARRAY_LENGTH(triggers), word);

    if (found >= 0)
        *ret = (enum run_trigger)found;
    return found >= 0;
}

bool run_state_from_word(const char *word, enum run_state *ret)
{
    int found = find(states, ARRAY_LENGTH(states), word);

    if (found >= 0)
        *ret = (enum run_state)found;
    return found >= 0;
}

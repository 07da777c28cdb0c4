/*
 * run_group.h: what became of the items of a run, in the few words of a person: each item belongs
 * to one group, by its status and, where it was skipped, by its decision. A dry run's items are in
 * the group that they would come to.
 */
#ifndef LISTSYNC_MODEL_RUN_GROUP_H
#define LISTSYNC_MODEL_RUN_GROUP_H

#include <stdbool.h>

#include "model/decision.h"

/*      NAME            word            what it means to a person */
#define RUN_GROUP_TABLE(X)                                                                         \
    X(NEW, "new", "requested, or to be requested")                                                 \
    X(THERE, "there", "already available")                                                         \
    X(ASKED_BEFORE, "asked_before", "requested before")                                            \
    X(NEEDS_PERSON, "needs_person", "not identified, or declined or deleted in Seerr")             \
    X(NOT_ASKED, "not_asked", "not to be requested, or not reached by a run that ended early")     \
    X(FAILED, "failed", "Seerr did not take the request")

enum run_group {
#define RUN_GROUP_ENUM(name, word, meaning) RUN_GROUP_##name,
    RUN_GROUP_TABLE(RUN_GROUP_ENUM)
#undef RUN_GROUP_ENUM
        RUN_GROUP_COUNT
};

const char *run_group_word(enum run_group group);
bool run_group_from_word(const char *word, enum run_group *ret);
enum run_group run_group_of(enum decision decision, enum item_status status);

#endif

#include "model/run_group.h"

#include <string.h>

#include "base/check.h"

static const char *const words[] = {
#define RUN_GROUP_ROW(name, word, meaning) word,
    RUN_GROUP_TABLE(RUN_GROUP_ROW)
#undef RUN_GROUP_ROW
};

static const enum run_group by_status[ITEM_STATUS_COUNT] = {
    [ITEM_STATUS_REQUESTED] = RUN_GROUP_NEW,
    [ITEM_STATUS_WOULD_BE_SYNCED] = RUN_GROUP_NEW,
    [ITEM_STATUS_ALREADY_AVAILABLE] = RUN_GROUP_THERE,
    [ITEM_STATUS_ALREADY_REQUESTED] = RUN_GROUP_ASKED_BEFORE,
    [ITEM_STATUS_NOT_FOUND] = RUN_GROUP_NEEDS_PERSON,
    [ITEM_STATUS_SKIPPED] = RUN_GROUP_NOT_ASKED,
    [ITEM_STATUS_CANCELLED] = RUN_GROUP_NOT_ASKED,
    [ITEM_STATUS_ERROR] = RUN_GROUP_FAILED,
    [ITEM_STATUS_REQUEST_FAILED] = RUN_GROUP_FAILED,
};

const char *run_group_word(enum run_group group)
{
    CHECK(group < RUN_GROUP_COUNT);
    return words[group];
}

bool run_group_from_word(const char *word, enum run_group *ret)
{
    for (int i = 0; word && i < RUN_GROUP_COUNT; i++) {
        if (strcmp(words[i], word) == 0) {
            *ret = (enum run_group)i;
            return true;
        }
    }
    return false;
}

/* What was declined or deleted is skipped too, but a person can lift it. */
enum run_group run_group_of(enum decision decision, enum item_status status)
{
    CHECK(status < ITEM_STATUS_COUNT);
    if (status == ITEM_STATUS_SKIPPED &&
        (decision == DECISION_SKIP_DECLINED || decision == DECISION_SKIP_DELETED))
        return RUN_GROUP_NEEDS_PERSON;
    return by_status[status];
}

#include "model/decision.h"

#include <string.h>

#include "base/check.h"

static const struct {
    const char *word;
    const char *headline;
} decisions[] = {
#define DECISION_ROW(name, word, headline) {word, headline},
    DECISION_TABLE(DECISION_ROW)
#undef DECISION_ROW
};

static const char *const statuses[] = {
#define ITEM_STATUS_ROW(name, word) word,
    ITEM_STATUS_TABLE(ITEM_STATUS_ROW)
#undef ITEM_STATUS_ROW
};

const char *decision_word(enum decision decision)
{
    CHECK(decision < DECISION_COUNT);
    return decisions[decision].word;
}

const char *decision_headline(enum decision decision)
{
    CHECK(decision < DECISION_COUNT);
    return decisions[decision].headline;
}

bool decision_from_word(const char *word, enum decision *ret)
{
    for (int i = 0; word && i < DECISION_COUNT; i++) {
        if (strcmp(decisions[i].word, word) == 0) {
            *ret = (enum decision)i;
            return true;
        }
    }
    return false;
}

const char *item_status_word(enum item_status status)
{
    CHECK(status < ITEM_STATUS_COUNT);
    return statuses[status];
}

bool item_status_from_word(const char *word, enum item_status *ret)
{
    for (int i = 0; word && i < ITEM_STATUS_COUNT; i++) {
        if (strcmp(statuses[i], word) == 0) {
            *ret = (enum item_status)i;
            return true;
        }
    }
    return false;
}

enum item_status item_status_of_decision(enum decision decision)
{
    CHECK(decision != DECISION_REQUEST && decision < DECISION_COUNT);
    switch (decision) {
    case DECISION_SKIP_AVAILABLE:
        return ITEM_STATUS_ALREADY_AVAILABLE;
    case DECISION_SKIP_REQUESTED:
    case DECISION_SKIP_PARTIAL_CURRENT:
        return ITEM_STATUS_ALREADY_REQUESTED;
    case DECISION_UNMATCHED:
        return ITEM_STATUS_NOT_FOUND;
    default:
        return ITEM_STATUS_SKIPPED;
    }
}

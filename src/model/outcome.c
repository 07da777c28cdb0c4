#include "model/outcome.h"

#include <string.h>

#include "base/check.h"

static const struct {
    const char *word;
    const char *meaning;
    bool complete;
} table[] = {
#define OUTCOME_ROW(name, word, complete, meaning) {word, meaning, complete},
    OUTCOME_TABLE(OUTCOME_ROW)
#undef OUTCOME_ROW
};

const char *outcome_word(enum outcome outcome)
{
    CHECK(outcome < OUTCOME_COUNT);
    return table[outcome].word;
}

const char *outcome_meaning(enum outcome outcome)
{
    CHECK(outcome < OUTCOME_COUNT);
    return table[outcome].meaning;
}

bool outcome_is_complete(enum outcome outcome)
{
    CHECK(outcome < OUTCOME_COUNT);
    return table[outcome].complete;
}

bool outcome_from_word(const char *word, enum outcome *ret)
{
    for (int i = 0; word && i < OUTCOME_COUNT; i++) {
        if (strcmp(table[i].word, word) == 0) {
            *ret = (enum outcome)i;
            return true;
        }
    }
    return false;
}

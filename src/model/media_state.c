#include "model/media_state.h"

#include <string.h>

#include "base/check.h"
#include "base/memory.h"

static const char *const words[] = {
    [LEDGER_INTENT] = "intent",       [LEDGER_REQUESTED] = "requested",
    [LEDGER_EXISTED] = "existed",     [LEDGER_NOTHING_NEW] = "nothing_new",
    [LEDGER_FAILED] = "failed",       [LEDGER_DECLINED] = "declined",
    [LEDGER_DELETED] = "deleted",     [LEDGER_BLOCKLISTED] = "blocklisted",
    [LEDGER_WITHDRAWN] = "withdrawn", [LEDGER_ALLOWED] = "allowed",
};

const char *ledger_state_word(enum ledger_state state)
{
    CHECK(state < ARRAY_LENGTH(words));
    return words[state];
}

bool ledger_state_from_word(const char *word, enum ledger_state *ret)
{
    for (size_t i = 0; word && i < ARRAY_LENGTH(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *ret = (enum ledger_state)i;
            return true;
        }
    }
    return false;
}

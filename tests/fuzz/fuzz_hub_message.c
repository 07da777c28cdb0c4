/* Any bytes as a message of a listener: it is understood, or there is a sentence that says why
 * not, and nothing is wished for that does not exist. */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "web/hub_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct feed_wish now = {.types = FEED_ALL_TYPES};
    struct hub_message message;

    hub_message_read((const char *)data, size, &now, &message);
    CHECK((message.kind == HUB_MESSAGE_BAD) == (message.problem != NULL));
    if (message.kind != HUB_MESSAGE_SUBSCRIBE)
        return 0;
    CHECK((message.wish.types & ~(unsigned)FEED_ALL_TYPES) == 0);
    CHECK((int)message.wish.least >= 0 && message.wish.least < LOG_LEVEL_COUNT);
    return 0;
}

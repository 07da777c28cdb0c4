#include "support/patience.h"

#include <poll.h>

#include "base/clock.h"

enum { PAUSE_MS_MOST = 50 };

bool patience_wait(struct patience *patience)
{
    int64_t now = clock_steady_ms();

    if (!patience->until_ms)
        patience->until_ms = now + PATIENCE_MOST_MS;
    poll(NULL, 0, ++patience->pause_ms);
    if (patience->pause_ms == PAUSE_MS_MOST)
        patience->pause_ms--;
    return now < patience->until_ms;
}

#include "sync/speed.h"

enum { MARK_MS = 2000, SILENT_MS = 1000 };

void speed_begin(struct speed *speed, int64_t now_ms, int64_t done)
{
    speed->began_ms = now_ms;
    speed->marks[0] = speed->marks[1] = (struct speed_mark){now_ms, done};
}

void speed_note(struct speed *speed, int64_t now_ms, int64_t done)
{
    if (now_ms - speed->marks[0].ms < MARK_MS)
        return;
    speed->marks[1] = speed->marks[0];
    speed->marks[0] = (struct speed_mark){now_ms, done};
}

bool speed_tell(const struct speed *speed, int64_t now_ms, int64_t done, int64_t total,
                double *ret_per_second, int64_t *ret_left_ms)
{
    const struct speed_mark *from = &speed->marks[1];
    int64_t elapsed = now_ms - from->ms;
    int64_t made = done - from->done;

    if (now_ms - speed->began_ms < SILENT_MS || made <= 0 || elapsed <= 0)
        return false;
    *ret_per_second = (double)made * 1000 / (double)elapsed;
    *ret_left_ms = total > done ? elapsed * (total - done) / made : 0;
    return true;
}

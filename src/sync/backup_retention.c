#include "sync/backup_retention.h"

/* 1970-01-01 was a Thursday. */
static int64_t week_of(int64_t ms)
{
    return (ms / 86400000 + 3) / 7;
}

void backup_retention_choose(const int64_t *made_ms, size_t count, int64_t newest, int64_t weeks,
                             bool *ret_stays)
{
    int64_t kept_weeks = 0, last_week = -1;

    for (size_t i = 0; i < count; i++) {
        int64_t week = week_of(made_ms[i]);
        ret_stays[i] = (int64_t)i < newest;
        if (!ret_stays[i] && week != last_week && kept_weeks < weeks) {
            ret_stays[i] = true;
            kept_weeks++;
        }
        last_week = week;
    }
}

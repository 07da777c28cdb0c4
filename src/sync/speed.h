/*
 * speed.h: how fast work goes and how long it will still take. Steady times are given, so pure.
 *
 * Work comes in stretches of quite different speed: only the last seconds tell. Nothing is told
 * before a second of a phase has passed, since it would be a guess.
 */
#ifndef LISTSYNC_SYNC_SPEED_H
#define LISTSYNC_SYNC_SPEED_H

#include <stdbool.h>
#include <stdint.h>

struct speed_mark {
    int64_t ms;
    int64_t done;
};

struct speed {
    int64_t began_ms;
    struct speed_mark marks[2]; /* the last and the one before */
};

void speed_begin(struct speed *speed, int64_t now_ms, int64_t done);
/* As often as something is done. */
void speed_note(struct speed *speed, int64_t now_ms, int64_t done);
/* False: not known yet. `ret_left_ms` may be 0. */
bool speed_tell(const struct speed *speed, int64_t now_ms, int64_t done, int64_t total,
                double *ret_per_second, int64_t *ret_left_ms);

#endif

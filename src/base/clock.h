/*
 * clock.h: wall time and steady time, in milliseconds, replaceable in tests.
 *
 * Steady time never jumps and measures waits and durations; wall time (UTC, since 1970) is what
 * is stored and shown. A test sets its own clock with clock_set_for_tests and moves it by hand.
 */
#ifndef LISTSYNC_BASE_CLOCK_H
#define LISTSYNC_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_wall_ms(void);
int64_t clock_steady_ms(void);
/* The same in microseconds, for lengths of time that are short. */
int64_t clock_wall_us(void);
int64_t clock_steady_us(void);

enum { CLOCK_TEXT_SIZE = 32 };

/* "2026-11-22 09:33:56": UTC as the database stores it (SQLite's own form). */
void clock_format_utc(int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);
/* "20261122T093356Z": the same for names of files. */
void clock_format_compact(int64_t wall_ms, char text[CLOCK_TEXT_SIZE]);
int64_t clock_parse_utc(const char *text); /* milliseconds, or -1 */

/* "42 ms", "3.1 s", "2 min 5 s", "4 h", "3 days": a length of time for people. */
void clock_format_duration(int64_t ms, char text[CLOCK_TEXT_SIZE]);

/* NULL brings the real clock back. */
void clock_set_for_tests(int64_t (*wall)(void), int64_t (*steady)(void));

#endif

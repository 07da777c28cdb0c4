/*
 * check.h: assertions for our own mistakes.
 *
 * CHECK(condition) stays on in release builds. It is for programming errors only: input of any
 * kind (a list, an answer, a setting, a file) is never checked with it.
 */
#ifndef LISTSYNC_BASE_CHECK_H
#define LISTSYNC_BASE_CHECK_H

#define CHECK(condition)                                                                           \
    ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__, __func__))

/* Prints where and what to stderr, then aborts. */
_Noreturn void check_failed(const char *condition, const char *file, int line,
                            const char *function);

#endif

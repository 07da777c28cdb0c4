/*
 * poor_disk.h: work on a disk that has no second names for files, as exFAT and some shares of other
 * machines have none.
 */
#ifndef TESTS_SUPPORT_POOR_DISK_H
#define TESTS_SUPPORT_POOR_DISK_H

#include <stdbool.h>

/* Does the work in a child process, to which link() answers EPERM; what the work returned. */
bool poor_disk_run(bool (*work)(void *context), void *context);

#endif

/*
 * interrupt.h: Ctrl-C. The first SIGINT or SIGTERM asks the work to stop cleanly; a second ends
 * the process at once with exit code 4: the ledger makes that safe.
 */
#ifndef LISTSYNC_APP_INTERRUPT_H
#define LISTSYNC_APP_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);
bool interrupt_came(void);

#endif

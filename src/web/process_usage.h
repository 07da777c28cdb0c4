/*
 * process_usage.h: what this process takes of the machine. Any thread; one lock inside.
 */
#ifndef LISTSYNC_WEB_PROCESS_USAGE_H
#define LISTSYNC_WEB_PROCESS_USAGE_H

#include <stdint.h>

struct process_usage {
    int64_t resident_bytes;
    double cpu_seconds; /* since the start, of all threads, system calls included */
    double cpu_percent; /* of one processor, since the look before (at least a second ago) */
    int64_t open_files;
};

/* What the system does not tell stays 0. */
void process_usage(struct process_usage *ret);

#endif

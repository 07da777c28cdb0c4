/*
 * process.h: runs a program in a test: its words, its environment, what it printed, how it ended.
 *
 * No shell is involved. A process is ended by its own id only. Output beyond the limit is read
 * and dropped, so that a chatty program never blocks; `overflowed` of the buffer tells.
 *
 *     struct process_result result;
 *     const char *words[] = {LISTSYNC_PROGRAM, "lists", NULL};
 *     process_run(&(struct process_call){.words = words, .environment = names}, 5000, &result);
 *     assert_int_equal(result.exit_code, 0);
 *     process_result_release(&result);
 */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"

struct process_call {
    const char *const *words;       /* NULL-ended; the first is the program's path */
    const char *const *environment; /* NULL-ended "NAME=value": all of it; NULL: only PATH */
    const char *folder;             /* working directory; NULL: ours */
    const char *input;              /* what it reads from stdin; NULL: nothing */
};

struct process_result {
    int exit_code; /* -1 when a signal ended it */
    int signal;    /* 0 when it ended by itself */
    bool late;     /* the deadline passed and it was killed */
    struct buffer out;
    struct buffer errors; /* stderr */
};

struct process {
    pid_t id;
    int out;    /* -1: at its end */
    int errors; /* likewise */
    struct buffer out_bytes;
    struct buffer error_bytes;
};

/* Start, read, wait. A program that cannot be started fails the test. */
void process_run(const struct process_call *call, int deadline_ms, struct process_result *result);
void process_result_release(struct process_result *result);

/* The same in steps, for programs that are stopped half-way. */
void process_start(const struct process_call *call, struct process *process);
/* Reads until stdout holds a whole line; false when it ended or the deadline passed before. */
bool process_wait_for_line(struct process *process, int deadline_ms);
void process_signal(const struct process *process, int signal);
/* Reads to the end and collects how it ended; kills it when the deadline passes. */
void process_finish(struct process *process, int deadline_ms, struct process_result *result);

#endif

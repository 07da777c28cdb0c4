/*
 * world.h: all that an end-to-end test needs: an empty data directory, a simulator, and the
 * program told to use both and nothing else. Every test makes its own.
 *
 *     struct world world;
 *     world_open(&world, NULL);
 *     world_run(&world, (const char *[]){"sync", "--dry-run", NULL}, &result);
 *     world_close(&world);
 */
#ifndef TESTS_SUPPORT_WORLD_H
#define TESTS_SUPPORT_WORLD_H

#include "support/patience.h"
#include "support/process.h"
#include "support/sim.h"

enum { WORLD_NAMES = 48, WORLD_DEADLINE_MS = PATIENCE_MOST_MS };

struct world {
    char *folder; /* the data directory, removed by world_close */
    struct sim sim;
    char *environment[WORLD_NAMES]; /* "NAME=value", NULL-ended, owned */
};

/* `words`: further options of the simulator, NULL-ended; NULL: none. */
void world_open(struct world *world, const char *const *words);
void world_close(struct world *world);
/*
 * Ends the simulator and starts it anew at the same address with these options and this catalogue
 * (rows without the line of names; NULL: the usual one). It remembers what its options let it.
 */
void world_restart(struct world *world, const char *catalogue, const char *const *words);

/* Sets a name of the environment; NULL takes it away. */
void world_set(struct world *world, const char *name, const char *value);
const char *world_get(const struct world *world, const char *name); /* NULL when not set */

/* A file in the data directory, where the program also starts: "file:NAME" is a list. */
void world_write(const struct world *world, const char *name, const char *text);
/* "FOLDER/name", a fresh text. */
char *world_path(const struct world *world, const char *name);

/* Runs the program with these arguments (without its name), to its end. */
void world_run(const struct world *world, const char *const *arguments,
               struct process_result *result);
/* The same, under way when it returns; the caller ends it with process_finish. */
void world_start(const struct world *world, const char *const *arguments, struct process *process);

#endif

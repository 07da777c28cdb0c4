/*
 * options.h: the command line of the simulator.
 */

#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "sim.h"

struct options {
    unsigned short port;
    const char *catalogue_path; /* NULL: none */
    size_t titles;              /* synthetic ones to add */
    bool die_with_parent;
};

/*
 * Fills both structures; false after a message (or the help text) when the program has to end,
 * with its exit status in `status`.
 */
bool options_read(int count, char **words, struct options *options, struct sim_settings *settings,
                  int *status);

/* FLAVOUR_* by its name, 0 for another word. */
unsigned flavour_parse(const char *name);

#endif

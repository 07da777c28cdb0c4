/*
 * seerr_file.h: keeps the stand-in Seerr's media, requests and blocklist in a JSON file between two
 * starts.
 */

#ifndef SIM_SEERR_FILE_H
#define SIM_SEERR_FILE_H

#include "seerr_state.h"

#include <stdbool.h>

/*
 * Both do nothing (and succeed) when `path` is NULL. A file that is not there is an empty state;
 * one that cannot be read as such is an error, told on stderr.
 */
bool seerr_file_load(struct seerr_state *state, const char *path);

/* Writes a new file and puts it in the place of the old one. */
void seerr_file_save(const struct seerr_state *state, const char *path);

#endif

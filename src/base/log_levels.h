/*
 * log_levels.h: from which level on each part of the program is heard: one level for all, and other
 * ones for parts. Belongs to log.c, which declares the functions for everybody; any thread.
 */
#ifndef LISTSYNC_BASE_LOG_LEVELS_H
#define LISTSYNC_BASE_LOG_LEVELS_H

#include "base/log.h"

/* Quick: asked for every line. */
bool log_levels_want(enum log_level level, const char *part);

#endif

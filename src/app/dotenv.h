/*
 * dotenv.h: the lines of a .env file.
 *
 * NAME=VALUE, an optional "export " before it, values bare, in 'single' (taken as they are) or
 * "double" quotes (\n, \", \\ understood); # begins a comment line, or a comment after a blank.
 */
#ifndef LISTSYNC_APP_DOTENV_H
#define LISTSYNC_APP_DOTENV_H

#include "base/error.h"

/* Calls back for each setting; a line that is none is an ERROR_USAGE that names it. */
enum error_code dotenv_read(const char *text, const char *file_name,
                            enum error_code (*visit)(void *context, const char *name,
                                                     const char *value, struct error *error),
                            void *context, struct error *error);

#endif

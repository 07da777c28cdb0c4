/*
 * password_input.h: a password from whoever started the command. From a terminal it is asked for
 * twice and not shown; from anything else it is the first line, without its end.
 */
#ifndef LISTSYNC_APP_PASSWORD_INPUT_H
#define LISTSYNC_APP_PASSWORD_INPUT_H

#include "base/error.h"
#include "base/secret.h"

/*
 * After interrupt_watch. ERROR_CANCELLED by Ctrl-C, which leaves the terminal as it was;
 * ERROR_USAGE when the two differ, when nothing came, and for a line that is no text or too long.
 */
enum error_code password_input_read(struct secret *ret, struct error *error);
/* Once, to be held against something; `question` is shown on a terminal, `what` is in sentences. */
enum error_code password_input_ask(const char *what, const char *question, struct secret *ret,
                                   struct error *error);

#endif

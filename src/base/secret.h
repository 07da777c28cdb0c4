/*
 * secret.h: keys and tokens, which no message, log or answer may show.
 *
 * A secret has a type of its own so that it cannot reach a "%s" by accident: the text comes out
 * only through secret_reveal(), and a search for that word finds every place where it does.
 * The bytes are wiped before they are freed.
 */
#ifndef LISTSYNC_BASE_SECRET_H
#define LISTSYNC_BASE_SECRET_H

#include <stdbool.h>

struct secret {
    char *hidden;
};

void secret_set(struct secret *secret, const char *text); /* copies; NULL or "" clears */
void secret_release(struct secret *secret);
bool secret_is_set(const struct secret *secret);
const char *secret_reveal(const struct secret *secret); /* "" when not set; borrowed */

#endif

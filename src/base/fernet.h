/*
 * fernet.h: opens Fernet tokens, in which the original ListSync keeps its secrets. Any thread.
 *
 * A token is base64url of: 0x80, a time (8 bytes), an IV (16), AES-128-CBC with PKCS7 padding, and
 * HMAC-SHA256 of all before it. How old it is does not matter. We make none.
 */
#ifndef LISTSYNC_BASE_FERNET_H
#define LISTSYNC_BASE_FERNET_H

#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"

enum { FERNET_TOKEN_MOST = 16384 }; /* characters; longer ones are refused */

struct fernet_key {
    uint8_t signing[16];
    uint8_t encryption[16];
};

/* `text`: 32 bytes in base64url, white space around it. ERROR_FORMAT. Release with the last one. */
enum error_code fernet_key_read(const char *text, struct fernet_key *ret, struct error *error);
/* ERROR_FORMAT: no token, made with another key, or changed since. */
enum error_code fernet_open(const struct fernet_key *key, const char *token, struct secret *ret,
                            struct error *error);
void fernet_key_release(struct fernet_key *key);

#endif

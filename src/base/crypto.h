/*
 * crypto.h: random numbers, digests, passwords and sealed texts. The only file that includes
 * libsodium is crypto.c. Any thread, after crypto_begin.
 *
 * Tokens (sessions, API keys, the first-run token) are 32 random bytes as text: they cannot be
 * guessed, so a fast digest of them is what is stored. Passwords can be guessed, so what is stored
 * of them is Argon2id, whose work is limited to few at once (CRYPTO_PASSWORDS_AT_ONCE: further
 * callers wait), for each takes CRYPTO_PASSWORD_BYTES of memory.
 */
#ifndef LISTSYNC_BASE_CRYPTO_H
#define LISTSYNC_BASE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/secret.h"

enum {
    CRYPTO_KEY_SIZE = 32,
    CRYPTO_TOKEN_SIZE = 44,  /* 32 bytes as unpadded base64url, and the NUL */
    CRYPTO_DIGEST_SIZE = 65, /* SHA-256 as lower-case hex, and the NUL */
    CRYPTO_FINGERPRINT_SIZE = 33,
    CRYPTO_PASSWORD_SIZE = 128, /* what is stored of a password: "$argon2id$..." */
    CRYPTO_PASSWORD_BYTES = 19 << 20,
    CRYPTO_PASSWORDS_AT_ONCE = 2,
};

/* A key of the program itself; wiped by crypto_key_release. */
struct crypto_key {
    uint8_t bytes[CRYPTO_KEY_SIZE];
};

/* Once, before any other call; stops the program if there is no source of random numbers. */
void crypto_begin(void);
void crypto_random(void *bytes, size_t length);
void crypto_token(char text[CRYPTO_TOKEN_SIZE]);
void crypto_digest(const char *bytes, size_t length, char ret[CRYPTO_DIGEST_SIZE]);
/*
 * Tells contents apart, many times faster than a digest. Under a secret of this process, so that
 * nobody can look for two contents with one fingerprint: it is another one after the next start.
 */
void crypto_fingerprint(const char *bytes, size_t length, char ret[CRYPTO_FINGERPRINT_SIZE]);
/* Takes the same time whatever differs; texts of other lengths differ. */
bool crypto_equal(const char *a, const char *b);

void crypto_password_hash(const char *password, char ret[CRYPTO_PASSWORD_SIZE]);
/* `stored` NULL: takes the time of a check and is false, so that an unknown name costs the same. */
bool crypto_password_fits(const char *password, const char *stored);

/*
 * Sealed with XChaCha20-Poly1305 under the key; `name` is bound to it, so that one sealed text
 * cannot stand in for another. The result is text; free() it.
 */
char *crypto_seal(const struct crypto_key *key, const char *name, const char *text);
/* ERROR_FORMAT: sealed under another key or for another name, or changed since. */
enum error_code crypto_open(const struct crypto_key *key, const char *name, const char *sealed,
                            struct secret *ret, struct error *error);
void crypto_key_release(struct crypto_key *key);
/*
 * The key of a data directory: the file is made (mode 0600, never overwritten) when it is not
 * there. ERROR_FORMAT when it is no key, ERROR_STORE when it cannot be read or made.
 */
enum error_code crypto_key_of_file(const char *path, struct crypto_key *ret, struct error *error);
/* The same without making one: ERROR_NOT_FOUND. */
enum error_code crypto_key_read(const char *path, struct crypto_key *ret, struct error *error);
/* In place of whatever is there, whole and lasting; mode 0600. ERROR_STORE. */
enum error_code crypto_key_write(const char *path, const struct crypto_key *key,
                                 struct error *error);

/* HMAC-SHA-256, for JWT. */
void crypto_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
                 uint8_t ret[32]);
/* Unpadded base64url. `encoded` is freed by the caller; decoding answers false for other text. */
char *crypto_base64url(const void *bytes, size_t length);
bool crypto_from_base64url(const char *text, void *bytes, size_t size, size_t *ret_length);

const char *crypto_library_version(void); /* libsodium's */

#endif

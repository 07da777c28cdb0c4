/*
 * crypto_stream.h: long contents, sealed piece by piece, and keys made of passphrases. A part of
 * crypto.h's business; libsodium's secretstream (XChaCha20-Poly1305) and Argon2id do the work.
 *
 * Pieces are proven in their order: one that was changed, left out, doubled or swapped does not
 * open, and neither does any after it. The last one says that it is the last, so that whoever reads
 * notices when something was cut off. A stream belongs to one thread at a time.
 */
#ifndef LISTSYNC_BASE_CRYPTO_STREAM_H
#define LISTSYNC_BASE_CRYPTO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/crypto.h"

enum {
    CRYPTO_STREAM_PIECE = 64 << 10, /* plain bytes in one piece at most */
    CRYPTO_STREAM_EXTRA = 17,       /* a sealed piece is so much longer */
    CRYPTO_STREAM_HEAD = 24,        /* what has to be kept beside the pieces; no secret */
    CRYPTO_STREAM_SALT = 16,
    CRYPTO_STREAM_MARK = 33, /* hex and the NUL */
};

struct crypto_stream;

struct crypto_stream *crypto_stream_seal(const struct crypto_key *key,
                                         uint8_t ret_head[CRYPTO_STREAM_HEAD]);
struct crypto_stream *crypto_stream_open(const struct crypto_key *key,
                                         const uint8_t head[CRYPTO_STREAM_HEAD]);
void crypto_stream_free(struct crypto_stream *stream); /* NULL is fine */

/* `bound` is proven with the piece and not kept in it. `ret` has room for CRYPTO_STREAM_EXTRA more.
 */
void crypto_stream_put(struct crypto_stream *stream, const void *plain, size_t length,
                       const void *bound, size_t bound_length, bool is_last, uint8_t *ret);
/* False: it is not what comes next in this stream; `ret` then holds nothing of use. */
bool crypto_stream_get(struct crypto_stream *stream, const uint8_t *sealed, size_t length,
                       const void *bound, size_t bound_length, uint8_t *ret, bool *ret_is_last);

/* What guessing a passphrase costs: Argon2id's rounds and memory. */
struct crypto_stream_work {
    int64_t rounds;
    int64_t bytes;
};

enum {
    CRYPTO_STREAM_ROUNDS = 3,
    CRYPTO_STREAM_BYTES = 64 << 20, /* RFC 9106's choice for those with little memory */
    CRYPTO_STREAM_ROUNDS_MOST = 16,
    CRYPTO_STREAM_BYTES_MOST = 256 << 20,
};

/* Whether a stranger's file may ask for so much. */
bool crypto_stream_work_is_fair(const struct crypto_stream_work *work);
/* ERROR_LIMIT when there is not so much memory. The work must be fair. */
enum error_code crypto_stream_key(const char *passphrase, const uint8_t salt[CRYPTO_STREAM_SALT],
                                  const struct crypto_stream_work *work, struct crypto_key *ret,
                                  struct error *error);
/* Tells keys apart without telling anything about them. */
void crypto_stream_mark(const struct crypto_key *key, char ret[CRYPTO_STREAM_MARK]);

#endif

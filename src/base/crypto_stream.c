#include "base/crypto_stream.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"

_Static_assert(CRYPTO_STREAM_EXTRA == crypto_secretstream_xchacha20poly1305_ABYTES, "one size");
_Static_assert(CRYPTO_STREAM_HEAD == crypto_secretstream_xchacha20poly1305_HEADERBYTES, "one size");
_Static_assert(CRYPTO_KEY_SIZE == crypto_secretstream_xchacha20poly1305_KEYBYTES, "one key");
_Static_assert(CRYPTO_STREAM_SALT == crypto_pwhash_SALTBYTES, "one size");

struct crypto_stream {
    crypto_secretstream_xchacha20poly1305_state state;
};

struct crypto_stream *crypto_stream_seal(const struct crypto_key *key,
                                         uint8_t ret_head[CRYPTO_STREAM_HEAD])
{
    struct crypto_stream *stream = memory_new(sizeof(*stream));

    crypto_secretstream_xchacha20poly1305_init_push(&stream->state, ret_head, key->bytes);
    return stream;
}

struct crypto_stream *crypto_stream_open(const struct crypto_key *key,
                                         const uint8_t head[CRYPTO_STREAM_HEAD])
{
    struct crypto_stream *stream = memory_new(sizeof(*stream));

    crypto_secretstream_xchacha20poly1305_init_pull(&stream->state, head, key->bytes);
    return stream;
}

void crypto_stream_free(struct crypto_stream *stream)
{
    if (!stream)
        return;
    sodium_memzero(stream, sizeof(*stream));
    free(stream);
}

void crypto_stream_put(struct crypto_stream *stream, const void *plain, size_t length,
                       const void *bound, size_t bound_length, bool is_last, uint8_t *ret)
{
    uint8_t tag = is_last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
                          : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;

    CHECK(length <= CRYPTO_STREAM_PIECE);
    crypto_secretstream_xchacha20poly1305_push(&stream->state, ret, NULL, plain, length, bound,
                                               bound_length, tag);
}

bool crypto_stream_get(struct crypto_stream *stream, const uint8_t *sealed, size_t length,
                       const void *bound, size_t bound_length, uint8_t *ret, bool *ret_is_last)
{
    uint8_t tag = 0;

    if (length < CRYPTO_STREAM_EXTRA ||
        crypto_secretstream_xchacha20poly1305_pull(&stream->state, ret, NULL, &tag, sealed, length,
                                                   bound, bound_length) != 0)
        return false;
    *ret_is_last = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
    return true;
}

bool crypto_stream_work_is_fair(const struct crypto_stream_work *work)
{
    return work->rounds >= 1 && work->rounds <= CRYPTO_STREAM_ROUNDS_MOST &&
           work->bytes >= (int64_t)crypto_pwhash_MEMLIMIT_MIN &&
           work->bytes <= CRYPTO_STREAM_BYTES_MOST;
}

enum error_code crypto_stream_key(const char *passphrase, const uint8_t salt[CRYPTO_STREAM_SALT],
                                  const struct crypto_stream_work *work, struct crypto_key *ret,
                                  struct error *error)
{
    CHECK(crypto_stream_work_is_fair(work));
    if (crypto_pwhash(ret->bytes, sizeof(ret->bytes), passphrase, strlen(passphrase), salt,
                      (unsigned long long)work->rounds, (size_t)work->bytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return error_set(error, ERROR_LIMIT,
                         "there is not enough memory to work with the passphrase (%d MB)",
                         (int)(work->bytes >> 20));
    return ERROR_NONE;
}

void crypto_stream_mark(const struct crypto_key *key, char ret[CRYPTO_STREAM_MARK])
{
    static const uint8_t label[] = "ListSync mark of a key";
    uint8_t mark[(CRYPTO_STREAM_MARK - 1) / 2];

    crypto_generichash(mark, sizeof(mark), label, sizeof(label) - 1, key->bytes,
                       sizeof(key->bytes));
    sodium_bin2hex(ret, CRYPTO_STREAM_MARK, mark, sizeof(mark));
}

#include "base/fernet.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"

enum { VERSION = 0x80, IV_AT = 9, TEXT_AT = 25, BLOCK = 16, MAC_SIZE = 32 };

/* With or without the padding that Python writes. */
static bool decode(const char *text, void *bytes, size_t size, size_t *ret_length)
{
    AUTO_FREE char *copy = memory_text(text);

    char *trimmed = text_trim(copy);
    text_cut_at(trimmed, "=");
    bool is_whole = crypto_from_base64url(trimmed, bytes, size, ret_length);
    OPENSSL_cleanse(copy, strlen(copy));
    return is_whole;
}

enum error_code fernet_key_read(const char *text, struct fernet_key *ret, struct error *error)
{
    uint8_t bytes[sizeof(*ret)];
    size_t length = 0;
    bool is_key = text && decode(text, bytes, sizeof(bytes), &length) && length == sizeof(bytes);

    if (is_key) {
        memcpy(ret->signing, bytes, sizeof(ret->signing));
        memcpy(ret->encryption, bytes + sizeof(ret->signing), sizeof(ret->encryption));
    }
    OPENSSL_cleanse(bytes, sizeof(bytes));
    return is_key ? ERROR_NONE
                  : error_set(error, ERROR_FORMAT, "that is no key of the earlier ListSync");
}

static bool is_signed(const struct fernet_key *key, const uint8_t *bytes, size_t length)
{
    uint8_t mac[MAC_SIZE];

    crypto_hmac(key->signing, sizeof(key->signing), bytes, length - MAC_SIZE, mac);
    return CRYPTO_memcmp(mac, bytes + length - MAC_SIZE, MAC_SIZE) == 0;
}

/* Its length, -1 when it cannot be. `plain` has room for `length` bytes. */
static int decrypt(const struct fernet_key *key, const uint8_t *iv, const uint8_t *bytes,
                   int length, uint8_t *plain)
{
    EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
    int first = 0, last = 0;
    bool is_good = context &&
                   EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), NULL, key->encryption, iv) &&
                   EVP_DecryptUpdate(context, plain, &first, bytes, length) &&
                   EVP_DecryptFinal_ex(context, plain + first, &last);

    EVP_CIPHER_CTX_free(context);
    return is_good ? first + last : -1;
}

/* The signature says that the rest is as it was made, so that only its lengths need a look. */
static bool open_bytes(const struct fernet_key *key, const uint8_t *bytes, size_t length,
                       struct secret *ret)
{
    if (length < TEXT_AT + BLOCK + MAC_SIZE || bytes[0] != VERSION ||
        (length - TEXT_AT - MAC_SIZE) % BLOCK || !is_signed(key, bytes, length))
        return false;
    size_t inside = length - TEXT_AT - MAC_SIZE;
    AUTO_FREE uint8_t *plain = memory_new(inside + BLOCK + 1);
    int count = decrypt(key, bytes + IV_AT, bytes + TEXT_AT, (int)inside, plain);
    bool is_text = count >= 0 && text_is_valid_utf8((const char *)plain, (size_t)count);
    if (is_text) {
        plain[count] = '\0';
        secret_set(ret, (const char *)plain);
    }
    OPENSSL_cleanse(plain, inside + BLOCK);
    return is_text;
}

enum error_code fernet_open(const struct fernet_key *key, const char *token, struct secret *ret,
                            struct error *error)
{
    AUTO_FREE uint8_t *bytes = memory_new(FERNET_TOKEN_MOST);
    size_t length = 0;

    if (strlen(token) > FERNET_TOKEN_MOST || !decode(token, bytes, FERNET_TOKEN_MOST, &length) ||
        !open_bytes(key, bytes, length, ret))
        return error_set(error, ERROR_FORMAT,
                         "it cannot be opened with this key: it was encrypted with another one, or "
                         "changed since");
    return ERROR_NONE;
}

void fernet_key_release(struct fernet_key *key)
{
    OPENSSL_cleanse(key, sizeof(*key));
}

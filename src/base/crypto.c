#include "base/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/check.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"

enum {
    PASSWORD_ROUNDS = 2,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    KEY_FILE_MAX = 256,
    VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING,
};

_Static_assert(CRYPTO_PASSWORD_SIZE == crypto_pwhash_STRBYTES, "what libsodium writes");
_Static_assert(CRYPTO_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "one key for all");
_Static_assert(CRYPTO_DIGEST_SIZE == 2 * crypto_hash_sha256_BYTES + 1, "in hex");
_Static_assert(CRYPTO_FINGERPRINT_SIZE == 2 * crypto_shorthash_siphashx24_BYTES + 1, "in hex");

/* Stands for the password of a name that is not known: costs as much, fits nothing. */
static const char nobodys_password[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA"
                                       "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static struct {
    pthread_mutex_t lock;
    pthread_cond_t place_free;
    int working;
} passwords = {.lock = PTHREAD_MUTEX_INITIALIZER, .place_free = PTHREAD_COND_INITIALIZER};

/* Of fingerprints. */
static struct {
    pthread_once_t made;
    uint8_t bytes[crypto_shorthash_siphashx24_KEYBYTES];
} secret = {.made = PTHREAD_ONCE_INIT};

static void make_secret(void)
{
    randombytes_buf(secret.bytes, sizeof(secret.bytes));
}

void crypto_begin(void)
{
    CHECK(sodium_init() >= 0);
    pthread_once(&secret.made, make_secret);
}

void crypto_random(void *bytes, size_t length)
{
    randombytes_buf(bytes, length);
}

void crypto_token(char text[CRYPTO_TOKEN_SIZE])
{
    uint8_t bytes[CRYPTO_KEY_SIZE];

    crypto_random(bytes, sizeof(bytes));
    sodium_bin2base64(text, CRYPTO_TOKEN_SIZE, bytes, sizeof(bytes), VARIANT);
    sodium_memzero(bytes, sizeof(bytes));
}

void crypto_digest(const char *bytes, size_t length, char ret[CRYPTO_DIGEST_SIZE])
{
    uint8_t digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, (const uint8_t *)bytes, length);
    sodium_bin2hex(ret, CRYPTO_DIGEST_SIZE, digest, sizeof(digest));
}

void crypto_fingerprint(const char *bytes, size_t length, char ret[CRYPTO_FINGERPRINT_SIZE])
{
    uint8_t fingerprint[crypto_shorthash_siphashx24_BYTES];

    crypto_shorthash_siphashx24(fingerprint, (const uint8_t *)bytes, length, secret.bytes);
    sodium_bin2hex(ret, CRYPTO_FINGERPRINT_SIZE, fingerprint, sizeof(fingerprint));
}

bool crypto_equal(const char *a, const char *b)
{
    size_t length = strlen(a);

    return length == strlen(b) && sodium_memcmp(a, b, length) == 0;
}

static void begin_work(void)
{
    pthread_mutex_lock(&passwords.lock);
    while (passwords.working >= CRYPTO_PASSWORDS_AT_ONCE)
        pthread_cond_wait(&passwords.place_free, &passwords.lock);
    passwords.working++;
    pthread_mutex_unlock(&passwords.lock);
}

static void end_work(void)
{
    pthread_mutex_lock(&passwords.lock);
    passwords.working--;
    pthread_cond_signal(&passwords.place_free);
    pthread_mutex_unlock(&passwords.lock);
}

void crypto_password_hash(const char *password, char ret[CRYPTO_PASSWORD_SIZE])
{
    begin_work();
    int rc = crypto_pwhash_str_alg(ret, password, strlen(password), PASSWORD_ROUNDS,
                                   CRYPTO_PASSWORD_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    end_work();
    CHECK(rc == 0); /* it fails only for want of memory */
}

bool crypto_password_fits(const char *password, const char *stored)
{
    const char *against = stored ? stored : nobodys_password;

    begin_work();
    int rc = crypto_pwhash_str_verify(against, password, strlen(password));
    end_work();
    return rc == 0 && stored;
}

char *crypto_base64url(const void *bytes, size_t length)
{
    size_t size = sodium_base64_encoded_len(length, VARIANT);
    char *text = memory_new(size);

    return sodium_bin2base64(text, size, bytes, length, VARIANT);
}

bool crypto_from_base64url(const char *text, void *bytes, size_t size, size_t *ret_length)
{
    return sodium_base642bin(bytes, size, text, strlen(text), NULL, ret_length, NULL, VARIANT) == 0;
}

char *crypto_seal(const struct crypto_key *key, const char *name, const char *text)
{
    size_t length = strlen(text);
    AUTO_FREE uint8_t *bytes = memory_new(NONCE_SIZE + length + TAG_SIZE);

    crypto_random(bytes, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + NONCE_SIZE, NULL, (const uint8_t *)text,
                                               length, (const uint8_t *)name, strlen(name), NULL,
                                               bytes, key->bytes);
    return crypto_base64url(bytes, NONCE_SIZE + length + TAG_SIZE);
}

/* The plain text lies zero-terminated in `plain`, which has room for all of the sealed bytes. */
static bool unseal(const struct crypto_key *key, const char *name, const uint8_t *bytes,
                   size_t length, uint8_t *plain)
{
    return length >= NONCE_SIZE + TAG_SIZE &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, bytes + NONCE_SIZE,
                                                      length - NONCE_SIZE, (const uint8_t *)name,
                                                      strlen(name), bytes, key->bytes) == 0;
}

enum error_code crypto_open(const struct crypto_key *key, const char *name, const char *sealed,
                            struct secret *ret, struct error *error)
{
    size_t size = strlen(sealed) + 1;
    AUTO_FREE uint8_t *bytes = memory_new(size);
    AUTO_FREE uint8_t *plain = memory_new(size);
    size_t length = 0;

    if (!crypto_from_base64url(sealed, bytes, size, &length) ||
        !unseal(key, name, bytes, length, plain))
        return error_set(error, ERROR_FORMAT,
                         "what is stored as %s cannot be opened with this key: it was sealed with "
                         "another one, or changed since",
                         name);
    secret_set(ret, (const char *)plain);
    sodium_memzero(plain, size);
    return ERROR_NONE;
}

void crypto_key_release(struct crypto_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

void crypto_hmac(const void *key, size_t key_length, const void *bytes, size_t length,
                 uint8_t ret[32])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, key, key_length);
    crypto_auth_hmacsha256_update(&state, bytes, length);
    crypto_auth_hmacsha256_final(&state, ret);
    sodium_memzero(&state, sizeof(state));
}

static enum error_code refuse_key(const char *path, struct error *error)
{
    return error_set(error, ERROR_FORMAT,
                     "%s is no key: it must be one line of 43 letters, digits, - and _", path);
}

enum error_code crypto_key_read(const char *path, struct crypto_key *ret, struct error *error)
{
    AUTO_BUFFER struct buffer content = BUFFER_WITH_LIMIT(KEY_FILE_MAX);
    struct crypto_key key;
    size_t length = 0;

    if (files_check_plain(path, NULL))
        return refuse_key(path, error);
    enum error_code rc = files_read(path, &content, error);
    if (rc)
        return rc == ERROR_LIMIT ? refuse_key(path, error) : rc;
    buffer_byte(&content, '\0');
    if (content.overflowed ||
        !crypto_from_base64url(text_trim(content.bytes), key.bytes, sizeof(key.bytes), &length) ||
        length != sizeof(key.bytes))
        rc = refuse_key(path, error);
    else
        *ret = key;
    crypto_key_release(&key);
    sodium_memzero(content.bytes, content.length);
    return rc;
}

/* Whole under another name first: a crash leaves no empty key behind. */
enum error_code crypto_key_write(const char *path, const struct crypto_key *key,
                                 struct error *error)
{
    char line[CRYPTO_TOKEN_SIZE];

    sodium_bin2base64(line, sizeof(line), key->bytes, sizeof(key->bytes), VARIANT);
    line[CRYPTO_TOKEN_SIZE - 1] = '\n';
    enum error_code rc = files_write(path, line, sizeof(line), error);
    sodium_memzero(line, sizeof(line));
    return rc ? rc : files_sync_directory(path, error);
}

static enum error_code write_new_key(const char *path, struct error *error)
{
    struct crypto_key key;

    crypto_random(key.bytes, sizeof(key.bytes));
    enum error_code rc = crypto_key_write(path, &key, error);
    crypto_key_release(&key);
    return rc;
}

/* Never over one that is there. Some disks have no second names, and some no such renaming. */
static bool give_name(const char *new_path, const char *path)
{
    if (link(new_path, path) == 0 || errno == EEXIST ||
        renameat2(AT_FDCWD, new_path, AT_FDCWD, path, RENAME_NOREPLACE) == 0 || errno == EEXIST)
        return true;
    return access(path, F_OK) == 0 || rename(new_path, path) == 0;
}

/* One that is there stays. */
static enum error_code make_key_file(const char *path, struct error *error)
{
    AUTO_FREE char *new_path = memory_print("%s.first", path);
    struct error why = {0};

    if (access(path, F_OK) == 0)
        return ERROR_NONE;
    if (write_new_key(new_path, &why))
        return error_set(error, ERROR_STORE, "the key %s cannot be made: %s", path, why.message);
    bool is_made = give_name(new_path, path) && files_sync_directory(path, NULL) == ERROR_NONE;
    int reason = errno;
    unlink(new_path);
    return is_made ? ERROR_NONE
                   : error_set(error, ERROR_STORE, "the key %s cannot be made: %s", path,
                               strerror(reason));
}

enum error_code crypto_key_of_file(const char *path, struct crypto_key *ret, struct error *error)
{
    enum error_code rc = make_key_file(path, error);

    if (rc)
        return rc;
    rc = crypto_key_read(path, ret, error);
    return rc == ERROR_NOT_FOUND ? ERROR_STORE : rc; /* it went away in between */
}

const char *crypto_library_version(void)
{
    return sodium_version_string();
}

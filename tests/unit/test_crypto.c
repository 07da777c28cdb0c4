#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/poor_disk.h"
#include "support/temp_dir.h"

static void tokens_are_text_and_never_the_same(void **state)
{
    char a[CRYPTO_TOKEN_SIZE], b[CRYPTO_TOKEN_SIZE];

    (void)state;
    crypto_token(a);
    crypto_token(b);
    assert_int_equal(strlen(a), CRYPTO_TOKEN_SIZE - 1);
    assert_string_not_equal(a, b);
    assert_int_equal(strspn(a, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
                     strlen(a));
}

static void a_fingerprint_tells_contents_apart(void **state)
{
    char one[CRYPTO_FINGERPRINT_SIZE], same[CRYPTO_FINGERPRINT_SIZE], other[sizeof(one)];

    (void)state;
    crypto_fingerprint("abc", 3, one);
    crypto_fingerprint("abc", 3, same);
    assert_string_equal(one, same);
    assert_int_equal(strlen(one), CRYPTO_FINGERPRINT_SIZE - 1);
    crypto_fingerprint("abd", 3, other);
    assert_string_not_equal(one, other);
    crypto_fingerprint("", 0, other);
    assert_string_not_equal(one, other);
}

static void a_digest_is_sha_256(void **state)
{
    char digest[CRYPTO_DIGEST_SIZE];

    (void)state;
    crypto_digest("abc", 3, digest);
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    crypto_digest("", 0, digest);
    assert_string_equal(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* The second case of RFC 4231. */
static void an_hmac_is_that_of_the_rfc(void **state)
{
    static const uint8_t expected[32] = {0x5b, 0xdc, 0xc1, 0x46, 0xbf, 0x60, 0x75, 0x4e,
                                         0x6a, 0x04, 0x24, 0x26, 0x08, 0x95, 0x75, 0xc7,
                                         0x5a, 0x00, 0x3f, 0x08, 0x9d, 0x27, 0x39, 0x83,
                                         0x9d, 0xec, 0x58, 0xb9, 0x64, 0xec, 0x38, 0x43};
    static const char text[] = "what do ya want for nothing?";
    uint8_t hmac[32];

    (void)state;
    crypto_hmac("Jefe", 4, text, strlen(text), hmac);
    assert_memory_equal(hmac, expected, sizeof(hmac));
}

static void texts_are_compared_whole(void **state)
{
    (void)state;
    assert_true(crypto_equal("", ""));
    assert_true(crypto_equal("secret", "secret"));
    assert_false(crypto_equal("secret", "secrex"));
    assert_false(crypto_equal("secret", "secrets"));
    assert_false(crypto_equal("secret", ""));
}

static void a_password_fits_only_itself(void **state)
{
    char stored[CRYPTO_PASSWORD_SIZE], again[CRYPTO_PASSWORD_SIZE];

    (void)state;
    crypto_password_hash("correct horse", stored);
    crypto_password_hash("correct horse", again);
    assert_true(text_starts_with(stored, "$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_string_not_equal(stored, again);
    assert_true(crypto_password_fits("correct horse", stored));
    assert_false(crypto_password_fits("correct horsf", stored));
    assert_false(crypto_password_fits("", stored));
}

static void a_name_that_is_not_known_has_no_password(void **state)
{
    (void)state;
    assert_false(crypto_password_fits("correct horse", NULL));
    assert_false(crypto_password_fits("", NULL));
    assert_false(crypto_password_fits("correct horse", ""));
    assert_false(crypto_password_fits("correct horse", "$argon2id$v=19$m=1"));
}

static void *check_password(void *context)
{
    char stored[CRYPTO_PASSWORD_SIZE];

    crypto_password_hash("many at once", stored);
    *(bool *)context = crypto_password_fits("many at once", stored);
    return NULL;
}

static void many_threads_may_ask_at_once(void **state)
{
    pthread_t threads[3 * CRYPTO_PASSWORDS_AT_ONCE];
    bool fits[ARRAY_LENGTH(threads)] = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, check_password, &fits[i]), 0);
    for (size_t i = 0; i < ARRAY_LENGTH(threads); i++) {
        pthread_join(threads[i], NULL);
        assert_true(fits[i]);
    }
}

static const struct crypto_key one_key = {{1, 2, 3}};
static const struct crypto_key other_key = {{1, 2, 4}};

static void a_sealed_text_opens_with_its_key_and_name(void **state)
{
    static const char *const texts[] = {" ", "a key of Trakt", "ü\n\"\\"};
    struct secret opened = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(texts); i++) {
        AUTO_FREE char *sealed = crypto_seal(&one_key, "TRAKT_CLIENT_ID", texts[i]);
        AUTO_FREE char *again = crypto_seal(&one_key, "TRAKT_CLIENT_ID", texts[i]);
        assert_string_not_equal(sealed, again);
        assert_null(strstr(sealed, texts[i]));
        assert_int_equal(crypto_open(&one_key, "TRAKT_CLIENT_ID", sealed, &opened, NULL), 0);
        assert_string_equal(secret_reveal(&opened), texts[i]);
    }
    secret_release(&opened);
}

static void assert_does_not_open(const struct crypto_key *key, const char *name, const char *sealed)
{
    struct secret opened = {0};
    struct error error = {0};

    assert_int_equal(crypto_open(key, name, sealed, &opened, &error), ERROR_FORMAT);
    assert_non_null(strstr(error.message, name));
    assert_false(secret_is_set(&opened));
}

static void a_sealed_text_opens_in_no_other_way(void **state)
{
    AUTO_FREE char *sealed = crypto_seal(&one_key, "A", "hidden");

    (void)state;
    assert_does_not_open(&other_key, "A", sealed);
    assert_does_not_open(&one_key, "B", sealed);
    assert_does_not_open(&one_key, "A", "");
    assert_does_not_open(&one_key, "A", "no base64!");
    assert_does_not_open(&one_key, "A", "AAAA");
    for (size_t i = 0; sealed[i]; i++) {
        char kept = sealed[i];
        sealed[i] = kept == 'A' ? 'B' : 'A';
        assert_does_not_open(&one_key, "A", sealed);
        sealed[i] = kept;
    }
    sealed[strlen(sealed) - 4] = '\0';
    assert_does_not_open(&one_key, "A", sealed);
}

static void base64url_goes_both_ways(void **state)
{
    static const uint8_t bytes[] = {0xFB, 0xFF, 0x00, 0x01, 0xFE};
    AUTO_FREE char *text = crypto_base64url(bytes, sizeof(bytes));
    AUTO_FREE char *empty = crypto_base64url(NULL, 0);
    uint8_t back[sizeof(bytes)];
    size_t length = 0;

    (void)state;
    assert_string_equal(text, "-_8AAf4");
    assert_string_equal(empty, "");
    assert_true(crypto_from_base64url(text, back, sizeof(back), &length));
    assert_int_equal(length, sizeof(bytes));
    assert_memory_equal(back, bytes, sizeof(bytes));
    static const char *const bad[] = {"-_8AAf4=", "+/8AAf4", "-_8AAf5",
                                      "-_8AA f4", "A",       "-_8AAf4AAA"};
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++)
        assert_false(crypto_from_base64url(bad[i], back, sizeof(back), &length));
}

static void a_key_file_is_made_once_and_for_us_alone(void **state)
{
    struct temp_dir dir;
    struct crypto_key made, read;
    struct stat status;

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "key");
    mode_t mask = umask(0377);
    assert_int_equal(crypto_key_of_file(path, &made, NULL), ERROR_NONE);
    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(status.st_size, CRYPTO_TOKEN_SIZE);
    assert_int_equal(crypto_key_of_file(path, &read, NULL), ERROR_NONE);
    assert_memory_equal(made.bytes, read.bytes, sizeof(made.bytes));
    crypto_key_release(&made);
    assert_memory_equal(made.bytes, (struct crypto_key){0}.bytes, sizeof(made.bytes));
    temp_dir_close(&dir);
}

static bool make_key_twice(void *context)
{
    struct crypto_key made, read;
    struct error error = {0};
    bool is_made = crypto_key_of_file(context, &made, &error) == ERROR_NONE &&
                   crypto_key_of_file(context, &read, &error) == ERROR_NONE &&
                   memcmp(made.bytes, read.bytes, sizeof(made.bytes)) == 0;

    if (*error.message)
        fprintf(stderr, "%s\n", error.message);
    return is_made;
}

static void a_key_file_is_made_on_any_disk(void **state)
{
    struct temp_dir dir;

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "key");
    AUTO_FREE char *first = temp_dir_file(&dir, "key.first");
    assert_true(poor_disk_run(make_key_twice, path));
    assert_int_equal(access(path, F_OK), 0);
    assert_int_not_equal(access(first, F_OK), 0);
    temp_dir_close(&dir);
}

static void write_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(content, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void what_is_no_key_is_left_as_it_is(void **state)
{
    static const char *const contents[] = {"", "\n", "short\n",
                                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
                                           "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!\n"};
    struct temp_dir dir;

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "key");
    for (size_t i = 0; i < ARRAY_LENGTH(contents); i++) {
        struct crypto_key key;
        struct error error = {0};
        struct stat status;
        write_file(path, contents[i]);
        assert_int_equal(crypto_key_of_file(path, &key, &error), ERROR_FORMAT);
        assert_non_null(strstr(error.message, "is no key"));
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_size, strlen(contents[i]));
    }
    temp_dir_close(&dir);
}

static void a_key_that_is_far_too_long_is_none(void **state)
{
    struct temp_dir dir;
    struct crypto_key key;
    char content[2000];

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "key");
    memset(content, 'A', sizeof(content));
    content[sizeof(content) - 1] = '\0';
    write_file(path, content);
    assert_int_equal(crypto_key_of_file(path, &key, NULL), ERROR_FORMAT);
    temp_dir_close(&dir);
}

static void a_pipe_is_no_key_and_is_not_waited_for(void **state)
{
    struct temp_dir dir;
    struct crypto_key key;

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "key");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(crypto_key_of_file(path, &key, NULL), ERROR_FORMAT);
    assert_int_equal(unlink(path), 0);
    temp_dir_close(&dir);
}

static void a_key_that_cannot_be_made_is_an_error(void **state)
{
    struct temp_dir dir;
    struct crypto_key key;
    struct error error = {0};

    (void)state;
    temp_dir_open(&dir);
    AUTO_FREE char *path = temp_dir_file(&dir, "missing/key");
    assert_int_equal(crypto_key_of_file(path, &key, &error), ERROR_STORE);
    assert_non_null(strstr(error.message, "missing/key cannot be made"));
    temp_dir_close(&dir);
}

static int begin(void **state)
{
    (void)state;
    crypto_begin();
    crypto_begin();
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens_are_text_and_never_the_same),
        cmocka_unit_test(a_fingerprint_tells_contents_apart),
        cmocka_unit_test(a_digest_is_sha_256),
        cmocka_unit_test(an_hmac_is_that_of_the_rfc),
        cmocka_unit_test(texts_are_compared_whole),
        cmocka_unit_test(a_password_fits_only_itself),
        cmocka_unit_test(a_name_that_is_not_known_has_no_password),
        cmocka_unit_test(many_threads_may_ask_at_once),
        cmocka_unit_test(a_sealed_text_opens_with_its_key_and_name),
        cmocka_unit_test(a_sealed_text_opens_in_no_other_way),
        cmocka_unit_test(base64url_goes_both_ways),
        cmocka_unit_test(a_key_file_is_made_once_and_for_us_alone),
        cmocka_unit_test(a_key_file_is_made_on_any_disk),
        cmocka_unit_test(what_is_no_key_is_left_as_it_is),
        cmocka_unit_test(a_key_that_is_far_too_long_is_none),
        cmocka_unit_test(a_pipe_is_no_key_and_is_not_waited_for),
        cmocka_unit_test(a_key_that_cannot_be_made_is_an_error),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}

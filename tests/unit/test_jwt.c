/* Bearer tokens: ours are taken, and each way of forging one is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/jwt.h"

enum { NOW = 1795000000, AN_HOUR = 3600 };

static struct jwt_key test_keys[] = {
    {.id = 7, .secret = {{1, 2, 3}}},
    {.id = 3, .secret = {{4, 5, 6}}},
};
static const struct jwt_keys all_keys = {test_keys, 2};

static const struct jwt_claims usual = {
    .account = 12,
    .scope = "sync",
    .audience = "listsync",
    .issued_at = NOW,
    .not_before = NOW,
    .expires_at = NOW + AN_HOUR,
};

static enum error_code verify_at(const char *token, int64_t now)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct error error = {0};
    struct jwt_claims claims;
    enum error_code rc = jwt_verify(&all_keys, token, now, arena, &claims, &error);

    assert_true(!rc || *error.message);
    return rc;
}

/* Signed as it should be, whatever it says. */
static char *forge(const char *head, const char *body)
{
    AUTO_FREE char *first = crypto_base64url(head, strlen(head));
    AUTO_FREE char *second = crypto_base64url(body, strlen(body));
    AUTO_FREE char *text = memory_print("%s.%s", first, second);
    uint8_t tag[32];

    crypto_hmac(test_keys[0].secret.bytes, CRYPTO_KEY_SIZE, text, strlen(text), tag);
    AUTO_FREE char *signature = crypto_base64url(tag, sizeof(tag));
    return memory_print("%s.%s", text, signature);
}

#define GOOD_HEAD "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"7\"}"
#define GOOD_BODY                                                                                  \
    "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","                \
    "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}"

static void test_a_token_of_ours_says_what_was_signed(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct jwt_claims claims;

    for (size_t i = 0; i < ARRAY_LENGTH(test_keys); i++) {
        AUTO_FREE char *token = jwt_sign(&test_keys[i], &usual);
        assert_true(jwt_looks_like_one(token));
        assert_int_equal(jwt_verify(&all_keys, token, NOW, arena, &claims, NULL), ERROR_NONE);
        assert_int_equal(claims.account, 12);
        assert_string_equal(claims.scope, "sync");
        assert_string_equal(claims.audience, "listsync");
        assert_int_equal(claims.expires_at, NOW + AN_HOUR);
    }
}

static void test_a_token_lives_in_its_time_with_a_minute_of_leeway(void **state)
{
    (void)state;
    AUTO_FREE char *token = jwt_sign(&test_keys[0], &usual);

    assert_int_equal(verify_at(token, NOW - 60), ERROR_NONE);
    assert_int_equal(verify_at(token, NOW - 61), ERROR_REFUSED);
    assert_int_equal(verify_at(token, NOW + AN_HOUR + 59), ERROR_NONE);
    assert_int_equal(verify_at(token, NOW + AN_HOUR + 60), ERROR_REFUSED);
}

static const struct {
    const char *head, *body;
    enum error_code verdict;
} forged[] = {
    {GOOD_HEAD, GOOD_BODY, ERROR_NONE},
    {"{\"alg\":\"HS256\",\"kid\":\"7\"}", GOOD_BODY, ERROR_NONE},
    {"{\"alg\":\"none\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"None\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"hs256\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS512\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"RS256\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":[\"HS256\"],\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"3\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"8\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":7}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"../7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"99999999999999999999\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"7\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"7\"}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"7\",\"crit\":[\"b64\"]}", GOOD_BODY, ERROR_FORMAT},
    {"{\"alg\":\"HS256\",\"kid\":\"7\",\"typ\":\"JWE\"}", GOOD_BODY, ERROR_FORMAT},
    {"[]", GOOD_BODY, ERROR_FORMAT},
    {"\"HS256\"", GOOD_BODY, ERROR_FORMAT},
    {"", GOOD_BODY, ERROR_FORMAT},
    {GOOD_HEAD, "", ERROR_FORMAT},
    {GOOD_HEAD, "[]", ERROR_FORMAT},
    {GOOD_HEAD, "{}", ERROR_FORMAT},
    {GOOD_HEAD, "{\"iss\":\"listsync\"", ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"other\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":[\"listsync\"],\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":12,\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"-1\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"sub\":\"1\","
     "\"scope\":\"sync\",\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":\"1795003600\"}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":9223372036854775807}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":-9000000000000000000,\"nbf\":0,\"exp\":1795003600}",
     ERROR_FORMAT},
    {GOOD_HEAD,
     "{\"iss\":\"listsync\",\"aud\":\"listsync\",\"sub\":\"12\",\"scope\":\"sync\","
     "\"iat\":1795000000,\"nbf\":1795000000,\"exp\":1799000000}",
     ERROR_REFUSED},
};

static void test_what_is_forged_with_the_right_key_must_still_be_of_our_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(forged); i++) {
        AUTO_FREE char *token = forge(forged[i].head, forged[i].body);
        enum error_code verdict = verify_at(token, NOW + 1);
        if (verdict != forged[i].verdict)
            fail_msg("case %zu: %s . %s: %d", i, forged[i].head, forged[i].body, verdict);
    }
}

static void test_the_signature_is_needed_whole(void **state)
{
    (void)state;
    AUTO_FREE char *token = jwt_sign(&test_keys[0], &usual);
    size_t length = strlen(token);

    for (size_t i = 0; i < length; i++) {
        AUTO_FREE char *cut = memory_text_n(token, i);
        assert_int_equal(verify_at(cut, NOW), ERROR_FORMAT);
        AUTO_FREE char *changed = memory_text(token);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_int_equal(verify_at(changed, NOW), ERROR_FORMAT);
    }
    AUTO_FREE char *longer = memory_print("%sA", token);
    assert_int_equal(verify_at(longer, NOW), ERROR_FORMAT);
    AUTO_FREE char *padded = memory_print("%s=", token);
    assert_int_equal(verify_at(padded, NOW), ERROR_FORMAT);
}

static void test_the_head_of_one_and_the_signature_of_another_do_not_fit(void **state)
{
    (void)state;
    AUTO_FREE char *none = crypto_base64url("{\"alg\":\"none\"}", 14);
    AUTO_FREE char *token = jwt_sign(&test_keys[0], &usual);
    AUTO_FREE char *unsigned_token = memory_print(
        "%s.%.*s.", none, (int)strcspn(strchr(token, '.') + 1, "."), strchr(token, '.') + 1);
    AUTO_FREE char *other = jwt_sign(&test_keys[1], &usual);
    AUTO_FREE char *mixed =
        memory_print("%.*s%s", (int)(strrchr(token, '.') - token), token, strrchr(other, '.'));

    assert_int_equal(verify_at(unsigned_token, NOW), ERROR_FORMAT);
    assert_int_equal(verify_at(mixed, NOW), ERROR_FORMAT);
}

static void test_what_is_no_token_is_refused_at_once(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "eyJ.eyJ.",
        "!!!.!!!.!!!",
        "eyJhbGciOiJIUzI1NiJ9..",
        "eyJhbGciOiJIUzI1NiJ9.e30.AAAA.AAAA",
        "Bearer x",
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_int_equal(verify_at(cases[i], NOW), ERROR_FORMAT);
    assert_false(jwt_looks_like_one("lsk_abc"));
    assert_false(jwt_looks_like_one("eyJhbGciOiJIUzI1NiJ9"));
}

static void test_a_huge_token_is_not_even_read(void **state)
{
    (void)state;
    AUTO_FREE char *huge = memory_new(1 << 20);

    memset(huge, 'A', (1 << 20) - 1);
    huge[10] = huge[1000] = '.';
    assert_int_equal(verify_at(huge, NOW), ERROR_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_token_of_ours_says_what_was_signed),
        cmocka_unit_test(test_a_token_lives_in_its_time_with_a_minute_of_leeway),
        cmocka_unit_test(test_what_is_forged_with_the_right_key_must_still_be_of_our_kind),
        cmocka_unit_test(test_the_signature_is_needed_whole),
        cmocka_unit_test(test_the_head_of_one_and_the_signature_of_another_do_not_fit),
        cmocka_unit_test(test_what_is_no_token_is_refused_at_once),
        cmocka_unit_test(test_a_huge_token_is_not_even_read),
    };

    crypto_begin();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

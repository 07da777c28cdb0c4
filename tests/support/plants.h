/*
 * plants.h: secrets that a test plants, and the search for them: raw, percent-encoded, in base64
 * and in hexadecimal, whole and in pieces.
 *
 *     const char *key = plants_add(&plants, "the API key", PLANT_SECRET);
 *     ... put it somewhere, make the text ...
 *     plants_assert_absent(&plants, text);
 *
 * Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_PLANTS_H
#define TESTS_SUPPORT_PLANTS_H

#include <stdbool.h>
#include <stddef.h>

enum { PLANTS_MOST = 300 };

enum plant_kind {
    PLANT_SECRET, /* in no form and not in part */
    PLANT_WORD,   /* likewise, made of characters that addresses and tokens are made of */
    PLANT_NAME,   /* nobody's business: not as it is, nor percent-encoded */
};

struct plant {
    char *where;
    char *value;
    enum plant_kind kind;
};

struct plants {
    struct plant items[PLANTS_MOST];
    size_t count;
};

/* A random value of its own, remembered until plants_release. */
const char *plants_add(struct plants *plants, const char *where, enum plant_kind kind);
void plants_release(struct plants *plants);

/* Which form of the value is in the text; NULL: none. */
const char *plants_find(const struct plant *plant, const char *text);
/* Fails the test with each that is there. */
void plants_assert_absent(const struct plants *plants, const char *text);

/* Forms, fresh texts. */
char *plants_percent(const char *value, bool upper, bool all);
char *plants_hex(const char *value, bool upper);
char *plants_base64(const char *value, bool for_urls);

#endif

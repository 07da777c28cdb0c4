#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/memory.h"
#include "support/plants.h"

enum { PIECE = 12 };

const char *plants_add(struct plants *plants, const char *where, enum plant_kind kind)
{
    char token[CRYPTO_TOKEN_SIZE];
    struct plant *plant = &plants->items[plants->count++];

    assert_in_range(plants->count, 1, PLANTS_MOST);
    crypto_begin();
    crypto_token(token);
    /* Without what ends a word: a name is found as one. */
    for (char *at = token; kind == PLANT_NAME && *at; at++)
        if (*at == '-' || *at == '_')
            *at = 'x';
    *plant = (struct plant){.where = memory_text(where), .kind = kind};
    plant->value = kind == PLANT_SECRET ? memory_print("%.20s /+&%%\"?=%.12s", token, token + 20)
                   : kind == PLANT_WORD ? memory_print("w7%.40s", token)
                                        : memory_print("name%.9s", token);
    return plant->value;
}

void plants_release(struct plants *plants)
{
    for (size_t i = 0; i < plants->count; i++) {
        free(plants->items[i].where);
        free(plants->items[i].value);
    }
    plants->count = 0;
}

static bool is_plain(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || strchr("-._~", character);
}

char *plants_percent(const char *value, bool upper, bool all)
{
    char *text = memory_new(3 * strlen(value) + 1), *end = text;

    for (; *value; value++)
        if (is_plain(*value) && !all)
            *end++ = *value;
        else
            end += sprintf(end, upper ? "%%%02X" : "%%%02x", (unsigned char)*value);
    return text;
}

char *plants_hex(const char *value, bool upper)
{
    char *text = memory_new(2 * strlen(value) + 1), *end = text;

    for (; *value; value++)
        end += sprintf(end, upper ? "%02X" : "%02x", (unsigned char)*value);
    return text;
}

char *plants_base64(const char *value, bool for_urls)
{
    char *text = crypto_base64url(value, strlen(value));

    for (char *at = text; !for_urls && *at; at++)
        *at = (char)(*at == '-' ? '+' : *at == '_' ? '/' : *at);
    return text;
}

/* What is left of it in the middle of something longer, whatever stands around. */
static bool has_base64(const char *text, const char *value, size_t before, bool for_urls)
{
    static const size_t first[] = {0, 2, 3};
    AUTO_FREE char *longer = memory_print("%.*s%s", (int)before, "xx", value);
    AUTO_FREE char *form = plants_base64(longer, for_urls);

    form[strlen(longer) * 8 / 6] = '\0';
    return strstr(text, form + first[before]) != NULL;
}

static bool has_any_base64(const char *text, const char *value)
{
    for (size_t before = 0; before < 3; before++)
        if (has_base64(text, value, before, true) || has_base64(text, value, before, false))
            return true;
    return false;
}

static bool has_percent(const char *text, const char *value)
{
    for (int form = 0; form < 4; form++) {
        AUTO_FREE char *encoded = plants_percent(value, form & 1, form & 2);
        if (strstr(text, encoded))
            return true;
    }
    return false;
}

static bool has_hex(const char *text, const char *value)
{
    AUTO_FREE char *lower = plants_hex(value, false);
    AUTO_FREE char *upper = plants_hex(value, true);

    return strstr(text, lower) || strstr(text, upper);
}

static bool has_piece(const char *text, const char *value)
{
    for (size_t at = 0; at + PIECE <= strlen(value); at++) {
        AUTO_FREE char *piece = memory_text_n(value + at, PIECE);
        if (strstr(text, piece))
            return true;
    }
    return false;
}

const char *plants_find(const struct plant *plant, const char *text)
{
    if (strstr(text, plant->value))
        return "as it is";
    if (has_percent(text, plant->value))
        return "percent-encoded";
    if (plant->kind == PLANT_NAME)
        return NULL;
    if (has_hex(text, plant->value))
        return "in hexadecimal";
    if (has_any_base64(text, plant->value))
        return "in base64";
    return has_piece(text, plant->value) ? "in part" : NULL;
}

void plants_assert_absent(const struct plants *plants, const char *text)
{
    size_t found = 0;

    for (size_t i = 0; i < plants->count; i++) {
        const char *form = plants_find(&plants->items[i], text);
        const char *at = strstr(text, plants->items[i].value);
        if (form)
            print_error("%s is there %s: %s, behind \"%.60s\"\n", plants->items[i].where, form,
                        plants->items[i].value, at && at - text > 60 ? at - 60 : "");
        found += form != NULL;
    }
    assert_int_equal(found, 0);
}

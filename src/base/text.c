#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"

bool text_starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_starts_with_ignoring_case(const char *text, const char *prefix)
{
    return strncasecmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
    size_t length = strlen(text);
    size_t end = strlen(suffix);

    return length >= end && strcmp(text + length - end, suffix) == 0;
}

bool text_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool text_equal_ignoring_case(const char *a, const char *b)
{
    return a && b ? strcasecmp(a, b) == 0 : a == b;
}

bool text_is_empty(const char *text)
{
    return !text || !*text;
}

bool text_is_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

bool text_to_integer(const char *text, int64_t low, int64_t high, int64_t *ret)
{
    char *end = NULL;

    if (!text || !(isdigit((unsigned char)*text) || *text == '-'))
        return false;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < low || number > high)
        return false;
    *ret = number;
    return true;
}

char *text_trim(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

void text_cut_at(char *text, const char *set)
{
    text[strcspn(text, set)] = '\0';
}

enum { DISTANCE_MAX = 64 };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t text_distance(const char *a, const char *b)
{
    size_t rows[3][DISTANCE_MAX + 1];
    size_t a_length = smaller(strlen(a), DISTANCE_MAX);
    size_t b_length = smaller(strlen(b), DISTANCE_MAX);

    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        const size_t *two_above = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t cost = a[i - 1] != b[j - 1];
            row[j] = smaller(smaller(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], two_above[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0) == 0x80;
}

void text_copy(char *target, size_t size, const char *source)
{
    size_t length = strlen(source);

    if (length >= size) {
        length = size - 1;
        while (length && is_continuation(source[length]))
            length--;
    }
    memcpy(target, source, length);
    target[length] = '\0';
}

/* Length of the valid UTF-8 sequence at `bytes`, 0 when there is none. */
static size_t sequence_length(const unsigned char *bytes, size_t left)
{
    static const struct {
        unsigned char mask, lead;
        size_t length;
    } forms[] = {{0xE0, 0xC0, 2}, {0xF0, 0xE0, 3}, {0xF8, 0xF0, 4}};

    if (bytes[0] < 0x80)
        return bytes[0] ? 1 : 0;
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++) {
        if ((bytes[0] & forms[i].mask) != forms[i].lead)
            continue;
        if (left < forms[i].length || bytes[0] < 0xC2 || bytes[0] > 0xF4)
            return 0;
        for (size_t k = 1; k < forms[i].length; k++)
            if ((bytes[k] & 0xC0) != 0x80)
                return 0;
        if ((bytes[0] == 0xE0 && bytes[1] < 0xA0) || (bytes[0] == 0xED && bytes[1] > 0x9F) ||
            (bytes[0] == 0xF0 && bytes[1] < 0x90) || (bytes[0] == 0xF4 && bytes[1] > 0x8F))
            return 0;
        return forms[i].length;
    }
    return 0;
}

/* Bytes from 1 to 127 at the start, eight at a time: most text is nothing else. */
static size_t plain_length(const char *bytes, size_t length)
{
    static const uint64_t ones = 0x0101010101010101;
    uint64_t eight;
    size_t at = 0;

    for (; at + sizeof(eight) <= length; at += sizeof(eight)) {
        memcpy(&eight, bytes + at, sizeof(eight));
        if (((eight - ones) | eight) & (ones << 7))
            break;
    }
    return at;
}

static size_t bad_bytes(const char *bytes, size_t length)
{
    size_t bad = 0;

    for (size_t at = plain_length(bytes, length); at < length;) {
        size_t step = sequence_length((const unsigned char *)bytes + at, length - at);
        bad += step == 0;
        at += step ? step : 1;
        at += plain_length(bytes + at, length - at);
    }
    return bad;
}

static bool has_byte_order_mark(const char *bytes, size_t length)
{
    return length >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
}

char *text_after_mark(char *text)
{
    return text + (has_byte_order_mark(text, strlen(text)) ? strlen("\xef\xbb\xbf") : 0);
}

bool text_is_valid_utf8(const char *bytes, size_t length)
{
    return !has_byte_order_mark(bytes, length) && bad_bytes(bytes, length) == 0;
}

char *text_valid_utf8(const char *bytes, size_t length, size_t *ret_length)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    char *valid = memory_new(length + 2 * bad_bytes(bytes, length) + 1);
    size_t written = 0;
    size_t at = has_byte_order_mark(bytes, length) ? 3 : 0;

    while (at < length) {
        size_t step = sequence_length((const unsigned char *)bytes + at, length - at);
        memcpy(valid + written, step ? bytes + at : replacement, step ? step : 3);
        written += step ? step : 3;
        at += step ? step : 1;
    }
    if (ret_length)
        *ret_length = written;
    return valid;
}

struct code_range {
    uint32_t first;
    uint32_t last;
};

/* Characters that terminals show two columns wide, roughly: East Asian ones and pictures. */
static const struct code_range wide_characters[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

/* Characters that are drawn onto the one before them. */
static const struct code_range combining_characters[] = {
    {0x0300, 0x036F}, {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F},
};

static bool is_in(const struct code_range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* The character at `text`; moves on to the next. Bad bytes are characters of their own. */
static uint32_t take_character(const char **text)
{
    static const unsigned char lead_bits[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
    size_t length = sequence_length((const unsigned char *)*text, strnlen(*text, 4));
    uint32_t code = (unsigned char)*(*text)++ & lead_bits[length];

    for (size_t i = 1; i < length; i++)
        code = code << 6 | ((unsigned char)*(*text)++ & 0x3F);
    return code;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

static bool turns_direction(uint32_t code)
{
    return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void text_tame(char *text)
{
    const char *at = text;

    while (*at) {
        const char *start = at;
        bool is_byte = (unsigned char)*at >= 0x80 &&
                       !sequence_length((const unsigned char *)at, strnlen(at, 4));
        uint32_t code = take_character(&at);
        if (turns_direction(code))
            continue;
        if (is_control(code) || is_byte) {
            *text++ = is_byte ? '?' : ' ';
            continue;
        }
        memmove(text, start, (size_t)(at - start));
        text += at - start;
    }
    *text = '\0';
}

static size_t columns_of(uint32_t code)
{
    if (is_in(combining_characters, ARRAY_LENGTH(combining_characters), code))
        return 0;
    return is_in(wide_characters, ARRAY_LENGTH(wide_characters), code) ? 2 : 1;
}

size_t text_columns(const char *text)
{
    size_t columns = 0;

    while (*text)
        columns += columns_of(take_character(&text));
    return columns;
}

size_t text_fitting(const char *text, size_t columns)
{
    const char *at = text;

    while (*at) {
        const char *next = at;
        size_t width = columns_of(take_character(&next));
        if (width > columns)
            break;
        columns -= width;
        at = next;
    }
    return (size_t)(at - text);
}

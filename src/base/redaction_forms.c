#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/redaction_parts.h"

/* Of base64 fewer characters would be found by chance. */
enum { BASE64_LEAST = 6 };

static void add_hex(struct redaction *redaction, const char *bytes, size_t length,
                    const char *digits)
{
    AUTO_FREE char *text = memory_new(2 * length + 1);

    for (size_t i = 0; i < length; i++) {
        text[2 * i] = digits[(unsigned char)bytes[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)bytes[i] & 15];
    }
    redaction_add(redaction, text, 2 * length);
    explicit_bzero(text, 2 * length);
}

/*
 * As it stands inside of a longer text that was encoded, behind `before` bytes (of three): without
 * the characters at both ends that depend on the neighbours.
 */
static void add_base64(struct redaction *redaction, const char *bytes, size_t length, size_t before,
                       const char *last_two)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    size_t from = (before * 8 + 5) / 6, until = (before + length) * 8 / 6;
    AUTO_FREE char *text = memory_new(until + 1);
    size_t written = 0;

    for (size_t place = from; place < until; place++) {
        size_t bit = place * 6 - before * 8;
        unsigned two = (unsigned)(unsigned char)bytes[bit / 8] << 8;
        if (bit / 8 + 1 < length)
            two |= (unsigned char)bytes[bit / 8 + 1];
        unsigned value = two >> (10 - bit % 8) & 63;
        text[written++] = value < 62 ? letters[value] : last_two[value - 62];
    }
    if (written >= BASE64_LEAST)
        redaction_add(redaction, text, written);
    explicit_bzero(text, written);
}

void redaction_add_forms(struct redaction *redaction, const char *bytes, size_t length)
{
    add_hex(redaction, bytes, length, "0123456789abcdef");
    add_hex(redaction, bytes, length, "0123456789ABCDEF");
    for (size_t before = 0; before < 3; before++) {
        add_base64(redaction, bytes, length, before, "+/");
        add_base64(redaction, bytes, length, before, "-_");
    }
}

static int hex_digit(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

static bool read_hex(const char *text, unsigned char *ret)
{
    int high = hex_digit(text[0]), low = hex_digit(text[1]);

    if (high < 0 || low < 0)
        return false;
    *ret = (unsigned char)(high << 4 | low);
    return true;
}

/* \" \\ \/ and \u00XX; of what JSON has besides, control characters are written as blanks here. */
static size_t read_escape(const char *text, size_t length, unsigned char *ret)
{
    if (length >= 6 && text[1] == 'u' && text[2] == '0' && text[3] == '0' &&
        read_hex(text + 4, ret))
        return 6;
    if (length < 2 || !strchr("\"\\/", text[1]))
        return 0;
    *ret = (unsigned char)text[1];
    return 2;
}

size_t redaction_read(const char *text, size_t length, unsigned char *ret)
{
    size_t width = 0;

    if (*text == '%' && length >= 3 && read_hex(text + 1, ret))
        return 3;
    if (*text == '\\' && (width = read_escape(text, length, ret)) > 0)
        return width;
    *ret = (unsigned char)*text;
    return 1;
}

/* Line breaks are blanks in the log, and a blank is a plus in forms. */
static bool is_same(unsigned char wanted, unsigned char found)
{
    return wanted == found || (wanted < ' ' && found == ' ') || (wanted == ' ' && found == '+');
}

static size_t enough_of(const struct redaction_mark *mark)
{
    return !mark->is_word && mark->length > REDACTION_CUT ? REDACTION_CUT : mark->length;
}

/* A percent sign or backslash that is meant as it stands is no way of writing another. */
static size_t match_raw(const struct redaction_mark *mark, const char *text, size_t length)
{
    return length >= mark->length && memcmp(text, mark->bytes, mark->length) == 0 ? mark->length
                                                                                  : 0;
}

size_t redaction_match(const struct redaction_mark *mark, const char *text, size_t length)
{
    size_t at = match_raw(mark, text, length), same = 0;

    if (at)
        return at;
    while (same < mark->length && at < length) {
        unsigned char found;
        size_t width = redaction_read(text + at, length - at, &found);
        if (!is_same((unsigned char)mark->bytes[same], found))
            break;
        at += width;
        same++;
    }
    return same >= enough_of(mark) ? at : 0;
}

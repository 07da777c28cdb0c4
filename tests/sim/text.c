#include "text.h"

#include "memory.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* U+00C0 .. U+00FF without their accents; a blank is punctuation. */
static const char *const latin_base[64] = {
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
    "d", "n", "o", "o", "o", "o", "o",  " ", "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i",  "i",
    "d", "n", "o", "o", "o", "o", "o",  " ", "o", "u", "u", "u", "u", "y", "th", "y",
};

static int hex_digit(char letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    int lower = tolower((unsigned char)letter);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

void text_decode_percent(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        int high = *in == '%' ? hex_digit(in[1]) : -1;
        int low = high >= 0 ? hex_digit(in[2]) : -1;
        if (low < 0) {
            *out++ = *in;
            continue;
        }
        *out++ = (char)(high * 16 + low);
        in += 2;
    }
    *out = '\0';
}

/* The folded form of the character at `in`, and in `used` how many bytes it took. */
static const char *fold_one(const char *in, size_t *used, char single[2])
{
    unsigned char first = (unsigned char)in[0];
    *used = 1;
    if (first == 0xC3 && (unsigned char)in[1] >= 0x80) {
        *used = 2;
        return latin_base[((unsigned char)in[1] - 0x80) & 63];
    }
    if (first == 0xE2 && strncmp(in, "\xE2\x80\x99", 3) == 0) {
        *used = 3;
        return "";
    }
    if (first == '\'')
        return "";
    single[0] = first >= 0x80 ? in[0] : (char)(isalnum(first) ? tolower(first) : ' ');
    single[1] = '\0';
    return single;
}

char *text_fold(const char *text)
{
    char *folded = malloc(strlen(text) * 2 + 1);
    if (folded == NULL)
        abort();
    size_t length = 0;
    size_t used;
    for (const char *in = text; *in != '\0'; in += used) {
        char single[2];
        for (const char *piece = fold_one(in, &used, single); *piece != '\0'; piece++) {
            if (*piece == ' ' && (length == 0 || folded[length - 1] == ' '))
                continue;
            folded[length++] = *piece;
        }
    }
    if (length > 0 && folded[length - 1] == ' ')
        length--;
    folded[length] = '\0';
    return folded;
}

char *text_slug(const char *text)
{
    char *slug = text_fold(text);
    char *out = slug;
    for (const char *in = slug; *in != '\0'; in++) {
        bool plain = *in != ' ' && (unsigned char)*in < 0x80;
        if (plain)
            *out++ = *in;
        else if (out > slug && out[-1] != '-')
            *out++ = '-';
    }
    if (out > slug && out[-1] == '-')
        out--;
    *out = '\0';
    return slug;
}

void text_write_html(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#039;", out);
            break;
        default:
            fputc(*text, out);
        }
    }
}

void text_write_now(char out[25])
{
    time_t now = time(NULL);
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(out, 25, "%Y-%m-%dT%H:%M:%S.000Z", &parts);
}

#include "notify/mime.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* It cannot stand in a part: quoted-printable writes "=_" as "=3D_". */
#define BOUNDARY "=_listsync_part_="

enum { LINE_MOST = 72, WORD_BYTES = 39, FOLD_AT = 76 };

static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || (unsigned char)*text > '~')
            return false;
    return true;
}

static void put_base64(struct buffer *out, const char *bytes, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)(unsigned char)bytes[i] << 16;
        if (left > 1)
            group |= (uint32_t)(unsigned char)bytes[i + 1] << 8;
        if (left > 2)
            group |= (unsigned char)bytes[i + 2];
        buffer_byte(out, digits[group >> 18]);
        buffer_byte(out, digits[group >> 12 & 63]);
        buffer_byte(out, left > 1 ? digits[group >> 6 & 63] : '=');
        buffer_byte(out, left > 2 ? digits[group & 63] : '=');
    }
}

/* At most WORD_BYTES of whole characters. */
static size_t word_length(const char *text)
{
    size_t length = strlen(text);

    if (length <= WORD_BYTES)
        return length;
    length = WORD_BYTES;
    while (length > 1 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

/* Folded at blanks; false, and nothing is written, when a word is too long for a line. */
static bool put_folded(struct buffer *out, size_t column, const char *text)
{
    for (const char *at = text; *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") > FOLD_AT - 20)
            return false;
    for (const char *at = text; *at; at += *at == ' ') {
        size_t length = strcspn(at, " ");
        bool folds = length && column + 1 + length > FOLD_AT && at > text;
        buffer_print(out, "%s %.*s", folds ? "\r\n" : "", (int)length, at);
        column = (folds ? 0 : column) + 1 + length;
        at += length;
    }
    buffer_text(out, "\r\n");
    return true;
}

void mime_header(struct buffer *out, const char *name, const char *text)
{
    AUTO_FREE char *copy = memory_text(text);
    const char *at = copy;

    text_tame(copy);
    buffer_print(out, "%s:", name);
    if (is_ascii(copy) && !strstr(copy, "=?") && put_folded(out, strlen(name) + 1, copy))
        return;
    while (*at) {
        size_t length = word_length(at);
        buffer_text(out, " =?UTF-8?B?");
        put_base64(out, at, length);
        at += length;
        buffer_text(out, *at ? "?=\r\n" : "?=");
    }
    buffer_text(out, "\r\n");
}

void mime_addresses(struct buffer *out, const char *name, const char *list)
{
    AUTO_FREE char *copy = memory_text(list);
    char *rest = copy;
    char *part = NULL;
    bool is_first = true;

    buffer_print(out, "%s:", name);
    while ((part = strsep(&rest, ","))) {
        const char *address = text_trim(part);
        if (!*address)
            continue;
        buffer_print(out, "%s %s", is_first ? "" : ",\r\n", address);
        is_first = false;
    }
    buffer_text(out, "\r\n");
}

void mime_begin(struct buffer *out)
{
    buffer_text(out, "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n");
}

/* Quoted-printable, with lines of LINE_MOST at most. */
static void put_quoted(struct buffer *out, const char *text)
{
    size_t column = 0;

    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool ends_line = text[1] == '\n' || !text[1];
        if (byte == '\n') {
            buffer_text(out, "\r\n");
            column = 0;
            continue;
        }
        if (column >= LINE_MOST) {
            buffer_text(out, "=\r\n");
            column = 0;
        }
        bool is_plain = byte > ' ' && byte <= '~' && byte != '=';
        is_plain |= byte == ' ' && !ends_line;
        if (is_plain)
            buffer_byte(out, (char)byte);
        else
            buffer_print(out, "=%02X", byte);
        column += is_plain ? 1 : 3;
    }
    buffer_text(out, "\r\n");
}

void mime_part(struct buffer *out, const char *type, const char *text)
{
    buffer_print(out,
                 "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                 type);
    put_quoted(out, text);
}

void mime_end(struct buffer *out)
{
    buffer_text(out, "--" BOUNDARY "--\r\n");
}

#include "web/compression.h"

#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* Levels for answers made on the fly: most of the gain for a little of the time. */
enum { GZIP_LEVEL = 5, BROTLI_LEVEL = 4, BROTLI_WINDOW = 18, GZIP_FORMAT = 16, CHUNK = 16384 };

static const char *const words[COMPRESSION_COUNT] = {
    [COMPRESSION_NONE] = NULL,
    [COMPRESSION_GZIP] = "gzip",
    [COMPRESSION_BROTLI] = "br",
};

const char *compression_word(enum compression compression)
{
    return words[compression];
}

/* "q=0.5" in thousandths; what cannot be read counts as 0: not wanted. */
static int read_weight(const char *text, size_t length)
{
    int weight = 0, unit = 100;

    if (length == 0 || (text[0] != '0' && text[0] != '1'))
        return 0;
    weight = text[0] == '1' ? 1000 : 0;
    for (size_t i = 2; i < length && text[1] == '.' && unit > 0; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9')
            break;
        weight += (text[i] - '0') * unit;
    }
    return weight > 1000 ? 1000 : weight;
}

/* The weight in "gzip;q=0.5" behind the name; 1000 when there is none. */
static int part_weight(const char *parameters, size_t length)
{
    for (size_t i = 0; i + 1 < length; i++)
        if ((parameters[i] == 'q' || parameters[i] == 'Q') && parameters[i + 1] == '=')
            return read_weight(parameters + i + 2, length - i - 2);
    return 1000;
}

struct weights {
    int of[ARRAY_LENGTH(words)];
    int rest; /* of "*" */
};

static bool names(const char *part, size_t length, const char *word)
{
    return length == strlen(word) && strncasecmp(part, word, length) == 0;
}

static void take_part(const char *part, size_t length, struct weights *weights)
{
    size_t name = 0;

    while (name < length && !strchr("; \t", part[name]))
        name++;
    int weight = part_weight(part + name, length - name);
    if (names(part, name, "*"))
        weights->rest = weight;
    if (names(part, name, "x-gzip"))
        weights->of[COMPRESSION_GZIP] = weight;
    for (size_t i = COMPRESSION_GZIP; i < ARRAY_LENGTH(words); i++)
        if (names(part, name, words[i]))
            weights->of[i] = weight;
}

enum compression compression_choose(const char *accepted)
{
    struct weights weights = {.of = {0, -1, -1}};
    enum compression best = COMPRESSION_NONE;

    if (!accepted)
        return best;
    for (const char *part = accepted; *part;) {
        part += strspn(part, ", \t");
        size_t length = strcspn(part, ",");
        take_part(part, length, &weights);
        part += length;
    }
    for (size_t i = COMPRESSION_GZIP; i < ARRAY_LENGTH(words); i++) {
        if (weights.of[i] < 0)
            weights.of[i] = weights.rest;
        if (weights.of[i] > 0 && weights.of[i] >= weights.of[best])
            best = (enum compression)i;
    }
    return best;
}

bool compression_suits(const char *content_type)
{
    static const char *const whole[] = {"application/json", "application/javascript",
                                        "application/xml"};
    static const char *const ends[] = {"+json", "+xml"};
    char type[64];

    if (!content_type)
        return false;
    text_copy(type, sizeof(type), content_type);
    text_cut_at(type, "; ");
    if (text_starts_with_ignoring_case(type, "text/"))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(whole); i++)
        if (text_equal_ignoring_case(type, whole[i]))
            return true;
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++)
        if (text_ends_with(type, ends[i]))
            return true;
    return false;
}

static bool pack_gzip(const char *bytes, size_t length, struct buffer *ret)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)length};
    unsigned char chunk[CHUNK];
    int rc;

    rc = deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, MAX_WBITS + GZIP_FORMAT, 8,
                      Z_DEFAULT_STRATEGY);
    CHECK(rc == Z_OK);
    do {
        stream.next_out = chunk;
        stream.avail_out = sizeof(chunk);
        rc = deflate(&stream, Z_FINISH);
        buffer_append(ret, chunk, sizeof(chunk) - stream.avail_out);
    } while (rc == Z_OK);
    deflateEnd(&stream);
    return rc == Z_STREAM_END && !ret->overflowed;
}

static bool pack_brotli(const char *bytes, size_t length, struct buffer *ret)
{
    size_t size = BrotliEncoderMaxCompressedSize(length);
    AUTO_FREE uint8_t *packed = memory_new(size);

    if (!BrotliEncoderCompress(BROTLI_LEVEL, BROTLI_WINDOW, BROTLI_MODE_TEXT, length,
                               (const uint8_t *)bytes, &size, packed))
        return false;
    buffer_append(ret, packed, size);
    return !ret->overflowed;
}

bool compression_pack(enum compression compression, const char *bytes, size_t length,
                      struct buffer *ret)
{
    if (compression == COMPRESSION_GZIP)
        return pack_gzip(bytes, length, ret);
    if (compression == COMPRESSION_BROTLI)
        return pack_brotli(bytes, length, ret);
    buffer_append(ret, bytes, length);
    return !ret->overflowed;
}

enum error_code compression_unpack_gzip(const char *bytes, size_t length, struct buffer *ret,
                                        struct error *error)
{
    z_stream stream = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)length};
    unsigned char chunk[CHUNK];
    int rc;

    rc = inflateInit2(&stream, MAX_WBITS + GZIP_FORMAT);
    CHECK(rc == Z_OK);
    do {
        stream.next_out = chunk;
        stream.avail_out = sizeof(chunk);
        rc = inflate(&stream, Z_NO_FLUSH);
        buffer_append(ret, chunk, sizeof(chunk) - stream.avail_out);
    } while (rc == Z_OK && !ret->overflowed);
    bool whole = rc == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    if (ret->overflowed)
        return error_set(error, ERROR_LIMIT, "the body is larger than %zu bytes once unpacked",
                         ret->limit);
    if (!whole)
        return error_set(error, ERROR_FORMAT, "the body is no whole gzip");
    return ERROR_NONE;
}

const char *compression_zlib_version(void)
{
    return zlibVersion();
}

uint32_t compression_brotli_version(void)
{
    return BrotliEncoderVersion();
}

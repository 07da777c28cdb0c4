#include "store/zip_stream.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/check.h"
#include "base/memory.h"

enum { LEVEL = 6 };

struct zip_stream {
    z_stream zlib;
    bool is_packing;
};

struct zip_stream *zip_stream_pack(void)
{
    struct zip_stream *stream = memory_new(sizeof(*stream));

    stream->is_packing = true;
    CHECK(deflateInit(&stream->zlib, LEVEL) == Z_OK); /* it fails only for want of memory */
    return stream;
}

struct zip_stream *zip_stream_unpack(void)
{
    struct zip_stream *stream = memory_new(sizeof(*stream));

    CHECK(inflateInit(&stream->zlib) == Z_OK);
    return stream;
}

void zip_stream_free(struct zip_stream *stream)
{
    if (!stream)
        return;
    if (stream->is_packing)
        deflateEnd(&stream->zlib);
    else
        inflateEnd(&stream->zlib);
    free(stream);
}

void zip_stream_feed(struct zip_stream *stream, const void *bytes, size_t length)
{
    stream->zlib.next_in = (Bytef *)bytes;
    stream->zlib.avail_in = (uInt)length;
}

size_t zip_stream_left(const struct zip_stream *stream)
{
    return stream->zlib.avail_in;
}

enum zip_stream_state zip_stream_run(struct zip_stream *stream, bool is_end, void *out, size_t size,
                                     size_t *ret_count)
{
    stream->zlib.next_out = out;
    stream->zlib.avail_out = (uInt)size;
    int code = stream->is_packing ? deflate(&stream->zlib, is_end ? Z_FINISH : Z_NO_FLUSH)
                                  : inflate(&stream->zlib, Z_NO_FLUSH);
    *ret_count = size - stream->zlib.avail_out;
    if (code == Z_STREAM_END)
        return ZIP_STREAM_END;
    if (code != Z_OK && code != Z_BUF_ERROR) /* the latter: nothing to do */
        return ZIP_STREAM_BROKEN;
    return stream->zlib.avail_out == 0 ? ZIP_STREAM_FULL : ZIP_STREAM_HUNGRY;
}

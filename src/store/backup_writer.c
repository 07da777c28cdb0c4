#include "store/backup_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/zip_stream.h"

struct backup_writer {
    FILE *file;
    char *path;
    struct crypto_stream *stream;
    struct zip_stream *zip;
    size_t length; /* of piece */
    uint8_t piece[CRYPTO_STREAM_PIECE];
    uint8_t sealed[CRYPTO_STREAM_PIECE + CRYPTO_STREAM_EXTRA];
};

static enum error_code cannot_write(const struct backup_writer *writer, struct error *error)
{
    return error_set(error, ERROR_STORE, "%s cannot be written: %s", writer->path, strerror(errno));
}

static enum error_code put(struct backup_writer *writer, const void *bytes, size_t length,
                           struct error *error)
{
    return fwrite(bytes, 1, length, writer->file) == length ? ERROR_NONE
                                                            : cannot_write(writer, error);
}

static enum error_code put_piece(struct backup_writer *writer, bool is_last, struct error *error)
{
    size_t length = writer->length;

    crypto_stream_put(writer->stream, writer->piece, length, NULL, 0, is_last, writer->sealed);
    writer->length = 0;
    return put(writer, writer->sealed, length + CRYPTO_STREAM_EXTRA, error);
}

static enum error_code put_head(struct backup_writer *writer, const struct backup_head *head,
                                struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BACKUP_HEAD_LIMIT);
    AUTO_BUFFER struct buffer all = BUFFER_WITH_LIMIT(2 * BACKUP_HEAD_LIMIT);
    uint8_t proof[CRYPTO_STREAM_EXTRA];

    backup_head_write(head, &text);
    buffer_text(&all, BACKUP_HEAD_MAGIC);
    for (int i = 0; i < BACKUP_HEAD_LENGTH_SIZE; i++)
        buffer_byte(&all, (char)(text.length >> (8 * i) & 0xff));
    buffer_append(&all, text.bytes, text.length);
    crypto_stream_put(writer->stream, "", 0, all.bytes, all.length, false, proof);
    buffer_append(&all, proof, sizeof(proof));
    return put(writer, all.bytes, all.length, error);
}

enum error_code backup_writer_open(const char *path, struct backup_head *head,
                                   const struct crypto_key *key, struct backup_writer **ret,
                                   struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (descriptor < 0)
        return error_set(error, ERROR_STORE, "%s cannot be made: %s", path, strerror(errno));
    struct backup_writer *writer = memory_new(sizeof(*writer));
    writer->file = fdopen(descriptor, "wb");
    writer->path = memory_text(path);
    writer->zip = zip_stream_pack();
    writer->stream = crypto_stream_seal(key, head->stream);
    enum error_code rc = writer->file ? put_head(writer, head, error) : cannot_write(writer, error);
    if (rc)
        backup_writer_free(writer);
    else
        *ret = writer;
    return rc;
}

/* A full piece is written when more comes: the last one, full or not, is marked as the last. */
static enum error_code pack(struct backup_writer *writer, bool is_end, struct error *error)
{
    enum zip_stream_state state = ZIP_STREAM_FULL;
    enum error_code rc = ERROR_NONE;

    while (!rc && state == ZIP_STREAM_FULL) {
        size_t count = 0;
        if (writer->length == CRYPTO_STREAM_PIECE)
            rc = put_piece(writer, false, error);
        if (!rc)
            state = zip_stream_run(writer->zip, is_end, writer->piece + writer->length,
                                   CRYPTO_STREAM_PIECE - writer->length, &count);
        writer->length += count;
    }
    return rc;
}

enum error_code backup_writer_add(struct backup_writer *writer, const void *bytes, size_t length,
                                  struct error *error)
{
    zip_stream_feed(writer->zip, bytes, length);
    return pack(writer, false, error);
}

enum error_code backup_writer_finish(struct backup_writer *writer, struct error *error)
{
    enum error_code rc = pack(writer, true, error);

    if (!rc)
        rc = put_piece(writer, true, error);
    if (!rc && (fflush(writer->file) != 0 || fsync(fileno(writer->file)) != 0))
        rc = cannot_write(writer, error);
    return rc;
}

void backup_writer_free(struct backup_writer *writer)
{
    if (!writer)
        return;
    if (writer->file)
        fclose(writer->file);
    crypto_stream_free(writer->stream);
    zip_stream_free(writer->zip);
    free(writer->path);
    free(writer);
}

#include "store/backup_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/zip_stream.h"

enum {
    MAGIC_LENGTH = sizeof(BACKUP_HEAD_MAGIC) - 1,
    BEFORE_HEAD = MAGIC_LENGTH + BACKUP_HEAD_LENGTH_SIZE,
    SEALED_PIECE = CRYPTO_STREAM_PIECE + CRYPTO_STREAM_EXTRA,
};

struct backup_reader {
    FILE *file;
    struct backup_head head;
    struct buffer start; /* the file's bytes before the first piece, which proves them */
    struct crypto_stream *stream;
    struct zip_stream *zip;
    int64_t place; /* in the file, behind what was read */
    bool is_last;  /* the piece in hand */
    bool is_over;
    uint8_t sealed[SEALED_PIECE];
    uint8_t piece[CRYPTO_STREAM_PIECE];
};

static enum error_code damaged(struct error *error, const char *how)
{
    return error_set(error, ERROR_FORMAT, "the backup is damaged: it %s", how);
}

/* Fewer bytes than asked for: the file ends, or the disk does not give them. */
static enum error_code take(struct backup_reader *reader, void *bytes, size_t size,
                            size_t *ret_count, struct error *error)
{
    *ret_count = fread(bytes, 1, size, reader->file);
    reader->place += (int64_t)*ret_count;
    if (*ret_count < size && ferror(reader->file))
        return error_set(error, ERROR_STORE, "the backup cannot be read: the disk failed");
    return ERROR_NONE;
}

static enum error_code foreign(struct error *error)
{
    return error_set(error, ERROR_FORMAT, "the file is no backup of ListSync");
}

/* Appends to `start`; its end within that is `missing`. */
static enum error_code take_start(struct backup_reader *reader, size_t size,
                                  enum error_code (*missing)(struct error *), struct error *error)
{
    char bytes[BACKUP_HEAD_LIMIT];
    size_t count = 0;
    enum error_code rc = take(reader, bytes, size, &count, error);

    if (rc)
        return rc;
    if (count < size)
        return missing(error);
    buffer_append(&reader->start, bytes, count);
    return ERROR_NONE;
}

static enum error_code cut_off(struct error *error)
{
    return damaged(error, "is cut off");
}

static size_t head_length(const struct backup_reader *reader)
{
    const uint8_t *bytes = (const uint8_t *)reader->start.bytes + MAGIC_LENGTH;
    size_t length = 0;

    for (int i = BACKUP_HEAD_LENGTH_SIZE - 1; i >= 0; i--)
        length = length << 8 | bytes[i];
    return length;
}

static enum error_code read_head(struct backup_reader *reader, struct error *error)
{
    enum error_code rc = take_start(reader, BEFORE_HEAD, foreign, error);

    if (rc)
        return rc;
    if (memcmp(reader->start.bytes, BACKUP_HEAD_MAGIC, MAGIC_LENGTH) != 0)
        return foreign(error);
    size_t length = head_length(reader);
    if (length > BACKUP_HEAD_LIMIT)
        return damaged(error, "was changed in its head");
    rc = take_start(reader, length, cut_off, error);
    return rc ? rc
              : backup_head_read(reader->start.bytes + BEFORE_HEAD, length, &reader->head, error);
}

enum error_code backup_reader_open(FILE *file, struct backup_reader **ret, struct error *error)
{
    struct backup_reader *reader = memory_new(sizeof(*reader));

    reader->file = file;
    buffer_init(&reader->start, BEFORE_HEAD + BACKUP_HEAD_LIMIT);
    enum error_code rc = read_head(reader, error);
    if (rc)
        backup_reader_free(reader);
    else
        *ret = reader;
    return rc;
}

void backup_reader_free(struct backup_reader *reader)
{
    if (!reader)
        return;
    fclose(reader->file);
    crypto_stream_free(reader->stream);
    zip_stream_free(reader->zip);
    buffer_release(&reader->start);
    crypto_key_release(&reader->head.key);
    free(reader);
}

const struct backup_head *backup_reader_head(const struct backup_reader *reader)
{
    return &reader->head;
}

enum error_code backup_reader_unlock_with(struct backup_reader *reader,
                                          const struct crypto_key *key, struct error *error)
{
    uint8_t nothing[1];
    size_t count = 0;
    bool is_last = false;

    reader->stream = crypto_stream_open(key, reader->head.stream);
    reader->zip = zip_stream_unpack();
    enum error_code rc = take(reader, reader->sealed, CRYPTO_STREAM_EXTRA, &count, error);
    if (rc)
        return rc;
    if (count < CRYPTO_STREAM_EXTRA)
        return cut_off(error);
    if (crypto_stream_get(reader->stream, reader->sealed, count, reader->start.bytes,
                          reader->start.length, nothing, &is_last) &&
        !is_last)
        return ERROR_NONE;
    return reader->head.is_encrypted
               ? error_set(error, ERROR_REFUSED,
                           "the passphrase is not the one of this backup, or its head was changed")
               : damaged(error, "was changed in its head");
}

enum error_code backup_reader_unlock(struct backup_reader *reader, const char *passphrase,
                                     struct error *error)
{
    const struct backup_head *head = &reader->head;
    struct crypto_key key = head->key;

    if (head->is_encrypted && text_is_empty(passphrase))
        return error_set(error, ERROR_REFUSED,
                         "the backup is encrypted: its passphrase is needed "
                         "(LISTSYNC_BACKUP_PASSPHRASE)");
    enum error_code rc = head->is_encrypted
                             ? crypto_stream_key(passphrase, head->salt, &head->work, &key, error)
                             : ERROR_NONE;
    if (!rc)
        rc = backup_reader_unlock_with(reader, &key, error);
    crypto_key_release(&key);
    return rc;
}

static enum error_code changed_near(const struct backup_reader *reader, struct error *error)
{
    return error_set(error, ERROR_FORMAT,
                     "the backup is damaged: it was changed or cut off somewhere in the %d bytes "
                     "before byte %lld",
                     SEALED_PIECE, (long long)reader->place);
}

/* The next piece into the hands of zlib. */
static enum error_code next_piece(struct backup_reader *reader, struct error *error)
{
    size_t count = 0;
    enum error_code rc = take(reader, reader->sealed, SEALED_PIECE, &count, error);

    if (rc)
        return rc;
    if (!count)
        return cut_off(error);
    if (!crypto_stream_get(reader->stream, reader->sealed, count, NULL, 0, reader->piece,
                           &reader->is_last))
        return changed_near(reader, error);
    zip_stream_feed(reader->zip, reader->piece, count - CRYPTO_STREAM_EXTRA);
    return ERROR_NONE;
}

/* What was packed is over: so must be the piece, the pieces and the file. */
static enum error_code expect_end(struct backup_reader *reader, struct error *error)
{
    reader->is_over = true;
    if (!reader->is_last || zip_stream_left(reader->zip))
        return damaged(error, "holds more than it should");
    return fgetc(reader->file) == EOF ? ERROR_NONE
                                      : damaged(error, "has something added at its end");
}

enum error_code backup_reader_read(struct backup_reader *reader, void *bytes, size_t size,
                                   size_t *ret_count, struct error *error)
{
    enum error_code rc = ERROR_NONE;
    size_t filled = 0;

    while (!rc && !reader->is_over && filled < size) {
        size_t count = 0;
        enum zip_stream_state state =
            zip_stream_run(reader->zip, false, (char *)bytes + filled, size - filled, &count);
        filled += count;
        if (state == ZIP_STREAM_END)
            rc = expect_end(reader, error);
        else if (state == ZIP_STREAM_BROKEN || (state == ZIP_STREAM_HUNGRY && reader->is_last))
            rc = damaged(error, "does not hold what it should");
        else if (state == ZIP_STREAM_HUNGRY)
            rc = next_piece(reader, error);
    }
    if (!rc)
        *ret_count = filled;
    return rc;
}

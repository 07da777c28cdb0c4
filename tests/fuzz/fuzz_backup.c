/*
 * Any bytes as a backup file, and any bytes as its head, packed or plain contents in a file that is
 * sealed well: reading ends, says what is wrong, and gives out no more than was asked for.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "store/backup_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_MOST = 4 << 20 };

static void drain(struct backup_reader *reader)
{
    char out[8192];
    struct error error = {0};
    size_t count = 1, all = 0;
    enum error_code rc = backup_reader_unlock(reader, NULL, &error);

    while (!rc && count && all < OUT_MOST) {
        rc = backup_reader_read(reader, out, sizeof(out), &count, &error);
        CHECK(rc || count <= sizeof(out));
        all += rc ? 0 : count;
    }
    CHECK(!rc || ((rc == ERROR_FORMAT || rc == ERROR_REFUSED) && *error.message));
}

static void read_file(const void *bytes, size_t size)
{
    struct backup_reader *reader = NULL;
    struct error error = {0};
    FILE *file = size ? fmemopen((void *)bytes, size, "rb") : NULL;

    if (!file)
        return;
    if (backup_reader_open(file, &reader, &error) == ERROR_NONE)
        drain(reader);
    else
        CHECK(error.code == ERROR_FORMAT && *error.message);
    backup_reader_free(reader);
}

/* What a head says is what it says when it is written again. */
static void read_head(const uint8_t *data, size_t size)
{
    AUTO_BUFFER struct buffer again = BUFFER_WITH_LIMIT(BACKUP_HEAD_LIMIT);
    struct backup_head first = {0}, second = {0};
    struct error error = {0};

    if (backup_head_read((const char *)data, size, &first, &error)) {
        CHECK(error.code == ERROR_FORMAT && *error.message);
        return;
    }
    backup_head_write(&first, &again);
    if (again.overflowed)
        return;
    CHECK(backup_head_read(again.bytes, again.length, &second, &error) == ERROR_NONE);
    CHECK(first.schema == second.schema && first.is_encrypted == second.is_encrypted);
    CHECK(strcmp(first.program, second.program) == 0);
}

/* The bytes as what was packed, in a file whose every seal is right. */
static void read_sealed(const uint8_t *data, size_t size)
{
    static const struct crypto_key key = {{7}};
    AUTO_BUFFER struct buffer file = BUFFER_WITH_LIMIT(16 << 20);
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BACKUP_HEAD_LIMIT);
    struct backup_head head = {
        .schema = 1, .made_at = "2026-11-22 04:30:00", .program = "1", .key = key};
    struct crypto_stream *stream = crypto_stream_seal(&key, head.stream);
    uint8_t sealed[CRYPTO_STREAM_PIECE + CRYPTO_STREAM_EXTRA];

    backup_head_write(&head, &text);
    buffer_text(&file, BACKUP_HEAD_MAGIC);
    for (int i = 0; i < BACKUP_HEAD_LENGTH_SIZE; i++)
        buffer_byte(&file, (char)(text.length >> (8 * i) & 0xff));
    buffer_append(&file, text.bytes, text.length);
    crypto_stream_put(stream, "", 0, file.bytes, file.length, false, sealed);
    buffer_append(&file, sealed, CRYPTO_STREAM_EXTRA);
    size_t length = size < CRYPTO_STREAM_PIECE ? size : CRYPTO_STREAM_PIECE;
    crypto_stream_put(stream, data, length, NULL, 0, true, sealed);
    buffer_append(&file, sealed, length + CRYPTO_STREAM_EXTRA);
    crypto_stream_free(stream);
    read_file(file.bytes, file.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    crypto_begin();
    read_file(data, size);
    read_head(data, size);
    read_sealed(data, size);
    return 0;
}

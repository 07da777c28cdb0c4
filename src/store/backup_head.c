#include "store/backup_head.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"

static const char *const reason_words[BACKUP_REASONS] = {"schedule", "hand", "migration"};

static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    {"database_bytes", offsetof(struct backup_head, database_bytes)},
    {"lists", offsetof(struct backup_head, counts.lists)},
    {"items", offsetof(struct backup_head, counts.items)},
    {"runs", offsetof(struct backup_head, counts.runs)},
    {"requests", offsetof(struct backup_head, counts.requests)},
};

const char *backup_reason_word(enum backup_reason reason)
{
    return reason_words[reason];
}

static void put_bytes(struct json_writer *json, const char *key, const void *bytes, size_t length)
{
    AUTO_FREE char *text = crypto_base64url(bytes, length);

    json_put_text(json, key, text);
}

static void put_lock(struct json_writer *json, const struct backup_head *head)
{
    json_put_text(json, "opens_with", head->is_encrypted ? "passphrase" : "key");
    if (head->is_encrypted) {
        json_put_number(json, "argon2id_rounds", head->work.rounds);
        json_put_number(json, "argon2id_bytes", head->work.bytes);
        put_bytes(json, "salt", head->salt, sizeof(head->salt));
    } else {
        put_bytes(json, "key", head->key.bytes, sizeof(head->key.bytes));
    }
    put_bytes(json, "stream", head->stream, sizeof(head->stream));
}

void backup_head_write(const struct backup_head *head, struct buffer *ret)
{
    struct json_writer json = json_writer_to(ret);

    json_begin_object(&json, NULL);
    json_put_number(&json, "format", BACKUP_HEAD_FORMAT);
    json_put_text(&json, "program", head->program);
    json_put_number(&json, "schema", head->schema);
    json_put_text(&json, "made_at", head->made_at);
    json_put_text(&json, "reason", reason_words[head->reason]);
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++)
        json_put_number(&json, numbers[i].name,
                        *(const int64_t *)((const char *)head + numbers[i].offset));
    json_put_text(&json, "secret_key", head->key_mark);
    json_put_bool(&json, "holds_secret_key", head->holds_key);
    put_lock(&json, head);
    json_end_object(&json);
}

static bool get_text(const struct json_value *object, const char *key, char *ret, size_t size)
{
    const char *text = json_value_get_text(object, key);

    if (!text || strlen(text) >= size)
        return false;
    text_copy(ret, size, text);
    text_tame(ret);
    return true;
}

static bool get_bytes(const struct json_value *object, const char *key, void *ret, size_t size)
{
    const char *text = json_value_get_text(object, key);
    size_t length = 0;

    return text && crypto_from_base64url(text, ret, size, &length) && length == size;
}

static bool get_lock(const struct json_value *object, struct backup_head *ret)
{
    const char *opens_with = json_value_get_text(object, "opens_with");

    if (!get_bytes(object, "stream", ret->stream, sizeof(ret->stream)))
        return false;
    ret->is_encrypted = text_equal(opens_with, "passphrase");
    if (!ret->is_encrypted)
        return text_equal(opens_with, "key") &&
               get_bytes(object, "key", ret->key.bytes, sizeof(ret->key.bytes));
    ret->work.rounds = json_value_get_integer(object, "argon2id_rounds");
    ret->work.bytes = json_value_get_integer(object, "argon2id_bytes");
    return crypto_stream_work_is_fair(&ret->work) &&
           get_bytes(object, "salt", ret->salt, sizeof(ret->salt));
}

static bool get_numbers(const struct json_value *object, struct backup_head *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
        int64_t number = json_value_get_integer(object, numbers[i].name);
        if (number < 0)
            return false;
        *(int64_t *)((char *)ret + numbers[i].offset) = number;
    }
    return true;
}

static bool get_reason(const struct json_value *object, struct backup_head *ret)
{
    for (int reason = 0; reason < BACKUP_REASONS; reason++)
        if (text_equal(json_value_get_text(object, "reason"), reason_words[reason])) {
            ret->reason = (enum backup_reason)reason;
            return true;
        }
    return false;
}

static bool get_all(const struct json_value *object, struct backup_head *ret)
{
    int64_t schema = json_value_get_integer(object, "schema");

    if (schema < 1 || schema > INT32_MAX)
        return false;
    ret->schema = (int)schema;
    ret->holds_key = json_value_is_true(json_value_get(object, "holds_secret_key"));
    return get_text(object, "program", ret->program, sizeof(ret->program)) &&
           get_text(object, "made_at", ret->made_at, sizeof(ret->made_at)) &&
           clock_parse_utc(ret->made_at) >= 0 &&
           get_text(object, "secret_key", ret->key_mark, sizeof(ret->key_mark)) &&
           get_reason(object, ret) && get_numbers(object, ret) && get_lock(object, ret);
}

enum error_code backup_head_read(const char *bytes, size_t length, struct backup_head *ret,
                                 struct error *error)
{
    AUTO_JSON struct json_value *document = NULL;
    struct backup_head head = {0};

    if (json_value_parse(bytes, length, &document, NULL) || !json_value_is_object(document))
        return error_set(error, ERROR_FORMAT, "the backup is damaged: its head was changed");
    if (json_value_get_integer(document, "format") > BACKUP_HEAD_FORMAT)
        return error_set(error, ERROR_FORMAT,
                         "the backup was made by a newer ListSync, in a form that this one (%s) "
                         "does not read",
                         LISTSYNC_VERSION);
    if (json_value_get_integer(document, "format") != BACKUP_HEAD_FORMAT ||
        !get_all(document, &head))
        return error_set(error, ERROR_FORMAT, "the backup is damaged: its head was changed");
    *ret = head;
    crypto_key_release(&head.key);
    return ERROR_NONE;
}

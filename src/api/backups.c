/*
 * Backups: which there are, a new one, a copy of one, and whether one is whole. Putting one back is
 * a command only (`listsync restore`): it replaces the database under everybody who works with it,
 * the accounts and keys by which the caller came in among it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "sync/backup_desk.h"
#include "web/call.h"

static const char *const reason_words[] = {"schedule", "hand", "migration", NULL};

static const struct field counts_fields[] = {
    {"lists", FIELD_INTEGER},
    {"items", FIELD_INTEGER},
    {"runs", FIELD_INTEGER},
    {"requests", FIELD_INTEGER, .help = "of the ledger"},
    {0},
};

static const struct field backup_fields[] = {
    {"name", FIELD_TEXT},
    {"size", FIELD_INTEGER, .help = "bytes"},
    {"made_at", FIELD_TEXT, .format = "date-time"},
    {"reason", FIELD_TEXT, FIELD_NULLABLE, "schedule, hand, or migration: before one",
     .words = reason_words},
    {"program", FIELD_TEXT, FIELD_NULLABLE, "the version of ListSync that made it"},
    {"schema_version", FIELD_INTEGER, FIELD_NULLABLE},
    {"database_size", FIELD_INTEGER, FIELD_NULLABLE, "bytes, once restored"},
    {"counts", FIELD_OBJECT, FIELD_NULLABLE, "what it holds", .fields = counts_fields,
     .schema = "BackupCounts"},
    {"is_encrypted", FIELD_SWITCH, .help = "with a passphrase"},
    {"holds_secret_key", FIELD_SWITCH, .help = "stored API keys come back with it on any machine"},
    {"verified_at", FIELD_TEXT, FIELD_NULLABLE,
     "when it was last read and found whole, as far as the service knows since its start; each "
     "one was when it was made",
     .format = "date-time"},
    {"problem", FIELD_TEXT, .help = "\"\": its head can be read"},
    {0},
};

static const struct field list_fields[] = {
    {"backups", FIELD_LIST, .help = "the newest first", .of = FIELD_OBJECT, .fields = backup_fields,
     .schema = "Backup"},
    {"directory", FIELD_TEXT},
    {"free_bytes", FIELD_INTEGER, FIELD_NULLABLE, "on the disk of that directory"},
    {"is_encrypted", FIELD_SWITCH, .help = "the next ones will be: a passphrase is set"},
    {"is_scheduled", FIELD_SWITCH},
    {"schedule", FIELD_TEXT, .help = "BACKUP_SCHEDULE; off: none by schedule"},
    {"words", FIELD_TEXT, .help = "the same for people: every day at 04:30; \"\""},
    {"next_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"is_working", FIELD_SWITCH, .help = "a scheduled one is being made"},
    {"keep", FIELD_INTEGER, .help = "so many scheduled ones stay; 0: all"},
    {"keep_weeks", FIELD_INTEGER, .help = "and one of each of so many weeks before"},
    {"problem", FIELD_TEXT, .help = "why the last scheduled one failed; \"\""},
    {"failed_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {0},
};

static const struct field list = {"", FIELD_OBJECT, .fields = list_fields, .schema = "Backups"};

static const struct field made_fields[] = {
    {"backup", FIELD_OBJECT, .fields = backup_fields, .schema = "Backup"},
    {0},
};

static const struct field made = {"", FIELD_OBJECT, .fields = made_fields, .schema = "BackupMade"};

static const struct field verified_fields[] = {
    {"name", FIELD_TEXT},
    {"is_whole", FIELD_SWITCH},
    {"message", FIELD_TEXT, .help = "what is wrong with it; \"\""},
    {0},
};

static const struct field verified = {"", FIELD_OBJECT, .fields = verified_fields,
                                      .schema = "BackupVerified"};

static const struct field removed_fields[] = {
    {"removed", FIELD_TEXT, .help = "its name"},
    {0},
};

static const struct field removed = {"", FIELD_OBJECT, .fields = removed_fields,
                                     .schema = "BackupRemoved"};

static const struct field name_parameters[] = {
    {"name", FIELD_TEXT, FIELD_IN_PATH | FIELD_REQUIRED, "of the list", .low = 1, .high = 100},
    {0},
};

/* False: the call has failed. Released by the caller in any case. */
static bool open_folder(struct call *call, struct backup_folder *ret)
{
    struct error error = {0};

    *ret = (struct backup_folder){0};
    if (!call->api->backups) {
        call_fail(call, 404, "backups_off", "this service makes no backups");
        return false;
    }
    if (backup_desk_folder(call->api->backups, call->store, ret, &error) == ERROR_NONE)
        return true;
    call_fail_error(call, &error);
    return false;
}

static bool find(struct call *call, const struct backup_folder *folder, struct backup_file *ret)
{
    struct error error = {0};

    if (backup_folder_find(folder, call_text(call, "name"), call->arena, ret, &error) == ERROR_NONE)
        return true;
    call_fail(call, 404, "backup_not_found", "%s", error.message);
    return false;
}

/* Its sentence is for people: that of a full disk too, which others keep to the log. */
static void fail(struct call *call, const struct error *error)
{
    switch (error->code) {
    case ERROR_CONFLICT:
        call_fail(call, 409, "backup_running", "%s", error->message);
        return;
    case ERROR_NOT_FOUND:
        call_fail(call, 404, "backup_not_found", "%s", error->message);
        return;
    case ERROR_CANCELLED:
        call_fail(call, 503, "stopping", "the service is stopping");
        return;
    default:
        call_fail(call, 503, "backup_failed", "%s", error->message);
    }
}

static void put_head(struct json_writer *json, const struct backup_head *head)
{
    json_put_text(json, "reason", backup_reason_word(head->reason));
    json_put_text(json, "program", head->program);
    json_put_number(json, "schema_version", head->schema);
    json_put_number(json, "database_size", head->database_bytes);
    json_begin_object(json, "counts");
    json_put_number(json, "lists", head->counts.lists);
    json_put_number(json, "items", head->counts.items);
    json_put_number(json, "runs", head->counts.runs);
    json_put_number(json, "requests", head->counts.requests);
    json_end_object(json);
}

static void put_no_head(struct json_writer *json)
{
    static const char *const names[] = {"reason", "program", "schema_version", "database_size",
                                        "counts"};

    for (size_t i = 0; i < ARRAY_LENGTH(names); i++)
        json_put_text(json, names[i], NULL);
}

static void put_backup(struct call *call, const char *key, const struct backup_file *file)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, key);
    json_put_text(json, "name", file->name);
    json_put_number(json, "size", file->bytes);
    call_put_time_ms(json, "made_at", file->made_ms);
    if (*file->problem)
        put_no_head(json);
    else
        put_head(json, &file->head);
    json_put_bool(json, "is_encrypted", file->head.is_encrypted);
    json_put_bool(json, "holds_secret_key", file->head.holds_key);
    call_put_time_ms(json, "verified_at", backup_desk_verified(call->api->backups, file->name));
    json_put_text(json, "problem", file->problem);
    json_end_object(json);
}

static void put_free(struct json_writer *json, const struct backup_folder *folder)
{
    int64_t bytes = backup_free_bytes(folder->path);

    if (bytes < 0)
        json_put_text(json, "free_bytes", NULL);
    else
        json_put_number(json, "free_bytes", bytes);
}

static void put_all(struct call *call, const struct backup_folder *folder,
                    const struct backup_files *files, const struct backup_desk_state *state)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_begin_array(json, "backups");
    for (size_t i = 0; i < files->count; i++)
        put_backup(call, NULL, &files->items[i]);
    json_end_array(json);
    json_put_text(json, "directory", folder->path);
    put_free(json, folder);
    json_put_bool(json, "is_encrypted", secret_is_set(&folder->passphrase));
    json_put_bool(json, "is_scheduled", state->is_on);
    json_put_text(json, "schedule", state->schedule);
    json_put_text(json, "words", state->words);
    call_put_time_ms(json, "next_at", state->next_ms);
    json_put_bool(json, "is_working", state->is_working);
    json_put_number(json, "keep", folder->keep);
    json_put_number(json, "keep_weeks", folder->keep_weeks);
    json_put_text(json, "problem", state->problem);
    call_put_time_ms(json, "failed_at", state->failed_ms);
    json_end_object(json);
}

static void backups_list(struct call *call)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_desk_state state;
    struct backup_files files;
    struct error error = {0};

    if (!open_folder(call, &folder))
        return;
    if (backup_folder_list(&folder, call->arena, &files, &error))
        fail(call, &error);
    else if (backup_desk_state(call->api->backups, call->store, &state, &error))
        call_fail_error(call, &error);
    else
        put_all(call, &folder, &files, &state);
}

static void backups_make(struct call *call)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_file file;
    struct error error = {0};

    if (!open_folder(call, &folder))
        return;
    if (backup_desk_make(call->api->backups, &folder, call->arena, &file, &error)) {
        fail(call, &error);
        return;
    }
    call_audit(call, "backup.make", file.name, "");
    json_begin_object(&call->json, NULL);
    put_backup(call, "backup", &file);
    json_end_object(&call->json);
}

/* ---- a copy of one, in portions ---- */

struct copy {
    int file;
};

static int64_t copy_read(void *context, char *bytes, size_t size)
{
    struct copy *copy = context;
    ssize_t count;

    do
        count = read(copy->file, bytes, size);
    while (count < 0 && errno == EINTR);
    return count > 0 ? count : -1;
}

static void copy_end(void *context)
{
    struct copy *copy = context;

    close(copy->file);
    free(copy);
}

static void backups_get(struct call *call)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_file file;

    if (!open_folder(call, &folder) || !find(call, &folder, &file))
        return;
    AUTO_FREE char *path = backup_folder_file(&folder, file.name);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) {
        call_fail(call, 404, "backup_not_found", "there is no backup \"%s\"", file.name);
        return;
    }
    struct copy *copy = memory_new(sizeof(*copy));
    copy->file = descriptor;
    call->response->stream =
        (struct web_stream){.read = copy_read, .end = copy_end, .context = copy};
    call->response->content_type = "application/octet-stream";
    call->response->no_compression = true;
    web_response_header(call->response, "Cache-Control", "no-store");
    web_response_header(call->response, "Content-Disposition", "attachment; filename=\"%s\"",
                        file.name);
    call_audit(call, "backup.download", file.name, "");
}

static void backups_verify(struct call *call)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct backup_file file;
    struct error error = {0};

    if (!open_folder(call, &folder) || !find(call, &folder, &file))
        return;
    enum error_code rc = backup_desk_verify(call->api->backups, &folder, file.name, &error);
    if (rc == ERROR_CONFLICT || rc == ERROR_NOT_FOUND) {
        fail(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "name", file.name);
    json_put_bool(&call->json, "is_whole", !rc);
    json_put_text(&call->json, "message", error.message);
    json_end_object(&call->json);
}

static void backups_remove(struct call *call)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    struct error error = {0};
    const char *name = call_text(call, "name");

    if (!open_folder(call, &folder))
        return;
    if (backup_folder_remove(&folder, name, &error)) {
        fail(call, &error);
        return;
    }
    call_audit(call, "backup.remove", name, "");
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "removed", name);
    json_end_object(&call->json);
}

const struct route api_backups_routes[] = {
    {.id = "backups_list",
     .tag = "Backups",
     .method = WEB_GET,
     .path = "/api/backups",
     .access = ACCESS_ADMIN,
     .summary = "The backups there are, and when the next one is made",
     .answer = &list,
     .handle = backups_list},
    {.id = "backups_make",
     .tag = "Backups",
     .method = WEB_POST,
     .path = "/api/backups",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "Make one now",
     .answer = &made,
     .status = 201,
     .handle = backups_make},
    {.id = "backups_get",
     .tag = "Backups",
     .method = WEB_GET,
     .path = "/api/backups/{name}",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_STREAM,
     .summary = "The file",
     .parameters = name_parameters,
     .media_type = "application/octet-stream",
     .handle = backups_get},
    {.id = "backups_verify",
     .tag = "Backups",
     .method = WEB_POST,
     .path = "/api/backups/{name}/verify",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND | ROUTE_ANY_BODY,
     .summary = "Read all of it and check the database in it",
     .parameters = name_parameters,
     .answer = &verified,
     .handle = backups_verify},
    {.id = "backups_remove",
     .tag = "Backups",
     .method = WEB_DELETE,
     .path = "/api/backups/{name}",
     .access = ACCESS_ADMIN,
     .summary = "Remove one for good",
     .parameters = name_parameters,
     .answer = &removed,
     .handle = backups_remove},
    {0},
};

/*
 * Taking over what another program kept, from a file that lies in the data directory or is sent
 * there. No other: a path of one's own choice would tell an admin's browser what else is on the
 * disk. .env files are a matter of the command (`listsync import`), which somebody runs who can
 * read them anyway.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/hold.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "sync/import_upload.h"
#include "sync/move_in.h"
#include "sync/run_client.h"
#include "web/call.h"

enum { FILES_MOST = 50, PATH_MOST = 200, KEY_MOST = 200 };

/* A folder of the data directory, for what somebody wants to be taken over. */
static const char folder_name[] = "import";
/* Stands for the file that was sent. */
static const char upload[] = "upload";

static const char *const program_words[] = {[FORMER_NONE] = "lists",
                                            [FORMER_ORIGINAL] = "original",
                                            [FORMER_LISTSEERR] = "listseerr",
                                            NULL};

static const struct field file_fields[] = {
    {"path", FIELD_TEXT, .help = "for POST /api/import"},
    {"program", FIELD_TEXT, .help = "lists: a text, one list a line or the original's export",
     .words = program_words},
    {"size", FIELD_INTEGER, .help = "bytes"},
    {0},
};

static const struct field line_fields[] = {
    {"result", FIELD_TEXT, .words = move_in_result_words},
    {"part", FIELD_TEXT, .words = move_in_part_words},
    {"count", FIELD_INTEGER},
    {"sentence", FIELD_TEXT},
    {0},
};

static const struct field sums_fields[] = {
    {"lists", FIELD_INTEGER},
    {"items", FIELD_INTEGER, .help = "titles with their status"},
    {"requests", FIELD_INTEGER, .help = "those of them that are not asked for again"},
    {"runs", FIELD_INTEGER},
    {"settings", FIELD_INTEGER},
    {"users", FIELD_INTEGER},
    {0},
};

static const struct field story_fields[] = {
    {"at", FIELD_TEXT, .format = "date-time"},
    {"taken_over", FIELD_OBJECT, .fields = sums_fields, .schema = "MovedInSums"},
    {"lines", FIELD_LIST, .of = FIELD_OBJECT, .fields = line_fields, .schema = "MovedInLine"},
    {0},
};

static const struct field found_fields[] = {
    {"taken_over_at_start", FIELD_SWITCH,
     .help = "the original's database lay in the data directory and is kept there"},
    {"at_start", FIELD_OBJECT, FIELD_NULLABLE, "what became of it", .fields = story_fields,
     .schema = "MovedInAtStart"},
    {"files", FIELD_LIST, .help = "in the folder `import` of the data directory, and listseerr.db",
     .high = FILES_MOST, .of = FIELD_OBJECT, .fields = file_fields, .schema = "ImportFile"},
    {0},
};

static const struct field found = {"", FIELD_OBJECT, .fields = found_fields,
                                   .schema = "ImportFound"};

static const struct field import_fields[] = {
    {"path", FIELD_TEXT, FIELD_REQUIRED,
     "of GET /api/import, or upload: the file that was sent, which is gone afterwards", .low = 1,
     .high = PATH_MOST},
    {"encryption_key", FIELD_TEXT, FIELD_SECRET | FIELD_NULLABLE,
     "what the original's file .encryption_key holds, if it does not lie beside the file",
     .high = KEY_MOST},
    {"dry_run", FIELD_SWITCH, .help = "only say what would be taken over"},
    {0},
};

static const struct field imported_fields[] = {
    {"dry_run", FIELD_SWITCH},
    {"taken_over", FIELD_INTEGER},
    {"already_there", FIELD_INTEGER},
    {"left_out", FIELD_INTEGER},
    {"lines", FIELD_LIST, .high = MOVE_IN_LINES_MOST, .of = FIELD_OBJECT, .fields = line_fields,
     .schema = "MovedInLine"},
    {0},
};

static const struct field imported = {"", FIELD_OBJECT, .fields = imported_fields,
                                      .schema = "MovedIn"};

static bool is_database(const char *path)
{
    return text_ends_with(path, ".db");
}

/* false: nothing that could be taken over. */
static bool put_file(struct call *call, const char *path)
{
    AUTO_FREE char *whole = memory_print("%s/%s", call->api->data_directory, path);
    struct stat status;

    if (lstat(whole, &status) != 0 || !S_ISREG(status.st_mode) ||
        (!is_database(path) && !text_ends_with(path, ".txt")))
        return false;
    enum former_program program = is_database(path) ? former_program_of(whole) : FORMER_NONE;
    if (program == FORMER_OURS || (is_database(path) && program == FORMER_NONE))
        return false;
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "path", path);
    json_put_text(&call->json, "program", program_words[program]);
    json_put_number(&call->json, "size", status.st_size);
    json_end_object(&call->json);
    return true;
}

static void put_folder(struct call *call)
{
    AUTO_FREE char *path = memory_print("%s/%s", call->api->data_directory, folder_name);
    DIR *folder = opendir(path);
    struct dirent *entry;

    for (int count = 1; folder && count < FILES_MOST && (entry = readdir(folder));) {
        const char *name = entry->d_name;
        if (*name != '.' && strlen(name) + sizeof(folder_name) < PATH_MOST &&
            text_is_valid_utf8(name, strlen(name)))
            count += put_file(call, arena_print(call->arena, "%s/%s", folder_name, name));
    }
    if (folder)
        closedir(folder);
}

static void import_look(struct call *call)
{
    AUTO_FREE char *kept = memory_print("%s/list_sync.db" MOVE_IN_KEPT, call->api->data_directory);
    const char *story = "";
    struct stat status;
    struct error error = {0};

    if (move_in_story(call->store, call->arena, &story, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_put_bool(&call->json, "taken_over_at_start", stat(kept, &status) == 0);
    json_put_raw(&call->json, "at_start", *story ? story : "null");
    json_begin_array(&call->json, "files");
    put_file(call, "listseerr.db");
    put_folder(call);
    json_end_array(&call->json);
    json_end_object(&call->json);
}

/* A name that the list above can hold: no way leads out of the folder, no link is followed. */
static bool is_allowed(struct call *call, const char *path)
{
    AUTO_FREE char *whole = memory_print("%s/%s", call->api->data_directory, path);
    size_t folder = sizeof(folder_name) - 1;
    bool is_inside = text_starts_with(path, folder_name) && path[folder] == '/';
    const char *name = is_inside ? path + folder + 1 : path;
    struct stat status;

    if ((is_inside || text_equal(path, "listseerr.db")) && *name && *name != '.' &&
        !strchr(name, '/') && lstat(whole, &status) == 0 && S_ISREG(status.st_mode))
        return true;
    call_fail(call, 404, "file_not_found",
              "there is no such file: put it into the folder \"%s\" of the data directory",
              folder_name);
    return false;
}

static enum error_code take_text(struct move_in *move_in, const char *path, struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(MOVE_IN_TEXT_MOST);
    enum error_code rc = files_read(path, &text, error);

    if (rc || !text.bytes)
        return rc;
    char *lines = text_after_mark(text.bytes);
    if (!text_is_valid_utf8(lines, text.length - (size_t)(lines - text.bytes)))
        return error_set(error, ERROR_FORMAT, "it is neither a database nor a text in UTF-8");
    return move_in_list_text(move_in, lines, error);
}

static enum error_code take_file(struct call *call, struct move_in *move_in, const char *shown,
                                 const char *path, struct error *error)
{
    const char *given = call_body_text(call, "encryption_key");
    struct secret key = {0};

    if (!move_in_is_database(path) && !is_database(path))
        return take_text(move_in, path, error);
    if (text_is_empty(given))
        move_in_find_key(path, call->api->given, &key);
    else
        secret_set(&key, text_trim(arena_text(call->arena, given)));
    enum error_code rc =
        move_in_database_copy(move_in, path, text_equal(shown, upload) ? "that was sent" : shown,
                              secret_reveal(&key), call->api->data_directory, error);
    secret_release(&key);
    return rc;
}

static void put_imported(struct call *call, const struct move_in *move_in)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_bool(json, "dry_run", move_in->dry_run);
    for (int i = 0; i < MOVE_IN_RESULTS; i++)
        json_put_number(json, move_in_result_words[i], move_in->counts[i]);
    json_begin_array(json, "lines");
    for (size_t i = 0; i < move_in->count; i++)
        move_in_put_line(json, &move_in->lines[i]);
    json_end_array(json);
    json_end_object(json);
}

static void tell(struct call *call, const char *path, const struct move_in *move_in)
{
    if (move_in->dry_run || !move_in->counts[MOVE_IN_TAKEN])
        return;
    call_audit(
        call, "data.import", path,
        arena_print(call->arena, "%lld taken over", (long long)move_in->counts[MOVE_IN_TAKEN]));
    call_announce(call, "list_changed", "{\"id\": null, \"action\": \"data.import\"}");
    call_announce(call, "settings_changed", "{\"names\":[]}");
    schedule_changed(call->api->schedule);
}

static void take(struct call *call, const char *path, const char *file, struct move_in *move_in)
{
    struct error error = {0};

    move_in_begin(move_in);
    enum error_code rc = move_in_end(move_in, take_file(call, move_in, path, file, &error), &error);
    if (rc == ERROR_FORMAT || rc == ERROR_LIMIT || rc == ERROR_CONFLICT) {
        call_fail(call, 422, "not_taken_over", "%s", error.message);
    } else if (rc) {
        call_fail_error(call, &error);
    } else {
        tell(call, path, move_in);
        put_imported(call, move_in);
    }
}

/* A trial that went well may be followed by the real thing; in all other cases the file goes. */
static void take_upload(struct call *call, struct move_in *move_in)
{
    AUTO_FREE char *file = import_upload_path(call->api->data_directory);
    struct stat status;

    if (lstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        call_fail(call, 404, "file_not_found", "no file was sent: PUT /api/import/upload first");
        return;
    }
    take(call, upload, file, move_in);
    if (!move_in->dry_run || call->response->status >= 400)
        import_upload_remove(call->api->data_directory);
}

static bool go_on(void *context)
{
    const struct call *call = context;

    return run_client_may_go_on(call->api->tools);
}

static void take_held(struct call *call)
{
    const char *path = call_body_text(call, "path");
    struct move_in move_in = {.store = call->store,
                              .key = &call->api->key,
                              .given = call->api->given,
                              .arena = call->arena,
                              .refuses_files = true,
                              .keep_going = go_on,
                              .context = call,
                              .dry_run = call_body_switch(call, "dry_run", false)};

    if (text_equal(path, upload)) {
        take_upload(call, &move_in);
    } else if (is_allowed(call, path)) {
        AUTO_FREE char *file = memory_print("%s/%s", call->api->data_directory, path);
        take(call, path, file, &move_in);
    }
}

/*
 * What a run knows already it does not look up again: it could ask for what is being taken over.
 * And one long write of everything would leave it no moment for its own.
 */
static void import_take(struct call *call)
{
    if (!api_hold_runs(call))
        return;
    take_held(call);
    runner_release(call->api->runner);
}

static const struct field piece_parameters[] = {
    {"offset", FIELD_INTEGER, .fallback = "0", .high = IMPORT_UPLOAD_MOST,
     .help = "bytes that were sent before; 0 begins a file, in place of an earlier one"},
    {0},
};

static const struct field sent_fields[] = {
    {"size", FIELD_INTEGER, .help = "bytes that are there now: the next offset"},
    {0},
};

static const struct field sent = {"", FIELD_OBJECT, .fields = sent_fields,
                                  .schema = "ImportUpload"};

static void import_upload(struct call *call)
{
    const struct web_request *request = call->request;
    struct error error = {0};
    int64_t size = 0;
    enum error_code rc = import_upload_add(call->api->data_directory, call_integer(call, "offset"),
                                           request->body, request->body_length, &size, &error);

    if (rc == ERROR_STORE) {
        call_fail(call, 507, "not_kept", "%s", error.message);
    } else if (rc) {
        call_fail_error(call, &error);
    } else {
        json_begin_object(&call->json, NULL);
        json_put_number(&call->json, "size", size);
        json_end_object(&call->json);
    }
}

static void import_upload_drop(struct call *call)
{
    import_upload_remove(call->api->data_directory);
    json_begin_object(&call->json, NULL);
    json_put_number(&call->json, "size", 0);
    json_end_object(&call->json);
}

const struct route api_import_routes[] = {
    {.id = "import_look",
     .tag = "Setup",
     .method = WEB_GET,
     .path = "/api/import",
     .access = ACCESS_ADMIN,
     .summary = "What of other programs lies in the data directory and can be taken over",
     .answer = &found,
     .handle = import_look},
    {.id = "import_take",
     .tag = "Setup",
     .method = WEB_POST,
     .path = "/api/import",
     .access = ACCESS_ADMIN,
     .flags = ROUTE_ERRAND,
     .summary = "Take over a file of another program: lists, titles, history, settings",
     .body = import_fields,
     .answer = &imported,
     .handle = import_take},
    {.id = "import_upload",
     .tag = "Setup",
     .method = WEB_PUT,
     .path = "/api/import/upload",
     .access = ACCESS_ADMIN,
     .summary = "Send a file to be taken over, in pieces of at most a megabyte",
     .parameters = piece_parameters,
     .takes = "application/octet-stream",
     .answer = &sent,
     .handle = import_upload},
    {.id = "import_upload_drop",
     .tag = "Setup",
     .method = WEB_DELETE,
     .path = "/api/import/upload",
     .access = ACCESS_ADMIN,
     .summary = "Remove what was sent",
     .answer = &sent,
     .handle = import_upload_drop},
    {0},
};

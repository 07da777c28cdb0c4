/* What runs here, where it keeps its data, and whom it talks to. */
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"
#include "store/lists.h"
#include "sync/live_settings.h"
#include "sync/poster_desk.h"
#include "web/call.h"

static const struct field host_fields[] = {
    {"host", FIELD_TEXT},
    {"purpose", FIELD_TEXT, .help = "what for"},
    {"in_use", FIELD_SWITCH, .help = "the settings and lists of now make it talk to this one"},
    {0},
};

static const struct field program_fields[] = {
    {"version", FIELD_TEXT},
    {"started_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"data_directory", FIELD_TEXT, FIELD_NULLABLE, "null for who is no administrator"},
    {"database_bytes", FIELD_INTEGER},
    {"schema_version", FIELD_INTEGER, .help = "of the database"},
    {"hosts", FIELD_LIST, .help = "every host that it may talk to", .of = FIELD_OBJECT,
     .fields = host_fields, .schema = "Host"},
    {0},
};

static const struct field program = {"", FIELD_OBJECT, .fields = program_fields,
                                     .schema = "Program"};

struct host {
    const char *name, *purpose;
    bool in_use;
};

struct hosts {
    struct call *call;
    struct host *items; /* in the arena */
    size_t count, most;
};

/* A host that serves two purposes is there once. */
static void add_host(struct hosts *hosts, const char *name, const char *purpose, bool in_use)
{
    struct arena *arena = hosts->call->arena;

    for (size_t i = 0; i < hosts->count; i++) {
        struct host *host = &hosts->items[i];
        if (!text_equal(host->name, name))
            continue;
        if (!strstr(host->purpose, purpose))
            host->purpose = arena_print(arena, "%s, %s", host->purpose, purpose);
        host->in_use |= in_use;
        return;
    }
    if (hosts->count < hosts->most)
        hosts->items[hosts->count++] =
            (struct host){arena_text(arena, name), arena_text(arena, purpose), in_use};
}

static bool has_list_of(const struct stored_lists *lists, const char *type)
{
    for (size_t i = 0; i < lists->count; i++)
        if (text_equal(lists->items[i].ref.type, type))
            return true;
    return false;
}

static void add_sources(struct hosts *hosts, const struct stored_lists *lists)
{
    for (const struct provider *const *provider = provider_all(); *provider; provider++) {
        const struct provider_host *host = (*provider)->hosts;
        for (; host && host->name; host++)
            add_host(hosts, host->name,
                     arena_print(hosts->call->arena, "%s lists", (*provider)->title),
                     has_list_of(lists, (*provider)->name));
    }
}

/* Lists of any address: those of sources without hosts of their own. */
static void add_addresses(struct hosts *hosts, const struct stored_lists *lists)
{
    char name[URL_HOST_SIZE];

    for (size_t i = 0; i < lists->count; i++) {
        const struct list_ref *ref = &lists->items[i].ref;
        const struct provider *provider = provider_find(ref->type);
        if (provider && (!provider->hosts || !provider->hosts->name) && url_host_of(ref->url, name))
            add_host(hosts, name, "a list of its own address", true);
    }
}

static enum error_code add_seerr(struct hosts *hosts, struct error *error)
{
    struct call *call = hosts->call;
    struct options live;
    char name[URL_HOST_SIZE];
    enum error_code rc =
        live_settings_load(call->api->given, call->store, &call->api->key, &live, error);

    if (rc)
        return rc;
    if (url_host_of(options_text(&live, "OVERSEERR_URL"), name))
        add_host(hosts, name, "Seerr", true);
    options_release(&live);
    return ERROR_NONE;
}

static enum error_code find_hosts(struct hosts *hosts, struct error *error)
{
    struct stored_lists lists = {0};
    enum error_code rc = lists_load(hosts->call->store, hosts->call->arena, false, &lists, error);

    if (rc)
        return rc;
    hosts->most = lists.count + 64;
    hosts->items = arena_take(hosts->call->arena, hosts->most * sizeof(*hosts->items));
    rc = add_seerr(hosts, error);
    add_sources(hosts, &lists);
    add_addresses(hosts, &lists);
    add_host(hosts, POSTER_DESK_HOST, "posters", hosts->call->api->posters != NULL);
    return rc;
}

static int64_t database_bytes(struct call *call)
{
    struct stat file = {0};

    stat(arena_print(call->arena, "%s/list_sync.db", call->api->data_directory), &file);
    return file.st_size;
}

static void put_hosts(struct json_writer *json, const struct hosts *hosts)
{
    json_begin_array(json, "hosts");
    for (size_t i = 0; i < hosts->count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "host", hosts->items[i].name);
        json_put_text(json, "purpose", hosts->items[i].purpose);
        json_put_bool(json, "in_use", hosts->items[i].in_use);
        json_end_object(json);
    }
    json_end_array(json);
}

static void program_get(struct call *call)
{
    struct json_writer *json = &call->json;
    struct hosts hosts = {.call = call};
    struct error error = {0};
    bool is_admin = call->caller.access >= ACCESS_ADMIN;

    if (find_hosts(&hosts, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(json, NULL);
    json_put_text(json, "version", LISTSYNC_VERSION);
    call_put_time_ms(json, "started_at", call->api->started_ms);
    json_put_text(json, "data_directory", is_admin ? call->api->data_directory : NULL);
    json_put_number(json, "database_bytes", database_bytes(call));
    json_put_number(json, "schema_version", store_schema_version(call->store));
    put_hosts(json, &hosts);
    json_end_object(json);
}

const struct route api_program_routes[] = {
    {.id = "program_get",
     .tag = "About",
     .method = WEB_GET,
     .path = "/api/about",
     .access = ACCESS_READ,
     .summary = "What runs here, and every host that it may talk to",
     .answer = &program,
     .handle = program_get},
    {0},
};

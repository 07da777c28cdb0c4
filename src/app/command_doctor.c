#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/outcome.h"
#include "providers/provider.h"
#include "seerr/connect.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "sync/backup_folder.h"
#include "sync/log_parts.h"
#include "sync/schedule.h"
#include "sync/store_trouble.h"
#include "web/guard.h"

/*
 * One table: what was checked, how it is, and a sentence. A source is checked by asking its host
 * for its front page: that it answers at all is what can be known without reading a list. Nothing
 * is made: no data directory, no database.
 */
enum verdict { HEALTH_OK, HEALTH_WARNING, HEALTH_BAD };

struct doctor {
    struct session session;
    struct table table;
    struct arena *arena;
    struct stored_lists lists;
    bool has_database; /* that can be read */
    enum exit_code code;
};

static void tell(struct doctor *doctor, const char *subject, enum verdict health,
                 const char *sentence)
{
    static const char *const words[] = {"ok", "warning", "PROBLEM"};

    table_cell(&doctor->table, "%s", subject);
    table_cell(&doctor->table, "%s", words[health]);
    table_cell(&doctor->table, "%s", sentence);
}

static void fail(struct doctor *doctor, const char *subject, const struct error *error,
                 enum exit_code code)
{
    tell(doctor, subject, HEALTH_BAD, error->message);
    if (!doctor->code || doctor->code == EXIT_WITH_ERRORS)
        doctor->code = code;
}

/* What no start is refused for. */
static void warn_of_settings(struct doctor *doctor, const struct settings *settings,
                             const struct error *levels)
{
    struct error admin = {0};

    if (*settings->warnings)
        tell(doctor, "settings", HEALTH_WARNING, "see the lines above");
    if (levels->code)
        tell(doctor, "settings", HEALTH_WARNING, levels->message);
    if (guard_check_first(&settings->options, &admin))
        tell(doctor, "settings", HEALTH_WARNING, admin.message);
    if (!*settings->warnings && !levels->code && !admin.code)
        tell(doctor, "settings", HEALTH_OK, "");
}

static void check_more_settings(struct doctor *doctor, const struct settings *settings)
{
    struct error error = {0}, levels = {0};
    enum error_code rc = schedule_check(&settings->options, &error);

    if (!rc)
        rc = backup_folder_check(&settings->options, &error);
    if (!rc && log_parts_set(&settings->options, &levels) == ERROR_USAGE) {
        error = levels;
        rc = ERROR_USAGE;
    }
    if (rc)
        fail(doctor, "settings", &error, EXIT_USAGE);
    else
        warn_of_settings(doctor, settings, &levels);
}

static void check_settings(struct doctor *doctor, enum error_code rc, const struct error *error)
{
    const struct session *session = &doctor->session;
    const struct named_lists *named = &session->named;

    if (rc)
        fail(doctor, "settings", error, EXIT_USAGE);
    for (size_t i = 0; !rc && i < named->problem_count; i++)
        fail(doctor, "settings", &named->problems[i], EXIT_USAGE);
    if (rc || named->problem_count)
        return;
    check_more_settings(doctor, &session->settings);
}

/* Where the database is in trouble of another kind than damage, whether another one is at hand. */
static void tell_about_backups(struct doctor *doctor)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;

    backup_folder_init(&folder, &doctor->session.settings.options, doctor->session.data_directory);
    const char *newest = backup_folder_newest(&folder, doctor->arena);
    tell(doctor, "backups", *newest ? HEALTH_OK : HEALTH_WARNING,
         *newest ? arena_print(doctor->arena,
                               "if the database is lost, `listsync restore %s` brings back what it "
                               "was at the newest backup",
                               newest)
                 : arena_print(doctor->arena, "there is none in %s", folder.path));
}

/* One without a database has no data directory yet, or it is to be made. */
static void check_room(struct doctor *doctor)
{
    const char *folder = doctor->session.data_directory;
    struct error error = {0};

    if (!doctor->session.store_is_missing && (files_check_writable(folder, &error) ||
                                              files_check_room(folder, STORE_TROUBLE_ROOM, &error)))
        fail(doctor, "disk", &error, EXIT_WITH_ERRORS);
}

/* Where one is to be made: in the data directory, or what there is above it. */
static enum error_code check_place(const struct doctor *doctor, struct error *error)
{
    AUTO_FREE char *place = memory_text(doctor->session.data_directory);

    while (access(place, F_OK) != 0 && errno == ENOENT) {
        char *slash = strrchr(place, '/');
        if (!slash)
            return files_check_writable(".", error);
        slash[slash == place] = '\0';
    }
    return files_check_writable(place, error);
}

static void tell_about_trouble(struct doctor *doctor, struct error *error)
{
    session_advise(&doctor->session, error);
    fail(doctor, "database", error, EXIT_WITH_ERRORS);
    if (!store_says_damaged(error->message))
        tell_about_backups(doctor);
}

static void tell_about_database(struct doctor *doctor)
{
    const struct session *session = &doctor->session;
    struct arena *arena = doctor->arena;
    const char *folder = session->data_directory;
    const char *backup = session_lost_database(session, arena);
    struct error error = {0};

    if (session->store_is_missing && check_place(doctor, &error)) {
        error_prefix(&error, "no database in %s yet, and none can be made", folder);
        fail(doctor, "database", &error, EXIT_WITH_ERRORS);
    } else if (*backup)
        tell(doctor, "database", HEALTH_WARNING,
             arena_print(arena,
                         "no database in %s, but backups of one: `listsync restore %s` brings back "
                         "the newest",
                         folder, backup));
    else if (session->store_is_missing)
        tell(doctor, "database", HEALTH_OK,
             arena_print(arena, "no database in %s yet; the first sync makes it", folder));
    else
        tell(doctor, "database", HEALTH_OK,
             arena_print(arena, "%s/list_sync.db is whole, schema %d", folder,
                         store_schema_version(session->store)));
}

static void check_store(struct doctor *doctor)
{
    struct error error = {0};
    struct session *session = &doctor->session;
    enum error_code rc = session_open_store(session, &error);

    if (!rc)
        rc = store_check_all(session->store, &error);
    if (!rc)
        rc = lists_load(session->store, doctor->arena, false, &doctor->lists, &error);
    doctor->has_database = !rc;
    if (rc)
        tell_about_trouble(doctor, &error);
    else
        tell_about_database(doctor);
    check_room(doctor);
}

static void tell_about_key(struct doctor *doctor, const struct secret_key *key)
{
    const char *count =
        words_count(doctor->arena, (int64_t)key->sealed, "stored credential", "stored credentials");

    if (!key->is_there)
        tell(doctor, "secret key", HEALTH_OK, "none yet, and nothing is sealed");
    else if (key->opened < key->sealed)
        tell(doctor, "secret key", HEALTH_WARNING,
             arena_print(doctor->arena, "%s opens only %zu of %s: see `listsync key`", key->source,
                         key->opened, count));
    else
        tell(doctor, "secret key", HEALTH_OK,
             arena_print(doctor->arena, "%s (mark %.8s) opens %s", key->source, key->mark,
                         !key->sealed      ? "what will be stored"
                         : key->sealed > 1 ? arena_print(doctor->arena, "all %s", count)
                                           : "the one stored credential"));
}

static bool check_key(struct doctor *doctor)
{
    struct session *session = &doctor->session;
    const struct secret_key_place place = session_key_place(session);
    AUTO_SECRET_KEY struct secret_key key = {0};
    struct error error = {0};
    enum error_code rc = secret_key_check(&session->settings.options, &error);

    if (!rc && (!session->store || session->store_is_missing))
        return true;
    if (!rc)
        rc = secret_key_find(&place, session->store, &key, &error);
    if (rc)
        fail(doctor, "secret key", &error, rc == ERROR_STORE ? EXIT_WITH_ERRORS : EXIT_USAGE);
    else
        tell_about_key(doctor, &key);
    return !rc;
}

/* After database and key were looked at: trouble with them is told already. */
static void add_stored_settings(struct doctor *doctor)
{
    struct error error = {0};

    if (doctor->has_database && check_key(doctor) && session_add_stored(&doctor->session, &error))
        fail(doctor, "stored settings", &error, EXIT_WITH_ERRORS);
}

/* By its last reading. One that was stopped half-way, or never begun, tells nothing bad. */
static enum verdict health_of(const struct stored_list *list)
{
    enum outcome outcome = OUTCOME_OK;

    if (!provider_find(list->ref.type))
        return HEALTH_WARNING;
    if (!outcome_from_word(list->status, &outcome) || outcome_is_complete(outcome))
        return HEALTH_OK;
    return outcome == OUTCOME_CANCELLED ? HEALTH_WARNING : HEALTH_BAD;
}

/* "read completely, 12 titles", "not_found: there is no list of that name" */
static const char *describe_list(const struct doctor *doctor, const struct stored_list *list)
{
    struct arena *arena = doctor->arena;
    enum outcome outcome = OUTCOME_OK;

    if (provider_find(list->ref.type) && outcome_from_word(list->status, &outcome) &&
        outcome_is_complete(outcome))
        return arena_print(arena, "%s, %s", outcome_meaning(outcome),
                           words_count(arena, list->item_count, "title", "titles"));
    return arena_print(arena, "%s%s%s", session_list_state(list), *list->message ? ": " : "",
                       list->message);
}

static void check_list(struct doctor *doctor, const struct stored_list *list)
{
    struct error error = {.code = ERROR_NOT_FOUND};
    const char *subject = arena_print(doctor->arena, "%s:%s", list->ref.type, list->ref.id);
    enum verdict health = health_of(list);

    snprintf(error.message, sizeof(error.message), "%s", describe_list(doctor, list));
    if (health == HEALTH_BAD)
        fail(doctor, subject, &error, EXIT_WITH_ERRORS);
    else
        tell(doctor, subject, health, error.message);
}

static void check_lists(struct doctor *doctor)
{
    if (!doctor->has_database)
        return;
    if (!doctor->lists.count)
        tell(doctor, "lists", HEALTH_WARNING, "none yet: `listsync lists add TYPE:ID`");
    for (size_t i = 0; i < doctor->lists.count; i++)
        check_list(doctor, &doctor->lists.items[i]);
}

/* Those that take their messages need no line. */
static void check_target(struct doctor *doctor, const struct notification_target *target)
{
    struct delivery_held_up held = {0};

    notification_deliveries_held_up(doctor->session.store, doctor->arena, target->id, &held, NULL);
    if (*target->disabled)
        tell(doctor, target->name, HEALTH_WARNING,
             arena_print(doctor->arena, "notifications are switched off: %s", target->disabled));
    else if (held.message)
        tell(doctor, target->name, HEALTH_WARNING,
             arena_print(doctor->arena, "notifications wait: %s", held.message));
}

static void check_targets(struct doctor *doctor)
{
    struct notification_targets targets = {0};

    if (!doctor->has_database ||
        notification_targets_load(doctor->session.store, doctor->arena, &targets, NULL))
        return;
    for (size_t i = 0; i < targets.count; i++)
        if (targets.items[i].is_on)
            check_target(doctor, &targets.items[i]);
}

/* One request and what became of it. */
struct probe {
    bool asked;
    int status;
    struct error error;
    void (*fill)(const struct probe *probe, struct http_request *request);
    void (*read)(struct probe *probe, const struct http_response *response);
    const struct seerr *seerr;
    int64_t act_as; /* 0: the key's own user */
    const char *host;
    struct seerr_server server;
    struct seerr_user user;
    char version[64];
};

static bool probe_next(void *state, struct http_request *request)
{
    struct probe *probe = state;

    if (probe->asked)
        return false;
    probe->asked = true;
    probe->fill(probe, request);
    return true;
}

static void probe_answer(void *state, const struct http_response *response)
{
    struct probe *probe = state;

    probe->status = response->status;
    if (probe->read)
        probe->read(probe, response);
}

static void probe_failed(void *state, const struct error *error)
{
    ((struct probe *)state)->error = *error;
}

static bool tick(void *context)
{
    (void)context;
    return !interrupt_came();
}

static void add_probe(struct session *session, struct probe *probe)
{
    struct exchange exchange = {
        .state = probe, .next = probe_next, .answer = probe_answer, .failed = probe_failed};

    client_add(session->client, &exchange);
}

static void fill_server(const struct probe *probe, struct http_request *request)
{
    connect_server_request(probe->seerr, request);
}

static void read_server(struct probe *probe, const struct http_response *response)
{
    connect_server_answer(response, &probe->server, &probe->error);
}

static void fill_user(const struct probe *probe, struct http_request *request)
{
    connect_user_request(probe->seerr, probe->act_as, request);
}

static void read_user(struct probe *probe, const struct http_response *response)
{
    connect_user_answer(response, probe->act_as, &probe->user, &probe->error);
}

static void fill_version(const struct probe *probe, struct http_request *request)
{
    connect_version_request(probe->seerr, request);
}

static void read_version(struct probe *probe, const struct http_response *response)
{
    connect_version_answer(response, probe->version, sizeof(probe->version));
}

static void tell_about_seerr(struct doctor *doctor, const struct probe *server,
                             const struct probe *version, const struct probe *user)
{
    char sentence[256];

    if (server->error.code) {
        fail(doctor, "Seerr", &server->error, EXIT_SEERR);
        return;
    }
    snprintf(sentence, sizeof(sentence), "%s %s", seerr_flavour_name(server->server.flavour),
             version->version);
    tell(doctor, "Seerr", HEALTH_OK, sentence);
    if (user->error.code) {
        fail(doctor, "API key", &user->error, EXIT_SEERR);
        return;
    }
    snprintf(sentence, sizeof(sentence), "accepted, it belongs to %s (user %" PRId64 ")",
             user->user.name, user->user.id);
    tell(doctor, "API key", HEALTH_OK, sentence);
}

/* The user in whose name to request; asked for once it is known that the key works. */
static void check_requester(struct doctor *doctor)
{
    struct session *session = &doctor->session;
    struct probe probe = {
        .seerr = &session->login.seerr,
        .act_as = options_number(&session->settings.options, "OVERSEERR_USER_ID"),
        .fill = fill_user,
        .read = read_user,
    };

    if (!probe.act_as)
        return;
    add_probe(session, &probe);
    client_run(session->client, tick, NULL);
    if (probe.error.code)
        fail(doctor, "OVERSEERR_USER_ID", &probe.error, EXIT_USAGE);
    else
        tell(doctor, "OVERSEERR_USER_ID", HEALTH_OK,
             arena_print(doctor->arena, "requests are made in the name of %s (user %" PRId64 ")",
                         probe.user.name, probe.user.id));
}

static void check_seerr(struct doctor *doctor)
{
    struct error error = {0};
    struct session *session = &doctor->session;
    struct probe server = {
        .seerr = &session->login.seerr, .fill = fill_server, .read = read_server};
    struct probe version = {
        .seerr = &session->login.seerr, .fill = fill_version, .read = read_version};
    struct probe user = {.seerr = &session->login.seerr, .fill = fill_user, .read = read_user};

    if (session_open_seerr(session, &error)) {
        fail(doctor, "Seerr", &error, EXIT_USAGE);
        return;
    }
    add_probe(session, &server);
    add_probe(session, &version);
    add_probe(session, &user);
    client_run(session->client, tick, NULL);
    tell_about_seerr(doctor, &server, &version, &user);
    if (!server.error.code && !user.error.code)
        check_requester(doctor);
}

static void fill_source(const struct probe *probe, struct http_request *request)
{
    http_request_get(request, "https://%s/", probe->host);
    request->repeatable = false; /* one try tells enough */
    request->timeout_ms = 10000;
}

/* Trakt answers nobody without a client id; files of its data export need none. */
static bool lacks_client_id(const struct doctor *doctor, const struct provider *provider)
{
    if (!text_starts_with(provider->name, "trakt") ||
        options_is_set(&doctor->session.settings.options, "TRAKT_CLIENT_ID"))
        return false;
    for (size_t i = 0; i < doctor->lists.count; i++) {
        const struct list_ref *ref = &doctor->lists.items[i].ref;
        if (text_equal(ref->type, provider->name) && !text_starts_with(ref->id, "file:"))
            return true;
    }
    return false;
}

static void tell_about_source(struct doctor *doctor, const struct provider *provider,
                              const struct probe *probe)
{
    const char *host = probe->host;
    const char *sentence = arena_print(doctor->arena, "%s answers", host);
    enum verdict health = HEALTH_WARNING;

    if (probe->error.code)
        sentence = probe->error.message;
    else if (probe->status >= 500)
        sentence = arena_print(doctor->arena, "%s answers, but has trouble of its own (HTTP %d)",
                               host, probe->status);
    else if (lacks_client_id(doctor, provider))
        sentence = arena_print(doctor->arena,
                               "%s answers, but not to lists: TRAKT_CLIENT_ID is "
                               "not set",
                               host);
    else
        health = HEALTH_OK;
    tell(doctor, provider->title, health, sentence);
}

static void check_sources(struct doctor *doctor)
{
    enum { SOURCES_MAX = 32 };
    struct probe probes[SOURCES_MAX] = {0};
    const struct provider *const *providers = provider_all();

    for (size_t i = 0; i < SOURCES_MAX && providers[i]; i++) {
        probes[i].host = providers[i]->hosts[0].name;
        probes[i].fill = fill_source;
        if (probes[i].host)
            add_probe(&doctor->session, &probes[i]);
    }
    client_run(doctor->session.client, tick, NULL);
    for (size_t i = 0; i < SOURCES_MAX && providers[i]; i++)
        if (probes[i].host)
            tell_about_source(doctor, providers[i], &probes[i]);
}

static void tell_unused_settings(struct doctor *doctor)
{
    const struct settings *settings = &doctor->session.settings;

    for (size_t i = 0; i < settings->unused_count; i++) {
        AUTO_FREE char *sentence = memory_print("set, but %s", settings->unused[i].setting->note);
        tell(doctor, settings->unused[i].name, HEALTH_WARNING, sentence);
    }
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct error error = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    struct doctor doctor = {.arena = arena, .code = EXIT_DONE};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_doctor, "%s", error.message);
    interrupt_watch();
    table_init(&doctor.table, 3);
    enum error_code rc = session_open(&doctor.session, origins.items, &error);
    check_settings(&doctor, rc, &error);
    if (!rc) {
        session_open_network(&doctor.session);
        tell_unused_settings(&doctor);
        check_store(&doctor);
        add_stored_settings(&doctor);
        check_seerr(&doctor);
        check_sources(&doctor);
        check_lists(&doctor);
        check_targets(&doctor);
    }
    table_print(&doctor.table, stdout, 0);
    table_release(&doctor.table);
    session_close(&doctor.session);
    return doctor.code;
}

const struct command command_doctor = {
    .name = "doctor",
    .arguments = "",
    .summary = "check settings, database, Seerr and each source",
    .help = "  Asks Seerr and each source's front page once; changes nothing.\n",
    .run = run,
};

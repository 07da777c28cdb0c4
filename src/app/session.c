#include "app/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/identity.h"
#include "app/moved_in.h"
#include "app/words.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/transport_curl.h"
#include "providers/provider.h"
#include "store/former.h"
#include "sync/backup_folder.h"
#include "sync/move_in.h"
#include "sync/schedule.h"

static const char user_agent[] = "ListSync/" LISTSYNC_VERSION;

static enum error_code add_origins(struct session *session, const char *const *origins,
                                   struct error *error)
{
    const char *setting = options_text(&session->settings.options, "LISTSYNC_ORIGINS");
    enum error_code rc = ERROR_NONE;

    if (*setting && (rc = origins_add(&session->origins, setting, error)))
        return error_prefix(error, "LISTSYNC_ORIGINS");
    for (; origins && *origins && !rc; origins++)
        rc = origins_add(&session->origins, *origins, error);
    return rc;
}

enum error_code session_open_outside(struct session *session, const char *const *origins,
                                     struct error *error)
{
    *session = (struct session){.lock = -1};
    enum error_code rc = settings_load(&session->settings, environ, ".env", error);

    if (rc)
        return rc;
    session->data_directory =
        memory_text(options_text(&session->settings.options, "LISTSYNC_DATA_DIR"));
    named_lists_read(&session->named, &session->settings.options);
    if (*session->settings.warnings)
        fputs(session->settings.warnings, stderr);
    return add_origins(session, origins, error);
}

enum error_code session_open(struct session *session, const char *const *origins,
                             struct error *error)
{
    enum error_code rc = session_open_outside(session, origins, error);

    return rc ? rc : identity_take(&session->settings.options, session->data_directory, error);
}

enum error_code session_check_lists(const struct session *session, struct error *error)
{
    if (!session->named.problem_count)
        return ERROR_NONE;
    *error = session->named.problems[0];
    return error->code;
}

void session_close(struct session *session)
{
    client_free(session->client);
    pacer_free(session->pacer);
    store_close(session->store);
    if (session->lock >= 0)
        close(session->lock);
    seerr_login_release(&session->login);
    origins_release(&session->origins);
    free(session->data_directory);
    named_lists_release(&session->named);
    settings_release(&session->settings);
}

/* The options keep pointing to tables, so that the completed ones can take their place. */
static enum error_code complete_options(struct session *session, struct store *store,
                                        const struct crypto_key *key, struct error *error)
{
    struct options completed;
    enum error_code rc =
        live_settings_load(&session->settings.options, store, key, &completed, error);

    if (rc)
        return rc;
    options_release(&session->settings.options);
    session->settings.options = completed;
    return ERROR_NONE;
}

static bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

struct secret_key_place session_key_place(const struct session *session)
{
    return secret_key_place(session->data_directory, &session->settings.options);
}

/* What the earlier ListSync left in the data directory, at the first start on it. */
static enum error_code move_in(const struct session *session, const char *database,
                               struct store *store, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct move_in taken = {.store = store, .given = &session->settings.options, .arena = arena};
    bool did = false;
    enum error_code rc = move_in_at_start(&taken, database, &did, error);

    if (!rc && did)
        moved_in_print(&taken, stderr, database);
    return rc;
}

static bool is_empty(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && !status.st_size;
}

/*
 * A file without a byte is what some disks leave after a power cut. SQLite would begin anew in it,
 * and the service would ask whoever comes first to be its admin.
 */
static enum error_code refuse_empty(const char *path, struct error *error)
{
    if (!is_empty(path))
        return ERROR_NONE;
    return error_set(error, ERROR_STORE,
                     "the database %s " DB_IS_EMPTY " (0 bytes; remove it to begin anew)", path);
}

/* What a migration is about to change is kept as it was, and so is what is taken over. */
static enum error_code open_file(const struct session *session, const char *path,
                                 struct store **ret, struct error *error)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;
    AUTO_STORE struct store *store = NULL;

    crypto_begin();
    backup_folder_init(&folder, &session->settings.options, session->data_directory);
    enum error_code rc = move_in_make_room(path, error);
    if (!rc)
        rc = refuse_empty(path, error);
    bool was_there = is_there(path);
    if (!rc)
        rc = backup_folder_before_migration(&folder, error);
    if (!rc)
        rc = store_open(&db_driver_sqlite, path, &store, error);
    if (!rc)
        rc = move_in(session, path, store, error);
    if (!rc)
        *ret = TAKE(store);
    else
        backup_folder_advise(&folder, error);
    if (rc && !was_there && is_empty(path))
        unlink(path); /* a disk without room let nothing be made in it */
    return rc;
}

void session_advise(const struct session *session, struct error *error)
{
    struct backup_folder folder;

    if (!session->data_directory)
        return;
    backup_folder_init(&folder, &session->settings.options, session->data_directory);
    backup_folder_advise(&folder, error);
    backup_folder_release(&folder);
}

enum exit_code session_fail(const struct session *session, struct error *error)
{
    session_advise(session, error);
    return command_fail(error);
}

static enum error_code open_database(const struct session *session, const char *target,
                                     struct store **ret, struct error *error)
{
    return text_equal(target, DB_IN_MEMORY) ? store_open(&db_driver_sqlite, target, ret, error)
                                            : open_file(session, target, ret, error);
}

enum error_code session_add_stored(struct session *session, struct error *error)
{
    AUTO_FREE char *database = memory_print("%s/list_sync.db", session->data_directory);
    const struct secret_key_place place = session_key_place(session);
    AUTO_SECRET_KEY struct secret_key key = {0};
    AUTO_STORE struct store *store = NULL;

    if (!is_there(database))
        return ERROR_NONE;
    enum error_code rc = open_database(session, database, &store, error);
    if (!rc)
        rc = secret_key_find(&place, store, &key, error);
    if (!rc)
        rc = complete_options(session, store, &key.key, error);
    if (rc)
        session_advise(session, error);
    return rc;
}

/*
 * A newer version may read what an older one kept as it was: each list is called what it would be
 * called if it were added now.
 */
static enum error_code name_lists_anew(struct session *session, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_lists lists = {0};
    struct list_ref ref;
    enum error_code rc = lists_load(session->store, arena, true, &lists, error);

    for (size_t i = 0; !rc && i < lists.count; i++) {
        const struct list_ref *kept = &lists.items[i].ref;
        if (provider_parse(kept->type, kept->id, &ref, NULL))
            continue;
        if (!text_equal(ref.type, kept->type) || !text_equal(ref.id, kept->id))
            rc = lists_rename(session->store, &lists.items[i], &ref, error);
    }
    return rc;
}

/* The service's settings, which name its lists, need not be those of whoever looks. */
static bool is_kept_by_another(const struct session *session)
{
    AUTO_FREE char *lock = memory_print("%s/listsync.lock", session->data_directory);

    return session->lock < 0 && files_is_locked(lock);
}

static enum error_code open_store(struct session *session, const char *target, struct error *error)
{
    enum error_code rc = open_database(session, target, &session->store, error);

    if (rc || is_kept_by_another(session))
        return rc;
    rc = name_lists_anew(session, error);
    return rc ? rc : named_lists_add(&session->named, session->store, error);
}

enum error_code session_open_store(struct session *session, struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/list_sync.db", session->data_directory);

    session->store_is_missing = access(path, F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR);
    return open_store(session, session->store_is_missing ? DB_IN_MEMORY : path, error);
}

/* Where it is to be is a setting: one that cannot be made is the setting's mistake. */
static enum error_code make_data_directory(const struct session *session, struct error *error)
{
    if (!files_make_directory(session->data_directory, error))
        return ERROR_NONE;
    error_prefix(error, "the data directory");
    return error->code = ERROR_USAGE;
}

const char *session_lost_database(const struct session *session, struct arena *arena)
{
    AUTO_BACKUP_FOLDER struct backup_folder folder;

    backup_folder_init(&folder, &session->settings.options, session->data_directory);
    return access(folder.database, F_OK) == 0 ? "" : backup_folder_newest(&folder, arena);
}

#define KNOWS_NOTHING                                                                              \
    "so a new one is made, which knows nothing of what was ignored or refused: the first sync by " \
    "schedule waits as if one had just ended, unless you order one"

/* Beginning anew is fine, if it is meant. True: there was a database before. */
static bool warn_of_lost_database(const struct session *session, const char *path)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *key = memory_print("%s/secret.key", session->data_directory);
    const char *backup = session_lost_database(session, arena);

    if (*backup)
        words_print(stderr, 0,
                    "listsync: warning: there is no database in %s, " KNOWS_NOTHING
                    "; `listsync restore %s` brings back the newest backup",
                    session->data_directory, backup);
    else if (!is_there(path) && is_there(key))
        words_print(stderr, 0,
                    "listsync: warning: there is no database in %s, only the secret.key of "
                    "one, " KNOWS_NOTHING,
                    session->data_directory);
    else
        return false;
    return true;
}

enum error_code session_make_store(struct session *session, struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/list_sync.db", session->data_directory);
    enum error_code rc = make_data_directory(session, error);

    if (rc)
        return rc;
    bool is_lost = warn_of_lost_database(session, path);
    rc = open_store(session, path, error);
    return rc || !is_lost ? rc : schedule_begin_later(session->store, error);
}

const char *session_list_state(const struct stored_list *list)
{
    if (!provider_find(list->ref.type))
        return "not supported by this version";
    return *list->status ? list->status : "not read yet";
}

/* "TYPE:ID" or "TYPE ID" as `lists` prints it, whatever a source says about it. */
static bool split(const char *type, const char *text, struct list_ref *ret)
{
    const char *colon = strchr(text, ':');

    *ret = (struct list_ref){0};
    text_copy(ret->type, sizeof(ret->type), type ? type : text);
    if (!type)
        text_cut_at(ret->type, ":");
    text_copy(ret->id, sizeof(ret->id), type ? text : colon ? colon + 1 : "");
    return type || colon;
}

enum error_code session_find_list(struct session *session, struct arena *arena, const char *type,
                                  const char *text, struct list_ref *ret_ref,
                                  struct stored_list *ret, struct error *error)
{
    enum error_code rc = ERROR_NOT_FOUND;

    if (split(type, text, ret_ref))
        rc = lists_find(session->store, arena, ret_ref, ret, error);
    if (rc != ERROR_NOT_FOUND)
        return rc;
    rc = session_parse_list(type, text, ret_ref, error);
    return rc ? rc : lists_find(session->store, arena, ret_ref, ret, error);
}

enum error_code session_parse_list(const char *type, const char *text, struct list_ref *ret,
                                   struct error *error)
{
    /* Before all else: "lists.mine/weekend.csv" would be an address as well. */
    if (!type && access(text, F_OK) == 0 && !provider_find(text))
        return error_set(error, ERROR_USAGE, "\"%s\" is a file: write file:%s", text, text);
    return provider_parse(type, text, ret, error);
}

/* Written into the lock by the service; a command that holds it leaves it empty. */
static const char service_word[] = "service\n";

static enum error_code refuse_second(const struct session *session, const char *lock, bool has_api,
                                     struct error *error)
{
    AUTO_BUFFER struct buffer holder = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    if (files_read(lock, &holder, NULL) == ERROR_NONE &&
        text_equal(buffer_string(&holder), service_word))
        return error_set(error, ERROR_CONFLICT,
                         "ListSync is running as a service on the data directory %s: %sstop it "
                         "first; nothing was changed",
                         session->data_directory, has_api ? "ask it by its API instead, or " : "");
    return error_set(error, ERROR_CONFLICT,
                     "another sync is running on the data directory %s; nothing was changed",
                     session->data_directory);
}

static enum error_code cannot_lock(const char *path, struct error *error)
{
    return error_set(error, ERROR_STORE, "%s cannot be written: %s", path, strerror(errno));
}

void session_say_service(const struct session *session)
{
    /* It only makes a sentence clearer: whether it worked does not matter. */
    if (write(session->lock, service_word, strlen(service_word)) < 0)
        return;
}

static enum error_code lock_directory(struct session *session, bool has_api, struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/listsync.lock", session->data_directory);

    if (make_data_directory(session, error))
        return error->code;
    session->lock = files_lock(path, error);
    if (session->lock >= 0)
        return ftruncate(session->lock, 0) == 0 ? ERROR_NONE : cannot_lock(path, error);
    return error->code == ERROR_CONFLICT ? refuse_second(session, path, has_api, error)
                                         : error->code;
}

enum error_code session_lock(struct session *session, struct error *error)
{
    return lock_directory(session, true, error);
}

enum error_code session_lock_alone(struct session *session, struct error *error)
{
    return lock_directory(session, false, error);
}

void session_open_network(struct session *session)
{
    struct client_settings settings = {
        .transport = transport_curl_new(0),
        .origins = &session->origins,
        .user_agent = user_agent,
    };

    session->pacer = pacer_new();
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        for (const struct provider_host *host = (*provider)->hosts; host->name; host++)
            pacer_set(session->pacer, host->name, &host->pace);
    settings.pacer = session->pacer;
    session->client = client_new(&settings);
}

enum error_code session_open_seerr(struct session *session, struct error *error)
{
    return seerr_login_init(&session->login, &session->settings.options, error);
}

#include "app/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/transport_curl.h"
#include "providers/provider.h"

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

enum error_code session_open(struct session *session, const char *const *origins,
                             struct error *error)
{
    *session = (struct session){.lock = -1};
    enum error_code rc = settings_load(&session->settings, environ, ".env", error);

    if (rc)
        return rc;
    session->data_directory =
        memory_text(options_text(&session->settings.options, "LISTSYNC_DATA_DIR"));
    if (*session->settings.warnings)
        fputs(session->settings.warnings, stderr);
    return add_origins(session, origins, error);
}

void session_close(struct session *session)
{
    client_free(session->client);
    pacer_free(session->pacer);
    store_close(session->store);
    if (session->lock >= 0)
        close(session->lock);
    secret_release(&session->seerr.key);
    free(session->seerr_url);
    origins_release(&session->origins);
    free(session->data_directory);
    settings_release(&session->settings);
}

static enum error_code add_list(struct session *session, const struct list_setting *setting,
                                char *input, struct error *error)
{
    struct list_ref ref;
    int64_t id;
    enum error_code rc = provider_parse(setting->type, text_trim(input), &ref, error);

    if (rc) {
        error_prefix(error, "%s", setting->name);
        return rc;
    }
    return lists_add(session->store, &ref, LIST_FROM_ENVIRONMENT, 0, &id, error);
}

static enum error_code add_lists_of_settings(struct session *session, struct error *error)
{
    for (const struct list_setting *setting = settings_lists; setting->name; setting++) {
        AUTO_FREE char *value =
            memory_text(options_text(&session->settings.options, setting->name));
        char *rest = value;
        char *input;
        while ((input = strsep(&rest, ","))) {
            if (!*text_trim(input))
                continue;
            enum error_code rc = add_list(session, setting, input, error);
            if (rc)
                return rc;
        }
    }
    return ERROR_NONE;
}

enum error_code session_open_store(struct session *session, struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/list_sync.db", session->data_directory);
    enum error_code rc = files_make_directory(session->data_directory, error);

    if (!rc)
        rc = store_open(&db_driver_sqlite, path, &session->store, error);
    return rc ? rc : add_lists_of_settings(session, error);
}

enum error_code session_lock(struct session *session, struct error *error)
{
    AUTO_FREE char *path = memory_print("%s/listsync.lock", session->data_directory);

    if (files_make_directory(session->data_directory, error))
        return error->code;
    session->lock = files_lock(path, error);
    if (session->lock >= 0)
        return ERROR_NONE;
    if (error->code != ERROR_CONFLICT)
        return error->code;
    return error_set(error, ERROR_CONFLICT,
                     "another sync is running on the data directory %s; nothing was changed",
                     session->data_directory);
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
    const struct options *options = &session->settings.options;

    if (!options_is_set(options, "OVERSEERR_URL"))
        return error_set(error, ERROR_USAGE,
                         "OVERSEERR_URL is not set: the address of Overseerr, Jellyseerr or Seerr, "
                         "such as http://192.168.1.2:5055");
    if (!options_is_set(options, "OVERSEERR_API_KEY"))
        return error_set(error, ERROR_USAGE,
                         "OVERSEERR_API_KEY is not set: it is shown in Seerr under Settings, "
                         "General");
    enum error_code rc =
        seerr_normalise_url(options_text(options, "OVERSEERR_URL"), &session->seerr_url, error);
    if (rc)
        return rc;
    session->seerr.base_url = session->seerr_url;
    secret_set(&session->seerr.key, secret_reveal(options_secret(options, "OVERSEERR_API_KEY")));
    return ERROR_NONE;
}

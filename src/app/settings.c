#include "app/settings.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/dotenv.h"
#include "app/identity.h"
#include "app/service.h"
#include "base/buffer.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "notify/environment.h"
#include "providers/provider.h"
#include "sync/backup_folder.h"
#include "sync/history_desk.h"
#include "sync/move_in.h"
#include "sync/notice_desk.h"
#include "sync/poster_desk.h"
#include "sync/schedule.h"
#include "sync/secret_key.h"
#include "sync/trace_sender.h"
#include "web/guard.h"
#include "web/hub.h"
#include "web/metrics_page.h"

static const struct option app_options[] = {
    {"OVERSEERR_URL", OPTION_URL, NULL, 0, 0,
     "address of Overseerr, Jellyseerr or Seerr, with its base path if it has one"},
    {"OVERSEERR_API_KEY", OPTION_SECRET, NULL, 0, 0, "its API key (Settings, General)"},
    {"OVERSEERR_USER_ID", OPTION_NUMBER, "0", 0, 1000000000,
     "Seerr user in whose name to request when a list names none; 0: the key's owner"},
    {"OVERSEERR_4K", OPTION_SWITCH, "false", 0, 0, "request in 4K instead of HD"},
    {"LISTSYNC_DATA_DIR", OPTION_TEXT, "./data", 0, 0, "where list_sync.db is kept"},
    {"LISTSYNC_ORIGINS", OPTION_TEXT, "", 0, 0,
     "HOST=URL, comma separated: sends traffic meant for a host to another base URL"},
    {"IMDB_LISTS", OPTION_TEXT, "", 0, 0, "IMDb lists, comma separated"},
    {"TRAKT_LISTS", OPTION_TEXT, "", 0, 0, "Trakt lists, comma separated"},
    {"TRAKT_SPECIAL_LISTS", OPTION_TEXT, "", 0, 0, "Trakt charts, comma separated"},
    {"LETTERBOXD_LISTS", OPTION_TEXT, "", 0, 0, "Letterboxd lists, comma separated"},
    {"MDBLIST_LISTS", OPTION_TEXT, "", 0, 0, "MDBList lists, comma separated"},
    {"STEVENLU_LISTS", OPTION_TEXT, "", 0, 0, "Steven Lu lists, comma separated"},
    {"CUSTOM_LISTS", OPTION_TEXT, "", 0, 0, "files and URLs of lists, comma separated"},
    {"TIMEZONE_REGION", OPTION_TEXT, "", 0, 0,
     "US, EU, ASIA, AU or NZ: which zone an abbreviation in TZ means that names several"},
    {0},
};

const struct list_setting settings_lists[] = {
    {"IMDB_LISTS", "imdb"},
    {"TRAKT_LISTS", "trakt"},
    {"TRAKT_SPECIAL_LISTS", "trakt_special"},
    {"LETTERBOXD_LISTS", "letterboxd"},
    {"MDBLIST_LISTS", "mdblist"},
    {"STEVENLU_LISTS", "stevenlu"},
    {"CUSTOM_LISTS", "custom"},
    {0},
};

/* Words by which a name in the environment shows that it was meant for us. */
static const char *const our_prefixes[] = {
    "LISTSYNC_", "OVERSEERR_", "TRAKT_", "MDBLIST_", "IMDB_",     "LETTERBOXD_",
    "STEVENLU_", "DISCORD_",   "SMTP_",  "EMAIL_",   "PUSHOVER_", "BACKUP_",
};

/* OVERSEERR_API_KEY_FILE=/run/secrets/key */
struct file_setting {
    char *secret, *path;
};

struct loading {
    struct settings *settings;
    struct buffer *warnings;
    bool from_file;     /* everything in .env is meant for us; the environment is everybody's */
    struct error first; /* trouble; the rest is read all the same, for who asks what is wrong */
    struct file_setting *files; /* read when all else of .env or of the environment was */
    size_t file_count, file_capacity;
};

static bool is_meant_for_us(const struct loading *loading, const char *name)
{
    if (loading->from_file || text_ends_with(name, "_LISTS"))
        return true;
    for (size_t i = 0; i < ARRAY_LENGTH(our_prefixes); i++)
        if (text_starts_with(name, our_prefixes[i]))
            return true;
    return false;
}

/* Some of ours begin with LISTSYNC_ and some do not: who takes one for the other means it. */
static void warn_unknown(struct loading *loading, const char *name)
{
    const struct options *options = &loading->settings->options;
    AUTO_FREE char *longer = memory_print("%s%s", our_prefixes[0], name);
    const char *nearest = options_nearest(options, name);

    if (!nearest && !is_meant_for_us(loading, name))
        return;
    if (!nearest)
        nearest = options_nearest(options, longer);
    if (nearest)
        buffer_print(loading->warnings, "unknown setting %s: did you mean %s?\n", name, nearest);
    else
        buffer_print(loading->warnings, "unknown setting %s\n", name);
}

/* "OVERSEERR_API_KEY_FILE" -> "OVERSEERR_API_KEY", if that is a secret of ours. */
static char *secret_of_file_setting(const struct options *options, const char *name)
{
    const size_t suffix = strlen("_FILE");

    if (!text_ends_with(name, "_FILE"))
        return NULL;
    char *secret = memory_text_n(name, strlen(name) - suffix);
    const struct option *option = map_get(&options->declared, secret);
    if (option && option->kind == OPTION_SECRET)
        return secret;
    free(secret);
    return NULL;
}

static enum error_code set_from_file(struct options *options, const char *secret, const char *path,
                                     struct error *error)
{
    AUTO_BUFFER struct buffer contents = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    if (files_check_plain(path, error) || files_read(path, &contents, error)) {
        error_prefix(error, "%s_FILE", secret);
        return error->code = ERROR_USAGE;
    }
    if (!text_is_valid_utf8(buffer_string(&contents), contents.length))
        return error_set(error, ERROR_USAGE, "%s_FILE: %s is no plain text (UTF-8)", secret, path);
    const char *text = contents.bytes ? text_trim(contents.bytes) : "";
    if (!*text)
        return error_set(error, ERROR_USAGE, "%s_FILE: %s is empty", secret, path);
    return options_set(options, secret, text, error);
}

/* Names that other programs use as well count only where all is meant for us. */
static void note_unused(struct loading *loading, const char *name,
                        const struct unused_setting *unused)
{
    struct settings *settings = loading->settings;

    if ((unused->is_common && !loading->from_file) || settings_has_unused(settings, name))
        return;
    memory_grow(&settings->unused, settings->unused_count, &settings->unused_capacity);
    settings->unused[settings->unused_count++] = (struct unused_found){memory_text(name), unused};
}

/* A secret of theirs may be given as a file as well. */
static const struct unused_setting *find_unused(const char *name)
{
    const struct unused_setting *unused = unused_settings_find(name);

    if (unused || !text_ends_with(name, "_FILE"))
        return unused;
    AUTO_FREE char *secret = memory_text_n(name, strlen(name) - strlen("_FILE"));
    return unused_settings_find(secret);
}

static const char *source_of(const struct loading *loading)
{
    return loading->from_file ? ".env" : "environment";
}

static enum error_code set(struct loading *loading, const char *name, const char *value,
                           struct error *error)
{
    if (text_is_empty(value))
        return ERROR_NONE;
    options_note_source(&loading->settings->options, name, source_of(loading));
    return options_set(&loading->settings->options, name, value, error);
}

static void note_file(struct loading *loading, const char *secret, const char *path)
{
    if (text_is_empty(path))
        return;
    memory_grow(&loading->files, loading->file_count, &loading->file_capacity);
    loading->files[loading->file_count++] =
        (struct file_setting){memory_text(secret), memory_text(path)};
}

/* In whatever order they are set, the value that stands there itself counts. */
static enum error_code set_secret(struct loading *loading, const char *secret, const char *path,
                                  struct error *error)
{
    struct options *options = &loading->settings->options;

    if (text_equal(options_source(options, secret), source_of(loading))) {
        buffer_print(loading->warnings,
                     "%s and %s_FILE are both set: %s counts, and the file is not read\n", secret,
                     secret, secret);
        return ERROR_NONE;
    }
    options_note_source(options, secret, "a file");
    return set_from_file(options, secret, path, error);
}

static enum error_code take(struct loading *loading, const char *name, const char *value,
                            struct error *error)
{
    struct options *options = &loading->settings->options;

    if (options_is_declared(options, name))
        return set(loading, name, value, error);
    AUTO_FREE char *secret = secret_of_file_setting(options, name);
    if (secret) {
        note_file(loading, secret, value);
        return ERROR_NONE;
    }
    const struct unused_setting *unused = find_unused(name);
    if (unused)
        note_unused(loading, name, unused);
    else
        warn_unknown(loading, name);
    return ERROR_NONE;
}

static void note(struct loading *loading, const struct error *error)
{
    if (!loading->first.code)
        loading->first = *error;
}

static enum error_code take_or_note(void *context, const char *name, const char *value,
                                    struct error *error)
{
    struct error trouble = {0};

    (void)error;
    if (take(context, name, value, &trouble))
        note(context, &trouble);
    return ERROR_NONE;
}

static void set_secrets(struct loading *loading)
{
    for (size_t i = 0; i < loading->file_count; i++) {
        struct file_setting *file = &loading->files[i];
        struct error trouble = {0};
        if (set_secret(loading, file->secret, file->path, &trouble))
            note(loading, &trouble);
        free(file->secret);
        free(file->path);
    }
    loading->file_count = 0;
}

static void load_dotenv(struct loading *loading, const char *path)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct error trouble = {0};
    struct stat status;

    loading->from_file = true;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        buffer_print(loading->warnings,
                     "%s is a folder, which Docker makes where no file was to be mounted; no "
                     "settings are read from it\n",
                     path);
        return;
    }
    enum error_code rc = files_read(path, &text, &trouble);
    if (rc == ERROR_NOT_FOUND)
        return;
    if (!rc)
        rc = dotenv_read(buffer_string(&text), path, take_or_note, loading, &trouble);
    if (rc)
        note(loading, &trouble);
    set_secrets(loading);
}

static void load_environment(struct loading *loading, char *const *environment)
{
    loading->from_file = false;
    for (; *environment; environment++) {
        AUTO_FREE char *name = memory_text(*environment);
        char *equals = strchr(name, '=');
        if (!equals)
            continue;
        *equals = '\0';
        take_or_note(loading, name, equals + 1, NULL);
    }
    set_secrets(loading);
}

/* What no zone is called may be an abbreviation of one; anything else is refused where it counts.
 */
static enum error_code read_time_zone(struct options *options, struct buffer *warnings,
                                      struct error *error)
{
    AUTO_TIME_ZONE struct time_zone *zone = NULL;
    const char *text = options_text(options, "TZ");
    const char *name = time_zone_of_abbreviation(text, options_text(options, "TIMEZONE_REGION"));

    if (!name || time_zone_open(text, &zone, NULL) == ERROR_NONE)
        return ERROR_NONE;
    buffer_print(warnings, "TZ: %s is taken for %s; the name of the place says it for certain\n",
                 text, name);
    return options_set(options, "TZ", name, error);
}

enum error_code settings_load(struct settings *settings, char *const *environment,
                              const char *dotenv_path, struct error *error)
{
    AUTO_BUFFER struct buffer warnings = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct loading loading = {.settings = settings, .warnings = &warnings};
    struct error trouble = {0};

    *settings = (struct settings){0};
    options_declare(&settings->options, app_options);
    options_declare(&settings->options, identity_options);
    options_declare(&settings->options, schedule_options);
    options_declare(&settings->options, service_options);
    options_declare(&settings->options, guard_options);
    options_declare(&settings->options, hub_options);
    options_declare(&settings->options, poster_desk_options);
    options_declare(&settings->options, metrics_page_options);
    options_declare(&settings->options, trace_sender_options);
    options_declare(&settings->options, backup_folder_options);
    options_declare(&settings->options, history_desk_options);
    options_declare(&settings->options, secret_key_options);
    options_declare(&settings->options, move_in_options);
    options_declare(&settings->options, notice_desk_options);
    options_declare(&settings->options, environment_options);
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        if ((*provider)->options)
            options_declare(&settings->options, (*provider)->options);
    load_dotenv(&loading, dotenv_path);
    load_environment(&loading, environment);
    if (read_time_zone(&settings->options, &warnings, &trouble))
        note(&loading, &trouble);
    free(loading.files);
    settings->warnings = memory_text(buffer_string(&warnings));
    if (loading.first.code && error)
        *error = loading.first;
    return loading.first.code;
}

bool settings_has_unused(const struct settings *settings, const char *name)
{
    for (size_t i = 0; i < settings->unused_count; i++)
        if (text_equal(settings->unused[i].name, name))
            return true;
    return false;
}

void settings_print_unused(const struct settings *settings, FILE *out)
{
    for (size_t i = 0; i < settings->unused_count; i++)
        if (!settings->unused[i].setting->is_quiet)
            fprintf(out, "%s is set and does nothing: %s\n", settings->unused[i].name,
                    settings->unused[i].setting->note);
}

void settings_release(struct settings *settings)
{
    for (size_t i = 0; i < settings->unused_count; i++)
        free(settings->unused[i].name);
    free(settings->unused);
    options_release(&settings->options);
    free(settings->warnings);
    *settings = (struct settings){0};
}

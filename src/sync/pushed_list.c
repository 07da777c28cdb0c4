#include "sync/pushed_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "store/runs_newest.h"
#include "sync/run_order.h"

/* A file younger than that may belong to an order that is still being written. */
enum { YOUNG_MS = 60000, NAME_DIGITS = 16 };

static const char ending[] = ".json";

enum id_kind { OF_IMDB, OF_TMDB, OF_TVDB };

/* How ids are written by Plex, in whatever member they stand. */
static const struct {
    const char *scheme;
    enum id_kind kind;
} schemes[] = {
    {"imdb://", OF_IMDB},
    {"tmdb://", OF_TMDB},
    {"themoviedb://", OF_TMDB},
    {"tvdb://", OF_TVDB},
};

static const struct {
    const char *name;
    enum id_kind kind;
} members[] = {
    {"imdb_id", OF_IMDB},
    {"tmdb_id", OF_TMDB},
    {"tvdb_id", OF_TVDB},
    {"guid", OF_IMDB},
};

static void take_number(int64_t *place, const char *text)
{
    int64_t number = strtoll(text, NULL, 10);

    if (number > 0 && !*place)
        *place = number;
}

static void take_as(struct ids *ids, enum id_kind kind, const char *text)
{
    if (kind == OF_IMDB && !*ids->imdb)
        ids_set_imdb(ids, text);
    else if (kind == OF_TMDB)
        take_number(&ids->tmdb, text);
    else if (kind == OF_TVDB)
        take_number(&ids->tvdb, text);
}

static void take_text(struct ids *ids, enum id_kind kind, const char *text)
{
    for (size_t i = 0; i < ARRAY_LENGTH(schemes); i++) {
        const char *at = strstr(text, schemes[i].scheme);
        if (at) {
            take_as(ids, schemes[i].kind, at + strlen(schemes[i].scheme));
            return;
        }
    }
    if (!strstr(text, "://"))
        take_as(ids, kind, text);
}

static struct ids read_ids(const struct json_value *title)
{
    struct ids ids = {0};

    for (size_t i = 0; i < ARRAY_LENGTH(members); i++) {
        const struct json_value *value = json_value_get(title, members[i].name);
        AUTO_FREE char *number = memory_print("%" PRId64, json_value_integer(value));
        if (json_value_text(value))
            take_text(&ids, members[i].kind, json_value_text(value));
        else if (json_value_is_integer(value))
            take_as(&ids, members[i].kind, number);
    }
    return ids;
}

static void write_title(struct json_writer *json, const struct json_value *title,
                        const struct ids *ids)
{
    const char *name = json_value_get_text(title, "title");
    const char *kind = json_value_get_text(title, "media_type");

    json_begin_object(json, NULL);
    json_put_text(json, "title", name ? name : "");
    json_put_number_or_null(json, "year", json_value_get_integer(title, "year"));
    if (kind)
        json_put_text(json, "media_type", kind);
    if (*ids->imdb)
        json_put_text(json, "imdb_id", ids->imdb);
    if (ids->tmdb)
        json_put_number(json, "tmdb_id", ids->tmdb);
    if (ids->tvdb)
        json_put_number(json, "tvdb_id", ids->tvdb);
    json_end_object(json);
}

static enum error_code write_titles(const struct json_value *titles, struct buffer *text,
                                    struct error *error)
{
    struct json_writer json = json_writer_to(text);

    json_begin_array(&json, NULL);
    for (size_t i = 0; i < json_value_count(titles); i++) {
        const struct json_value *title = json_value_at(titles, i);
        struct ids ids = read_ids(title);
        if (!*ids.imdb && !ids.tmdb && !ids.tvdb &&
            text_is_empty(json_value_get_text(title, "title")))
            return error_set(error, ERROR_USAGE,
                             "title %zu of the list has neither an id nor a title", i + 1);
        write_title(&json, title, &ids);
    }
    json_end_array(&json);
    if (text->overflowed)
        return error_set(error, ERROR_LIMIT, "the list is larger than %zu bytes", text->limit);
    return ERROR_NONE;
}

static enum error_code check_size(const struct json_value *titles, struct error *error)
{
    size_t count = json_value_count(titles);

    if (!count)
        return error_set(error, ERROR_USAGE, "the list holds no titles");
    if (count > PUSHED_LIST_MOST)
        return error_set(error, ERROR_LIMIT, "the list holds %zu titles; %d is the most", count,
                         PUSHED_LIST_MOST);
    return ERROR_NONE;
}

static char *folder_of(const char *data_directory)
{
    return memory_print("%s/pushed", data_directory);
}

/* What is written there is removed later, and elsewhere nothing is ours to remove. */
static enum error_code refuse_link(const char *folder, struct error *error)
{
    struct stat status;

    if (lstat(folder, &status) != 0 || !S_ISLNK(status.st_mode))
        return ERROR_NONE;
    return error_set(error, ERROR_STORE,
                     "the folder %s is a link, which is not followed: remove the link", folder);
}

static enum error_code write_file(const char *data_directory, const struct buffer *text,
                                  char **ret_path, struct error *error)
{
    char digest[CRYPTO_DIGEST_SIZE];
    AUTO_FREE char *folder = folder_of(data_directory);

    crypto_digest(text->bytes, text->length, digest);
    *ret_path = memory_print("%s/%.*s%s", folder, NAME_DIGITS, digest, ending);
    enum error_code rc = files_make_directory(folder, error);
    if (!rc)
        rc = refuse_link(folder, error);
    return rc ? rc : files_write(*ret_path, text->bytes, text->length, error);
}

static enum error_code add_list(struct store *store, const char *path, struct stored_list *ret,
                                struct arena *arena, struct error *error)
{
    AUTO_FREE char *id = memory_print("file:%s", path);
    struct list_ref ref;
    int64_t list = 0;
    enum error_code rc = provider_parse("custom", id, &ref, error);

    if (!rc)
        rc = lists_add(store, &ref, LIST_ONE_TIME, 0, &list, error);
    return rc ? rc : lists_find(store, arena, &ref, ret, error);
}

enum error_code pushed_list_add(struct store *store, const char *data_directory,
                                const struct json_value *titles, struct stored_list *ret,
                                struct arena *arena, struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    AUTO_FREE char *path = NULL;
    enum error_code rc = check_size(titles, error);

    if (!rc)
        rc = write_titles(titles, &text, error);
    if (!rc)
        rc = write_file(data_directory, &text, &path, error);
    return rc ? rc : add_list(store, path, ret, arena, error);
}

/* What runs that wait are to read. */
static enum error_code load_wanted(struct store *store, struct arena *arena,
                                   struct number_list *ret, struct error *error)
{
    struct stored_runs runs = {0};
    AUTO_BUFFER struct buffer all = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    enum error_code rc = runs_waiting(store, arena, &runs, error);

    if (rc)
        return rc;
    for (size_t i = 0; i < runs.count; i++)
        buffer_print(&all, "%s%s", *runs.items[i].lists && all.length ? "," : "",
                     runs.items[i].lists);
    *ret = run_order_numbers(buffer_string(&all), arena);
    return ERROR_NONE;
}

/* Named as write_file does it, or as files_write does while it writes (".json.Ab3x9Z"). */
static bool is_our_name(const char *name)
{
    const size_t plain = NAME_DIGITS + strlen(ending);
    const size_t length = strlen(name);

    return strspn(name, "0123456789abcdef") == NAME_DIGITS &&
           text_starts_with(name + NAME_DIGITS, ending) &&
           (length == plain || (name[plain] == '.' && length == plain + strlen(".XXXXXX")));
}

static bool is_left_over(int folder, const char *name)
{
    struct stat status;

    return is_our_name(name) && fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISREG(status.st_mode) && clock_wall_ms() - status.st_mtime * 1000LL >= YOUNG_MS;
}

static bool is_wanted(const struct number_list *wanted, int64_t list)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i] == list)
            return true;
    return false;
}

static enum error_code forget_list(struct store *store, const char *path,
                                   const struct number_list *wanted, bool *ret_wanted,
                                   struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {.type = "custom"};
    struct stored_list list = {0};
    AUTO_FREE char *id = memory_print("file:%s", path);

    text_copy(ref.id, sizeof(ref.id), id);
    enum error_code rc = lists_find(store, arena, &ref, &list, error);
    *ret_wanted = !rc && (is_wanted(wanted, list.id) || list.origin != LIST_ONE_TIME);
    if (!rc && !*ret_wanted)
        rc = lists_drop(store, list.id, error);
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc;
}

/* Files of the open folder `of`, whose path is `folder`. */
static enum error_code clean_folder(struct store *store, DIR *of, const char *folder,
                                    const struct number_list *wanted, struct error *error)
{
    const struct dirent *entry;
    enum error_code rc = ERROR_NONE;

    while (!rc && (entry = readdir(of))) {
        AUTO_FREE char *path = memory_print("%s/%s", folder, entry->d_name);
        bool is_still_wanted = true;
        if (!is_left_over(dirfd(of), entry->d_name))
            continue;
        rc = forget_list(store, path, wanted, &is_still_wanted, error);
        if (!rc && !is_still_wanted)
            unlinkat(dirfd(of), entry->d_name, 0);
    }
    return rc;
}

/* Through a link nothing is removed: what is there is not ours. */
static DIR *open_folder(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = descriptor < 0 ? NULL : fdopendir(descriptor);

    if (!directory && descriptor >= 0)
        close(descriptor);
    return directory;
}

enum error_code pushed_list_clean(struct store *store, const char *data_directory,
                                  struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *folder = folder_of(data_directory);
    struct number_list wanted = {0};
    DIR *directory = open_folder(folder);

    if (!directory)
        return ERROR_NONE; /* nothing was ever sent */
    enum error_code rc = load_wanted(store, arena, &wanted, error);
    if (!rc)
        rc = clean_folder(store, directory, folder, &wanted, error);
    closedir(directory);
    return rc;
}

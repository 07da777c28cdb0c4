/* From a name to a zone: the files below the zoneinfo directory, and offsets from UTC. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/time_zone.h"
#include "base/time_zone_data.h"

enum {
    FILE_MOST = 256 * 1024,
    FOLDERS_MOST = 3, /* "America/Argentina/Salta" */
    DISTANCE_NEAR = 4,
    OFFSET_MOST = 14 * 3600,
};

struct names {
    char **items;
    size_t count, capacity;
};

static void names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

static const char *zoneinfo(void)
{
    const char *directory = getenv("TZDIR");

    return text_is_empty(directory) ? ZONEINFO_DIRECTORY : directory;
}

static bool is_zone_file(const char *path)
{
    char magic[4] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return false;
    bool is_zone = fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
                   memcmp(magic, "TZif", sizeof(magic)) == 0;
    fclose(file);
    return is_zone;
}

/* What lies there and is no name of a place: the same zones in other forms, and this machine's. */
static bool is_skipped(const char *name)
{
    static const char *const skipped[] = {"posix", "right", "posixrules", "localtime", "Factory"};

    for (size_t i = 0; i < ARRAY_LENGTH(skipped); i++)
        if (text_equal(name, skipped[i]))
            return true;
    return name[0] == '.';
}

/* Adds all names below `folder`, which is "" or ends with a slash. */
static void collect(const char *folder, int depth, struct names *names)
{
    AUTO_FREE char *directory = memory_print("%s/%s", zoneinfo(), folder);
    DIR *stream = opendir(directory);

    for (struct dirent *entry; stream && (entry = readdir(stream));) {
        if (is_skipped(entry->d_name))
            continue;
        AUTO_FREE char *name = memory_print("%s%s", folder, entry->d_name);
        AUTO_FREE char *path = memory_print("%s%s", directory, entry->d_name);
        AUTO_FREE char *below = memory_print("%s/", name);
        struct stat status;
        if (stat(path, &status))
            continue;
        if (S_ISDIR(status.st_mode) && depth < FOLDERS_MOST) {
            collect(below, depth + 1, names);
        } else if (S_ISREG(status.st_mode) && is_zone_file(path)) {
            memory_grow(&names->items, names->count, &names->capacity);
            names->items[names->count++] = TAKE(name);
        }
    }
    if (stream)
        closedir(stream);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_all(struct names *names)
{
    collect("", 1, names);
    if (names->count)
        qsort(names->items, names->count, sizeof(*names->items), compare);
}

void time_zone_each(void (*visit)(void *context, const char *name), void *context)
{
    AUTO(names_release) struct names names = {0};

    collect_all(&names);
    for (size_t i = 0; i < names.count; i++)
        visit(context, names.items[i]);
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

/* How far the text is from a name, or from the name of its town alone. */
static size_t distance(const char *text, const char *name)
{
    AUTO_FREE char *wanted = memory_text(text);
    AUTO_FREE char *known = memory_text(name);

    lower(wanted);
    lower(known);
    const char *slash = strrchr(known, '/');
    size_t whole = text_distance(wanted, known);
    size_t town = slash ? text_distance(wanted, slash + 1) : whole;
    return town < whole ? town : whole;
}

static enum error_code refuse(const char *text, struct error *error)
{
    AUTO(names_release) struct names names = {0};
    const char *nearest = NULL;
    size_t shortest = DISTANCE_NEAR + 1;

    collect_all(&names);
    for (size_t i = 0; i < names.count; i++) {
        size_t far = distance(text, names.items[i]);
        if (far >= shortest || far * 2 >= strlen(text))
            continue;
        nearest = names.items[i];
        shortest = far;
    }
    if (!names.count)
        return error_set(
            error, ERROR_USAGE,
            "there is no time zone \"%.60s\": this machine has no time zones in %.200s", text,
            zoneinfo());
    if (nearest)
        return error_set(error, ERROR_USAGE,
                         "there is no time zone \"%.60s\"; did you mean \"%s\"?", text, nearest);
    return error_set(
        error, ERROR_USAGE,
        "there is no time zone \"%.60s\"; it must be a name like Europe/Berlin, or UTC", text);
}

/* Letters, digits and what stands between them; nothing that leads out of the directory. */
static bool is_name(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool is_first = at == text || at[-1] == '/';
        if (!(isalnum((unsigned char)*at) || (!is_first && strchr("+-_/", *at))))
            return false;
    }
    return *text && strlen(text) < TIME_ZONE_NAME_SIZE && !text_ends_with(text, "/");
}

static struct time_zone *fixed_zone(const char *name, int32_t offset)
{
    struct time_zone *zone = memory_new(sizeof(*zone));
    char text[TIME_ZONE_ABBREVIATION_SIZE];
    int minutes = abs(offset) / 60;

    int length = snprintf(text, sizeof(text), "%c%02d", offset < 0 ? '-' : '+', minutes / 60 % 24);
    if (minutes % 60)
        snprintf(text + length, sizeof(text) - (size_t)length, ":%02d", minutes % 60);
    zone->kind_count = 1;
    zone->kinds = memory_array(1, sizeof(*zone->kinds));
    zone->kinds[0].offset = offset;
    text_copy(zone->name, sizeof(zone->name), name);
    text_copy(zone->kinds[0].abbreviation, sizeof(zone->kinds[0].abbreviation),
              offset                                 ? text
              : tolower((unsigned char)*name) == 'g' ? "GMT"
                                                     : "UTC");
    return zone;
}

static bool take_two_digits(const char **at, int most, int *ret)
{
    size_t length = strspn(*at, "0123456789");

    if (length < 1 || length > 2)
        return false;
    *ret = atoi(*at);
    *at += length;
    return *ret <= most;
}

/* "+2", "-3:30", "+05:45" */
static bool parse_offset(const char *text, int32_t *ret)
{
    const char *at = text + 1;
    int hours = 0, minutes = 0;

    if ((*text != '+' && *text != '-') || !take_two_digits(&at, 14, &hours))
        return false;
    if (*at == ':' && (at++, !take_two_digits(&at, 59, &minutes)))
        return false;
    *ret = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return *at == '\0' && *ret <= OFFSET_MOST && *ret >= -OFFSET_MOST;
}

/* UTC, GMT and what is counted from them; NULL for anything else. */
static struct time_zone *open_fixed(const char *text)
{
    int32_t offset = 0;

    if (!*text || text_equal_ignoring_case(text, "UTC") || text_equal_ignoring_case(text, "GMT"))
        return fixed_zone(tolower((unsigned char)*text) == 'g' ? "GMT" : "UTC", 0);
    if (!text_starts_with_ignoring_case(text, "UTC") &&
        !text_starts_with_ignoring_case(text, "GMT"))
        return NULL;
    return parse_offset(text + 3, &offset) ? fixed_zone(text, offset) : NULL;
}

enum error_code time_zone_open(const char *name, struct time_zone **ret, struct error *error)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(FILE_MOST);
    struct time_zone *fixed = open_fixed(name);

    if (fixed) {
        *ret = fixed;
        return ERROR_NONE;
    }
    AUTO_FREE char *path = memory_print("%s/%s", zoneinfo(), name);
    struct stat status;
    if (!is_name(name) || stat(path, &status) || !S_ISREG(status.st_mode))
        return refuse(name, error);
    enum error_code rc = files_read(path, &bytes, error);
    return rc ? rc : time_zone_parse(name, buffer_string(&bytes), bytes.length, ret, error);
}

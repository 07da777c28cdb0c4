#include "base/log_levels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const char *const level_words[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_ERROR] = "error",
};

enum { NO_LEVEL = -1 };

/* Names are only added, so that a reader needs no lock: what is below `count` stays. */
static struct {
    atomic_int least;
    pthread_mutex_t lock; /* for those who change something */
    atomic_size_t count;
    struct {
        char name[LOG_PART_SIZE];
        atomic_int level;
    } parts[LOG_PARTS_MOST];
} levels = {.least = LOG_INFO, .lock = PTHREAD_MUTEX_INITIALIZER};

const char *log_level_word(enum log_level level)
{
    return level_words[level];
}

bool log_level_from_word(const char *word, enum log_level *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(level_words); i++) {
        if (text_equal_ignoring_case(word, level_words[i])) {
            *ret = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_set_level(enum log_level least)
{
    atomic_store(&levels.least, (int)least);
}

enum log_level log_get_level(void)
{
    return (enum log_level)atomic_load(&levels.least);
}

static size_t find_part(const char *part)
{
    size_t count = atomic_load(&levels.count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(levels.parts[i].name, part) == 0)
            return i;
    return count;
}

bool log_levels_want(enum log_level level, const char *part)
{
    size_t at = find_part(part);
    int least = NO_LEVEL;

    if (at < atomic_load(&levels.count))
        least = atomic_load(&levels.parts[at].level);
    return (int)level >= (least == NO_LEVEL ? atomic_load(&levels.least) : least);
}

static bool set_part(const char *part, int level)
{
    pthread_mutex_lock(&levels.lock);
    size_t at = find_part(part);
    bool fits = at < LOG_PARTS_MOST;
    if (fits) {
        atomic_store(&levels.parts[at].level, level);
        if (at == atomic_load(&levels.count)) {
            text_copy(levels.parts[at].name, LOG_PART_SIZE, part);
            atomic_store(&levels.count, at + 1);
        }
    }
    pthread_mutex_unlock(&levels.lock);
    return fits;
}

bool log_set_part_level(const char *part, enum log_level least)
{
    bool is_word = *part && strlen(part) < LOG_PART_SIZE &&
                   strspn(part, "abcdefghijklmnopqrstuvwxyz_") == strlen(part);

    return is_word && set_part(part, (int)least);
}

void log_reset_parts(void)
{
    size_t count = atomic_load(&levels.count);

    for (size_t i = 0; i < count; i++)
        atomic_store(&levels.parts[i].level, NO_LEVEL);
}

size_t log_part_levels(struct log_part_level ret[LOG_PARTS_MOST])
{
    size_t count = atomic_load(&levels.count);
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        int level = atomic_load(&levels.parts[i].level);
        if (level != NO_LEVEL)
            ret[found++] = (struct log_part_level){levels.parts[i].name, (enum log_level)level};
    }
    return found;
}

/* "warning" or "web=debug"; ret_unknown: the part, in `word`, that there is not. */
static bool set_one(char *word, bool (*known)(const char *part), const char **ret_unknown)
{
    char *equals = strchr(word, '=');
    enum log_level level;

    if (equals)
        *equals = '\0';
    if (!log_level_from_word(text_trim(equals ? equals + 1 : word), &level))
        return false;
    if (!equals) {
        log_set_level(level);
        return true;
    }
    const char *part = text_trim(word);
    if (!known || known(part))
        return log_set_part_level(part, level);
    *ret_unknown = part;
    return true;
}

enum error_code log_set_levels(const char *text, bool (*known)(const char *part),
                               struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    const char *unknown = NULL;
    char *rest = copy;

    for (char *word = strsep(&rest, ","); word; word = strsep(&rest, ",")) {
        AUTO_FREE char *shown = memory_text(word);
        if (!set_one(word, known, &unknown))
            return error_set(error, ERROR_USAGE,
                             "a log level is debug, info, warning or error, and \"web=debug\" is "
                             "that of one part; this is neither: \"%s\"",
                             shown);
    }
    return unknown
               ? error_set(error, ERROR_NOT_FOUND, "no part of the log is called \"%s\"", unknown)
               : ERROR_NONE;
}

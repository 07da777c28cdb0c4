#include "base/options.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

enum { DISTANCE_NEAR = 3 };

static const struct {
    const char *word;
    bool on;
} switches[] = {
    {"true", true},   {"1", true},  {"yes", true}, {"on", true},
    {"false", false}, {"0", false}, {"no", false}, {"off", false},
};

void options_release(struct options *options)
{
    for (size_t i = 0; i < options->values.capacity; i++) {
        struct secret *value = options->values.entries[i].value;
        if (!value)
            continue;
        secret_release(value);
        free(value);
    }
    map_release(&options->values);
    map_release(&options->sources);
    map_release(&options->declared);
}

void options_copy(const struct options *from, struct options *ret)
{
    *ret = (struct options){0};
    for (size_t i = 0; i < from->declared.capacity; i++)
        if (from->declared.entries[i].key)
            map_set(&ret->declared, from->declared.entries[i].key, from->declared.entries[i].value);
    for (size_t i = 0; i < from->values.capacity; i++) {
        if (!from->values.entries[i].key)
            continue;
        struct secret *value = memory_new(sizeof(*value));
        secret_set(value, secret_reveal(from->values.entries[i].value));
        map_set(&ret->values, from->values.entries[i].key, value);
    }
    for (size_t i = 0; i < from->sources.capacity; i++)
        if (from->sources.entries[i].key)
            map_set(&ret->sources, from->sources.entries[i].key, from->sources.entries[i].value);
}

void options_declare(struct options *options, const struct option *table)
{
    for (; table->name; table++)
        map_set(&options->declared, table->name, (void *)(uintptr_t)table);
}

bool options_is_declared(const struct options *options, const char *name)
{
    return map_has(&options->declared, name);
}

const char *options_nearest(const struct options *options, const char *name)
{
    const char *nearest = NULL;
    size_t shortest = DISTANCE_NEAR + 1;

    for (size_t i = 0; i < options->declared.capacity; i++) {
        const char *known = options->declared.entries[i].key;
        if (!known)
            continue;
        size_t distance = text_distance(name, known);
        bool is_nearer =
            distance < shortest || (distance == shortest && nearest && strcmp(known, nearest) < 0);
        if (!is_nearer || distance * 2 >= strlen(known))
            continue;
        nearest = known;
        shortest = distance;
    }
    return nearest;
}

static bool parse_switch(const char *text, bool *ret)
{
    for (size_t i = 0; i < ARRAY_LENGTH(switches); i++) {
        if (text_equal_ignoring_case(text, switches[i].word)) {
            *ret = switches[i].on;
            return true;
        }
    }
    return false;
}

/* Plain decimals only: no exponent, no "inf", no hexadecimal. */
static bool parse_decimal(const char *text, double *ret)
{
    char *end = NULL;

    if (!*text || text[strspn(text, "-0123456789.")])
        return false;
    errno = 0;
    double number = strtod(text, &end);
    if (errno || end == text || *end)
        return false;
    *ret = number;
    return true;
}

static bool has_limits(const struct option *option)
{
    return option->low || option->high;
}

static enum error_code refuse_number(const struct option *option, const char *value,
                                     const char *what, struct error *error)
{
    if (has_limits(option))
        return error_set(error, ERROR_USAGE,
                         "%s is \"%s\"; it must be %s from %" PRId64 " to %" PRId64, option->name,
                         value, what, option->low, option->high);
    return error_set(error, ERROR_USAGE, "%s is \"%s\"; it must be %s", option->name, value, what);
}

static enum error_code check_number(const struct option *option, const char *value,
                                    struct error *error)
{
    int64_t low = has_limits(option) ? option->low : INT64_MIN;
    int64_t high = has_limits(option) ? option->high : INT64_MAX;
    int64_t number = 0;

    if (text_to_integer(value, low, high, &number))
        return ERROR_NONE;
    return refuse_number(option, value, "a whole number", error);
}

static enum error_code check_decimal(const struct option *option, const char *value,
                                     struct error *error)
{
    double number = 0;

    if (parse_decimal(value, &number) &&
        (!has_limits(option) || (number >= (double)option->low && number <= (double)option->high)))
        return ERROR_NONE;
    return refuse_number(option, value, "a number", error);
}

static enum error_code check_switch(const struct option *option, const char *value,
                                    struct error *error)
{
    bool on = false;

    if (parse_switch(value, &on))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "%s is \"%s\"; it must be true or false", option->name,
                     value);
}

/* The value is not repeated: it may hold a password. */
static enum error_code check_url(const struct option *option, const char *value,
                                 struct error *error)
{
    const char *host = text_starts_with_ignoring_case(value, "https://")  ? value + 8
                       : text_starts_with_ignoring_case(value, "http://") ? value + 7
                                                                          : "";

    if (*host && !strchr("/?#:", *host) && !strpbrk(value, " \t\r\n"))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "%s must be an address that begins with http:// or https://, like "
                     "http://seerr.lan:5055",
                     option->name);
}

/*
 * Secrets become lines of what is sent: behind a line break another one would begin. The break that
 * ends a file or a block of YAML is no harm.
 */
static enum error_code check_secret(const struct option *option, const char *value,
                                    struct error *error)
{
    const char *line_break = strpbrk(value, "\r\n");

    if (!line_break || !line_break[strspn(line_break, " \t\r\n")])
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE, "%s must be one line, and there is a line break in it",
                     option->name);
}

static enum error_code check_value(const struct option *option, const char *value,
                                   struct error *error)
{
    switch (option->kind) {
    case OPTION_NUMBER:
        return check_number(option, value, error);
    case OPTION_DECIMAL:
        return check_decimal(option, value, error);
    case OPTION_SWITCH:
        return check_switch(option, value, error);
    case OPTION_URL:
        return check_url(option, value, error);
    case OPTION_SECRET:
        return check_secret(option, value, error);
    case OPTION_TEXT:
        break;
    }
    return ERROR_NONE;
}

static enum error_code refuse_name(const struct options *options, const char *name,
                                   struct error *error)
{
    const char *nearest = options_nearest(options, name);

    if (nearest)
        return error_set(error, ERROR_USAGE, "there is no setting %s; did you mean %s?", name,
                         nearest);
    return error_set(error, ERROR_USAGE, "there is no setting %s", name);
}

enum error_code options_set(struct options *options, const char *name, const char *value,
                            struct error *error)
{
    const struct option *option = map_get(&options->declared, name);
    AUTO_FREE char *copy = memory_text(value ? value : "");
    bool is_exact = option && (option->kind == OPTION_TEXT || option->kind == OPTION_SECRET);
    char *wanted = is_exact ? copy : text_trim(copy);

    if (!option)
        return refuse_name(options, name, error);
    enum error_code rc = *wanted ? check_value(option, wanted, error) : ERROR_NONE;
    if (rc)
        return rc;
    struct secret *kept = map_get(&options->values, name);
    if (!kept) {
        kept = memory_new(sizeof(*kept));
        map_set(&options->values, name, kept);
    }
    secret_set(kept, wanted);
    explicit_bzero(copy, strlen(copy));
    return ERROR_NONE;
}

void options_note_source(struct options *options, const char *name, const char *source)
{
    map_set(&options->sources, name, (void *)(uintptr_t)source);
}

const char *options_source(const struct options *options, const char *name)
{
    const char *source = map_get(&options->sources, name);

    return source ? source : "";
}

static const struct option *declared(const struct options *options, const char *name)
{
    const struct option *option = map_get(&options->declared, name);

    CHECK(option);
    return option;
}

bool options_is_set(const struct options *options, const char *name)
{
    const struct secret *value = map_get(&options->values, declared(options, name)->name);

    return value && secret_is_set(value);
}

/* The value as written, the fallback, or "". */
static const char *written(const struct options *options, const struct option *option)
{
    const struct secret *value = map_get(&options->values, option->name);

    if (value && secret_is_set(value))
        return secret_reveal(value);
    return option->fallback ? option->fallback : "";
}

const char *options_text(const struct options *options, const char *name)
{
    const struct option *option = declared(options, name);

    CHECK(option->kind != OPTION_SECRET);
    return written(options, option);
}

int64_t options_number(const struct options *options, const char *name)
{
    const struct option *option = declared(options, name);
    const char *text = written(options, option);
    int64_t number = 0;

    CHECK(option->kind == OPTION_NUMBER);
    CHECK(!*text || text_to_integer(text, INT64_MIN, INT64_MAX, &number));
    return number;
}

double options_decimal(const struct options *options, const char *name)
{
    const struct option *option = declared(options, name);
    const char *text = written(options, option);
    double number = 0;

    CHECK(option->kind == OPTION_DECIMAL);
    CHECK(!*text || parse_decimal(text, &number));
    return number;
}

bool options_switch(const struct options *options, const char *name)
{
    const struct option *option = declared(options, name);
    const char *text = written(options, option);
    bool on = false;

    CHECK(option->kind == OPTION_SWITCH);
    CHECK(!*text || parse_switch(text, &on));
    return on;
}

const struct secret *options_secret(const struct options *options, const char *name)
{
    static const struct secret none = {0};
    const struct option *option = declared(options, name);
    const struct secret *value = map_get(&options->values, name);

    CHECK(option->kind == OPTION_SECRET);
    return value ? value : &none;
}

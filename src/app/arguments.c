#include "app/arguments.h"

#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

static enum error_code add(struct words *words, const char *word, struct error *error)
{
    if (words->count == ARGUMENTS_MAX)
        return error_set(error, ERROR_USAGE, "more than %d words on the command line",
                         ARGUMENTS_MAX);
    words->items[words->count++] = word;
    return ERROR_NONE;
}

static const struct flag *find(const struct flag *flags, const char *word, size_t length)
{
    for (; flags->name; flags++)
        if (strlen(flags->name) == length && strncmp(flags->name, word, length) == 0)
            return flags;
    return NULL;
}

static enum error_code take_value(const struct flag *flag, const char *value, struct error *error)
{
    if (!value)
        return error_set(error, ERROR_USAGE, "%s needs a value", flag->name);
    if (flag->many)
        return add(flag->many, value, error);
    CHECK(flag->value);
    if (*flag->value)
        return error_set(error, ERROR_USAGE, "%s is given twice", flag->name);
    *flag->value = value;
    return ERROR_NONE;
}

static enum error_code refuse_flag(const struct flag *flags, const char *word, size_t length,
                                   struct error *error)
{
    enum { NEAR = 3 };
    AUTO_FREE char *name = memory_text_n(word, length);
    const struct flag *nearest = NULL;
    size_t best = NEAR;

    for (; flags->name; flags++) {
        size_t distance = text_distance(flags->name, name);
        if (distance < best) {
            best = distance;
            nearest = flags;
        }
    }
    return error_set(error, ERROR_USAGE, "there is no flag %s here%s%s%s", name,
                     nearest ? "; did you mean " : "", nearest ? nearest->name : "",
                     nearest ? "?" : "");
}

static enum error_code take_flag(const struct flag *flags, char **argv, int *at, int argc,
                                 struct error *error)
{
    const char *word = argv[*at];
    size_t length = strcspn(word, "=");
    const struct flag *flag = find(flags, word, length);

    if (!flag)
        return refuse_flag(flags, word, length, error);
    if (flag->on && word[length])
        return error_set(error, ERROR_USAGE, "%s takes no value", flag->name);
    if (flag->on) {
        *flag->on = true;
        return ERROR_NONE;
    }
    if (word[length])
        return take_value(flag, word + length + 1, error);
    return take_value(flag, *at + 1 < argc ? argv[++*at] : NULL, error);
}

enum error_code arguments_read(int argc, char **argv, const struct flag *flags,
                               struct words *origins, struct words *words, struct error *error)
{
    const struct flag everywhere[] = {{.name = "--origin", .many = origins}, {0}};
    bool flags_over = false;
    enum error_code rc = ERROR_NONE;

    for (int i = 1; i < argc && !rc; i++) {
        if (flags_over || !text_starts_with(argv[i], "--"))
            rc = add(words, argv[i], error);
        else if (strcmp(argv[i], "--") == 0)
            flags_over = true;
        else if (text_starts_with(argv[i], "--origin"))
            rc = take_flag(everywhere, argv, &i, argc, error);
        else
            rc = take_flag(flags, argv, &i, argc, error);
    }
    return rc;
}

const char *arguments_join(struct arena *arena, const struct words *words)
{
    const char *all = words->items[0];

    for (size_t i = 1; i < words->count; i++)
        all = arena_print(arena, "%s %s", all, words->items[i]);
    return all;
}

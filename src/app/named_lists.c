#include "app/named_lists.h"

#include <stdlib.h>
#include <string.h>

#include "app/settings.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"

static void read_entry(struct named_lists *lists, const struct list_setting *setting,
                       const char *input)
{
    struct named_list list = {.setting = setting->name};
    struct error error = {0};

    if (provider_parse(setting->type, input, &list.ref, &error)) {
        error_prefix(&error, "%s", setting->name);
        memory_grow(&lists->problems, lists->problem_count, &lists->problem_capacity);
        lists->problems[lists->problem_count++] = error;
        return;
    }
    memory_grow(&lists->items, lists->count, &lists->capacity);
    lists->items[lists->count++] = list;
}

void named_lists_read(struct named_lists *lists, const struct options *options)
{
    *lists = (struct named_lists){0};
    for (const struct list_setting *setting = settings_lists; setting->name; setting++) {
        AUTO_FREE char *value = memory_text(options_text(options, setting->name));
        char *rest = value;
        char *input;
        while ((input = strsep(&rest, ",")))
            if (*(input = text_trim(input)))
                read_entry(lists, setting, input);
    }
}

void named_lists_release(struct named_lists *lists)
{
    free(lists->items);
    free(lists->problems);
    *lists = (struct named_lists){0};
}

const char *named_lists_setting(const struct named_lists *lists, const struct list_ref *ref)
{
    for (size_t i = 0; i < lists->count; i++)
        if (text_equal(lists->items[i].ref.type, ref->type) &&
            text_equal(lists->items[i].ref.id, ref->id))
            return lists->items[i].setting;
    return NULL;
}

enum error_code named_lists_add(const struct named_lists *lists, struct store *store,
                                struct error *error)
{
    enum error_code rc = ERROR_NONE;
    int64_t ignored;

    for (size_t i = 0; !rc && i < lists->count; i++)
        rc = lists_add(store, &lists->items[i].ref, LIST_FROM_ENVIRONMENT, 0, &ignored, error);
    return rc;
}

enum error_code named_lists_drop_others(const struct named_lists *lists, struct store *store,
                                        struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct stored_lists stored = {0};
    enum error_code rc =
        lists->problem_count ? ERROR_NONE : lists_load(store, arena, false, &stored, error);

    for (size_t i = 0; !rc && i < stored.count; i++)
        if (stored.items[i].origin == LIST_FROM_ENVIRONMENT &&
            !named_lists_setting(lists, &stored.items[i].ref))
            rc = lists_drop(store, stored.items[i].id, error);
    return rc;
}

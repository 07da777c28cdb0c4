#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"

static const struct provider *const all[] = {
#define PROVIDER(name) &provider_##name,
#include "providers/providers.def"
#undef PROVIDER
    NULL,
};

const struct provider *const *provider_all(void)
{
    return all;
}

const struct provider *provider_find(const char *name)
{
    for (size_t i = 0; all[i]; i++)
        if (text_equal_ignoring_case(all[i]->name, name))
            return all[i];
    return NULL;
}

const struct provider *provider_of_source_id(const char *source_id)
{
    char name[LIST_TYPE_SIZE];

    if (!source_id)
        return NULL;
    text_copy(name, sizeof(name), source_id);
    text_cut_at(name, ":");
    const struct provider *provider = provider_find(name);
    return provider && provider->identify_request ? provider : NULL;
}

static enum error_code parse_with(const struct provider *provider, const char *input,
                                  struct list_ref *ret, struct error *error)
{
    *ret = (struct list_ref){0};
    text_copy(ret->type, sizeof(ret->type), provider->name);
    return provider->parse_ref(input, ret, error);
}

/* A source whose files also lie at a stranger's host, as Steven Lu's do, knows its own there. */
static const struct provider *provider_that_accepts(const char *input)
{
    struct list_ref ref;

    for (size_t i = 0; all[i]; i++)
        if (*all[i]->domains && parse_with(all[i], input, &ref, NULL) == ERROR_NONE)
            return all[i];
    return provider_find("custom");
}

static const struct provider *provider_of_url(const char *input)
{
    struct url url;

    if (!url_looks_like_one(input) || url_parse(input, &url, NULL))
        return NULL;
    for (size_t i = 0; all[i]; i++)
        for (const char *const *domain = all[i]->domains; *domain; domain++)
            if (url_host_is(&url, *domain))
                return all[i];
    return provider_that_accepts(input);
}

static enum error_code unknown_type(const char *type, struct error *error)
{
    char names[256] = "";

    for (size_t i = 0; all[i]; i++) {
        strncat(names, i ? ", " : "", sizeof(names) - strlen(names) - 1);
        strncat(names, all[i]->name, sizeof(names) - strlen(names) - 1);
    }
    return error_set(error, ERROR_USAGE, "\"%s\" is no list type; there are %s", type, names);
}

/* What is written like the path of a file and like nothing else. */
static bool is_path(const char *input)
{
    return text_starts_with(input, "./") || text_starts_with(input, "../") ||
           text_starts_with(input, "~/") || text_ends_with(input, ".csv") ||
           text_ends_with(input, ".json") || text_ends_with(input, ".txt");
}

/* "imdb:ls1 or trakt:5": what the input would be to each source that knows such a list. */
static void collect_guesses(const char *input, struct buffer *ret)
{
    struct list_ref ref;

    for (size_t i = 0; all[i]; i++)
        /* A source that answers with another one's list would name that twice. */
        if (parse_with(all[i], input, &ref, NULL) == ERROR_NONE &&
            text_equal(ref.type, all[i]->name))
            buffer_print(ret, "%s%s:%s", ret->length ? " or " : "", ref.type, input);
}

/* A word alone: a type whose lists need no further name, or a sentence that says what to write. */
static enum error_code parse_word(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_BUFFER struct buffer guesses = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    const struct provider *provider = provider_find(input);

    if (provider && parse_with(provider, "", ret, NULL) == ERROR_NONE)
        return ERROR_NONE;
    if (provider)
        return error_set(error, ERROR_USAGE, "which list of %s? Write %s:ID, ID being %s",
                         provider->title, provider->name, provider->forms);
    if (is_path(input))
        return error_set(error, ERROR_USAGE, "\"%s\" looks like a file: write file:%s", input,
                         input);
    if (*input)
        collect_guesses(input, &guesses);
    return error_set(error, ERROR_USAGE, "\"%s\" does not say which source it is of: write %s",
                     input, guesses.length ? buffer_string(&guesses) : "TYPE:ID or a URL");
}

/* "TYPE:ID" without a type beside it: the word before the colon, unless the whole is a URL. */
static enum error_code parse_joined(const char *input, struct list_ref *ret, struct error *error)
{
    char type[LIST_TYPE_SIZE];
    const char *colon = strchr(input, ':');

    if (text_starts_with(input, "file:"))
        return parse_with(provider_find("custom"), input, ret, error);
    const struct provider *provider = provider_of_url(input);
    if (provider)
        return parse_with(provider, input, ret, error);
    if (!colon)
        return parse_word(input, ret, error);
    text_copy(type, sizeof(type), input);
    text_cut_at(type, ":");
    provider = provider_find(type);
    return provider ? parse_with(provider, colon + 1, ret, error) : unknown_type(type, error);
}

enum error_code provider_parse(const char *type, const char *input, struct list_ref *ret,
                               struct error *error)
{
    if (text_is_empty(type))
        return parse_joined(input, ret, error);
    const struct provider *provider = provider_find(type);
    return provider ? parse_with(provider, input, ret, error) : unknown_type(type, error);
}

/* NULL: nobody but its owner knows it. */
static const char *preset_title(const char *list_type, const char *list_id)
{
    const struct provider *provider = provider_find(list_type);
    const struct provider_preset *preset = provider ? provider->presets : NULL;

    for (; preset && preset->list_id; preset++) {
        if (!strcmp(preset->list_id, list_id))
            return preset->title;
    }
    return NULL;
}

const char *provider_list_name(const char *description, const char *list_type, const char *list_id)
{
    const char *slash = strrchr(list_id, '/');
    const char *title = preset_title(list_type, list_id);

    if (*description || title)
        return *description ? description : title;
    return slash && slash[1] ? slash + 1 : list_id;
}

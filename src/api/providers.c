/* The list sources: what they are called, what they take, and whether an input names a list. */
#include "api/providers.h"

#include "api/answers.h"
#include "api/posters.h"
#include "api/settings.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/provider.h"
#include "store/items_query.h"
#include "store/lists.h"
#include "sync/newness.h"
#include "sync/preview.h"

static const struct field option_fields[] = {
    {"name", FIELD_TEXT, .help = "of the setting"},
    {"kind", FIELD_TEXT, .words = api_option_kind_words},
    {"default", FIELD_TEXT, FIELD_NULLABLE},
    {"low", FIELD_INTEGER, FIELD_NULLABLE, "of numbers; null: no limit"},
    {"high", FIELD_INTEGER, FIELD_NULLABLE, "likewise"},
    {"is_secret", FIELD_SWITCH},
    {"is_set", FIELD_SWITCH},
    {"changeable", FIELD_SWITCH, .help = "by PUT /api/settings"},
    {"help", FIELD_TEXT},
    {0},
};

static const struct field preset_fields[] = {
    {"list_id", FIELD_TEXT, .help = "of this list_type"},
    {"title", FIELD_TEXT},
    {0},
};

static const struct field provider_fields[] = {
    {"name", FIELD_TEXT, .help = "the list_type"},
    {"title", FIELD_TEXT},
    {"domains", FIELD_LIST, .help = "of addresses that people paste", .of = FIELD_TEXT},
    {"forms", FIELD_TEXT, .help = "what can be given as a list"},
    {"other_ways", FIELD_TEXT, FIELD_NULLABLE, "what to do when the source refuses programs"},
    {"presets", FIELD_LIST, .help = "lists that everybody has: charts and the like",
     .of = FIELD_OBJECT, .fields = preset_fields, .schema = "ProviderPreset"},
    {"options", FIELD_LIST, .of = FIELD_OBJECT, .fields = option_fields,
     .schema = "ProviderOption"},
    {0},
};

static const struct field providers_fields[] = {
    {"providers", FIELD_LIST, .of = FIELD_OBJECT, .fields = provider_fields, .schema = "Provider"},
    {0},
};

static const struct field providers = {"", FIELD_OBJECT, .fields = providers_fields,
                                       .schema = "Providers"};

static void put_option(struct json_writer *json, const struct options *live,
                       const struct options *given, const struct option *option)
{
    json_begin_object(json, NULL);
    json_put_text(json, "name", option->name);
    json_put_text(json, "kind", api_option_kind_words[option->kind]);
    json_put_text(json, "default", option->kind == OPTION_SECRET ? NULL : option->fallback);
    api_put_option_limits(json, option);
    json_put_bool(json, "is_secret", option->kind == OPTION_SECRET);
    json_put_bool(json, "is_set", options_is_set(live, option->name));
    json_put_bool(json, "changeable",
                  live_settings_is_live(option->name) && !options_is_set(given, option->name));
    json_put_text(json, "help", option->help);
    json_end_object(json);
}

static void put_presets(struct json_writer *json, const struct provider_preset *preset)
{
    json_begin_array(json, "presets");
    for (; preset && preset->list_id; preset++) {
        json_begin_object(json, NULL);
        json_put_text(json, "list_id", preset->list_id);
        json_put_text(json, "title", preset->title);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_provider(struct json_writer *json, const struct options *live,
                         const struct options *given, const struct provider *provider)
{
    json_begin_object(json, NULL);
    json_put_text(json, "name", provider->name);
    json_put_text(json, "title", provider->title);
    json_begin_array(json, "domains");
    for (const char *const *domain = provider->domains; domain && *domain; domain++)
        json_put_text(json, NULL, *domain);
    json_end_array(json);
    json_put_text(json, "forms", provider->forms);
    json_put_text(json, "other_ways", provider->other_ways);
    put_presets(json, provider->presets);
    json_begin_array(json, "options");
    for (const struct option *option = provider->options; option && option->name; option++)
        put_option(json, live, given, option);
    json_end_array(json);
    json_end_object(json);
}

static void providers_all(struct call *call)
{
    struct options live;
    struct error error = {0};

    if (live_settings_load(call->api->given, call->store, &call->api->key, &live, &error)) {
        call_fail_error(call, &error);
        return;
    }
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "providers");
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        put_provider(&call->json, &live, call->api->given, *provider);
    json_end_array(&call->json);
    json_end_object(&call->json);
    options_release(&live);
}

static const struct field input_fields[] = {
    {"list_type", FIELD_TEXT, FIELD_NULLABLE, "without it the input must be TYPE:ID or an address",
     .high = LIST_TYPE_SIZE - 1},
    {"list_id", FIELD_TEXT, FIELD_REQUIRED, "what a person typed or pasted", .low = 1,
     .high = LIST_URL_SIZE - 1},
    {0},
};

static const struct field validated_fields[] = {
    {"valid", FIELD_SWITCH},
    {"list_type", FIELD_TEXT, FIELD_NULLABLE},
    {"list_id", FIELD_TEXT, FIELD_NULLABLE, "the canonical id"},
    {"list_url", FIELD_TEXT, FIELD_NULLABLE},
    {"already_kept", FIELD_SWITCH, .help = "it is among the lists"},
    {"error", FIELD_TEXT, FIELD_NULLABLE, "what is wrong with it"},
    {0},
};

static const struct field validated = {"", FIELD_OBJECT, .fields = validated_fields,
                                       .schema = "ListCheck"};

/* A file on the server is not for everybody who can reach the API. */
static enum error_code refuse_files(const struct list_ref *ref, struct error *error)
{
    if (!text_starts_with_ignoring_case(ref->id, "file:"))
        return ERROR_NONE;
    return error_set(error, ERROR_USAGE,
                     "lists that are files of the server are added there: `listsync lists add "
                     "file:PATH`, or CUSTOM_LISTS");
}

enum error_code api_parse_list(const char *type, const char *input, struct list_ref *ret,
                               struct error *error)
{
    enum error_code rc = provider_parse(type, input, ret, error);

    return rc ? rc : refuse_files(ret, error);
}

const char *api_field_of_list(struct call *call)
{
    const char *type = call_body_text(call, "list_type");

    return type && *type && !provider_find(type) ? "list_type" : "list_id";
}

static void lists_validate(struct call *call)
{
    struct json_writer *json = &call->json;
    struct list_ref ref;
    struct stored_list kept;
    struct error error = {0};
    bool valid = api_parse_list(call_body_text(call, "list_type"), call_body_text(call, "list_id"),
                                &ref, &error) == ERROR_NONE;

    json_begin_object(json, NULL);
    json_put_bool(json, "valid", valid);
    json_put_text(json, "list_type", valid ? ref.type : NULL);
    json_put_text(json, "list_id", valid ? ref.id : NULL);
    json_put_text(json, "list_url", valid && *ref.url ? ref.url : NULL);
    json_put_bool(json, "already_kept",
                  valid && lists_find(call->store, call->arena, &ref, &kept, NULL) == ERROR_NONE);
    json_put_text(json, "error", valid ? NULL : error.message);
    json_end_object(json);
}

enum { PREVIEWED = 20 };

static const struct field entry_fields[] = {
    {"rank", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {"media_type", FIELD_TEXT, .help = "movie, tv or unknown"},
    {"imdb_id", FIELD_TEXT, FIELD_NULLABLE},
    {"tmdb_id", FIELD_INTEGER, FIELD_NULLABLE},
    {"poster", FIELD_TEXT, FIELD_NULLABLE, API_POSTER_HELP},
    {"unsupported", FIELD_TEXT, FIELD_NULLABLE, "what Seerr cannot hold"},
    {0},
};

static const struct field previewed_fields[] = {
    {"list_type", FIELD_TEXT},
    {"list_id", FIELD_TEXT},
    {"list_url", FIELD_TEXT, FIELD_NULLABLE},
    {"name", FIELD_TEXT, .help = "the list's own; \"\""},
    {"outcome", FIELD_TEXT, .help = "ok, empty, private, blocked, ..."},
    {"message", FIELD_TEXT, .help = "the same as a sentence; \"\" when all is well"},
    {"total", FIELD_INTEGER, FIELD_NULLABLE, "as the source says"},
    {"read", FIELD_INTEGER, .help = "entries that were read"},
    {"movies", FIELD_INTEGER},
    {"series", FIELD_INTEGER},
    {"known", FIELD_INTEGER, .help = "of these, items that ListSync knows already"},
    {"new_to_seerr", FIELD_INTEGER, FIELD_NULLABLE,
     "of these, what Seerr does not have and nobody asked for; null: Seerr did not tell"},
    {"in_seerr", FIELD_INTEGER, FIELD_NULLABLE, "of these, there, asked for or refused; likewise"},
    {"unclear", FIELD_INTEGER, FIELD_NULLABLE,
     "of these, what only a sync can look up in Seerr; likewise"},
    {"items", FIELD_LIST, .help = "the first of them", .of = FIELD_OBJECT, .fields = entry_fields,
     .schema = "ListEntry"},
    {0},
};

static const struct field previewed = {"", FIELD_OBJECT, .fields = previewed_fields,
                                       .schema = "ListPreview"};

static void put_entry(struct call *call, const struct entry *entry)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "rank", entry->rank);
    json_put_text(json, "title", entry->title);
    json_put_number_or_null(json, "year", entry->year);
    json_put_text(json, "media_type", media_type_word(entry->media_type));
    json_put_text(json, "imdb_id", *entry->ids.imdb ? entry->ids.imdb : NULL);
    json_put_number_or_null(json, "tmdb_id", entry->ids.tmdb);
    api_put_poster(call, entry->media_type, entry->ids.tmdb);
    json_put_text(json, "unsupported", entry->unsupported);
    json_end_object(json);
}

static int64_t count_of_type(const struct entry_list *entries, enum media_type type)
{
    int64_t count = 0;

    for (size_t i = 0; i < entries->count; i++)
        count += entries->items[i].media_type == type;
    return count;
}

static int64_t count_known(struct call *call, const struct entry_list *entries)
{
    int64_t known = 0;

    for (size_t i = 0; i < entries->count; i++)
        known += items_know(call->store, &entries->items[i]);
    return known;
}

/* NULL: Seerr did not tell. */
static void put_newness(struct json_writer *json, const struct newness *newness)
{
    if (newness) {
        json_put_number(json, "new_to_seerr", newness->new_to_seerr);
        json_put_number(json, "in_seerr", newness->in_seerr);
        json_put_number(json, "unclear", newness->unclear);
        return;
    }
    json_put_text(json, "new_to_seerr", NULL);
    json_put_text(json, "in_seerr", NULL);
    json_put_text(json, "unclear", NULL);
}

static void put_preview(struct call *call, const struct list_ref *ref,
                        const struct list_preview *found, const struct newness *newness)
{
    struct json_writer *json = &call->json;
    const struct entry_list *entries = &found->entries;

    json_begin_object(json, NULL);
    json_put_text(json, "list_type", ref->type);
    json_put_text(json, "list_id", ref->id);
    json_put_text(json, "list_url", *ref->url ? ref->url : NULL);
    json_put_text(json, "name", found->name);
    json_put_text(json, "outcome", outcome_word(found->outcome));
    json_put_text(json, "message", found->message);
    if (found->total < 0)
        json_put_text(json, "total", NULL);
    else
        json_put_number(json, "total", found->total);
    json_put_number(json, "read", (int64_t)entries->count);
    json_put_number(json, "movies", count_of_type(entries, MEDIA_MOVIE));
    json_put_number(json, "series", count_of_type(entries, MEDIA_TV));
    json_put_number(json, "known", count_known(call, entries));
    put_newness(json, newness);
    json_begin_array(json, "items");
    for (size_t i = 0; i < entries->count && i < PREVIEWED; i++)
        put_entry(call, &entries->items[i]);
    json_end_array(json);
    json_end_object(json);
}

/* The list is worth showing without it, so trouble of Seerr is none of the preview. */
static bool compare_with_seerr(struct call *call, const struct options *live,
                               const struct entry_list *entries, struct newness *ret)
{
    struct seerr_login login;
    struct media_sweep media;

    if (!entries->count || seerr_login_init(&login, live, NULL))
        return false;
    media_sweep_init(&media, options_switch(live, "OVERSEERR_4K"));
    bool is_told = preview_media(call->api->tools, &login.seerr, &media, NULL) == ERROR_NONE;
    if (is_told)
        *ret = newness_of(call->store, &media, entries);
    media_sweep_release(&media);
    seerr_login_release(&login);
    return is_told;
}

static void lists_preview(struct call *call)
{
    struct options live;
    struct list_ref ref;
    struct list_preview found = {0};
    struct newness newness;
    struct error error = {0};

    if (api_parse_list(call_body_text(call, "list_type"), call_body_text(call, "list_id"), &ref,
                       &error)) {
        call_fail_field(call, api_field_of_list(call), "%s", error.message);
        return;
    }
    if (live_settings_load(call->api->given, call->store, &call->api->key, &live, &error)) {
        call_fail_error(call, &error);
        return;
    }
    preview_list(call->api->tools, &live, &ref, call->arena, &found);
    bool is_compared = compare_with_seerr(call, &live, &found.entries, &newness);
    options_release(&live);
    put_preview(call, &ref, &found, is_compared ? &newness : NULL);
    entry_list_release(&found.entries);
}

const struct route api_providers_routes[] = {
    {.id = "providers_all",
     .tag = "Lists",
     .method = WEB_GET,
     .path = "/api/providers",
     .access = ACCESS_READ,
     .summary = "The list sources, what they take, and their settings",
     .answer = &providers,
     .handle = providers_all},
    {.id = "lists_validate",
     .tag = "Lists",
     .method = WEB_POST,
     .path = "/api/lists/validate",
     .access = ACCESS_READ,
     .summary = "Does this name a list, and which",
     .body = input_fields,
     .answer = &validated,
     .handle = lists_validate},
    {.id = "lists_preview",
     .tag = "Lists",
     .method = WEB_POST,
     .path = "/api/lists/preview",
     .access = ACCESS_SYNC,
     .flags = ROUTE_ERRAND,
     .summary = "Read a list once, without adding it",
     .body = input_fields,
     .answer = &previewed,
     .handle = lists_preview},
    {0},
};

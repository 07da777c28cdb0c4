/*
 * provider.h: the interface of a list source, and the table of all of them.
 *
 * A provider is pure: it turns a list and its progress into the next request, and an answer into
 * entries. It does no I/O, never sleeps, logs or locks, and has no mutable globals. It MUST end
 * with changed_format (fetch_not_understood) when a page is not what it knows, so that a changed
 * site never looks like an empty list. docs/adding-a-provider.md walks through one.
 */
#ifndef LISTSYNC_PROVIDERS_PROVIDER_H
#define LISTSYNC_PROVIDERS_PROVIDER_H

#include "base/error.h"
#include "base/options.h"
#include "model/item.h"
#include "net/http_message.h"
#include "net/pace.h"
#include "providers/fetch.h"

/* What a source's own page tells of one title (see `identify_*`). */
struct identity {
    enum media_type media_type;
    struct ids ids;
};

/* A host that a provider asks, and how fast it may be asked. */
struct provider_host {
    const char *name; /* NULL ends a table */
    struct pace pace;
};

/* A list that everybody has, to be chosen rather than typed. */
struct provider_preset {
    const char *list_id; /* canonical, as parse_ref gives it; NULL ends a table */
    const char *title;
};

struct provider {
    const char *name;  /* list type in the database, folder of cases, doc page, metric label */
    const char *title; /* "IMDb" */
    const char *const *domains;            /* of the addresses that people paste; NULL-ended */
    const struct provider_host *hosts;     /* that are asked; none for files and any URL */
    const struct option *options;          /* this provider's settings; NULL: none */
    const struct provider_preset *presets; /* NULL: none */
    const char *forms;                     /* one line for people: what can be given as a list */
    const char *other_ways; /* ends "blocked": what to do instead, "give your CSV export as ..." */

    /* What a person typed or pasted -> canonical reference. ERROR_USAGE says what is wrong. */
    enum error_code (*parse_ref)(const char *input, struct list_ref *ret, struct error *error);

    /* The next request; called while the fetch is not finished. May finish it instead. */
    void (*request)(struct fetch *fetch, struct http_request *request);
    /* One answer, whatever its status. 304 never comes here. */
    void (*answer)(struct fetch *fetch, const struct http_response *response);

    /*
     * Optional, for sources whose lists give no known id: asks the title's own page, once ever.
     * `source_id` is what the provider put into ids.source_id. The answer is OUTCOME_OK with the
     * identity, OUTCOME_NOT_FOUND when the page names no id, or another outcome with a sentence.
     */
    void (*identify_request)(const char *source_id, struct http_request *request);
    enum outcome (*identify_answer)(const struct http_response *response, struct identity *ret,
                                    struct error *error);
};

/* The table: providers.def, one line each. */
#define PROVIDER(name) extern const struct provider provider_##name;
#include "providers/providers.def"
#undef PROVIDER

const struct provider *provider_find(const char *name); /* by name in any case; NULL */
const struct provider *const *provider_all(void);       /* NULL-ended, in the table's order */
/* The provider of a source_id ("letterboxd:heat-1995"), if it can identify; else NULL. */
const struct provider *provider_of_source_id(const char *source_id);

/* What people call a list: its description, the name of a preset, or the end of its id. */
const char *provider_list_name(const char *description, const char *list_type, const char *list_id);

/*
 * "imdb:ls000000001", "imdb ls..." already split, or a pasted URL whose host says the type.
 * `type` may be NULL or "": then the input must be TYPE:ID, a URL, or a type whose lists need no
 * further name ("stevenlu"). ERROR_USAGE says what would do.
 */
enum error_code provider_parse(const char *type, const char *input, struct list_ref *ret,
                               struct error *error);

#endif

#include "support/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"

enum { WORDS_MOST = 16, KEY_SIZE = 300 };

void report_finish(struct process *process, int deadline_ms, struct report *ret)
{
    struct process_result result;

    process_finish(process, deadline_ms, &result);
    *ret = (struct report){
        .exit_code = result.exit_code,
        .out = result.out,
        .errors = result.errors,
    };
    if (result.late || result.signal)
        fprintf(stderr, "sync: late %d, signal %d: %s\n", result.late, result.signal,
                buffer_string(&result.errors));
    json_value_parse(buffer_string(&ret->out), ret->out.length, &ret->document, NULL);
}

void report_sync(const struct world *world, const char *const *more, struct report *ret)
{
    const char *words[WORDS_MOST] = {"sync", "--json"};
    struct process process;

    for (size_t i = 0; more && more[i]; i++) {
        CHECK(i < WORDS_MOST - 3);
        words[i + 2] = more[i];
    }
    world_start(world, words, &process);
    report_finish(&process, WORLD_DEADLINE_MS, ret);
}

void report_release(struct report *report)
{
    json_value_free(report->document);
    buffer_release(&report->out);
    buffer_release(&report->errors);
    *report = (struct report){0};
}

const char *report_text(const struct report *report, const char *path)
{
    const char *text = json_value_text(json_value_path(report->document, path));
    return text ? text : "";
}

int64_t report_number(const struct report *report, const char *path)
{
    return json_value_integer(json_value_path(report->document, path));
}

int64_t report_count(const struct report *report, const char *name)
{
    return json_value_get_integer(json_value_get(report->document, "counts"), name);
}

size_t report_items(const struct report *report)
{
    return json_value_count(json_value_get(report->document, "items"));
}

/* "movie:603" of a value with a kind and a TMDB id under these names. */
static void title_key(const struct json_value *value, const char *kind, const char *tmdb,
                      char key[KEY_SIZE])
{
    const char *word = json_value_get_text(value, kind);

    snprintf(key, KEY_SIZE, "%s:%" PRId64, word ? word : "", json_value_get_integer(value, tmdb));
}

static bool is_named(const struct json_value *item, const char *title)
{
    char key[KEY_SIZE];
    const char *name = json_value_get_text(item, "title");

    title_key(item, "media_type", "tmdb_id", key);
    return strcmp(key, title) == 0 || (name && strcmp(name, title) == 0);
}

const struct json_value *report_item(const struct report *report, const char *title)
{
    const struct json_value *items = json_value_get(report->document, "items");

    for (size_t i = 0; i < json_value_count(items); i++)
        if (is_named(json_value_at(items, i), title))
            return json_value_at(items, i);
    fprintf(stderr, "no item %s in: %s\n%s\n", title, buffer_string(&report->out),
            buffer_string(&report->errors));
    abort();
}

const char *report_word(const struct report *report, const char *title, const char *key)
{
    const char *word = json_value_get_text(report_item(report, title), key);
    return word ? word : "";
}

const struct json_value *report_list(const struct report *report, const char *type, const char *id)
{
    const struct json_value *lists = json_value_get(report->document, "lists");

    for (size_t i = 0; i < json_value_count(lists); i++) {
        const struct json_value *list = json_value_at(lists, i);
        if (strcmp(json_value_get_text(list, "type"), type) == 0 &&
            strcmp(json_value_get_text(list, "id"), id) == 0)
            return list;
    }
    fprintf(stderr, "no list %s:%s in: %s\n%s\n", type, id, buffer_string(&report->out),
            buffer_string(&report->errors));
    abort();
}

struct json_value *report_all_requests(const struct sim *sim)
{
    return sim_get(sim, "/sim/requests");
}

bool report_requests_hold(const struct json_value *requests, const char *title)
{
    char key[KEY_SIZE];
    bool is_requested = false;

    for (size_t i = 0; i < json_value_count(requests); i++) {
        title_key(json_value_at(requests, i), "type", "tmdb", key);
        is_requested |= strcmp(key, title) == 0;
    }
    return is_requested;
}

bool report_is_requested(const struct sim *sim, const char *title)
{
    AUTO_JSON struct json_value *requests = report_all_requests(sim);
    return report_requests_hold(requests, title);
}

size_t report_requests(const struct sim *sim)
{
    AUTO_JSON struct json_value *requests = report_all_requests(sim);
    return json_value_count(requests);
}

static void add_seasons(struct buffer *text, const struct json_value *seasons)
{
    for (size_t i = 0; i < json_value_count(seasons); i++)
        buffer_print(text, "%s%" PRId64, text->length ? "," : "",
                     json_value_integer(json_value_at(seasons, i)));
}

char *report_requests_seasons(const struct json_value *requests, int64_t tmdb)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (size_t i = 0; i < json_value_count(requests); i++) {
        const struct json_value *request = json_value_at(requests, i);
        if (json_value_get_integer(request, "tmdb") == tmdb &&
            strcmp(json_value_get_text(request, "type"), "tv") == 0)
            add_seasons(&text, json_value_get(request, "seasons"));
    }
    return memory_text(buffer_string(&text));
}

char *report_seasons(const struct sim *sim, int64_t tmdb)
{
    AUTO_JSON struct json_value *requests = report_all_requests(sim);
    return report_requests_seasons(requests, tmdb);
}

void report_check_promises(const struct sim *sim)
{
    int64_t duplicates = sim_counter(sim, "duplicate_requests");
    int64_t parallel = sim_counter(sim, "max_parallel_post_request");

    if (duplicates || parallel > 1)
        fprintf(stderr, "%" PRId64 " duplicate requests, %" PRId64 " at once\n", duplicates,
                parallel);
    CHECK(duplicates == 0);
    CHECK(parallel <= 1);
}

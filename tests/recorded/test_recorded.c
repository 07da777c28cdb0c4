/*
 * Plays every tests/recorded/PROVIDER/CASE/case.json: README.md beside this file says how they are
 * written. One cmocka test per case, named after its folder.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/json_value.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"

struct play {
    const char *folder; /* "PROVIDER/CASE", for messages */
    const char *path;   /* of case.json */
    const struct json_value *exchanges;
    size_t asked;
};

#define failed(play, format, ...) fail_msg("%s: " format, (play)->folder, __VA_ARGS__)

static struct json_value *read_case(const struct play *play)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    struct json_value *document = NULL;
    struct error error = {0};

    if (files_read(play->path, &bytes, &error) ||
        json_value_parse(buffer_string(&bytes), bytes.length, &document, &error))
        failed(play, "%s", error.message);
    return document;
}

static void write_value(struct json_writer *json, const char *key, const struct json_value *value);

static void write_member(void *json, const char *key, const struct json_value *value)
{
    write_value(json, key, value);
}

static void write_value(struct json_writer *json, const char *key, const struct json_value *value)
{
    const char *kind = json_value_kind(value);

    if (json_value_is_object(value)) {
        json_begin_object(json, key);
        json_value_each(value, write_member, json);
        json_end_object(json);
    } else if (json_value_is_array(value)) {
        json_begin_array(json, key);
        for (size_t i = 0; i < json_value_count(value); i++)
            write_value(json, NULL, json_value_at(value, i));
        json_end_array(json);
    } else if (json_value_is_integer(value)) {
        json_put_number(json, key, json_value_integer(value));
    } else if (text_equal(kind, "true") || text_equal(kind, "false")) {
        json_put_bool(json, key, json_value_is_true(value));
    } else {
        assert_string_not_equal(kind, "a fraction"); /* nothing of ours reads one */
        json_put_text(json, key, json_value_text(value));
    }
}

static void read_body_file(const struct play *play, const char *name, struct buffer *body)
{
    size_t folder_length = strlen(play->path) - strlen("case.json");
    AUTO_FREE char *path = memory_print("%.*s%s", (int)folder_length, play->path, name);
    struct error error = {0};

    if (files_read(path, body, &error))
        failed(play, "%s", error.message);
}

static void add_header(void *response, const char *key, const struct json_value *value)
{
    assert_non_null(json_value_text(value));
    http_headers_add(&((struct http_response *)response)->headers, key, json_value_text(value),
                     false);
}

static void make_response(const struct play *play, const struct json_value *recorded,
                          struct http_response *response)
{
    const struct json_value *body = json_value_get(recorded, "body_json");
    const char *text = json_value_get_text(recorded, "body");
    const char *file = json_value_get_text(recorded, "body_file");
    int status = (int)json_value_get_integer(recorded, "status");

    response->status = status ? status : 200;
    json_value_each(json_value_get(recorded, "headers"), add_header, response);
    if (body) {
        struct json_writer json = json_writer_to(&response->body);
        write_value(&json, NULL, body);
    } else if (file) {
        read_body_file(play, file, &response->body);
    } else if (text) {
        buffer_text(&response->body, text);
    }
}

struct header_check {
    const struct play *play;
    const struct http_request *request;
};

static void check_header(void *context, const char *key, const struct json_value *value)
{
    const struct header_check *check = context;
    const struct http_headers *headers = &check->request->headers;

    for (size_t i = 0; i < headers->count; i++)
        if (text_equal_ignoring_case(headers->items[i].name, key) &&
            text_equal(headers->items[i].value, json_value_text(value)))
            return;
    failed(check->play, "request %zu is without \"%s: %s\"", check->play->asked, key,
           json_value_text(value));
}

static void check_request(const struct play *play, const struct json_value *recorded,
                          const struct http_request *request)
{
    const char *method = json_value_get_text(recorded, "method");
    const struct json_value *parts = json_value_get(recorded, "body_contains");
    struct header_check check = {play, request};

    if (!text_equal(method ? method : "GET", http_method_word(request->method)) ||
        !text_equal(json_value_get_text(recorded, "url"), request->url))
        failed(play, "request %zu is %s %s, not %s %s", play->asked,
               http_method_word(request->method), request->url, method ? method : "GET",
               json_value_get_text(recorded, "url"));
    if (!request->repeatable)
        failed(play, "request %zu reads, and is not marked repeatable", play->asked);
    json_value_each(json_value_get(recorded, "headers"), check_header, &check);
    for (size_t i = 0; i < json_value_count(parts); i++)
        if (!strstr(buffer_string(&request->body), json_value_text(json_value_at(parts, i))))
            failed(play, "the body of request %zu is without \"%s\": %s", play->asked,
                   json_value_text(json_value_at(parts, i)), buffer_string(&request->body));
}

/* The next exchange: checks the request, fills in the answer. */
static void exchange(struct play *play, const struct http_request *request,
                     struct http_response *response)
{
    const struct json_value *recorded = json_value_at(play->exchanges, play->asked++);

    if (!recorded)
        failed(play, "request %zu was not recorded: %s %s", play->asked,
               http_method_word(request->method), request->url);
    check_request(play, json_value_get(recorded, "request"), request);
    make_response(play, json_value_get(recorded, "response"), response);
}

static void check_all_asked(const struct play *play)
{
    size_t count = json_value_count(play->exchanges);

    if (play->asked < count)
        failed(play, "ended after %zu of %zu exchanges", play->asked, count);
}

/* Absent: not compared; null: NULL, "" or 0. */
static void check_text(const struct play *play, const struct json_value *expect, const char *key,
                       const char *actual)
{
    const char *expected = json_value_get_text(expect, key);

    if (json_value_get(expect, key) && !text_equal(expected ? expected : "", actual ? actual : ""))
        failed(play, "%s is \"%s\", not \"%s\"", key, actual ? actual : "",
               expected ? expected : "");
}

static void check_number(const struct play *play, const struct json_value *expect, const char *key,
                         int64_t actual)
{
    int64_t expected = json_value_get_integer(expect, key);

    if (json_value_get(expect, key) && expected != actual)
        failed(play, "%s is %lld, not %lld", key, (long long)actual, (long long)expected);
}

static void check_outcome(const struct play *play, const struct json_value *expect,
                          enum outcome outcome, const char *message)
{
    const char *part = json_value_get_text(expect, "message_contains");
    const char *expected = json_value_get_text(expect, "outcome");

    if (!text_equal(expected, outcome_word(outcome)))
        failed(play, "ended as %s (%s), not as %s", outcome_word(outcome), message, expected);
    if (!outcome_is_complete(outcome) && text_is_empty(message))
        failed(play, "%s without a sentence", expected);
    if (part && !strstr(message, part))
        failed(play, "the sentence is without \"%s\": %s", part, message);
}

static void check_entry(const struct play *play, const struct json_value *expect,
                        const struct entry *entry)
{
    check_text(play, expect, "title", entry->title);
    check_text(play, expect, "original_title", entry->original_title);
    check_number(play, expect, "year", entry->year);
    check_text(play, expect, "media_type", media_type_word(entry->media_type));
    check_text(play, expect, "imdb", entry->ids.imdb);
    check_number(play, expect, "tmdb", entry->ids.tmdb);
    check_number(play, expect, "tvdb", entry->ids.tvdb);
    check_number(play, expect, "season", entry->season);
    check_text(play, expect, "unsupported", entry->unsupported);
    check_text(play, expect, "source_id", entry->ids.source_id);
    check_number(play, expect, "rank", entry->rank);
}

static void check_entries(const struct play *play, const struct json_value *expect,
                          const struct entry_list *list)
{
    const struct json_value *entries = json_value_get(expect, "entries");

    check_number(play, expect, "count", (int64_t)list->count);
    if (json_value_count(entries) > list->count)
        failed(play, "%zu entries, not %zu or more", list->count, json_value_count(entries));
    for (size_t i = 0; i < json_value_count(entries); i++)
        check_entry(play, json_value_at(entries, i), &list->items[i]);
}

static void check_fetch(const struct play *play, const struct json_value *expect,
                        const struct fetch *fetch)
{
    char changed[CLOCK_TEXT_SIZE] = "";

    if (fetch->changed_at)
        clock_format_utc(fetch->changed_at, changed);
    check_outcome(play, expect, fetch->outcome, fetch->message);
    check_text(play, expect, "name", fetch->name);
    check_number(play, expect, "total", fetch->total);
    check_text(play, expect, "changed_at", changed);
    check_entries(play, expect, &fetch->entries);
}

static void set_option(void *options, const char *key, const struct json_value *value)
{
    struct error error = {0};

    if (options_set(options, key, json_value_text(value), &error))
        fail_msg("option %s: %s", key, error.message);
}

static void set_options(struct options *options, const struct json_value *document)
{
    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        if ((*provider)->options)
            options_declare(options, (*provider)->options);
    json_value_each(json_value_get(document, "options"), set_option, options);
}

static void drive(struct play *play, struct fetch *fetch)
{
    const struct provider *provider = provider_find(fetch->ref->type);

    while (!fetch->finished) {
        AUTO_REQUEST struct http_request request;
        AUTO_RESPONSE struct http_response response;
        http_request_init(&request);
        http_response_init(&response, BUFFER_LIMIT_ANSWER);
        provider->request(fetch, &request);
        if (fetch->finished)
            return;
        exchange(play, &request, &response);
        provider->answer(fetch, &response);
    }
}

static void play_list(struct play *play, const struct json_value *document)
{
    const struct json_value *expect = json_value_get(document, "expect");
    const char *input = json_value_get_text(document, "input");
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {0};
    struct error error = {0};

    if (provider_parse(json_value_get_text(document, "type"), input, &ref, &error))
        failed(play, "%s", error.message);
    check_text(play, expect, "ref", ref.id);
    check_text(play, expect, "ref_type", ref.type);
    check_text(play, expect, "url", ref.url);
    set_options(&options, document);
    fetch_init(&fetch, &ref, &options, arena);
    drive(play, &fetch);
    check_all_asked(play);
    check_fetch(play, expect, &fetch);
}

static void play_refusal(const struct play *play, const struct json_value *document)
{
    const char *part = json_value_get_text(document, "refused_contains");
    struct list_ref ref = {0};
    struct error error = {0};

    if (provider_parse(json_value_get_text(document, "type"),
                       json_value_get_text(document, "input"), &ref, &error) != ERROR_USAGE)
        failed(play, "was taken as %s:%s", ref.type, ref.id);
    if (!strstr(error.message, part))
        failed(play, "the sentence is without \"%s\": %s", part, error.message);
}

static void play_identify(struct play *play, const struct json_value *document)
{
    const struct json_value *expect = json_value_get(document, "expect");
    const char *source_id = json_value_get_text(document, "identify");
    const struct provider *provider = provider_of_source_id(source_id);
    AUTO_REQUEST struct http_request request;
    AUTO_RESPONSE struct http_response response;
    struct identity identity = {0};
    struct error error = {0};

    assert_non_null(provider);
    http_request_init(&request);
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    provider->identify_request(source_id, &request);
    exchange(play, &request, &response);
    enum outcome outcome = provider->identify_answer(&response, &identity, &error);
    check_all_asked(play);
    check_outcome(play, expect, outcome, error.message);
    check_text(play, expect, "media_type", media_type_word(identity.media_type));
    check_text(play, expect, "imdb", identity.ids.imdb);
    check_number(play, expect, "tmdb", identity.ids.tmdb);
    check_number(play, expect, "tvdb", identity.ids.tvdb);
}

static void play_case(void **state)
{
    struct play *play = *state;
    AUTO_JSON struct json_value *document = read_case(play);

    if (text_is_empty(json_value_get_text(document, "about")))
        failed(play, "%s", "\"about\" is missing");
    play->exchanges = json_value_get(document, "exchanges");
    if (json_value_get(document, "refused_contains"))
        play_refusal(play, document);
    else if (json_value_get(document, "identify"))
        play_identify(play, document);
    else
        play_list(play, document);
}

/* "PROVIDER/CASE" of ".../recorded/PROVIDER/CASE/case.json" */
static char *folder_of(const char *path)
{
    char *folder = memory_text(path + strlen(LISTSYNC_TESTS_DIR "/recorded/"));

    folder[strlen(folder) - strlen("/case.json")] = '\0';
    return folder;
}

int main(void)
{
    glob_t found;

    if (glob(LISTSYNC_TESTS_DIR "/recorded/*/*/case.json", 0, NULL, &found))
        return fprintf(stderr, "no recorded cases\n"), 1;
    struct CMUnitTest *tests = memory_array(found.gl_pathc, sizeof(*tests));
    struct play *plays = memory_array(found.gl_pathc, sizeof(*plays));
    for (size_t i = 0; i < found.gl_pathc; i++) {
        plays[i] = (struct play){folder_of(found.gl_pathv[i]), found.gl_pathv[i], NULL, 0};
        tests[i] = (struct CMUnitTest){plays[i].folder, play_case, NULL, NULL, &plays[i]};
    }
    int failures = _cmocka_run_group_tests("recorded", tests, found.gl_pathc, NULL, NULL);
    for (size_t i = 0; i < found.gl_pathc; i++)
        free((char *)plays[i].folder);
    free(tests);
    free(plays);
    globfree(&found);
    return failures ? 1 : 0;
}

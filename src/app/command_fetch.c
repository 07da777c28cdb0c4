#include <inttypes.h>
#include <stdio.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/table.h"
#include "app/words.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "providers/provider.h"

struct fetching {
    const struct provider *provider;
    struct fetch fetch;
};

static bool next(void *state, struct http_request *request)
{
    struct fetching *fetching = state;

    if (!fetching->fetch.finished)
        fetching->provider->request(&fetching->fetch, request);
    return !fetching->fetch.finished;
}

static void answer(void *state, const struct http_response *response)
{
    struct fetching *fetching = state;

    fetching->provider->answer(&fetching->fetch, response);
}

static void failed(void *state, const struct error *error)
{
    struct fetching *fetching = state;

    fetch_finish(&fetching->fetch,
                 error->code == ERROR_CANCELLED ? OUTCOME_CANCELLED : OUTCOME_UNREACHABLE, "%s",
                 error->message);
}

static bool tick(void *context)
{
    (void)context;
    return !interrupt_came();
}

static void print_text(const struct fetch *fetch)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_TABLE struct table table;

    table_init(&table, 6);
    for (size_t i = 0; i < fetch->entries.count; i++) {
        const struct entry *entry = &fetch->entries.items[i];
        table_cell(&table, "%d", entry->rank);
        table_cell(&table, "%s", entry->title);
        table_cell(&table, "%.0d", entry->year);
        table_cell(&table, "%s", media_type_noun(entry->media_type));
        table_cell(&table, "%s", *entry->ids.imdb ? entry->ids.imdb : "-");
        table_cell(&table, "%s%.0" PRId64 "%s%s%s", entry->ids.tmdb ? "TMDB " : "", entry->ids.tmdb,
                   entry->ids.tmdb && entry->unsupported ? ", " : "",
                   entry->unsupported ? "not for Seerr: " : "",
                   entry->unsupported ? entry->unsupported : "");
    }
    words_print(stdout, 2, "%s:%s  %s", fetch->ref->type, fetch->ref->id, fetch->name);
    table_print(&table, stdout, 2);
    words_print(stdout, 2, "%s, %s%s%s", outcome_meaning(fetch->outcome),
                words_count(arena, (int64_t)fetch->entries.count, "title", "titles"),
                *fetch->message ? ": " : "", fetch->message);
}

static void put_entry(struct json_writer *json, const struct entry *entry)
{
    json_begin_object(json, NULL);
    json_put_number(json, "rank", entry->rank);
    json_put_text(json, "title", entry->title);
    json_put_text(json, "original_title", entry->original_title);
    json_put_number_or_null(json, "year", entry->year);
    json_put_text(json, "media_type", media_type_word(entry->media_type));
    json_put_text(json, "imdb_id", *entry->ids.imdb ? entry->ids.imdb : NULL);
    json_put_number_or_null(json, "tmdb_id", entry->ids.tmdb);
    json_put_number_or_null(json, "tvdb_id", entry->ids.tvdb);
    json_put_text(json, "source_id", entry->ids.source_id);
    json_put_number_or_null(json, "season", entry->season);
    json_put_text(json, "unsupported", entry->unsupported);
    json_end_object(json);
}

static void print_json(const struct fetch *fetch)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    struct json_writer json = json_writer_to(&text);

    json_begin_object(&json, NULL);
    json_put_text(&json, "type", fetch->ref->type);
    json_put_text(&json, "id", fetch->ref->id);
    json_put_text(&json, "url", fetch->ref->url);
    json_put_text(&json, "name", fetch->name);
    json_put_text(&json, "outcome", outcome_word(fetch->outcome));
    json_put_text(&json, "message", fetch->message);
    if (fetch->total >= 0)
        json_put_number(&json, "total", fetch->total);
    json_begin_array(&json, "items");
    for (size_t i = 0; i < fetch->entries.count; i++)
        put_entry(&json, &fetch->entries.items[i]);
    json_end_array(&json);
    json_end_object(&json);
    puts(buffer_string(&text));
}

static enum exit_code perform(struct session *session, const struct list_ref *ref, bool json)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct fetching fetching = {.provider = provider_find(ref->type)};
    struct exchange exchange = {
        .state = &fetching, .next = next, .answer = answer, .failed = failed};

    fetch_init(&fetching.fetch, ref, &session->settings.options, arena);
    session_open_network(session);
    client_add(session->client, &exchange);
    client_run(session->client, tick, NULL);
    if (json)
        print_json(&fetching.fetch);
    else
        print_text(&fetching.fetch);
    enum outcome outcome = fetching.fetch.outcome;
    fetch_release(&fetching.fetch);
    if (outcome == OUTCOME_CANCELLED)
        return EXIT_CANCELLED;
    return outcome_is_complete(outcome) ? EXIT_DONE : EXIT_WITH_ERRORS;
}

static enum exit_code run(int argc, char **argv)
{
    bool json = false;
    struct words origins = {0};
    struct words words = {0};
    struct list_ref ref;
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{.name = "--json", .on = &json}, {0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_fetch, "%s", error.message);
    if (words.count < 1 || words.count > 2)
        return command_usage(&command_fetch, "which list? TYPE ID, TYPE:ID or a URL");
    if (provider_parse(words.count == 2 ? words.items[0] : NULL, words.items[words.count - 1], &ref,
                       &error))
        return command_fail(&error);
    interrupt_watch();
    enum error_code rc = session_open(&session, origins.items, &error);
    if (!rc)
        rc = session_add_stored(&session, &error);
    enum exit_code code = rc ? command_fail(&error) : perform(&session, &ref, json);
    session_close(&session);
    return code;
}

const struct command command_fetch = {
    .name = "fetch",
    .arguments = "LIST [--json]",
    .summary = "read a list and print it, without touching Seerr",
    .help = "  LIST is TYPE:ID, TYPE ID or the URL of the list; nothing is kept.\n"
            "  --json   print one JSON object instead of text\n",
    .run = run,
};

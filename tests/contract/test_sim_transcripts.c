/*
 * Holds the simulator to the real servers: replays recorded calls and compares the answers.
 *
 * The transcripts are one JSON file per call (request, status, headers, body) in
 * LISTSYNC_SHARED/seerr/<flavour>-transcripts; without that folder the tests are skipped. Calls of
 * one session are replayed in the order of their names against one fresh simulator.
 *
 * Compared are the status and the fields in `decisive_keys`, wherever they stand. A decisive field
 * must also be missing where the real server left it out.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "support/sim.h"

/* The key that the recorded calls carry. */
static const char recorded_key[] = "bGlzdHN5bmMtdGVzdC1rZXk=";

enum { PATIENCE_SECONDS = 20, SILENCE_SECONDS = 1, NO_ANSWER = 0 };

static const char *const decisive_keys[] = {
    "message",
    "error",
    "errors",
    "path",
    "errorCode",
    "id",
    "status",
    "status4k",
    "is4k",
    "type",
    "mediaType",
    "tmdbId",
    "tvdbId",
    "media",
    "mediaInfo",
    "requests",
    "seasons",
    "seasonNumber",
    "seasonCount",
    "requestedBy",
    "modifiedBy",
    "user",
    "permissions",
    "displayName",
    "email",
    "pageInfo",
    "pages",
    "pageSize",
    "page",
    "results",
    "totalPages",
    "totalResults",
    "movie",
    "tv",
    "days",
    "limit",
    "used",
    "remaining",
    "restricted",
    "total",
    "pending",
    "approved",
    "declined",
    "processing",
    "available",
    "completed",
    "version",
    "region",
    "hideAvailable",
    "hideBlocklisted",
    "hideBlacklisted",
    "mediaServerType",
    "serviceErrors",
    "title",
    "name",
    "imdbId",
    "numberOfSeasons",
    "onUserWatchlist",
    "blocklistedTags",
    "blacklistedTags",
};

/* Ids are left out for sessions that were recorded in the middle of a longer one. */
static const char *const numbering_keys[] = {"id"};

enum treatment {
    COMPARE,     /* everything that is decisive */
    STATUS_ONLY, /* it changes the state, so it is sent, but the body is not compared */
    LEAVE_OUT,
};

/* Recorded calls that are an exception, by the beginning of their names, and why. */
static const struct exception {
    const char *flavour; /* NULL: all */
    const char *name;
    enum treatment treatment;
    const char *why;
} exceptions[] = {
    {NULL, "022-", LEAVE_OUT, "recorded without a front end; here a web page answers"},
    {NULL, "114-", LEAVE_OUT, "the catalogue knows more films of that name"},
    {NULL, "121-", LEAVE_OUT, "asks for films that only the recording's TMDB made up"},
    {NULL, "137-", LEAVE_OUT, "the page of one season is not modelled: nothing asks for it"},
    {NULL, "139-", LEAVE_OUT, "recommendations are not modelled"},
    {NULL, "307-", LEAVE_OUT, "rows changed in the same second come in no certain order"},
    {NULL, "308-", LEAVE_OUT, "rows changed in the same second come in no certain order"},
    {NULL, "431-search-blocklisted-and", LEAVE_OUT, "recorded late in another session"},
    {"overseerr", "017-", LEAVE_OUT, "the recording's settings file was another server's"},
    {"jellyseerr", "218-", STATUS_ONLY, "recorded before the media's status had moved on"},
    {"jellyseerr", "271-", STATUS_ONLY, "recorded before the media's status had moved on"},
    {"jellyseerr", "276-", STATUS_ONLY, "recorded before the media's status had moved on"},
    {"jellyseerr", "361-", STATUS_ONLY, "recorded before the request was completed"},
};

/* One recorded session: its names lie between the two, both included. */
struct session {
    const char *flavour;
    const char *first[3];
    const char *last[3];
    const char *settings; /* POST /sim/config before it begins; NULL: nothing */
    bool numbered;        /* ids count from the start of the session */
};

struct answer {
    int status; /* NO_ANSWER: the server said nothing, or hung up */
    json_t *body;
};

static bool is_listed(const char *const *keys, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(keys[i], key) == 0)
            return true;
    }
    return false;
}

static enum treatment treatment_of(const struct session *session, const char *name)
{
    for (size_t i = 0; i < sizeof(exceptions) / sizeof(*exceptions); i++) {
        const struct exception *exception = &exceptions[i];
        bool here = !exception->flavour || strcmp(exception->flavour, session->flavour) == 0;
        if (here && strncmp(name, exception->name, strlen(exception->name)) == 0)
            return exception->treatment;
    }
    return COMPARE;
}

static bool is_decisive(const struct session *session, const char *key)
{
    if (!session->numbered &&
        is_listed(numbering_keys, sizeof(numbering_keys) / sizeof(*numbering_keys), key))
        return false;
    return is_listed(decisive_keys, sizeof(decisive_keys) / sizeof(*decisive_keys), key);
}

static void report(const char *where, const json_t *expected, const json_t *actual)
{
    char *want = expected ? json_dumps(expected, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    char *have = actual ? json_dumps(actual, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

    print_message("  %s: recorded %.200s, simulated %.200s\n", where, want ? want : "nothing",
                  have ? have : "nothing");
    free(want);
    free(have);
}

static size_t compare(const struct session *session, const char *where, const json_t *expected,
                      const json_t *actual);

static size_t compare_arrays(const struct session *session, const char *where,
                             const json_t *expected, const json_t *actual)
{
    size_t differences = 0;

    if (json_array_size(expected) != json_array_size(actual) || !json_is_array(actual)) {
        report(where, expected, actual);
        return 1;
    }
    for (size_t i = 0; i < json_array_size(expected); i++) {
        char inner[512];
        snprintf(inner, sizeof(inner), "%s[%zu]", where, i);
        differences +=
            compare(session, inner, json_array_get(expected, i), json_array_get(actual, i));
    }
    return differences;
}

static size_t compare_objects(const struct session *session, const char *where, json_t *expected,
                              json_t *actual)
{
    size_t differences = 0;
    const char *key;
    json_t *value;

    json_object_foreach(expected, key, value)
    {
        char inner[512];
        snprintf(inner, sizeof(inner), "%s.%s", where, key);
        if (is_decisive(session, key))
            differences += compare(session, inner, value, json_object_get(actual, key));
    }
    json_object_foreach(actual, key, value)
    {
        if (!is_decisive(session, key) || json_object_get(expected, key))
            continue;
        print_message("  %s.%s: recorded nothing\n", where, key);
        differences++;
    }
    return differences;
}

/* The number of differences, each of which is printed. */
static size_t compare(const struct session *session, const char *where, const json_t *expected,
                      const json_t *actual)
{
    if (json_is_object(expected) && json_is_object(actual))
        return compare_objects(session, where, (json_t *)expected, (json_t *)actual);
    if (json_is_array(expected))
        return compare_arrays(session, where, expected, actual);
    if (actual && json_equal(expected, actual))
        return 0;
    report(where, expected, actual);
    return 1;
}

static int connect_to(int port, int patience_seconds)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct timeval patience = {.tv_sec = patience_seconds};
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(connection >= 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
    return connection;
}

/* The recorded body as it went over the wire; NULL: none. Freed by the caller. */
static char *wire_body(const json_t *body)
{
    if (!body || json_is_null(body))
        return NULL;
    if (json_is_string(body))
        return strdup(json_string_value(body));
    return json_dumps(body, JSON_COMPACT);
}

static void write_call(FILE *out, const json_t *request)
{
    const char *name;
    json_t *value;
    char *body = wire_body(json_object_get(request, "body"));

    fprintf(out, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n",
            json_string_value(json_object_get(request, "method")),
            json_string_value(json_object_get(request, "path")));
    json_object_foreach(json_object_get(request, "headers"), name, value)
    {
        fprintf(out, "%s: %s\r\n", name, json_string_value(value));
    }
    if (body)
        fprintf(out, "Content-Length: %zu\r\n", strlen(body));
    fprintf(out, "\r\n%s", body ? body : "");
    free(body);
}

static struct answer read_answer(int connection)
{
    struct answer answer = {.status = NO_ANSWER};
    char *text = NULL;
    size_t length = 0;
    FILE *bytes = open_memstream(&text, &length);
    char block[16384];
    ssize_t count;

    while ((count = recv(connection, block, sizeof(block), 0)) > 0)
        fwrite(block, 1, (size_t)count, bytes);
    fclose(bytes);
    if (sscanf(text, "HTTP/1.1 %d", &answer.status) == 1) {
        const char *end = strstr(text, "\r\n\r\n");
        answer.body = json_loads(end ? end + 4 : "", JSON_DECODE_ANY, NULL);
    }
    free(text);
    return answer;
}

static struct answer ask(const struct sim *sim, const json_t *request, int patience_seconds)
{
    int connection = connect_to(sim->port, patience_seconds);
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    struct answer answer;

    write_call(out, request);
    fclose(out);
    assert_int_equal(send(connection, text, length, MSG_NOSIGNAL), (ssize_t)length);
    free(text);
    answer = read_answer(connection);
    close(connection);
    return answer;
}

/* The number of differences. */
static size_t replay(const struct session *session, const struct sim *sim, const char *name,
                     const json_t *transcript)
{
    const json_t *request = json_object_get(transcript, "request");
    const json_t *response = json_object_get(transcript, "response");
    int status = (int)json_integer_value(json_object_get(response, "status"));
    const json_t *body = json_object_get(response, "body");
    struct answer answer =
        ask(sim, request, status == NO_ANSWER ? SILENCE_SECONDS : PATIENCE_SECONDS);
    size_t differences = 0;

    if (answer.status != status) {
        print_message("  %s: recorded status %d, simulated %d\n", name, status, answer.status);
        differences++;
    } else if (status != NO_ANSWER && body && !json_is_null(body) &&
               treatment_of(session, name) == COMPARE) {
        differences = compare(session, name, body, answer.body);
    }
    json_decref(answer.body);
    return differences;
}

/* Names begin with three digits. */
static bool is_in_session(const struct session *session, const char *name)
{
    for (size_t i = 0; i < 3 && session->first[i]; i++) {
        if (strncmp(name, session->first[i], 3) >= 0 && strncmp(name, session->last[i], 3) <= 0)
            return true;
    }
    return false;
}

static int is_transcript(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end && strcmp(end, ".json") == 0;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

/* Replays all calls of the session in the folder; the number of differences. */
static size_t replay_folder(const struct session *session, const struct sim *sim,
                            const char *folder)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_transcript, by_name);
    size_t differences = 0;
    size_t replayed = 0;

    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        char path[1024];
        json_t *transcript = NULL;
        snprintf(path, sizeof(path), "%s/%s", folder, name);
        if (is_in_session(session, name) && treatment_of(session, name) != LEAVE_OUT)
            transcript = json_load_file(path, 0, NULL);
        if (json_is_object(json_object_get(transcript, "response"))) {
            differences += replay(session, sim, name, transcript);
            replayed++;
        }
        json_decref(transcript);
        free(entries[i]);
    }
    free(entries);
    print_message("%s %s: %zu calls replayed\n", session->flavour, session->first[0], replayed);
    assert_true(replayed > 0);
    return differences;
}

static const char *shared_folder(void)
{
    const char *named = getenv("LISTSYNC_SHARED");
    return named ? named : LISTSYNC_SHARED;
}

static void replay_session(void **state)
{
    const struct session *session = *state;
    const char *words[] = {"--flavour",  session->flavour, "--key",
                           recorded_key, "--catalogue",    LISTSYNC_TESTS_DIR "/sim/catalogue.tsv",
                           NULL};
    struct sim sim;
    struct stat about;
    char folder[768];

    snprintf(folder, sizeof(folder), "%s/seerr/%s-transcripts", shared_folder(), session->flavour);
    if (stat(folder, &about) != 0) {
        print_message("skipped: no transcripts in %s\n", folder);
        skip();
    }
    sim_start(&sim, words);
    if (session->settings)
        sim_tell(&sim, "/sim/config", session->settings);
    size_t differences = replay_folder(session, &sim, folder);
    sim_stop(&sim);
    assert_int_equal(differences, 0);
}

/* Reading alone; one long session of asking, deciding and blocklisting; odd bodies, recorded late
   in another session; and CSRF protection, which was recorded with one server only. */
#define SESSIONS_OF(flavour)                                                                       \
    {flavour, {"001", "100"}, {"026", "142"}, NULL, true},                                         \
    {                                                                                              \
        flavour, {"200", "300", "400"}, {"277", "367", "436"}, NULL, true                          \
    }

static struct session sessions[] = {
    SESSIONS_OF("seerr"),
    SESSIONS_OF("jellyseerr"),
    SESSIONS_OF("overseerr"),
    {"seerr", {"280"}, {"289"}, NULL, false},
    {"seerr", {"721"}, {"722"}, "{\"csrf\":true}", false},
};

int main(void)
{
    enum { COUNT = sizeof(sessions) / sizeof(*sessions) };
    struct CMUnitTest tests[COUNT];
    char names[COUNT][64];

    for (size_t i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof(names[i]), "%s_%s", sessions[i].flavour, sessions[i].first[0]);
        tests[i] = (struct CMUnitTest){names[i], replay_session, NULL, NULL, &sessions[i]};
    }
    return cmocka_run_group_tests_name("simulator against transcripts", tests, NULL, NULL);
}

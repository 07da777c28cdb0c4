/*
 * Feeds recorded answers of the real sources to their providers: whole pages and bodies, which lie
 * in the shared folder outside the tree. Skipped without it. EXPECTED.tsv there says what was
 * counted in the files by hand; every row of it that names a provider of ours must have a row in
 * the table below. A recording of a new source needs one row, and a check when its kind is new.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"

#define RECORDINGS LISTSYNC_SHARED "/recordings/"

enum { FIELDS = 8, EXPECTED_MOST = 64 };

/* What the first answer to a fresh fetch of `input` comes to. */
static const struct recording {
    const char *file; /* *.http: status and headers are in it */
    const char *type;
    const char *input;
    int status;          /* of a file that is only a body */
    const char *outcome; /* NULL: the fetch goes on to ask for more */
    size_t count;        /* entries */
} recordings[] = {
    {"imdb/chart-top250-2025-10.html", "imdb", "file:top.html", 200, "ok", 250},
    {"imdb/list-page-next-data-cut-2026-04.html", "imdb", "file:list.html", 200, "partial", 3},
    {"imdb/watchlist-page-next-data-cut-2026-04.html", "imdb", "file:list.html", 200, "partial", 3},
    {"imdb/graphql-list-titleListItemSearch-2026-08.json", "imdb", "ls006123300", 200, "ok", 3},
    {"imdb/graphql-predefinedList-watchlist-2026-08.json", "imdb", "ur15738437", 200, "ok", 3},
    {"imdb/graphql-TitleListMainPage-sample.json", "imdb", "ls4106677119", 200, "partial", 2},
    {"imdb/graphql-list-not-found-2026-08.json", "imdb", "ls000000001", 200, "not_found", 0},
    {"imdb/graphql-predefinedList-private-FORBIDDEN-2026-07.json", "imdb", "ur000000001", 200,
     "private", 0},
    {"imdb/graphql-predefinedList-unknown-user-2026-07.json", "imdb", "ur000000001", 200,
     "not_found", 0},
    {"imdb/graphql-userProfile-2026-08.json", "imdb", "p.kdbeq6dtmzzpiin4k7t4fnunf4", 200, NULL, 0},
    {"imdb/graphql-userProfile-2026-08.json", "imdb", "ls000000001", 200, "changed_format", 0},
    {"imdb/list-export-2023-cecobask.csv", "imdb", "file:list.csv", 200, "ok", 3},
    {"blocking/imdb-202-empty-body-response-2026-04-13.http", "imdb", "ur000000001", 0, "blocked",
     0},
    {"blocking/imdb-aws-waf-202-challenge-2026-09.html", "imdb", "ls000000001", 202, "blocked", 0},
    {"blocking/imdb-aws-waf-202-challenge-2026-09.html", "imdb", "file:list.html", 200, "blocked",
     0},
    {"blocking/cloudflare-just-a-moment-full-2026.html", "trakt", "sean/watchlist", 403, "blocked",
     0},
    {"blocking/cloudflare-just-a-moment-full-2026.html", "letterboxd", "dave/watchlist", 403,
     "blocked", 0},

    {"trakt/traktweb-2026-list-items-movies.json", "trakt", "5678", 200, "ok", 1},
    {"trakt/traktweb-2026-list-items-shows.json", "trakt", "5678", 200, "ok", 1},
    {"trakt/traktweb-2026-watchlist-movies.json", "trakt", "sean/watchlist", 200, "ok", 1},
    {"trakt/traktweb-2026-watchlist-shows.json", "trakt", "file:watchlist.json", 200, "ok", 1},
    {"trakt/traktweb-2026-list-meta-with-images.json", "trakt", "5678", 200, "changed_format", 0},
    {"trakt/traktweb-2026-users-lists.json", "trakt", "file:lists.json", 200, "changed_format", 0},
    {"trakt/traktweb-2026-movies-anticipated.json", "trakt_special", "anticipated:movies", 200,
     "ok", 1},
    {"trakt/traktweb-2026-movies-popular.json", "trakt_special", "popular:movies", 200, "ok", 2},
    {"trakt/traktweb-2026-movies-trending.json", "trakt_special", "trending:movies", 200, "ok", 2},
    {"trakt/traktweb-2026-shows-trending.json", "trakt_special", "trending:shows", 200, "ok", 2},
    {"trakt/export-watched-history-row-2026-08.json", "trakt", "file:history.json", 200, "ok", 1},
    {"trakt/http/users-list-items-movies-01.http", "trakt", "flexgettest/watchlist", 0, "ok", 1},
    {"trakt/http/list-interface-get-list-01.http", "trakt", "sean/lists/testlist", 0, "ok", 3},
    {"trakt/http/list-pagination-01.http", "trakt", "sean/lists/history", 0, NULL, 10},
    {"trakt/http/list-pagination-02.http", "trakt", "sean/lists/history", 0, "ok", 25},
    {"trakt/http/collected-movies-05.http", "trakt", "flexgettest/collection", 0, NULL, 1},
    {"trakt/http/watched-lookup-04.http", "trakt", "sean/lists/watched", 0, "ok", 5},
    {"trakt/http/user-lookup-fail-01.http", "trakt", "5678", 0, "empty", 0},
    {"trakt/http/list-add-01.http", "trakt", "sean/watchlist", 0, "empty", 0},
    {"trakt/http/list-add-02.http", "trakt", "sean/watchlist", 0, "changed_format", 0},
    {"trakt/http/list-add-03.http", "trakt", "sean/watchlist", 0, "ok", 1},
    {"trakt/http/list-remove-01.http", "trakt", "sean/watchlist", 0, "ok", 1},
    {"trakt/http/list-remove-03.http", "trakt", "sean/watchlist", 0, "empty", 0},
    {"trakt/http/list-remove-05.http", "trakt", "sean/watchlist", 0, "ok", 1},
    {"trakt/http/list-remove-07.http", "trakt", "sean/watchlist", 0, "empty", 0},

    {"letterboxd/list-page1-numbered-2025-12.html", "letterboxd",
     "dave/list/official-top-250-narrative-feature-films", 200, NULL, 100},
    {"letterboxd/user-watchlist-page-2026-spazznolo.html", "letterboxd", "spazznolo/watchlist", 200,
     NULL, 28},
    {"letterboxd/list-detail-page-old-markup-2023-cut.html", "letterboxd",
     "lukeschmitt/list/test-list", 200, "ok", 1},
    {"letterboxd/poster-markup-2026-04-no-film-id.html", "letterboxd", "dave/films", 200,
     "changed_format", 0},
    {"letterboxd/film-page-mulholland-drive-2026-01.html", "letterboxd", "dave/films", 200,
     "changed_format", 0},
    {"letterboxd/film-page-tv-miniseries-unbelievable-2026-01.html", "letterboxd", "dave/watchlist",
     200, "changed_format", 0},
    {"letterboxd/user-rss-full-2026.xml", "letterboxd", "sample_user/rss", 200, "ok", 50},
    {"letterboxd/csv-export-diary-2026.csv", "letterboxd", "file:diary.csv", 200, "ok", 3},
    {"letterboxd/csv-export-watched-2026.csv", "letterboxd", "file:watched.csv", 200, "ok", 3},
    {"letterboxd/csv-list-export-v7-shape.csv", "letterboxd", "file:list.csv", 200, "ok", 1},
    {"letterboxd/csv-export-watched-2026.csv", "custom", "file:watched.csv", 200, "ok", 3},

    {"mdblist/openapi-example-list-meta-by-name-200.json", "mdblist",
     "linaspurinis/latest-certified-fresh-releases", 200, NULL, 0},
    {"mdblist/openapi-example-list-items-by-id-200.json", "mdblist", "1176", 200, "changed_format",
     0},
    {"blocking/cloudflare-just-a-moment-full-2026.html", "mdblist", "linaspurinis/x", 403,
     "blocked", 0},
    {"stevenlu/movies-shape-from-generator-code-NOT-A-RECORDING.json", "stevenlu", "movies", 200,
     "ok", 2},
    {"imdb/list-export-2023-cecobask.csv", "custom", "file:list.csv", 200, "ok", 3},
    {"trakt/export-watched-history-row-2026-08.json", "custom", "file:history.json", 200, "ok", 1},
    {"trakt/traktweb-2026-watchlist-movies.json", "custom", "file:watchlist.json", 200, "ok", 1},
    {"trakt/traktweb-2026-watchlist-shows.json", "custom", "file:watchlist.json", 200, "ok", 1},
};

/* Answers to the second question of a fetch: the titles of a list that `first` described. */
static const struct second {
    const char *first, *file, *type, *input;
    size_t count;
} seconds[] = {
    {"mdblist/openapi-example-list-meta-by-name-200.json",
     "mdblist/openapi-example-list-items-by-id-200.json", "mdblist", "1176", 9},
    {"mdblist/openapi-example-list-meta-by-name-200.json",
     "mdblist/openapi-example-list-items-by-name-200.json", "mdblist", "1176", 10},
};

/* Titles' own pages. */
static const struct title_page {
    const char *file, *source_id;
    enum media_type media_type;
    int64_t tmdb;
    const char *imdb;
} title_pages[] = {
    {"letterboxd/film-page-mulholland-drive-2026-01.html", "letterboxd:mulholland-drive",
     MEDIA_MOVIE, 1018, "tt0166924"},
    {"letterboxd/film-page-tv-miniseries-unbelievable-2026-01.html", "letterboxd:unbelievable-2019",
     MEDIA_TV, 91275, "tt7909970"},
};

/* One row of EXPECTED.tsv, cut into its fields. */
struct expected {
    char *line;
    const char *file, *items_on_page, *total, *first, *last;
};

static struct expected expected_rows[EXPECTED_MOST];
static size_t expected_count;

static void read_recording(const char *file, struct buffer *bytes)
{
    AUTO_FREE char *path = memory_print("%s%s", RECORDINGS, file);
    struct error error = {0};

    if (files_read(path, bytes, &error))
        fail_msg("%s: %s", file, error.message);
}

static struct expected cut_row(const char *line)
{
    struct expected row = {.line = memory_text(line)};
    const char *fields[FIELDS] = {"", "", "", "", "", "", "", ""};
    char *rest = row.line;

    for (size_t i = 0; i < FIELDS && rest; i++)
        fields[i] = strsep(&rest, "\t");
    row.file = fields[0];
    row.items_on_page = fields[2];
    row.total = fields[3];
    row.first = fields[4];
    row.last = fields[5];
    return row;
}

static int read_expected(void **state)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    char *rest, *line;

    (void)state;
    read_recording("EXPECTED.tsv", &bytes);
    buffer_byte(&bytes, '\0');
    rest = bytes.bytes;
    while ((line = strsep(&rest, "\n")) && expected_count < EXPECTED_MOST)
        if (*line)
            expected_rows[expected_count++] = cut_row(line);
    return 0;
}

static int release_expected(void **state)
{
    (void)state;
    while (expected_count)
        free(expected_rows[--expected_count].line);
    return 0;
}

static const struct expected *find_expected(const char *file)
{
    for (size_t i = 0; i < expected_count; i++)
        if (text_equal(expected_rows[i].file, file))
            return &expected_rows[i];
    return NULL;
}

/* "Name: value" lines up to the empty one; what is first is the request or the status. */
static void read_head_line(struct http_response *response, char *line)
{
    char *value = strchr(line, ':');

    text_cut_at(line, "\r");
    if (text_starts_with(line, "HTTP/"))
        response->status = atoi(strchr(line, ' ') + 1);
    if (text_starts_with(line, "#") || text_starts_with(line, "HTTP/") || !value)
        return;
    *value++ = '\0';
    http_headers_add(&response->headers, line, text_trim(value), false);
}

static void split_http(struct http_response *response, struct buffer *bytes)
{
    buffer_byte(bytes, '\0');
    char *rest = bytes->bytes, *line;

    while ((line = strsep(&rest, "\n")) && *line && *line != '\r')
        read_head_line(response, line);
    buffer_text(&response->body, rest ? rest : "");
}

static void make_response(const struct recording *recording, struct http_response *response)
{
    AUTO_BUFFER struct buffer bytes = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    read_recording(recording->file, &bytes);
    response->status = recording->status;
    if (text_ends_with(recording->file, ".http"))
        split_http(response, &bytes);
    else
        buffer_append(&response->body, buffer_string(&bytes), bytes.length);
}

/* "1|tt0111161|The Shawshank Redemption|1994|movie" */
static char *describe_imdb(const struct entry *entry)
{
    return memory_print("%d|%s|%s|%d|", entry->rank, entry->ids.imdb, entry->title, entry->year);
}

/* "movie|Heretic|2024|{ids as JSON}": the ids are asked for one by one, see check_trakt_ids. */
static char *describe_trakt(const struct entry *entry)
{
    return memory_print("|%s|%d|{", entry->title, entry->year);
}

/* "Harakiri (1962)|harakiri|43015" */
static char *describe_letterboxd(const struct entry *entry)
{
    const char *slug = entry->ids.source_id ? strchr(entry->ids.source_id, ':') + 1 : "";

    return memory_print("%s (%d)|%s|", entry->title, entry->year, slug);
}

static const struct description {
    const char *folder;
    char *(*describe)(const struct entry *entry);
} descriptions[] = {
    {"imdb/", describe_imdb},
    {"trakt/", describe_trakt},
    {"letterboxd/", describe_letterboxd},
};

static char *describe(const char *file, const struct entry *entry)
{
    for (size_t i = 0; i < ARRAY_LENGTH(descriptions); i++)
        if (text_starts_with(file, descriptions[i].folder))
            return descriptions[i].describe(entry);
    fail_msg("%s: nothing describes its entries", file);
    return NULL;
}

static void check_trakt_ids(const char *expected, const struct entry *entry)
{
    AUTO_JSON struct json_value *ids = NULL;
    const char *json = strchr(expected, '{');
    struct error error = {0};

    assert_false(json_value_parse(json, strlen(json), &ids, &error));
    assert_string_equal(entry->ids.imdb, json_value_get_text(ids, "imdb"));
    assert_int_equal(entry->ids.tmdb, json_value_get_integer(ids, "tmdb"));
    assert_int_equal(entry->ids.tvdb, json_value_get_integer(ids, "tvdb"));
}

static void check_entry(const char *file, const char *expected, const struct entry *entry)
{
    AUTO_FREE char *actual = describe(file, entry);

    if (!strstr(expected, actual))
        fail_msg("%s: \"%s\" is not in \"%s\"", file, actual, expected);
    if (text_starts_with(file, "trakt/"))
        check_trakt_ids(expected, entry);
}

/* What was counted by hand; a row without a number of entries describes something else. */
static void check_counted(const struct expected *row, const struct fetch *fetch)
{
    const struct entry_list *list = &fetch->entries;

    if (!list->count)
        return;
    assert_int_equal(list->count, atoi(row->items_on_page));
    if (*row->total && fetch->total >= 0)
        assert_int_equal(fetch->total, atoi(row->total));
    check_entry(row->file, row->first, &list->items[0]);
    check_entry(row->file, row->last, &list->items[list->count - 1]);
}

static void check_outcome(const struct recording *recording, const struct fetch *fetch)
{
    const char *actual = fetch->finished ? outcome_word(fetch->outcome) : NULL;

    if (!text_equal(actual, recording->outcome))
        fail_msg("%s: %s (%s), not %s", recording->file, actual ? actual : "goes on",
                 fetch->message, recording->outcome ? recording->outcome : "going on");
    if (fetch->entries.count != recording->count)
        fail_msg("%s: %zu entries, not %zu", recording->file, fetch->entries.count,
                 recording->count);
}

static void set_options(struct options *options)
{
    struct error error = {0};

    for (const struct provider *const *provider = provider_all(); *provider; provider++)
        if ((*provider)->options)
            options_declare(options, (*provider)->options);
    assert_false(options_set(options, "TRAKT_CLIENT_ID", "client-id-of-a-test", &error));
    assert_false(options_set(options, "MDBLIST_API_KEY", "key-of-a-test", &error));
}

static void feed(void **state)
{
    const struct recording *recording = *state;
    const struct provider *provider = provider_find(recording->type);
    const struct expected *row = find_expected(recording->file);
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch = {0};
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_REQUEST struct http_request request;
    AUTO_RESPONSE struct http_response response;
    struct list_ref ref = {0};
    struct error error = {0};

    http_request_init(&request);
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    set_options(&options);
    if (provider_parse(recording->type, recording->input, &ref, &error))
        fail_msg("%s: %s", recording->input, error.message);
    fetch_init(&fetch, &ref, &options, arena);
    provider->request(&fetch, &request);
    make_response(recording, &response);
    provider->answer(&fetch, &response);
    check_outcome(recording, &fetch);
    if (row)
        check_counted(row, &fetch);
}

/* One question of a fetch that goes on, answered with the file. */
static void ask(struct fetch *fetch, const char *file)
{
    const struct provider *provider = provider_find(fetch->ref->type);
    const struct recording body = {file, NULL, NULL, 200, NULL, 0};
    AUTO_REQUEST struct http_request request;
    AUTO_RESPONSE struct http_response response;

    http_request_init(&request);
    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    provider->request(fetch, &request);
    make_response(&body, &response);
    provider->answer(fetch, &response);
}

static void feed_second(void **state)
{
    const struct second *second = *state;
    AUTO(options_release) struct options options = {0};
    AUTO(fetch_release) struct fetch fetch;
    AUTO_ARENA struct arena *arena = arena_new();
    struct list_ref ref = {0};

    set_options(&options);
    assert_false(provider_parse(second->type, second->input, &ref, NULL));
    fetch_init(&fetch, &ref, &options, arena);
    ask(&fetch, second->first);
    assert_false(fetch.finished);
    ask(&fetch, second->file);
    assert_int_equal(fetch.entries.count, second->count);
    for (size_t i = 0; i < fetch.entries.count; i++)
        assert_true(fetch.entries.items[i].ids.tmdb > 0 && fetch.entries.items[i].ids.imdb[0]);
}

static void identify(void **state)
{
    const struct title_page *title = *state;
    const struct provider *provider = provider_of_source_id(title->source_id);
    const struct recording page = {title->file, NULL, NULL, 200, NULL, 0};
    AUTO_RESPONSE struct http_response response;
    struct identity identity = {0};
    struct error error = {0};

    http_response_init(&response, BUFFER_LIMIT_ANSWER);
    make_response(&page, &response);
    assert_int_equal(provider->identify_answer(&response, &identity, &error), OUTCOME_OK);
    assert_int_equal(identity.media_type, title->media_type);
    assert_int_equal(identity.ids.tmdb, title->tmdb);
    assert_string_equal(identity.ids.imdb, title->imdb);
}

static bool is_in_table(const char *file)
{
    for (size_t i = 0; i < ARRAY_LENGTH(recordings); i++)
        if (text_equal(recordings[i].file, file))
            return true;
    return false;
}

/* EXPECTED.tsv may also speak of sources that are not ours yet. */
static void every_expectation_is_checked(void **state)
{
    (void)state;
    assert_true(expected_count > 1);
    for (size_t i = 1; i < expected_count; i++) {
        char folder[LIST_TYPE_SIZE];
        text_copy(folder, sizeof(folder), expected_rows[i].file);
        text_cut_at(folder, "/");
        if (provider_find(folder) && !is_in_table(expected_rows[i].file))
            fail_msg("no row feeds %s", expected_rows[i].file);
    }
}

int main(void)
{
    struct CMUnitTest
        tests[1 + ARRAY_LENGTH(recordings) + ARRAY_LENGTH(seconds) + ARRAY_LENGTH(title_pages)] = {
            cmocka_unit_test(every_expectation_is_checked)};
    size_t count = 1;

    if (access(RECORDINGS "EXPECTED.tsv", R_OK) != 0) {
        printf("skipped: there is no %s\n", RECORDINGS);
        return 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(recordings); i++)
        tests[count++] =
            (struct CMUnitTest){recordings[i].file, feed, NULL, NULL, (void *)&recordings[i]};
    for (size_t i = 0; i < ARRAY_LENGTH(seconds); i++)
        tests[count++] =
            (struct CMUnitTest){seconds[i].file, feed_second, NULL, NULL, (void *)&seconds[i]};
    for (size_t i = 0; i < ARRAY_LENGTH(title_pages); i++)
        tests[count++] =
            (struct CMUnitTest){title_pages[i].file, identify, NULL, NULL, (void *)&title_pages[i]};
    return cmocka_run_group_tests(tests, read_expected, release_expected) ? 1 : 0;
}

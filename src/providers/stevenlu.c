/*
 * Steven Lu's popular films: files made once a day by the project sjlu/popular-movies.
 *
 * From its generator (2025-07): an array of {title, tmdb_id, imdb_id (may be null), poster_url,
 * genres}, in order of rank, without years; an element may be {}. The address on S3 was announced
 * dead for 2025-01-01; it is accepted and read from the address that replaced it.
 */
#include <string.h>

#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/blocking.h"
#include "providers/forms.h"
#include "providers/provider.h"

/* The files: an exact name, or a prefix and a number from a range. */
static const struct file {
    const char *name;
    int64_t low, high, step; /* step 0: the name alone */
} files[] = {
    {"movies", 0, 0, 0},
    {"all-movies", 0, 0, 0},
    {"movies-metacritic-min", 50, 80, 10},
    {"movies-imdb-min", 5, 8, 1},
    {"movies-rottentomatoes-min", 50, 80, 10},
    {"movies-", 20150101, 20991231, 1}, /* the file of a day */
};

static const char how[] = "is none of Steven Lu's lists: there are movies, all-movies, "
                          "movies-YYYYMMDD, movies-metacritic-min50 to -min80, movies-imdb-min5 to "
                          "-min8 and movies-rottentomatoes-min50 to -min80";

static bool is_file(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        const struct file *file = &files[i];
        int64_t number = 0;
        if (!file->step && text_equal(name, file->name))
            return true;
        if (file->step && text_starts_with(name, file->name) &&
            text_to_integer(name + strlen(file->name), file->low, file->high, &number) &&
            (number - file->low) % file->step == 0)
            return true;
    }
    return false;
}

/* Their own hosts, or the old bucket on S3, by path or by host. */
static bool is_ours(const struct url *url)
{
    return url_host_is(url, "stevenlu.com") ||
           text_equal(url->host, "popular-movies.s3.amazonaws.com") ||
           (text_equal(url->host, "s3.amazonaws.com") &&
            text_starts_with(url->path, "/popular-movies/"));
}

/* The name of the file in what was given, into `name`. */
static enum error_code read_name(const char *text, char name[URL_PATH_SIZE], struct error *error)
{
    struct url url;

    if (!url_looks_like_one(text)) {
        text_copy(name, URL_PATH_SIZE, text_equal(text, "stevenlu") || !*text ? "movies" : text);
        return ERROR_NONE;
    }
    if (url_parse(text, &url, error))
        return ERROR_USAGE;
    if (!is_ours(&url))
        return forms_refuse(url.host, "is not an address of Steven Lu's lists", error);
    size_t count = url_segment_count(&url);
    url_segment(&url, count ? count - 1 : 0, name);
    if (!count)
        text_copy(name, URL_PATH_SIZE, "movies");
    return ERROR_NONE;
}

static enum error_code parse_ref(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    const char *text = text_trim(copy);
    char name[URL_PATH_SIZE];

    if (read_name(text, name, error))
        return ERROR_USAGE;
    if (text_ends_with(name, ".json"))
        name[strlen(name) - strlen(".json")] = '\0';
    if (!is_file(name))
        return forms_refuse(text, how, error);
    AUTO_FREE char *id = memory_print("%s.json", name);
    return forms_set(ret, id, "https://movies.stevenlu.com/", error);
}

static void request(struct fetch *fetch, struct http_request *request)
{
    http_request_get(request, "https://popular-movies-data.stevenlu.com/%s", fetch->ref->id);
}

/* False for what names nothing, like {}. */
static bool read_film(const struct json_value *film, struct entry *entry)
{
    const char *title = json_value_get_text(film, "title");
    const char *imdb = json_value_get_text(film, "imdb_id");
    int64_t tmdb = json_value_get_integer(film, "tmdb_id");

    *entry = (struct entry){
        .title = title ? title : "",
        .media_type = MEDIA_MOVIE,
        .ids.tmdb = tmdb > 0 ? tmdb : 0,
    };
    if (imdb)
        ids_set_imdb(&entry->ids, imdb);
    return *entry->title || entry->ids.tmdb || entry->ids.imdb[0];
}

static void read_films(struct fetch *fetch, const struct json_value *films)
{
    size_t count = json_value_count(films);
    struct entry entry;

    if (!json_value_is_array(films)) {
        fetch_not_understood(fetch, "an array of films", json_value_kind(films));
        return;
    }
    for (size_t i = 0; i < count && !fetch->finished; i++)
        if (read_film(json_value_at(films, i), &entry))
            fetch_add(fetch, &entry);
    if (fetch->finished)
        return;
    if (count && !fetch->read)
        fetch_not_understood(fetch, "an array of films", "elements without a title and an id");
    else
        fetch_complete(fetch);
}

static const struct fetch_status statuses[] = {
    {404, 404, OUTCOME_NOT_FOUND, "Steven Lu's site has no such file"},
    {410, 410, OUTCOME_NOT_FOUND, "the file is gone from Steven Lu's site"},
    {401, 403, OUTCOME_BLOCKED, "Steven Lu's site refuses"},
    {429, 429, OUTCOME_RATE_LIMITED, "Steven Lu's site has had too many requests"},
    {500, 599, OUTCOME_UNREACHABLE, "Steven Lu's site has trouble of its own"},
    {201, 499, OUTCOME_CHANGED_FORMAT, "Steven Lu's site answers in a way that is not known"},
    {0},
};

static void answer(struct fetch *fetch, const struct http_response *response)
{
    AUTO_JSON struct json_value *films = NULL;
    struct error error = {0};

    if (blocking_recognise_html(response, fetch) ||
        fetch_finish_on_status(fetch, response, statuses))
        return;
    if (json_value_parse(buffer_string(&response->body), response->body.length, &films, &error))
        fetch_not_understood(fetch, "an array of films", error.message);
    else
        read_films(fetch, films);
}

static const char *const domains[] = {"stevenlu.com", NULL};

static const struct provider_host hosts[] = {
    {"popular-movies-data.stevenlu.com", {.gap_ms = 1000, .parallel = 1}}, {0}};

static const struct provider_preset presets[] = {
    {"movies.json", "Popular films"},
    {"all-movies.json", "All films ever listed"},
    {"movies-metacritic-min70.json", "Popular films, Metacritic 70 and more"},
    {"movies-imdb-min7.json", "Popular films, IMDb 7 and more"},
    {"movies-rottentomatoes-min70.json", "Popular films, Rotten Tomatoes 70 and more"},
    {0},
};

const struct provider provider_stevenlu = {
    .name = "stevenlu",
    .title = "Steven Lu",
    .domains = domains,
    .hosts = hosts,
    .presets = presets,
    .forms = "stevenlu, movies, all-movies, movies-YYYYMMDD, movies-metacritic-min50, "
             "movies-imdb-min5, movies-rottentomatoes-min50 and the like, or their address",
    .other_ways = "save the file and give it as custom file:PATH",
    .parse_ref = parse_ref,
    .request = request,
    .answer = answer,
};

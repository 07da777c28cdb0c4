#include "lists.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum choice {
    CHOOSE_FILMS = 1,
    CHOOSE_SERIES = 2,
    CHOOSE_BOTH = 3,
    CHOOSE_MINISERIES = 4,
};

struct row {
    const char *source;
    const char *id;
    const char *name;
    enum list_state state;
    unsigned choice; /* enum choice */
    size_t every;    /* the titles number start, start + every, … of the chosen kind */
    size_t start;
    size_t most;
    unsigned extras;
};

static const struct row rows[] = {
    {"imdb", "ls000000001", "Watch next", LIST_OK, CHOOSE_BOTH, 5, 0, 60,
     EXTRA_GAME | EXTRA_EPISODE | EXTRA_REPEAT},
    {"imdb", "ls000000002", "Nothing yet", LIST_EMPTY, CHOOSE_BOTH, 1, 0, 0, 0},
    {"imdb", "ls000000003", "Only for me", LIST_PRIVATE, CHOOSE_BOTH, 1, 0, 10, 0},
    {"imdb", "ls000000004", "Everything", LIST_OK, CHOOSE_BOTH, 1, 0, 100000, 0},
    {"imdb", "ur00000001", "WATCHLIST", LIST_OK, CHOOSE_BOTH, 7, 3, 40, EXTRA_EPISODE},
    {"imdb", "ur00000002", "WATCHLIST", LIST_PRIVATE, CHOOSE_BOTH, 1, 0, 10, 0},
    {"imdb", "TOP_RATED_MOVIES", "Top 250", LIST_OK, CHOOSE_FILMS, 1, 0, 250, 0},
    {"imdb", "TOP_RATED_TV_SHOWS", "Top 250 TV", LIST_OK, CHOOSE_SERIES, 1, 0, 250, 0},
    {"imdb", "MOST_POPULAR_MOVIES", "Most popular", LIST_OK, CHOOSE_FILMS, 3, 1, 100, 0},
    {"imdb", "MOST_POPULAR_TV_SHOWS", "Most popular TV", LIST_OK, CHOOSE_SERIES, 2, 1, 100, 0},
    {"imdb", "LOWEST_RATED_MOVIES", "Bottom", LIST_OK, CHOOSE_FILMS, 11, 5, 100, 0},
    {"imdb", "TOP_RATED_ENGLISH_MOVIES", "Top English", LIST_OK, CHOOSE_FILMS, 2, 0, 250, 0},
    {"imdb", "TOP_RATED_INDIAN_MOVIES", "Top Indian", LIST_OK, CHOOSE_FILMS, 13, 2, 250, 0},
    {"imdb", "boxOfficeWeekendChart", "Box office", LIST_OK, CHOOSE_FILMS, 9, 4, 10, 0},
    {"trakt", "demo/watchlist", "Watchlist", LIST_OK, CHOOSE_BOTH, 6, 2, 40, EXTRA_EPISODE},
    {"trakt", "demo/favorites", "Favorites", LIST_OK, CHOOSE_BOTH, 10, 0, 20, 0},
    {"trakt", "demo/collection", "Collection", LIST_OK, CHOOSE_BOTH, 4, 1, 60, 0},
    {"trakt", "demo/lists/favourites-of-the-decade", "Favourites of the decade", LIST_OK,
     CHOOSE_BOTH, 2, 1, 150, EXTRA_EPISODE},
    {"trakt", "demo/lists/everything", "Everything", LIST_OK, CHOOSE_BOTH, 1, 0, 100000, 0},
    {"trakt", "demo/lists/nothing", "Nothing", LIST_EMPTY, CHOOSE_BOTH, 1, 0, 0, 0},
    {"trakt", "demo/lists/secret", "Secret", LIST_PRIVATE, CHOOSE_BOTH, 8, 0, 10, 0},
    {"trakt", "private/watchlist", "Watchlist", LIST_PRIVATE, CHOOSE_BOTH, 8, 0, 10, 0},
    {"trakt", "lists/1001", "Favourites of the decade", LIST_OK, CHOOSE_BOTH, 2, 1, 150,
     EXTRA_EPISODE},
    {"trakt", "movies/trending", "Trending", LIST_OK, CHOOSE_FILMS, 3, 0, 120, 0},
    {"trakt", "movies/popular", "Popular", LIST_OK, CHOOSE_FILMS, 1, 0, 1000, 0},
    {"trakt", "movies/anticipated", "Anticipated", LIST_OK, CHOOSE_FILMS, 5, 3, 40, 0},
    {"trakt", "movies/boxoffice", "Box office", LIST_OK, CHOOSE_FILMS, 9, 4, 10, 0},
    {"trakt", "movies/watched", "Watched", LIST_OK, CHOOSE_FILMS, 4, 0, 100, 0},
    {"trakt", "movies/played", "Played", LIST_OK, CHOOSE_FILMS, 4, 2, 100, 0},
    {"trakt", "movies/collected", "Collected", LIST_OK, CHOOSE_FILMS, 4, 1, 100, 0},
    {"trakt", "movies/favorited", "Favorited", LIST_OK, CHOOSE_FILMS, 7, 0, 100, 0},
    {"trakt", "shows/trending", "Trending", LIST_OK, CHOOSE_SERIES, 2, 0, 100, 0},
    {"trakt", "shows/popular", "Popular", LIST_OK, CHOOSE_SERIES, 1, 0, 1000, 0},
    {"trakt", "shows/anticipated", "Anticipated", LIST_OK, CHOOSE_SERIES, 5, 1, 40, 0},
    {"trakt", "shows/watched", "Watched", LIST_OK, CHOOSE_SERIES, 3, 0, 100, 0},
    {"trakt", "shows/played", "Played", LIST_OK, CHOOSE_SERIES, 3, 1, 100, 0},
    {"trakt", "shows/collected", "Collected", LIST_OK, CHOOSE_SERIES, 3, 2, 100, 0},
    {"trakt", "shows/favorited", "Favorited", LIST_OK, CHOOSE_SERIES, 4, 0, 100, 0},
    {"letterboxd", "demo/watchlist", "Watchlist", LIST_OK, CHOOSE_FILMS, 13, 0, 12, 0},
    {"letterboxd", "demo/list/long-evenings", "Long evenings", LIST_OK, CHOOSE_FILMS, 2, 0, 130, 0},
    {"letterboxd", "demo/list/a-mixed-bag", "A mixed bag", LIST_OK,
     CHOOSE_FILMS | CHOOSE_MINISERIES, 34, 6, 8, 0},
    {"letterboxd", "demo/list/late-2025", "Late 2025", LIST_OK, CHOOSE_FILMS, 17, 1, 14,
     EXTRA_2025_MARKUP},
    {"letterboxd", "demo/list/old-times", "Old times", LIST_OK, CHOOSE_FILMS, 19, 2, 10,
     EXTRA_OLD_MARKUP},
    {"letterboxd", "demo/list/empty", "Empty", LIST_EMPTY, CHOOSE_FILMS, 1, 0, 0, 0},
    {"letterboxd", "demo/list/secret", "Secret", LIST_PRIVATE, CHOOSE_FILMS, 1, 0, 5, 0},
    {"letterboxd", "big/watchlist", "Watchlist", LIST_OK, CHOOSE_FILMS, 2, 1, 90, 0},
    {"letterboxd", "blocked/watchlist", "Watchlist", LIST_BLOCKED, CHOOSE_FILMS, 1, 0, 12, 0},
    {"mdblist", "demo/best-of-the-year", "Best of the year", LIST_OK, CHOOSE_BOTH, 4, 2, 80, 0},
    {"mdblist", "demo/everything", "Everything", LIST_OK, CHOOSE_BOTH, 1, 0, 100000, 0},
    {"mdblist", "demo/empty", "Empty", LIST_EMPTY, CHOOSE_BOTH, 1, 0, 0, 0},
    {"stevenlu", "movies.json", "Popular films", LIST_OK, CHOOSE_FILMS, 8, 1, 15, 0},
    {"stevenlu", "all-movies.json", "All popular films", LIST_OK, CHOOSE_FILMS, 3, 2, 70, 0},
    {"stevenlu", "movies-metacritic-min70.json", "Metacritic", LIST_OK, CHOOSE_FILMS, 5, 1, 30, 0},
    {"stevenlu", "movies-imdb-min7.json", "IMDb", LIST_OK, CHOOSE_FILMS, 5, 2, 30, 0},
    {"stevenlu", "movies-rottentomatoes-min70.json", "Rotten Tomatoes", LIST_OK, CHOOSE_FILMS, 5, 3,
     30, 0},
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const char *const state_names[] = {"ok", "empty", "private", "blocked", "missing"};

/*
 * "Everything" and the sized families may show synthetic titles; the others only real ones, as
 * long as there are any.
 */
static size_t visible_count(const struct catalogue *catalogue, const struct row *row)
{
    bool all = catalogue->real_count == 0 || strstr(row->id, "everything") != NULL ||
               strcmp(row->id, "ls000000004") == 0;
    return all ? catalogue->count : catalogue->real_count;
}

static bool is_chosen(const struct title *title, unsigned choice)
{
    if (title->kind == KIND_MOVIE)
        return (choice & CHOOSE_FILMS) != 0;
    return (choice & CHOOSE_SERIES) != 0 ||
           ((choice & CHOOSE_MINISERIES) != 0 && title->seasons == 1);
}

static bool is_listed(const struct row *row, const struct title *title)
{
    return strcmp(row->source, "imdb") != 0 || title->imdb != NULL;
}

static struct list list_with_room(const char *name, size_t most)
{
    struct list list = {.name = name, .state = LIST_OK};
    list.titles = calloc(most + 1, sizeof *list.titles);
    if (list.titles == NULL)
        abort();
    return list;
}

static struct list open_row(const struct sim *sim, const struct row *row)
{
    const struct catalogue *catalogue = &sim->catalogue;
    size_t visible = visible_count(catalogue, row);
    struct list list = list_with_room(row->name, visible);
    list.state = row->state;
    list.extras = row->extras;
    size_t number = 0;
    for (size_t i = 0; i < visible && list.count < row->most; i++) {
        const struct title *title = catalogue->titles[i];
        if (!is_chosen(title, row->choice) || !is_listed(row, title))
            continue;
        if (number++ % row->every == row->start)
            list.titles[list.count++] = title;
    }
    return list;
}

static struct list open_synthetic(const struct sim *sim, size_t most, unsigned choice)
{
    const struct catalogue *catalogue = &sim->catalogue;
    struct list list = list_with_room("Benchmark", catalogue->count);
    for (size_t i = catalogue->real_count; i < catalogue->count && list.count < most; i++) {
        if (is_chosen(catalogue->titles[i], choice))
            list.titles[list.count++] = catalogue->titles[i];
    }
    return list;
}

static bool is_dropped(const json_t *drop, const struct title *title)
{
    size_t index;
    json_t *id;
    json_array_foreach(drop, index, id)
    {
        const char *imdb = json_string_value(id);
        if (json_integer_value(id) == title->tmdb ||
            (imdb != NULL && title->imdb != NULL && strcmp(imdb, title->imdb) == 0))
            return true;
    }
    return false;
}

static void apply_edit(struct list *list, const json_t *edit)
{
    const json_t *drop = json_object_get(edit, "drop");
    const char *state = json_string_value(json_object_get(edit, "state"));
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!is_dropped(drop, list->titles[i]))
            list->titles[kept++] = list->titles[i];
    }
    list->count = kept;
    for (size_t i = 0; state != NULL && i < sizeof state_names / sizeof state_names[0]; i++) {
        if (strcmp(state_names[i], state) == 0)
            list->state = (enum list_state)i;
    }
}

static const struct row *find_row(const char *source, const char *id)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].source, source) == 0 && strcmp(rows[i].id, id) == 0)
            return &rows[i];
    }
    return NULL;
}

static struct list open_unedited(const struct sim *sim, const char *source, const char *id)
{
    static const char films[] = "bench/films-";
    const struct row *row = find_row(source, id);
    if (row != NULL)
        return open_row(sim, row);
    if (strcmp(source, "mdblist") == 0 && strncmp(id, films, strlen(films)) == 0)
        return open_synthetic(sim, strtoul(id + strlen(films), NULL, 10), CHOOSE_FILMS);
    if (strcmp(source, "imdb") == 0 && strncmp(id, "ls9", 3) == 0 && strlen(id) == 12)
        return open_synthetic(sim, strtoul(id + 3, NULL, 10), CHOOSE_BOTH);
    return (struct list){.name = "", .state = LIST_MISSING};
}

struct list list_open(struct sim *sim, const char *source, const char *id)
{
    struct list list = open_unedited(sim, source, id);
    char *key = sim_format("%s %s", source, id);
    apply_edit(&list, json_object_get(sim->list_edits, key));
    free(key);
    if (list.state == LIST_EMPTY)
        list.count = 0;
    return list;
}

void list_free(struct list *list)
{
    free(list->titles);
}

const char *list_named_in(const char *source, const char *text)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (strcmp(rows[i].source, source) == 0 && strstr(text, rows[i].id) != NULL)
            return rows[i].id;
    }
    return NULL;
}

bool list_edit(struct sim *sim, const json_t *edit)
{
    const char *source = json_string_value(json_object_get(edit, "source"));
    const char *id = json_string_value(json_object_get(edit, "id"));
    if (source == NULL || id == NULL)
        return false;
    char *key = sim_format("%s %s", source, id);
    json_object_set_new(sim->list_edits, key, json_deep_copy(edit));
    free(key);
    return true;
}

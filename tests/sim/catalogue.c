#include "catalogue.h"

#include "memory.h"
#include "text.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_COUNT = 8 };
enum { FIRST_SYNTHETIC = 9000001 };

static int compare_tmdb(const void *left, const void *right)
{
    const struct title *a = left;
    const struct title *b = right;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->tmdb > b->tmdb) - (a->tmdb < b->tmdb);
}

static int compare_imdb(const void *left, const void *right)
{
    return strcmp(((const struct title *)left)->imdb, ((const struct title *)right)->imdb);
}

static int compare_tvdb(const void *left, const void *right)
{
    const struct title *a = left;
    const struct title *b = right;
    return (a->tvdb > b->tvdb) - (a->tvdb < b->tvdb);
}

static int compare_slug(const void *left, const void *right)
{
    return strcmp(((const struct title *)left)->slug, ((const struct title *)right)->slug);
}

static char *unused_slug(const struct catalogue *catalogue, const struct title *title)
{
    char *slug = text_slug(title->name);
    if (slug[0] == '\0') {
        free(slug);
        return sim_format("film-%d", title->tmdb);
    }
    if (catalogue_by_slug(catalogue, slug) == NULL)
        return slug;
    char *with_year = sim_format("%s-%d", slug, title->year);
    free(slug);
    return with_year;
}

static void add_title(struct catalogue *catalogue, struct title values)
{
    struct title *title = malloc(sizeof *title);
    if (title == NULL)
        abort();
    *title = values;
    title->folded = text_fold(title->name);
    title->slug = unused_slug(catalogue, title);
    tsearch(title, &catalogue->by_tmdb, compare_tmdb);
    tsearch(title, &catalogue->by_slug, compare_slug);
    if (title->imdb != NULL)
        tsearch(title, &catalogue->by_imdb, compare_imdb);
    if (title->tvdb != 0)
        tsearch(title, &catalogue->by_tvdb, compare_tvdb);
    catalogue->titles = sim_grow(catalogue->titles, catalogue->count, &catalogue->capacity,
                                 sizeof *catalogue->titles);
    catalogue->titles[catalogue->count++] = title;
}

/* Cuts a line at its tabs; missing columns are empty. */
static void split_columns(char *line, char *columns[COLUMN_COUNT])
{
    static char empty[] = "";
    line[strcspn(line, "\r\n")] = '\0';
    char *rest = line;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        char *column = strsep(&rest, "\t");
        columns[i] = column != NULL ? column : empty;
    }
}

static void add_line(struct catalogue *catalogue, char *line)
{
    char *columns[COLUMN_COUNT];
    split_columns(line, columns);
    struct title title = {0};
    if (!kind_parse(columns[0], &title.kind))
        return;
    title.tmdb = atoi(columns[1]);
    title.imdb = strncmp(columns[2], "tt", 2) == 0 ? sim_copy(columns[2]) : NULL;
    title.tvdb = atoi(columns[3]);
    title.name = sim_copy(columns[4]);
    title.original = sim_copy(columns[5][0] != '\0' ? columns[5] : columns[4]);
    title.year = atoi(columns[6]);
    title.seasons = title.kind == KIND_TV ? atoi(columns[7]) : 0;
    add_title(catalogue, title);
}

static unsigned shuffle_key(const struct title *title)
{
    unsigned key = (unsigned)title->tmdb * 2 + (unsigned)title->kind;
    key = (key ^ (key >> 16)) * 0x45d9f3bu;
    key = (key ^ (key >> 16)) * 0x45d9f3bu;
    return key ^ (key >> 16);
}

/* The file is sorted; lists made from it should mix films and series, old and new. */
static int compare_shuffled(const void *left, const void *right)
{
    unsigned a = shuffle_key(*(struct title *const *)left);
    unsigned b = shuffle_key(*(struct title *const *)right);
    return (a > b) - (a < b);
}

bool catalogue_load(struct catalogue *catalogue, const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        return false;
    }
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, file) >= 0)
        add_line(catalogue, line);
    free(line);
    fclose(file);
    catalogue->real_count = catalogue->count;
    if (catalogue->count > 0)
        qsort(catalogue->titles, catalogue->count, sizeof *catalogue->titles, compare_shuffled);
    return true;
}

void catalogue_add_synthetic(struct catalogue *catalogue, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool series = (i + 1) % 10 == 0;
        int number = FIRST_SYNTHETIC + (int)i;
        struct title title = {
            .kind = series ? KIND_TV : KIND_MOVIE,
            .tmdb = number,
            .imdb = sim_format("tt%d", number),
            .tvdb = series ? number : 0,
            .name = sim_format("Synthetic %s %zu", series ? "Series" : "Film", i + 1),
            .year = 1950 + (int)(i % 75),
            .seasons = series ? 3 : 0,
            .synthetic = true,
        };
        title.original = sim_copy(title.name);
        add_title(catalogue, title);
    }
}

static void keep_title(void *title)
{
    (void)title; /* the trees only borrow; `titles` owns */
}

void catalogue_free(struct catalogue *catalogue)
{
    tdestroy(catalogue->by_tmdb, keep_title);
    tdestroy(catalogue->by_imdb, keep_title);
    tdestroy(catalogue->by_tvdb, keep_title);
    tdestroy(catalogue->by_slug, keep_title);
    for (size_t i = 0; i < catalogue->count; i++) {
        struct title *title = catalogue->titles[i];
        free(title->imdb);
        free(title->name);
        free(title->original);
        free(title->slug);
        free(title->folded);
        free(title);
    }
    free(catalogue->titles);
}

static const struct title *find(void *const *tree, const struct title *key,
                                int (*compare)(const void *, const void *))
{
    struct title *const *found = tfind(key, tree, compare);
    return found != NULL ? *found : NULL;
}

const struct title *catalogue_by_tmdb(const struct catalogue *catalogue, enum kind kind, int tmdb)
{
    struct title key = {.kind = kind, .tmdb = tmdb};
    return find(&catalogue->by_tmdb, &key, compare_tmdb);
}

const struct title *catalogue_by_imdb(const struct catalogue *catalogue, const char *imdb)
{
    struct title key = {.imdb = (char *)imdb};
    return find(&catalogue->by_imdb, &key, compare_imdb);
}

const struct title *catalogue_by_tvdb(const struct catalogue *catalogue, int tvdb)
{
    struct title key = {.tvdb = tvdb};
    return find(&catalogue->by_tvdb, &key, compare_tvdb);
}

const struct title *catalogue_by_slug(const struct catalogue *catalogue, const char *slug)
{
    struct title key = {.slug = (char *)slug};
    return find(&catalogue->by_slug, &key, compare_slug);
}

const char *kind_name(enum kind kind)
{
    return kind == KIND_MOVIE ? "movie" : "tv";
}

bool kind_parse(const char *name, enum kind *kind)
{
    bool movie = strcmp(name, "movie") == 0;
    *kind = movie ? KIND_MOVIE : KIND_TV;
    return movie || strcmp(name, "tv") == 0 || strcmp(name, "show") == 0;
}

/*
 * source_tmdb.c: image.tmdb.org: posters, drawn on demand. A path is made of kind and number, and
 * so is the picture.
 */

#include "memory.h"
#include "poster.h"
#include "sources.h"

#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t number_of(enum kind kind, int tmdb)
{
    return (uint32_t)tmdb * 2U + (kind == KIND_TV);
}

char *tmdb_poster_path(const struct title *title)
{
    if (title->kind == KIND_MOVIE && poster_mix(number_of(title->kind, title->tmdb)) % 12 == 5)
        return NULL;
    return sim_format("/sim-%s-%d.png", kind_name(title->kind), title->tmdb);
}

static int width_of(const char *size)
{
    static const char *const sizes[] = {"w92", "w154", "w185", "w342", "w500", "w780"};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (strcmp(size, sizes[i]) == 0)
            return atoi(size + 1);
    }
    return 0;
}

static bool read_name(const char *name, uint32_t *number)
{
    char kind_word[8] = "", end[8] = "";
    enum kind kind;
    int tmdb;
    if (sscanf(name, "sim-%7[a-z]-%d%7s", kind_word, &tmdb, end) != 3 || strcmp(end, ".png") != 0 ||
        !kind_parse(kind_word, &kind))
        return false;
    *number = number_of(kind, tmdb);
    return true;
}

/* Drawing takes a while, and nobody need wait for it. */
static void send_poster(struct call *call)
{
    int width = width_of(call->parameters[0]);
    uint32_t number;
    size_t length;
    if (width == 0 || !read_name(call->parameters[1], &number)) {
        reply_text(call, 404, "text/html; charset=utf-8", "<h1>File not Found</h1>");
        return;
    }
    pthread_mutex_unlock(&call->sim->lock);
    char *png = poster_png(number, width, &length);
    pthread_mutex_lock(&call->sim->lock);
    reply_owned(call, 200, "image/png", png, length);
}

const struct route tmdb_routes[] = {
    {"GET", "/t/p/{size}/{name}", send_poster, FLAVOUR_ANY, ROUTE_PUBLIC, NULL},
    {0},
};

/*
 * source_stevenlu.c: Steven Lu's popular films: whole files, with an ETag.
 */

#include "lists.h"
#include "sources.h"

static json_t *film_json(const struct title *title)
{
    return json_pack("{s:s, s:i, s:s?, s:s, s:[s]}", "title", title->name, "tmdb_id", title->tmdb,
                     "imdb_id", title->imdb, "poster_url",
                     "https://image.tmdb.org/t/p/w500/poster.jpg", "genres", "drama");
}

static void answer_file(struct call *call)
{
    struct list list = list_open(call->sim, "stevenlu", call->parameters[0]);
    if (list.state == LIST_MISSING) {
        reply_text(call, 404, "application/xml", "<Error><Code>NoSuchKey</Code></Error>");
    } else {
        json_t *films = json_array();
        for (size_t i = 0; i < list.count; i++)
            json_array_append_new(films, film_json(list.titles[i]));
        reply_header(call, "Cache-Control", "max-age=43200");
        reply_json(call, 200, films);
        reply_add_etag(call);
    }
    list_free(&list);
}

const struct route stevenlu_routes[] = {
    {"GET", "/{file}", answer_file, FLAVOUR_ANY, 0, NULL},
    {0},
};

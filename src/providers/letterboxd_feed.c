#include "providers/letterboxd_feed.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/html.h"
#include "providers/letterboxd_form.h"
#include "providers/letterboxd_page.h"

#define TAG(name) "*[local-name()='" name "']"

static const char expected[] = "the feed of a member's diary";

static int64_t number_at(struct html *feed, struct html_node *item, const char *path)
{
    AUTO_FREE char *text = html_text(feed, item, path);
    int64_t number = 0;

    return text_to_integer(text, 0, INT64_MAX, &number) ? number : 0;
}

static const char *source_id(struct fetch *fetch, struct html *feed, struct html_node *item)
{
    AUTO_FREE char *link = html_text(feed, item, TAG("link"));
    char slug[200];

    if (!link || !strstr(link, "/film/") || !letterboxd_form_slug(link, slug, sizeof(slug)))
        return NULL;
    return arena_print(fetch->arena, "letterboxd:%s", slug);
}

static void read_film(struct fetch *fetch, struct html *feed, struct html_node *item,
                      const char *title)
{
    int64_t movie = number_at(feed, item, TAG("movieId"));
    int64_t series = number_at(feed, item, TAG("tvId"));
    int64_t year = number_at(feed, item, TAG("filmYear"));
    struct entry entry = {
        .title = letterboxd_page_clean(title),
        .year = year > 1800 && year < 2300 ? (int)year : 0,
        .media_type = movie    ? MEDIA_MOVIE
                      : series ? MEDIA_TV
                               : MEDIA_UNKNOWN,
        .ids = {.tmdb = movie ? movie : series, .source_id = source_id(fetch, feed, item)},
    };

    fetch_add(fetch, &entry);
}

/* Counts what is not about a film; those are the entries about lists. */
static size_t read_items(struct fetch *fetch, struct html *feed)
{
    AUTO_NODES struct html_nodes items = html_find(feed, NULL, "//" TAG("item"));
    size_t others = 0;

    for (size_t i = 0; i < items.count && !fetch->finished; i++) {
        AUTO_FREE char *title = html_text(feed, items.items[i], TAG("filmTitle"));
        if (title)
            read_film(fetch, feed, items.items[i], title);
        else
            others++;
    }
    return others;
}

static void read_name(struct fetch *fetch, struct html *feed)
{
    static const char prefix[] = "Letterboxd - ";
    AUTO_FREE char *title = html_text(feed, NULL, "//" TAG("channel") "/" TAG("title"));

    if (title)
        text_copy(fetch->name, sizeof(fetch->name),
                  text_starts_with(title, prefix) ? title + strlen(prefix) : title);
}

void letterboxd_feed_read(struct fetch *fetch, const struct http_response *response)
{
    AUTO_HTML struct html *feed = NULL;
    struct error error = {0};

    if (html_parse_xml(buffer_string(&response->body), response->body.length, &feed, &error)) {
        fetch_not_understood(fetch, expected, error.message);
        return;
    }
    if (!html_first(feed, NULL, "/" TAG("rss") "/" TAG("channel"))) {
        fetch_not_understood(fetch, expected, "another document");
        return;
    }
    read_name(fetch, feed);
    size_t others = read_items(fetch, feed);
    if (fetch->finished)
        return;
    fetch_complete(fetch);
    if (others)
        snprintf(
            fetch->message, sizeof(fetch->message),
            "entries of the feed about lists are left out (%zu): give a list as USER/list/NAME",
            others);
}

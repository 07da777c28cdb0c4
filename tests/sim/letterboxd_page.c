#include "letterboxd_page.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>

const char letterboxd_challenge[] =
    "<!DOCTYPE html><html lang=\"en-US\"><head><title>Just a moment...</title></head><body>"
    "<noscript>Enable JavaScript and cookies to continue</noscript><script>window._cf_chl_opt = "
    "{cType: 'managed'};</script></body></html>";

/* U+200E, which stands before every title of the site. */
static const char left_to_right[] = "\xE2\x80\x8E";

/* The numbers that Letterboxd has of its own. */
static int film_number(const struct title *title)
{
    return 100000 + title->tmdb;
}

static char *finish(FILE *out, char **text)
{
    if (fclose(out) != 0)
        abort();
    return *text;
}

static FILE *begin(char **text, size_t *length)
{
    FILE *out = open_memstream(text, length);
    if (out == NULL)
        abort();
    return out;
}

static void write_name(FILE *out, const struct title *title)
{
    text_write_html(out, title->name);
    if (title->year != 0)
        fprintf(out, " (%d)", title->year);
}

static void write_link(FILE *out, const char *attribute, const struct title *title)
{
    fprintf(out, " %s=\"/film/%s/\"", attribute, title->slug);
}

/* The poster since autumn 2025; the film's number went out of the attributes in April 2026. */
static void write_poster(FILE *out, const struct title *title, size_t index, bool with_number)
{
    fputs("<div class=\"react-component\" data-component-class=\"LazyPoster\" data-item-name=\"",
          out);
    write_name(out, title);
    fprintf(out, "\" data-item-slug=\"%s\"", title->slug);
    write_link(out, "data-item-link", title);
    write_link(out, "data-target-link", title);
    fputs(" data-item-full-display-name=\"", out);
    write_name(out, title);
    if (with_number)
        fprintf(out, "\" data-film-id=\"%d\"", film_number(title));
    else
        fprintf(out, "\" data-list-index=\"%zu\"", index);
    fprintf(out,
            " data-details-endpoint=\"/film/%s/json/\" data-postered-identifier='{\"lid\":\"x%x\","
            "\"uid\":\"film:%d\",\"type\":\"film\",\"typeName\":\"film\"}'></div>",
            title->slug, (unsigned)title->tmdb, film_number(title));
}

static void write_old_poster(FILE *out, const struct title *title)
{
    fprintf(out,
            "<li class=\"poster-container\"><div class=\"really-lazy-load poster film-poster\" "
            "data-film-id=\"%d\" data-film-slug=\"%s\"",
            film_number(title), title->slug);
    write_link(out, "data-target-link", title);
    fputs("><img alt=\"", out);
    text_write_html(out, title->name);
    fputs("\"></div></li>\n", out);
}

static void write_entry(FILE *out, const struct letterboxd_page *page, size_t index)
{
    const struct title *title = page->list->titles[index];
    if ((page->list->extras & EXTRA_OLD_MARKUP) != 0) {
        write_old_poster(out, title);
        return;
    }
    bool with_number = (page->list->extras & EXTRA_2025_MARKUP) != 0;
    fputs(page->watchlist ? "<li class=\"griditem\">"
                          : "<li class=\"posteritem numbered-list-item\">",
          out);
    write_poster(out, title, index, with_number);
    if (!page->watchlist)
        fprintf(out, "<p class=\"list-number\">%zu</p>", index + 1);
    fputs("</li>\n", out);
}

static void write_paging(FILE *out, const struct letterboxd_page *page)
{
    size_t last = (page->list->count + page->size - 1) / page->size;
    if (last < 2)
        return;
    fputs("<div class=\"pagination\">", out);
    if (page->number < last)
        fprintf(out,
                "<div class=\"paginate-nextprev\"><a class=\"next\" href=\"%spage/%zu/\">Older</a>"
                "</div>",
                page->path, page->number + 1);
    fputs("<div class=\"paginate-pages\"><ul>", out);
    for (size_t number = 1; number <= last; number++)
        fprintf(out, "<li class=\"paginate-page\"><a href=\"%spage/%zu/\">%zu</a></li>", page->path,
                number, number);
    fputs("</ul></div></div>\n", out);
}

static void write_entries(FILE *out, const struct letterboxd_page *page)
{
    size_t first = (page->number - 1) * page->size;
    if ((page->list->extras & EXTRA_OLD_MARKUP) != 0)
        fputs("<ul class=\"js-list-entries poster-list -p70 -grid film-list\">\n", out);
    else if (page->watchlist)
        fputs("<div class=\"poster-grid\"><ul class=\"grid -p125 -scaled128\">\n", out);
    else
        fputs("<ul class=\"js-list-entries poster-list -p125 -grid\">\n", out);
    for (size_t i = first; i < page->list->count && i < first + page->size; i++)
        write_entry(out, page, i);
    fputs(page->watchlist ? "</ul></div>\n" : "</ul>\n", out);
}

static void write_list_head(FILE *out, const struct letterboxd_page *page)
{
    const struct list *list = page->list;
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<title>%s",
            left_to_right);
    text_write_html(out, list->name);
    fputs(" &bull; Letterboxd</title>\n<meta property=\"og:title\" content=\"", out);
    text_write_html(out, list->name);
    fputs("\">\n", out);
    if (!page->watchlist)
        fprintf(out,
                "<meta property=\"og:type\" content=\"letterboxd:list\">\n<meta "
                "name=\"description\" content=\"A list of %zu films compiled on Letterboxd.\">\n",
                list->count);
    fprintf(out, "</head>\n<body class=\"%s\" data-owner=\"%s\">\n",
            page->watchlist ? "watchlist logged-out" : "list-page", page->owner);
}

char *letterboxd_list_page(const struct letterboxd_page *page)
{
    char *text;
    size_t length;
    FILE *out = begin(&text, &length);
    write_list_head(out, page);
    if (page->watchlist)
        fprintf(out,
                "<div class=\"js-watchlist-content\" data-num-entries=\"%zu\"><span "
                "class=\"js-watchlist-count\">%zu&nbsp;films</span>\n",
                page->list->count, page->list->count);
    else
        fprintf(out, "<h1 class=\"title-1 prettify\">%s</h1>\n", page->list->name);
    write_entries(out, page);
    write_paging(out, page);
    fputs(page->watchlist ? "</div></body></html>\n" : "</body></html>\n", out);
    return finish(out, &text);
}

/* A series is there too, as a miniseries: the body then says movie, without an id. */
char *letterboxd_film_page(const struct title *title)
{
    char *text;
    size_t length;
    FILE *out = begin(&text, &length);
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><title>%s", left_to_right);
    write_name(out, title);
    fputs(" &bull; Letterboxd</title>\n<meta property=\"og:title\" content=\"", out);
    write_name(out, title);
    fputs("\"></head>\n<body class=\"film backdropped\" data-type=\"film\" "
          "data-tmdb-type=\"movie\" data-tmdb-id=\"",
          out);
    if (title->kind == KIND_MOVIE)
        fprintf(out, "%d", title->tmdb);
    fputs("\">\n<p class=\"text-link text-footer\">120&nbsp;mins &nbsp; More at ", out);
    if (title->imdb != NULL)
        fprintf(out,
                "<a href=\"http://www.imdb.com/title/%s/maindetails\" class=\"micro-button "
                "track-event\" data-track-action=\"IMDb\">IMDb</a> ",
                title->imdb);
    fprintf(out,
            "<a href=\"https://www.themoviedb.org/%s/%d/\" class=\"micro-button track-event\" "
            "data-track-action=\"TMDB\">TMDB</a></p>\n</body></html>\n",
            kind_name(title->kind), title->tmdb);
    return finish(out, &text);
}

static void write_feed_item(FILE *out, const struct title *title, const char *owner, size_t index)
{
    fputs("<item><title>", out);
    text_write_html(out, title->name);
    fprintf(out,
            ", %d - &#9733;&#9733;&#9733;&#9733;</title><link>https://letterboxd.com/%s/film/%s/"
            "</link><guid isPermaLink=\"false\">letterboxd-watch-%zu</guid>"
            "<letterboxd:watchedDate>2026-01-0%zu</letterboxd:watchedDate><letterboxd:filmTitle>",
            title->year, owner, title->slug, 9000 + index, index % 9 + 1);
    text_write_html(out, title->name);
    fprintf(out,
            "</letterboxd:filmTitle><letterboxd:filmYear>%d</letterboxd:filmYear>"
            "<letterboxd:memberRating>4.0</letterboxd:memberRating><tmdb:movieId>%d</tmdb:movieId>"
            "</item>\n",
            title->year, title->tmdb);
}

char *letterboxd_feed(const struct list *list, const char *owner)
{
    char *text;
    size_t length;
    FILE *out = begin(&text, &length);
    fprintf(out,
            "<?xml version='1.0' encoding='utf-8'?>\n<rss version=\"2.0\" "
            "xmlns:letterboxd=\"https://letterboxd.com\" xmlns:tmdb=\"https://themoviedb.org\">"
            "<channel><title>Letterboxd - %s</title>\n"
            "<item><title>A list</title><guid isPermaLink=\"false\">letterboxd-list-1</guid>"
            "</item>\n",
            owner);
    for (size_t i = 0; i < list->count; i++)
        write_feed_item(out, list->titles[i], owner, i);
    fputs("</channel></rss>\n", out);
    return finish(out, &text);
}

char *letterboxd_message(const char *title, const char *message)
{
    char *text;
    size_t length;
    FILE *out = begin(&text, &length);
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\"><head><title>%s</title></head>\n<body "
            "class=\"error message-dark\"><section class=\"message\"><strong>%s</strong></section>"
            "</body></html>\n",
            title, message);
    return finish(out, &text);
}

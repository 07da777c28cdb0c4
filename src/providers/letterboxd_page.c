#include "providers/letterboxd_page.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "net/html.h"
#include "providers/blocking.h"
#include "providers/letterboxd_form.h"

#define CLASS(word) "contains(concat(' ', normalize-space(@class), ' '), ' " word " ')"

enum { SLUG_SIZE = 200 };

static const char expected[] = "a page of films";

/* The list's own container; the first that is there. */
static const char *const containers[] = {
    "//ul[" CLASS("js-list-entries") "]",
    "//*[" CLASS("js-watchlist-content") "]//ul[" CLASS("grid") " or " CLASS("poster-list") "]",
    "//ul[(" CLASS("grid") " or " CLASS("poster-list") ") and not(" CLASS("-horizontal") ")]",
};

static const char row_path[] = "./li[" CLASS("posteritem") " or " CLASS("griditem") " or " CLASS(
    "poster-container") " or " CLASS("film-detail") "]";

static const char poster_path[] =
    ".//*[@data-item-slug or @data-film-slug or @data-item-link or @data-target-link]";

static const char *const slug_attributes[] = {"data-item-slug", "data-film-slug", "data-item-link",
                                              "data-target-link"};

/* Where a title may stand, seen from the row; the first that is there. */
static const char *const title_paths[] = {
    ".//@data-item-name", ".//@data-item-full-display-name",
    ".//@data-film-name", ".//h2[" CLASS("headline-2") "]/a[1]",
    ".//img/@alt",
};

static const char *const year_paths[] = {
    ".//@data-film-release-year",
    ".//h2//small[" CLASS("metadata") "]",
};

const char *letterboxd_page_clean(const char *text)
{
    while (text_starts_with(text, "\xE2\x80\x8E") || text_starts_with(text, "\xE2\x80\x8F"))
        text += 3;
    return text;
}

static char *first_text(struct html *page, struct html_node *row, const char *const *paths,
                        size_t count)
{
    char *text = NULL;

    for (size_t i = 0; i < count && !text; i++)
        text = html_text(page, row, paths[i]);
    return text;
}

static bool read_slug(struct html_node *poster, char slug[SLUG_SIZE])
{
    for (size_t i = 0; poster && i < ARRAY_LENGTH(slug_attributes); i++) {
        AUTO_FREE char *value = html_attribute(poster, slug_attributes[i]);
        if (value && letterboxd_form_slug(value, slug, SLUG_SIZE))
            return true;
    }
    return false;
}

/* One film; false when the row is not understood. */
static bool read_row(struct fetch *fetch, struct html *page, struct html_node *row)
{
    char slug[SLUG_SIZE];
    int64_t year = 0;
    AUTO_FREE char *title = first_text(page, row, title_paths, ARRAY_LENGTH(title_paths));
    AUTO_FREE char *year_text = first_text(page, row, year_paths, ARRAY_LENGTH(year_paths));

    if (!read_slug(html_first(page, row, poster_path), slug))
        return false;
    char *name = arena_text(fetch->arena, letterboxd_page_clean(title ? title : ""));
    int title_year = title_split_year(name);
    text_to_integer(year_text, 1870, 2200, &year);
    struct entry entry = {
        .title = name,
        .year = title_year ? title_year : (int)year,
        .ids.source_id = arena_print(fetch->arena, "letterboxd:%s", slug),
    };
    fetch_add(fetch, &entry);
    return true;
}

/* "1,250" -> 1250; -1 when there is no number. */
static int64_t number_of(const char *text)
{
    int64_t number = 0;

    if (!isdigit((unsigned char)*text))
        return -1;
    for (int digits = 0; (isdigit((unsigned char)*text) || *text == ',') && digits < 12; text++) {
        if (*text == ',')
            continue;
        number = number * 10 + (*text - '0');
        digits++;
    }
    return number;
}

/* How many films the page says there are, or -1. */
static int64_t stated_total(struct html *page)
{
    static const char prefix[] = "A list of ";
    AUTO_FREE char *description = html_text(page, NULL, "//meta[@name='description']/@content");
    AUTO_FREE char *entries = html_text(page, NULL, "//@data-num-entries");
    AUTO_FREE char *count = html_text(page, NULL, "//*[" CLASS("js-watchlist-count") "]");

    if (entries)
        return number_of(entries);
    if (count)
        return number_of(count);
    const char *at = description ? letterboxd_page_clean(description) : "";
    return text_starts_with(at, prefix) ? number_of(at + strlen(prefix)) : -1;
}

static void read_about(struct fetch *fetch, struct html *page)
{
    AUTO_FREE char *name = html_text(page, NULL, "//meta[@property='og:title']/@content");
    int64_t total = stated_total(page);

    if (total >= 0)
        fetch->total = total;
    if (name)
        text_copy(fetch->name, sizeof(fetch->name), letterboxd_page_clean(name));
}

static struct html_node *find_container(struct html *page)
{
    struct html_node *found = NULL;

    for (size_t i = 0; i < ARRAY_LENGTH(containers) && !found; i++)
        found = html_first(page, NULL, containers[i]);
    return found;
}

/*
 * How the page's own address begins. Lists and watchlists state theirs (saved pages); of the pages
 * of watched and liked films we only know that they are the member's.
 */
static char *own_address(const struct fetch *fetch)
{
    AUTO_FREE char *path = memory_text(fetch->ref->id);
    char *share = strstr(path, "/share/");

    if (share)
        *share = '\0';
    if (!strstr(path, "/list/") && !text_ends_with(path, "/watchlist"))
        text_cut_at(path, "/");
    return memory_print("https://letterboxd.com/%s/", path);
}

/*
 * Is it the page that was asked for? A redirect to the start page, to a member or to a film shows
 * films as well, and none of them is on the list.
 */
static bool is_own_page(const struct fetch *fetch, struct html *page)
{
    char member[64];
    AUTO_FREE char *owner = html_text(page, NULL, "//body/@data-owner");
    AUTO_FREE char *address = html_text(page, NULL, "//meta[@property='og:url']/@content");
    AUTO_FREE char *start = own_address(fetch);

    if (address)
        return text_starts_with_ignoring_case(address, start);
    text_copy(member, sizeof(member), fetch->ref->id);
    text_cut_at(member, "/");
    return text_equal_ignoring_case(owner, member);
}

/* Adds all rows; false when the page is not what we know, with the fetch ended. */
static bool read_rows(struct fetch *fetch, struct html *page)
{
    struct html_node *container = find_container(page);
    AUTO_NODES struct html_nodes rows = {0};

    if (container)
        rows = html_find(page, container, row_path);
    for (size_t i = 0; i < rows.count && !fetch->finished; i++)
        if (!read_row(fetch, page, rows.items[i]))
            fetch_not_understood(fetch, expected, "a row that names no film");
    if (!fetch->finished && rows.count == 0 && fetch->total != 0)
        fetch_not_understood(fetch, expected,
                             container ? "a list without rows that does not say it is empty"
                                       : "a page without a list");
    return !fetch->finished;
}

/* Moves on by the page's own link; the last page has none. */
static void go_on(struct fetch *fetch, struct html *page)
{
    AUTO_FREE char *next =
        html_text(page, NULL, "//*[" CLASS("pagination") "]//a[" CLASS("next") "]/@href");
    const char *path = next ? next : "";

    if (text_starts_with(path, "https://letterboxd.com/"))
        path += strlen("https://letterboxd.com");
    if (!next) {
        fetch_complete(fetch);
    } else if (path[0] != '/' || path[1] == '/' || strlen(path) >= sizeof(fetch->cursor) ||
               strpbrk(path, " \t\r\n\"<>\\") || strcmp(path, fetch->cursor) == 0) {
        fetch_not_understood(fetch, "the address of the next page", "another link");
    } else if (fetch_next_page(fetch)) {
        text_copy(fetch->cursor, sizeof(fetch->cursor), path);
    }
}

void letterboxd_page_read(struct fetch *fetch, const struct http_response *response)
{
    AUTO_HTML struct html *page = NULL;
    struct error error = {0};

    if (html_parse(buffer_string(&response->body), response->body.length, &page, &error)) {
        fetch_not_understood(fetch, expected, error.message);
        return;
    }
    if (!is_own_page(fetch, page)) {
        fetch_not_understood(fetch, expected, "a page that is not this list's own");
        return;
    }
    read_about(fetch, page);
    if (read_rows(fetch, page))
        go_on(fetch, page);
}

void letterboxd_page_refused(struct fetch *fetch, const struct http_response *response)
{
    AUTO_HTML struct html *page = NULL;
    AUTO_FREE char *title = NULL;
    AUTO_FREE char *message = NULL;

    if (html_parse(buffer_string(&response->body), response->body.length, &page, NULL) == 0) {
        title = html_text(page, NULL, "//title");
        message = html_text(page, NULL, "//section[" CLASS("message") "]//strong");
    }
    bool says_private = message && strcasestr(message, "private");
    if (!says_private && title && strstr(title, "Not Found"))
        fetch_finish(fetch, OUTCOME_NOT_FOUND, "Letterboxd has no list %s", fetch->ref->id);
    else if (message)
        fetch_finish(fetch, OUTCOME_PRIVATE, "Letterboxd does not show this list: \"%.200s\"",
                     message);
    else if (response->status == 404)
        fetch_finish(fetch, OUTCOME_NOT_FOUND, "Letterboxd has no list %s", fetch->ref->id);
    else
        blocking_finish(fetch, "Letterboxd refuses programs (HTTP 403)");
}

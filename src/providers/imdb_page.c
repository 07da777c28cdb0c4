#include "providers/imdb_page.h"

#include <string.h>

#include "base/json_value.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/html.h"
#include "providers/imdb_titles.h"

bool imdb_page_is_one(const struct http_response *response)
{
    return http_response_body_contains(response, "id=\"__NEXT_DATA__\"");
}

/* The JSON inside the page; NULL with a sentence of what was found instead. */
static struct json_value *read_data(struct html *html, struct error *error)
{
    AUTO_FREE char *text = html_text(html, NULL, "//script[@id='__NEXT_DATA__']");
    struct json_value *data = NULL;

    if (!text)
        error_set(error, ERROR_FORMAT, "a page without data");
    else
        json_value_parse(text, strlen(text), &data, error);
    return data;
}

/* "IMDb Top 250 movies - IMDb" without the end: the name when the data gives none. */
static void set_name(struct fetch *fetch, struct html *html)
{
    AUTO_FREE char *title = html_text(html, NULL, "//title");

    if (!title)
        return;
    size_t length = strlen(title);
    if (text_ends_with(title, " - IMDb"))
        title[length - strlen(" - IMDb")] = '\0';
    text_copy(fetch->name, sizeof(fetch->name), title);
}

static const struct json_value *find_connection(const struct json_value *page,
                                                const struct json_value **ret_list)
{
    static const struct {
        const char *list, *connection;
    } places[] = {
        {"mainColumnData.list", "titleListItemSearch"},
        {"mainColumnData.predefinedList", "titleListItemSearch"},
        {"pageData", "chartTitles"},
        {"searchResults", "titleResults"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(places); i++) {
        *ret_list = json_value_path(page, places[i].list);
        const struct json_value *connection = json_value_get(*ret_list, places[i].connection);
        if (connection)
            return connection;
    }
    return NULL;
}

/* Lists and searches say how much they hold; charts do not: what they list is all. */
static int64_t total_of(const struct json_value *page, const struct json_value *connection,
                        const struct json_value *edges)
{
    const struct json_value *total = json_value_get(connection, "total");

    if (!json_value_is_integer(total))
        total = json_value_get(page, "totalItems");
    return json_value_is_integer(total) ? json_value_integer(total)
                                        : (int64_t)json_value_count(edges);
}

static void read_titles(struct fetch *fetch, const struct json_value *page)
{
    const struct json_value *list = NULL;
    const struct json_value *connection = find_connection(page, &list);
    const struct json_value *edges = json_value_get(connection, "edges");

    if (!edges)
        edges = json_value_get(connection, "titleListItems");
    imdb_titles_set_about(fetch, json_value_get(page, "aboveTheFoldData"));
    imdb_titles_set_about(fetch, list);
    fetch->total = total_of(page, connection, edges);
    if (imdb_titles_add(fetch, edges))
        fetch_complete(fetch);
}

void imdb_page_read(struct fetch *fetch, const struct http_response *response)
{
    AUTO_HTML struct html *html = NULL;
    struct error error = {0};

    if (html_parse(buffer_string(&response->body), response->body.length, &html, &error)) {
        fetch_not_understood(fetch, "a page of IMDb", error.message);
        return;
    }
    AUTO_JSON struct json_value *data = read_data(html, &error);
    if (!data) {
        fetch_not_understood(fetch, "a page of IMDb", error.message);
        return;
    }
    set_name(fetch, html);
    read_titles(fetch, json_value_path(data, "props.pageProps"));
}

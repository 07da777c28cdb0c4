#include "providers/trakt_forms.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/forms.h"
#include "providers/trakt_charts.h"

const char trakt_forms_text[] =
    "USER/lists/NAME, USER/watchlist, USER/favorites, USER/collection (with /movies or /shows for "
    "one kind only), the number of a list, a URL of one, or file:PATH";

static enum error_code refuse(const char *input, struct error *error)
{
    AUTO_FREE char *what = memory_print(
        "is no list of Trakt: give %s; or a chart (trending:movies)", trakt_forms_text);

    return forms_refuse(input, what, error);
}

/* The path of a page, decoded; "" where it is shorter. */
struct path {
    char first[URL_PATH_SIZE], second[URL_PATH_SIZE], third[URL_PATH_SIZE], fourth[URL_PATH_SIZE];
};

static struct path read_path(const struct url *url, size_t skip)
{
    struct path path;

    url_segment(url, skip, path.first);
    url_segment(url, skip + 1, path.second);
    url_segment(url, skip + 2, path.third);
    url_segment(url, skip + 3, path.fourth);
    return path;
}

char *trakt_forms_encode(const char *id)
{
    AUTO_BUFFER struct buffer encoded = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_FREE char *rest = memory_text(id);

    for (char *part = rest, *next; part; part = next) {
        next = strchr(part, '/');
        if (next)
            *next++ = '\0';
        url_encode(&encoded, part);
        buffer_text(&encoded, next ? "/" : "");
    }
    return memory_text(buffer_string(&encoded));
}

static enum error_code set_list(const char *parent, const char *id, struct list_ref *ret,
                                struct error *error)
{
    AUTO_FREE char *encoded = trakt_forms_encode(id);
    AUTO_FREE char *page = memory_print("https://trakt.tv/%s%s", parent, encoded);

    text_copy(ret->type, sizeof(ret->type), "trakt");
    return forms_set(ret, id, page, error);
}

/* "123" and "123-name": the digits are the list. */
static bool take_number(char *segment)
{
    size_t digits = strspn(segment, "0123456789");

    if (!digits || (segment[digits] && segment[digits] != '-'))
        return false;
    segment[digits] = '\0';
    return true;
}

/* Names end up in paths of the API: a separator in one would name something else. */
static bool is_name(const char *segment)
{
    return *segment && *segment != '.' && !strpbrk(segment, "/?#:%");
}

static bool is_own_list(const char *word)
{
    return text_equal(word, "watchlist") || text_equal(word, "favorites") ||
           text_equal(word, "collection");
}

/* More than a list is not read as if it were the whole list. */
static enum error_code refuse_part(const char *input, const char *part, struct error *error)
{
    AUTO_FREE char *what =
        memory_print("is a part of a list that cannot be read: leave out \"/%.60s\"", part);

    return forms_refuse(input, what, error);
}

/* lists/123, lists/123-name, lists/official/NAME */
static enum error_code parse_list(const char *input, struct path *path, struct list_ref *ret,
                                  struct error *error)
{
    if (take_number(path->second))
        return *path->third ? refuse_part(input, path->third, error)
                            : set_list("lists/", path->second, ret, error);
    if (!text_equal(path->second, "official") || !is_name(path->third))
        return refuse(input, error);
    if (*path->fourth)
        return refuse_part(input, path->fourth, error);
    AUTO_FREE char *id = memory_print("lists/official/%s", path->third);
    return set_list("", id, ret, error);
}

/* What follows the name of an own list: nothing, or the kind to which the API can narrow it. What
 * follows the kind is an order only. */
static bool is_kind(const char *part)
{
    return !*part || text_equal(part, "movies") || text_equal(part, "shows");
}

static enum error_code set_own_list(const char *user, const char *list, const char *kind,
                                    struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *id = memory_print("%s/%s%s%s", user, list, *kind ? "/" : "", kind);

    return set_list("users/", id, ret, error);
}

/* USER/watchlist, USER/lists/NAME; "lists/watchlist" is the watchlist: no list has that name. */
static enum error_code parse_users(const char *input, const struct path *path, struct list_ref *ret,
                                   struct error *error)
{
    bool is_named = text_equal(path->second, "lists") && is_name(path->third);
    const char *own = is_named ? path->third : path->second;

    if (text_equal(path->first, "me"))
        return forms_refuse(input,
                            "needs your login, which ListSync does not have: write your user name "
                            "for \"me\" and make the list public",
                            error);
    if (!is_name(path->first) || (!is_named && !is_own_list(own)))
        return refuse(input, error);
    const char *kind = is_named ? path->fourth : path->third;
    if (is_own_list(own))
        return is_kind(kind) ? set_own_list(path->first, own, kind, ret, error)
                             : refuse_part(input, kind, error);
    if (*kind)
        return refuse_part(input, kind, error);
    AUTO_FREE char *id = memory_print("%s/lists/%s", path->first, path->third);
    return set_list("users/", id, ret, error);
}

static enum error_code parse_path(const char *input, const struct url *url, struct list_ref *ret,
                                  struct error *error)
{
    struct path path = read_path(url, 0);

    if (trakt_charts_is_kind(path.second) &&
        (text_equal(path.first, "movies") || text_equal(path.first, "shows")))
        return trakt_charts_set(path.second, path.first, path.third, ret, error);
    if (text_equal(path.first, "lists"))
        return parse_list(input, &path, ret, error);
    if (text_equal(path.first, "users"))
        path = read_path(url, 1);
    return parse_users(input, &path, ret, error);
}

/* A path without a host is read as a page's. */
static enum error_code parse_page(const char *input, struct list_ref *ret, struct error *error)
{
    bool is_page = url_looks_like_one(input);
    AUTO_FREE char *text = memory_print("%s%s", is_page ? "" : "https://trakt.tv/", input);
    struct url url;
    enum error_code rc = url_parse(text, &url, error);

    if (rc)
        return rc;
    if (!url_host_is(&url, "trakt.tv"))
        return forms_refuse(input, "is no page of Trakt", error);
    return parse_path(input, &url, ret, error);
}

enum error_code trakt_forms_parse(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    char *text = text_trim(copy);

    if (forms_is_file(text)) {
        text_copy(ret->type, sizeof(ret->type), "trakt");
        return forms_set(ret, text, "", error);
    }
    if (strchr(text, ':') && !strstr(text, "://"))
        return trakt_charts_parse(text, ret, error);
    if (!strchr(text, '/') && take_number(text))
        return set_list("lists/", text, ret, error);
    return parse_page(text, ret, error);
}

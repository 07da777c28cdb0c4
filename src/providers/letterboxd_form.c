#include "providers/letterboxd_form.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/forms.h"

enum { PARTS_MAX = 12, PART_SIZE = 160 };

/* The segments of an address after the host. */
struct address {
    size_t count;
    char parts[PARTS_MAX][PART_SIZE];
};

/* What may follow the name of a member; "*" stands for any one segment. */
static const char *const forms[][5] = {
    {"watchlist"}, {"films"},     {"likes", "films"},
    {"rss"},       {"list", "*"}, {"list", "*", "share", "*"},
};

/* Views and places in a list, which do not change what it holds. */
static const struct view {
    const char *word;
    size_t values; /* segments that belong to it */
} views[] = {{"detail", 0}, {"by", 1}, {"page", 1}};

/* Pages of a member that are no list of films. */
static const struct {
    const char *word;
    const char *instead;
} pages[] = {
    {"diary", "the diary is read from the feed: write USER/rss"},
    {"list", "the name of the list is missing: write USER/list/NAME"},
    {"lists", "that page shows all lists of a member: give one of them as USER/list/NAME"},
    {"likes", "only liked films can be read: write USER/likes/films"},
    {"reviews", "reviews are no list; the newest are in the feed: write USER/rss"},
    {"film", "that is one film, not a list"},
};

/* First segments that are no member. */
static const char *const reserved[] = {"film",    "films",    "actor",  "director",
                                       "writer",  "producer", "studio", "lists",
                                       "journal", "search",   "tmdb",   "imdb"};

static bool read_url(const char *input, struct url *url, struct error *error)
{
    AUTO_FREE char *whole = NULL;

    if (!url_looks_like_one(input))
        whole = memory_print("https://letterboxd.com/%s", input + (*input == '/'));
    return url_parse(whole ? whole : input, url, error) == ERROR_NONE;
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

static bool is_plain(const char *part)
{
    return *part && part[strspn(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-")] == '\0';
}

static size_t view_length(const char *part)
{
    for (size_t i = 0; i < ARRAY_LENGTH(views); i++)
        if (strcmp(views[i].word, part) == 0)
            return 1 + views[i].values;
    return 0;
}

/* The segments without views; false when one is too long or holds what no address of a list has. */
static bool read_address(const struct url *url, struct address *ret)
{
    char segment[URL_PATH_SIZE];
    size_t count = url_segment_count(url);

    for (size_t i = 0; i < count && ret->count < PARTS_MAX; i++) {
        url_segment(url, i, segment);
        bool is_slug = ret->count == 2 && strcmp(ret->parts[1], "list") == 0;
        size_t view = ret->count >= 2 && !is_slug ? view_length(segment) : 0;
        if (view) {
            i += view - 1;
            continue;
        }
        if (strlen(segment) >= PART_SIZE || !is_plain(segment))
            return false;
        text_copy(ret->parts[ret->count], PART_SIZE, segment);
        bool is_token = ret->count == 4; /* of a share: its letters keep their case */
        if (!is_token)
            lower(ret->parts[ret->count]);
        ret->count++;
    }
    return true;
}

static bool has_form(const struct address *address, const char *const form[5])
{
    size_t length = 0;

    for (; form[length]; length++)
        if (length + 1 >= address->count ||
            (form[length][0] != '*' && strcmp(form[length], address->parts[length + 1]) != 0))
            return false;
    return length + 1 == address->count;
}

/* The first segment after the list that the address begins with, or NULL. */
static const char *filter_of(const struct address *address)
{
    struct address start = *address;

    while (--start.count > 1)
        for (size_t i = 0; i < ARRAY_LENGTH(forms); i++)
            if (has_form(&start, forms[i]))
                return address->parts[start.count];
    return NULL;
}

static bool is_reserved(const char *part)
{
    for (size_t i = 0; i < ARRAY_LENGTH(reserved); i++)
        if (strcmp(reserved[i], part) == 0)
            return true;
    return false;
}

static enum error_code explain(const struct address *address, struct error *error)
{
    const char *user = address->count ? address->parts[0] : "";

    if (address->count == 0 || is_reserved(user))
        return error_set(error, ERROR_USAGE,
                         "that is no list of a Letterboxd member: give USER/watchlist, "
                         "USER/list/NAME, USER/films, USER/likes/films or USER/rss");
    if (address->count == 1)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" is a member: say which list, e.g. %s/watchlist or %s/list/NAME",
                         user, user, user);
    if (filter_of(address))
        return error_set(error, ERROR_USAGE,
                         "a filtered view cannot be read: give the list without \"/%s/...\" and "
                         "filter in ListSync",
                         filter_of(address));
    for (size_t i = 0; i < ARRAY_LENGTH(pages); i++)
        if (strcmp(pages[i].word, address->parts[1]) == 0)
            return error_set(error, ERROR_USAGE, "%s", pages[i].instead);
    return error_set(
        error, ERROR_USAGE,
        "\"%s/%s\" is no list of Letterboxd: a member's own list is written %s/list/%s", user,
        address->parts[1], user, address->parts[1]);
}

static enum error_code finish(const struct address *address, struct list_ref *ret,
                              struct error *error)
{
    AUTO_BUFFER struct buffer id = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (size_t i = 0; i < address->count; i++)
        buffer_print(&id, "%s%s", i ? "/" : "", address->parts[i]);
    AUTO_FREE char *page = memory_print("https://letterboxd.com/%s/", buffer_string(&id));
    return forms_set(ret, buffer_string(&id), page, error);
}

enum error_code letterboxd_form_parse(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    const char *text = text_trim(copy);
    struct address address = {0};
    struct url url;

    if (text_starts_with(text, "file:"))
        return forms_is_file(text)
                   ? forms_set(ret, text, "", error)
                   : forms_refuse(text, "names no file: write file:/path/to/watchlist.csv", error);
    if (!read_url(text, &url, error))
        return ERROR_USAGE;
    if (url_host_is(&url, "boxd.it"))
        return error_set(error, ERROR_USAGE,
                         "boxd.it addresses do not say which list they mean: open it in a browser "
                         "and give the full address that it leads to");
    if (!url_host_is(&url, "letterboxd.com"))
        return forms_refuse(url.host, "is not an address of Letterboxd", error);
    if (!read_address(&url, &address))
        return forms_refuse(text, "is no list of Letterboxd", error);
    for (size_t i = 0; i < ARRAY_LENGTH(forms); i++)
        if (has_form(&address, forms[i]) && !is_reserved(address.parts[0]))
            return finish(&address, ret, error);
    return explain(&address, error);
}

bool letterboxd_form_is_feed(const struct list_ref *ref)
{
    return !text_starts_with(ref->id, "file:") && text_ends_with(ref->id, "/rss");
}

bool letterboxd_form_slug(const char *link, char *slug, int size)
{
    const char *film = strstr(link, "/film/");
    const char *start = film ? film + strlen("/film/") : link;
    size_t length = strcspn(start, "/?#");

    if (length == 0 || length >= (size_t)size)
        return false;
    memcpy(slug, start, length);
    slug[length] = '\0';
    return is_plain(slug);
}

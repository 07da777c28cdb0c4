#include "providers/mdblist_form.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "net/url.h"
#include "providers/forms.h"

enum { PARTS_MAX = 6, PART_SIZE = 200 };

struct address {
    size_t count;
    char parts[PARTS_MAX][PART_SIZE];
};

static const char how[] = "is no list of MDBList: give USER/LIST, external/NUMBER or a number";

static bool is_plain(const char *part)
{
    return *part && part[strspn(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-.")] == '\0';
}

/* "lists" at the start and the name of a format at the end are not part of the name. */
static bool is_scaffold(const struct address *address, const char *part)
{
    return (address->count == 0 && text_equal(part, "lists")) ||
           (address->count >= (text_is_digits(address->parts[0]) ? 1 : 2) &&
            (text_equal(part, "json") || text_equal(part, "items")));
}

static bool read_address(const struct url *url, struct address *ret)
{
    char segment[URL_PATH_SIZE];
    size_t count = url_segment_count(url);

    for (size_t i = 0; i < count; i++) {
        url_segment(url, i, segment);
        if (is_scaffold(ret, segment))
            continue;
        if (ret->count == PARTS_MAX || strlen(segment) >= PART_SIZE || !is_plain(segment))
            return false;
        text_copy(ret->parts[ret->count++], PART_SIZE, segment);
    }
    return ret->count > 0;
}

/* Names of members may hold dots: without a scheme only the site's own host makes an address. */
static bool is_address(const char *text)
{
    struct url url;

    return url_looks_like_one(text) &&
           (strstr(text, "://") ||
            (url_parse(text, &url, NULL) == ERROR_NONE && url_host_is(&url, "mdblist.com")));
}

static bool read_url(const char *text, struct url *url, struct error *error)
{
    AUTO_FREE char *whole = NULL;

    if (!is_address(text))
        whole = memory_print("https://mdblist.com/lists/%s", text + (*text == '/'));
    return url_parse(whole ? whole : text, url, error) == ERROR_NONE;
}

/* external/NUMBER, USER/external/NUMBER */
static const char *external_number(const struct address *address)
{
    size_t last = address->count - 1;

    if (address->count < 2 || address->count > 3 || !text_is_digits(address->parts[last]) ||
        !text_equal(address->parts[last - 1], "external"))
        return NULL;
    return address->parts[last];
}

static enum error_code finish(const struct address *address, const char *input,
                              struct list_ref *ret, struct error *error)
{
    const char *external = external_number(address);
    const char *first = address->parts[0];
    AUTO_FREE char *id = NULL;
    AUTO_FREE char *page = NULL;

    if (external) {
        id = memory_print("external/%s", external);
        if (address->count == 3)
            page = memory_print("https://mdblist.com/lists/%s/external/%s", first, external);
    } else if (address->count == 1 && text_is_digits(first)) {
        id = memory_text(first);
    } else if (address->count == 2) {
        id = memory_print("%s/%s", first, address->parts[1]);
        page = memory_print("https://mdblist.com/lists/%s", id);
    } else {
        return forms_refuse(input, how, error);
    }
    return forms_set(ret, id, page ? page : "", error);
}

enum error_code mdblist_form_parse(const char *input, struct list_ref *ret, struct error *error)
{
    AUTO_FREE char *copy = memory_text(input);
    const char *text = text_trim(copy);
    struct address address = {0};
    struct url url;

    if (!read_url(text, &url, error))
        return ERROR_USAGE;
    if (!url_host_is(&url, "mdblist.com"))
        return forms_refuse(url.host, "is not an address of MDBList", error);
    if (is_address(text) && !text_starts_with(url.path, "/lists/"))
        return forms_refuse(text, how, error);
    if (!read_address(&url, &address))
        return forms_refuse(text, how, error);
    return finish(&address, text, ret, error);
}

bool mdblist_form_is_named(const struct list_ref *ref)
{
    return strchr(ref->id, '/') && !text_starts_with(ref->id, "external/");
}

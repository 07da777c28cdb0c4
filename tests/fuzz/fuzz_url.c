#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "net/origins.h"
#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void ask_parts(const struct url *url)
{
    char text[URL_PATH_SIZE];
    size_t count = url_segment_count(url);

    for (size_t i = 0; i < count; i++)
        CHECK(strlen(url_segment(url, i, text)) < sizeof(text));
    CHECK(url->path[0] == '/');
    CHECK(url->host[0] && url_host_is(url, url->host));
}

/* Whatever a redirect says, only http and https come out of it. */
static void follow(const struct origins *origins, const char *location)
{
    AUTO_FREE char *target = origins_follow(origins, "https://imdb.com/list/ls1", location);
    AUTO_FREE char *where = target ? origins_apply(origins, target) : NULL;
    char host[URL_HOST_SIZE];

    if (target)
        CHECK(strncmp(target, "http://", 7) == 0 || strncmp(target, "https://", 8) == 0);
    if (where)
        url_host_of(where, host);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)bytes, size);
    AUTO_BUFFER struct buffer encoded = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct origins origins = {0};
    struct url url;

    if (url_parse(text, &url, NULL) == ERROR_NONE)
        ask_parts(&url);
    url_looks_like_one(text);
    url_encode(&encoded, text);
    origins_add(&origins, "imdb.com=http://127.0.0.1:9/host", NULL);
    follow(&origins, text);
    origins_add(&origins, text, NULL);
    origins_release(&origins);
    return 0;
}

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/compression.h"
#include "web/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { UNPACKED_MOST = 1 << 16 };

static void check_query(struct arena *arena, const char *text)
{
    struct web_pairs pairs = {0};

    if (!web_query_parse(arena, text, &pairs))
        return;
    CHECK(pairs.count <= WEB_HEADERS_MOST);
    for (size_t i = 0; i < pairs.count; i++) {
        CHECK(text_is_valid_utf8(pairs.items[i].name, strlen(pairs.items[i].name)));
        CHECK(text_is_valid_utf8(pairs.items[i].value, strlen(pairs.items[i].value)));
        CHECK(web_pairs_find(&pairs, pairs.items[i].name) != NULL);
    }
}

static void check_forwarded(struct arena *arena, const char *name, const char *text)
{
    struct web_pair items[] = {{name, text}, {"X-Forwarded-Prefix", text}};
    struct web_pairs headers = {items, ARRAY_LENGTH(items)};
    struct address_ranges trusted = {0};
    struct address peer;
    struct forwarded told;

    CHECK(address_ranges_parse("10.0.0.0/8", &trusted, NULL) == ERROR_NONE);
    CHECK(address_parse("10.0.0.1", &peer));
    forwarded_read(&headers, &peer, &trusted, arena, &told);
    CHECK(!told.host || forwarded_host_is_sane(told.host));
    CHECK(!told.proto || text_starts_with(told.proto, "http"));
    CHECK(!told.prefix || (told.prefix[0] == '/' && !text_ends_with(told.prefix, "/")));
    address_ranges_release(&trusted);
}

/* A response takes any text as a header's value, but never a line break. */
static void check_response(struct arena *arena, const char *text)
{
    struct web_response response;

    web_response_init(&response, arena);
    web_response_header(&response, "Location", "%s", text);
    const char *value = web_response_find(&response, "location");
    CHECK(!value || !strpbrk(value, "\r\n"));
    web_response_fail(&response, 400, "code", text);
    web_response_release(&response);
}

static void check_unpacking(const char *bytes, size_t size)
{
    AUTO_BUFFER struct buffer plain = BUFFER_WITH_LIMIT(UNPACKED_MOST);
    AUTO_BUFFER struct buffer packed = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_BUFFER struct buffer back = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    compression_unpack_gzip(bytes, size, &plain, NULL);
    CHECK(plain.length <= UNPACKED_MOST);
    CHECK(compression_pack(COMPRESSION_GZIP, bytes, size, &packed));
    CHECK(compression_unpack_gzip(packed.bytes, packed.length, &back, NULL) == ERROR_NONE);
    CHECK(back.length == size && (size == 0 || memcmp(back.bytes, bytes, size) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE char *text = memory_text_n((const char *)bytes, size);
    struct web_pair cookie = {"Cookie", text};
    struct web_request request = {.arena = arena, .headers = {&cookie, 1}};

    check_query(arena, text);
    check_forwarded(arena, "X-Forwarded-For", text);
    check_forwarded(arena, "X-Forwarded-Host", text);
    check_forwarded(arena, "X-Forwarded-Proto", text);
    check_forwarded(arena, "Forwarded", text);
    check_response(arena, text);
    check_unpacking((const char *)bytes, size);
    web_decode(arena, (const char *)bytes, size, false);
    web_request_cookie(&request, "a");
    web_etag_is_listed(text, "\"a\"");
    compression_choose(text);
    compression_suits(text);
    return 0;
}

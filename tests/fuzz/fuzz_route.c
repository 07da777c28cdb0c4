#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "api/routes.h"
#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct route table[] = {
    {.id = "root", .method = WEB_GET, .path = "/"},
    {.id = "lists", .method = WEB_GET, .path = "/api/lists"},
    {.id = "change", .method = WEB_GET, .path = "/api/lists/{id}"},
    {.id = "find", .method = WEB_GET, .path = "/api/lists/{list_type}/{list_id...}"},
    {.id = "items", .method = WEB_GET, .path = "/api/lists/{list_type}/{list_id...}/items"},
    {.id = NULL},
};

/* Whatever fits, its values are whole, printable texts that lead nowhere else. */
static void check_match(const struct route_match *match)
{
    for (size_t i = 0; i < match->in_path.count; i++) {
        const char *value = match->in_path.items[i].value;
        CHECK(value && *value && match->in_path.items[i].name[0]);
        CHECK(text_is_valid_utf8(value, strlen(value)));
        CHECK(strcmp(value, "..") != 0 && strcmp(value, ".") != 0);
        for (const char *at = value; *at; at++)
            CHECK((unsigned char)*at >= 0x20 && *at != 0x7F);
    }
}

static void find(const char *path)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct route *routes[ARRAY_LENGTH(table)] = {NULL};
    const struct web_request request = {.arena = arena, .method = WEB_GET, .path = path};
    struct route_match match;

    for (size_t i = 0; table[i].id; i++)
        routes[i] = &table[i];
    route_find(routes, &request, &match);
    check_match(&match);
    route_find(routes_all(), &request, &match);
    check_match(&match);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)bytes, size);
    AUTO_FREE char *below = memory_print("/api/lists/imdb/%s", text);

    find(text);
    find(below);
    return 0;
}

#include "web/libraries.h"

#include <string.h>

#include "web/compression.h"
#include "web/server.h"
#include "web/websocket.h"

static const char *brotli_version(struct arena *arena)
{
    uint32_t version = compression_brotli_version();

    return arena_print(arena, "%u.%u.%u", (unsigned)(version >> 24),
                       (unsigned)(version >> 12 & 0xfff), (unsigned)(version & 0xfff));
}

const struct diagnostics_library *libraries_all(struct arena *arena)
{
    const struct diagnostics_library libraries[] = {
        {"libmicrohttpd", web_server_library_version()},
        {"wslay", websocket_library_version()},
        {"libcrypto", websocket_libcrypto_version()},
        {"zlib", compression_zlib_version()},
        {"brotli", brotli_version(arena)},
        {0},
    };

    return memcpy(arena_take(arena, sizeof(libraries)), libraries, sizeof(libraries));
}

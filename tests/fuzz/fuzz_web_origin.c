/* Any bytes as Host, Origin and lists of them: what is taken is harmless and stays the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "web/web_origin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_host(const struct web_host *host)
{
    struct web_host again;

    CHECK(*host->name && strlen(host->name) < WEB_HOST_SIZE);
    CHECK(host->port >= 0 && host->port <= 65535);
    CHECK(!strpbrk(host->name, " \t\r\n;,/@\"'"));
    AUTO_FREE char *text = memory_print(strchr(host->name, ':') ? "[%s]" : "%s", host->name);
    if (host->name[strlen(host->name) - 1] != '.')
        CHECK(web_host_parse(text, &again) && strcmp(again.name, host->name) == 0);
    (void)web_host_is_private(host);
}

static void try_lists(const char *text)
{
    AUTO(web_origins_release) struct web_origins origins;
    AUTO(web_hosts_release) struct web_hosts hosts;
    struct error error = {0};

    CHECK(web_origins_parse(text, &origins, &error) == ERROR_NONE || *error.message);
    for (size_t i = 0; i < origins.count; i++)
        CHECK(web_origins_hold(&origins, &origins.items[i]));
    CHECK(web_hosts_parse(text, &hosts, &error) == ERROR_NONE || *error.message);
    for (size_t i = 0; i < hosts.count; i++)
        CHECK(web_hosts_hold(&hosts, &hosts.items[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_FREE char *text = memory_text_n((const char *)data, size);
    struct web_origin origin;
    struct web_host host;

    if (web_host_parse(text, &host))
        check_host(&host);
    if (web_origin_parse(text, &origin)) {
        check_host(&origin.host);
        CHECK(web_origin_is(&origin, &origin.host, origin.is_secure));
    }
    try_lists(text);
    return 0;
}

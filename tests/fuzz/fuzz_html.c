#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "net/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void ask_about(struct html *html)
{
    AUTO_NODES struct html_nodes nodes = html_find(html, NULL, "//*");

    for (size_t i = 0; i < nodes.count && i < 100; i++) {
        free(html_text(html, nodes.items[i], "."));
        free(html_attribute(nodes.items[i], "href"));
        free(html_text(html, nodes.items[i], "@*[1]"));
    }
    html_first(html, NULL, "//*[local-name()='filmTitle']");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    AUTO_HTML struct html *page = NULL;
    AUTO_HTML struct html *feed = NULL;

    if (html_parse((const char *)bytes, size, &page, NULL) == ERROR_NONE)
        ask_about(page);
    if (html_parse_xml((const char *)bytes, size, &feed, NULL) == ERROR_NONE)
        ask_about(feed);
    return 0;
}

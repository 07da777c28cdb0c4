#include "web/message.h"

#include <string.h>

static const char *const method_words[] = {
    [WEB_GET] = "GET",     [WEB_HEAD] = "HEAD",     [WEB_POST] = "POST",       [WEB_PUT] = "PUT",
    [WEB_PATCH] = "PATCH", [WEB_DELETE] = "DELETE", [WEB_OPTIONS] = "OPTIONS",
};

const char *web_method_word(enum web_method method)
{
    return method_words[method];
}

bool web_method_from_word(const char *word, enum web_method *ret)
{
    for (size_t i = 0; i < sizeof(method_words) / sizeof(*method_words); i++) {
        if (strcmp(method_words[i], word) != 0)
            continue;
        *ret = (enum web_method)i;
        return true;
    }
    return false;
}

#include "net/transport_file.h"

#include <string.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"

static const char scheme[] = "file:";

bool transport_file_is_for(const struct http_request *request)
{
    return text_starts_with(request->url, scheme);
}

enum error_code transport_file_answer(const struct http_request *request,
                                      struct http_response *response, struct error *error)
{
    const char *path = request->url + strlen(scheme);
    struct error why = {0};

    if (text_starts_with(path, "///"))
        path += 2;
    if (files_check_plain(path, error))
        return ERROR_STORE;
    response->url = memory_text(request->url);
    response->status = 200;
    if (files_read(path, &response->body, &why) == ERROR_NOT_FOUND)
        response->status = 404;
    else if (why.code)
        return error_set(error, why.code, "%s", why.message);
    return ERROR_NONE;
}

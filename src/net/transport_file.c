#include "net/transport_file.h"

#include <string.h>
#include <sys/stat.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"

static const char scheme[] = "file:";

bool transport_file_is_for(const struct http_request *request)
{
    return text_starts_with(request->url, scheme);
}

/* A pipe or a device could keep us waiting for ever. */
static bool is_plain_file(const char *path)
{
    struct stat facts;

    return stat(path, &facts) != 0 || S_ISREG(facts.st_mode);
}

enum error_code transport_file_answer(const struct http_request *request,
                                      struct http_response *response, struct error *error)
{
    const char *path = request->url + strlen(scheme);
    struct error why = {0};

    if (text_starts_with(path, "///"))
        path += 2;
    if (!is_plain_file(path))
        return error_set(error, ERROR_STORE, "%s is no plain file", path);
    response->url = memory_text(request->url);
    response->status = 200;
    if (files_read(path, &response->body, &why) == ERROR_NOT_FOUND)
        response->status = 404;
    else if (why.code)
        return error_set(error, why.code, "%s", why.message);
    return ERROR_NONE;
}

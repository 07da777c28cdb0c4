#include "providers/forms.h"

#include <string.h>

#include "base/text.h"

bool forms_is_file(const char *input)
{
    return text_starts_with(input, "file:") && input[strlen("file:")];
}

enum error_code forms_set(struct list_ref *ret, const char *id, const char *page,
                          struct error *error)
{
    if (strlen(id) >= sizeof(ret->id) || strlen(page) >= sizeof(ret->url))
        return forms_refuse(id, "is too long for a list", error);
    text_copy(ret->id, sizeof(ret->id), id);
    text_copy(ret->url, sizeof(ret->url), page);
    return ERROR_NONE;
}

enum error_code forms_refuse(const char *input, const char *what, struct error *error)
{
    return error_set(error, ERROR_USAGE, "\"%.160s\" %s", input, what);
}

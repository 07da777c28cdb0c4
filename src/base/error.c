#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum error_code error_set(struct error *error, enum error_code code, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return code;
    error->code = code;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return code;
}

enum error_code error_prefix(struct error *error, const char *format, ...)
{
    char context[sizeof(error->message)];
    char whole[2 * sizeof(error->message) + 2];
    va_list arguments;

    if (!error)
        return ERROR_STORE;
    va_start(arguments, format);
    vsnprintf(context, sizeof(context), format, arguments);
    va_end(arguments);
    snprintf(whole, sizeof(whole), "%s: %s", context, error->message);
    memcpy(error->message, whole, sizeof(error->message));
    error->message[sizeof(error->message) - 1] = '\0';
    return error->code;
}

#include "app/dotenv.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static bool is_name(const char *text)
{
    if (!isalpha((unsigned char)*text) && *text != '_')
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && *text != '_')
            return false;
    return true;
}

static char unescaped(char byte)
{
    return byte == 'n' ? '\n' : byte == 't' ? '\t' : byte;
}

/* Unquotes in place from after the opening quote; false when the closing one is missing. */
static bool unquote(char *text, char quote)
{
    char *to = text;

    for (; *text && *text != quote; text++) {
        if (quote == '"' && *text == '\\' && text[1])
            *to++ = unescaped(*++text);
        else
            *to++ = *text;
    }
    bool closed = *text == quote;
    *to = '\0';
    return closed;
}

static void cut_comment(char *value)
{
    for (char *at = value; *at; at++) {
        if (*at == '#' && (at == value || isspace((unsigned char)at[-1]))) {
            *at = '\0';
            return;
        }
    }
}

static bool read_value(char **value)
{
    *value = text_trim(*value);
    if (**value == '"' || **value == '\'') {
        char quote = *(*value)++;
        return unquote(*value, quote);
    }
    cut_comment(*value);
    *value = text_trim(*value);
    return true;
}

/* Cuts a line into name and value; false when it is no setting. */
static bool split(char *line, char **name, char **value)
{
    char *equals = strchr(line, '=');

    if (!equals)
        return false;
    *equals = '\0';
    if (text_starts_with(line, "export") && isspace((unsigned char)line[strlen("export")]))
        line += strlen("export");
    *name = text_trim(line);
    *value = equals + 1;
    return is_name(*name) && read_value(value);
}

enum error_code dotenv_read(const char *text, const char *file_name,
                            enum error_code (*visit)(void *context, const char *name,
                                                     const char *value, struct error *error),
                            void *context, struct error *error)
{
    AUTO_FREE char *copy = memory_text(text);
    char *rest = text_after_mark(copy);
    char *line;

    for (int number = 1; (line = strsep(&rest, "\n")); number++) {
        char *name = NULL;
        char *value = NULL;
        line = text_trim(line);
        if (!*line || *line == '#')
            continue;
        if (!split(line, &name, &value))
            return error_set(error, ERROR_USAGE, "%s line %d is not of the form NAME=VALUE",
                             file_name, number);
        enum error_code rc = visit(context, name, value, error);
        if (rc)
            return rc;
    }
    return ERROR_NONE;
}

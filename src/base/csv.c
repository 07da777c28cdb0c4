#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

void csv_init(struct csv *csv, const char *bytes, size_t length)
{
    size_t valid_length = 0;

    *csv = (struct csv){.text = text_valid_utf8(bytes, length, &valid_length), .next_line = 1};
    csv->at = csv->text;
}

void csv_release(struct csv *csv)
{
    free(csv->text);
    *csv = (struct csv){0};
}

/* Reads a quoted field from after its first quote; returns where it ended. */
static char *read_quoted(struct csv *csv, char *from)
{
    char *to = from;

    while (*from) {
        if (*from == '"' && from[1] != '"')
            return *to = '\0', from + 1;
        if (*from == '"')
            from++;
        csv->next_line += *from == '\n';
        *to++ = *from++;
    }
    *to = '\0';
    return from;
}

static void keep(struct csv *csv, char *field)
{
    if (csv->count < CSV_FIELDS)
        csv->fields[csv->count++] = field;
}

/* Reads one field; true when the row goes on. */
static bool read_field(struct csv *csv)
{
    char *field = csv->at;
    char *end = field;

    if (*field == '"')
        end = read_quoted(csv, ++field);
    end += strcspn(end, ",\r\n");
    char stop = *end;
    *end = '\0';
    keep(csv, field);
    if (!stop) {
        csv->at = end;
        return false;
    }
    csv->at = end + 1;
    if (stop == '\r' && *csv->at == '\n')
        csv->at++;
    return stop == ',';
}

bool csv_next(struct csv *csv)
{
    if (!*csv->at)
        return false;
    csv->count = 0;
    csv->line = csv->next_line++;
    while (read_field(csv))
        ;
    return true;
}

int csv_find(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->count; i++)
        if (text_equal_ignoring_case(csv->fields[i], name))
            return (int)i;
    return -1;
}

const char *csv_field(const struct csv *csv, int column)
{
    return column >= 0 && (size_t)column < csv->count ? csv->fields[column] : "";
}

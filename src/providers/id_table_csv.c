#include "base/csv.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/id_table.h"

static bool is_blank(const struct csv *csv)
{
    return csv->count == 1 && !csv->fields[0][0];
}

/*
 * A list of Letterboxd's data export begins with a line that says so and a small table about the
 * list itself; the films follow after an empty line.
 */
static bool skip_letterboxd_preamble(struct csv *csv, struct fetch *fetch)
{
    int name = -1;

    for (int row = 0; csv_next(csv) && !is_blank(csv); row++) {
        if (row == 0)
            name = csv_find(csv, "Name");
        else
            text_copy(fetch->name, sizeof(fetch->name), csv_field(csv, name));
    }
    return csv_next(csv);
}

/* Moves to the row with the names of the columns: empty lines and comments may come before it. */
static bool find_header(struct csv *csv, struct fetch *fetch)
{
    while (csv_next(csv)) {
        if (text_starts_with(csv->fields[0], "Letterboxd list export"))
            return skip_letterboxd_preamble(csv, fetch);
        if (!is_blank(csv) && csv->fields[0][0] != '#')
            return true;
    }
    return false;
}

struct header {
    int columns[CSV_FIELDS]; /* names of id_table, in the order of the columns */
    bool has_id;
    bool has_title;
    bool has_year;
};

static void read_header(const struct csv *csv, struct header *ret)
{
    *ret = (struct header){0};
    for (size_t i = 0; i < csv->count; i++) {
        int name = ret->columns[i] = id_table_name(csv->fields[i]);
        if (name == ID_NAME_NONE)
            continue;
        ret->has_id |= id_table_column(name) < ID_COLUMN_TITLE;
        ret->has_title |= id_table_column(name) == ID_COLUMN_TITLE;
        ret->has_year |= id_table_column(name) == ID_COLUMN_YEAR;
    }
}

/* One word like "name" stands in any text: without rows it is no table, and no empty list. */
static bool is_table(const struct header *header, size_t rows)
{
    return header->has_id || (header->has_title && (rows > 0 || header->has_year));
}

static void read_rows(struct id_table *table, struct csv *csv, const int columns[CSV_FIELDS])
{
    size_t column_count = csv->count;

    while (csv_next(csv)) {
        struct id_row row = {0};
        if (is_blank(csv))
            continue;
        for (size_t i = 0; i < csv->count && i < column_count; i++)
            id_table_take(&row, columns[i], text_trim(csv->fields[i]));
        if (!id_table_add(table, &row, csv->line))
            return;
    }
}

bool id_table_csv_read(struct id_table *table, const char *bytes, size_t length)
{
    struct csv csv AUTO(csv_release);
    struct header header;

    csv_init(&csv, bytes, length);
    if (!find_header(&csv, table->fetch))
        return false;
    read_header(&csv, &header);
    if (!header.has_id && !header.has_title)
        return false;
    read_rows(table, &csv, header.columns);
    return is_table(&header, table->rows);
}

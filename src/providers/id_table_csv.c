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

/* The names of the columns, in their order; false when none of them can name a title. */
static bool read_header(const struct csv *csv, int columns[CSV_FIELDS])
{
    bool names_titles = false;

    for (size_t i = 0; i < csv->count; i++) {
        columns[i] = id_table_name(csv->fields[i]);
        names_titles |=
            columns[i] != ID_NAME_NONE && id_table_column(columns[i]) <= ID_COLUMN_TITLE;
    }
    return names_titles;
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
    int columns[CSV_FIELDS];

    csv_init(&csv, bytes, length);
    if (!find_header(&csv, table->fetch) || !read_header(&csv, columns))
        return false;
    read_rows(table, &csv, columns);
    return true;
}

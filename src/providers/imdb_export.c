#include "providers/imdb_export.h"

#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "providers/imdb_titles.h"

struct columns {
    int id, title, original_title, kind, year, position;
};

static struct columns find_columns(const struct csv *csv)
{
    int title = csv_find(csv, "Title");

    return (struct columns){
        .id = csv_find(csv, "Const"),
        .title = title >= 0 ? title : csv_find(csv, "Name"),
        .original_title = csv_find(csv, "Original Title"),
        .kind = csv_find(csv, "Title Type"),
        .year = csv_find(csv, "Year"),
        .position = csv_find(csv, "Position"),
    };
}

static int number_in(const struct csv *csv, int column, int high)
{
    int64_t number = 0;

    return text_to_integer(csv_field(csv, column), 1, high, &number) ? (int)number : 0;
}

static bool read_row(const struct csv *csv, const struct columns *columns, struct entry *entry)
{
    const char *id = csv_field(csv, columns->id);
    const char *title = csv_field(csv, columns->title);
    const char *original = csv_field(csv, columns->original_title);

    *entry = (struct entry){
        .title = title,
        .original_title = !*original || text_equal(title, original) ? NULL : original,
        .year = number_in(csv, columns->year, 9999),
        .rank = number_in(csv, columns->position, ENTRY_LIST_MAX),
    };
    imdb_titles_set_kind(entry, csv_field(csv, columns->kind));
    if (text_starts_with(id, "nm"))
        entry->unsupported = "a person";
    return ids_set_imdb(&entry->ids, id) || entry->unsupported;
}

static bool is_blank(const struct csv *csv)
{
    return csv->count == 1 && !*csv_field(csv, 0);
}

/* Every row with something in it counts; one without a title's id is not read. */
void imdb_export_read(struct fetch *fetch, const struct http_response *response)
{
    AUTO_CSV struct csv csv = {0};
    struct entry entry;

    csv_init(&csv, buffer_string(&response->body), response->body.length);
    bool has_header = csv_next(&csv);
    struct columns columns = find_columns(&csv);
    if (!has_header || columns.id < 0 || columns.title < 0) {
        fetch_not_understood(fetch, "an IMDb export with the columns Const and Title",
                             has_header ? "other columns" : "an empty file");
        return;
    }
    fetch->total = 0;
    while (csv_next(&csv)) {
        if (is_blank(&csv))
            continue;
        fetch->total++;
        if (read_row(&csv, &columns, &entry) && !fetch_add(fetch, &entry))
            return;
    }
    fetch_complete(fetch);
}

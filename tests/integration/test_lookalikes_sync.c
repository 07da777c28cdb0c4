/*
 * The look-alike titles, end to end: whatever part of the truth a list knows, the right title is
 * requested or none. Seerr knows all of them and answers searches as the simulator does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/memory.h"
#include "support/report.h"

enum { ROWS_FEWEST = 60, ROWS_MOST = 1000, COLUMNS = 9 };

static const char titles_path[] = LISTSYNC_TESTS_DIR "/recorded/lookalikes/titles.tsv";

struct row {
    const char *kind, *tmdb, *imdb, *tvdb, *title, *original_title;
    int year;
};

static struct {
    struct buffer text;
    struct row rows[ROWS_MOST];
    size_t count;
} set = {.text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT)};

static void add_row(char *line)
{
    const char *columns[COLUMNS] = {0};
    char *rest = line;

    for (size_t i = 0; i < COLUMNS; i++) {
        columns[i] = strsep(&rest, "\t");
        assert_non_null(columns[i]);
    }
    assert_true(set.count < ROWS_MOST);
    set.rows[set.count++] = (struct row){columns[0], columns[1], columns[2],      columns[3],
                                         columns[4], columns[5], atoi(columns[6])};
}

static int read_titles(void **state)
{
    struct error error = {0};

    (void)state;
    assert_int_equal(files_read(titles_path, &set.text, &error), ERROR_NONE);
    char *rest = set.text.bytes;
    char *line = strsep(&rest, "\n"); /* the names of the columns */
    while ((line = strsep(&rest, "\n")))
        if (*line && *line != '#')
            add_row(line);
    assert_true(set.count >= ROWS_FEWEST);
    return 0;
}

static int release_titles(void **state)
{
    (void)state;
    buffer_release(&set.text);
    return 0;
}

/* What the list knows of each title, and of how many in a hundred that must be enough. */
static const struct knowledge {
    const char *about;
    bool imdb, tmdb, tvdb, title, original_title, year, kind;
    int years_off;
    size_t percent;
} knowledges[] = {
    {.about = "IMDb id", .imdb = true, .percent = 100},
    {.about = "IMDb id and title", .imdb = true, .title = true, .year = true, .percent = 100},
    {.about = "TMDB id and kind", .tmdb = true, .kind = true, .percent = 100},
    {.about = "TMDB id without kind", .tmdb = true},
    {.about = "all ids", .imdb = true, .tmdb = true, .tvdb = true, .kind = true, .percent = 100},
    {.about = "TVDB id and kind", .tvdb = true, .kind = true, .title = true, .year = true},
    {.about = "title", .title = true},
    {.about = "title and kind", .title = true, .kind = true},
    {.about = "title and year", .title = true, .year = true, .percent = 90},
    {.about = "title, year and kind", .title = true, .year = true, .kind = true, .percent = 95},
    {.about = "original title, year and kind",
     .original_title = true,
     .year = true,
     .kind = true,
     .percent = 80},
    {.about = "title, kind, year before",
     .title = true,
     .year = true,
     .kind = true,
     .years_off = -1,
     .percent = 95},
    {.about = "title, kind, year after",
     .title = true,
     .year = true,
     .kind = true,
     .years_off = 1,
     .percent = 95},
};

static void quote(struct buffer *csv, const char *text)
{
    buffer_byte(csv, '"');
    for (; *text; text++)
        buffer_print(csv, *text == '"' ? "\"\"" : "%c", *text);
    buffer_byte(csv, '"');
}

static const char *name_of(const struct row *row, const struct knowledge *knowledge)
{
    if (knowledge->original_title)
        return *row->original_title ? row->original_title : row->title;
    return knowledge->title ? row->title : "";
}

static void write_list(const struct world *world, const struct knowledge *knowledge)
{
    AUTO_BUFFER struct buffer csv = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    buffer_text(&csv, "imdb_id,tmdb_id,tvdb_id,type,year,title\n");
    for (size_t i = 0; i < set.count; i++) {
        const struct row *row = &set.rows[i];
        buffer_print(&csv, "%s,%s,%s,%s,", knowledge->imdb ? row->imdb : "",
                     knowledge->tmdb ? row->tmdb : "", knowledge->tvdb ? row->tvdb : "",
                     knowledge->kind ? row->kind : "");
        if (knowledge->year)
            buffer_print(&csv, "%d", row->year + knowledge->years_off);
        buffer_byte(&csv, ',');
        quote(&csv, name_of(row, knowledge));
        buffer_byte(&csv, '\n');
    }
    world_write(world, "list.csv", buffer_string(&csv));
}

/* A request is right if it is for the very title of each row that it came from. */
static void check_item(const struct json_value *item, const struct knowledge *knowledge)
{
    char found[64], wanted[64];
    const struct json_value *sources = json_value_get(item, "sources");

    snprintf(found, sizeof(found), "%s:%lld", json_value_get_text(item, "media_type"),
             (long long)json_value_get_integer(item, "tmdb_id"));
    assert_true(json_value_count(sources) > 0);
    for (size_t i = 0; i < json_value_count(sources); i++) {
        int64_t rank = json_value_get_integer(json_value_at(sources, i), "rank");
        assert_in_range(rank, 1, set.count);
        const struct row *row = &set.rows[rank - 1];
        snprintf(wanted, sizeof(wanted), "%s:%s", row->kind, row->tmdb);
        if (strcmp(found, wanted) != 0)
            fail_msg("%s of \"%s\" (%d, %s) led to %s", knowledge->about, row->title, row->year,
                     wanted, found);
    }
}

static void try_knowledge(const struct world *world, const struct knowledge *knowledge)
{
    struct report report;
    size_t requests = 0;

    write_list(world, knowledge);
    report_sync(world, (const char *[]){"--dry-run", NULL}, &report);
    const struct json_value *items = json_value_get(report.document, "items");
    for (size_t i = 0; i < json_value_count(items); i++) {
        const struct json_value *item = json_value_at(items, i);
        const char *decision = json_value_get_text(item, "decision");
        if (strcmp(decision, "request") == 0) {
            check_item(item, knowledge);
            requests++;
        } else {
            assert_string_equal(decision, "unmatched");
            assert_string_not_equal(json_value_get_text(item, "reason"), "");
        }
    }
    if (requests * 100 < knowledge->percent * set.count)
        fail_msg("%s: %zu of %zu found", knowledge->about, requests, set.count);
    report_release(&report);
}

static void the_right_title_is_requested_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(knowledges); i++) {
        struct world world;
        world_open(&world, (const char *[]){"--catalogue", titles_path, NULL});
        world_set(&world, "CUSTOM_LISTS", "file:list.csv");
        try_knowledge(&world, &knowledges[i]);
        world_close(&world);
    }
}

/* Titles that Seerr does not know by any id must never end as the one beside them. */
static void a_title_that_is_missing_in_tmdb_stays_unmatched(void **state)
{
    struct world world;
    struct report report;

    (void)state;
    world_open(&world, NULL);
    world_write(&world, "list.csv",
                "title,year,type\nThe Matrixx,1999,movie\nMatrix,1999,movie\n"
                "The Matrix,1999,tv\nThe Matrix,1996,movie\nThe Matrix: Reloading,2003,movie\n");
    world_set(&world, "CUSTOM_LISTS", "file:list.csv");
    report_sync(&world, NULL, &report);
    assert_int_equal(report_requests(&world.sim), 0);
    assert_int_equal(report_count(&report, "unmatched"), 5);
    report_release(&report);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_title_is_requested_or_none),
        cmocka_unit_test(a_title_that_is_missing_in_tmdb_stays_unmatched),
    };
    return cmocka_run_group_tests(tests, read_titles, release_titles);
}

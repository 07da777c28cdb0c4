/*
 * The promise that there is never a wrong match, tried on real titles that are easily confused:
 * whatever part of the truth a list knows, the right title is found or none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/files.h"
#include "base/memory.h"
#include "model/match.h"
#include "model/merge.h"
#include "model/title.h"

enum { ROWS_MIN = 60, ROWS_MAX = 2000, COLUMNS = 9, TITLE_SIZE = 300 };

struct row {
    enum media_type kind;
    int64_t tmdb, tvdb;
    const char *imdb, *title, *original_title;
    int year;
};

static struct {
    struct buffer text;
    struct row rows[ROWS_MAX];
    struct candidate candidates[ROWS_MAX]; /* the same, as the search would find them */
    size_t count;
} set = {.text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT)};

static void add_row(char *line)
{
    const char *fields[COLUMNS] = {0};
    char *rest = line;

    for (int i = 0; i < COLUMNS; i++) {
        fields[i] = strsep(&rest, "\t");
        assert_non_null(fields[i]);
    }
    assert_true(set.count < ROWS_MAX);
    struct row *row = &set.rows[set.count];
    *row = (struct row){.kind = media_type_from_word(fields[0]),
                        .tmdb = atoll(fields[1]),
                        .imdb = fields[2],
                        .tvdb = atoll(fields[3]),
                        .title = fields[4],
                        .original_title = *fields[5] ? fields[5] : NULL,
                        .year = atoi(fields[6])};
    assert_true(row->kind != MEDIA_UNKNOWN && row->tmdb > 0 && row->year > 0 && *row->title);
    set.candidates[set.count++] = (struct candidate){.media_type = row->kind,
                                                     .tmdb = row->tmdb,
                                                     .title = row->title,
                                                     .original_title = row->original_title,
                                                     .year = row->year};
}

static int load(void **state)
{
    struct error error = {0};

    (void)state;
    if (files_read(LISTSYNC_TESTS_DIR "/recorded/lookalikes/titles.tsv", &set.text, &error)) {
        print_error("%s\n", error.message);
        return -1;
    }
    char *rest = set.text.bytes;
    strsep(&rest, "\n"); /* the names of the columns */
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line)
            add_row(line);
    return 0;
}

static int release(void **state)
{
    (void)state;
    buffer_release(&set.text);
    return 0;
}

/* What a list may know of a title. */
enum spelling { AS_IS, LOWER_CASE, NO_ACCENTS, OTHER_PUNCTUATION, ORIGINAL, NO_TITLE, SPELLINGS };
enum year_known { YEAR_RIGHT, YEAR_LESS, YEAR_MORE, NO_YEAR, YEARS };

struct knowledge {
    bool imdb, tmdb, tvdb;
    enum spelling spelling;
    enum year_known year;
    enum media_type kind;
};

struct replacement {
    const char *from, *to;
};

static const struct replacement accents[] = {
    {"é", "e"}, {"É", "E"}, {"è", "e"}, {"ê", "e"}, {"ë", "e"}, {"à", "a"}, {"á", "a"},  {"â", "a"},
    {"ä", "a"}, {"ç", "c"}, {"í", "i"}, {"î", "i"}, {"ï", "i"}, {"ñ", "n"}, {"ó", "o"},  {"ô", "o"},
    {"ö", "o"}, {"ō", "o"}, {"ø", "o"}, {"ú", "u"}, {"ü", "u"}, {"û", "u"}, {"æ", "ae"},
};

static const struct replacement punctuation[] = {
    {": ", " - "}, {"·", "-"},   {"*", ""}, {"'", "’"},
    {"-", " "},    {"&", "and"}, {"!", ""}, {", ", " "},
};

/* At each place the first replacement that fits. */
static void replace(char *text, const char *source, const struct replacement *table, size_t count)
{
    char *to = text;

    while (*source && to < text + TITLE_SIZE - 8) {
        size_t i = 0;
        while (i < count && strncmp(source, table[i].from, strlen(table[i].from)) != 0)
            i++;
        if (i == count) {
            *to++ = *source++;
            continue;
        }
        to = stpcpy(to, table[i].to);
        source += strlen(table[i].from);
    }
    *to = '\0';
}

static void spell(const struct row *row, enum spelling spelling, char text[TITLE_SIZE])
{
    snprintf(text, TITLE_SIZE, "%s", row->title);
    switch (spelling) {
    case LOWER_CASE:
        for (char *at = text; *at; at++)
            *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
        break;
    case NO_ACCENTS:
        replace(text, row->title, accents, ARRAY_LENGTH(accents));
        break;
    case OTHER_PUNCTUATION:
        replace(text, row->title, punctuation, ARRAY_LENGTH(punctuation));
        break;
    case ORIGINAL:
        snprintf(text, TITLE_SIZE, "%s", row->original_title ? row->original_title : "");
        break;
    case NO_TITLE:
        *text = '\0';
        break;
    case AS_IS:
    case SPELLINGS:
        break;
    }
}

static struct entry entry_of(const struct row *row, const struct knowledge *known,
                             char text[TITLE_SIZE])
{
    static const int shift[YEARS] = {[YEAR_RIGHT] = 0, [YEAR_LESS] = -1, [YEAR_MORE] = 1};
    struct entry entry = {
        .title = text,
        .year = known->year == NO_YEAR ? 0 : row->year + shift[known->year],
        .media_type = known->kind,
        .ids = {.tmdb = known->tmdb ? row->tmdb : 0, .tvdb = known->tvdb ? row->tvdb : 0},
        .rank = 1,
    };

    spell(row, known->spelling, text);
    if (known->imdb)
        ids_set_imdb(&entry.ids, row->imdb);
    return entry;
}

/* By the rules of the real resolver: ids decide, in this order; a title only without any. */
static const struct candidate *resolve(const struct item *item)
{
    bool has_kind = item->media_type != MEDIA_UNKNOWN;

    for (size_t i = 0; i < set.count; i++)
        if (has_kind && item->media_type == set.rows[i].kind && item->ids.tmdb &&
            item->ids.tmdb == set.rows[i].tmdb)
            return &set.candidates[i];
    for (size_t i = 0; i < set.count; i++)
        if (*item->ids.imdb && strcmp(item->ids.imdb, set.rows[i].imdb) == 0)
            return &set.candidates[i];
    for (size_t i = 0; i < set.count; i++)
        if (has_kind && item->media_type == set.rows[i].kind && item->ids.tvdb &&
            item->ids.tvdb == set.rows[i].tvdb)
            return &set.candidates[i];
    return match_choose(item->title, item->original_title, item->year, item->media_type,
                        set.candidates, set.count, true)
        .chosen;
}

static const struct candidate *find(const struct entry *entry)
{
    static const struct list_ref ref = {.type = "imdb", .id = "ls1"};
    AUTO_ARENA struct arena *arena = arena_new();
    const struct merge_list list = {.ref = &ref, .entries = entry, .count = 1};
    struct item_list items;

    item_list_init(&items, arena);
    merge_lists(&list, 1, &items);
    assert_int_equal(items.count, 1);
    const struct candidate *found = resolve(&items.items[0]);
    item_list_release(&items);
    return found;
}

static bool share_a_title(const struct row *a, const struct row *b)
{
    return title_same(a->title, b->title) || title_same(a->title, b->original_title) ||
           title_same(a->original_title, b->title) ||
           title_same(a->original_title, b->original_title);
}

static bool has_twin(size_t of)
{
    const struct row *row = &set.rows[of];

    for (size_t i = 0; i < set.count; i++)
        if (i != of && set.rows[i].kind == row->kind && abs(set.rows[i].year - row->year) <= 1 &&
            share_a_title(&set.rows[i], row))
            return true;
    return false;
}

static bool must_be_found(const struct row *row, const struct knowledge *known, bool is_twin)
{
    bool by_imdb = known->imdb && *row->imdb;
    bool by_number = known->kind == row->kind && (known->tmdb || (known->tvdb && row->tvdb));
    bool by_title = known->spelling < ORIGINAL && known->year == YEAR_RIGHT &&
                    known->kind == row->kind && !is_twin;

    return by_imdb || by_number || by_title;
}

static void try(size_t of, const struct knowledge *known, bool is_twin)
{
    const struct row *row = &set.rows[of];
    char text[TITLE_SIZE];
    const struct entry entry = entry_of(row, known, text);
    const struct candidate *found = find(&entry);

    if (found == &set.candidates[of] || (!found && !must_be_found(row, known, is_twin)))
        return;
    fail_msg("%s \"%s\" (%d) known as \"%s\" (%d), %s, imdb \"%s\", tmdb %d, tvdb %d: found %s "
             "\"%s\" (%d)",
             media_type_word(row->kind), row->title, row->year, entry.title, entry.year,
             media_type_word(entry.media_type), entry.ids.imdb, (int)entry.ids.tmdb,
             (int)entry.ids.tvdb, found ? media_type_word(found->media_type) : "nothing",
             found ? found->title : "", found ? found->year : 0);
}

static void test_the_set_is_large_enough(void **state)
{
    (void)state;
    assert_true(set.count >= ROWS_MIN);
    for (size_t i = 0; i < set.count; i++) {
        struct ids ids = {0};
        assert_true(!*set.rows[i].imdb || ids_set_imdb(&ids, set.rows[i].imdb));
        for (size_t k = i + 1; k < set.count; k++) {
            assert_false(set.rows[i].kind == set.rows[k].kind &&
                         set.rows[i].tmdb == set.rows[k].tmdb);
            assert_false(*set.rows[i].imdb && strcmp(set.rows[i].imdb, set.rows[k].imdb) == 0);
        }
    }
}

static void try_every_spelling(size_t of, struct knowledge known, bool is_twin)
{
    for (int spelling = AS_IS; spelling < SPELLINGS; spelling++)
        for (int year = YEAR_RIGHT; year < YEARS; year++) {
            known.spelling = (enum spelling)spelling;
            known.year = (enum year_known)year;
            try(of, &known, is_twin);
        }
}

static void test_whatever_is_known_the_right_one_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.count; i++) {
        bool is_twin = has_twin(i);
        for (unsigned bits = 0; bits < 16; bits++) {
            const struct knowledge known = {.imdb = bits & 1,
                                            .tmdb = bits & 2,
                                            .tvdb = bits & 4,
                                            .kind = bits & 8 ? set.rows[i].kind : MEDIA_UNKNOWN};
            try_every_spelling(i, known, is_twin);
        }
    }
}

static void test_a_wrong_kind_beside_the_right_imdb_id(void **state)
{
    (void)state;
    for (size_t i = 0; i < set.count; i++) {
        const struct knowledge known = {
            .imdb = true, .kind = set.rows[i].kind == MEDIA_TV ? MEDIA_MOVIE : MEDIA_TV};
        if (*set.rows[i].imdb)
            try_every_spelling(i, known, has_twin(i));
    }
}

static void fill_list(struct entry *entries, bool imdb, bool tmdb, char (*texts)[TITLE_SIZE])
{
    for (size_t i = 0; i < set.count; i++) {
        const struct knowledge known = {.imdb = imdb || !tmdb,
                                        .tmdb = tmdb,
                                        .tvdb = tmdb,
                                        .kind = tmdb ? set.rows[i].kind : MEDIA_UNKNOWN};
        entries[i] = entry_of(&set.rows[i], &known, texts[i]);
        entries[i].rank = (int)i + 1;
    }
}

/* Three lists of everything: one knows IMDb ids, one numbered ids, one all of them. */
static void test_lists_of_everything_join_title_by_title(void **state)
{
    static const struct list_ref refs[] = {
        {.type = "imdb", .id = "a"}, {.type = "trakt", .id = "b"}, {.type = "mdblist", .id = "c"}};
    AUTO_ARENA struct arena *arena = arena_new();
    AUTO_FREE struct entry *entries = memory_array(3 * set.count, sizeof(*entries));
    AUTO_FREE char(*texts)[TITLE_SIZE] = memory_array(3 * set.count, TITLE_SIZE);
    struct merge_list lists[3];
    struct item_list items;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        fill_list(entries + i * set.count, i != 1, i != 0, texts + i * set.count);
        lists[i] = (struct merge_list){
            .ref = &refs[i], .entries = entries + i * set.count, .count = set.count};
    }
    item_list_init(&items, arena);
    merge_lists(lists, 3, &items);
    assert_int_equal(items.count, set.count);
    for (size_t i = 0; i < items.count; i++) {
        assert_null(items.items[i].conflict);
        assert_int_equal(items.items[i].source_count, 3);
        assert_ptr_equal(resolve(&items.items[i]), &set.candidates[i]);
    }
    item_list_release(&items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_set_is_large_enough),
        cmocka_unit_test(test_whatever_is_known_the_right_one_or_none),
        cmocka_unit_test(test_a_wrong_kind_beside_the_right_imdb_id),
        cmocka_unit_test(test_lists_of_everything_join_title_by_title),
    };
    return cmocka_run_group_tests(tests, load, release);
}

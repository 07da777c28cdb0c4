#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "app/words.h"
#include "base/memory.h"

static const struct item heat = {.title = "Heat", .year = 1995, .media_type = MEDIA_MOVIE};

static void a_title_has_its_year_and_says_when_it_is_a_series(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item series = {.title = "Fargo", .year = 2014, .media_type = MEDIA_TV};
    struct item yearless = {.title = "Fargo", .media_type = MEDIA_TV};
    struct item nameless = {.title = "", .ids.imdb = "tt0113277", .media_type = MEDIA_MOVIE};

    (void)state;
    assert_string_equal(words_title(arena, &heat, 40), "Heat (1995)");
    assert_string_equal(words_title(arena, &series, 40), "Fargo (2014), series");
    assert_string_equal(words_title(arena, &yearless, 40), "Fargo, series");
    assert_string_equal(words_title(arena, &nameless, 40), "tt0113277");
}

static void a_long_title_is_cut_and_keeps_its_year(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item item = {.title = "The Good, the Bad and the Ugly", .year = 1966};

    (void)state;
    assert_string_equal(words_title(arena, &item, 20), "The Good, th… (1966)");
    assert_string_equal(words_title(arena, &item, SIZE_MAX),
                        "The Good, the Bad and the Ugly (1966)");
}

static void cutting_counts_columns_and_leaves_no_half_character(void **state)
{
    static const struct {
        const char *text;
        size_t columns;
        const char *cut;
    } cases[] = {
        {"Heat", 4, "Heat"},        {"Heat", 3, "He…"},
        {"He at", 4, "He…"},        {"七人の侍", 8, "七人の侍"},
        {"七人の侍", 7, "七人の…"}, {"七人の侍", 6, "七人…"},
        {"Heat", 0, "…"},
    };
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_string_equal(words_cut(arena, cases[i].text, cases[i].columns), cases[i].cut);
}

static void the_first_two_lists_are_named_and_the_rest_counted(void **state)
{
    static const struct list_ref refs[] = {{.type = "imdb", .id = "ls1"},
                                           {.type = "trakt", .id = "u/watchlist"},
                                           {.type = "x", .id = "y"}};
    static const char *const expected[] = {"", "imdb:ls1", "imdb:ls1, trakt:u/watchlist",
                                           "imdb:ls1, trakt:u/watchlist and 1 more"};
    AUTO_ARENA struct arena *arena = arena_new();
    struct merge_list lists[ARRAY_LENGTH(refs)] = {0};
    struct item_source sources[ARRAY_LENGTH(refs)] = {0};
    struct item item = {.sources = sources};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(refs); i++) {
        lists[i].ref = &refs[i];
        sources[i].list = &lists[i];
    }
    for (; item.source_count < ARRAY_LENGTH(expected); item.source_count++)
        assert_string_equal(words_sources(arena, &item), expected[item.source_count]);
}

static void seasons_are_told_in_words(void **state)
{
    static const struct {
        enum media_type media_type;
        const char *seasons, *words;
    } cases[] = {
        {MEDIA_MOVIE, "", ""},
        {MEDIA_TV, "", "all seasons"},
        {MEDIA_TV, "2", "season 2"},
        {MEDIA_TV, "1,2,3,5", "seasons 1 to 3 and 5"},
    };
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct item item = {.media_type = cases[i].media_type,
                            .seasons_to_request = season_set_parse(cases[i].seasons)};
        assert_string_equal(words_seasons(arena, &item), cases[i].words);
    }
}

static void words_and_counts_are_for_people(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(words_plain(arena, "completed_with_errors"), "completed with errors");
    assert_string_equal(words_count(arena, 1, "call", "calls"), "1 call");
    assert_string_equal(words_count(arena, 0, "call", "calls"), "0 calls");
}

static void a_paragraph_breaks_at_blanks(void **state)
{
    static const char sentence[] =
        "the source asks for a puzzle that only people can solve (Cloudflare); give the CSV file "
        "of your export";
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    words_print_paragraph(out, sentence, 6);
    fclose(out);
    assert_string_equal(text, "      the source asks for a puzzle that only people can solve "
                              "(Cloudflare); give\n      the CSV file of your export\n");
}

static void a_word_longer_than_a_line_stands_alone(void **state)
{
    AUTO_FREE char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    AUTO_FREE char *word = memory_print("%0100d", 0);
    AUTO_FREE char *sentence = memory_print("see %s now", word);
    AUTO_FREE char *expected = memory_print("see\n%s\nnow\n", word);
    words_print_paragraph(out, sentence, 0);
    fclose(out);
    assert_string_equal(text, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_title_has_its_year_and_says_when_it_is_a_series),
        cmocka_unit_test(a_long_title_is_cut_and_keeps_its_year),
        cmocka_unit_test(cutting_counts_columns_and_leaves_no_half_character),
        cmocka_unit_test(the_first_two_lists_are_named_and_the_rest_counted),
        cmocka_unit_test(seasons_are_told_in_words),
        cmocka_unit_test(words_and_counts_are_for_people),
        cmocka_unit_test(a_paragraph_breaks_at_blanks),
        cmocka_unit_test(a_word_longer_than_a_line_stands_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

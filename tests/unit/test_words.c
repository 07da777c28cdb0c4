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

static void assert_wrapped(const char *text, int hang, size_t columns, const char *expected)
{
    AUTO_FREE char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);

    words_wrap(out, text, hang, columns);
    fclose(out);
    assert_string_equal(printed, expected);
}

static void lines_break_at_blanks_and_go_on_under_themselves(void **state)
{
    (void)state;
    assert_wrapped("  proof     by the IMDb id of it", 12, 30,
                   "  proof     by the IMDb id of\n            it\n");
    assert_wrapped("one two three", 2, 8, "one two\n three\n");
    assert_wrapped("short", 4, SIZE_MAX, "short\n");
    assert_wrapped("", 4, 20, "\n");
    assert_wrapped("blanks at the end   ", 0, 80, "blanks at the end\n");
}

static void a_word_longer_than_a_line_stands_alone(void **state)
{
    AUTO_FREE char *word = memory_print("%0100d", 0);
    AUTO_FREE char *sentence = memory_print("see %s now", word);
    AUTO_FREE char *expected = memory_print("see\n%s\nnow\n", word);

    (void)state;
    assert_wrapped(sentence, 0, 80, expected);
}

/* What is no terminal is read by programs, and by people with windows of any width. */
static void nothing_is_broken_or_cut_where_there_is_no_terminal(void **state)
{
    AUTO_FREE char *word = memory_print("%0200d", 0);
    AUTO_FREE char *expected = memory_print("   %s %s\n", word, word);
    AUTO_FREE char *printed = NULL;
    AUTO_FREE char *sentence = memory_print("%s %s", word, word);
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);

    (void)state;
    assert_true(words_columns(out) == SIZE_MAX);
    words_print_paragraph(out, sentence, 3);
    fclose(out);
    assert_string_equal(printed, expected);
}

static void a_help_text_is_joined_where_its_lines_broke(void **state)
{
    static const char help[] = "  --all    show every title,\n           here too\n"
                               "  --json   print\n\nOne line\nand another.\n";
    AUTO_FREE char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);

    (void)state;
    words_print_help(out, help);
    fclose(out);
    assert_string_equal(printed, "  --all    show every title, here too\n  --json   print\n\n"
                                 "One line and another.\n");
}

static void nothing_printed_steers_a_terminal(void **state)
{
    AUTO_FREE char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);

    (void)state;
    words_print(out, 0, "title: %s", "\x1b]0;owned\x07\n\xC2\x9B");
    fclose(out);
    assert_string_equal(printed, "title:  ]0;owned\n");
}

static void decisions_and_proofs_are_told_in_words(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(words_verdict(DECISION_REQUEST, ITEM_STATUS_WOULD_BE_SYNCED),
                        "would be requested");
    assert_string_equal(words_verdict(DECISION_SKIP_DECLINED, ITEM_STATUS_SKIPPED),
                        "declined earlier");
    assert_string_equal(words_status("already_available"), "already available");
    assert_string_equal(words_status(""), "nothing done yet");
    assert_string_equal(words_proof("imdb"), "by the IMDb id");
    assert_string_equal(words_proof(""), "none");
    assert_string_equal(words_time(arena, "2026-11-22 09:33:56"), "2026-11-22 09:33");
    assert_string_equal(words_time(arena, ""), "");
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
        cmocka_unit_test(lines_break_at_blanks_and_go_on_under_themselves),
        cmocka_unit_test(a_word_longer_than_a_line_stands_alone),
        cmocka_unit_test(nothing_is_broken_or_cut_where_there_is_no_terminal),
        cmocka_unit_test(a_help_text_is_joined_where_its_lines_broke),
        cmocka_unit_test(nothing_printed_steers_a_terminal),
        cmocka_unit_test(decisions_and_proofs_are_told_in_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

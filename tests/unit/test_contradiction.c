#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/contradiction.h"

/* What the list says, what Seerr says of the number, and whether that is a contradiction. */
static const struct {
    const char *about;
    const char *imdb, *title, *original_title;
    int year;
    const char *seerr_imdb, *seerr_title, *seerr_original_title;
    int seerr_year;
    bool contradicts;
} cases[] = {
    {"all the same", "tt0133093", "The Matrix", NULL, 1999, "tt0133093", "The Matrix", "", 1999,
     false},
    {"another IMDb id", "tt0133093", "The Matrix", NULL, 1999, "tt0137523", "The Matrix", "", 1999,
     true},
    {"the same IMDb id under another title and year", "tt0133093", "Matrix", NULL, 1998,
     "tt0133093", "The Matrix", "", 2001, false},
    {"no IMDb id in the list", "", "The Matrix", NULL, 1999, "tt0133093", "The Matrix", "", 1999,
     false},
    {"no IMDb id in Seerr", "tt0133093", "The Matrix", NULL, 1999, "", "The Matrix", "", 1999,
     false},
    {"another title and year", "", "The Matrix", NULL, 1999, "", "Fight Club", "Fight Club", 1996,
     true},
    {"another title, the same year", "", "Matrix - die Welt", NULL, 1999, "", "The Matrix", "",
     1999, false},
    {"another title, a year beside", "", "Matrix - die Welt", NULL, 1999, "", "The Matrix", "",
     2000, false},
    {"the same title, another year", "", "The Matrix", NULL, 1999, "", "the matrix!", "", 2021,
     false},
    {"the original title", "", "Amélie", NULL, 2001, "", "Die fabelhafte Welt", "Amelie", 2004,
     false},
    {"the list's original title", "", "Amélie", "Le Fabuleux Destin", 2001, "",
     "Le fabuleux destin", "", 2004, false},
    {"no year in the list", "", "The Matrix", NULL, 0, "", "Fight Club", "", 1996, false},
    {"no year in Seerr", "", "The Matrix", NULL, 1999, "", "Fight Club", "", 0, false},
    {"no title in the list", "", "", NULL, 1999, "", "Fight Club", "", 1996, false},
    {"no title in Seerr", "", "The Matrix", NULL, 1999, "", "", "", 1996, false},
};

static struct item item_of(size_t i)
{
    struct item item = {.title = cases[i].title,
                        .original_title = cases[i].original_title,
                        .year = cases[i].year,
                        .media_type = MEDIA_MOVIE,
                        .ids = {.tmdb = 550},
                        .proof = PROOF_LIST};

    text_copy(item.ids.imdb, sizeof(item.ids.imdb), cases[i].imdb);
    return item;
}

static struct title_look look_of(size_t i)
{
    struct title_look look = {.year = cases[i].seerr_year};

    text_copy(look.imdb, sizeof(look.imdb), cases[i].seerr_imdb);
    text_copy(look.title, sizeof(look.title), cases[i].seerr_title);
    text_copy(look.original_title, sizeof(look.original_title), cases[i].seerr_original_title);
    return look;
}

static void only_what_both_sides_know_can_contradict(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct item item = item_of(i);
        struct title_look look = look_of(i);
        char reason[MATCH_REASON_SIZE] = "untouched";
        if (contradiction_find(&item, &look, reason) != cases[i].contradicts)
            fail_msg("%s: %s", cases[i].about, reason);
        assert_int_equal(strcmp(reason, "untouched") == 0, !cases[i].contradicts);
    }
}

static void each_contradiction_names_both_sides(void **state)
{
    char reason[MATCH_REASON_SIZE];
    struct item ids = item_of(1), titles = item_of(5);
    struct title_look look_at_ids = look_of(1), look_at_titles = look_of(5);

    (void)state;
    assert_true(contradiction_find(&ids, &look_at_ids, reason));
    assert_string_equal(reason, "the list gives the IMDb id tt0133093 and the TMDB number 550, but "
                                "that number is tt0137523 in IMDb");
    assert_true(contradiction_find(&titles, &look_at_titles, reason));
    assert_string_equal(reason, "the list means \"The Matrix\" (1999), but its TMDB number 550 is "
                                "\"Fight Club\" (1996)");
}

static void a_number_that_was_proved_otherwise_is_not_questioned(void **state)
{
    (void)state;
    for (int proof = PROOF_NONE; proof <= PROOF_PERSON; proof++) {
        struct item item = item_of(1);
        struct title_look look = look_of(1);
        char reason[MATCH_REASON_SIZE];
        item.proof = (enum proof)proof;
        assert_int_equal(contradiction_find(&item, &look, reason), proof == PROOF_LIST);
        assert_int_equal(contradiction_is_possible(&item), proof == PROOF_LIST);
    }
}

static void a_bare_number_cannot_be_contradicted(void **state)
{
    struct item bare = {.title = "", .year = 1999, .proof = PROOF_LIST, .ids = {.tmdb = 550}};
    struct item titled = {.title = "The Matrix", .proof = PROOF_LIST, .ids = {.tmdb = 550}};

    (void)state;
    assert_false(contradiction_is_possible(&bare));
    assert_false(contradiction_is_possible(&titled));
    titled.year = 1999;
    assert_true(contradiction_is_possible(&titled));
}

/* Of titles that fold to nothing none is the same as another. */
static void the_same_work_has_a_title_and_a_year_in_common(void **state)
{
    struct item matrix = {.title = "The Matrix", .year = 1999};
    struct item dollar = {.title = "$", .year = 1971};

    (void)state;
    assert_true(contradiction_same_work(&matrix, "The Matrix", NULL, 1999));
    assert_true(contradiction_same_work(&matrix, "Matrix", "the matrix", 2000));
    assert_true(contradiction_same_work(&matrix, "The Matrix", NULL, 0));
    assert_true(contradiction_same_work(&matrix, NULL, NULL, 1971));
    assert_false(contradiction_same_work(&matrix, "The Matrix", NULL, 2021));
    assert_false(contradiction_same_work(&matrix, "Fight Club", NULL, 1999));
    assert_false(contradiction_same_work(&dollar, "???", "???", 1971));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_both_sides_know_can_contradict),
        cmocka_unit_test(each_contradiction_names_both_sides),
        cmocka_unit_test(a_number_that_was_proved_otherwise_is_not_questioned),
        cmocka_unit_test(a_bare_number_cannot_be_contradicted),
        cmocka_unit_test(the_same_work_has_a_title_and_a_year_in_common),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

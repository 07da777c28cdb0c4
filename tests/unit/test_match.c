#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/match.h"

static const struct candidate carries[] = {
    {MEDIA_MOVIE, 7340, "Carrie", NULL, 1976},
    {MEDIA_MOVIE, 7342, "Carrie", NULL, 2002},
    {MEDIA_MOVIE, 133805, "Carrie", "Carrie", 2013},
};

static const struct candidate neighbours[] = {
    {MEDIA_MOVIE, 1, "Twin", NULL, 1998},
    {MEDIA_MOVIE, 2, "Twin", NULL, 1999},
};

static const struct candidate fargos[] = {
    {MEDIA_MOVIE, 275, "Fargo", NULL, 1996},
    {MEDIA_TV, 60622, "Fargo", NULL, 2014},
    {MEDIA_TV, 11, "The Fargo", NULL, 1996},
};

#define CHOOSE(title, year, kind, candidates)                                                      \
    match_choose(title, NULL, year, kind, candidates, ARRAY_LENGTH(candidates), true)

static void assert_chosen(struct match match, int64_t tmdb)
{
    assert_non_null(match.chosen);
    assert_int_equal(match.chosen->tmdb, tmdb);
    assert_true(strlen(match.reason) > 0);
}

static void assert_none(struct match match, const char *because)
{
    assert_null(match.chosen);
    assert_string_equal(match.reason, because);
}

static void test_title_kind_and_year(void **state)
{
    (void)state;
    struct match exact = CHOOSE("carrie", 1976, MEDIA_MOVIE, carries);

    assert_chosen(exact, 7340);
    assert_string_equal(exact.reason,
                        "the only film of exactly this title and year: \"carrie\", 1976");
    struct match near = CHOOSE("Carrie", 2003, MEDIA_MOVIE, carries);
    assert_chosen(near, 7342);
    assert_string_equal(near.reason, "the only film of exactly this title within one year of "
                                     "2003: \"Carrie\", 2002");
    assert_none(CHOOSE("Carrie", 2004, MEDIA_MOVIE, carries),
                "no film is called exactly \"Carrie\" and is from 2003 to 2005");
    assert_none(CHOOSE("Carrie", 1976, MEDIA_TV, carries),
                "no series is called exactly \"Carrie\" and is from 1975 to 1977");
    assert_none(CHOOSE("Carrie 2", 1976, MEDIA_MOVIE, carries),
                "no film is called exactly \"Carrie 2\" and is from 1975 to 1977");
}

static void test_neighbours_are_never_confused(void **state)
{
    (void)state;
    const char *two = "two films are called \"Twin\", 1998 and 1999";

    assert_none(CHOOSE("Twin", 1998, MEDIA_MOVIE, neighbours), two);
    assert_none(CHOOSE("Twin", 1999, MEDIA_MOVIE, neighbours), two);
    assert_chosen(CHOOSE("Twin", 1997, MEDIA_MOVIE, neighbours), 1);
    assert_chosen(CHOOSE("Twin", 2000, MEDIA_MOVIE, neighbours), 2);
}

static void test_unknown_kind_must_be_the_only_one_of_both(void **state)
{
    (void)state;
    const struct candidate both[] = {{MEDIA_MOVIE, 5, "Beef", NULL, 2023},
                                     {MEDIA_TV, 6, "Beef", NULL, 2023}};

    assert_chosen(CHOOSE("Fargo", 1996, MEDIA_UNKNOWN, fargos), 275);
    assert_chosen(CHOOSE("Fargo", 2014, MEDIA_UNKNOWN, fargos), 60622);
    assert_chosen(CHOOSE("Beef", 2023, MEDIA_TV, both), 6);
    assert_none(CHOOSE("Beef", 2023, MEDIA_UNKNOWN, both),
                "a film of 2023 and a series of 2023 are called \"Beef\"");
}

static void test_original_titles(void **state)
{
    (void)state;
    const struct candidate one[] = {
        {MEDIA_MOVIE, 194, "Amélie", "Le Fabuleux Destin d'Amélie Poulain", 2001}};

    assert_chosen(CHOOSE("le fabuleux destin d’amelie poulain", 2001, MEDIA_MOVIE, one), 194);
    assert_chosen(match_choose("Die fabelhafte Welt", "Le fabuleux destin d'Amélie Poulain", 2001,
                               MEDIA_MOVIE, one, 1, true),
                  194);
    assert_chosen(match_choose(NULL, "AMELIE", 2001, MEDIA_MOVIE, one, 1, true), 194);
}

static void test_two_names_that_lead_to_two_works(void **state)
{
    (void)state;
    const struct candidate two[] = {{MEDIA_MOVIE, 1, "Ring", NULL, 1998},
                                    {MEDIA_MOVIE, 2, "Ringu", NULL, 1998}};

    assert_null(match_choose("Ring", "Ringu", 1998, MEDIA_MOVIE, two, 2, true).chosen);
}

static void test_one_work_twice_is_one(void **state)
{
    (void)state;
    const struct candidate twice[] = {{MEDIA_MOVIE, 949, "Heat", NULL, 1995},
                                      {MEDIA_MOVIE, 949, "Heat", NULL, 1995},
                                      {MEDIA_MOVIE, 949, "Heat", "Heat", 1996}};

    assert_chosen(CHOOSE("Heat", 1995, MEDIA_MOVIE, twice), 949);
}

static void test_many_of_a_name(void **state)
{
    (void)state;
    const struct candidate three[] = {{MEDIA_MOVIE, 1, "Home", NULL, 2008},
                                      {MEDIA_MOVIE, 2, "Home", NULL, 2009},
                                      {MEDIA_TV, 3, "Home", NULL, 2007}};

    assert_none(CHOOSE("Home", 2008, MEDIA_UNKNOWN, three),
                "several titles are called \"Home\", from 2007 to 2009");
}

static void test_what_proves_nothing(void **state)
{
    (void)state;
    const struct candidate vague[] = {{MEDIA_MOVIE, 9, "Heat", NULL, 0},
                                      {MEDIA_UNKNOWN, 9, "Heat", NULL, 1995},
                                      {MEDIA_MOVIE, 0, "Heat", NULL, 1995},
                                      {MEDIA_MOVIE, 8, "", NULL, 1995},
                                      {MEDIA_MOVIE, 8, NULL, NULL, 1995}};

    assert_none(CHOOSE("Heat", 0, MEDIA_MOVIE, carries),
                "the list gives no year for \"Heat\", and a title alone proves nothing");
    assert_none(CHOOSE("?!", 1976, MEDIA_MOVIE, carries), "the list gives no title to search for");
    assert_none(CHOOSE(NULL, 1976, MEDIA_MOVIE, carries), "the list gives no title to search for");
    assert_null(CHOOSE("Heat", 1995, MEDIA_MOVIE, vague).chosen);
    assert_null(match_choose("Heat", NULL, 1995, MEDIA_MOVIE, NULL, 0, true).chosen);
    assert_null(CHOOSE("Heat", INT32_MIN, MEDIA_MOVIE, vague).chosen);
}

static void test_an_incomplete_search_proves_nothing(void **state)
{
    (void)state;
    struct match match = match_choose("Carrie", NULL, 1976, MEDIA_MOVIE, carries, 3, false);

    assert_null(match.chosen);
    assert_non_null(strstr(match.reason, "more titles were found for \"Carrie\""));
}

static void test_a_long_title_is_cut_in_the_reason(void **state)
{
    (void)state;
    char title[1001];

    for (size_t i = 0; i < 500; i++)
        memcpy(title + 2 * i, "é", 2);
    title[1000] = '\0';
    struct match match = CHOOSE(title, 1995, MEDIA_MOVIE, carries);
    assert_null(match.chosen);
    assert_true(strlen(match.reason) < MATCH_REASON_SIZE - 1);
    assert_non_null(strstr(match.reason, "é\" and is from 1994 to 1996"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_title_kind_and_year),
        cmocka_unit_test(test_neighbours_are_never_confused),
        cmocka_unit_test(test_unknown_kind_must_be_the_only_one_of_both),
        cmocka_unit_test(test_original_titles),
        cmocka_unit_test(test_two_names_that_lead_to_two_works),
        cmocka_unit_test(test_one_work_twice_is_one),
        cmocka_unit_test(test_many_of_a_name),
        cmocka_unit_test(test_what_proves_nothing),
        cmocka_unit_test(test_an_incomplete_search_proves_nothing),
        cmocka_unit_test(test_a_long_title_is_cut_in_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

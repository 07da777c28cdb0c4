#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/title.h"

static void test_folded_forms(void **state)
{
    static const struct {
        const char *title, *folded;
    } cases[] = {
        {"Heat", "heat"},
        {"  The   Matrix\t", "the matrix"},
        {"Amélie", "amelie"},
        {"Ame\xCC\x81lie", "amelie"},
        {"Æon Flux", "aeon flux"},
        {"Straße", "strasse"},
        {"Sørensen", "sorensen"},
        {"Łódź", "lodz"},
        {"İstanbul", "istanbul"},
        {"Mr. & Mrs. Smith", "mr and mrs smith"},
        {"Fast＆Furious", "fast and furious"},
        {"WALL·E", "wall e"},
        {"M*A*S*H", "mash"},
        {"S.W.A.T.", "swat"},
        {"E.T. the Extra-Terrestrial", "et the extra terrestrial"},
        {"Kill Bill: Vol. 1", "kill bill vol 1"},
        {"Vol.1", "vol 1"},
        {"J. Edgar", "j edgar"},
        {"Ocean’s Eleven", "oceans eleven"},
        {"What´s Up, Doc?", "whats up doc"},
        {"(500) Days of Summer", "500 days of summer"},
        {"[REC]²", "rec 2"},
        {"Alien³", "alien3"},
        {"Rocky Ⅲ", "rocky iii"},
        {"2.0", "2 0"},
        {"Barney™ the Movie®", "barney the movie"},
        {"#Alive", "#alive"},
        {"Romeo + Juliet", "romeo + juliet"},
        {"Ca$h", "ca$h"},
        {"ＡＫＩＲＡ", "akira"},
        {"七人の侍", "七人の侍"},
        {"Кин-дза-дза!", "кин дза дза"},
        {"soft\xC2\xADhyphen", "softhyphen"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_FREE char *folded = title_fold(cases[i].title);
        AUTO_FREE char *again = title_fold(folded);
        assert_string_equal(folded, cases[i].folded);
        assert_string_equal(again, folded);
    }
}

static void test_without_substance(void **state)
{
    static const char *const empty[] = {
        NULL, "", " ", "...", "?!", "$", "+", "♥", "\xEF\xBF\xBD", "Caf\xEF\xBF\xBD", "bad \xE9",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(empty); i++) {
        AUTO_FREE char *folded = title_fold(empty[i]);
        assert_string_equal(folded, "");
        assert_false(title_same(empty[i], empty[i]));
    }
}

static void test_spellings_of_one_title_are_the_same(void **state)
{
    static const struct {
        const char *a, *b;
    } same[] = {
        {"Amélie", "AMELIE"},
        {"WALL·E", "WALL-E"},
        {"M*A*S*H", "MASH"},
        {"Spider-Man", "Spider Man"},
        {"Face/Off", "Face Off"},
        {"Airplane!", "Airplane"},
        {"Les Misérables", "Les Miserables"},
        {"Mission: Impossible", "Mission - Impossible"},
        {"올드보이", "\xE1\x84\x8B\xE1\x85\xA9\xE1\x86\xAF\xE1\x84\x83\xE1\x85\xB3"
                     "\xE1\x84\x87\xE1\x85\xA9\xE1\x84\x8B\xE1\x85\xB5"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(same); i++) {
        assert_true(title_same(same[i].a, same[i].b));
        assert_true(title_same(same[i].b, same[i].a));
    }
}

static void test_other_titles_stay_different(void **state)
{
    static const struct {
        const char *a, *b;
    } different[] = {
        {"The Thing", "Thing"},
        {"Heat", "The Heat"},
        {"Alien", "Aliens"},
        {"Alien³", "Alien"},
        {"Rocky II", "Rocky 2"},
        {"Rocky", "Rocky II"},
        {"Seven", "Se7en"},
        {"12 Angry Men", "Twelve Angry Men"},
        {"#Alive", "Alive"},
        {"+1", "1"},
        {"100%", "100"},
        {"Romeo + Juliet", "Romeo and Juliet"},
        {"Inglourious Basterds", "The Inglorious Bastards"},
        {"Twilight", "Twilight Zone"},
        {"カギ", "ガキ"},
        {"किताब", "कतब"},
        {"Brave", "Bravo"},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(different); i++)
        assert_false(title_same(different[i].a, different[i].b));
}

static void test_year_at_the_end(void **state)
{
    static const struct {
        const char *text, *title;
        int year;
    } cases[] = {
        {"Heat (1995)", "Heat", 1995},
        {"Heat(1995) ", "Heat", 1995},
        {"2012 (2009)", "2012", 2009},
        {"(500) Days of Summer (2009)", "(500) Days of Summer", 2009},
        {"1917", "1917", 0},
        {"2012", "2012", 0},
        {"(1995)", "(1995)", 0},
        {" (1995)", " (1995)", 0},
        {"Blade Runner 2049", "Blade Runner 2049", 0},
        {"Heat (95)", "Heat (95)", 0},
        {"Heat (1234)", "Heat (1234)", 0},
        {"Heat (19x5)", "Heat (19x5)", 0},
        {"Heat (1995", "Heat (1995", 0},
        {"Heat 1995)", "Heat 1995)", 0},
        {"", "", 0},
        {"(1995", "(1995", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        AUTO_FREE char *title = memory_text(cases[i].text);
        assert_int_equal(title_split_year(title), cases[i].year);
        assert_string_equal(title, cases[i].title);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folded_forms),
        cmocka_unit_test(test_without_substance),
        cmocka_unit_test(test_spellings_of_one_title_are_the_same),
        cmocka_unit_test(test_other_titles_stay_different),
        cmocka_unit_test(test_year_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

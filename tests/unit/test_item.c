#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/decision.h"
#include "model/item.h"
#include "model/media_state.h"
#include "model/outcome.h"
#include "model/run.h"

static void test_words_for_kinds_are_understood(void **state)
{
    (void)state;
    assert_int_equal(media_type_from_word("Movie"), MEDIA_MOVIE);
    assert_int_equal(media_type_from_word("film"), MEDIA_MOVIE);
    assert_int_equal(media_type_from_word("TV"), MEDIA_TV);
    assert_int_equal(media_type_from_word("show"), MEDIA_TV);
    assert_int_equal(media_type_from_word("series"), MEDIA_TV);
    assert_int_equal(media_type_from_word("person"), MEDIA_UNKNOWN);
    assert_int_equal(media_type_from_word(""), MEDIA_UNKNOWN);
    assert_int_equal(media_type_from_word(NULL), MEDIA_UNKNOWN);
    assert_string_equal(media_type_word(MEDIA_TV), "tv");
    assert_string_equal(media_type_noun(MEDIA_UNKNOWN), "title");
}

static void test_imdb_ids(void **state)
{
    static const struct {
        const char *text, *id;
    } good[] = {
        {"tt0111161", "tt0111161"},
        {"https://www.imdb.com/title/tt0111161/?ref_=ls", "tt0111161"},
        {"/title/tt15398776", "tt15398776"},
        {"TT0111161", "tt0111161"},
        {"tt1234567890", "tt1234567890"},
        {"tt000111161", "tt0111161"},
        {"nott0111161 tt0068646", "tt0068646"},
    };
    static const char *const bad[] = {
        NULL,
        "",
        "0",
        "null",
        "tt",
        "tt123456",
        "tt12345678901",
        "ls000000001",
        "111161",
        "att0111161",
        "tt0111161x",
        "tt0000000",
        "nm0000001",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(good); i++) {
        struct ids ids = {0};
        assert_true(ids_set_imdb(&ids, good[i].text));
        assert_string_equal(ids.imdb, good[i].id);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(bad); i++) {
        struct ids ids = {.imdb = "tt0000001"};
        assert_false(ids_set_imdb(&ids, bad[i]));
        assert_string_equal(ids.imdb, "tt0000001");
    }
}

static void test_adding_copies_and_ranks(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    char title[] = "Heat";
    struct entry_list list;

    entry_list_init(&list, arena);
    struct entry *first = entry_list_add(&list, &(struct entry){.title = title, .year = 1995});
    assert_ptr_not_equal(first->title, title);
    assert_int_equal(first->rank, 1);
    title[0] = 'M';
    assert_string_equal(list.items[0].title, "Heat");
    entry_list_add(&list, &(struct entry){.rank = 10});
    struct entry *third = entry_list_add(&list, &(struct entry){.unsupported = "a video game"});
    assert_int_equal(third->rank, 11);
    assert_string_equal(third->title, "");
    assert_null(third->original_title);
    assert_string_equal(third->unsupported, "a video game");
    for (int i = 0; i < 1000; i++)
        entry_list_add(&list, &(struct entry){.title = "many"});
    assert_int_equal(list.items[1002].rank, 1011);
    entry_list_release(&list);
    assert_int_equal(list.count, 0);
}

static struct entry entry_of(const char *imdb, enum media_type kind, int64_t tmdb, int season)
{
    struct entry entry = {
        .title = "t", .media_type = kind, .ids = {.tmdb = tmdb}, .season = season};

    ids_set_imdb(&entry.ids, imdb);
    return entry;
}

static void test_titles_of_strangers_are_made_harmless(void **state)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct entry_list list;

    (void)state;
    entry_list_init(&list, arena);
    const struct entry *entry =
        entry_list_add(&list, &(struct entry){.title = "He\x1b[2Jat\n", .original_title = "\a"});
    assert_string_equal(entry->title, "He [2Jat ");
    assert_string_equal(entry->original_title, " ");
    entry_list_release(&list);
}

static void test_a_repeat_adds_what_it_knows_and_no_entry(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct entry_list list;
    const struct entry entries[] = {
        entry_of("tt0113277", MEDIA_MOVIE, 0, 0),
        entry_of("tt0113277", MEDIA_MOVIE, 949, 0), /* a repeat that knows more */
        entry_of(NULL, MEDIA_MOVIE, 949, 0),        /* a repeat by what was learnt */
        entry_of(NULL, MEDIA_TV, 949, 0),           /* another work */
        entry_of(NULL, MEDIA_TV, 949, 1),           /* one season of it */
        entry_of(NULL, MEDIA_TV, 949, 1),           /* a repeat */
        entry_of(NULL, MEDIA_UNKNOWN, 949, 0),      /* who knows */
        entry_of(NULL, MEDIA_UNKNOWN, 949, 0),
        entry_of("tt0113277", MEDIA_TV, 0, 0), /* contradicts the first */
        entry_of(NULL, MEDIA_UNKNOWN, 0, 0),   /* nothing known, never a repeat */
        entry_of(NULL, MEDIA_UNKNOWN, 0, 0),
    };
    static const int kept[] = {1, 4, 5, 7, 8, 9, 10, 11};

    entry_list_init(&list, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(entries); i++)
        entry_list_add(&list, &entries[i]);
    entry_list_drop_repeats(&list);
    assert_int_equal(list.count, ARRAY_LENGTH(kept));
    for (size_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].rank, kept[i]);
    assert_int_equal(list.items[0].ids.tmdb, 949);
    entry_list_release(&list);
}

static void test_repeats_by_the_sources_own_id(void **state)
{
    (void)state;
    AUTO_ARENA struct arena *arena = arena_new();
    struct entry_list list;

    entry_list_init(&list, arena);
    entry_list_add(&list, &(struct entry){.ids = {.source_id = "letterboxd:heat-1995"}});
    entry_list_add(&list, &(struct entry){.ids = {.source_id = "letterboxd:heat"}});
    entry_list_add(&list, &(struct entry){.title = "Heat",
                                          .year = 1995,
                                          .ids = {.source_id = "letterboxd:heat-1995"}});
    entry_list_drop_repeats(&list);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].title, "Heat");
    assert_int_equal(list.items[0].year, 1995);
    entry_list_release(&list);
}

static void test_words_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < DECISION_COUNT; i++) {
        enum decision decision;
        assert_true(decision_from_word(decision_word((enum decision)i), &decision));
        assert_int_equal(decision, i);
        assert_true(strlen(decision_headline((enum decision)i)) > 0);
    }
    for (int i = 0; i < ITEM_STATUS_COUNT; i++) {
        enum item_status status;
        assert_true(item_status_from_word(item_status_word((enum item_status)i), &status));
        assert_int_equal(status, i);
    }
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        enum outcome outcome;
        assert_true(outcome_from_word(outcome_word((enum outcome)i), &outcome));
        assert_int_equal(outcome, i);
    }
    for (int i = LEDGER_INTENT; i <= LEDGER_WITHDRAWN; i++) {
        enum ledger_state ledger;
        assert_true(ledger_state_from_word(ledger_state_word((enum ledger_state)i), &ledger));
        assert_int_equal(ledger, i);
    }
}

static void test_words_of_a_run(void **state)
{
    (void)state;
    enum run_mode mode;
    enum run_trigger trigger;
    enum run_state run_state;

    assert_string_equal(run_state_word(RUN_COMPLETED_WITH_ERRORS), "completed_with_errors");
    assert_string_equal(run_trigger_word(RUN_BY_HAND), "manual");
    assert_true(run_mode_from_word(run_mode_word(RUN_CUSTOM), &mode));
    assert_int_equal(mode, RUN_CUSTOM);
    assert_true(run_trigger_from_word("cli", &trigger));
    assert_int_equal(trigger, RUN_BY_CLI);
    assert_true(run_state_from_word("cancelled", &run_state));
    assert_int_equal(run_state, RUN_CANCELLED);
    assert_false(run_mode_from_word("half", &mode));
    assert_false(run_trigger_from_word(NULL, &trigger));
    assert_false(run_state_from_word("", &run_state));
}

static void test_status_of_a_decision(void **state)
{
    (void)state;
    assert_int_equal(item_status_of_decision(DECISION_SKIP_AVAILABLE),
                     ITEM_STATUS_ALREADY_AVAILABLE);
    assert_int_equal(item_status_of_decision(DECISION_SKIP_REQUESTED),
                     ITEM_STATUS_ALREADY_REQUESTED);
    assert_int_equal(item_status_of_decision(DECISION_UNMATCHED), ITEM_STATUS_NOT_FOUND);
    assert_int_equal(item_status_of_decision(DECISION_SKIP_DECLINED), ITEM_STATUS_SKIPPED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_for_kinds_are_understood),
        cmocka_unit_test(test_imdb_ids),
        cmocka_unit_test(test_adding_copies_and_ranks),
        cmocka_unit_test(test_a_repeat_adds_what_it_knows_and_no_entry),
        cmocka_unit_test(test_repeats_by_the_sources_own_id),
        cmocka_unit_test(test_words_read_back),
        cmocka_unit_test(test_words_of_a_run),
        cmocka_unit_test(test_status_of_a_decision),
        cmocka_unit_test(test_titles_of_strangers_are_made_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

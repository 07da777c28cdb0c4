#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "model/plan.h"

/* What a case may set; everything else is an identified film or series that is new to Seerr. */
struct scene {
    struct item item;
    struct media_state media;
    struct title_look look;
    struct plan_input input;
    struct plan_result result;
};

static struct scene scene_of(enum media_type kind)
{
    return (struct scene){
        .item = {.title = "t", .media_type = kind, .ids = {.tmdb = 42}, .whole_series = true}};
}

static void know(struct scene *scene, enum media_status status)
{
    scene->media =
        (struct media_state){.media_type = scene->item.media_type, .tmdb = 42, .status = status};
    scene->input.media = &scene->media;
}

static void look(struct scene *scene, const char *seasons, const char *covered)
{
    scene->look = (struct title_look){.seasons = season_set_parse(seasons),
                                      .covered = season_set_parse(covered)};
    scene->input.look = &scene->look;
}

static void remember(struct scene *scene, enum ledger_state memory)
{
    scene->input.remembered = true;
    scene->input.memory = memory;
}

static void decide(struct scene *scene)
{
    scene->input.item = &scene->item;
    plan_decide(&scene->input, &scene->result);
}

static void assert_decided(struct scene *scene, enum decision decision, const char *rule,
                           const char *reason)
{
    decide(scene);
    assert_false(scene->result.needs_look);
    assert_string_equal(scene->result.rule, rule);
    assert_string_equal(scene->result.reason, reason);
    assert_int_equal(scene->result.decision, decision);
}

static void assert_remembers(const struct scene *scene, enum ledger_state state)
{
    assert_true(scene->result.has_new_memory);
    assert_int_equal(scene->result.new_memory, state);
}

static void assert_asks_for(const struct scene *scene, const char *seasons)
{
    char text[SEASON_SET_TEXT];

    season_set_format(&scene->result.seasons, text);
    assert_string_equal(text, seasons);
}

static void assert_needs_look(struct scene *scene)
{
    decide(scene);
    assert_true(scene->result.needs_look);
    assert_string_equal(scene->result.rule, "look_first");
}

static void test_what_cannot_be_asked_for(void **state)
{
    (void)state;
    struct scene game = scene_of(MEDIA_UNKNOWN);
    struct scene disputed = scene_of(MEDIA_MOVIE);
    struct scene unknown = scene_of(MEDIA_MOVIE);
    struct scene silent = scene_of(MEDIA_UNKNOWN);

    game.item.unsupported = "a video game";
    assert_decided(&game, DECISION_SKIP_FILTERED, "unsupported", "Seerr cannot hold a video game");
    disputed.item.conflict = "imdb ls1 says a film, trakt x says a series";
    assert_decided(&disputed, DECISION_UNMATCHED, "conflict",
                   "the lists disagree: imdb ls1 says a film, trakt x says a series");
    unknown.item.ids.tmdb = 0;
    unknown.item.evidence = "two films are called \"Twin\", 1998 and 1999";
    assert_decided(&unknown, DECISION_UNMATCHED, "unidentified", unknown.item.evidence);
    assert_decided(&silent, DECISION_UNMATCHED, "unidentified",
                   "nothing that the lists say of it names one title in TMDB");
}

static void test_a_season_out_of_range_does_not_ask_for_all(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    scene.item.whole_series = false;
    assert_decided(&scene, DECISION_SKIP_FILTERED, "impossible_season",
                   "the season that the list asks for is not one that Seerr can hold");
}

static void test_what_a_person_decided(void **state)
{
    (void)state;
    struct scene ignored = scene_of(MEDIA_TV);
    struct scene blocked = scene_of(MEDIA_MOVIE);

    ignored.input.ignored = true;
    assert_decided(&ignored, DECISION_SKIP_IGNORED, "ignored",
                   "you told ListSync to ignore this series");
    know(&blocked, MEDIA_STATUS_BLOCKLISTED);
    assert_decided(&blocked, DECISION_SKIP_BLOCKLISTED, "blocklisted",
                   "this film is on Seerr's blocklist");
    assert_false(blocked.result.has_new_memory);
}

static void test_off_the_blocklist_again(void **state)
{
    (void)state;
    struct scene never_asked = scene_of(MEDIA_MOVIE);
    struct scene asked = scene_of(MEDIA_TV);

    remember(&never_asked, LEDGER_BLOCKLISTED);
    assert_decided(&never_asked, DECISION_REQUEST, "new_film",
                   "it is no longer on the blocklist, and Seerr does not know this film yet");
    remember(&asked, LEDGER_BLOCKLISTED);
    asked.input.seasons_requested = season_set_parse("1");
    look(&asked, "", "");
    assert_decided(&asked, DECISION_SKIP_DELETED, "gone_from_seerr",
                   "this series was asked for before and Seerr no longer knows it: it was deleted "
                   "there");
}

static void test_refusals_are_remembered(void **state)
{
    static const struct {
        enum ledger_state memory;
        enum decision decision;
        const char *rule;
    } cases[] = {
        {LEDGER_DECLINED, DECISION_SKIP_DECLINED, "declined_earlier"},
        {LEDGER_DELETED, DECISION_SKIP_DELETED, "deleted_earlier"},
        {LEDGER_WITHDRAWN, DECISION_SKIP_IGNORED, "withdrawn"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        for (int status = MEDIA_STATUS_NONE; status <= MEDIA_STATUS_PROCESSING; status++) {
            struct scene scene = scene_of(MEDIA_TV);
            if (status)
                know(&scene, (enum media_status)status);
            look(&scene, "1,2", "");
            remember(&scene, cases[i].memory);
            decide(&scene);
            assert_int_equal(scene.result.decision, cases[i].decision);
            assert_string_equal(scene.result.rule, cases[i].rule);
            assert_non_null(strstr(scene.result.reason, "until you allow it"));
            assert_false(scene.result.has_new_memory);
        }
    }
}

static void test_deleted_in_seerr(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    know(&scene, MEDIA_STATUS_DELETED);
    scene.input.is_4k = true;
    assert_decided(&scene, DECISION_SKIP_DELETED, "deleted_in_seerr",
                   "this series in 4K was there and has been deleted; Seerr says so");
    assert_remembers(&scene, LEDGER_DELETED);
}

static void test_asked_for_and_no_longer_known(void **state)
{
    static const enum ledger_state asked[] = {LEDGER_REQUESTED, LEDGER_EXISTED, LEDGER_NOTHING_NEW};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(asked); i++) {
        struct scene gone = scene_of(MEDIA_MOVIE);
        struct scene other_quality = scene_of(MEDIA_MOVIE);
        remember(&gone, asked[i]);
        decide(&gone);
        assert_true(gone.result.needs_look); /* one answer that lacks it is no proof */
        look(&gone, "", "");
        assert_decided(
            &gone, DECISION_SKIP_DELETED, "gone_from_seerr",
            "this film was asked for before and Seerr no longer knows it: it was deleted there");
        assert_remembers(&gone, LEDGER_DELETED);
        remember(&other_quality, asked[i]);
        know(&other_quality, MEDIA_STATUS_NONE);
        look(&other_quality, "", "");
        decide(&other_quality);
        assert_int_equal(other_quality.result.decision, DECISION_SKIP_DELETED);
    }
}

static void test_new_titles(void **state)
{
    (void)state;
    struct scene film = scene_of(MEDIA_MOVIE);
    struct scene failed = scene_of(MEDIA_MOVIE);
    struct scene unanswered = scene_of(MEDIA_MOVIE);
    struct scene other_quality = scene_of(MEDIA_MOVIE);

    assert_decided(&film, DECISION_REQUEST, "new_film", "Seerr does not know this film yet");
    assert_false(film.result.has_new_memory);
    remember(&failed, LEDGER_FAILED);
    assert_decided(&failed, DECISION_REQUEST, "new_film",
                   "an earlier request failed, and Seerr does not know this film yet");
    remember(&unanswered, LEDGER_INTENT);
    assert_decided(&unanswered, DECISION_REQUEST, "new_film",
                   "an earlier request was never answered, and Seerr does not know this film yet");
    know(&other_quality, MEDIA_STATUS_NONE);
    other_quality.input.is_4k = true;
    assert_decided(&other_quality, DECISION_REQUEST, "new_film",
                   "Seerr does not know this film in 4K yet");
}

static void test_new_series(void **state)
{
    (void)state;
    struct scene whole = scene_of(MEDIA_TV);
    struct scene some = scene_of(MEDIA_TV);
    struct scene looked_at = scene_of(MEDIA_TV);

    assert_decided(&whole, DECISION_REQUEST, "new_series",
                   "Seerr does not know this series yet; all seasons are asked for");
    assert_asks_for(&whole, "");
    some.item.whole_series = false;
    some.item.seasons = season_set_parse("2,3");
    assert_decided(&some, DECISION_REQUEST, "new_series",
                   "Seerr does not know this series yet; the list asks for seasons 2 and 3");
    assert_asks_for(&some, "2,3");
    look(&looked_at, "1,2,3", "");
    assert_decided(&looked_at, DECISION_REQUEST, "seasons_missing",
                   "seasons 1 to 3 of this series are neither there nor asked for");
    assert_asks_for(&looked_at, "1,2,3");
}

static void test_films_that_seerr_has(void **state)
{
    static const struct {
        enum media_status status;
        enum decision decision;
        const char *rule, *reason;
    } cases[] = {
        {MEDIA_STATUS_AVAILABLE, DECISION_SKIP_AVAILABLE, "available", "this film is available"},
        {MEDIA_STATUS_PARTIALLY_AVAILABLE, DECISION_SKIP_AVAILABLE, "available",
         "this film is available"},
        {MEDIA_STATUS_PENDING, DECISION_SKIP_REQUESTED, "film_requested",
         "this film is requested and waits for approval"},
        {MEDIA_STATUS_PROCESSING, DECISION_SKIP_REQUESTED, "film_requested",
         "this film is requested and approved"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct scene scene = scene_of(MEDIA_MOVIE);
        know(&scene, cases[i].status);
        assert_decided(&scene, cases[i].decision, cases[i].rule, cases[i].reason);
        remember(&scene, LEDGER_REQUESTED);
        assert_decided(&scene, cases[i].decision, cases[i].rule, cases[i].reason);
    }
}

static void test_films_that_need_a_look(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_MOVIE);

    know(&scene, MEDIA_STATUS_UNKNOWN);
    assert_needs_look(&scene);
    look(&scene, "", "");
    assert_decided(&scene, DECISION_REQUEST, "film_without_request",
                   "Seerr knows this film, but nobody has asked for it");
    scene.look.has_declined_request = true;
    assert_decided(&scene, DECISION_SKIP_DECLINED, "declined_in_seerr",
                   "the request for this film was declined in Seerr; it is not asked for again "
                   "until you allow it");
    assert_remembers(&scene, LEDGER_DECLINED);
    scene.look.has_open_request = true;
    assert_decided(&scene, DECISION_SKIP_REQUESTED, "film_with_request",
                   "this film has an open request in Seerr");
    assert_false(scene.result.has_new_memory);
    scene.look.has_open_request = scene.look.has_declined_request = false;
    remember(&scene, LEDGER_REQUESTED);
    assert_decided(&scene, DECISION_SKIP_DELETED, "request_deleted",
                   "this film was asked for before and the request was deleted in Seerr");
    assert_remembers(&scene, LEDGER_DELETED);
}

static void test_series_need_a_look(void **state)
{
    (void)state;
    for (int status = MEDIA_STATUS_UNKNOWN; status <= MEDIA_STATUS_PARTIALLY_AVAILABLE; status++) {
        struct scene scene = scene_of(MEDIA_TV);
        know(&scene, (enum media_status)status);
        assert_needs_look(&scene);
    }
    struct scene there = scene_of(MEDIA_TV);
    know(&there, MEDIA_STATUS_AVAILABLE);
    assert_decided(&there, DECISION_SKIP_AVAILABLE, "available", "this series is available");
}

static void test_a_new_season(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    know(&scene, MEDIA_STATUS_PARTIALLY_AVAILABLE);
    scene.media.seasons_there = season_set_parse("1");
    look(&scene, "1,2,3,4", "2");
    scene.input.seasons_requested = season_set_parse("3");
    assert_decided(&scene, DECISION_REQUEST, "seasons_missing",
                   "season 4 of this series is neither there nor asked for");
    assert_asks_for(&scene, "4");
    scene.look.covered = season_set_parse("2,4");
    assert_decided(
        &scene, DECISION_SKIP_PARTIAL_CURRENT, "series_current",
        "nothing is left to ask for: seasons 1 to 4 of this series are there, asked for or "
        "refused");
    know(&scene, MEDIA_STATUS_PROCESSING);
    scene.media.seasons_there = season_set_parse("1");
    assert_decided(&scene, DECISION_SKIP_REQUESTED, "series_requested",
                   "seasons 1 to 4 of this series are already asked for");
}

static void test_single_seasons(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    scene.item.whole_series = false;
    scene.item.seasons = season_set_parse("2,7");
    know(&scene, MEDIA_STATUS_PENDING);
    look(&scene, "1,2,3", "");
    assert_decided(&scene, DECISION_REQUEST, "seasons_missing",
                   "season 2 of this series is neither there nor asked for");
    assert_asks_for(&scene, "2");
    scene.item.seasons = season_set_parse("7");
    assert_decided(&scene, DECISION_SKIP_PARTIAL_CURRENT, "season_not_out",
                   "the list asks for season 7, which this series does not have yet");
    scene.item.whole_series = true;
    scene.look.seasons = season_set_parse("");
    assert_decided(&scene, DECISION_SKIP_PARTIAL_CURRENT, "season_not_out",
                   "this series has no season yet");
}

static void test_a_series_whose_request_is_over(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    know(&scene, MEDIA_STATUS_UNKNOWN);
    look(&scene, "1,2", "1");
    assert_decided(&scene, DECISION_REQUEST, "seasons_missing",
                   "season 2 of this series is neither there nor asked for");
    scene.look.has_declined_request = true;
    assert_decided(&scene, DECISION_SKIP_DECLINED, "declined_in_seerr",
                   "the request for this series was declined in Seerr; it is not asked for again "
                   "until you allow it");
    assert_remembers(&scene, LEDGER_DECLINED);
    scene.look.has_open_request = true;
    assert_decided(&scene, DECISION_REQUEST, "seasons_missing",
                   "season 2 of this series is neither there nor asked for");
    scene.look.has_open_request = scene.look.has_declined_request = false;
    remember(&scene, LEDGER_REQUESTED);
    assert_decided(&scene, DECISION_SKIP_DELETED, "request_deleted",
                   "this series was asked for before and the request was deleted in Seerr");
    assert_remembers(&scene, LEDGER_DELETED);
}

static void test_a_declined_season_of_a_series_that_goes_on(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    know(&scene, MEDIA_STATUS_PARTIALLY_AVAILABLE);
    look(&scene, "1,2", "1,2");
    scene.look.has_declined_request = true;
    assert_decided(
        &scene, DECISION_SKIP_PARTIAL_CURRENT, "series_current",
        "nothing is left to ask for: seasons 1 and 2 of this series are there, asked for or "
        "refused");
    assert_false(scene.result.has_new_memory);
}

/* A series keeps the state that its approval gave it, even when the request is declined later. */
static void test_a_declined_series_that_had_been_approved(void **state)
{
    (void)state;
    for (int status = MEDIA_STATUS_PENDING; status <= MEDIA_STATUS_PROCESSING; status++) {
        struct scene scene = scene_of(MEDIA_TV);
        know(&scene, (enum media_status)status);
        remember(&scene, LEDGER_REQUESTED);
        look(&scene, "1,2,3", "");
        scene.look.refused = season_set_parse("1,2");
        scene.look.has_declined_request = true;
        assert_decided(&scene, DECISION_SKIP_DECLINED, "declined_in_seerr",
                       "the request for this series was declined in Seerr; it is not asked for "
                       "again until you allow it");
        assert_remembers(&scene, LEDGER_DECLINED);
    }
}

static void test_what_is_allowed_outweighs_what_seerr_still_shows(void **state)
{
    (void)state;
    struct scene declined = scene_of(MEDIA_MOVIE);
    struct scene deleted = scene_of(MEDIA_MOVIE);
    struct scene series = scene_of(MEDIA_TV);

    remember(&declined, LEDGER_ALLOWED);
    know(&declined, MEDIA_STATUS_UNKNOWN);
    look(&declined, "", "");
    declined.look.has_declined_request = true;
    assert_decided(&declined, DECISION_REQUEST, "film_without_request",
                   "Seerr knows this film, but nobody has asked for it");
    remember(&deleted, LEDGER_ALLOWED);
    know(&deleted, MEDIA_STATUS_DELETED);
    look(&deleted, "", "");
    decide(&deleted);
    assert_int_equal(deleted.result.decision, DECISION_REQUEST);
    remember(&series, LEDGER_ALLOWED);
    know(&series, MEDIA_STATUS_PARTIALLY_AVAILABLE);
    series.media.seasons_there = season_set_parse("1");
    series.media.seasons_deleted = season_set_parse("2");
    look(&series, "1,2,3,4,5", "3");
    series.look.refused = season_set_parse("4");
    series.input.seasons_withdrawn = season_set_parse("5");
    series.input.seasons_requested = season_set_parse("2,5");
    decide(&series);
    assert_asks_for(&series, "2,4,5");
}

static void test_what_is_allowed_is_not_asked_for_while_it_is_there(void **state)
{
    static const enum media_status there[] = {MEDIA_STATUS_PENDING, MEDIA_STATUS_PROCESSING,
                                              MEDIA_STATUS_AVAILABLE, MEDIA_STATUS_BLOCKLISTED};

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(there); i++) {
        struct scene scene = scene_of(MEDIA_MOVIE);
        remember(&scene, LEDGER_ALLOWED);
        know(&scene, there[i]);
        decide(&scene);
        assert_int_not_equal(scene.result.decision, DECISION_REQUEST);
    }
}

static void test_seasons_that_were_refused_or_taken_back_are_left_alone(void **state)
{
    (void)state;
    struct scene scene = scene_of(MEDIA_TV);

    know(&scene, MEDIA_STATUS_PARTIALLY_AVAILABLE);
    scene.media.seasons_there = season_set_parse("1");
    scene.media.seasons_deleted = season_set_parse("2");
    look(&scene, "1,2,3,4,5", "");
    scene.look.refused = season_set_parse("3");
    scene.input.seasons_withdrawn = season_set_parse("4");
    assert_decided(&scene, DECISION_REQUEST, "seasons_missing",
                   "season 5 of this series is neither there nor asked for");
    assert_asks_for(&scene, "5");
    scene.input.seasons_withdrawn = season_set_parse("4,5");
    assert_decided(&scene, DECISION_SKIP_IGNORED, "seasons_withdrawn",
                   "our request for seasons 4 and 5 of this series was taken back in an undo; it "
                   "is not asked for again until you allow it");
}

static bool is_request(enum media_type kind, int status, int memory, unsigned bits)
{
    struct scene scene = scene_of(kind);

    if (status)
        know(&scene, (enum media_status)status);
    if (memory >= 0)
        remember(&scene, (enum ledger_state)memory);
    look(&scene, "1,2,3", "1");
    scene.look.has_open_request = bits & 1;
    scene.look.has_declined_request = bits & 2;
    scene.input.is_4k = bits & 4;
    if (bits & 8)
        scene.input.look = NULL;
    decide(&scene);
    assert_true(scene.result.needs_look || strlen(scene.result.reason) > 0);
    assert_false(scene.result.needs_look && !(bits & 8));
    return !scene.result.needs_look && scene.result.decision == DECISION_REQUEST;
}

/* Whatever Seerr says of it, a refusal is never followed by a request. */
static void test_every_combination_keeps_refusals(void **state)
{
    (void)state;
    for (int kind = MEDIA_MOVIE; kind <= MEDIA_TV; kind++)
        for (int status = 0; status <= MEDIA_STATUS_DELETED; status++)
            for (int memory = -1; memory <= LEDGER_WITHDRAWN; memory++)
                for (unsigned bits = 0; bits < 16; bits++) {
                    bool asks = is_request((enum media_type)kind, status, memory, bits);
                    bool is_refused = memory == LEDGER_DECLINED || memory == LEDGER_DELETED ||
                                      memory == LEDGER_WITHDRAWN;
                    bool is_barred = status == MEDIA_STATUS_AVAILABLE ||
                                     status == MEDIA_STATUS_BLOCKLISTED ||
                                     status == MEDIA_STATUS_DELETED;
                    assert_false(asks && (is_refused || is_barred));
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_cannot_be_asked_for),
        cmocka_unit_test(test_a_season_out_of_range_does_not_ask_for_all),
        cmocka_unit_test(test_what_a_person_decided),
        cmocka_unit_test(test_off_the_blocklist_again),
        cmocka_unit_test(test_refusals_are_remembered),
        cmocka_unit_test(test_deleted_in_seerr),
        cmocka_unit_test(test_asked_for_and_no_longer_known),
        cmocka_unit_test(test_new_titles),
        cmocka_unit_test(test_new_series),
        cmocka_unit_test(test_films_that_seerr_has),
        cmocka_unit_test(test_films_that_need_a_look),
        cmocka_unit_test(test_series_need_a_look),
        cmocka_unit_test(test_a_new_season),
        cmocka_unit_test(test_single_seasons),
        cmocka_unit_test(test_a_series_whose_request_is_over),
        cmocka_unit_test(test_a_declined_season_of_a_series_that_goes_on),
        cmocka_unit_test(test_a_declined_series_that_had_been_approved),
        cmocka_unit_test(test_what_is_allowed_outweighs_what_seerr_still_shows),
        cmocka_unit_test(test_what_is_allowed_is_not_asked_for_while_it_is_there),
        cmocka_unit_test(test_seasons_that_were_refused_or_taken_back_are_left_alone),
        cmocka_unit_test(test_every_combination_keeps_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

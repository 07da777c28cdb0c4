/* What a target wants to be told of, in which form, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/notifications.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/notice_choice.h"
#include "notify/notifier.h"

struct world {
    struct arena *arena;
    struct time_zone *zone;
    struct notice run, alarm, chosen;
};

static int begin(void **state)
{
    struct world *world = memory_new(sizeof(*world));

    world->arena = arena_new();
    assert_int_equal(time_zone_open("Europe/Berlin", &world->zone, NULL), ERROR_NONE);
    notice_init(&world->run, world->arena, 1000);
    notice_init(&world->alarm, world->arena, 1000);
    *state = world;
    return 0;
}

static int end(void **state)
{
    struct world *world = *state;

    arena_free(world->arena);
    time_zone_close(world->zone);
    memory_release_local(state);
    return 0;
}

static void add_titles(struct world *world, enum notice_part_kind kind, int count)
{
    struct notice_part *part = notice_add(&world->run, world->arena, kind);

    for (int i = 0; i < count; i++)
        notice_add_item(part, world->arena, arena_print(world->arena, "Title %d", i), 1990 + i, "");
}

static void end_run(struct world *world)
{
    notice_say(&world->run, world->arena, NOTICE_PART_SUMMARY, false, "The sync took 3 s");
}

static struct notice_choice wish(enum notice_form form)
{
    return (struct notice_choice){
        .form = form, .events = NOTICE_ALL_EVENTS, .quiet_from = -1, .quiet_until = -1};
}

static bool choose_of(struct world *world, const struct notice_choice *choice,
                      const struct notice *notice)
{
    struct notice_news news = {
        .run = notice == &world->run ? notice : NULL,
        .alarms = notice == &world->alarm ? notice : NULL,
    };

    return notice_choose(choice, &news, world->arena, &world->chosen);
}

static bool choose(struct world *world, enum notice_form form, const struct notice *notice)
{
    struct notice_choice choice = wish(form);

    return choose_of(world, &choice, notice);
}

static void a_run_without_news_is_told_only_to_who_wants_every_run(void **state)
{
    struct world *world = *state;

    end_run(world);
    assert_true(choose(world, NOTICE_FORM_EACH_RUN, &world->run));
    assert_string_equal(world->chosen.title, "The sync found nothing new");
    for (int form = NOTICE_FORM_CHANGES; form < NOTICE_FORMS; form++)
        assert_false(choose(world, (enum notice_form)form, &world->run));
}

static void many_titles_are_one_message_that_counts_them(void **state)
{
    struct world *world = *state;

    add_titles(world, NOTICE_PART_NEW, 500);
    add_titles(world, NOTICE_PART_UNKNOWN, 1);
    end_run(world);
    assert_true(choose(world, NOTICE_FORM_CHANGES, &world->run));
    assert_int_equal(world->chosen.count, 3);
    assert_int_equal(world->chosen.parts[0].total, 500);
    assert_int_equal(world->chosen.parts[0].count, NOTICE_ITEMS);
    assert_string_equal(world->chosen.title,
                        "500 titles were requested; 1 title could not be identified for certain");
}

static void only_errors_leaves_out_what_went_well(void **state)
{
    struct world *world = *state;

    add_titles(world, NOTICE_PART_NEW, 3);
    end_run(world);
    assert_false(choose(world, NOTICE_FORM_ERRORS, &world->run));
    add_titles(world, NOTICE_PART_NOT_TAKEN, 1);
    assert_true(choose(world, NOTICE_FORM_ERRORS, &world->run));
    assert_string_equal(world->chosen.title,
                        "1 title could not be requested: Seerr did not take it");
    notice_say(&world->alarm, world->arena, NOTICE_PART_SEERR_TROUBLE, true, "Seerr is back");
    assert_true(choose(world, NOTICE_FORM_ERRORS, &world->alarm));
    assert_int_equal(notice_severity_of(&world->chosen), NOTICE_GOOD);
}

static void a_failed_run_is_told_once_to_everybody(void **state)
{
    struct world *world = *state;

    notice_say(&world->run, world->arena, NOTICE_PART_RUN_TROUBLE, false, "The sync failed: no");
    end_run(world);
    notice_say(&world->alarm, world->arena, NOTICE_PART_RUN_TROUBLE, false, "The last sync failed");
    for (int form = 0; form < NOTICE_FORMS; form++) {
        bool by_run = choose(world, (enum notice_form)form, &world->run);
        bool by_alarm = choose(world, (enum notice_form)form, &world->alarm);
        assert_true(by_run != by_alarm);
        assert_true(by_run == (form == NOTICE_FORM_EACH_RUN));
    }
}

/* The sentences of what is chosen, joined with "|". */
static const char *chosen(struct world *world)
{
    const char *all = "";

    for (size_t i = 0; i < world->chosen.count; i++)
        all = arena_print(world->arena, "%s%s%s", all, i ? "|" : "",
                          notice_part_sentence(&world->chosen.parts[i], world->arena));
    return all;
}

static void what_is_found_together_is_one_message_with_errors_first(void **state)
{
    static const char *const told[NOTICE_FORMS] = {
        [NOTICE_FORM_EACH_RUN] = "Seerr: no answer; 7 titles wait for it|3 titles were requested"
                                 "|a list shrank|The sync took 3 s",
        [NOTICE_FORM_CHANGES] = "Seerr: no answer; 7 titles wait for it|3 titles were requested"
                                "|a list shrank|The sync took 3 s",
        [NOTICE_FORM_ERRORS] = "Seerr: no answer; 7 titles wait for it|a list shrank",
        [NOTICE_FORM_DAILY] =
            "Seerr: no answer; 7 titles wait for it|3 titles were requested|a list shrank",
        [NOTICE_FORM_WEEKLY] =
            "Seerr: no answer; 7 titles wait for it|3 titles were requested|a list shrank",
    };
    struct world *world = *state;
    struct notice_news news = {&world->run, &world->alarm, .seerr_failed_run = true};

    notice_say(&world->run, world->arena, NOTICE_PART_RUN_TROUBLE, false,
               "The sync failed: no answer");
    add_titles(world, NOTICE_PART_NEW, 3);
    end_run(world);
    notice_say(&world->alarm, world->arena, NOTICE_PART_LIST_TROUBLE, false, "a list shrank");
    notice_say(&world->alarm, world->arena, NOTICE_PART_SEERR_TROUBLE, false,
               "Seerr: no answer; 7 titles wait for it");
    for (int form = 0; form < NOTICE_FORMS; form++) {
        struct notice_choice choice = wish((enum notice_form)form);
        assert_true(notice_choose(&choice, &news, world->arena, &world->chosen));
        assert_string_equal(chosen(world), told[form]);
    }
}

/* It is no news of Seerr that is told twice, but that the sync failed. */
static void who_is_not_told_of_seerr_is_told_why_the_sync_failed(void **state)
{
    struct world *world = *state;
    struct notice_choice choice = wish(NOTICE_FORM_EACH_RUN);
    struct notice_news news = {&world->run, &world->alarm, .seerr_failed_run = true};

    notice_say(&world->run, world->arena, NOTICE_PART_RUN_TROUBLE, false,
               "The sync failed: no answer");
    notice_say(&world->alarm, world->arena, NOTICE_PART_SEERR_TROUBLE, false, "Seerr: no answer");
    choice.events = notice_events_from_text("run");
    assert_true(notice_choose(&choice, &news, world->arena, &world->chosen));
    assert_string_equal(chosen(world), "The sync failed: no answer");
    choice.events = NOTICE_ALL_EVENTS;
    news.seerr_failed_run = false; /* it failed of something else */
    assert_true(notice_choose(&choice, &news, world->arena, &world->chosen));
    assert_string_equal(chosen(world), "Seerr: no answer|The sync failed: no answer");
}

static void a_sync_that_was_stopped_is_told_to_who_wants_every_run(void **state)
{
    struct world *world = *state;

    notice_say(&world->run, world->arena, NOTICE_PART_STOPPED, false, "The sync was stopped");
    end_run(world);
    for (int form = 0; form < NOTICE_FORMS; form++)
        assert_true(choose(world, (enum notice_form)form, &world->run) ==
                    (form == NOTICE_FORM_EACH_RUN));
    assert_true(choose(world, NOTICE_FORM_EACH_RUN, &world->run));
    assert_string_equal(world->chosen.title, "The sync was stopped");
}

static void only_chosen_events_are_told(void **state)
{
    struct world *world = *state;
    struct notice_choice choice = wish(NOTICE_FORM_CHANGES);

    add_titles(world, NOTICE_PART_NEW, 3);
    add_titles(world, NOTICE_PART_UNKNOWN, 2);
    choice.events = notice_events_from_text("needs_person, nonsense");
    assert_true(choose_of(world, &choice, &world->run));
    assert_int_equal(world->chosen.count, 1);
    assert_string_equal(world->chosen.title, "2 titles could not be identified for certain");
    choice.events = notice_events_from_text("silence");
    assert_false(choose_of(world, &choice, &world->run));
    assert_string_equal(
        notice_events_text(notice_events_from_text("source,requested"), world->arena),
        "requested,source");
}

static void a_digest_names_each_title_once(void **state)
{
    struct world *world = *state;
    struct notice digest;

    notice_init(&digest, world->arena, 2000);
    add_titles(world, NOTICE_PART_NEW, 3);
    notice_merge(&digest, world->arena, &world->run);
    notice_merge(&digest, world->arena, &world->run);
    notice_say(&world->alarm, world->arena, NOTICE_PART_LIST_TROUBLE, false, "a:b: blocked");
    notice_merge(&digest, world->arena, &world->alarm);
    assert_int_equal(digest.count, 2);
    assert_int_equal(digest.parts[0].total, 3);
    assert_string_equal(notice_title_of(&digest, world->arena),
                        "3 titles were requested; a:b: blocked");
}

static int64_t at(const char *utc)
{
    return clock_parse_utc(utc);
}

static void check_due(struct world *world, const struct notice_choice *choice, const char *now,
                      const char *due)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format_utc(notice_due(choice, world->zone, at(now)), text);
    assert_string_equal(text, due);
}

/* Berlin is one hour ahead in November, two in summer. */
static void what_falls_into_the_quiet_hours_comes_at_their_end(void **state)
{
    struct world *world = *state;
    struct notice_choice choice = wish(NOTICE_FORM_CHANGES);

    choice.quiet_from = 22 * 60;
    choice.quiet_until = 7 * 60;
    check_due(world, &choice, "2026-11-22 20:59:00", "2026-11-22 20:59:00");
    check_due(world, &choice, "2026-11-22 21:00:00", "2026-11-23 06:00:00");
    check_due(world, &choice, "2026-11-23 05:59:59", "2026-11-23 06:00:00");
    check_due(world, &choice, "2026-11-23 06:00:00", "2026-11-23 06:00:00");
    choice.quiet_from = 9 * 60;
    choice.quiet_until = 17 * 60 + 30;
    check_due(world, &choice, "2026-07-01 08:00:00", "2026-07-01 15:30:00");
    check_due(world, &choice, "2026-07-01 06:59:00", "2026-07-01 06:59:00");
}

static void a_digest_comes_at_its_time_and_not_in_quiet_hours(void **state)
{
    struct world *world = *state;
    struct notice_choice choice = wish(NOTICE_FORM_DAILY);

    choice.digest_minute = 9 * 60;
    check_due(world, &choice, "2026-11-22 07:59:59", "2026-11-22 08:00:00");
    check_due(world, &choice, "2026-11-22 08:00:00", "2026-11-23 08:00:00");
    choice.form = NOTICE_FORM_WEEKLY;
    choice.digest_weekday = 1; /* the 22nd is a Sunday */
    check_due(world, &choice, "2026-11-22 12:00:00", "2026-11-23 08:00:00");
    check_due(world, &choice, "2026-11-23 12:00:00", "2026-11-30 08:00:00");
    choice.quiet_from = 8 * 60;
    choice.quiet_until = 10 * 60;
    check_due(world, &choice, "2026-11-22 12:00:00", "2026-11-23 09:00:00");
}

/* On 2026-03-29 the clock jumps from 2:00 to 3:00. */
static void a_time_that_the_clock_skips_is_the_jump(void **state)
{
    struct world *world = *state;
    struct notice_choice choice = wish(NOTICE_FORM_DAILY);

    choice.digest_minute = 2 * 60 + 30;
    check_due(world, &choice, "2026-03-28 20:00:00", "2026-03-29 01:00:00");
    check_due(world, &choice, "2026-03-29 02:00:00", "2026-03-30 00:30:00");
}

static void a_notice_comes_back_from_json_as_it_was(void **state)
{
    struct world *world = *state;
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_BUFFER struct buffer again = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text), second = json_writer_to(&again);
    AUTO_JSON struct json_value *document = NULL;
    struct notice read;

    add_titles(world, NOTICE_PART_NEW, 100);
    notice_say(&world->run, world->arena, NOTICE_PART_SEERR_TROUBLE, true, "well\nagain");
    world->run.title = "A \"title\"";
    world->run.id = "x";
    notice_put(&json, NULL, &world->run);
    assert_int_equal(json_value_parse(text.bytes, text.length, &document, NULL), ERROR_NONE);
    assert_int_equal(notice_read(document, world->arena, &read, NULL), ERROR_NONE);
    notice_put(&second, NULL, &read);
    assert_string_equal(buffer_string(&text), buffer_string(&again));
    assert_null(strchr(read.parts[1].sentence, '\n'));
}

static void the_api_knows_each_notifier(void **state)
{
    const struct notifier *const *notifier = notifier_all();
    size_t count = 0;

    (void)state;
    for (; notifier[count]; count++)
        assert_string_equal(api_notifier_words[count], notifier[count]->name);
    assert_null(api_notifier_words[count]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_without_news_is_told_only_to_who_wants_every_run),
        TEST(many_titles_are_one_message_that_counts_them),
        TEST(only_errors_leaves_out_what_went_well),
        TEST(a_failed_run_is_told_once_to_everybody),
        TEST(what_is_found_together_is_one_message_with_errors_first),
        TEST(who_is_not_told_of_seerr_is_told_why_the_sync_failed),
        TEST(a_sync_that_was_stopped_is_told_to_who_wants_every_run),
        TEST(only_chosen_events_are_told),
        TEST(a_digest_names_each_title_once),
        TEST(what_falls_into_the_quiet_hours_comes_at_their_end),
        TEST(a_digest_comes_at_its_time_and_not_in_quiet_hours),
        TEST(a_time_that_the_clock_skips_is_the_jump),
        TEST(a_notice_comes_back_from_json_as_it_was),
        TEST(the_api_knows_each_notifier),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

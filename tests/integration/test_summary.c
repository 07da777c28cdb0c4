/* What `listsync sync` prints for people: every title in one place, and nothing that is not so. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support/patience.h"
#include "support/world.h"

enum { PATIENCE_MS = 30000 };

static const char own_list[] = "tmdb,title,year,type\n"
                               "603,The Matrix,1999,movie\n"
                               "13,Forrest Gump,1994,movie\n"
                               "354912,Coco,2017,movie\n"
                               "20662,Robin Hood,2010,movie\n"
                               "1271,300,2007,movie\n"
                               "34307,Shameless,2011,tv\n"
                               ",The Film That Nobody Remembers,1987,movie\n";

static void open_used_seerr(struct world *world)
{
    world_open(world, NULL);
    world_write(world, "list.csv", own_list);
    world_set(world, "CUSTOM_LISTS", "file:list.csv");
    sim_tell(&world->sim, "/sim/media", "{\"kind\":\"movie\",\"tmdb\":354912,\"status\":5}");
    sim_tell(&world->sim, "/sim/media", "{\"kind\":\"movie\",\"tmdb\":20662,\"status\":6}");
    sim_tell(&world->sim, "/sim/decline", "{\"kind\":\"movie\",\"tmdb\":1271}");
    sim_tell(&world->sim, "/sim/media",
             "{\"kind\":\"tv\",\"tmdb\":34307,\"status\":4,\"seasons\":[1,2]}");
}

static void assert_says(const struct process_result *result, const char *text)
{
    if (!strstr(buffer_string(&result->out), text))
        fail_msg("\"%s\" is not in:\n%s", text, buffer_string(&result->out));
}

static void assert_does_not_say(const struct process_result *result, const char *text)
{
    if (strstr(buffer_string(&result->out), text))
        fail_msg("\"%s\" is in:\n%s", text, buffer_string(&result->out));
}

static void every_title_is_in_the_section_where_it_belongs(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_used_seerr(&world);
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    assert_int_equal(result.exit_code, 0);
    assert_says(&result, "\nRequested (3)\n");
    assert_says(&result, "Shameless (2011), series  seasons 3 to 11; custom:file:");
    assert_says(&result, "\nNothing to do (1)\n      1  already available\n");
    assert_says(&result, "\nSkipped on purpose (2)\n");
    assert_says(&result, "Robin Hood (2010)  this film is on Seerr's blocklist\n");
    assert_says(&result, "300 (2007)         the request for this film was declined in Seerr");
    assert_says(&result, "\nNeeds you: not identified for certain, so not requested (1)\n");
    assert_says(&result, "\nRun 1 completed in ");
    assert_says(&result, "  7 titles: 3 requested, 1 already available, 2 skipped, "
                         "1 not identified\n");
    process_result_release(&result);
    world_close(&world);
}

static void a_dry_run_speaks_of_what_would_be(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_used_seerr(&world);
    world_run(&world, (const char *[]){"sync", "--dry-run", NULL}, &result);
    assert_says(&result, "\nWould be requested (3)\n");
    assert_says(&result, "\nDry run 1 completed in ");
    assert_says(&result, "3 would be requested");
    process_result_release(&result);
    world_close(&world);
}

static void a_list_that_cannot_be_read_is_told_with_its_reason(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ur00000002");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    assert_int_equal(result.exit_code, 1);
    assert_says(&result, "\nLists that could not be read (1)\n  imdb:ur00000002\n      IMDb shows");
    assert_says(&result, "\nRun 1 completed with errors in ");
    assert_says(&result, "  no titles: nothing was requested\n");
    process_result_release(&result);
    world_close(&world);
}

static void the_same_advice_is_given_once(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ur00000002,ls000000003");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    assert_says(&result, "\nLists that could not be read (2)\n"
                         "  imdb:ur00000002\n  imdb:ls000000003\n      IMDb shows");
    process_result_release(&result);
    world_close(&world);
}

static void every_row_is_shown_where_there_is_no_terminal(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001");
    world_run(&world, (const char *[]){"sync", "--dry-run", NULL}, &result);
    assert_says(&result, "The Sopranos (1999), series  ");
    assert_does_not_say(&result, " more");
    process_result_release(&result);
    world_close(&world);
}

static void wait_for_search(const struct world *world)
{
    struct patience patience = {0};

    while (sim_seerr_calls(&world->sim, "GET /api/v1/search") == 0)
        if (!patience_wait(&patience))
            fail_msg("nothing was looked up");
}

static void a_sync_that_is_cancelled_before_its_plan_claims_nothing(void **state)
{
    struct world world;
    struct process process;
    struct process_result result;

    (void)state;
    world_open(&world, NULL);
    world_set(&world, "IMDB_LISTS", "ls000000001");
    sim_tell(&world.sim, "/sim/faults",
             "{\"match\":\"GET /api/v1/search\",\"nth\":0,\"action\":\"hang\"}");
    world_start(&world, (const char *[]){"sync", NULL}, &process);
    assert_true(process_wait_for_line(&process, PATIENCE_MS)); /* at once, in a pipe too */
    wait_for_search(&world);
    process_signal(&process, SIGINT);
    process_finish(&process, PATIENCE_MS, &result);
    assert_int_equal(result.exit_code, 4);
    assert_says(&result, "\nRun 1 cancelled in ");
    assert_does_not_say(&result, "was cancelled");
    assert_says(&result, "  no titles: nothing was requested\n");
    assert_does_not_say(&result, "Requested (");
    process_result_release(&result);
    world_close(&world);
}

static void a_seerr_that_is_not_there_is_the_only_thing_told(void **state)
{
    struct world world;
    struct process_result result;

    (void)state;
    open_used_seerr(&world);
    world_set(&world, "OVERSEERR_API_KEY", "wrong");
    world_run(&world, (const char *[]){"sync", NULL}, &result);
    assert_int_equal(result.exit_code, 3);
    assert_says(&result, "\nRun 1 failed in ");
    assert_says(&result, "Seerr does not accept the API key; the right one is in Seerr under ");
    assert_does_not_say(&result, "Lists");
    assert_does_not_say(&result, "cancelled");
    assert_does_not_say(&result, "could not be read");
    process_result_release(&result);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_title_is_in_the_section_where_it_belongs),
        cmocka_unit_test(a_dry_run_speaks_of_what_would_be),
        cmocka_unit_test(a_list_that_cannot_be_read_is_told_with_its_reason),
        cmocka_unit_test(the_same_advice_is_given_once),
        cmocka_unit_test(every_row_is_shown_where_there_is_no_terminal),
        cmocka_unit_test(a_sync_that_is_cancelled_before_its_plan_claims_nothing),
        cmocka_unit_test(a_seerr_that_is_not_there_is_the_only_thing_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

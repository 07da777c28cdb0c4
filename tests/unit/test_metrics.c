#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/metrics.h"

static const char *colour_word(int index)
{
    static const char *const words[] = {"red", "blue", NULL};

    return words[index];
}

static const char *odd_word(int index)
{
    static const char *const words[] = {"a\"b\\c\nd", NULL};

    return words[index];
}

static const double bounds[] = {0.1, 1, 0};

enum { COUNTER, GAUGE, HISTOGRAM, TEXTS, ODD };

static const struct metric table[] = {
    [COUNTER] = {"things_total",
                 METRIC_COUNTER,
                 "Things.",
                 {{"colour", colour_word}, {"again", colour_word}},
                 NULL},
    [GAUGE] = {"level", METRIC_GAUGE, "A level.", {{NULL, NULL}, {NULL, NULL}}, NULL},
    [HISTOGRAM] = {"wait_seconds",
                   METRIC_HISTOGRAM,
                   "Waits.",
                   {{"colour", colour_word}, {NULL, NULL}},
                   bounds},
    [TEXTS] = {"age", METRIC_GAUGE, "Ages.", {{"colour", colour_word}, {"list", NULL}}, NULL},
    [ODD] = {"odd_total", METRIC_COUNTER, "Odd.", {{"word", odd_word}, {NULL, NULL}}, NULL},
};

static struct metrics *metrics;
static struct buffer page;

static int set_up(void **state)
{
    (void)state;
    metrics = metrics_new(table, sizeof(table) / sizeof(table[0]));
    buffer_init(&page, BUFFER_LIMIT_TEXT);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    metrics_free(metrics);
    buffer_release(&page);
    return 0;
}

static bool says(const char *line)
{
    buffer_clear(&page);
    metrics_put(metrics, &page);
    return strstr(buffer_string(&page), line) != NULL;
}

static void a_counter_is_there_before_it_counts(void **state)
{
    (void)state;
    assert_true(says("# HELP things_total Things.\n# TYPE things_total counter\n"));
    assert_true(says("things_total{colour=\"blue\",again=\"red\"} 0\n"));
    metrics_add(metrics, COUNTER, 1, 0, 2);
    metrics_add(metrics, COUNTER, 1, 0, 0.5);
    assert_true(says("things_total{colour=\"blue\",again=\"red\"} 2.5\n"));
    assert_true(says("things_total{colour=\"red\",again=\"blue\"} 0\n"));
}

static void a_gauge_is_told_once_it_was_set(void **state)
{
    (void)state;
    assert_false(says("\nlevel "));
    metrics_set(metrics, GAUGE, 0, 0, -3);
    assert_true(says("\nlevel -3\n"));
    metrics_gain(metrics, GAUGE, 0, 0, 5);
    assert_true(says("\nlevel 2\n"));
}

static void a_histogram_counts_what_is_at_most_its_bound(void **state)
{
    (void)state;
    metrics_observe(metrics, HISTOGRAM, 0, 0, 0.1);
    metrics_observe(metrics, HISTOGRAM, 0, 0, 0.5);
    metrics_observe(metrics, HISTOGRAM, 0, 0, 7);
    assert_true(says("wait_seconds_bucket{colour=\"red\",le=\"0.1\"} 1\n"
                     "wait_seconds_bucket{colour=\"red\",le=\"1\"} 2\n"
                     "wait_seconds_bucket{colour=\"red\",le=\"+Inf\"} 3\n"
                     "wait_seconds_sum{colour=\"red\"} 7.6\n"
                     "wait_seconds_count{colour=\"red\"} 3\n"));
    assert_true(says("wait_seconds_count{colour=\"blue\"} 0\n"));
}

static void texts_are_bounded_and_cannot_break_a_line(void **state)
{
    char name[16];

    (void)state;
    metrics_set_text(metrics, TEXTS, 1, "x\"\n\\y", 4);
    assert_true(says("age{colour=\"blue\",list=\"x\\\"\\n\\\\y\"} 4\n"));
    assert_true(says("odd_total{word=\"a\\\"b\\\\c\\nd\"} 0\n"));
    for (int i = 0; i < METRICS_TEXTS_MOST; i++) {
        snprintf(name, sizeof(name), "n%d", i);
        metrics_set_text(metrics, TEXTS, 0, name, i);
    }
    snprintf(name, sizeof(name), "\"n%d\"", METRICS_TEXTS_MOST - 2);
    assert_true(says(name));
    snprintf(name, sizeof(name), "\"n%d\"", METRICS_TEXTS_MOST - 1);
    assert_false(says(name));
}

static void a_copy_goes_its_own_way(void **state)
{
    (void)state;
    metrics_add(metrics, COUNTER, 0, 0, 1);
    metrics_set_text(metrics, TEXTS, 0, "one", 1);
    struct metrics *copy = metrics_copy(metrics);
    metrics_add(copy, COUNTER, 0, 0, 1);
    metrics_set_text(copy, TEXTS, 0, "two", 2);
    assert_true(metrics_value(metrics, COUNTER, 0, 0) == 1);
    assert_true(metrics_value(copy, COUNTER, 0, 0) == 2);
    assert_true(isnan(metrics_value(copy, GAUGE, 0, 0)));
    assert_true(says("\"one\""));
    assert_false(says("\"two\""));
    metrics_free(copy);
}

static void nobody_need_count(void **state)
{
    (void)state;
    metrics_add(NULL, COUNTER, 0, 0, 1);
    metrics_set(NULL, GAUGE, 0, 0, 1);
    metrics_observe(NULL, HISTOGRAM, 0, 0, 1);
    metrics_set_text(NULL, TEXTS, 0, "x", 1);
    assert_null(metrics_copy(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_counter_is_there_before_it_counts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_gauge_is_told_once_it_was_set, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_histogram_counts_what_is_at_most_its_bound, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(texts_are_bounded_and_cannot_break_a_line, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_copy_goes_its_own_way, set_up, tear_down),
        cmocka_unit_test(nobody_need_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

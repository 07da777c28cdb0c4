#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/json_value.h"
#include "base/memory.h"
#include "base/trace.h"

#define GIVEN "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static void a_traceparent_comes_out_as_it_went_in(void **state)
{
    struct trace_context context;
    char text[TRACEPARENT_SIZE];

    (void)state;
    assert_true(trace_parse(GIVEN, &context));
    assert_true(context.sampled);
    trace_format(&context, text);
    assert_string_equal(text, GIVEN);
    struct trace_context child = trace_child(&context);
    assert_memory_equal(child.trace, context.trace, TRACE_ID_BYTES);
    assert_memory_not_equal(child.span, context.span, SPAN_ID_BYTES);
    assert_true(
        trace_parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more", &context));
    assert_false(context.sampled);
}

static void what_is_no_traceparent_is_none(void **state)
{
    static const char *const wrong[] = {
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
    };
    struct trace_context context;

    (void)state;
    assert_false(trace_parse(NULL, &context));
    for (size_t i = 0; i < ARRAY_LENGTH(wrong); i++)
        if (trace_parse(wrong[i], &context) || context.exists)
            fail_msg("\"%s\" was taken", wrong[i]);
    context = trace_child(&context);
    assert_false(context.exists);
}

static struct span span_of(struct tracer *tracer)
{
    struct trace_context context = tracer_begin(tracer, NULL);
    struct span span;

    span_init(&span, SPAN_CLIENT, "GET \"x\"", &context, NULL);
    span.started_us = 1795340036123456;
    span.duration_us = 1500;
    span_text(&span, "host", "a.org");
    span_number(&span, "status", 404);
    strcpy(span.problem, "HTTP 404");
    return span;
}

static void a_span_is_told_as_otlp(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_JSON struct json_value *document = NULL;
    struct tracer *tracer = tracer_new(1);
    struct span span = span_of(tracer);

    (void)state;
    tracer_keep(tracer, &span);
    assert_int_equal(tracer_take(tracer, &text), 1);
    assert_int_equal(json_value_parse(text.bytes, text.length, &document, NULL), ERROR_NONE);
    assert_non_null(strstr(text.bytes, "\"name\":\"GET \\\"x\\\"\",\"kind\":3,"
                                       "\"startTimeUnixNano\":\"1795340036123456000\","
                                       "\"endTimeUnixNano\":\"1795340036124956000\","
                                       "\"attributes\":[{\"key\":\"host\",\"value\":"
                                       "{\"stringValue\":\"a.org\"}},{\"key\":\"status\","
                                       "\"value\":{\"intValue\":\"404\"}}],\"status\":{\"code\":2,"
                                       "\"message\":\"HTTP 404\"}}"));
    assert_null(strstr(text.bytes, "parentSpanId"));
    buffer_clear(&text);
    assert_int_equal(tracer_take(tracer, &text), 0);
    assert_int_equal(text.length, 0);
    tracer_free(tracer);
}

static void count_call(void *context)
{
    ++*(int *)context;
}

static void the_queue_is_bounded_and_what_does_not_fit_is_counted(void **state)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    struct tracer *tracer = tracer_new(1);
    struct span span = span_of(tracer);
    struct tracer_figures figures;
    int calls = 0;

    (void)state;
    tracer_watch(tracer, count_call, &calls);
    for (int i = 0; i < SPANS_WAITING + 100; i++)
        tracer_keep(tracer, &span);
    tracer_figures(tracer, &figures);
    assert_int_equal(figures.waiting, SPANS_WAITING);
    assert_int_equal(figures.dropped, 100);
    assert_int_equal(calls, 1);
    for (int i = 0; i < SPANS_WAITING / SPANS_AT_ONCE; i++) {
        buffer_clear(&text);
        assert_int_equal(tracer_take(tracer, &text), SPANS_AT_ONCE);
        assert_false(text.overflowed);
    }
    assert_int_equal(tracer_take(tracer, &text), 0);
    tracer_free(tracer);
}

static int sampled_of(double share, const struct trace_context *from)
{
    struct tracer *tracer = tracer_new(share);
    int sampled = 0;

    for (int i = 0; i < 4000; i++)
        sampled += tracer_begin(tracer, from).sampled;
    tracer_free(tracer);
    return sampled;
}

static void a_share_is_kept_and_who_asks_decides_for_his_own(void **state)
{
    struct trace_context from;

    (void)state;
    assert_int_equal(sampled_of(0, NULL), 0);
    assert_int_equal(sampled_of(1, NULL), 4000);
    assert_in_range(sampled_of(0.25, NULL), 700, 1300);
    assert_true(trace_parse(GIVEN, &from));
    assert_int_equal(sampled_of(0, &from), 4000);
    from.sampled = false;
    assert_int_equal(sampled_of(1, &from), 0);
}

static void nobody_need_trace(void **state)
{
    struct trace_context none = tracer_begin(NULL, NULL);
    struct span span = {.context = {.exists = true, .sampled = true}};

    (void)state;
    assert_false(none.exists || none.sampled);
    tracer_keep(NULL, &span);
    trace_set_current(&span.context);
    assert_true(trace_current().exists);
    trace_set_current(NULL);
    assert_false(trace_current().exists);
}

static int set_up(void **state)
{
    (void)state;
    crypto_begin();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_traceparent_comes_out_as_it_went_in),
        cmocka_unit_test(what_is_no_traceparent_is_none),
        cmocka_unit_test(a_span_is_told_as_otlp),
        cmocka_unit_test(the_queue_is_bounded_and_what_does_not_fit_is_counted),
        cmocka_unit_test(a_share_is_kept_and_who_asks_decides_for_his_own),
        cmocka_unit_test(nobody_need_trace),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

/* The tests' own legs: running programs. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/process.h"

static void run(const char *const *words, const char *input, int deadline_ms,
                struct process_result *result)
{
    struct process_call call = {.words = words, .input = input, .folder = "/"};
    process_run(&call, deadline_ms, result);
}

static void test_input_comes_back(void **state)
{
    struct process_result result;

    (void)state;
    run((const char *[]){"/bin/cat", NULL}, "hello\n", 10000, &result);
    assert_int_equal(result.exit_code, 0);
    assert_string_equal(buffer_string(&result.out), "hello\n");
    process_result_release(&result);
}

static void test_outputs_and_exit_code_are_told_apart(void **state)
{
    struct process_result result;

    (void)state;
    run((const char *[]){"/bin/sh", "-c", "echo out; echo err >&2; exit 3", NULL}, NULL, 10000,
        &result);
    assert_int_equal(result.exit_code, 3);
    assert_string_equal(buffer_string(&result.out), "out\n");
    assert_string_equal(buffer_string(&result.errors), "err\n");
    process_result_release(&result);
}

static void test_a_late_program_is_killed(void **state)
{
    struct process_result result;

    (void)state;
    run((const char *[]){"/bin/sleep", "60", NULL}, NULL, 50, &result);
    assert_true(result.late);
    assert_int_equal(result.signal, SIGKILL);
    assert_int_equal(result.exit_code, -1);
    process_result_release(&result);
}

static void test_more_output_than_fits_does_not_block(void **state)
{
    struct process_result result;

    (void)state;
    run((const char *[]){"/usr/bin/head", "-c", "70000000", "/dev/zero", NULL}, NULL, 30000,
        &result);
    assert_int_equal(result.exit_code, 0);
    assert_true(result.out.overflowed);
    process_result_release(&result);
}

static void test_a_program_is_stopped_half_way(void **state)
{
    const char *words[] = {"/bin/sh", "-c", "echo ready; exec sleep 60", NULL};
    struct process_result result;
    struct process process;

    (void)state;
    process_start(&(struct process_call){.words = words}, &process);
    assert_true(process_wait_for_line(&process, 10000));
    process_signal(&process, SIGTERM);
    process_finish(&process, 10000, &result);
    assert_false(result.late);
    assert_int_equal(result.signal, SIGTERM);
    process_result_release(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_input_comes_back),
        cmocka_unit_test(test_outputs_and_exit_code_are_told_apart),
        cmocka_unit_test(test_a_late_program_is_killed),
        cmocka_unit_test(test_more_output_than_fits_does_not_block),
        cmocka_unit_test(test_a_program_is_stopped_half_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

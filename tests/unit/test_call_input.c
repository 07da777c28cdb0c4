#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "web/call.h"

static const char *const sort_words[] = {"name", "date", NULL};

static const struct field parameters[] = {
    {"list_type", FIELD_TEXT, FIELD_IN_PATH, .help = "Of what kind"},
    {"limit", FIELD_INTEGER, .low = 1, .high = 100, .fallback = "20"},
    {"least", FIELD_NUMBER, .flags = 0},
    {"sort", FIELD_TEXT, .words = sort_words},
    {"full", FIELD_SWITCH, .fallback = "true"},
    {0},
};

static const struct field body[] = {
    {"list_id", FIELD_TEXT, FIELD_REQUIRED, .help = "Which one"},
    {"year", FIELD_INTEGER, FIELD_NULLABLE, .help = "When"},
    {"rate", FIELD_NUMBER, .flags = 0},
    {"dry_run", FIELD_SWITCH, .flags = 0},
    {0},
};

static const struct route with_body = {
    .id = "add", .method = WEB_POST, .path = "/x", .parameters = parameters, .body = body};
static const struct route perhaps_with_body = {
    .id = "trigger", .method = WEB_POST, .path = "/x", .body = body, .flags = ROUTE_ANY_BODY};
static const struct route without_body = {.id = "stop", .method = WEB_POST, .path = "/x"};
static const struct route whatever_body = {
    .id = "ping", .method = WEB_POST, .path = "/x", .flags = ROUTE_ANY_BODY};

static struct api nobody; /* no part of the service is there */

/* One request to one route, with what it may hold. */
struct trial {
    struct arena *arena;
    struct web_pair in_path, header, query[8];
    struct web_request request;
    struct web_response response;
    struct call call;
};

static void trial_begin(struct trial *trial, const struct route *route)
{
    *trial = (struct trial){.arena = arena_new()};
    trial->request = (struct web_request){.arena = trial->arena, .body = ""};
    trial->in_path = (struct web_pair){"list_type", "imdb"};
    web_response_init(&trial->response, trial->arena);
    trial->call = (struct call){
        .api = &nobody,
        .request = &trial->request,
        .response = &trial->response,
        .arena = trial->arena,
        .route = route,
        .in_path = {&trial->in_path, 1},
        .json = json_writer_to(&trial->response.body),
    };
    trial->request.query.items = trial->query;
}

static void trial_end(struct trial *trial)
{
    json_value_free(trial->call.document);
    web_response_release(&trial->response);
    arena_free(trial->arena);
}

static void add_query(struct trial *trial, const char *name, const char *value)
{
    trial->query[trial->request.query.count++] = (struct web_pair){name, value};
}

static void set_body(struct trial *trial, const char *type, const char *text)
{
    trial->request.body = text;
    trial->request.body_length = strlen(text);
    trial->header = (struct web_pair){"content-type", type};
    trial->request.headers = (struct web_pairs){&trial->header, type ? 1 : 0};
}

#define AUTO_TRIAL __attribute__((cleanup(trial_end)))

static void assert_answer(struct trial *trial, int status, const char *answer)
{
    assert_int_equal(call_check_input(&trial->call), status == 0);
    assert_int_equal(trial->response.status, status);
    assert_string_equal(buffer_string(&trial->response.body), answer);
}

static void assert_body(const struct route *route, const char *type, const char *text, int status,
                        const char *answer)
{
    AUTO_TRIAL struct trial trial;

    trial_begin(&trial, route);
    set_body(&trial, type, text);
    assert_answer(&trial, status, answer);
}

static void test_parameters_have_fallbacks(void **state)
{
    AUTO_TRIAL struct trial trial;

    (void)state;
    trial_begin(&trial, &with_body);
    set_body(&trial, NULL, "{\"list_id\":\"top\"}");
    add_query(&trial, "sort", "");
    assert_answer(&trial, 0, "");
    assert_string_equal(call_text(&trial.call, "list_type"), "imdb");
    assert_int_equal(call_integer(&trial.call, "limit"), 20);
    assert_null(call_text(&trial.call, "sort"));
    assert_false(call_has(&trial.call, "sort"));
    assert_true(call_switch(&trial.call, "full"));
    assert_true(call_decimal(&trial.call, "least") == 0);
}

static void test_parameters_that_are_given(void **state)
{
    AUTO_TRIAL struct trial trial;

    (void)state;
    trial_begin(&trial, &with_body);
    set_body(&trial, NULL, "{\"list_id\":\"top\"}");
    add_query(&trial, "limit", "5");
    add_query(&trial, "least", "1.5");
    add_query(&trial, "sort", "date");
    add_query(&trial, "full", "0");
    add_query(&trial, "_", "1719");
    assert_answer(&trial, 0, "");
    assert_int_equal(call_integer(&trial.call, "limit"), 5);
    assert_true(call_decimal(&trial.call, "least") == 1.5);
    assert_string_equal(call_text(&trial.call, "sort"), "date");
    assert_true(call_has(&trial.call, "sort"));
    assert_false(call_switch(&trial.call, "full"));
}

static void assert_query(const char *name, const char *value, const char *message)
{
    AUTO_TRIAL struct trial trial;

    trial_begin(&trial, &with_body);
    set_body(&trial, NULL, "{\"list_id\":\"top\"}");
    add_query(&trial, name, value);
    const char *answer = arena_print(trial.arena,
                                     "{\"detail\":\"%s: %s\",\"code\":\"invalid\",\"errors\":"
                                     "[{\"field\":\"%s\",\"message\":\"%s\"}]}",
                                     name, message, name, message);
    assert_answer(&trial, 422, answer);
}

static void test_wrong_parameters_are_named(void **state)
{
    (void)state;
    assert_query("limit", "0", "wants a number from 1 to 100");
    assert_query("limt", "5", "is not known; did you mean limit?");
    assert_query("callback", "x", "is not known");
    assert_query("sort", "size", "wants one of: name, date");
    /* What stands in the path cannot be said again. */
    assert_query("list_type", "trakt", "is not known");
}

static void test_a_parameter_is_given_once(void **state)
{
    AUTO_TRIAL struct trial trial;

    (void)state;
    trial_begin(&trial, &with_body);
    set_body(&trial, NULL, "{\"list_id\":\"top\"}");
    add_query(&trial, "limit", "5");
    add_query(&trial, "limit", "50");
    assert_answer(&trial, 422,
                  "{\"detail\":\"limit: is given twice\",\"code\":\"invalid\",\"errors\":"
                  "[{\"field\":\"limit\",\"message\":\"is given twice\"}]}");
}

static void test_members_of_the_body(void **state)
{
    AUTO_TRIAL struct trial trial;

    (void)state;
    trial_begin(&trial, &with_body);
    set_body(&trial, "application/json; charset=utf-8",
             "{\"list_id\":\"top\",\"year\":null,\"rate\":2,\"dry_run\":true}");
    assert_answer(&trial, 0, "");
    assert_string_equal(call_body_text(&trial.call, "list_id"), "top");
    assert_true(call_body_has(&trial.call, "year"));
    assert_int_equal(call_body_integer(&trial.call, "year", 1999), 1999);
    assert_true(call_body_decimal(&trial.call, "rate", 1) == 2);
    assert_true(call_body_switch(&trial.call, "dry_run", false));
    assert_false(call_body_has(&trial.call, "force"));
    assert_true(call_body_switch(&trial.call, "force", true));
}

static void test_body_and_parameters_are_told_together(void **state)
{
    AUTO_TRIAL struct trial trial;

    (void)state;
    trial_begin(&trial, &with_body);
    set_body(&trial, "application/json", "{\"dryrun\":true}");
    add_query(&trial, "limit", "x");
    assert_answer(&trial, 422,
                  "{\"detail\":\"3 fields are wrong: limit: wants a whole number; list_id: is "
                  "missing; dryrun: is not known; did you mean dry_run?\",\"code\":\"invalid\","
                  "\"errors\":[{\"field\":\"limit\",\"message\":\"wants a whole number\"},"
                  "{\"field\":\"list_id\",\"message\":\"is missing\"},{\"field\":\"dryrun\","
                  "\"message\":\"is not known; did you mean dry_run?\"}]}");
}

#define NOT_JSON                                                                                   \
    "{\"detail\":\"the body must be JSON, with the header Content-Type: application/json\","       \
    "\"code\":\"not_json\"}"

static void test_only_json_is_taken(void **state)
{
    static const char text[] = "{\"list_id\":\"top\"}";

    (void)state;
    assert_body(&with_body, "application/json", text, 0, "");
    assert_body(&with_body, "Application/JSON;charset=\"UTF-8\"", text, 0, "");
    assert_body(&with_body, "application/vnd.api+json", text, 0, "");
    assert_body(&with_body, NULL, text, 0, "");
    assert_body(&with_body, "application/x-www-form-urlencoded", text, 415, NOT_JSON);
    assert_body(&with_body, "multipart/form-data; boundary=x", text, 415, NOT_JSON);
    assert_body(&with_body, "text/plain", text, 415, NOT_JSON);
    assert_body(&with_body, "", text, 415, NOT_JSON);
    assert_body(&with_body, "application/jsonp", text, 415, NOT_JSON);
    assert_body(&with_body, "application/json; charset=latin1", text, 415, NOT_JSON);
}

static void test_malformed_json_says_where(void **state)
{
    (void)state;
    assert_body(&with_body, NULL, "{\"list_id\":}", 400,
                "{\"detail\":\"the body is not valid JSON: unexpected token near '}' (line 1, "
                "column 12)\",\"code\":\"malformed_json\"}");
    assert_body(&with_body, NULL, "{\"list_id\":\"\xff\"}", 400,
                "{\"detail\":\"the body is not valid JSON: it is no UTF-8\",\"code\":"
                "\"malformed_json\"}");
    assert_body(&with_body, NULL, "{\"list_id\":\"a\",\"list_id\":\"b\"}", 400,
                "{\"detail\":\"the body is not valid JSON: duplicate object key near "
                "'\\\"list_id\\\"' (line 1, column 24)\",\"code\":\"malformed_json\"}");
}

static void test_a_body_that_need_not_be_there(void **state)
{
    (void)state;
    assert_body(&perhaps_with_body, NULL, "", 0, "");
    assert_body(&perhaps_with_body, "application/json", " \r\n", 0, "");
    assert_body(&perhaps_with_body, "application/x-www-form-urlencoded", "", 0, "");
    assert_body(&perhaps_with_body, NULL, "{\"list_id\":\"top\"}", 0, "");
    assert_body(&perhaps_with_body, NULL, "{}", 422,
                "{\"detail\":\"list_id: is missing\",\"code\":\"invalid\",\"errors\":[{\"field\":"
                "\"list_id\",\"message\":\"is missing\"}]}");
    assert_body(&with_body, NULL, "", 422,
                "{\"detail\":\"list_id: is missing\",\"code\":\"invalid\",\"errors\":[{\"field\":"
                "\"list_id\",\"message\":\"is missing\"}]}");
}

static void test_a_body_that_nobody_wants(void **state)
{
    static const char answer[] =
        "{\"detail\":\"no body is wanted here\",\"code\":\"body_not_wanted\"}";

    (void)state;
    assert_body(&without_body, NULL, "", 0, "");
    assert_body(&without_body, NULL, "{}", 0, "");
    assert_body(&without_body, NULL, "{\"dry_run\":true}", 400, answer);
    assert_body(&without_body, NULL, "[]", 400, answer);
    assert_body(&whatever_body, "text/plain", "whatever", 0, "");
}

static void test_failures_replace_what_was_written(void **state)
{
    AUTO_TRIAL struct trial trial;
    const struct error unreachable = {ERROR_UNREACHABLE, "Seerr does not answer"};

    (void)state;
    trial_begin(&trial, &with_body);
    json_begin_object(&trial.call.json, NULL);
    json_put_text(&trial.call.json, "half", "an answer");
    call_fail(&trial.call, 404, "list_not_found", "there is no list %d", 7);
    assert_string_equal(buffer_string(&trial.response.body),
                        "{\"detail\":\"there is no list 7\",\"code\":\"list_not_found\"}");
    call_fail_error(&trial.call, &unreachable);
    assert_int_equal(trial.response.status, 502);
    assert_string_equal(buffer_string(&trial.response.body),
                        "{\"detail\":\"Seerr does not answer\",\"code\":\"unreachable\"}");
    call_fail_field(&trial.call, "list_id", "is no list of %s", "imdb");
    assert_int_equal(trial.response.status, 422);
    assert_string_equal(buffer_string(&trial.response.body),
                        "{\"detail\":\"list_id: is no list of imdb\",\"code\":\"invalid\","
                        "\"errors\":[{\"field\":\"list_id\",\"message\":\"is no list of "
                        "imdb\"}]}");
}

static void test_the_databases_words_are_not_shown(void **state)
{
    AUTO_TRIAL struct trial trial;
    const struct error full = {ERROR_STORE, "/data/list_sync.db: disk full"};

    (void)state;
    trial_begin(&trial, &with_body);
    call_fail_error(&trial.call, &full);
    assert_int_equal(trial.response.status, 503);
    assert_null(strstr(buffer_string(&trial.response.body), "list_sync.db"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parameters_have_fallbacks),
        cmocka_unit_test(test_parameters_that_are_given),
        cmocka_unit_test(test_wrong_parameters_are_named),
        cmocka_unit_test(test_a_parameter_is_given_once),
        cmocka_unit_test(test_members_of_the_body),
        cmocka_unit_test(test_body_and_parameters_are_told_together),
        cmocka_unit_test(test_only_json_is_taken),
        cmocka_unit_test(test_malformed_json_says_where),
        cmocka_unit_test(test_a_body_that_need_not_be_there),
        cmocka_unit_test(test_a_body_that_nobody_wants),
        cmocka_unit_test(test_failures_replace_what_was_written),
        cmocka_unit_test(test_the_databases_words_are_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Holds the client to the real servers: what each recorded answer to a request means, and what
 * becomes of a request.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>

#include "base/memory.h"
#include "seerr/request.h"
#include "support/transcripts.h"

/* Every POST /request of the transcripts; what no row names must not be there. */
static const struct request_case {
    unsigned flavours;
    const char *name; /* its beginning: the rest says the same in words */
    enum request_answer answer;
} request_cases[] = {
    {ALL_SERVERS, "200-", REQUEST_MADE},
    {ALL_SERVERS, "202-", REQUEST_EXISTED},
    {ALL_SERVERS, "203-", REQUEST_MADE},
    {ALL_SERVERS, "204-", REQUEST_EXISTED},
    {ALL_SERVERS, "205-", REQUEST_MADE},
    {ALL_SERVERS, "206-", REQUEST_NOTHING_NEW},
    {ALL_SERVERS, "207-", REQUEST_MADE},
    {ALL_SERVERS, "208-", REQUEST_MADE},
    {ALL_SERVERS, "209-", REQUEST_MADE},
    {ALL_SERVERS, "210-", REQUEST_TROUBLE},
    {ALL_SERVERS, "211-", REQUEST_NOTHING_NEW},
    {OVERSEERR, "212-", REQUEST_MADE},
    {JELLYSEERR | SEERR, "212-", REQUEST_NOTHING_NEW},
    {ALL_SERVERS, "213-", REQUEST_MADE},
    {ALL_SERVERS, "214-", REQUEST_MADE},
    {ALL_SERVERS, "215-", REQUEST_NO_PERMISSION},
    {ALL_SERVERS, "216-", REQUEST_MADE},
    {ALL_SERVERS, "217-", REQUEST_MADE},
    {ALL_SERVERS, "218-", REQUEST_MADE},
    {ALL_SERVERS, "219-", REQUEST_UNKNOWN_TITLE},
    {ALL_SERVERS, "220-", REQUEST_UNKNOWN_TITLE},
    {ALL_SERVERS, "221-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "222-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "223-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "224-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "225-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "226-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "227-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "228-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "229-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "230-", REQUEST_MADE},
    {ALL_SERVERS, "231-", REQUEST_TROUBLE},
    {ALL_SERVERS, "232-", REQUEST_NOT_ALLOWED},
    {ALL_SERVERS, "233-", REQUEST_NO_PERMISSION},
    {ALL_SERVERS, "234-", REQUEST_MADE},
    {ALL_SERVERS, "235-", REQUEST_NO_PERMISSION},
    {ALL_SERVERS, "236-", REQUEST_REFUSED_ALL},
    {ALL_SERVERS, "237-", REQUEST_REFUSED_ALL},
    {ALL_SERVERS, "240-", REQUEST_MADE},
    {ALL_SERVERS, "241-", REQUEST_MADE},
    {ALL_SERVERS, "242-", REQUEST_QUOTA_USED_UP},
    {ALL_SERVERS, "244-", REQUEST_QUOTA_USED_UP},
    {ALL_SERVERS, "245-", REQUEST_MADE},
    {ALL_SERVERS, "246-", REQUEST_QUOTA_USED_UP},
    {ALL_SERVERS, "247-", REQUEST_QUOTA_USED_UP},
    {ALL_SERVERS, "248-", REQUEST_MADE},
    {ALL_SERVERS, "250-", REQUEST_UNKNOWN_TITLE},
    {ALL_SERVERS, "260-", REQUEST_MADE},
    {ALL_SERVERS, "270-", REQUEST_MADE},
    {ALL_SERVERS, "271-", REQUEST_MADE},
    {ALL_SERVERS, "272-", REQUEST_EXISTED},
    {ALL_SERVERS, "273-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "274-", REQUEST_NOT_UNDERSTOOD},
    {ALL_SERVERS, "275-", REQUEST_MADE},
    {ALL_SERVERS, "276-", REQUEST_MADE},
    {ALL_SERVERS, "277-", REQUEST_NOTHING_NEW},
    {SEERR, "280-", REQUEST_MADE},
    {SEERR, "281-", REQUEST_MADE},
    {SEERR, "282-", REQUEST_NOT_UNDERSTOOD},
    {SEERR, "283-", REQUEST_NOT_UNDERSTOOD},
    {SEERR, "284-", REQUEST_MADE},
    {SEERR, "285-", REQUEST_MADE},
    {SEERR, "286-", REQUEST_MADE},
    {SEERR, "288-", REQUEST_NOT_ALLOWED},
    {SEERR, "289-", REQUEST_NOT_ALLOWED},
    {ALL_SERVERS, "357-", REQUEST_MADE},
    {JELLYSEERR | SEERR, "362-", REQUEST_MADE},
    {OVERSEERR, "362-", REQUEST_EXISTED},
    {ALL_SERVERS, "400-", REQUEST_MADE},
    {ALL_SERVERS, "403-", REQUEST_MADE},
    {ALL_SERVERS, "410-", REQUEST_MADE},
    {ALL_SERVERS, "413-", REQUEST_MADE},
    {ALL_SERVERS, "415-", REQUEST_MADE},
    {ALL_SERVERS, "417-", REQUEST_MADE},
    {OLDER_SERVERS, "424-", REQUEST_MADE},
    {SEERR, "424-", REQUEST_BLOCKLISTED},
    {OLDER_SERVERS, "425-", REQUEST_EXISTED},
    {SEERR, "425-", REQUEST_BLOCKLISTED},
    {OLDER_SERVERS, "430-", REQUEST_MADE},
    {SEERR, "430-", REQUEST_BLOCKLISTED},
    {OLDER_SERVERS, "436-", REQUEST_MADE},
    {SEERR, "436-", REQUEST_BLOCKLISTED},
    {SEERR, "600-tmdb-404-", REQUEST_UNKNOWN_TITLE},
    {SEERR, "600-", REQUEST_TROUBLE},
    {SEERR, "620-", REQUEST_MADE},
    {SEERR, "701-", REQUEST_EXISTED},
    {SEERR, "704-", REQUEST_EXISTED},
    {SEERR, "710-", REQUEST_MADE},
    {SEERR, "712-", REQUEST_EXISTED},
    {SEERR, "718-", REQUEST_MADE},
    {SEERR, "721-", REQUEST_REFUSED_ALL},
    {ALL_SERVERS, "800-", REQUEST_MADE},
    {ALL_SERVERS, "801-", REQUEST_MADE},
    {JELLYSEERR | SEERR, "804-", REQUEST_MADE},
    {OVERSEERR, "804-", REQUEST_EXISTED},
    {ALL_SERVERS, "805-", REQUEST_MADE},
    {OVERSEERR, "808-", REQUEST_MADE},
    {JELLYSEERR | SEERR, "808-", REQUEST_BLOCKLISTED},
};

static const struct request_case *case_of(unsigned flavour, const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(request_cases); i++) {
        const struct request_case *row = &request_cases[i];
        if ((row->flavours & flavour) && strncmp(row->name, name, strlen(row->name)) == 0)
            return row;
    }
    return NULL;
}

/* POST /request with an answer; some were never answered. */
static bool is_answered_request(const json_t *transcript)
{
    const json_t *request = json_object_get(transcript, "request");
    const char *method = json_string_value(json_object_get(request, "method"));
    const char *path = json_string_value(json_object_get(request, "path"));

    return method && path && strcmp(method, "POST") == 0 && strcmp(path, "/api/v1/request") == 0 &&
           json_is_integer(json_object_get(json_object_get(transcript, "response"), "status"));
}

static bool check_request(unsigned bit, const char *flavour, const char *name)
{
    json_t *transcript = transcripts_load(flavour, name);
    bool is_request = is_answered_request(transcript);

    json_decref(transcript);
    if (!is_request)
        return false;
    AUTO_RESPONSE struct http_response response = transcripts_answer(flavour, name);
    const struct request_case *row = case_of(bit, name);
    struct request_result result;
    if (!row)
        fail_msg("no row says what %s of %s means", name, flavour);
    request_made(&response, &result);
    if (result.answer != row->answer)
        fail_msg("%s of %s is read as %d, not %d: %s", name, flavour, result.answer, row->answer,
                 result.message);
    assert_int_equal(result.request_id > 0, result.answer == REQUEST_MADE);
    return true;
}

static size_t check_requests_of(unsigned bit, const char *flavour)
{
    AUTO_FREE char *path = transcripts_folder(flavour);
    DIR *folder = opendir(path);
    size_t checked = 0;
    struct dirent *file;

    assert_non_null(folder);
    while ((file = readdir(folder))) {
        char *end = strstr(file->d_name, ".json");
        if (!end || end[5])
            continue;
        *end = '\0';
        checked += check_request(bit, flavour, file->d_name);
    }
    closedir(folder);
    return checked;
}

static void every_answer_to_a_request_is_understood(void **state)
{
    (void)state;
    for (size_t i = 0; i < TRANSCRIPT_FLAVOURS; i++)
        assert_true(check_requests_of(transcript_flavours[i].bit, transcript_flavours[i].name) >=
                    60);
}

static void check_withdrawal(const struct http_response *response, const void *row)
{
    struct error error = {0};

    assert_int_equal(request_withdrawn(response, &error), *(const enum error_code *)row);
}

static void a_withdrawal_is_done_when_the_request_is_gone(void **state)
{
    static const enum error_code gone = ERROR_NONE;
    static const enum error_code refused = ERROR_REFUSED;

    (void)state;
    transcripts_each(ALL_SERVERS, "351-request-delete", &gone, check_withdrawal);
    transcripts_each(ALL_SERVERS, "352-request-delete-again", &gone, check_withdrawal);
    transcripts_each(ALL_SERVERS, "350-request-delete-as-other", &refused, check_withdrawal);
}

static void check_state(const struct http_response *response, const void *row)
{
    struct request_state state = {0};
    struct error error = {0};

    (void)row;
    assert_int_equal(request_state_answer(response, &state, &error), ERROR_NONE);
    assert_int_equal(state.status, REQUEST_STATUS_APPROVED);
    assert_int_equal(state.media_type, MEDIA_MOVIE);
    assert_int_equal(state.tmdb, 278);
    assert_false(state.is_4k);
}

static void check_no_state(const struct http_response *response, const void *row)
{
    struct request_state state = {0};

    (void)row;
    assert_int_equal(request_state_answer(response, &state, NULL), ERROR_NOT_FOUND);
}

static void a_request_tells_its_state(void **state)
{
    (void)state;
    transcripts_each(ALL_SERVERS, "331-request-one", NULL, check_state);
    transcripts_each(ALL_SERVERS, "332-request-one-unknown", NULL, check_no_state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_to_a_request_is_understood),
        cmocka_unit_test(a_withdrawal_is_done_when_the_request_is_gone),
        cmocka_unit_test(a_request_tells_its_state),
    };

    return cmocka_run_group_tests(tests, transcripts_need, NULL);
}

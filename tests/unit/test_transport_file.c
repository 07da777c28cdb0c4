#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "net/transport_curl.h"

/* A file in a folder of its own, removed with both. */
struct scrap {
    char folder[32];
    char path[64];
};

static void scrap_make(struct scrap *scrap, const char *contents)
{
    strcpy(scrap->folder, "/tmp/listsync-test-XXXXXX");
    assert_non_null(mkdtemp(scrap->folder));
    snprintf(scrap->path, sizeof(scrap->path), "%s/list %%20.csv", scrap->folder);
    FILE *file = fopen(scrap->path, "w");
    assert_non_null(file);
    fputs(contents, file);
    fclose(file);
}

static void scrap_release(struct scrap *scrap)
{
    unlink(scrap->path);
    rmdir(scrap->folder);
}

struct ending {
    int times;
    int status;
    char body[32];
    struct error error;
};

static void note(void *context, const struct http_response *response, const struct error *error)
{
    struct ending *ending = context;

    ending->times++;
    if (error) {
        ending->error = *error;
        return;
    }
    ending->status = response->status;
    text_copy(ending->body, sizeof(ending->body), buffer_string(&response->body));
}

/* By the real transport, because it is the one that hands files on. At most 10 bytes. */
static struct ending ask_file(const char *scheme, const char *path)
{
    struct transport *transport = transport_curl_new(0);
    AUTO_REQUEST struct http_request request;
    struct ending ending = {0};

    http_request_init(&request);
    request.answer_limit = 10;
    http_request_get(&request, "%s%s", scheme, path);
    transport->functions->start(transport, &request, note, &ending);
    assert_int_equal(ending.times, 0);
    transport->functions->poll(transport, 0);
    assert_int_equal(ending.times, 1);
    transport->functions->free(transport);
    return ending;
}

static void a_file_is_answered_from_the_disk(void **state)
{
    struct scrap scrap __attribute__((cleanup(scrap_release)));

    (void)state;
    scrap_make(&scrap, "0123456789");
    struct ending plain = ask_file("file:", scrap.path);
    assert_int_equal(plain.status, 200);
    assert_string_equal(plain.body, "0123456789");
    struct ending slashes = ask_file("file://", scrap.path);
    assert_string_equal(slashes.body, "0123456789");
    struct ending missing = ask_file("file:", "/nowhere/list.csv");
    assert_int_equal(missing.status, 404);
    assert_string_equal(missing.body, "");
}

static void a_file_that_cannot_be_read_whole_is_an_error(void **state)
{
    struct scrap scrap __attribute__((cleanup(scrap_release)));

    (void)state;
    scrap_make(&scrap, "01234567890");
    struct ending large = ask_file("file:", scrap.path);
    assert_int_equal(large.error.code, ERROR_LIMIT);
    struct ending folder = ask_file("file:", scrap.folder);
    assert_int_equal(folder.error.code, ERROR_STORE);
}

static void a_pipe_is_refused_instead_of_waited_for(void **state)
{
    struct scrap scrap __attribute__((cleanup(scrap_release)));

    (void)state;
    scrap_make(&scrap, "");
    unlink(scrap.path);
    assert_int_equal(mkfifo(scrap.path, 0600), 0);
    struct ending ending = ask_file("file:", scrap.path);
    assert_int_equal(ending.error.code, ERROR_STORE);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_answered_from_the_disk),
        cmocka_unit_test(a_file_that_cannot_be_read_whole_is_an_error),
        cmocka_unit_test(a_pipe_is_refused_instead_of_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

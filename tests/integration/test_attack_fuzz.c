/*
 * Valid requests with a few bytes changed, sent to the running program: whatever they have become,
 * it neither falls nor says that the fault was its own. The seed is fixed, so a failure comes
 * again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/daemon.h"

enum { ROUNDS = 2000, AT_ONCE = 250, REQUEST_MOST = 1 << 16, CHANGES_MOST = 6 };

static struct daemon daemon;
static int handles;
static uint64_t state_of_chance = 20240607;

static int open_daemon(void **state)
{
    (void)state;
    daemon_open_with(&daemon, NULL, (const char *const[]){"--titles", "20", NULL});
    handles = daemon_handles(&daemon);
    return 0;
}

static int close_daemon(void **state)
{
    (void)state;
    daemon_close(&daemon);
    return 0;
}

static size_t chance(size_t below)
{
    state_of_chance ^= state_of_chance << 13;
    state_of_chance ^= state_of_chance >> 7;
    state_of_chance ^= state_of_chance << 17;
    return below ? state_of_chance % below : 0;
}

/* Nothing here asks an address that a change could turn into another's. */
static const struct {
    const char *method, *target, *body;
} requests[] = {
    {"GET", "/api/lists?page=1&limit=20", NULL},
    {"GET", "/api/lists/1", NULL},
    {"GET", "/api/lists/imdb/top/items?limit=5", NULL},
    {"GET", "/api/items?search=matrix&limit=10&status=requested", NULL},
    {"GET", "/api/items/1", NULL},
    {"GET", "/api/runs?limit=5&state=completed&since=2026-01-01T00:00:00Z", NULL},
    {"GET", "/api/runs/1", NULL},
    {"GET", "/api/analytics/overview?time_range=7d", NULL},
    {"GET", "/api/analytics/media-additions?time_range=30d", NULL},
    {"GET", "/api/logs/entries?level=info&limit=10&search=a&after=1", NULL},
    {"GET", "/api/audit?limit=10", NULL},
    {"GET", "/api/settings", NULL},
    {"GET", "/api/sync/status", NULL},
    {"GET", "/api/system/health", NULL},
    {"GET", "/api/timezone", NULL},
    {"GET", "/openapi.json", NULL},
    {"GET", "/docs", NULL},
    {"HEAD", "/api/lists", NULL},
    {"OPTIONS", "/api/lists", NULL},
    {"POST", "/api/lists",
     "{\"list_type\":\"imdb\",\"list_id\":\"ls000000001\",\"priority\":3,\"item_limit\":50,"
     "\"schedule\":\"*/15 3-7 * * 1,5\",\"seasons\":\"1-3,5\",\"quality\":\"hd\"}"},
    {"PUT", "/api/lists/1", "{\"auto_sync\":false,\"user_id\":\"2\",\"description\":\"mine\"}"},
    {"POST", "/api/lists/validate", "{\"list_id\":\"https://www.imdb.com/list/ls000000001/\"}"},
    {"DELETE", "/api/lists/imdb/ls000000001", NULL},
    {"POST", "/api/sync/trigger",
     "{\"dry_run\":true,\"custom_list\":[{\"title\":\"Heat\",\"year\":1995,"
     "\"media_type\":\"movie\",\"imdb_id\":\"tt0113277\",\"tmdb_id\":949}]}"},
    {"POST", "/api/sync/trigger", "{\"lists\":[1,2],\"items\":[1],\"plan_of\":1}"},
    {"PUT", "/api/settings",
     "{\"settings\":{\"SYNC_JITTER\":5,\"AUTO_SYNC\":true,\"TZ\":\"UTC\"}}"},
    {"POST", "/api/settings/config", "{\"overseerr_4k\":false,\"timezone\":\"Europe/Berlin\"}"},
    {"POST", "/api/auth/keys", "{\"name\":\"fuzz\",\"scope\":\"read\",\"days\":1}"},
    {"POST", "/api/auth/tokens", "{\"scope\":\"read\",\"lifetime\":60,\"audience\":\"listsync\"}"},
    {"DELETE", "/api/auth/keys/99", NULL},
    {"PUT", "/api/logs/level", "{\"level\":\"info\"}"},
    {"POST", "/api/auth/login", "{\"username\":\"nobody\",\"password\":\"guessed\"}"},
};

static void write_request(struct buffer *ret)
{
    size_t index = chance(ARRAY_LENGTH(requests));
    const char *body = requests[index].body;

    buffer_print(ret, "%s %s HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n",
                 requests[index].method, requests[index].target, daemon.admin_key);
    if (chance(4) == 0)
        buffer_text(ret, "Accept-Encoding: gzip, br\r\nIf-None-Match: W/\"1\", \"2\"\r\n");
    if (chance(4) == 0)
        buffer_text(ret, "Cookie: a=b; listsync_session=x\r\nOrigin: http://localhost\r\n");
    if (body)
        buffer_print(ret, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                     strlen(body));
    buffer_print(ret, "\r\n%s", body ? body : "");
}

static const char *const pieces[] = {
    "\r\n",
    "\r\n\r\n",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "[[[[",
    ",",
    ":",
    "null",
    "true",
    "-1",
    "1e400",
    "9223372036854775808",
    "%00",
    "%2f",
    "%",
    "&",
    "?",
    "#",
    "=",
    ";",
    "../",
    "\xff",
    "\xc3",
    "\xf0\x9f\x92\xa9",
    " ",
    "\t",
    "*",
    "0",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Encoding: gzip\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: websocket\r\nConnection: Upgrade\r\n",
    "HTTP/1.0",
    "\x01",
    "\x7f",
};

static void splice(struct buffer *request, size_t at, size_t drop, const char *piece, size_t length)
{
    AUTO_BUFFER struct buffer rest = BUFFER_WITH_LIMIT(REQUEST_MOST);

    buffer_append(&rest, request->bytes + at + drop, request->length - at - drop);
    request->length = at;
    buffer_append(request, piece, length);
    buffer_append(request, rest.bytes, rest.length);
}

static void change(struct buffer *request)
{
    size_t at = chance(request->length);
    size_t span = 1 + chance(chance(2) ? 4 : 40);
    char *copy;

    span = span < request->length - at ? span : request->length - at;
    switch (chance(5)) {
    case 0:
        request->bytes[at] = (char)(request->bytes[at] ^ (1 << chance(8)));
        break;
    case 1:
        splice(request, at, span, "", 0);
        break;
    case 2:
        copy = memory_text_n(request->bytes + at, span);
        splice(request, chance(request->length), 0, copy, strlen(copy));
        free(copy);
        break;
    default: {
        const char *piece = pieces[chance(ARRAY_LENGTH(pieces))];
        splice(request, at, chance(2) ? span : 0, piece, strlen(piece));
    }
    }
}

/* Many at once: who sends half a request is waited for, though not long. */
struct sent {
    struct buffer request;
    struct raw_http http;
};

static void send_changed(struct sent *sent)
{
    buffer_init(&sent->request, REQUEST_MOST);
    write_request(&sent->request);
    for (size_t changes = chance(CHANGES_MOST); changes > 0 && sent->request.length > 0; changes--)
        change(&sent->request);
    raw_http_open(&sent->http, daemon.port);
    raw_http_send_bytes(&sent->http, sent->request.bytes, sent->request.length);
    raw_http_end_sending(&sent->http);
}

/* 501 and 505 are what it does not speak; 503 with Retry-After is too much at once. */
static bool is_own_fault(const struct raw_answer *answer)
{
    return answer->status >= 500 && answer->status != 501 && answer->status != 505 &&
           !(answer->status == 503 && http_headers_find(&answer->headers, "Retry-After"));
}

/* Half a request gets no answer; a stream has no end, so the head must do. */
static int read_answer(struct sent *sent)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    int status = raw_http_read_head(&sent->http, &answer) ? answer.status : 0;

    if (is_own_fault(&answer))
        fail_msg("%d to:\n%s", status, buffer_string(&sent->request));
    raw_http_close(&sent->http);
    buffer_release(&sent->request);
    return status;
}

static void test_changed_requests_are_no_trouble(void **state)
{
    (void)state;
    static struct sent sent[AT_ONCE];
    int fine = 0, refused = 0;

    for (int round = 0; round < ROUNDS; round += AT_ONCE) {
        for (int i = 0; i < AT_ONCE; i++)
            send_changed(&sent[i]);
        for (int i = 0; i < AT_ONCE; i++) {
            int status = read_answer(&sent[i]);
            fine += status >= 200 && status < 400;
            refused += status >= 400;
        }
    }
    assert_true(fine > ROUNDS / 10 && refused > ROUNDS / 4);
    daemon_assert_well(&daemon, handles);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_changed_requests_are_no_trouble, open_daemon,
                                        close_daemon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

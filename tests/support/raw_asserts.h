/*
 * raw_asserts.h: what tests say about answers that raw_http.h has read.
 */
#ifndef TESTS_SUPPORT_RAW_ASSERTS_H
#define TESTS_SUPPORT_RAW_ASSERTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "support/raw_http.h"

static inline void assert_header(const struct raw_answer *answer, const char *name,
                                 const char *value)
{
    const char *found = http_headers_find(&answer->headers, name);

    if (!found || strcmp(found, value) != 0)
        fail_msg("%s: %s, not %s", name, found ? found : "nothing", value);
}

static inline void assert_holds(const struct raw_answer *answer, const char *text)
{
    if (!strstr(buffer_string(&answer->body), text))
        fail_msg("no \"%s\" in \"%s\"", text, buffer_string(&answer->body));
}

/* What was refused here has the API's error body. */
static inline void assert_refused(const struct raw_answer *answer, int status, const char *code)
{
    AUTO_FREE char *member = memory_print("\"code\":\"%s\"", code);

    assert_int_equal(answer->status, status);
    assert_header(answer, "Content-Type", "application/json");
    assert_holds(answer, "{\"detail\":\"");
    assert_holds(answer, member);
}

#endif

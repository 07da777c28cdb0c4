/* Any text on its way into a report: a secret in it is gone, and so is what looks like one. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/redaction.h"
#include "base/text.h"
#include "sync/discreet.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char secret[] = "S3cr%t/ \"+value";

static void check_known(const char *text, size_t length)
{
    AUTO_REDACTION struct redaction *redaction = redaction_new();
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);

    redaction_hide(redaction, secret);
    redaction_hide_address(redaction, text);
    redaction_apply(redaction, text, length, &out);
    CHECK(!strstr(buffer_string(&out), secret));
}

static void check_unknown(const char *text)
{
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_ARENA struct arena *arena = arena_new();

    discreet_text(text, &out);
    for (const char *at = buffer_string(&out); *at; at++)
        CHECK((unsigned char)*at >= ' ');
    CHECK(strlen(discreet_form(arena, text)) == strlen(text));
    buffer_clear(&out);
    discreet_address(text, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t length;
    AUTO_FREE char *text = text_valid_utf8((const char *)bytes, size, &length);

    check_known(text, length);
    check_unknown(text);
    return 0;
}

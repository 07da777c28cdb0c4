#include "net/hush.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* The shortest secret becomes longer by this. */
enum { GROWTH = sizeof(REDACTION_STARS) / REDACTION_LEAST + 1 };

static struct buffer without(const struct redaction *hidden, const char *text, size_t length)
{
    struct buffer clean = BUFFER_WITH_LIMIT(GROWTH * length + 1);

    if (hidden && redaction_finds(hidden, text, length))
        redaction_apply(hidden, text, length, &clean);
    return clean;
}

struct buffer hush(const struct redaction *hidden, const struct buffer *bytes)
{
    return without(hidden, buffer_string(bytes), bytes->length);
}

char *hush_text(const struct redaction *hidden, const char *text)
{
    AUTO_BUFFER struct buffer clean = without(hidden, text, strlen(text));

    return memory_text(clean.length ? buffer_string(&clean) : text);
}

void hush_error(const struct redaction *hidden, struct error *error)
{
    AUTO_FREE char *clean = hush_text(hidden, error->message);

    text_copy(error->message, sizeof(error->message), clean);
}

#include "notify/request.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

void request_takes_json(struct http_request *request)
{
    http_request_header(request, "Content-Type", "application/json");
    http_request_header(request, "Accept", "application/json");
}

void request_post_to(struct http_request *request, const struct notifier_settings *settings,
                     const char *field, const char *path)
{
    const char *base = secret_reveal(notifier_secret(settings, field));
    int length = (int)strlen(base);

    while (length && base[length - 1] == '/')
        length--;
    http_request_post(request, "%.*s%s", length, base, path);
}

const char *request_time(int64_t wall_ms, struct arena *arena)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format_utc(wall_ms, text);
    return arena_print(arena, "%.10sT%sZ", text, text + strlen("2026-11-22 "));
}

const char *request_text(const struct notifier_message *message, enum render_form form,
                         size_t limit)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    render_body(message->notice, form, message->is_brief, limit, &text);
    return arena_text(message->arena, buffer_string(&text));
}

const char *request_title(const struct notifier_message *message, enum render_form form,
                          size_t limit)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    render_title(message->notice, form, limit, &text);
    return arena_text(message->arena, buffer_string(&text));
}

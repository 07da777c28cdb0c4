#include "api/done.h"

#include <stdarg.h>

#include "base/memory.h"

static const struct field done_fields[] = {
    {"success", FIELD_SWITCH, .help = "always true: failures have another status"},
    {"message", FIELD_TEXT, .help = "what was done, for a person"},
    {0},
};

const struct field api_done_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = done_fields, .schema = "Done"};

__attribute__((format(printf, 2, 0))) static void put_done(struct call *call, const char *format,
                                                           va_list arguments)
{
    AUTO_FREE char *message = memory_print_list(format, arguments);

    json_put_bool(&call->json, "success", true);
    json_put_text(&call->json, "message", message);
}

void api_put_done(struct call *call, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    put_done(call, format, arguments);
    va_end(arguments);
}

void api_answer_done(struct call *call, const char *format, ...)
{
    va_list arguments;

    json_begin_object(&call->json, NULL);
    va_start(arguments, format);
    put_done(call, format, arguments);
    va_end(arguments);
    json_end_object(&call->json);
}

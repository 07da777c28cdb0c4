#include "api/process.h"

#include <unistd.h>

const struct field api_process_fields[] = {
    {"pid", FIELD_INTEGER},
    {"status", FIELD_TEXT},
    {"created", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"cmdline", FIELD_LIST, .of = FIELD_TEXT},
    {"memory_percent", FIELD_NUMBER, FIELD_NULLABLE},
    {"cpu_percent", FIELD_NUMBER, FIELD_NULLABLE},
    {"can_signal", FIELD_SWITCH},
    {0},
};

void api_put_command_line(struct json_writer *json)
{
    json_begin_array(json, "cmdline");
    json_put_text(json, NULL, "listsync");
    json_put_text(json, NULL, "serve");
    json_end_array(json);
}

void api_put_process(struct call *call)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, NULL);
    json_put_number(json, "pid", getpid());
    json_put_text(json, "status", "running");
    call_put_time_ms(json, "created", call->api->started_ms);
    api_put_command_line(json);
    json_put_text(json, "memory_percent", NULL);
    json_put_text(json, "cpu_percent", NULL);
    json_put_bool(json, "can_signal", true);
    json_end_object(json);
}

/*
 * call_record.c: what a call tells others: the audit log, whoever listens, and times as the API
 * writes them.
 */
#include <string.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "store/audit.h"
#include "sync/events.h"
#include "web/call.h"

void call_audit(struct call *call, const char *action, const char *subject, const char *detail)
{
    char address[ADDRESS_TEXT_SIZE];
    struct error error;

    address_format(&call->request->client, address);
    const struct audit_row row = {
        .who = call->caller.name,
        .how = call->caller.how,
        .address = address,
        .action = action,
        .subject = subject ? subject : "",
        .detail = detail ? detail : "",
    };
    if (audit_add(call->store, &row, &error))
        log_error("web", error.message, LOG_TEXT("action", action), LOG_END);
}

void call_announce(struct call *call, const char *event, const char *json)
{
    enum event_type type = EVENT_COUNT;
    bool is_known = event_from_word(event, &type);

    CHECK(is_known);
    events_publish(call->api->events, type, json);
}

void call_put_time(struct json_writer *json, const char *key, const char *stored)
{
    char text[CLOCK_TEXT_SIZE];

    if (text_is_empty(stored)) {
        json_put_text(json, key, NULL);
        return;
    }
    text_copy(text, sizeof(text) - 1, stored);
    if (strlen(text) == strlen("2026-11-22 09:33:56") && text[10] == ' ') {
        text[10] = 'T';
        text[19] = 'Z';
        text[20] = '\0';
    }
    json_put_text(json, key, text);
}

void call_put_time_ms(struct json_writer *json, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE] = "";

    if (wall_ms)
        clock_format_utc(wall_ms, text);
    call_put_time(json, key, text);
}

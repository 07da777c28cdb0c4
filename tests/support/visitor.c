#include "support/visitor.h"
#include "support/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/text.h"

void visitor_open(struct visitor *visitor, const char *const *environment)
{
    visitor_open_with(visitor, environment, NULL);
}

void visitor_open_with(struct visitor *visitor, const char *const *environment,
                       const char *const *sim_words)
{
    *visitor = (struct visitor){0};
    daemon_open_with(&visitor->daemon, environment, sim_words);
}

void visitor_close(struct visitor *visitor)
{
    daemon_answer_release(&visitor->last);
    daemon_close(&visitor->daemon);
}

void visitor_ask(struct visitor *visitor, int status, const char *method, const char *target,
                 const char *body)
{
    daemon_answer_release(&visitor->last);
    daemon_call(&visitor->daemon, method, target, visitor->daemon.admin_key, body, &visitor->last);
    if (visitor->last.status != status)
        fail_msg("%s %s %s: %d instead of %d: %s", method, target, body ? body : "",
                 visitor->last.status, status, buffer_string(&visitor->last.body));
}

void visitor_send(struct visitor *visitor, int status, const char *method, const char *target,
                  const char *body, ...)
{
    va_list arguments;

    va_start(arguments, body);
    AUTO_FREE char *text = memory_print_list(body, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++)
        if (*at == '\'')
            *at = '"';
    visitor_ask(visitor, status, method, target, text);
}

const struct json_value *visitor_value(const struct visitor *visitor, const char *path)
{
    const struct json_value *value = visitor->last.document;
    AUTO_FREE char *names = memory_text(path);
    char *rest = NULL;

    for (char *name = strtok_r(names, ".", &rest); value && name; name = strtok_r(NULL, ".", &rest))
        value = json_value_is_array(value) ? json_value_at(value, strtoul(name, NULL, 10))
                                           : json_value_get(value, name);
    return value;
}

const char *visitor_text(const struct visitor *visitor, const char *path)
{
    return json_value_text(visitor_value(visitor, path));
}

int64_t visitor_number(const struct visitor *visitor, const char *path)
{
    return json_value_integer(visitor_value(visitor, path));
}

bool visitor_switch(const struct visitor *visitor, const char *path)
{
    return json_value_is_true(visitor_value(visitor, path));
}

size_t visitor_count(const struct visitor *visitor, const char *path)
{
    return json_value_count(visitor_value(visitor, path));
}

bool visitor_sees(const struct visitor *visitor, const char *text)
{
    return strstr(buffer_string(&visitor->last.body), text);
}

int64_t visitor_add_list(struct visitor *visitor, const char *list)
{
    visitor_send(visitor, 200, "POST", "/api/lists", "{'list_id':'%s'}", list);
    return visitor_number(visitor, "list.id");
}

int64_t visitor_sync(struct visitor *visitor, const char *body)
{
    visitor_ask(visitor, 200, "POST", "/api/sync/trigger", body);
    int64_t run = visitor_number(visitor, "run_id");
    visitor_wait(visitor, run);
    return run;
}

void visitor_wait(struct visitor *visitor, int64_t run)
{
    struct patience patience = {0};
    AUTO_FREE char *target = memory_print("/api/runs/%lld", (long long)run);

    for (;;) {
        visitor_ask(visitor, 200, "GET", target, NULL);
        const char *state = visitor_text(visitor, "run.state");
        if (!text_equal(state, "queued") && !text_equal(state, "running"))
            return;
        if (!patience_wait(&patience))
            fail_msg("run %lld is still %s", (long long)run, state);
    }
}

int64_t visitor_requests(const struct visitor *visitor)
{
    return sim_counter(&visitor->daemon.world.sim, "requests_made");
}

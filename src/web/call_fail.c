#include <inttypes.h>
#include <stdarg.h>

#include "base/buffer.h"
#include "base/log.h"
#include "base/memory.h"
#include "sync/store_trouble.h"
#include "web/call.h"

static const struct field problem_fields[] = {
    {"field", FIELD_TEXT, .help = "Which one: list_type, custom_list[3].year"},
    {"message", FIELD_TEXT, .help = "What is wrong with it"},
    {0},
};

static const struct field failure_fields[] = {
    {"detail", FIELD_TEXT, .help = "What is wrong, as a sentence"},
    {"code", FIELD_TEXT, .help = "The same as a word for programs"},
    {"errors", FIELD_LIST, FIELD_OPTIONAL, "Each bad field of a body or parameter",
     .of = FIELD_OBJECT, .fields = problem_fields},
    {0},
};

const struct field call_failure = {
    .kind = FIELD_OBJECT,
    .fields = failure_fields,
    .schema = "Failure",
};

static void put_problems(struct json_writer *json, const struct field_problems *problems)
{
    json_begin_array(json, "errors");
    for (size_t i = 0; i < problems->count; i++) {
        json_begin_object(json, NULL);
        json_put_text(json, "field", problems->items[i].path);
        json_put_text(json, "message", problems->items[i].message);
        json_end_object(json);
    }
    json_end_array(json);
}

/* `problems` may be NULL. Headers that were set stay: Retry-After, WWW-Authenticate. */
static void fail(struct call *call, int status, const char *code, const char *detail,
                 const struct field_problems *problems)
{
    struct web_response *response = call->response;

    buffer_clear(&response->body);
    response->fixed = response->etag = NULL;
    response->status = status;
    response->content_type = "application/json";
    call->json = json_writer_to(&response->body);
    json_begin_object(&call->json, NULL);
    json_put_text(&call->json, "detail", detail);
    json_put_text(&call->json, "code", code);
    if (problems)
        put_problems(&call->json, problems);
    json_end_object(&call->json);
}

void call_fail(struct call *call, int status, const char *code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *detail = memory_print_list(format, arguments);
    va_end(arguments);
    fail(call, status, code, detail, NULL);
}

void call_fail_problems(struct call *call, const struct field_problems *problems)
{
    fail(call, 422, "invalid", field_problems_sentence(problems, call->arena), problems);
}

void call_fail_field(struct call *call, const char *field, const char *format, ...)
{
    struct field_problems problems = {0};
    va_list arguments;

    va_start(arguments, format);
    AUTO_FREE char *message = memory_print_list(format, arguments);
    va_end(arguments);
    field_problem_add(&problems, call->arena, field, "%s", message);
    call_fail_problems(call, &problems);
}

static const struct {
    int status;
    const char *code;
} answers[] = {
    [ERROR_NONE] = {500, "unknown"},
    [ERROR_USAGE] = {422, "invalid"},
    [ERROR_NOT_FOUND] = {404, "not_found"},
    [ERROR_CONFLICT] = {409, "conflict"},
    [ERROR_FORMAT] = {502, "bad_answer"},
    [ERROR_LIMIT] = {413, "too_large"},
    [ERROR_UNREACHABLE] = {502, "unreachable"},
    [ERROR_REFUSED] = {502, "refused"},
    [ERROR_CANCELLED] = {503, "cancelled"},
    [ERROR_STORE] = {503, "database"},
};

void call_log_trouble(struct call *call, const char *part, const struct error *error)
{
    struct error sentence = *error;
    bool is_news = store_trouble_note(call->api->tools, &sentence);

    log_at(is_news ? LOG_ERROR : LOG_DEBUG, part, sentence.message,
           LOG_TEXT("route", call->route ? call->route->id : ""),
           LOG_NUMBER("request", (int64_t)call->request->number), LOG_END);
}

void call_fail_error(struct call *call, const struct error *error)
{
    const char *detail = error->message;

    if (error->code == ERROR_STORE) {
        call_log_trouble(call, "web", error);
        detail = "the database could not be used; the log says why";
    }
    fail(call, answers[error->code].status, answers[error->code].code, detail, NULL);
}

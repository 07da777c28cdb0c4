/*
 * audit.c: who changed what, newest first.
 */
#include "store/audit.h"
#include "web/guard_inside.h"

enum { PAGE_MOST = 200 };

static const struct field row_fields[] = {
    {"id", FIELD_INTEGER, .help = "number of the row"},
    {"at", FIELD_TEXT, .help = "when", .format = "date-time"},
    {"who", FIELD_TEXT, .help = "account, and key if it was one"},
    {"how", FIELD_TEXT, .help = "session, key, token, proxy, local, command or none"},
    {"address", FIELD_TEXT, .help = "from where"},
    {"action", FIELD_TEXT, .help = "what: list.add"},
    {"subject", FIELD_TEXT, .help = "of what: imdb:top"},
    {"detail", FIELD_TEXT, .help = "more about it; may be empty"},
    {0},
};
static const struct field page_fields[] = {
    {"entries", FIELD_LIST, .help = "newest first", .of = FIELD_OBJECT, .fields = row_fields,
     .schema = "AuditEntry"},
    {"next", FIELD_INTEGER, FIELD_NULLABLE, .help = "`before` of the next page; null on the last"},
    {0},
};
static const struct field page_answer = {
    .name = "", .kind = FIELD_OBJECT, .fields = page_fields, .schema = "AuditPage"};
static const struct field parameters[] = {
    {"before", FIELD_INTEGER, .help = "only rows with a smaller number", .low = 1,
     .high = INT64_MAX},
    {"action", FIELD_TEXT, .help = "only actions of this first word: list, user, login", .low = 1,
     .high = 32},
    {"limit", FIELD_INTEGER, .help = "rows at most", .low = 1, .high = PAGE_MOST, .fallback = "50"},
    {0},
};

static void put_row(struct json_writer *json, const struct audit_row *row)
{
    json_begin_object(json, NULL);
    json_put_number(json, "id", row->id);
    call_put_time(json, "at", row->at);
    json_put_text(json, "who", row->who);
    json_put_text(json, "how", row->how);
    json_put_text(json, "address", row->address);
    json_put_text(json, "action", row->action);
    json_put_text(json, "subject", row->subject);
    json_put_text(json, "detail", row->detail);
    json_end_object(json);
}

/* One row more than is shown says whether there is a next page. */
static void list_audit(struct call *call)
{
    size_t limit = (size_t)call_integer(call, "limit");
    struct audit_rows rows;
    struct error error;

    guard_keep_out_of_caches(call);
    if (audit_load(call->store, call->arena, call_integer(call, "before"),
                   call_text(call, "action"), (int)limit + 1, &rows, &error)) {
        call_fail_error(call, &error);
        return;
    }
    bool has_more = rows.count > limit;
    size_t shown = has_more ? limit : rows.count;
    json_begin_object(&call->json, NULL);
    json_begin_array(&call->json, "entries");
    for (size_t i = 0; i < shown; i++)
        put_row(&call->json, &rows.items[i]);
    json_end_array(&call->json);
    json_put_number_or_null(&call->json, "next", has_more ? rows.items[shown - 1].id : 0);
    json_end_object(&call->json);
}

const struct route api_audit_routes[] = {
    {
        .id = "audit_list",
        .tag = "Audit",
        .method = WEB_GET,
        .path = "/api/audit",
        .access = ACCESS_ADMIN,
        .summary = "Who changed what",
        .parameters = parameters,
        .answer = &page_answer,
        .handle = list_audit,
    },
    {0},
};

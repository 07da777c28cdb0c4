#include "api/answers.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "sync/schedule.h"

const char *const api_status_words[] = {
#define STATUS_WORD(name, word) word,
    ITEM_STATUS_TABLE(STATUS_WORD)
#undef STATUS_WORD
        NULL,
};

const char *const api_decision_words[] = {
#define DECISION_WORD(name, word, headline) word,
    DECISION_TABLE(DECISION_WORD)
#undef DECISION_WORD
        NULL,
};

static const char *const quality_words[] = {"default", "hd", "4k", NULL};
static const char *const origin_words[] = {"added", "environment", "one_time", NULL};

const struct field api_list_fields[] = {
    {"id", FIELD_INTEGER, .help = "stays the same as long as the list is kept"},
    {"list_type", FIELD_TEXT, .help = "its source: imdb, trakt, ..."},
    {"list_id", FIELD_TEXT, .help = "the source's own name of it"},
    {"list_url", FIELD_TEXT, .help = "where a person can look at it; \"\""},
    {"display_name", FIELD_TEXT, .help = "what to call it"},
    {"description", FIELD_TEXT, .help = "its own name, or what somebody wrote"},
    {"item_count", FIELD_INTEGER, .help = "entries of the last good reading"},
    {"status", FIELD_TEXT,
     .help = "how the last reading ended: ok, blocked, ...; \"\" before it; \"unsupported\": of a "
             "source that this version does not read"},
    {"message", FIELD_TEXT, .help = "the same as a sentence; \"\" when all is well"},
    {"last_synced", FIELD_TEXT, FIELD_NULLABLE, "the last good reading", .format = "date-time"},
    {"last_tried", FIELD_TEXT, FIELD_NULLABLE, "the last reading of any outcome",
     .format = "date-time"},
    {"created_at", FIELD_TEXT, FIELD_NULLABLE, "since when it is kept", .format = "date-time"},
    {"next_sync", FIELD_TEXT, FIELD_NULLABLE, "when it is read next; null: not by itself",
     .format = "date-time"},
    {"auto_sync", FIELD_SWITCH, .help = "false: synced only when it is named"},
    {"priority", FIELD_INTEGER, .help = "lower numbers come first"},
    {"item_limit", FIELD_INTEGER, .help = "only so many entries from its top; 0: all"},
    {"user_id", FIELD_TEXT, .help = "Seerr user who requests; \"0\": the default one"},
    {"quality", FIELD_TEXT, .help = "what is requested", .words = quality_words},
    {"seasons", FIELD_TEXT, .help = "of its series: all, first, or a set such as 1-3,5"},
    {"schedule", FIELD_TEXT, .help = "a schedule of its own; \"\": the global one"},
    {"origin", FIELD_TEXT, .help = "who named it", .words = origin_words},
    {0},
};

const char *api_list_name(const char *description, const char *list_type, const char *list_id)
{
    return provider_list_name(description, list_type, list_id);
}

/* What moved in from another program, and a later version may read. */
static bool is_supported(const struct stored_list *list)
{
    return provider_find(list->ref.type) != NULL;
}

/* Its own time, or that of the next full sync. */
static int64_t next_sync(struct call *call, const struct stored_list *list)
{
    struct schedule_state state;

    if (!list->auto_sync || !is_supported(list))
        return 0;
    if (*list->schedule)
        return schedule_next_of_list(call->api->schedule, list->id);
    schedule_state(call->api->schedule, &state);
    return state.next_ms;
}

void api_put_list_choices(struct json_writer *json, const struct stored_list *list)
{
    char user[24];

    snprintf(user, sizeof(user), "%" PRId64, list->requester);
    json_put_bool(json, "auto_sync", list->auto_sync);
    json_put_number(json, "priority", list->priority);
    json_put_number(json, "item_limit", list->item_limit);
    json_put_text(json, "user_id", user);
    json_put_text(json, "quality", quality_words[list->quality + 1]);
    json_put_text(json, "seasons", list->seasons);
    json_put_text(json, "schedule", list->schedule);
}

void api_put_list(struct call *call, const char *key, const struct stored_list *list)
{
    struct json_writer *json = &call->json;

    json_begin_object(json, key);
    json_put_number(json, "id", list->id);
    json_put_text(json, "list_type", list->ref.type);
    json_put_text(json, "list_id", list->ref.id);
    json_put_text(json, "list_url", list->ref.url);
    json_put_text(json, "display_name",
                  api_list_name(list->description, list->ref.type, list->ref.id));
    json_put_text(json, "description", list->description);
    json_put_number(json, "item_count", list->item_count);
    json_put_text(json, "status", is_supported(list) ? list->status : "unsupported");
    json_put_text(json, "message",
                  is_supported(list) ? list->message : "this version does not read that source");
    call_put_time(json, "last_synced", list->last_synced);
    call_put_time(json, "last_tried", list->last_tried);
    call_put_time(json, "created_at", list->created_at);
    call_put_time_ms(json, "next_sync", next_sync(call, list));
    api_put_list_choices(json, list);
    json_put_text(json, "origin", origin_words[list->origin]);
    json_end_object(json);
}

const char *const api_run_group_words[] = {
#define GROUP_WORD(name, word, meaning) word,
    RUN_GROUP_TABLE(GROUP_WORD)
#undef GROUP_WORD
        NULL,
};

const struct field api_run_group_fields[] = {
#define GROUP_FIELD(name, word, meaning) {word, FIELD_INTEGER, .help = (meaning)},
    RUN_GROUP_TABLE(GROUP_FIELD)
#undef GROUP_FIELD
        {0},
};

void api_put_run_groups(struct json_writer *json, const char *key, const int64_t *groups)
{
    json_begin_object(json, key);
    for (int i = 0; i < RUN_GROUP_COUNT; i++)
        json_put_number(json, run_group_word((enum run_group)i), groups[i]);
    json_end_object(json);
}

static const char *const mode_words[] = {"full", "single", "custom", NULL};
static const char *const trigger_words[] = {"schedule", "manual", "api", "cli", NULL};
static const char *const state_words[] = {
    "queued", "running", "completed", "completed_with_errors", "failed", "cancelled", NULL};

const struct field api_run_fields[] = {
    {"id", FIELD_INTEGER, .help = "its number"},
    {"mode", FIELD_TEXT, .help = "all lists, one, or some", .words = mode_words},
    {"trigger", FIELD_TEXT, .help = "who began it", .words = trigger_words},
    {"requested_by", FIELD_TEXT, .help = "whose wish it was; \"\" when nobody's in particular"},
    {"state", FIELD_TEXT, .help = "how far it is", .words = state_words},
    {"dry_run", FIELD_SWITCH, .help = "it only says what it would request"},
    {"quality", FIELD_TEXT, .help = "what it requests", .words = quality_words},
    {"queued_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"started_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"completed_at", FIELD_TEXT, FIELD_NULLABLE, .format = "date-time"},
    {"undone_at", FIELD_TEXT, FIELD_NULLABLE, "when it was taken back", .format = "date-time"},
    {"thinned_at", FIELD_TEXT, FIELD_NULLABLE,
     "since when not all of its titles are kept: HISTORY_RUNS, HISTORY_DAYS",
     .format = "date-time"},
    {"duration_ms", FIELD_INTEGER},
    {"items_processed", FIELD_INTEGER},
    {"items_requested", FIELD_INTEGER},
    {"items_skipped", FIELD_INTEGER, .help = "there already, or not to be requested"},
    {"items_errored", FIELD_INTEGER},
    {"items_unmatched", FIELD_INTEGER, .help = "that wait for a person"},
    {"groups", FIELD_OBJECT, FIELD_NULLABLE,
     "its items by what became of them; null before its end", .fields = api_run_group_fields,
     .schema = "RunGroups"},
    {"unread_lists", FIELD_INTEGER, .help = "lists that could not be read completely"},
    {"seerr_calls", FIELD_INTEGER},
    {"source_calls", FIELD_INTEGER},
    {"message", FIELD_TEXT, .help = "why it failed; \"\""},
    {"moved_in", FIELD_SWITCH, .help = "it is of an earlier ListSync, which kept its sums alone"},
    {0},
};

void api_put_run(struct json_writer *json, const char *key, const struct stored_run *run)
{
    bool waits = run->state == RUN_QUEUED;

    json_begin_object(json, key);
    json_put_number(json, "id", run->id);
    json_put_text(json, "mode", run_mode_word(run->mode));
    json_put_text(json, "trigger", run_trigger_word(run->trigger));
    json_put_text(json, "requested_by", run->requested_by);
    json_put_text(json, "state", run_state_word(run->state));
    json_put_bool(json, "dry_run", run->dry_run);
    json_put_text(json, "quality", quality_words[run->is_4k ? 2 : 1]);
    call_put_time(json, "queued_at", run->queued_at);
    call_put_time(json, "started_at", waits ? "" : run->started);
    call_put_time(json, "completed_at", run->completed);
    call_put_time(json, "undone_at", run->undone_at);
    call_put_time(json, "thinned_at", run->thinned_at);
    json_put_number(json, "duration_ms", run->duration_ms);
    json_put_number(json, "items_processed", run->processed);
    json_put_number(json, "items_requested", run->requested);
    json_put_number(json, "items_skipped", run->skipped);
    json_put_number(json, "items_errored", run->errored);
    json_put_number(json, "items_unmatched", run->unmatched);
    if (waits || run->state == RUN_RUNNING)
        json_put_text(json, "groups", NULL);
    else
        api_put_run_groups(json, "groups", run->groups);
    json_put_number(json, "unread_lists", run->unread_lists);
    json_put_number(json, "seerr_calls", run->seerr_calls);
    json_put_number(json, "source_calls", run->source_calls);
    json_put_text(json, "message", run->message);
    json_put_bool(json, "moved_in", run->is_moved_in);
    json_end_object(json);
}

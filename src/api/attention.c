/* The few things that need a person, gathered in one place, so that every count of them agrees. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/answers.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "providers/provider.h"
#include "store/items_query.h"
#include "store/lists_trouble.h"
#include "store/notification_deliveries.h"
#include "store/notification_targets.h"
#include "store/runs_newest.h"
#include "sync/live_settings.h"
#include "sync/notice_desk.h"
#include "sync/store_trouble.h"

enum { ITEMS_SHOWN = 3, HOUR_MS = 60 * 60 * 1000 };

/*      NAME               word                 severity   */
#define KIND_TABLE(X)                                                                              \
    X(DATABASE, "database", "error")                 /* damaged, or its disk is full */            \
    X(SEERR_MISSING, "seerr_missing", "error")       /* its address or key is not set */           \
    X(SEERR_TROUBLE, "seerr_trouble", "error")       /* not reached, or it refuses the key */      \
    X(SCHEDULE_PROBLEM, "schedule_problem", "error") /* a schedule or zone that means nothing */   \
    X(RUN_FAILED, "run_failed", "error")             /* the last run */                            \
    X(NO_SYNC, "no_sync", "error")                   /* none succeeded for some intervals */       \
    X(LIST_KEY, "list_key", "error")                 /* the source wants a key, or another one */  \
    X(BACKUP_FAILED, "backup_failed", "warning")     /* the last scheduled one */                  \
    X(LIST_UNREAD, "list_unread", "warning")         /* its last reading went wrong */             \
    X(NOTIFIER_DISABLED, "notifier_disabled", "warning") /* or nothing arrives there  */           \
    X(LIST_FROZEN, "list_frozen", "warning")       /* nothing has come to it for unusually long */ \
    X(LIST_SHRUNK, "list_shrunk", "warning")       /* it holds much less than usual */             \
    X(KEY_ENDS, "key_ends", "warning")             /* an API key */                                \
    X(REQUEST_FAILED, "request_failed", "warning") /* items that Seerr did not take */             \
    X(UNMATCHED, "unmatched", "warning")           /* items that nobody knows for certain */       \
    X(REFUSED, "refused", "info")                  /* items declined or deleted in Seerr */        \
    X(QUOTA, "quota", "info")                      /* titles wait, the requester may not ask */    \
    X(SCHEDULE_PAUSED, "schedule_paused", "info")                                                  \
    X(NO_LISTS, "no_lists", "info")

enum kind {
#define KIND_ENUM(name, word, severity) KIND_##name,
    KIND_TABLE(KIND_ENUM)
#undef KIND_ENUM
};

static const char *const kind_words[] = {
#define KIND_WORD(name, word, severity) word,
    KIND_TABLE(KIND_WORD)
#undef KIND_WORD
        NULL,
};

static const char *const kind_severities[] = {
#define KIND_SEVERITY(name, word, severity) severity,
    KIND_TABLE(KIND_SEVERITY)
#undef KIND_SEVERITY
};

static const char *const severity_words[] = {"error", "warning", "info", NULL};

static const struct field item_fields[] = {
    {"id", FIELD_INTEGER},
    {"title", FIELD_TEXT},
    {"year", FIELD_INTEGER, FIELD_NULLABLE},
    {0},
};

static const struct field list_fields[] = {
    {"id", FIELD_INTEGER},
    {"list_type", FIELD_TEXT},
    {"list_id", FIELD_TEXT},
    {"display_name", FIELD_TEXT},
    {"outcome", FIELD_TEXT, .help = "of the last reading: blocked, auth_failed, ..."},
    {"message", FIELD_TEXT, .help = "of the source, in detail; \"\""},
    {"item_count", FIELD_INTEGER, .help = "entries of the last good reading, used instead"},
    {"last_synced", FIELD_TEXT, FIELD_NULLABLE, "when that was; null: never",
     .format = "date-time"},
    {0},
};

static const struct field entry_fields[] = {
    {"kind", FIELD_TEXT, .words = kind_words},
    {"severity", FIELD_TEXT, .words = severity_words},
    {"sentence", FIELD_TEXT, .help = "for people"},
    {"count", FIELD_INTEGER, .help = "of items; else 1"},
    {"since", FIELD_TEXT, FIELD_NULLABLE, "where it is known", .format = "date-time"},
    {"items", FIELD_LIST, .help = "the first of them; all: /api/items?need=KIND",
     .of = FIELD_OBJECT, .fields = item_fields, .schema = "AttentionItem"},
    {"list", FIELD_OBJECT, FIELD_NULLABLE, "of kinds that begin with list_", .fields = list_fields,
     .schema = "AttentionList"},
    {"run_id", FIELD_INTEGER, FIELD_NULLABLE, "of run_failed"},
    {0},
};

static const struct field attention_fields[] = {
    {"total", FIELD_INTEGER, .help = "entries"},
    {"errors", FIELD_INTEGER, .help = "entries of that severity"},
    {"warnings", FIELD_INTEGER, .help = "likewise"},
    {"items", FIELD_INTEGER,
     .help = "that need a person: the total of /api/items?needs_person=true"},
    {"entries", FIELD_LIST, .help = "the worst first", .of = FIELD_OBJECT, .fields = entry_fields,
     .schema = "AttentionEntry"},
    {0},
};

static const struct field attention = {"", FIELD_OBJECT, .fields = attention_fields,
                                       .schema = "Attention"};

struct entry_of {
    enum kind kind;
    const char *sentence;
    int64_t count;     /* 0: one */
    const char *since; /* stored text; NULL */
    struct queried_items items;
    const struct stored_list *list;
    int64_t run;
};

/* What is the matter, while it is gathered. */
struct gathering {
    struct call *call;
    struct entry_of *entries; /* in the arena */
    size_t count;
    int64_t items;
    struct error error;
};

static void add(struct gathering *gathering, const struct entry_of *entry)
{
    gathering->entries[gathering->count++] = *entry;
}

static const struct {
    enum kind kind;
    enum items_need need;
    const char *one, *many;
} item_kinds[] = {
    {KIND_REQUEST_FAILED, ITEMS_NEED_RETRY, "title could not be requested: Seerr did not take it",
     "titles could not be requested: Seerr did not take them"},
    {KIND_UNMATCHED, ITEMS_NEED_IDENTITY, "title could not be identified for certain",
     "titles could not be identified for certain"},
    {KIND_REFUSED, ITEMS_NEED_CONSENT, "title was declined or deleted in Seerr",
     "titles were declined or deleted in Seerr"},
};

static enum error_code add_items(struct gathering *gathering)
{
    struct call *call = gathering->call;
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < ARRAY_LENGTH(item_kinds); i++) {
        struct items_query query = {.needs_person = item_kinds[i].need, .limit = ITEMS_SHOWN};
        struct entry_of entry = {.kind = item_kinds[i].kind};
        rc = items_query(call->store, call->arena, &query, &entry.items, &gathering->error);
        if (rc || !entry.items.total)
            continue;
        entry.count = entry.items.total;
        entry.sentence = arena_print(call->arena, "%" PRId64 " %s.", entry.count,
                                     entry.count == 1 ? item_kinds[i].one : item_kinds[i].many);
        gathering->items += entry.count;
        add(gathering, &entry);
    }
    return rc;
}

/* "Its 50 titles of 3 days ago are used." */
static const char *instead(struct arena *arena, const struct stored_list *list)
{
    char age[CLOCK_TEXT_SIZE];
    int64_t read_ms = text_is_empty(list->last_synced) ? -1 : clock_parse_utc(list->last_synced);

    if (read_ms < 0)
        return "It was never read completely.";
    clock_format_duration(clock_wall_ms() - read_ms, age);
    return arena_print(arena, "What was read %s ago is used (%" PRId64 " %s).", age,
                       list->item_count, list->item_count == 1 ? "title" : "titles");
}

static const char *list_sentence(struct arena *arena, const struct list_trouble *trouble)
{
    const struct stored_list *list = &trouble->list;
    const struct provider *provider = provider_find(list->ref.type);

    return arena_print(arena, "%s (%s): %s. %s",
                       api_list_name(list->description, list->ref.type, list->ref.id),
                       provider ? provider->title : list->ref.type,
                       outcome_meaning(trouble->outcome), instead(arena, list));
}

static void add_lists(struct gathering *gathering, const struct list_troubles *troubles)
{
    for (size_t i = 0; i < troubles->count; i++) {
        const struct list_trouble *trouble = &troubles->items[i];
        bool by_key = trouble->outcome == OUTCOME_AUTH_FAILED;
        add(gathering, &(struct entry_of){
                           .kind = by_key ? KIND_LIST_KEY : KIND_LIST_UNREAD,
                           .sentence = list_sentence(gathering->call->arena, trouble),
                           .since = trouble->since,
                           .list = &trouble->list,
                       });
    }
}

static enum error_code add_seerr_trouble(struct gathering *gathering, const char *problem)
{
    struct call *call = gathering->call;
    int64_t waiting = 0;
    enum error_code rc = runs_count_waiting(call->store, &waiting, &gathering->error);
    const char *sentence = arena_print(call->arena, "Seerr cannot be used: %s.", problem);

    if (waiting)
        sentence = arena_print(call->arena, "%s %" PRId64 " %s for it.", sentence, waiting,
                               waiting == 1 ? "title waits" : "titles wait");
    add(gathering, &(struct entry_of){.kind = KIND_SEERR_TROUBLE, .sentence = sentence});
    return rc;
}

/* What is missing is said once: without a Seerr nothing else about it is news. */
static enum error_code add_seerr(struct gathering *gathering, const char *problem)
{
    struct call *call = gathering->call;
    struct options live;
    enum error_code rc = live_settings_load(call->api->given, call->store, &call->api->key, &live,
                                            &gathering->error);

    if (rc)
        return rc;
    bool known =
        options_is_set(&live, "OVERSEERR_URL") && options_is_set(&live, "OVERSEERR_API_KEY");
    options_release(&live);
    if (!known)
        add(gathering,
            &(struct entry_of){.kind = KIND_SEERR_MISSING,
                               .sentence = "No Seerr is set up yet: its address and API key."});
    else if (*problem)
        rc = add_seerr_trouble(gathering, problem);
    return rc;
}

/* Unless it failed for what is said of Seerr already. */
static enum error_code add_last_run(struct gathering *gathering, const char *seerr_problem)
{
    struct call *call = gathering->call;
    struct stored_runs runs = {0};
    enum error_code rc = runs_newest_ended(call->store, call->arena, &runs, &gathering->error);

    if (rc || !runs.count || runs.items[0].state != RUN_FAILED || runs.items[0].is_moved_in)
        return rc;
    const struct stored_run *run = &runs.items[0];
    if (*seerr_problem && text_starts_with(run->message, seerr_problem))
        return ERROR_NONE;
    add(gathering, &(struct entry_of){
                       .kind = KIND_RUN_FAILED,
                       .sentence = arena_print(call->arena, "The last %s failed%s%s.",
                                               run->dry_run ? "dry run" : "sync",
                                               *run->message ? ": " : "", run->message),
                       .since = run->completed,
                       .run = run->id,
                   });
    return ERROR_NONE;
}

static void add_schedule(struct gathering *gathering)
{
    struct schedule_state state;
    struct arena *arena = gathering->call->arena;

    schedule_state(gathering->call->api->schedule, &state);
    if (*state.problem)
        add(gathering, &(struct entry_of){.kind = KIND_SCHEDULE_PROBLEM,
                                          .sentence = arena_text(arena, state.problem)});
    if (state.paused_until)
        add(gathering,
            &(struct entry_of){.kind = KIND_SCHEDULE_PAUSED,
                               .sentence = state.paused_until < 0
                                               ? "The schedule is paused until you resume it."
                                               : "The schedule is paused for now."});
}

static void add_backup(struct gathering *gathering)
{
    struct call *call = gathering->call;
    char problem[HEALTH_TEXT_SIZE];

    health_problem(call->api->tools->health, HEALTH_BACKUP, problem);
    if (*problem)
        add(gathering,
            &(struct entry_of){
                .kind = KIND_BACKUP_FAILED,
                .sentence = arena_print(call->arena, "The last backup failed: %s.", problem)});
}

static const char *utc_text(struct arena *arena, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    clock_format_utc(wall_ms, text);
    return arena_text(arena, text);
}

static void add_target(struct gathering *gathering, const struct notification_target *target)
{
    struct call *call = gathering->call;

    add(gathering,
        &(struct entry_of){
            .kind = KIND_NOTIFIER_DISABLED,
            .sentence = arena_print(call->arena, "Notifications to %s are switched off: %s.",
                                    target->name, target->disabled),
            .since = utc_text(call->arena, target->disabled_ms),
        });
}

static enum error_code add_undelivered(struct gathering *gathering,
                                       const struct notification_target *target)
{
    struct call *call = gathering->call;
    const char *why = NULL;
    enum error_code rc = notification_deliveries_trouble(
        call->store, call->arena, target->id, clock_wall_ms() - HOUR_MS, &why, &gathering->error);

    if (!rc && why && *why)
        add(gathering, &(struct entry_of){
                           .kind = KIND_NOTIFIER_DISABLED,
                           .sentence = arena_print(call->arena, "Messages to %s do not arrive: %s.",
                                                   target->name, why),
                       });
    return rc;
}

static void add_database(struct gathering *gathering)
{
    struct call *call = gathering->call;
    char problem[HEALTH_TEXT_SIZE];

    health_problem(call->api->tools->health, HEALTH_DATABASE, problem);
    if (*problem)
        add(gathering, &(struct entry_of){.kind = KIND_DATABASE,
                                          .sentence = arena_print(call->arena, "%c%s.",
                                                                  toupper((unsigned char)*problem),
                                                                  problem + 1)});
}

static enum error_code add_targets(struct gathering *gathering)
{
    struct call *call = gathering->call;
    struct notification_targets targets = {0};
    enum error_code rc =
        notification_targets_load(call->store, call->arena, &targets, &gathering->error);

    for (size_t i = 0; !rc && i < targets.count; i++) {
        const struct notification_target *target = &targets.items[i];
        if (!target->is_on)
            continue;
        if (*target->disabled)
            add_target(gathering, target);
        else
            rc = add_undelivered(gathering, target);
    }
    return rc;
}

/* The others of notice_alarms.h are told above, with more that helps. */
static const struct {
    const char *prefix;
    enum kind kind;
} alarm_kinds[] = {
    {"silence", KIND_NO_SYNC}, {"frozen/", KIND_LIST_FROZEN}, {"shrunk/", KIND_LIST_SHRUNK},
    {"token/", KIND_KEY_ENDS}, {"quota", KIND_QUOTA},
};

/* The list that an alarm's key ends with: "frozen/3". */
static enum error_code find_list(struct gathering *gathering, const char *key,
                                 const struct stored_list **ret)
{
    struct call *call = gathering->call;
    struct stored_list *list = arena_take(call->arena, sizeof(*list));
    const char *slash = strchr(key, '/');
    enum error_code rc =
        lists_find_id(call->store, call->arena, slash ? strtoll(slash + 1, NULL, 10) : 0, list,
                      &gathering->error);

    if (!rc)
        *ret = list;
    return rc;
}

static enum error_code add_alarm(struct gathering *gathering, enum kind kind,
                                 const struct alarm *alarm)
{
    struct arena *arena = gathering->call->arena;
    struct entry_of entry = {.kind = kind, .sentence = arena_print(arena, "%s.", alarm->sentence)};
    enum error_code rc = ERROR_NONE;

    if (alarm->raised_ms)
        entry.since = utc_text(arena, alarm->raised_ms);
    if (kind == KIND_LIST_FROZEN || kind == KIND_LIST_SHRUNK)
        rc = find_list(gathering, alarm->key, &entry.list);
    if (!rc)
        add(gathering, &entry);
    return rc == ERROR_NOT_FOUND ? ERROR_NONE : rc; /* it was removed just now */
}

static enum error_code add_alarms(struct gathering *gathering, const struct alarms *alarms)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < alarms->count; i++)
        for (size_t k = 0; !rc && k < ARRAY_LENGTH(alarm_kinds); k++)
            if (text_starts_with(alarms->items[i].key, alarm_kinds[k].prefix))
                rc = add_alarm(gathering, alarm_kinds[k].kind, &alarms->items[i]);
    return rc;
}

static enum error_code load_alarms(struct gathering *gathering, struct alarms *ret)
{
    struct call *call = gathering->call;

    *ret = (struct alarms){0};
    return call->api->notices ? notice_desk_look(call->api->notices, call->store, call->arena, ret,
                                                 &gathering->error)
                              : ERROR_NONE;
}

static enum error_code add_no_lists(struct gathering *gathering)
{
    struct call *call = gathering->call;
    struct lists_query query = {.auto_sync = -1, .limit = 1};
    struct stored_lists found = {0};
    int64_t total = 0;
    enum error_code rc =
        lists_query(call->store, call->arena, &query, &found, &total, &gathering->error);

    if (!rc && !total)
        add(gathering,
            &(struct entry_of){.kind = KIND_NO_LISTS, .sentence = "There are no lists yet."});
    return rc;
}

static enum error_code gather(struct gathering *gathering)
{
    struct call *call = gathering->call;
    struct list_troubles troubles = {0};
    char seerr[HEALTH_TEXT_SIZE];
    struct alarms alarms;
    enum error_code rc = lists_in_trouble(call->store, call->arena, &troubles, &gathering->error);

    if (!rc)
        rc = load_alarms(gathering, &alarms);
    if (rc)
        return rc;
    gathering->entries =
        arena_take(call->arena, (troubles.count + alarms.count + NOTIFICATION_TARGETS_MOST +
                                 ARRAY_LENGTH(kind_words)) *
                                    sizeof(*gathering->entries));
    add_database(gathering);
    health_problem(call->api->tools->health, HEALTH_SEERR, seerr);
    rc = add_seerr(gathering, seerr);
    if (!rc)
        rc = add_last_run(gathering, seerr);
    add_schedule(gathering);
    add_backup(gathering);
    add_lists(gathering, &troubles);
    if (!rc)
        rc = add_alarms(gathering, &alarms);
    if (!rc)
        rc = add_targets(gathering);
    if (!rc)
        rc = add_items(gathering);
    return rc ? rc : add_no_lists(gathering);
}

/* What cannot be read is not asked for: that it cannot is what a person must know. */
static enum error_code gather_without_store(struct gathering *gathering)
{
    gathering->entries = arena_take(gathering->call->arena, sizeof(*gathering->entries));
    gathering->count = 0;
    gathering->items = 0;
    add_database(gathering);
    return ERROR_NONE;
}

static void put_items(struct json_writer *json, const struct queried_items *items)
{
    json_begin_array(json, "items");
    for (size_t i = 0; i < items->count; i++) {
        json_begin_object(json, NULL);
        json_put_number(json, "id", items->items[i].id);
        json_put_text(json, "title", items->items[i].title);
        json_put_number_or_null(json, "year", items->items[i].year);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_list(struct json_writer *json, const struct stored_list *list)
{
    if (!list) {
        json_put_text(json, "list", NULL);
        return;
    }
    json_begin_object(json, "list");
    json_put_number(json, "id", list->id);
    json_put_text(json, "list_type", list->ref.type);
    json_put_text(json, "list_id", list->ref.id);
    json_put_text(json, "display_name",
                  api_list_name(list->description, list->ref.type, list->ref.id));
    json_put_text(json, "outcome", list->status);
    json_put_text(json, "message", list->message);
    json_put_number(json, "item_count", list->item_count);
    call_put_time(json, "last_synced", list->last_synced);
    json_end_object(json);
}

static void put_entry(struct json_writer *json, const struct entry_of *entry)
{
    json_begin_object(json, NULL);
    json_put_text(json, "kind", kind_words[entry->kind]);
    json_put_text(json, "severity", kind_severities[entry->kind]);
    json_put_text(json, "sentence", entry->sentence);
    json_put_number(json, "count", entry->count ? entry->count : 1);
    call_put_time(json, "since", entry->since);
    put_items(json, &entry->items);
    put_list(json, entry->list);
    json_put_number_or_null(json, "run_id", entry->run);
    json_end_object(json);
}

static int64_t count_of(const struct gathering *gathering, const char *severity)
{
    int64_t count = 0;

    for (size_t i = 0; i < gathering->count; i++)
        count += text_equal(kind_severities[gathering->entries[i].kind], severity);
    return count;
}

/* By severity; within one as they were gathered. */
static void put_entries(struct json_writer *json, const struct gathering *gathering)
{
    json_begin_array(json, "entries");
    for (const char *const *severity = severity_words; *severity; severity++)
        for (size_t i = 0; i < gathering->count; i++)
            if (text_equal(kind_severities[gathering->entries[i].kind], *severity))
                put_entry(json, &gathering->entries[i]);
    json_end_array(json);
}

static void attention_get(struct call *call)
{
    struct json_writer *json = &call->json;
    struct gathering gathering = {.call = call};
    enum error_code rc = store_begin_read(call->store, &gathering.error);

    if (!rc)
        rc = store_end(call->store, gather(&gathering), &gathering.error);
    if (rc && store_trouble_is_known(call->api->tools))
        rc = gather_without_store(&gathering);
    if (rc) {
        call_fail_error(call, &gathering.error);
        return;
    }
    json_begin_object(json, NULL);
    json_put_number(json, "total", (int64_t)gathering.count);
    json_put_number(json, "errors", count_of(&gathering, severity_words[0]));
    json_put_number(json, "warnings", count_of(&gathering, severity_words[1]));
    json_put_number(json, "items", gathering.items);
    put_entries(json, &gathering);
    json_end_object(json);
}

const struct route api_attention_routes[] = {
    {.id = "attention_get",
     .tag = "System",
     .method = WEB_GET,
     .path = "/api/attention",
     .access = ACCESS_READ,
     .summary = "The few things that need a person",
     .answer = &attention,
     .handle = attention_get},
    {0},
};

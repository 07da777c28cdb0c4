#include "sync/notice_queue.h"

#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/notification_deliveries.h"
#include "store/runs_untold.h"
#include "sync/notice_compose.h"

static enum error_code put(struct notice_queue *queue, const struct notification_target *target,
                           const struct notice *notice, const char *key, bool in_digest,
                           int64_t due_ms, struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    notice_put(&json, NULL, notice);
    struct notification_delivery delivery = {
        .target_id = target->id,
        .key = key,
        .title = notice->title,
        .severity = notice_severity_word(notice_severity_of(notice)),
        .notice = buffer_string(&text),
        .in_digest = in_digest,
        .due_ms = due_ms,
    };
    return notification_deliveries_add(queue->store, &delivery, error);
}

static const char *new_id(struct arena *arena)
{
    char token[CRYPTO_TOKEN_SIZE];

    crypto_token(token);
    return arena_text(arena, token);
}

static bool is_told(const struct notification_target *target)
{
    return target->is_on && !*target->disabled;
}

/* To each target what it wants of it, as one message. */
static enum error_code put_to_all(struct notice_queue *queue, const struct notice_news *news,
                                  const char *key, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < queue->targets.count; i++) {
        const struct notification_target *target = &queue->targets.items[i];
        struct notice_choice choice = notice_target_choice(target);
        struct notice chosen;
        if (!is_told(target) || !notice_choose(&choice, news, queue->arena, &chosen))
            continue;
        chosen.id = new_id(queue->arena);
        rc = put(queue, target, &chosen, key, notice_is_digest(&choice),
                 notice_due(&choice, queue->zone, queue->view.now_ms), error);
    }
    return rc;
}

static bool is_anybody_told(const struct notice_queue *queue)
{
    for (size_t i = 0; i < queue->targets.count; i++)
        if (is_told(&queue->targets.items[i]))
            return true;
    return false;
}

static bool is_to_be_told(const struct stored_run *run)
{
    return !run->dry_run && run->trigger != RUN_BY_CLI;
}

static bool was_failed_by_seerr(const struct notice_queue *queue, const struct stored_run *run)
{
    const char *problem = queue->view.seerr_problem;

    return run->state == RUN_FAILED && problem && *problem &&
           text_starts_with(run->message, problem);
}

static bool is_any_planned(const struct schedule_state *schedule)
{
    return schedule->is_on && schedule->paused_until >= 0;
}

/* `run` NULL: none has ended. With the newest of them goes what it left or found wrong. */
static enum error_code put_news(struct notice_queue *queue, const struct stored_run *run,
                                bool with_alarms, struct error *error)
{
    struct notice of_run, alarms;
    struct notice_news news = {0};
    enum error_code rc = ERROR_NONE;

    if (run && is_to_be_told(run)) {
        news.run = &of_run;
        news.seerr_failed_run = was_failed_by_seerr(queue, run);
        rc = notice_compose(queue->store, queue->arena, queue->options,
                            is_any_planned(&queue->view.schedule), run, &of_run, error);
    }
    if (!rc && with_alarms && is_anybody_told(queue)) {
        rc = notice_alarms_look(&queue->view, queue->store, queue->arena, &alarms, error);
        news.alarms = !rc && alarms.count ? &alarms : NULL;
    }
    const char *key = news.run ? arena_print(queue->arena, "run/%" PRId64, run->id)
                               : arena_print(queue->arena, "alarm/%s", new_id(queue->arena));
    if (!rc && (news.run || news.alarms))
        rc = put_to_all(queue, &news, key, error);
    return rc || !run ? rc : runs_set_told(queue->store, run->id, error);
}

static enum error_code put_news_in_one(struct notice_queue *queue, const struct stored_run *run,
                                       bool with_alarms, struct error *error)
{
    enum error_code rc = store_begin(queue->store, error);

    return rc ? rc : store_end(queue->store, put_news(queue, run, with_alarms, error), error);
}

enum error_code notice_queue_news(struct notice_queue *queue, struct error *error)
{
    struct stored_runs runs = {0};
    enum error_code rc = runs_untold(queue->store, queue->arena, &runs, error);

    for (size_t i = 0; !rc && i + 1 < runs.count; i++)
        rc = put_news_in_one(queue, &runs.items[i], false, error);
    if (!rc && (runs.count || is_anybody_told(queue)))
        rc = put_news_in_one(queue, runs.count ? &runs.items[runs.count - 1] : NULL, true, error);
    return rc;
}

enum error_code notice_queue_clock(struct notice_queue *queue, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < queue->targets.count; i++) {
        const struct notification_target *target = &queue->targets.items[i];
        struct notice_choice choice = notice_target_choice(target);
        int64_t due_ms = notice_due(&choice, queue->zone, queue->view.now_ms);
        rc = notification_deliveries_set_back(queue->store, target->id, queue->view.now_ms, due_ms,
                                              error);
    }
    return rc;
}

static void merge(struct notice_queue *queue, const struct notification_delivery *delivery,
                  struct notice *into)
{
    AUTO_JSON struct json_value *document = NULL;
    struct notice part;

    if (json_value_parse(delivery->notice, strlen(delivery->notice), &document, NULL) ||
        notice_read(document, queue->arena, &part, NULL))
        return;
    notice_merge(into, queue->arena, &part);
}

static enum error_code put_digest(struct notice_queue *queue,
                                  const struct notification_target *target, struct error *error)
{
    struct notification_deliveries parts = {0};
    struct notice_choice choice = notice_target_choice(target);
    struct notice notice;
    enum error_code rc = notification_deliveries_digest(queue->store, queue->arena, target->id,
                                                        queue->view.now_ms, &parts, error);

    if (rc || !parts.count)
        return rc;
    notice_init(&notice, queue->arena, queue->view.now_ms);
    for (size_t i = 0; i < parts.count; i++)
        merge(queue, &parts.items[i], &notice);
    notice.id = new_id(queue->arena);
    notice.title = arena_print(queue->arena, "%s: %s",
                               choice.form == NOTICE_FORM_WEEKLY ? "This week" : "In the last day",
                               notice_title_of(&notice, queue->arena));
    rc =
        put(queue, target, &notice, arena_print(queue->arena, "digest/%" PRId64, parts.items[0].id),
            false, queue->view.now_ms, error);
    return rc ? rc
              : notification_deliveries_collect(queue->store, target->id, queue->view.now_ms,
                                                error);
}

enum error_code notice_queue_digests(struct notice_queue *queue, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < queue->targets.count; i++) {
        if (!is_told(&queue->targets.items[i]))
            continue;
        rc = store_begin(queue->store, error);
        if (!rc)
            rc = store_end(queue->store, put_digest(queue, &queue->targets.items[i], error), error);
    }
    return rc;
}

enum error_code notice_queue_quiet(struct notice_queue *queue, struct error *error)
{
    enum error_code rc = ERROR_NONE;

    for (size_t i = 0; !rc && i < queue->targets.count; i++) {
        const struct notification_target *target = &queue->targets.items[i];
        struct notice_choice choice = notice_target_choice(target);
        int64_t until = notice_after_quiet(&choice, queue->zone, queue->view.now_ms);
        if (until > queue->view.now_ms)
            rc = notification_deliveries_postpone(queue->store, target->id, until, error);
    }
    return rc;
}

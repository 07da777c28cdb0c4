#include "sync/notice_ends.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "store/notification_targets.h"

struct end {
    struct notification_delivery delivery; /* texts in the arena */
    bool is_gone;
};

struct notice_ends {
    struct arena *arena; /* NULL: nothing is kept */
    struct end *items;
    size_t count, capacity;
};

struct notice_ends *notice_ends_new(void)
{
    return memory_new(sizeof(struct notice_ends));
}

void notice_ends_free(struct notice_ends *ends)
{
    if (!ends)
        return;
    arena_free(ends->arena);
    free(ends->items);
    free(ends);
}

void notice_ends_keep(struct notice_ends *ends, const struct notification_delivery *delivery,
                      bool is_gone)
{
    if (!ends->arena)
        ends->arena = arena_new();
    memory_grow(&ends->items, ends->count, &ends->capacity);
    ends->items[ends->count++] = (struct end){
        .delivery = {.id = delivery->id,
                     .target_id = delivery->target_id,
                     .target = arena_text(ends->arena, delivery->target),
                     .state = delivery->state,
                     .is_brief = delivery->is_brief,
                     .due_ms = delivery->due_ms,
                     .message = arena_text(ends->arena, delivery->message)},
        .is_gone = is_gone,
    };
}

static enum error_code disable(struct store *store, const struct notification_delivery *delivery,
                               struct error *error)
{
    enum error_code rc =
        notification_targets_disable(store, delivery->target_id, delivery->message, error);

    return rc ? rc
              : notification_deliveries_drop(store, delivery->target_id,
                                             "the target was switched off", error);
}

static enum error_code write_one(struct store *store, const struct end *end, struct error *error)
{
    enum error_code rc = store_begin(store, error);

    if (rc)
        return rc;
    rc = notification_deliveries_end(store, &end->delivery, error);
    if (!rc && end->is_gone)
        rc = disable(store, &end->delivery, error);
    rc = store_end(store, rc, error);
    if (!rc && end->is_gone)
        log_warning("notify", "a notification target is switched off",
                    LOG_TEXT("target", end->delivery.target),
                    LOG_TEXT("why", end->delivery.message), LOG_END);
    return rc;
}

static void forget_first(struct notice_ends *ends, size_t count)
{
    ends->count -= count;
    memmove(ends->items, ends->items + count, ends->count * sizeof(*ends->items));
    if (!ends->count) {
        arena_free(ends->arena);
        ends->arena = NULL;
    }
}

enum error_code notice_ends_write(struct notice_ends *ends, struct store *store,
                                  struct error *error)
{
    enum error_code rc = ERROR_NONE;
    size_t written = 0;

    while (!rc && written < ends->count) {
        rc = write_one(store, &ends->items[written], error);
        written += !rc;
    }
    if (written)
        forget_first(ends, written);
    return rc;
}

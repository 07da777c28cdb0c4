#include "sync/live_lists.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"

struct live_lists {
    pthread_mutex_t lock;
    struct arena *arena; /* of the run's texts; all below under the lock */
    struct live_list *items;
    size_t count;
};

struct live_lists *live_lists_new(void)
{
    struct live_lists *lists = memory_new(sizeof(*lists));

    pthread_mutex_init(&lists->lock, NULL);
    return lists;
}

void live_lists_free(struct live_lists *lists)
{
    if (!lists)
        return;
    live_lists_end(lists);
    pthread_mutex_destroy(&lists->lock);
    free(lists);
}

void live_lists_begin(struct live_lists *lists, const struct stored_lists *of_run)
{
    if (!lists)
        return;
    live_lists_end(lists);
    pthread_mutex_lock(&lists->lock);
    lists->arena = arena_new();
    lists->items = arena_take(lists->arena, (of_run->count + 1) * sizeof(*lists->items));
    for (size_t i = 0; i < of_run->count; i++) {
        const struct stored_list *list = &of_run->items[i];
        lists->items[i] = (struct live_list){
            .id = list->id,
            .type = arena_text(lists->arena, list->ref.type),
            .list_id = arena_text(lists->arena, list->ref.id),
            .description = arena_text(lists->arena, list->description),
            .message = "",
        };
    }
    lists->count = of_run->count;
    pthread_mutex_unlock(&lists->lock);
}

void live_lists_end(struct live_lists *lists)
{
    if (!lists)
        return;
    pthread_mutex_lock(&lists->lock);
    arena_free(lists->arena);
    lists->arena = NULL;
    lists->items = NULL;
    lists->count = 0;
    pthread_mutex_unlock(&lists->lock);
}

void live_lists_reading(struct live_lists *lists)
{
    if (!lists)
        return;
    pthread_mutex_lock(&lists->lock);
    for (size_t i = 0; i < lists->count; i++)
        if (lists->items[i].state == LIVE_LIST_WAITING)
            lists->items[i].state = LIVE_LIST_READING;
    pthread_mutex_unlock(&lists->lock);
}

static struct live_list *find(struct live_lists *lists, int64_t id)
{
    for (size_t i = 0; i < lists->count; i++)
        if (lists->items[i].id == id)
            return &lists->items[i];
    return NULL;
}

void live_lists_read(struct live_lists *lists, const struct sync_list *list)
{
    if (!lists)
        return;
    pthread_mutex_lock(&lists->lock);
    struct live_list *live = find(lists, list->list.id);
    if (live) {
        live->state = LIVE_LIST_READ;
        live->outcome = list->outcome;
        live->message = arena_text(lists->arena, list->message);
        live->description = arena_text(lists->arena, list->list.description);
        live->items = list->count;
        live->from_snapshot = list->from_snapshot;
    }
    pthread_mutex_unlock(&lists->lock);
}

void live_lists_requested(struct live_lists *lists, const struct item *item)
{
    if (!lists)
        return;
    pthread_mutex_lock(&lists->lock);
    for (size_t i = 0; i < item->source_count; i++) {
        struct live_list *live = find(lists, item->sources[i].list->list_id);
        if (live)
            live->requested++;
    }
    pthread_mutex_unlock(&lists->lock);
}

size_t live_lists_copy(struct live_lists *lists, struct arena *arena, struct live_list **ret)
{
    pthread_mutex_lock(&lists->lock);
    size_t count = lists->count;
    *ret = arena_take(arena, (count + 1) * sizeof(**ret));
    for (size_t i = 0; i < count; i++) {
        struct live_list *copy = &(*ret)[i];
        *copy = lists->items[i];
        copy->type = arena_text(arena, copy->type);
        copy->list_id = arena_text(arena, copy->list_id);
        copy->description = arena_text(arena, copy->description);
        copy->message = arena_text(arena, copy->message);
    }
    pthread_mutex_unlock(&lists->lock);
    return count;
}

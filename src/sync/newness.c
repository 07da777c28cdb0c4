#include "sync/newness.h"

#include "base/memory.h"
#include "sync/known_ids.h"

static bool identify(struct store *store, struct arena *arena, const struct entry *entry,
                     struct item *ret)
{
    *ret = (struct item){
        .title = entry->title,
        .original_title = entry->original_title,
        .year = entry->year,
        .media_type = entry->media_type,
        .ids = entry->ids,
    };
    return (ret->ids.tmdb && ret->media_type != MEDIA_UNKNOWN) ||
           known_ids_recall(store, arena, ret);
}

/* A title without a state is one that nobody has and, but for a closer look, nobody asked for. */
static bool is_new(const struct media_state *state)
{
    return !state || state->status <= MEDIA_STATUS_UNKNOWN;
}

static void count(struct store *store, const struct media_sweep *media, const struct entry *entry,
                  struct newness *ret)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct item item;

    if (!identify(store, arena, entry, &item))
        ret->unclear++;
    else if (is_new(media_sweep_find(media, item.media_type, item.ids.tmdb)))
        ret->new_to_seerr++;
    else
        ret->in_seerr++;
}

struct newness newness_of(struct store *store, const struct media_sweep *media,
                          const struct entry_list *entries)
{
    struct newness newness = {0};

    for (size_t i = 0; i < entries->count; i++)
        if (!entries->items[i].unsupported)
            count(store, media, &entries->items[i], &newness);
    return newness;
}

#include "sync/person_matches.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/items_query.h"

struct matching {
    struct run *run;
    struct map by_key; /* item_key() or a key of the id map -> struct item_match, in the arena */
};

static void keep(void *context, const struct item_match *match)
{
    struct matching *matching = context;
    struct arena *arena = matching->run->arena;
    struct item_match *kept = arena_take(arena, sizeof(*kept));

    *kept = *match;
    kept->item_key = NULL; /* it is the map's */
    kept->title = arena_text(arena, match->title);
    kept->who = NULL;
    map_set(&matching->by_key, match->item_key, kept);
}

/* The key of the item if `ids` were all that is known of it. */
static const struct item_match *find_by(const struct matching *matching, const struct item *item,
                                        const struct ids *ids, struct arena *arena)
{
    struct item alone = {.title = "", .media_type = item->media_type, .ids = *ids};

    return map_get(&matching->by_key, item_key(&alone, arena));
}

static const struct item_match *find_by_tvdb(const struct matching *matching,
                                             const struct item *item, struct arena *arena)
{
    const struct item_match *match =
        find_by(matching, item, &(struct ids){.tvdb = item->ids.tvdb}, arena);

    return match ? match
                 : map_get(&matching->by_key,
                           arena_print(arena, "tvdb:%s:%" PRId64, media_type_word(item->media_type),
                                       item->ids.tvdb));
}

/* Under its own key, then under each of its ids: lists may have told more of it since. */
static const struct item_match *find(const struct matching *matching, const struct item *item)
{
    AUTO_ARENA struct arena *arena = arena_new();
    const struct item_match *match = map_get(&matching->by_key, item_key(item, arena));
    struct ids imdb = {0};

    text_copy(imdb.imdb, sizeof(imdb.imdb), item->ids.imdb);
    if (!match && *imdb.imdb)
        match = find_by(matching, item, &imdb, arena);
    if (!match && item->ids.tmdb)
        match = find_by(matching, item, &(struct ids){.tmdb = item->ids.tmdb}, arena);
    if (!match && item->ids.tvdb)
        match = find_by_tvdb(matching, item, arena);
    if (!match && !text_is_empty(item->ids.source_id))
        match = map_get(&matching->by_key, item->ids.source_id);
    return match;
}

static void settle(struct run *run, struct item *item, const struct item_match *match)
{
    item->media_type = match->media_type;
    item->ids.tmdb = match->tmdb;
    item->proof = PROOF_PERSON;
    item->row = match->item_id;
    item->conflict = item->unsupported = NULL;
    item->evidence =
        arena_print(run->arena, "you said that it is the %s %" PRId64 " in TMDB%s%s%s",
                    media_type_noun(match->media_type), match->tmdb, *match->title ? ", \"" : "",
                    match->title, *match->title ? "\"" : "");
}

static void apply(const struct matching *matching)
{
    struct run *run = matching->run;
    struct item_list *items = &run->result->items;

    for (size_t i = 0; i < items->count && matching->by_key.count; i++) {
        const struct item_match *match = find(matching, &items->items[i]);
        if (match)
            settle(run, &items->items[i], match);
    }
}

enum error_code person_matches_apply(struct run *run)
{
    struct matching matching = {.run = run};

    item_matches_each(run->tools->store, keep, &matching, &run->error);
    apply(&matching);
    map_release(&matching.by_key);
    return run->error.code;
}

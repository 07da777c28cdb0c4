#include "sync/known_ids.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/identities.h"

/* How long "there is no such title" is believed before it is asked again. */
static const int64_t MISS_VALID_MS = 7 * 24 * 3600 * 1000LL;
static const int64_t TITLE_MISS_VALID_MS = 24 * 3600 * 1000LL;

const char *known_ids_tmdb_key(const struct item *item, struct arena *arena)
{
    return arena_print(arena, "tmdb:%s:%" PRId64, media_type_word(item->media_type),
                       item->ids.tmdb);
}

const char *known_ids_imdb_key(const struct item *item, struct arena *arena)
{
    return *item->ids.imdb ? arena_print(arena, "imdb:%s", item->ids.imdb) : NULL;
}

const char *known_ids_tvdb_key(const struct item *item, struct arena *arena)
{
    return item->ids.tvdb && item->media_type != MEDIA_UNKNOWN
               ? arena_print(arena, "tvdb:%s:%" PRId64, media_type_word(item->media_type),
                             item->ids.tvdb)
               : NULL;
}

const char *known_ids_title_key(const struct item *item, struct arena *arena)
{
    AUTO_FREE char *folded = title_fold(item->title);
    AUTO_FREE char *original = title_fold(item->original_title);

    if (!*folded)
        return NULL; /* "$", or broken bytes: all such titles would be one */
    return arena_print(arena, "title:%s:%d:%s:%s", media_type_word(item->media_type), item->year,
                       folded, original);
}

static bool has_any_id(const struct item *item)
{
    return *item->ids.imdb || item->ids.tmdb || item->ids.tvdb || item->ids.source_id;
}

static void settle(struct item *item, enum media_type type, int64_t tmdb, enum proof proof,
                   const char *evidence)
{
    item->media_type = type;
    item->ids.tmdb = tmdb;
    item->proof = proof;
    item->evidence = evidence;
    item->conflict = NULL;
    item->lookup_failed = false;
}

/* The list says film, the map says series: that is looked into, not believed. */
static bool is_other_kind(const struct item *item, const struct known_identity *known)
{
    return item->media_type != MEDIA_UNKNOWN && item->media_type != known->media_type;
}

static bool recall(struct store *store, struct arena *arena, struct item *item, const char *key)
{
    struct known_identity known;

    if (!key || identities_find(store, key, &known, NULL) || known.is_miss)
        return false;
    if (!*item->ids.imdb)
        text_copy(item->ids.imdb, sizeof(item->ids.imdb), known.imdb);
    if (!known.tmdb || is_other_kind(item, &known))
        return false;
    settle(item, known.media_type, known.tmdb, PROOF_ID_MAP, arena_text(arena, known.note));
    return true;
}

const char *known_ids_miss(struct run *run, const char *key)
{
    struct known_identity known;
    char when[CLOCK_TEXT_SIZE];

    if (!key || identities_find(run->tools->store, key, &known, NULL) || !known.is_miss)
        return NULL;
    int64_t valid_ms = text_starts_with(key, "title:") ? TITLE_MISS_VALID_MS : MISS_VALID_MS;
    if (llabs(clock_wall_ms() - known.looked_at) >= valid_ms)
        return NULL;
    clock_format_utc(known.looked_at, when);
    return arena_print(run->arena, "%s (looked for on %.10s)", known.note, when);
}

enum media_type known_ids_of_imdb(struct run *run, const struct item *item, int64_t *ret_tmdb)
{
    struct known_identity known;
    const char *key = known_ids_imdb_key(item, run->arena);

    *ret_tmdb = 0;
    if (!key || identities_find(run->tools->store, key, &known, NULL) || known.is_miss)
        return MEDIA_UNKNOWN;
    *ret_tmdb = known.tmdb;
    return known.media_type;
}

void known_ids_learn(struct run *run, const char *key, enum media_type type, int64_t tmdb,
                     const char *imdb, const char *note)
{
    struct known_identity identity = {
        .is_miss = !tmdb && text_is_empty(imdb),
        .looked_at = clock_wall_ms(),
        .media_type = type,
        .tmdb = tmdb,
    };

    if (!key || run->error.code)
        return;
    text_copy(identity.imdb, sizeof(identity.imdb), imdb ? imdb : "");
    text_copy(identity.note, sizeof(identity.note), note);
    identities_learn(run->tools->store, key, &identity, &run->error);
}

void known_ids_found(struct run *run, struct item *item, const char *key, enum media_type type,
                     int64_t tmdb, enum proof proof, const char *evidence)
{
    known_ids_learn(run, key, type, tmdb, item->ids.imdb, evidence);
    settle(item, type, tmdb, proof, evidence);
}

void known_ids_not_found(struct run *run, const char *key, const char *why)
{
    known_ids_learn(run, key, MEDIA_UNKNOWN, 0, "", why);
}

bool known_ids_recall(struct store *store, struct arena *arena, struct item *item)
{
    if (recall(store, arena, item, known_ids_imdb_key(item, arena)))
        return true;
    if (item->conflict)
        return false;
    if (recall(store, arena, item, item->ids.source_id) ||
        recall(store, arena, item, known_ids_imdb_key(item, arena)))
        return true;
    if (recall(store, arena, item, known_ids_tvdb_key(item, arena)))
        return true;
    return !has_any_id(item) && recall(store, arena, item, known_ids_title_key(item, arena));
}

#include "model/merge_group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* What entries of one title can disagree on. A claim is a number so that it compares; 0: none. */
struct aspect {
    int64_t (*claim)(const struct entry *entry);
    char *(*say)(const struct entry *entry); /* NULL: disagreement is no conflict */
    void (*drop)(struct item *item);
};

static int64_t claim_imdb(const struct entry *entry)
{
    return *entry->ids.imdb ? strtoll(entry->ids.imdb + strlen("tt"), NULL, 10) : 0;
}

static char *say_imdb(const struct entry *entry)
{
    return memory_text(entry->ids.imdb);
}

static void drop_imdb(struct item *item)
{
    *item->ids.imdb = '\0';
}

static int64_t claim_kind(const struct entry *entry)
{
    return entry->media_type;
}

static char *say_kind(const struct entry *entry)
{
    return memory_print("a %s", media_type_noun(entry->media_type));
}

/* Without a kind the numbered ids name nothing. */
static void drop_kind(struct item *item)
{
    item->media_type = MEDIA_UNKNOWN;
    item->ids.tmdb = 0;
    item->ids.tvdb = 0;
}

static int64_t claim_tmdb(const struct entry *entry)
{
    return entry->ids.tmdb;
}

static char *say_tmdb(const struct entry *entry)
{
    return memory_print("TMDB %" PRId64, entry->ids.tmdb);
}

static void drop_tmdb(struct item *item)
{
    item->ids.tmdb = 0;
}

static int64_t claim_tvdb(const struct entry *entry)
{
    return entry->ids.tvdb;
}

static void drop_tvdb(struct item *item)
{
    item->ids.tvdb = 0;
}

static const struct aspect aspects[] = {
    {claim_imdb, say_imdb, drop_imdb},
    {claim_kind, say_kind, drop_kind},
    {claim_tmdb, say_tmdb, drop_tmdb},
    {claim_tvdb, NULL, drop_tvdb}, /* sources mix these up; the other ids decide */
};

/*
 * Entries that Seerr cannot hold do not count beside one that it can: a list that knows the film
 * is not to lose it because another list files the same id under something else.
 */
static bool counts(const struct merge_member *member, const struct item *item)
{
    return item->unsupported || !member->entry->unsupported;
}

static const char *unsupported_by_all(const struct merge_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!members[i].entry->unsupported)
            return NULL;
    return members[0].entry->unsupported;
}

static const char *source_of(const struct merge_member *member)
{
    const struct merge_list *list = member->list;

    return list->source ? list->source : list->ref->type;
}

static void describe_conflict(struct item *item, const struct aspect *aspect,
                              const struct merge_member *a, const struct merge_member *b,
                              struct arena *arena)
{
    if (!aspect->say)
        return;
    AUTO_FREE char *said_a = aspect->say(a->entry);
    AUTO_FREE char *said_b = aspect->say(b->entry);
    const char *before = item->conflict ? item->conflict : "";

    item->conflict =
        arena_print(arena, "%s%s%s %s says %s, %s %s says %s", before, *before ? "; " : "",
                    source_of(a), a->list->ref->id, said_a, source_of(b), b->list->ref->id, said_b);
}

/* Drops what the first claimant and another one disagree on, and says so. */
static void settle(struct item *item, const struct aspect *aspect,
                   const struct merge_member *members, size_t count, struct arena *arena)
{
    const struct merge_member *first = NULL;

    for (size_t i = 0; i < count; i++) {
        if (!counts(&members[i], item) || !aspect->claim(members[i].entry))
            continue;
        if (!first)
            first = &members[i];
        if (aspect->claim(first->entry) == aspect->claim(members[i].entry))
            continue;
        aspect->drop(item);
        describe_conflict(item, aspect, first, &members[i], arena);
        return;
    }
}

static void learn_ids(struct item *item, const struct entry *entry)
{
    ids_complete(&item->ids, &entry->ids);
    if (!item->media_type)
        item->media_type = entry->media_type;
}

/* Title and year come from one entry where one has both: apart they may name another work. */
static void learn_title(struct item *item, const struct entry *entry)
{
    bool is_better = *entry->title && entry->year && !(*item->title && item->year);

    if (is_better || (!*item->title && *entry->title)) {
        item->title = entry->title;
        item->original_title = entry->original_title;
        item->year = entry->year;
    }
    if (!item->year)
        item->year = entry->year;
}

static void learn_seasons(struct item *item, const struct merge_member *member)
{
    if (member->entry->season)
        season_set_add(&item->seasons, member->entry->season);
    else if (!season_set_is_empty(&member->list->seasons))
        season_set_add_all(&item->seasons, &member->list->seasons);
    else
        item->whole_series = true;
}

/* Most titles are on one list: the first place costs no more than it must. */
static void make_room(struct item *item)
{
    if (!item->sources) {
        item->sources = memory_new(sizeof(*item->sources));
        item->source_capacity = 1;
    }
    memory_grow(&item->sources, item->source_count, &item->source_capacity);
}

void merge_group_add_source(struct item *item, struct item_source source)
{
    size_t at = item->source_count;

    for (size_t i = 0; i < item->source_count; i++) {
        if (item->sources[i].list != source.list)
            continue;
        if (source.rank < item->sources[i].rank)
            item->sources[i].rank = source.rank;
        return;
    }
    make_room(item);
    for (; at > 0 && item->sources[at - 1].list > source.list; at--)
        item->sources[at] = item->sources[at - 1];
    item->sources[at] = source;
    item->source_count++;
}

static void prove_by_list(struct item *item, const struct merge_member *members, size_t count,
                          struct arena *arena)
{
    const struct merge_member *witness = NULL;

    if (item->conflict || item->unsupported || !item->ids.tmdb || !item->media_type)
        return;
    for (size_t i = 0; i < count && !witness; i++)
        if (counts(&members[i], item) && members[i].entry->ids.tmdb)
            witness = &members[i];
    CHECK(witness); /* the item's number is one of theirs */
    item->proof = PROOF_LIST;
    item->evidence = arena_print(arena, "%s %s gives TMDB %" PRId64, source_of(witness),
                                 witness->list->ref->id, item->ids.tmdb);
}

void merge_group_item(const struct merge_member *members, size_t count, struct arena *arena,
                      struct item *ret)
{
    struct item item = {.title = "", .unsupported = unsupported_by_all(members, count)};

    for (size_t i = 0; i < count; i++) {
        merge_group_add_source(&item,
                               (struct item_source){members[i].list, members[i].entry->rank});
        if (!counts(&members[i], &item))
            continue;
        learn_ids(&item, members[i].entry);
        learn_title(&item, members[i].entry);
        learn_seasons(&item, &members[i]);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(aspects); i++)
        settle(&item, &aspects[i], members, count, arena);
    prove_by_list(&item, members, count, arena);
    *ret = item;
}

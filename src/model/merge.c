#include "model/merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/id_key.h"
#include "model/merge_group.h"
#include "model/title.h"

/* An entry in a forest of joined entries; the root of a tree is its first entry. */
struct node {
    struct merge_member member;
    size_t parent;
    size_t next;          /* the next of the same title, in order; 0 ends */
    size_t last;          /* of a root: the end of its chain */
    enum media_type kind; /* of a root: what its entries agree on */
    bool is_kind_disputed;
};

struct forest {
    struct node *nodes;
    size_t count;
    struct map first_by_key; /* id key -> place of a node + 1 */
};

static void forest_release(struct forest *forest)
{
    free(forest->nodes);
    map_release(&forest->first_by_key);
}

const char *proof_word(enum proof proof)
{
    static const char *const words[] = {
        [PROOF_NONE] = "none",   [PROOF_LIST] = "list",     [PROOF_ID_MAP] = "id_map",
        [PROOF_IMDB] = "imdb",   [PROOF_TVDB] = "tvdb",     [PROOF_SOURCE] = "source",
        [PROOF_TITLE] = "title", [PROOF_PERSON] = "person",
    };

    CHECK(proof < ARRAY_LENGTH(words));
    return words[proof];
}

void item_list_init(struct item_list *list, struct arena *arena)
{
    *list = (struct item_list){.arena = arena};
}

void item_list_release(struct item_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].sources);
    free(list->items);
    item_list_init(list, list->arena);
}

static int compare_nodes(const void *left, const void *right)
{
    const struct merge_member *a = &((const struct node *)left)->member;
    const struct merge_member *b = &((const struct node *)right)->member;

    if (a->list != b->list)
        return a->list < b->list ? -1 : 1;
    if (a->entry->rank != b->entry->rank)
        return a->entry->rank < b->entry->rank ? -1 : 1;
    return a->entry < b->entry ? -1 : a->entry > b->entry;
}

static void plant(struct forest *forest, const struct merge_list *lists, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += lists[i].count;
    forest->nodes = memory_array(total, sizeof(*forest->nodes));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < lists[i].count; k++)
            forest->nodes[forest->count++].member =
                (struct merge_member){&lists[i], &lists[i].entries[k]};
    qsort(forest->nodes, forest->count, sizeof(*forest->nodes), compare_nodes);
    for (size_t i = 0; i < forest->count; i++)
        forest->nodes[i].parent = i;
}

static size_t root_of(struct forest *forest, size_t at)
{
    struct node *nodes = forest->nodes;

    while (nodes[at].parent != at) {
        nodes[at].parent = nodes[nodes[at].parent].parent; /* halves the path for the next time */
        at = nodes[at].parent;
    }
    return at;
}

static void join(struct forest *forest, size_t a, size_t b)
{
    size_t root_a = root_of(forest, a);
    size_t root_b = root_of(forest, b);

    if (root_a < root_b)
        forest->nodes[root_b].parent = root_a;
    else
        forest->nodes[root_a].parent = root_b;
}

static void join_by_id(struct forest *forest, size_t at, enum media_type kind, enum id_kind id)
{
    AUTO_FREE char *key = id_key(&forest->nodes[at].member.entry->ids, kind, id);

    if (!key)
        return;
    size_t first = (size_t)(uintptr_t)map_get(&forest->first_by_key, key);
    if (first)
        join(forest, first - 1, at);
    else
        map_set(&forest->first_by_key, key, (void *)(uintptr_t)(at + 1));
}

static void join_known(struct forest *forest)
{
    for (size_t i = 0; i < forest->count; i++)
        for (int id = 0; id < ID_KINDS; id++)
            join_by_id(forest, i, forest->nodes[i].member.entry->media_type, (enum id_kind)id);
}

static void agree_on_kinds(struct forest *forest)
{
    for (size_t i = 0; i < forest->count; i++) {
        const struct entry *entry = forest->nodes[i].member.entry;
        struct node *root = &forest->nodes[root_of(forest, i)];
        if (entry->media_type == MEDIA_UNKNOWN || entry->unsupported)
            continue;
        if (root->kind != MEDIA_UNKNOWN && root->kind != entry->media_type)
            root->is_kind_disputed = true;
        root->kind = entry->media_type;
    }
}

/*
 * Entries that learnt their kind from their company can now be found by their numbered ids. Once
 * is enough: what is found so has a known kind already, so no one else learns one.
 */
static void join_newly_known(struct forest *forest)
{
    agree_on_kinds(forest);
    for (size_t i = 0; i < forest->count; i++) {
        const struct node *root = &forest->nodes[root_of(forest, i)];
        if (forest->nodes[i].member.entry->media_type != MEDIA_UNKNOWN || root->is_kind_disputed)
            continue;
        join_by_id(forest, i, root->kind, ID_TMDB);
        join_by_id(forest, i, root->kind, ID_TVDB);
    }
}

static void chain(struct forest *forest)
{
    for (size_t i = 0; i < forest->count; i++) {
        size_t root = root_of(forest, i);
        if (root != i)
            forest->nodes[forest->nodes[root].last].next = i;
        forest->nodes[root].last = i;
    }
}

static struct item *add_item(struct item_list *list)
{
    memory_grow(&list->items, list->count, &list->capacity);
    return &list->items[list->count++];
}

static void harvest(const struct forest *forest, struct item_list *ret)
{
    AUTO_FREE struct merge_member *members = memory_array(forest->count, sizeof(*members));

    for (size_t i = 0; i < forest->count; i++) {
        size_t count = 0;
        if (forest->nodes[i].parent != i)
            continue;
        for (size_t at = i; count == 0 || at; at = forest->nodes[at].next)
            members[count++] = forest->nodes[at].member;
        merge_group_item(members, count, ret->arena, add_item(ret));
    }
}

void merge_lists(const struct merge_list *lists, size_t count, struct item_list *ret)
{
    AUTO(forest_release) struct forest forest = {0};

    plant(&forest, lists, count);
    join_known(&forest);
    join_newly_known(&forest);
    chain(&forest);
    harvest(&forest, ret);
}

static void take_person_word(struct item *first, const struct item *later)
{
    first->proof = PROOF_PERSON;
    first->evidence = later->evidence;
    first->row = later->row;
}

/* Moves what `later` knows into `first`, of the same kind and TMDB id. */
static void absorb(struct item *first, struct item *later)
{
    for (size_t i = 0; i < later->source_count; i++)
        merge_group_add_source(first, later->sources[i]);
    free(later->sources);
    season_set_add_all(&first->seasons, &later->seasons);
    first->whole_series |= later->whole_series;
    ids_complete(&first->ids, &later->ids);
    if (!later->unsupported)
        first->unsupported = NULL;
    if (!first->conflict)
        first->conflict = later->conflict;
    if (later->proof == PROOF_PERSON && first->proof != PROOF_PERSON)
        take_person_word(first, later);
    if (first->proof == PROOF_PERSON)
        first->conflict = first->unsupported = NULL;
}

void merge_again(struct item_list *list)
{
    AUTO_MAP struct map first_by_key = {0};
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct item *item = &list->items[i];
        AUTO_FREE char *key = id_key(&item->ids, item->media_type, ID_TMDB);
        struct item *first = key ? map_get(&first_by_key, key) : NULL;
        if (first) {
            absorb(first, item);
            continue;
        }
        list->items[count] = *item;
        if (key)
            map_set(&first_by_key, key, &list->items[count]);
        count++;
    }
    list->count = count;
}

char *item_key(const struct item *item, struct arena *arena)
{
    const char *kind = media_type_word(item->media_type);
    bool has_kind = item->media_type != MEDIA_UNKNOWN;

    if (has_kind && item->ids.tmdb)
        return arena_print(arena, "%s:tmdb:%" PRId64, kind, item->ids.tmdb);
    if (*item->ids.imdb)
        return arena_print(arena, "imdb:%s", item->ids.imdb);
    if (has_kind && item->ids.tvdb)
        return arena_print(arena, "%s:tvdb:%" PRId64, kind, item->ids.tvdb);
    if (!text_is_empty(item->ids.source_id))
        return arena_text(arena, item->ids.source_id);
    AUTO_FREE char *folded = title_fold(item->title);
    return arena_print(arena, "title:%s:%d:%s", *folded ? folded : item->title, item->year, kind);
}

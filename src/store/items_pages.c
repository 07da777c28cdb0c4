#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/items_looking.h"

static void bind_plain(const struct items_looking *looking, struct db_statement *statement)
{
    const struct items_query *query = looking->query;

    db_bind_text(statement, 7, query->media_type);
    db_bind_text(statement, 8, query->status);
    db_bind_text(statement, 9, query->decision);
    db_bind_text(statement, 10, query->provider);
    db_bind_integer(statement, 11, query->only_ignored);
    db_bind_integer(statement, 12, query->needs_person);
}

static void bind_filters(const struct items_looking *looking, struct db_statement *statement)
{
    const struct items_query *query = looking->query;

    db_bind_integer(statement, 6, looking->has_plain);
    bind_plain(looking, statement);
    db_bind_integer(statement, 13, query->list_id);
    db_bind_integer(statement, 14, query->year_from);
    db_bind_integer(statement, 15, query->year_to);
    db_bind_text(statement, 16, looking->folded);
    db_bind_text(statement, 17, looking->question.text);
    db_bind_integer_or_null(statement, 19, looking->question.ids.tmdb);
    db_bind_integer(statement, 22, looking->search_set == ITEMS_OF_PREFIX);
}

/* What names the members of a set. */
static void bind_set(const struct items_looking *looking, struct db_statement *statement,
                     enum items_set set)
{
    const struct items_query *query = looking->query;

    if (set == ITEMS_OF_ID)
        item_question_bind(&looking->question, statement);
    if (set == ITEMS_OF_SEARCH || set == ITEMS_OF_PREFIX)
        db_bind_text(statement, 23, looking->match);
    if (set == ITEMS_OF_PREFIX)
        db_bind_text(statement, 16, looking->folded);
    if (set == ITEMS_OF_LIST)
        db_bind_integer(statement, 13, query->list_id);
    if (set == ITEMS_OF_YEARS) {
        db_bind_integer(statement, 14, query->year_from);
        db_bind_integer(statement, 15, query->year_to);
    }
    if (set == ITEMS_OF_GROUPS)
        bind_plain(looking, statement);
}

static void bind_key(const struct items_looking *looking, struct db_statement *statement, int index,
                     const struct item_place *place)
{
    if (looking->query->order == ITEMS_BY_YEAR)
        db_bind_integer(statement, index, place->number);
    else
        db_bind_text(statement, index, place->key);
}

/* Where a page begins and ends: among items of one key, or beyond that key. */
static void bind_place(const struct items_looking *looking, struct db_statement *statement,
                       bool ties)
{
    if (!looking->has_ties && looking->ascending)
        db_bind_integer(statement, 1, INT64_MIN); /* every text comes behind it, "" too */
    else
        bind_key(looking, statement, 1, &looking->from);
    if (ties)
        db_bind_integer(statement, 2, looking->from.id);
    else
        bind_key(looking, statement, 3, &looking->last);
}

static struct item_place read_place(const struct items_looking *looking, struct db_statement *row)
{
    struct item_place place = {.id = db_column_integer(row, 0)};

    if (looking->query->order == ITEMS_BY_YEAR)
        place.number = db_column_integer(row, 1);
    else
        text_copy(place.key, sizeof(place.key), db_column_text(row, 1));
    return place;
}

/* Negative when `a` comes before `b`. */
static int compare(const struct items_looking *looking, const struct item_place *a,
                   const struct item_place *b)
{
    int difference = looking->query->order == ITEMS_BY_YEAR
                         ? (a->number > b->number) - (a->number < b->number)
                         : strcmp(a->key, b->key);

    if (!difference)
        difference = (a->id > b->id) - (a->id < b->id);
    return looking->ascending ? difference : -difference;
}

/* What lies before the page; it need not even be read. */
static bool skip(struct items_looking *looking)
{
    if (looking->skipped >= looking->query->offset)
        return false;
    looking->skipped++;
    return true;
}

/* Takes what is on the page; false when it is full. */
static bool take(struct items_looking *looking, const struct item_place *place)
{
    if (looking->count < looking->most)
        looking->places[looking->count++] = *place;
    return looking->count < looking->most;
}

enum error_code items_looking_groups(struct items_looking *looking, struct error *error)
{
    size_t capacity = 0;
    struct db_statement *row = db_prepare(looking->store->db, items_groups_that_fit);

    bind_plain(looking, row);
    while (db_step(row)) {
        memory_grow(&looking->groups, looking->group_count, &capacity);
        struct items_group *group = &looking->groups[looking->group_count++];
        *group = (struct items_group){db_column_integer(row, 0), db_column_integer(row, 1)};
        looking->total += group->items;
    }
    return db_finish(row, error);
}

/* Without filters all that lies before the page is passed over without a look at it. */
static void bind_range(struct items_looking *looking, struct db_statement *statement, bool is_all)
{
    db_bind_integer(statement, 4, is_all ? (int64_t)looking->most : INT64_MAX);
    if (!is_all) {
        bind_filters(looking, statement);
        return;
    }
    db_bind_integer(statement, 5, looking->query->offset);
    looking->skipped = looking->query->offset;
}

static enum error_code walk_part(struct items_looking *looking, const char *sql, bool ties,
                                 struct error *error)
{
    struct db_statement *row = db_prepare(looking->store->db, sql);
    bool more = true;

    bind_place(looking, row, ties);
    bind_range(looking, row, !looking->has_plain && !looking->has_others);
    while (more && db_step(row)) {
        if (skip(looking))
            continue;
        struct item_place place = read_place(looking, row);
        more = take(looking, &place);
    }
    return db_finish(row, error);
}

enum error_code items_pages_walk(struct items_looking *looking, struct error *error)
{
    bool is_all = !looking->has_plain && !looking->has_others;
    const struct items_walk *walk =
        &(is_all ? items_all : items_walks)[looking->query->order][looking->ascending];
    enum error_code rc = ERROR_NONE;

    if (looking->has_ties)
        rc = walk_part(looking, walk->ties, true, error);
    if (!rc && looking->count < looking->most)
        rc = walk_part(looking, walk->beyond, false, error);
    return rc;
}

/* The best of several groups so far. */
struct merging {
    struct item_place *places;
    struct item_place **order; /* of `places`, best first */
    size_t count, most;
};

/* False when it comes behind the last one that is wanted: so does the rest of its group. */
static bool merge(const struct items_looking *looking, struct merging *merging,
                  const struct item_place *place)
{
    size_t low = 0, high = merging->count;
    bool is_full = high == merging->most;

    if (is_full && compare(looking, place, merging->order[high - 1]) > 0)
        return false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(looking, merging->order[middle], place) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct item_place *kept =
        is_full ? merging->order[--merging->count] : &merging->places[merging->count];
    memmove(&merging->order[low + 1], &merging->order[low],
            (merging->count - low) * sizeof(*merging->order));
    merging->order[low] = kept;
    *kept = *place;
    merging->count++;
    return true;
}

static enum error_code merge_part(struct items_looking *looking, struct merging *merging,
                                  int64_t group, const char *sql, bool ties, bool *ret_more,
                                  struct error *error)
{
    struct db_statement *row = db_prepare(looking->store->db, sql);
    bool more = true;

    bind_place(looking, row, ties);
    db_bind_integer(row, 4, (int64_t)merging->most);
    db_bind_integer(row, 6, group);
    while (more && db_step(row)) {
        struct item_place place = read_place(looking, row);
        more = merge(looking, merging, &place);
    }
    *ret_more = more;
    return db_finish(row, error);
}

enum error_code items_pages_merge(struct items_looking *looking, struct error *error)
{
    const struct items_walk *group = &items_groups[looking->query->order][looking->ascending];
    struct merging merging = {.most = looking->most + (size_t)looking->query->offset};
    AUTO_FREE struct item_place *places = memory_array(merging.most, sizeof(*places));
    AUTO_FREE struct item_place **in_order = memory_array(merging.most, sizeof(*in_order));
    enum error_code rc = ERROR_NONE;

    merging.places = places;
    merging.order = in_order;
    for (size_t i = 0; !rc && i < looking->group_count; i++) {
        int64_t id = looking->groups[i].id;
        bool more = true;
        if (looking->has_ties)
            rc = merge_part(looking, &merging, id, group->ties, true, &more, error);
        if (!rc && more)
            rc = merge_part(looking, &merging, id, group->beyond, false, &more, error);
    }
    for (size_t i = 0; !rc && i < merging.count; i++) {
        if (!skip(looking))
            take(looking, in_order[i]);
    }
    return rc;
}

/* "[1,2,3]", to be freed. */
static char *members_as_json(const struct items_members *members)
{
    enum { DIGITS = 21 };
    char *text = memory_array(members->count * DIGITS + 3, 1), *at = text;

    *at++ = '[';
    for (size_t i = 0; i < members->count; i++)
        at += sprintf(at, "%s%" PRId64, i ? "," : "", members->ids[i]);
    *at = ']';
    return text;
}

static enum error_code read_set(struct items_looking *looking, struct error *error)
{
    AUTO_FREE char *members = members_as_json(&looking->set);
    struct db_statement *row = db_prepare(looking->store->db, items_set_pages[looking->ascending]);

    looking->total = 0;
    bind_filters(looking, row);
    if (looking->set_kind == ITEMS_OF_LIST)
        db_bind_integer(row, 13, 0); /* a look-up for each, to hear what is known */
    db_bind_integer(row, 24, looking->query->order);
    db_bind_text(row, 25, members);
    while (db_step(row)) {
        struct item_place place = read_place(looking, row);
        looking->total++;
        if (!(looking->query->cursor && compare(looking, &looking->from, &place) >= 0) &&
            !skip(looking))
            take(looking, &place);
    }
    return db_finish(row, error);
}

/* ---- a list alone ---- */

/* Steps along an index that cost as much as reading and sorting one item. */
enum { STEPS = 10 };

static int compare_ids(const void *a, const void *b)
{
    int64_t one = *(const int64_t *)a, other = *(const int64_t *)b;

    return one < other ? -1 : one > other;
}

static void sort_members(struct items_members *set)
{
    size_t kept = 0;

    qsort(set->ids, set->count, sizeof(*set->ids), compare_ids);
    for (size_t i = 0; i < set->count; i++)
        if (!kept || set->ids[kept - 1] != set->ids[i])
            set->ids[kept++] = set->ids[i];
    set->count = kept;
}

static bool is_member(const struct items_members *set, int64_t id)
{
    return bsearch(&id, set->ids, set->count, sizeof(id), compare_ids) != NULL;
}

/* `left`: members that may still come, `steps`: what may still be walked. */
static enum error_code walk_members_part(struct items_looking *looking, const char *sql, bool ties,
                                         size_t *left, int64_t *steps, struct error *error)
{
    struct db_statement *row = db_prepare(looking->store->db, sql);
    bool more = true;

    bind_place(looking, row, ties);
    db_bind_integer(row, 4, *steps);
    db_bind_integer(row, 5, 0);
    while (more && *left && db_step(row)) {
        --*steps;
        if (!is_member(&looking->set, db_column_integer(row, 0)))
            continue;
        --*left;
        if (skip(looking))
            continue;
        struct item_place place = read_place(looking, row);
        more = take(looking, &place);
    }
    return db_finish(row, error);
}

static enum error_code walk_members(struct items_looking *looking, int64_t *steps,
                                    struct error *error)
{
    const struct items_walk *walk = &items_all[looking->query->order][looking->ascending];
    enum error_code rc = ERROR_NONE;

    sort_members(&looking->set);
    size_t left = looking->set.count;
    if (looking->has_ties)
        rc = walk_members_part(looking, walk->ties, true, &left, steps, error);
    if (!rc && looking->count < looking->most)
        rc = walk_members_part(looking, walk->beyond, false, &left, steps, error);
    return rc;
}

/*
 * Where each member waits in the index of the order is not known, but an index is walked ten times
 * as fast as the members' rows are read from all over the file. `*ret_done` is false when they do
 * not come soon enough: then they are to be sorted after all.
 */
static enum error_code try_walk(struct items_looking *looking, bool *ret_done, struct error *error)
{
    int64_t members = (int64_t)looking->set.count, steps = STEPS * members;
    int64_t wanted = looking->query->offset + (int64_t)looking->most;

    *ret_done = false;
    if (wanted >= members || wanted > steps * members / looking->total)
        return ERROR_NONE;
    enum error_code rc = walk_members(looking, &steps, error);
    *ret_done = steps > 0;
    if (*ret_done) {
        looking->total = (int64_t)looking->set.count;
    } else {
        looking->skipped = 0;
        looking->count = 0;
    }
    return rc;
}

static bool is_list_alone(const struct items_looking *looking)
{
    return looking->query->list_id && !looking->has_plain && !items_looking_has_years(looking) &&
           looking->search_set == ITEMS_SETS;
}

/* ---- the smallest set ---- */

static bool is_asked(const struct items_looking *looking, enum items_set set)
{
    switch (set) {
    case ITEMS_OF_LIST:
        return looking->query->list_id != 0;
    case ITEMS_OF_YEARS:
        return items_looking_has_years(looking);
    case ITEMS_OF_GROUPS:
        return looking->has_plain && looking->total <= ITEMS_SET_MOST;
    default:
        return looking->search_set == set;
    }
}

static enum error_code add_members(struct items_looking *looking, enum items_set set, size_t most,
                                   struct items_members *members, struct error *error)
{
    struct db_statement *row = db_prepare(looking->store->db, items_members[set]);

    bind_set(looking, row, set);
    db_bind_integer(row, 4, (int64_t)most);
    while (db_step(row)) {
        memory_grow(&members->ids, members->count, &members->capacity);
        members->ids[members->count++] = db_column_integer(row, 0);
    }
    return db_finish(row, error);
}

/* Keeps the set if it is smaller than the one before. */
static enum error_code try_set(struct items_looking *looking, enum items_set set, size_t *smallest,
                               struct error *error)
{
    struct items_members members = {.count = 0};
    enum error_code rc = add_members(looking, set, *smallest, &members, error);

    /* A title may be a number, too, or a source's own id. */
    if (!rc && (set == ITEMS_OF_SEARCH || set == ITEMS_OF_PREFIX))
        rc = add_members(looking, ITEMS_OF_ID, *smallest, &members, error);
    if (!rc && members.count < *smallest) {
        *smallest = members.count;
        free(looking->set.ids);
        looking->set = members;
        looking->set_kind = set;
        return rc;
    }
    free(members.ids);
    return rc;
}

/* The smallest set that all who fit belong to; false when each is too large. */
static enum error_code choose_set(struct items_looking *looking, bool *ret, struct error *error)
{
    const size_t most = is_list_alone(looking) ? ITEMS_LIST_MOST : ITEMS_SET_MOST;
    size_t smallest = most + 1;
    enum error_code rc = ERROR_NONE;

    for (int set = 0; !rc && set < ITEMS_SETS && smallest > 0; set++) {
        if (is_asked(looking, set))
            rc = try_set(looking, set, &smallest, error);
        if (set == ITEMS_OF_ID && looking->search_set == ITEMS_OF_ID)
            break; /* no other filter asks for ids */
    }
    *ret = smallest <= most;
    return rc;
}

enum error_code items_pages_sort(struct items_looking *looking, bool *ret_done, struct error *error)
{
    bool walked = false;
    enum error_code rc = choose_set(looking, ret_done, error);

    if (!rc && *ret_done && is_list_alone(looking))
        rc = try_walk(looking, &walked, error);
    return rc || !*ret_done || walked ? rc : read_set(looking, error);
}

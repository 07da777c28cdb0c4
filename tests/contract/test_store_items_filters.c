/* Looking for items: whatever the filters, the order and the page, it is what reading all finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "store/items_query.h"
#include "store/items_query_sql.h"
#include "support/big_store.h"
#include "support/store_world.h"

enum { ALL = 500 };

static const int64_t now = INT64_C(1795000000000);

static struct queried_items look(struct store_world *world, const struct items_query *query)
{
    struct queried_items page = {0};

    must(world, items_query(world->store, world->arena, query, &page, &world->error));
    return page;
}

/* So many that some sets are small enough to be sorted and some are not. */
static int setup_many(void **state)
{
    return big_store_setup(state, &(struct big_store){9000, 4, 25}, now);
}

/* An item as the table has it: what queries are checked against. */
struct fact {
    int64_t id, year, ignored;
    const char *folded, *status, *media_type, *decision, *provider, *first_seen, *last_synced;
    bool in_list[8];
};

struct facts {
    struct fact *items;
    size_t count;
};

static const char *column(struct store_world *world, struct db_statement *row, int at)
{
    return arena_text(world->arena, db_column_text(row, at));
}

static struct facts load_facts(struct store_world *world)
{
    struct facts facts = {0};
    size_t capacity = 0;
    struct db_statement *row = db_prepare(
        world->store->db, "SELECT id, COALESCE(year, 0), ignored, folded_title, status, media_type,"
                          "  decision, provider_source, first_seen, last_synced,"
                          "  (SELECT SUM(1 << list_id) FROM list_items WHERE item_id = id)"
                          " FROM synced_items ORDER BY id");

    while (db_step(row)) {
        memory_grow(&facts.items, facts.count, &capacity);
        struct fact *fact = &facts.items[facts.count++];
        *fact = (struct fact){
            .id = db_column_integer(row, 0),
            .year = db_column_integer(row, 1),
            .ignored = db_column_integer(row, 2),
            .folded = column(world, row, 3),
            .status = column(world, row, 4),
            .media_type = column(world, row, 5),
            .decision = column(world, row, 6),
            .provider = column(world, row, 7),
            .first_seen = column(world, row, 8),
            .last_synced = column(world, row, 9),
        };
        for (size_t i = 0; i < ARRAY_LENGTH(fact->in_list); i++)
            fact->in_list[i] = db_column_integer(row, 10) >> i & 1;
    }
    must(world, db_finish(row, &world->error));
    return facts;
}

/* What failed is that first of all, whatever was decided. */
static enum items_need need_of(const struct fact *fact)
{
    static const struct {
        const char *word;
        enum items_need need;
    } words[] = {
        {"error", ITEMS_NEED_RETRY},           {"request_failed", ITEMS_NEED_RETRY},
        {"skip_declined", ITEMS_NEED_CONSENT}, {"skip_deleted", ITEMS_NEED_CONSENT},
        {"not_found", ITEMS_NEED_IDENTITY},    {"unmatched", ITEMS_NEED_IDENTITY},
    };

    for (size_t i = 0; !fact->ignored && i < ARRAY_LENGTH(words); i++) {
        if (strcmp(fact->status, words[i].word) == 0 || strcmp(fact->decision, words[i].word) == 0)
            return words[i].need;
    }
    return ITEMS_NEED_NOTHING;
}

static bool fits_need(const struct fact *fact, enum items_need wanted)
{
    enum items_need need = need_of(fact);

    return !wanted || need == wanted || (wanted == ITEMS_NEED_ANYTHING && need);
}

static bool fits_word(const char *wanted, const char *is)
{
    return !wanted || strcmp(wanted, is) == 0;
}

static bool fits_search(const struct items_query *query, const struct fact *fact)
{
    if (!query->search)
        return true;
    const char *at = strstr(fact->folded, query->search);
    return strlen(query->search) < 3 ? at == fact->folded : at != NULL;
}

static bool fits(const struct items_query *query, const struct fact *fact)
{
    return fits_word(query->media_type, fact->media_type) &&
           fits_word(query->status, fact->status) && fits_word(query->decision, fact->decision) &&
           fits_word(query->provider, fact->provider) &&
           (!query->list_id || fact->in_list[query->list_id]) &&
           (!query->year_from || fact->year >= query->year_from) &&
           (!query->year_to || (fact->year && fact->year <= query->year_to)) &&
           (!query->only_ignored || fact->ignored) && fits_need(fact, query->needs_person) &&
           fits_search(query, fact);
}

static enum items_order sorted_by; /* qsort hands nothing on */

static int compare_facts(const void *a, const void *b)
{
    const struct fact *one = *(const struct fact *const *)a;
    const struct fact *other = *(const struct fact *const *)b;
    int difference = 0;

    if (sorted_by == ITEMS_BY_RECENT)
        difference = strcmp(one->last_synced, other->last_synced);
    else if (sorted_by == ITEMS_BY_TITLE)
        difference = strcmp(one->folded, other->folded);
    else if (sorted_by == ITEMS_BY_ADDED)
        difference = strcmp(one->first_seen, other->first_seen);
    else
        difference = (one->year > other->year) - (one->year < other->year);
    return difference ? difference : (one->id > other->id) - (one->id < other->id);
}

static size_t expect(const struct facts *facts, const struct items_query *query,
                     const struct fact **ret)
{
    size_t count = 0;

    for (size_t i = 0; i < facts->count; i++) {
        if (fits(query, &facts->items[i]))
            ret[count++] = &facts->items[i];
    }
    sorted_by = query->order;
    qsort(ret, count, sizeof(*ret), compare_facts);
    bool is_descending = (query->order == ITEMS_BY_TITLE) == query->reversed;
    for (size_t i = 0; is_descending && i < count / 2; i++) {
        const struct fact *swapped = ret[i];
        ret[i] = ret[count - 1 - i];
        ret[count - 1 - i] = swapped;
    }
    return count;
}

static void describe(const struct items_query *query)
{
    print_error("search %s kind %s status %s decision %s provider %s list %d years %d-%d ignored %d"
                " needs %d order %d reversed %d limit %d\n",
                query->search, query->media_type, query->status, query->decision, query->provider,
                (int)query->list_id, (int)query->year_from, (int)query->year_to,
                query->only_ignored, query->needs_person, (int)query->order, query->reversed,
                query->limit);
}

static void expect_page(const struct items_query *query, const struct queried_items *page,
                        const struct fact *const *wanted, size_t count, size_t at)
{
    for (size_t i = 0; i < page->count; i++) {
        if (at + i < count && page->items[i].id == wanted[at + i]->id)
            continue;
        describe(query);
        fail_msg("item %zu of %zu is %d", at + i, count, (int)page->items[i].id);
    }
}

static void expect_total(const struct items_query *query, const struct queried_items *page,
                         size_t count)
{
    bool right = page->at_least ? page->total <= (int64_t)count : page->total == (int64_t)count;
    bool may_bound = query->search || query->list_id || query->year_from || query->year_to;

    if (right && (may_bound || !page->at_least))
        return;
    describe(query);
    fail_msg("%zu fit, not %d%s", count, (int)page->total, page->at_least ? " or more" : "");
}

/* The first pages by cursor, and one by its number. */
static void check(struct store_world *world, const struct facts *facts,
                  const struct items_query *asked)
{
    AUTO_FREE const struct fact **wanted = memory_array(facts->count, sizeof(*wanted));
    struct items_query query = *asked;
    size_t count = expect(facts, &query, wanted), at = 0;

    for (int turn = 0; turn < 6; turn++) {
        struct queried_items page = look(world, &query);
        expect_page(&query, &page, wanted, count, at);
        expect_total(&query, &page, count);
        at += page.count;
        assert_int_equal(page.next_cursor == NULL, at == count);
        query.cursor = page.next_cursor;
        if (!query.cursor)
            break;
    }
    query.cursor = NULL;
    query.offset = (int64_t)count / 2;
    struct queried_items page = look(world, &query);
    expect_page(&query, &page, wanted, count, count / 2);
    assert_int_equal(page.count > 0, count > 0);
}

static uint64_t seed = 88172645463325252;

static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static struct items_query draw_query(void)
{
    static const char *const statuses[] = {
        NULL, NULL, NULL, "already_available", "error", "not_found", "nothing of the kind"};
    static const char *const decisions[] = {NULL, NULL, NULL, "request", "skip_ignored"};
    static const char *const kinds[] = {NULL, NULL, "movie", "tv"};
    static const char *const providers[] = {NULL, NULL, NULL, "trakt", "imdb"};
    static const char *const searches[] = {NULL, NULL,        NULL,    "the", "matrix",
                                           "q",  "lost king", "garag", "he"};

    return (struct items_query){
        .search = searches[draw(ARRAY_LENGTH(searches))],
        .media_type = kinds[draw(ARRAY_LENGTH(kinds))],
        .status = statuses[draw(ARRAY_LENGTH(statuses))],
        .decision = decisions[draw(ARRAY_LENGTH(decisions))],
        .provider = providers[draw(ARRAY_LENGTH(providers))],
        .list_id = draw(4) ? 0 : 1 + (int64_t)draw(4),
        .year_from = draw(5) ? 0 : 1950 + (int64_t)draw(50),
        .year_to = draw(5) ? 0 : 1970 + (int64_t)draw(50),
        .only_ignored = draw(12) == 0,
        .needs_person = draw(4) ? ITEMS_NEED_NOTHING : (enum items_need)draw(5),
        .order = (enum items_order)draw(ITEMS_ORDERS),
        .reversed = draw(2),
        .limit = 1 + (int)draw(120),
    };
}

static void test_any_filters_in_any_order_give_what_a_reader_of_all_rows_finds(void **state)
{
    struct store_world *world = *state;
    struct facts facts = load_facts(world);

    for (int i = 0; i < 400; i++) {
        struct items_query query = draw_query();
        check(world, &facts, &query);
    }
    free(facts.items);
}

static void test_every_order_is_whole_both_ways(void **state)
{
    struct store_world *world = *state;
    struct facts facts = load_facts(world);

    for (int order = 0; order < ITEMS_ORDERS; order++) {
        for (int reversed = 0; reversed < 2; reversed++) {
            check(world, &facts,
                  &(struct items_query){
                      .order = (enum items_order)order, .reversed = reversed, .limit = ALL});
            check(world, &facts,
                  &(struct items_query){.order = (enum items_order)order,
                                        .reversed = reversed,
                                        .limit = ALL,
                                        .list_id = 1});
        }
    }
    free(facts.items);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_many, store_world_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_any_filters_in_any_order_give_what_a_reader_of_all_rows_finds),
        TEST(test_every_order_is_whole_both_ways),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

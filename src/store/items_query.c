#include "store/items_query.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/title.h"
#include "store/items_looking.h"
#include "store/items_read.h"
#include "store/rows.h"

enum {
    LIMIT_MOST = 500,
    MERGE_MOST = 1000,  /* a page further on is walked to */
    PHRASE_LETTERS = 48 /* of a search; the rest is compared with what these find */
};

/* The bytes of the first letters. */
static size_t bytes_of(const char *text, size_t letters)
{
    size_t length = 0;

    for (; text[length] && letters; letters--) {
        length++;
        while ((text[length] & 0xc0) == 0x80)
            length++;
    }
    return length;
}

/* The text as one phrase of FTS5: in double quotes, those inside doubled. */
static char *quote(const char *text)
{
    size_t length = bytes_of(text, PHRASE_LETTERS), at = 0;
    char *quoted = memory_array(2 * length + 3, 1);

    quoted[at++] = '"';
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            quoted[at++] = '"';
        quoted[at++] = text[i];
    }
    quoted[at] = '"';
    return quoted;
}

/* Two letters have no piece of three: they are looked for at the start of titles. */
static void understand_title(struct items_looking *looking, const char *search)
{
    enum { PIECE = 3 };

    looking->folded = title_fold(search);
    if (!*looking->folded) {
        looking->search_set = ITEMS_OF_ID;
        free(TAKE(looking->folded));
    } else if (looking->folded[bytes_of(looking->folded, PIECE - 1)]) {
        looking->search_set = ITEMS_OF_SEARCH;
        looking->match = quote(looking->folded);
    } else {
        looking->search_set = ITEMS_OF_PREFIX;
        looking->match = memory_print("%s\xff", looking->folded); /* no text has this byte */
    }
}

static void understand_search(struct items_looking *looking)
{
    const char *search = looking->query->search;

    looking->search_set = ITEMS_SETS;
    if (!search || !search[strspn(search, " \t\r\n")])
        return;
    looking->has_others = true;
    item_question_read(search, &looking->question);
    if (looking->question.is_id)
        looking->search_set = ITEMS_OF_ID;
    else
        understand_title(looking, search);
}

bool items_looking_has_years(const struct items_looking *looking)
{
    return looking->query->year_from > 0 || looking->query->year_to > 0;
}

/* Where the order begins and ends, as far as the filters say. */
static void set_ends(struct items_looking *looking, struct item_place *low, struct item_place *high)
{
    const struct items_query *query = looking->query;
    bool by_year = query->order == ITEMS_BY_YEAR && items_looking_has_years(looking);

    *low = (struct item_place){.number = INT64_MIN};
    *high = (struct item_place){.key = "\xff", .number = INT64_MAX, .id = INT64_MAX};
    if (by_year)
        low->number = query->year_from > 0 ? query->year_from : 1;
    if (by_year && query->year_to > 0)
        high->number = query->year_to;
    if (query->order == ITEMS_BY_TITLE && looking->search_set == ITEMS_OF_PREFIX &&
        !looking->question.ids.tmdb) {
        text_copy(low->key, sizeof(low->key), looking->folded);
        memcpy(high->key, looking->match, strlen(looking->match) + 1); /* it is no UTF-8 */
    }
}

static enum error_code understand(struct items_looking *looking, struct error *error)
{
    const struct items_query *query = looking->query;
    struct item_place low, high;

    looking->ascending = (query->order == ITEMS_BY_TITLE) != query->reversed;
    looking->has_plain = query->media_type || query->status || query->decision || query->provider ||
                         query->only_ignored || query->needs_person;
    looking->has_others = query->list_id || items_looking_has_years(looking);
    understand_search(looking);
    set_ends(looking, &low, &high);
    looking->from = looking->ascending ? low : high;
    looking->last = looking->ascending ? high : low;
    looking->has_ties = query->cursor || items_looking_has_years(looking) ||
                        (looking->search_set == ITEMS_OF_PREFIX && looking->ascending);
    looking->most = (size_t)(query->limit < 1            ? 1
                             : query->limit > LIMIT_MOST ? LIMIT_MOST
                                                         : query->limit) +
                    1;
    looking->places = memory_array(looking->most, sizeof(*looking->places));
    if (!query->cursor)
        return ERROR_NONE;
    return items_cursor_read(query->cursor, query->order, query->reversed, &looking->from, error);
}

/* Of a walk among filters that nobody has counted: what was seen, or what one set alone has. */
static void bound_total(struct items_looking *looking)
{
    const struct items_query *query = looking->query;
    int others = (query->list_id != 0) + items_looking_has_years(looking) +
                 (looking->search_set != ITEMS_SETS);

    looking->at_least = looking->count == looking->most || query->cursor;
    looking->total = looking->skipped + (int64_t)looking->count;
    if (others == 1 && !looking->has_plain && looking->total < ITEMS_SET_MOST) {
        looking->at_least = true;
        looking->total = ITEMS_SET_MOST;
    }
}

static enum error_code find_others(struct items_looking *looking, struct error *error)
{
    bool done = false;
    enum error_code rc = items_pages_sort(looking, &done, error);

    if (rc || done)
        return rc;
    rc = items_pages_walk(looking, error);
    bound_total(looking);
    return rc;
}

static enum error_code find(struct items_looking *looking, struct error *error)
{
    enum error_code rc = understand(looking, error);

    if (!rc)
        rc = items_looking_groups(looking, error);
    if (rc || !looking->total)
        return rc;
    if (looking->has_others)
        return find_others(looking, error);
    if (looking->has_plain && looking->query->offset <= MERGE_MOST)
        return items_pages_merge(looking, error);
    return items_pages_walk(looking, error);
}

/* The one more than the page holds says that there is a next page. */
static enum error_code read_page(struct items_looking *looking, struct arena *arena,
                                 struct queried_items *ret, struct error *error)
{
    bool has_next = looking->count == looking->most;
    size_t count = looking->count - has_next;
    struct queried_items page = {.total = looking->total, .at_least = looking->at_least};
    enum error_code rc = ERROR_NONE;

    page.items = arena_take(arena, count * sizeof(*page.items));
    for (size_t i = 0; !rc && i < count; i++) {
        bool found = false;
        rc = items_read(looking->store, arena, looking->places[i].id, &page.items[page.count],
                        &found, error);
        page.count += found;
    }
    if (has_next)
        page.next_cursor = items_cursor_write(
            arena, looking->query->order, looking->query->reversed, &looking->places[count - 1]);
    if (!rc)
        *ret = page;
    return rc;
}

static void release(struct items_looking *looking)
{
    free(looking->folded);
    free(looking->match);
    free(looking->groups);
    free(looking->set.ids);
    free(looking->places);
}

enum error_code items_query(struct store *store, struct arena *arena,
                            const struct items_query *query, struct queried_items *ret,
                            struct error *error)
{
    struct items_looking looking = {.store = store, .query = query};
    enum error_code rc = store_begin_read(store, error);

    if (rc)
        return rc;
    rc = find(&looking, error);
    if (!rc)
        rc = read_page(&looking, arena, ret, error);
    release(&looking);
    return store_end(store, rc, error);
}

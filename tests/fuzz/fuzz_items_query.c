/*
 * Any bytes as a search and a cursor: "SEARCH\nCURSOR" behind a byte that says the order and some
 * filters. Looking succeeds, or says that the cursor is none; and the cursor of a page is taken.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "store/items_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *store; /* for all inputs: nothing is written */

static void add(int64_t run, int number, const char *title)
{
    char key[32];
    const struct item item = {.title = title,
                              .year = 1950 + number,
                              .media_type = number % 2 ? MEDIA_MOVIE : MEDIA_TV,
                              .ids = {.tmdb = number + 600},
                              .decision = DECISION_UNMATCHED,
                              .rule = "",
                              .reason = "",
                              .status = ITEM_STATUS_NOT_FOUND};

    snprintf(key, sizeof(key), "movie:tmdb:%d", number);
    CHECK(runs_record_item(store, run, &item, key, false, NULL) == ERROR_NONE);
}

static void open_store(void)
{
    static const char *const titles[] = {
        "Heat",   "The Matrix",     "100% Wolf", "#Alive", "千と千尋の神隠し",
        "Amélie", "He said \"no\"", "1917",      ""};
    int64_t run = 0;

    CHECK(store_open(&db_driver_sqlite, DB_IN_MEMORY, &store, NULL) == ERROR_NONE);
    CHECK(runs_begin(store, RUN_FULL, RUN_BY_CLI, false, &run, NULL) == ERROR_NONE);
    for (size_t i = 0; i < ARRAY_LENGTH(titles); i++)
        add(run, (int)i, titles[i]);
}

static void look(const struct items_query *asked)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct items_query query = *asked;
    struct queried_items page;
    struct error error = {0};
    enum error_code rc = items_query(store, arena, &query, &page, &error);

    CHECK(rc == ERROR_NONE || (rc == ERROR_USAGE && query.cursor && *error.message));
    if (rc || !page.next_cursor)
        return;
    CHECK(page.count > 0 && page.count <= (size_t)query.limit && page.total > 0);
    int64_t last = page.items[page.count - 1].id;
    query.cursor = page.next_cursor;
    CHECK(items_query(store, arena, &query, &page, &error) == ERROR_NONE);
    CHECK(page.count > 0 && page.items[0].id != last);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    if (!store)
        open_store();
    AUTO_FREE char *search = memory_text_n((const char *)data + 1, size - 1);
    char *cursor = strchr(search, '\n');
    if (cursor)
        *cursor++ = '\0';
    look(&(struct items_query){
        .search = search,
        .cursor = cursor,
        .order = (enum items_order)(data[0] & 3),
        .reversed = data[0] & 4,
        .media_type = data[0] & 8 ? "movie" : NULL,
        .needs_person = data[0] & 16 ? ITEMS_NEED_ANYTHING : ITEMS_NEED_NOTHING,
        .year_from = data[0] & 32 ? 1952 : 0,
        .limit = 1 + (data[0] >> 6),
    });
    return 0;
}

#include <pthread.h>

#include "base/memory.h"
#include "web/route.h"

/* One line for each table, in the order of the description. */
#define ROUTE_TABLES(X) X(api_about_routes) X(api_events_routes)

#define ROUTE_DECLARE(table) extern const struct route table[];
ROUTE_TABLES(ROUTE_DECLARE)
#undef ROUTE_DECLARE

enum { ROUTES_MOST = 512 };

static const struct route *all[ROUTES_MOST + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t add_table(const struct route *table, size_t count)
{
    for (; table->id && count < ROUTES_MOST; table++)
        all[count++] = table;
    return count;
}

static void fill(void)
{
    static const struct route *const tables[] = {
#define ROUTE_ROW(table) table,
        ROUTE_TABLES(ROUTE_ROW)
#undef ROUTE_ROW
    };
    size_t count = 0;

    for (size_t i = 0; i < ARRAY_LENGTH(tables); i++)
        count = add_table(tables[i], count);
}

const struct route *const *routes_all(void)
{
    pthread_once(&once, fill);
    return all;
}

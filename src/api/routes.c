#include "api/routes.h"

#include <pthread.h>

#include "base/check.h"
#include "base/memory.h"

#define ROUTES(table) extern const struct route table[];
#include "api/routes.def"
#undef ROUTES

enum { ROUTES_MOST = 512 };

static const struct route *all[ROUTES_MOST + 1];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t add_table(const struct route *table, size_t count)
{
    for (; table->id; table++) {
        CHECK(count < ROUTES_MOST);
        all[count++] = table;
    }
    return count;
}

static void fill(void)
{
    static const struct route *const tables[] = {
#define ROUTES(table) table,
#include "api/routes.def"
#undef ROUTES
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

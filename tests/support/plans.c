#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/plans.h"

#include "base/memory.h"
#include "store/db.h"

int plans_count(const char *database, const char *sql, bool (*is_bad)(const char *step))
{
    AUTO_FREE char *question = memory_print("EXPLAIN QUERY PLAN %s", sql);
    const struct db_driver *driver = &db_driver_sqlite;
    void *statement = NULL, *handle = NULL;
    struct error error = {0};
    bool row = true;
    int bad = 0;

    if (driver->open(database, &handle, &error) ||
        driver->prepare(handle, question, &statement, &error))
        fail_msg("%s\n    in: %s", error.message, sql);
    while (driver->step(handle, statement, &row, &error) == ERROR_NONE && row) {
        const char *step = driver->column_text(statement, 3);
        if (!is_bad(step))
            continue;
        print_error("%s\n    by: %s\n", step, sql);
        bad++;
    }
    driver->finalize(statement);
    driver->close(handle);
    return bad;
}

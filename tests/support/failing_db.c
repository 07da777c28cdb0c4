#include "support/failing_db.h"

#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

static const struct db_driver *inner;
static int64_t steps;
static int64_t failing_step;
static enum failing_db_mode failing_mode;

void failing_db_arm(int64_t step, enum failing_db_mode mode)
{
    steps = 0;
    failing_step = step;
    failing_mode = mode;
}

int64_t failing_db_steps(void)
{
    return steps;
}

static bool is_failing(void)
{
    steps++;
    if (failing_step == 0 || steps < failing_step)
        return false;
    if (failing_mode == FAILING_DB_KILL)
        kill(getpid(), SIGKILL);
    return failing_mode == FAILING_DB_ONWARD || steps == failing_step;
}

static enum error_code fail_now(struct error *error)
{
    return error_set(error, ERROR_STORE, "the database failed at step %" PRId64 " (by the test)",
                     steps);
}

static enum error_code failing_open(const char *target, void **ret_handle, struct error *error)
{
    return is_failing() ? fail_now(error) : inner->open(target, ret_handle, error);
}

static enum error_code failing_prepare(void *handle, const char *sql, void **ret,
                                       struct error *error)
{
    return is_failing() ? fail_now(error) : inner->prepare(handle, sql, ret, error);
}

static enum error_code failing_run(void *handle, void *statement, bool *ret_row,
                                   struct error *error)
{
    return is_failing() ? fail_now(error) : inner->step(handle, statement, ret_row, error);
}

static enum error_code failing_execute(void *handle, const char *sql, struct error *error)
{
    return is_failing() ? fail_now(error) : inner->execute(handle, sql, error);
}

struct db_driver failing_db_driver(const struct db_driver *driver)
{
    struct db_driver failing = *driver;

    inner = driver;
    failing.open = failing_open;
    failing.prepare = failing_prepare;
    failing.step = failing_run;
    failing.execute = failing_execute;
    return failing;
}

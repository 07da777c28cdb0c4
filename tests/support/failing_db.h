/*
 * failing_db.h: a database that fails, or a process that dies, at a chosen step.
 *
 * The driver passes everything on to another one and counts what can fail: opening, preparing,
 * each step of a statement and each executed text (BEGIN and COMMIT are such). A test first runs
 * its scenario without a failure to learn how many steps it has, then once for every step:
 *
 *     struct db_driver driver = failing_db_driver(&db_driver_sqlite);
 *     failing_db_arm(0, FAILING_DB_ONCE);
 *     scenario(&driver);
 *     int64_t steps = failing_db_steps();
 *     for (int64_t at = 1; at <= steps; at++) {
 *         failing_db_arm(at, FAILING_DB_ONCE);
 *         scenario(&driver); ... look at the database with the real driver ...
 *     }
 *
 * One failing database per process. With FAILING_DB_KILL run the scenario in a forked child.
 */
#ifndef TESTS_SUPPORT_FAILING_DB_H
#define TESTS_SUPPORT_FAILING_DB_H

#include <stdint.h>

#include "store/db.h"

enum failing_db_mode {
    FAILING_DB_ONCE,   /* this step fails, later ones work */
    FAILING_DB_ONWARD, /* this step and all later ones fail, as on a full disk */
    FAILING_DB_KILL,   /* SIGKILL instead of this step */
};

/* `inner` must outlive what is opened with it. */
struct db_driver failing_db_driver(const struct db_driver *inner);
/* Counts from one again; `step` 0 never fails. */
void failing_db_arm(int64_t step, enum failing_db_mode mode);
/* Steps since failing_db_arm. */
int64_t failing_db_steps(void);

#endif

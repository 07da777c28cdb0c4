/*
 * plans.h: how SQLite means to run a statement (EXPLAIN QUERY PLAN). Include cmocka.h first.
 */
#ifndef TESTS_SUPPORT_PLANS_H
#define TESTS_SUPPORT_PLANS_H

#include <stdbool.h>
#include <stddef.h>

/* Steps of the plan that `is_bad` says so of; each is printed, with the statement. */
int plans_count(const char *database, const char *sql, bool (*is_bad)(const char *step));

#endif

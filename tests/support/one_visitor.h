/*
 * one_visitor.h: the visitor (visitor.h) of a test program in which there is one at a time.
 *
 *     static void test_a_list_is_found(void **state)
 *     {
 *         (void)state;
 *         send(200, "POST", "/api/lists", "{'list_id':'imdb:top'}");
 *         ask(200, "GET", "/api/lists");
 *         assert_int_equal(visitor_number(&visitor, "total"), 1);
 *     }
 *     VISITED(test_a_list_is_found)
 *
 * Include cmocka.h and what it needs first.
 */
#ifndef TESTS_SUPPORT_ONE_VISITOR_H
#define TESTS_SUPPORT_ONE_VISITOR_H

#include "support/visitor.h"

extern struct visitor visitor;

/* For cmocka; other beginnings are made with visitor_open(&visitor, ...). */
int one_visitor_open(void **state);
int one_visitor_open_without_seerr(void **state); /* nobody has said where it is */
int one_visitor_close(void **state);
#define VISITED(test) cmocka_unit_test_setup_teardown(test, one_visitor_open, one_visitor_close)

/* visitor_ask without a body, and visitor_send. */
void ask(int status, const char *method, const char *target);
#define send(...) visitor_send(&visitor, __VA_ARGS__)

#endif

#include "support/one_visitor.h"

struct visitor visitor;

int one_visitor_open(void **state)
{
    (void)state;
    visitor_open(&visitor, NULL);
    return 0;
}

int one_visitor_open_without_seerr(void **state)
{
    (void)state;
    visitor_open(&visitor, (const char *[]){"OVERSEERR_URL=", "OVERSEERR_API_KEY=", NULL});
    return 0;
}

int one_visitor_close(void **state)
{
    (void)state;
    visitor_close(&visitor);
    return 0;
}

void ask(int status, const char *method, const char *target)
{
    visitor_ask(&visitor, status, method, target, NULL);
}

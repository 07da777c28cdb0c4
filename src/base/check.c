#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void check_failed(const char *condition, const char *file, int line, const char *function)
{
    fprintf(stderr, "listsync: internal error: %s is not true (%s:%d, %s)\n", condition, file, line,
            function);
    abort();
}

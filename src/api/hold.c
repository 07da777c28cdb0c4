#include "api/hold.h"

#include <poll.h>

enum { TRIES = 50, WAIT_MS = 20 };

bool api_hold_runs(struct call *call)
{
    struct error error = {0};
    enum error_code rc = runner_hold(call->api->runner, &error);

    for (int i = 0; rc == ERROR_CONFLICT && i < TRIES; i++) {
        poll(NULL, 0, WAIT_MS);
        rc = runner_hold(call->api->runner, &error);
    }
    if (rc)
        call_fail_error(call, &error);
    return !rc;
}

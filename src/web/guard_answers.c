/* What the handlers of accounts, keys and tokens share. */
#include "base/memory.h"
#include "base/text.h"
#include "web/guard_inside.h"

void guard_keep_out_of_caches(struct call *call)
{
    if (!web_response_find(call->response, "Cache-Control"))
        web_response_header(call->response, "Cache-Control", "%s", "no-store");
}

bool guard_may_change_accounts(struct call *call)
{
    if (!text_equal(call->caller.how, "token"))
        return true;
    call_fail(call, 403, "people_only",
              "only who has logged in, or an admin's key, can make and change accounts");
    return false;
}

bool guard_may_make_credentials(struct call *call)
{
    const struct caller *caller = &call->caller;
    bool is_person = text_equal(caller->how, "session") || text_equal(caller->how, "proxy");
    bool is_admins_key = text_equal(caller->how, "key") && caller->access == ACCESS_ADMIN;

    if (!caller->user_id)
        call_fail(call, 409, "no_account",
                  "keys and tokens belong to an account, and you are logged in to none");
    else if (!is_person && !is_admins_key)
        call_fail(call, 403, "people_only",
                  "only who has logged in, or an admin's key, can make keys and tokens");
    else
        return true;
    return false;
}

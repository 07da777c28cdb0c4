/*
 * seerr_check.h: the checks that Seerr makes before a route sees a call, and the ways in which it
 * says no.
 */

#ifndef SIM_SEERR_CHECK_H
#define SIM_SEERR_CHECK_H

#include "call.h"

#include <stdbool.h>

/* Each check answers the call itself when it returns false. */
bool seerr_check_key(struct call *call);   /* also finds out who calls (X-API-User) */
bool seerr_check_query(struct call *call); /* against the names that the route knows */
bool seerr_check_number(struct call *call, size_t parameter, const char *name);
bool seerr_check_numeric_query(struct call *call, const char *name);
bool seerr_check_choice(struct call *call, const char *where, const char *value,
                        const char *choices); /* "a, b, c"; no value is fine */
bool seerr_check_json_body(struct call *call);

bool seerr_is_admin(const struct call *call);

/* {"message": …} */
void seerr_fail(struct call *call, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The bare 403 of a route that needs a permission: its text is in "error", not in "message". */
void seerr_forbid(struct call *call);

/* The API validator's 400: "request<where> <what>", and the same in parts. */
void seerr_invalid(struct call *call, const char *where, const char *what, const char *code);

/* The API validator's other answers, which name the path: 401, 404, 405, 415. */
void seerr_reject(struct call *call, unsigned status, const char *path, const char *message);

#endif

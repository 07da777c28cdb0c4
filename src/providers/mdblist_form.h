/*
 * mdblist_form.h: what a person typed or pasted -> which list of MDBList.
 *
 * Canonical ids: USER/LIST, external/NUMBER (a list that MDBList imports from elsewhere) and
 * NUMBER. The last two can be read with a key only.
 */
#ifndef LISTSYNC_PROVIDERS_MDBLIST_FORM_H
#define LISTSYNC_PROVIDERS_MDBLIST_FORM_H

#include <stdbool.h>

#include "base/error.h"
#include "model/list_ref.h"

enum error_code mdblist_form_parse(const char *input, struct list_ref *ret, struct error *error);
/* USER/LIST: what the public feed is asked by. */
bool mdblist_form_is_named(const struct list_ref *ref);

#endif

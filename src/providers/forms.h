/*
 * forms.h: what people type or paste as a list: the parts that all sources share.
 */
#ifndef LISTSYNC_PROVIDERS_FORMS_H
#define LISTSYNC_PROVIDERS_FORMS_H

#include <stdbool.h>

#include "base/error.h"
#include "model/list_ref.h"

/* "file:PATH", an export or a saved page of the user. */
bool forms_is_file(const char *input);

/* Fills in id and page of the list; ERROR_USAGE when the id is too long. `page` "" for none. */
enum error_code forms_set(struct list_ref *ret, const char *id, const char *page,
                          struct error *error);

/* ERROR_USAGE: "INPUT" and what is wrong with it; `input` is cut to what fits a sentence. */
enum error_code forms_refuse(const char *input, const char *what, struct error *error);

#endif

/*
 * settings.h: changing settings, for the routes that do so in several shapes.
 */
#ifndef LISTSYNC_API_SETTINGS_H
#define LISTSYNC_API_SETTINGS_H

#include "web/call.h"

/*
 * Checks all members of an object "NAME": value, then stores all or none; a failure ends the call.
 * `field_of` is what the body calls a setting.
 */
void api_settings_put(struct call *call, const struct json_value *values,
                      const char *(*field_of)(struct arena *arena, const char *setting));

/* What options_set cannot know: schedules, zones, and an address of Seerr that is link-local. */
enum error_code api_settings_check(const char *name, const char *text, struct error *error);

extern const char *const api_option_kind_words[]; /* by enum option_kind, NULL-ended */
/* The members "low" and "high", null for what has no limits. */
void api_put_option_limits(struct json_writer *json, const struct option *option);

#endif

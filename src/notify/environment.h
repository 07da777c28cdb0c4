/*
 * environment.h: targets that the environment sets. A notifier whose required fields are all filled
 * in by variables (struct notifier_field) is a target; the tables here declare those variables.
 */
#ifndef LISTSYNC_NOTIFY_ENVIRONMENT_H
#define LISTSYNC_NOTIFY_ENVIRONMENT_H

#include "notify/notifier.h"

extern const struct option environment_options[];

/*
 * The settings that the environment gives this notifier; false: no target of it. What it sets and
 * is wrong: false, and a sentence in `error`.
 */
bool environment_settings(const struct options *given, const struct notifier *notifier,
                          struct notifier_settings *ret, struct error *error);

#endif

/*
 * schedule.h: setting the interval, for the routes that do so in several shapes.
 */
#ifndef LISTSYNC_API_SCHEDULE_H
#define LISTSYNC_API_SCHEDULE_H

#include "web/call.h"

/* Stores it and tells of it; `field` is what the body calls it. false: the call has failed. */
bool api_set_interval(struct call *call, const char *field, double hours);

#endif

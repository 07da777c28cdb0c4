/*
 * service.h: the daemon put together: database pool, events, runner, schedule, guard, hub and HTTP
 * server, started in this order and stopped in reverse.
 *
 * Signals must be blocked in the calling thread first, for every thread that is started here
 * inherits that. The session is borrowed; its lock, settings and origins are used to the end.
 */
#ifndef LISTSYNC_APP_SERVICE_H
#define LISTSYNC_APP_SERVICE_H

#include "app/session.h"

struct service;

extern const struct option service_options[];

/* Says on stderr (as log lines) where it listens. */
enum error_code service_start(struct session *session, struct service **ret, struct error *error);
/* Within two seconds, whatever runs; nothing that was acknowledged is lost. NULL is fine. */
void service_stop(struct service *service);

/* Once a minute: what expired goes, and so does memory that was needed for a rush only. */
void service_tidy(struct service *service);
/* SIGHUP: settings that were stored by another process are read again. */
void service_reload(struct service *service);

#endif

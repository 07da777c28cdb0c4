/*
 * seerr.h: Seerr as the settings have it, for errands.
 */
#ifndef LISTSYNC_API_SEERR_H
#define LISTSYNC_API_SEERR_H

#include "sync/live_settings.h"
#include "web/call.h"

/* false: the call has failed. Release it with seerr_login_release. */
bool api_open_seerr(struct call *call, struct seerr_login *login);

#endif

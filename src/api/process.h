/*
 * process.h: the original's list of processes, which here is always this one.
 */
#ifndef LISTSYNC_API_PROCESS_H
#define LISTSYNC_API_PROCESS_H

#include "web/call.h"

extern const struct field api_process_fields[];
void api_put_process(struct call *call);
/* "listsync", "serve". */
void api_put_command_line(struct json_writer *json);

#endif

/*
 * transport_file.h: "file:PATH" answered from the disk, for exported lists.
 */
#ifndef LISTSYNC_NET_TRANSPORT_FILE_H
#define LISTSYNC_NET_TRANSPORT_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "net/http_message.h"

bool transport_file_is_for(const struct http_request *request);
/*
 * 200 with the bytes, or 404 when there is no such file. ERROR_LIMIT when it is larger than the
 * request allows, ERROR_STORE when it cannot be read. "file:PATH" takes the path as it is;
 * "file:///PATH" is understood too.
 */
enum error_code transport_file_answer(const struct http_request *request,
                                      struct http_response *response, struct error *error);

#endif

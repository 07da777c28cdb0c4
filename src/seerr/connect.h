/*
 * connect.h: which server is it, and does it accept the key?
 *
 * GET /settings/public needs no key and tells the three servers apart (fields hideBlocklisted,
 * hideBlacklisted, mediaServerType, region); GET /auth/me proves the key. /status proves neither.
 */
#ifndef LISTSYNC_SEERR_CONNECT_H
#define LISTSYNC_SEERR_CONNECT_H

#include <stdbool.h>

#include "seerr/seerr.h"

enum seerr_flavour { SEERR_OVERSEERR, SEERR_JELLYSEERR, SEERR_SEERR };

const char *seerr_flavour_name(enum seerr_flavour flavour); /* "Overseerr", ... */

struct seerr_server {
    enum seerr_flavour flavour;
    bool movie_4k_enabled;
    bool series_4k_enabled;
};

struct seerr_user {
    int64_t id;
    char name[128];
};

void connect_server_request(const struct seerr *seerr, struct http_request *request);
enum error_code connect_server_answer(const struct http_response *response,
                                      struct seerr_server *ret, struct error *error);

/* GET /status: the version, for people only (no key needed, so it proves nothing). */
void connect_version_request(const struct seerr *seerr, struct http_request *request);
void connect_version_answer(const struct http_response *response, char *ret, size_t size);

/* With `act_as` 0 proves the key; else proves that this Seerr user exists. */
void connect_user_request(const struct seerr *seerr, int64_t act_as, struct http_request *request);
enum error_code connect_user_answer(const struct http_response *response, int64_t act_as,
                                    struct seerr_user *ret, struct error *error);

#endif

/*
 * services.h: the Radarr and Sonarr servers that a Seerr hands requests to: GET /service/radarr
 * and /service/sonarr. Without one of the right quality requests are accepted and never filled.
 */
#ifndef LISTSYNC_SEERR_SERVICES_H
#define LISTSYNC_SEERR_SERVICES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "seerr/seerr.h"

enum service_kind { SERVICE_RADARR, SERVICE_SONARR, SERVICE_KINDS };

const char *service_kind_word(enum service_kind kind); /* "radarr", "sonarr" */

struct seerr_service {
    int64_t id;
    const char *kind; /* word */
    const char *name;
    bool is_4k, is_default;
};

struct seerr_services {
    struct seerr_service *items; /* in the arena */
    size_t count;
};

void services_request(const struct seerr *seerr, enum service_kind kind,
                      struct http_request *request);
/* Adds them behind those that are there. */
enum error_code services_answer(const struct http_response *response, enum service_kind kind,
                                struct arena *arena, struct seerr_services *ret,
                                struct error *error);

#endif

/*
 * seerr_json.h: the JSON forms in which Seerr shows its users, media and requests.
 */

#ifndef SIM_SEERR_JSON_H
#define SIM_SEERR_JSON_H

#include "sim.h"

#include <jansson.h>

/* What goes into a media object beside its own fields. */
enum seerr_media_part {
    MEDIA_BARE = 0,
    MEDIA_WITH_SEASONS = 1,
    MEDIA_WITH_REQUESTS = 2,
    MEDIA_WITH_ISSUES = 4,
    MEDIA_WITH_WATCHLISTS = 8,
};

/* `all`: with what only managers may see of others (e-mail). */
json_t *seerr_user_json(const struct sim *sim, const struct seerr_user *user, bool all);
json_t *seerr_media_json(struct sim *sim, const struct seerr_media *media, unsigned parts);
json_t *seerr_request_json(struct sim *sim, const struct seerr_request *request,
                           unsigned media_parts);

/* All requests for the media, as an array. */
json_t *seerr_requests_json(struct sim *sim, const struct seerr_media *media);
json_t *seerr_block_json(struct sim *sim, const struct seerr_block *block);

/* {"pageInfo": {pages, pageSize, results, page}, "results": rows}; takes `rows`. */
json_t *seerr_page_json(long take, long skip, size_t total, json_t *rows);

#endif

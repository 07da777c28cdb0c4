/*
 * preview.h: short errands over the network that are no run: look into a list before it is added,
 * ask Seerr who it is, who its users are, what a title may be. Each blocks its caller until it is
 * done, at most PREVIEW_MOST_MS or what is said there; for errand threads only. When
 * tools->stopping becomes true they end within 100 ms.
 */
#ifndef LISTSYNC_SYNC_PREVIEW_H
#define LISTSYNC_SYNC_PREVIEW_H

#include "providers/fetch.h"
#include "seerr/browse.h"
#include "seerr/connect.h"
#include "seerr/media.h"
#include "seerr/people.h"
#include "seerr/services.h"
#include "sync/live_settings.h"
#include "sync/runner.h"

enum { PREVIEW_MOST_MS = 60000, PREVIEW_MEDIA_MOST_MS = 15000 };

struct list_preview {
    enum outcome outcome;
    const char *message, *name; /* "" when there is none */
    int64_t total;              /* as the source says; -1 */
    struct entry_list entries;
};

/*
 * Reads the list once, records nothing. A list too long for the time is `partial`. Release with
 * entry_list_release(&ret->entries).
 */
void preview_list(const struct runner_tools *tools, const struct options *options,
                  const struct list_ref *ref, struct arena *arena, struct list_preview *ret);

struct seerr_check {
    struct seerr_server server;
    struct seerr_user user; /* the key's owner, or `act_as` */
    char version[64];       /* "" when it does not tell */
};

enum error_code preview_seerr(const struct runner_tools *tools, const struct seerr *seerr,
                              int64_t act_as, struct seerr_check *ret, struct error *error);

/* All of GET /user, page by page. */
enum error_code preview_seerr_users(const struct runner_tools *tools, const struct seerr *seerr,
                                    struct arena *arena, struct seerr_people *ret,
                                    struct error *error);

/* Radarr first, then Sonarr. */
enum error_code preview_seerr_services(const struct runner_tools *tools, const struct seerr *seerr,
                                       struct arena *arena, struct seerr_services *ret,
                                       struct error *error);

/*
 * All that Seerr knows, in a call for each thousand titles; `ret` is initialised, and released by
 * whoever asks. At most PREVIEW_MEDIA_MOST_MS: somebody waits who has a list to show already.
 */
enum error_code preview_media(const struct runner_tools *tools, const struct seerr *seerr,
                              struct media_sweep *ret, struct error *error);

/* Seerr's search for what a person typed; for matching by hand. At most 20. */
enum error_code preview_candidates(const struct runner_tools *tools, const struct seerr *seerr,
                                   const char *query, struct arena *arena,
                                   struct match_candidates *ret, struct error *error);

#endif

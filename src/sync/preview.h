/*
 * preview.h: short errands over the network that are no run: look into a list before it is added,
 * ask Seerr who it is, who its users are, what a title may be. Each blocks its caller until it is
 * done; for errand threads only.
 */
#ifndef LISTSYNC_SYNC_PREVIEW_H
#define LISTSYNC_SYNC_PREVIEW_H

#include "providers/fetch.h"
#include "seerr/connect.h"
#include "seerr/search.h"
#include "sync/live_settings.h"
#include "sync/runner.h"

struct list_preview {
    enum outcome outcome;
    const char *message, *name;
    int64_t total; /* as the source says; -1 */
    struct entry_list entries;
};

/* Reads the list once, records nothing. Release with entry_list_release(&ret->entries). */
void preview_list(const struct runner_tools *tools, const struct options *options,
                  const struct list_ref *ref, struct arena *arena, struct list_preview *ret);

struct seerr_check {
    struct seerr_server server;
    struct seerr_user user; /* the key's owner, or `act_as` */
    char version[64];
};

enum error_code preview_seerr(const struct runner_tools *tools, const struct seerr *seerr,
                              int64_t act_as, struct seerr_check *ret, struct error *error);

struct seerr_person {
    int64_t id;
    const char *name, *email, *avatar;
};

struct seerr_people {
    struct seerr_person *items;
    size_t count;
};

/* All of GET /user, page by page. */
enum error_code preview_seerr_users(const struct runner_tools *tools, const struct seerr *seerr,
                                    struct arena *arena, struct seerr_people *ret,
                                    struct error *error);

struct seerr_service {
    int64_t id;
    const char *kind; /* "radarr", "sonarr" */
    const char *name;
    bool is_4k, is_default;
};

struct seerr_services {
    struct seerr_service *items;
    size_t count;
};

enum error_code preview_seerr_services(const struct runner_tools *tools, const struct seerr *seerr,
                                       struct arena *arena, struct seerr_services *ret,
                                       struct error *error);

struct match_candidate {
    enum media_type media_type;
    int64_t tmdb;
    const char *title, *original_title, *overview, *poster; /* poster: TMDB's path, "" */
    int year;
};

struct match_candidates {
    struct match_candidate *items;
    size_t count;
};

/* Seerr's search for what a person typed; for matching by hand. At most 20. */
enum error_code preview_candidates(const struct runner_tools *tools, const struct seerr *seerr,
                                   const char *query, struct arena *arena,
                                   struct match_candidates *ret, struct error *error);

#endif

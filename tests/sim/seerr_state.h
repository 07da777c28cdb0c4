/*
 * seerr_state.h: what the stand-in Seerr remembers: media rows, requests, the blocklist, and its
 * five users.
 *
 * Media and request rows are found by id or by title; pointers are good until the next add or
 * remove. All of it is guarded by the simulator's lock.
 */

#ifndef SIM_SEERR_STATE_H
#define SIM_SEERR_STATE_H

#include "catalogue.h"

#include <stdbool.h>
#include <stddef.h>

enum media_status {
    MEDIA_UNKNOWN = 1,
    MEDIA_PENDING = 2,
    MEDIA_PROCESSING = 3,
    MEDIA_PARTIAL = 4,
    MEDIA_AVAILABLE = 5,
    MEDIA_BLOCKLISTED = 6,
    MEDIA_DELETED = 7,
};

enum request_status {
    REQUEST_PENDING = 1,
    REQUEST_APPROVED = 2,
    REQUEST_DECLINED = 3,
    REQUEST_FAILED = 4,
    REQUEST_COMPLETED = 5,
};

enum seerr_permission {
    PERMISSION_ADMIN = 1 << 1,
    PERMISSION_REQUEST = 1 << 5,
    PERMISSION_AUTO_APPROVE = 1 << 7,
    PERMISSION_REQUEST_4K = 1 << 10,
    PERMISSION_AUTO_APPROVE_4K = 1 << 15,
};

struct seerr_user {
    int id;
    const char *name;
    unsigned permissions;
    int movie_limit; /* requests a week; 0: no limit */
    int tv_limit;    /* seasons a week */
};

struct seerr_season {
    int id;
    int number;
    int status;
    int status4k; /* media rows only */
};

struct seerr_seasons {
    struct seerr_season *items;
    size_t count;
    size_t capacity;
};

struct seerr_media {
    int id;
    enum kind kind;
    int tmdb;
    int tvdb; /* 0: null */
    int status;
    int status4k;
    char created[25];
    struct seerr_seasons seasons; /* only what a library scan or an admin has set */
};

struct seerr_request {
    int id;
    int media_id;
    enum kind kind; /* the title, as in the media row */
    int tmdb;
    int status;
    bool is4k;
    int requested_by;
    int modified_by; /* 0: nobody */
    char created[25];
    struct seerr_seasons seasons;
};

struct seerr_block {
    int id;
    enum kind kind;
    int tmdb;
    int user;
    char *title;
    char created[25];
};

struct seerr_state {
    struct seerr_media *media;
    size_t media_count;
    size_t media_capacity;
    struct seerr_request *requests;
    size_t request_count;
    size_t request_capacity;
    struct seerr_block *blocks;
    size_t block_count;
    size_t block_capacity;
    /* the id that the next row of each table gets */
    int next_media;
    int next_request;
    int next_block;
    int next_request_season;
    int next_media_season;
};

/* Frees everything and starts again with empty tables. */
void seerr_state_clear(struct seerr_state *state);

const struct seerr_user *seerr_user_find(int id);
extern const struct seerr_user seerr_users[];
extern const size_t seerr_user_count;

struct seerr_media *seerr_media_find(struct seerr_state *state, int id);
struct seerr_media *seerr_media_of(struct seerr_state *state, enum kind kind, int tmdb);
struct seerr_media *seerr_media_add(struct seerr_state *state, enum kind kind, int tmdb, int tvdb);
void seerr_media_remove(struct seerr_state *state, int id); /* with its requests */

struct seerr_request *seerr_request_find(struct seerr_state *state, int id);
struct seerr_request *seerr_request_add(struct seerr_state *state, const struct seerr_media *media);
void seerr_request_remove(struct seerr_state *state, int id);

struct seerr_block *seerr_block_find(struct seerr_state *state, int tmdb);
void seerr_block_add(struct seerr_state *state, enum kind kind, int tmdb, int user,
                     const char *title);
void seerr_block_remove(struct seerr_state *state, int tmdb);

struct seerr_season *seerr_seasons_find(const struct seerr_seasons *seasons, int number);
struct seerr_season *seerr_seasons_add(struct seerr_seasons *seasons, int id, int number);

#endif

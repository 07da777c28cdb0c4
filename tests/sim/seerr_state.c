#include "seerr_state.h"

#include "memory.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

const struct seerr_user seerr_users[] = {
    {1, "admin", PERMISSION_ADMIN, 0, 0},
    {2, "friend", PERMISSION_REQUEST, 0, 0},
    {3, "noperm", 0, 0, 0},
    {4, "quota", PERMISSION_REQUEST, 2, 3},
    {5, "auto", PERMISSION_REQUEST | PERMISSION_AUTO_APPROVE | PERMISSION_REQUEST_4K, 0, 0},
};
const size_t seerr_user_count = sizeof seerr_users / sizeof seerr_users[0];

const struct seerr_user *seerr_user_find(int id)
{
    return id >= 1 && (size_t)id <= seerr_user_count ? &seerr_users[id - 1] : NULL;
}

void seerr_state_clear(struct seerr_state *state)
{
    for (size_t i = 0; i < state->media_count; i++)
        free(state->media[i].seasons.items);
    for (size_t i = 0; i < state->request_count; i++)
        free(state->requests[i].seasons.items);
    for (size_t i = 0; i < state->block_count; i++)
        free(state->blocks[i].title);
    free(state->media);
    free(state->requests);
    free(state->blocks);
    *state = (struct seerr_state){.next_media = 1,
                                  .next_request = 1,
                                  .next_block = 1,
                                  .next_request_season = 1,
                                  .next_media_season = 1};
}

/* Rows of both tables begin with their id, and are kept in its order. */
static int compare_id(const void *left, const void *right)
{
    const int *a = left;
    const int *b = right;
    return (*a > *b) - (*a < *b);
}

static void *find_row(const void *rows, size_t count, size_t size, int id)
{
    return count == 0 ? NULL : bsearch(&id, rows, count, size, compare_id);
}

struct seerr_media *seerr_media_find(struct seerr_state *state, int id)
{
    return find_row(state->media, state->media_count, sizeof *state->media, id);
}

struct seerr_media *seerr_media_of(struct seerr_state *state, enum kind kind, int tmdb)
{
    for (size_t i = 0; i < state->media_count; i++) {
        if (state->media[i].tmdb == tmdb && state->media[i].kind == kind)
            return &state->media[i];
    }
    return NULL;
}

struct seerr_media *seerr_media_add(struct seerr_state *state, enum kind kind, int tmdb, int tvdb)
{
    state->media =
        sim_grow(state->media, state->media_count, &state->media_capacity, sizeof *state->media);
    struct seerr_media *media = &state->media[state->media_count++];
    *media = (struct seerr_media){.id = state->next_media++,
                                  .kind = kind,
                                  .tmdb = tmdb,
                                  .tvdb = tvdb,
                                  .status = MEDIA_UNKNOWN,
                                  .status4k = MEDIA_UNKNOWN};
    text_write_now(media->created);
    return media;
}

void seerr_media_remove(struct seerr_state *state, int id)
{
    for (size_t i = state->request_count; i-- > 0;) {
        if (state->requests[i].media_id == id)
            seerr_request_remove(state, state->requests[i].id);
    }
    struct seerr_media *media = seerr_media_find(state, id);
    if (media == NULL)
        return;
    free(media->seasons.items);
    size_t after = state->media_count - (size_t)(media - state->media) - 1;
    memmove(media, media + 1, after * sizeof *media);
    state->media_count--;
}

struct seerr_request *seerr_request_find(struct seerr_state *state, int id)
{
    return find_row(state->requests, state->request_count, sizeof *state->requests, id);
}

struct seerr_request *seerr_request_add(struct seerr_state *state, const struct seerr_media *media)
{
    state->requests = sim_grow(state->requests, state->request_count, &state->request_capacity,
                               sizeof *state->requests);
    struct seerr_request *request = &state->requests[state->request_count++];
    *request = (struct seerr_request){.id = state->next_request++,
                                      .media_id = media->id,
                                      .kind = media->kind,
                                      .tmdb = media->tmdb,
                                      .status = REQUEST_PENDING};
    text_write_now(request->created);
    return request;
}

void seerr_request_remove(struct seerr_state *state, int id)
{
    struct seerr_request *request = seerr_request_find(state, id);
    if (request == NULL)
        return;
    free(request->seasons.items);
    size_t after = state->request_count - (size_t)(request - state->requests) - 1;
    memmove(request, request + 1, after * sizeof *request);
    state->request_count--;
}

struct seerr_block *seerr_block_find(struct seerr_state *state, int tmdb)
{
    for (size_t i = 0; i < state->block_count; i++) {
        if (state->blocks[i].tmdb == tmdb)
            return &state->blocks[i];
    }
    return NULL;
}

void seerr_block_add(struct seerr_state *state, enum kind kind, int tmdb, int user,
                     const char *title)
{
    state->blocks =
        sim_grow(state->blocks, state->block_count, &state->block_capacity, sizeof *state->blocks);
    struct seerr_block *block = &state->blocks[state->block_count++];
    *block = (struct seerr_block){.id = state->next_block++,
                                  .kind = kind,
                                  .tmdb = tmdb,
                                  .user = user,
                                  .title = sim_copy(title)};
    text_write_now(block->created);
}

void seerr_block_remove(struct seerr_state *state, int tmdb)
{
    struct seerr_block *block = seerr_block_find(state, tmdb);
    if (block == NULL)
        return;
    free(block->title);
    size_t after = state->block_count - (size_t)(block - state->blocks) - 1;
    memmove(block, block + 1, after * sizeof *block);
    state->block_count--;
}

struct seerr_season *seerr_seasons_find(const struct seerr_seasons *seasons, int number)
{
    for (size_t i = 0; i < seasons->count; i++) {
        if (seasons->items[i].number == number)
            return &seasons->items[i];
    }
    return NULL;
}

struct seerr_season *seerr_seasons_add(struct seerr_seasons *seasons, int id, int number)
{
    seasons->items =
        sim_grow(seasons->items, seasons->count, &seasons->capacity, sizeof *seasons->items);
    struct seerr_season *season = &seasons->items[seasons->count++];
    *season = (struct seerr_season){
        .id = id, .number = number, .status = MEDIA_UNKNOWN, .status4k = MEDIA_UNKNOWN};
    return season;
}

#include "route.h"
#include "seerr.h"
#include "seerr_check.h"
#include "seerr_json.h"

#include <string.h>

/* Seerr 3 still serves the old name, and says that it will not do so for long. */
static void mark_old_name(struct call *call)
{
    if (call->sim->settings.flavour != FLAVOUR_SEERR ||
        strncmp(call->path, "/blacklist", strlen("/blacklist")) != 0)
        return;
    reply_header(call, "Deprecation", "true");
    reply_header(call, "Sunset", "Mon, 01 Jun 2026 00:00:00 GMT");
    reply_header(call, "Link", "</api/v1/blocklist>; rel=\"successor-version\"");
}

static const char *word(const struct call *call)
{
    return call->sim->settings.flavour == FLAVOUR_SEERR ? "Blocklist" : "Blacklist";
}

void seerr_blocklist_list(struct call *call)
{
    if (!seerr_check_numeric_query(call, "take") || !seerr_check_numeric_query(call, "skip"))
        return;
    long take = call_query_number(call, "take", 25);
    long skip = call_query_number(call, "skip", 0);
    mark_old_name(call);
    if (take == 0) { /* the real server never answers this */
        call->reply.fate = REPLY_HANG;
        return;
    }
    struct seerr_state *state = &call->sim->seerr;
    json_t *rows = json_array();
    for (size_t i = 0; i < state->block_count; i++) {
        size_t newest_first = state->block_count - 1 - i;
        if ((long)i >= skip && (long)i < skip + take)
            json_array_append_new(rows, seerr_block_json(call->sim, &state->blocks[newest_first]));
    }
    reply_json(call, 200, seerr_page_json(take, skip, state->block_count, rows));
}

/* The entry that the path names; NULL after an answer. */
static struct seerr_block *path_block(struct call *call)
{
    if (!seerr_check_number(call, 0, "tmdbId"))
        return NULL;
    int tmdb = call_parameter_number(call, 0);
    struct seerr_block *block = seerr_block_find(&call->sim->seerr, tmdb);
    if (block == NULL)
        seerr_fail(call, 401,
                   "Could not find any entity of type \"%s\" matching: {\n    \"where\": {\n"
                   "        \"tmdbId\": %d\n    }\n}",
                   word(call), tmdb);
    return block;
}

void seerr_blocklist_one(struct call *call)
{
    const struct seerr_block *block = path_block(call);
    mark_old_name(call);
    if (block != NULL)
        reply_json(call, 200, seerr_block_json(call->sim, block));
}

void seerr_blocklist_add(struct call *call)
{
    json_t *body = call_json(call);
    const char *type = json_string_value(json_object_get(body, "mediaType"));
    const char *title = json_string_value(json_object_get(body, "title"));
    int tmdb = (int)json_integer_value(json_object_get(body, "tmdbId"));
    struct seerr_state *state = &call->sim->seerr;
    enum kind kind;
    mark_old_name(call);
    if (type == NULL || tmdb == 0 || !kind_parse(type, &kind)) {
        seerr_invalid(call, ".body", "should have required property 'tmdbId'", "required");
    } else if (seerr_block_find(state, tmdb) != NULL) {
        seerr_fail(call, 412, "Item already %sed",
                   strcmp(word(call), "Blocklist") == 0 ? "blocklist" : "blacklist");
    } else {
        seerr_block_add(state, kind, tmdb, call->user->id, title != NULL ? title : "");
        struct seerr_media *media = seerr_media_of(state, kind, tmdb);
        if (media == NULL)
            media = seerr_media_add(state, kind, tmdb, 0);
        media->status = MEDIA_BLOCKLISTED;
        media->status4k = MEDIA_BLOCKLISTED;
        reply_empty(call, 201);
    }
    json_decref(body);
}

void seerr_blocklist_delete(struct call *call)
{
    struct seerr_block *block = path_block(call);
    mark_old_name(call);
    if (block == NULL)
        return;
    struct seerr_media *media = seerr_media_of(&call->sim->seerr, block->kind, block->tmdb);
    if (media != NULL)
        seerr_media_remove(&call->sim->seerr, media->id);
    seerr_block_remove(&call->sim->seerr, block->tmdb);
    reply_empty(call, 204);
}

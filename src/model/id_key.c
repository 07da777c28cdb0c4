#include "model/id_key.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"

static char *numbered(const char *authority, enum media_type media_type, int64_t id)
{
    if (id <= 0 || media_type == MEDIA_UNKNOWN)
        return NULL;
    return memory_print("%s:%s:%" PRId64, authority, media_type_word(media_type), id);
}

char *id_key(const struct ids *ids, enum media_type media_type, enum id_kind kind)
{
    switch (kind) {
    case ID_IMDB:
        return text_is_empty(ids->imdb) ? NULL : memory_print("imdb:%s", ids->imdb);
    case ID_TMDB:
        return numbered("tmdb", media_type, ids->tmdb);
    case ID_TVDB:
        return numbered("tvdb", media_type, ids->tvdb);
    case ID_SOURCE:
    case ID_KINDS:
        break;
    }
    return text_is_empty(ids->source_id) ? NULL : memory_text(ids->source_id);
}

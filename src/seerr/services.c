#include "seerr/services.h"

#include <string.h>

#include "base/text.h"

const char *service_kind_word(enum service_kind kind)
{
    static const char *const words[] = {[SERVICE_RADARR] = "radarr", [SERVICE_SONARR] = "sonarr"};

    return words[kind];
}

void services_request(const struct seerr *seerr, enum service_kind kind,
                      struct http_request *request)
{
    seerr_get(seerr, request, "/service/%s", service_kind_word(kind));
}

static struct seerr_service read_service(const struct json_value *row, enum service_kind kind,
                                         struct arena *arena)
{
    const char *name = json_value_get_text(row, "name");
    char *copy = arena_text(arena, name ? name : "");

    text_tame(copy);
    return (struct seerr_service){
        .id = json_value_get_integer(row, "id"),
        .kind = service_kind_word(kind),
        .name = copy,
        .is_4k = json_value_is_true(json_value_get(row, "is4k")),
        .is_default = json_value_is_true(json_value_get(row, "isDefault")),
    };
}

enum error_code services_answer(const struct http_response *response, enum service_kind kind,
                                struct arena *arena, struct seerr_services *ret,
                                struct error *error)
{
    AUTO_JSON struct json_value *rows = NULL;
    enum error_code rc = seerr_read(response, &rows, error);

    if (rc)
        return rc;
    if (!json_value_is_array(rows))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's list of %s servers is not understood: found %s",
                         service_kind_word(kind), json_value_kind(rows));
    size_t count = json_value_count(rows);
    struct seerr_service *items = arena_take(arena, (ret->count + count) * sizeof(*items));
    if (ret->count)
        memcpy(items, ret->items, ret->count * sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[ret->count + i] = read_service(json_value_at(rows, i), kind, arena);
    *ret = (struct seerr_services){items, ret->count + count};
    return ERROR_NONE;
}

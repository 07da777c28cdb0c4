#include "seerr/people.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

void people_sweep_init(struct people_sweep *sweep, struct arena *arena)
{
    *sweep = (struct people_sweep){.arena = arena};
}

void people_sweep_request(const struct people_sweep *sweep, const struct seerr *seerr,
                          struct http_request *request)
{
    seerr_get(seerr, request, "/user?take=%d&skip=%" PRId64, PEOPLE_PAGE_SIZE, sweep->skip);
}

/* Foreign text, for a person's eyes. */
static const char *text_of(const struct json_value *row, const char *key, struct arena *arena)
{
    const char *text = json_value_get_text(row, key);
    char *copy = arena_text(arena, text ? text : "");

    text_tame(copy);
    return copy;
}

static void grow(struct people_sweep *sweep)
{
    if (sweep->people.count < sweep->capacity)
        return;
    sweep->capacity = sweep->capacity ? 2 * sweep->capacity : 16;
    struct seerr_person *items = arena_take(sweep->arena, sweep->capacity * sizeof(*items));
    if (sweep->people.count)
        memcpy(items, sweep->people.items, sweep->people.count * sizeof(*items));
    sweep->people.items = items;
}

/* A page that was read while somebody was added repeats a row. */
static bool is_there(const struct seerr_people *people, int64_t id)
{
    for (size_t i = 0; i < people->count; i++)
        if (people->items[i].id == id)
            return true;
    return false;
}

static void add(struct people_sweep *sweep, const struct json_value *row)
{
    int64_t id = json_value_get_integer(row, "id");

    if (id <= 0 || is_there(&sweep->people, id))
        return;
    grow(sweep);
    sweep->people.items[sweep->people.count++] = (struct seerr_person){
        .id = id,
        .name = text_of(row, "displayName", sweep->arena),
        .email = text_of(row, "email", sweep->arena),
        .avatar = text_of(row, "avatar", sweep->arena),
    };
}

enum error_code people_sweep_answer(struct people_sweep *sweep,
                                    const struct http_response *response, struct error *error)
{
    AUTO_JSON struct json_value *page = NULL;
    enum error_code rc = seerr_read(response, &page, error);

    if (rc)
        return rc;
    const struct json_value *rows = json_value_get(page, "results");
    if (!json_value_is_array(rows))
        return error_set(error, ERROR_FORMAT,
                         "Seerr's list of users is not understood: expected results, found %s",
                         json_value_kind(rows));
    for (size_t i = 0; i < json_value_count(rows); i++)
        add(sweep, json_value_at(rows, i));
    sweep->skip += (int64_t)json_value_count(rows);
    sweep->finished = !json_value_count(rows) || sweep->skip >= PEOPLE_MAX ||
                      sweep->skip >= json_value_integer(json_value_path(page, "pageInfo.results"));
    return ERROR_NONE;
}

/* What was taken over at a start, for whoever looks later. */
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "store/stored_settings.h"
#include "sync/move_in_parts.h"

enum { STORY_LINES_MOST = 300, STORY_MOST = 400000 };

void move_in_put_line(struct json_writer *json, const struct move_in_line *line)
{
    json_begin_object(json, NULL);
    json_put_text(json, "result", move_in_result_words[line->result]);
    json_put_text(json, "part", line->part);
    json_put_number(json, "count", line->count);
    json_put_text(json, "sentence", line->sentence);
    json_end_object(json);
}

static void put_story(const struct move_in *move_in, struct buffer *text)
{
    struct json_writer json = json_writer_to(text);
    char now[CLOCK_TEXT_SIZE];

    clock_format_utc(clock_wall_ms(), now);
    AUTO_FREE char *at = memory_print("%.10sT%sZ", now, now + sizeof("2025-06-01"));
    json_begin_object(&json, NULL);
    json_put_text(&json, "at", at);
    json_begin_object(&json, "taken_over");
    for (int i = 0; i < MOVE_IN_PARTS; i++)
        json_put_number(&json, move_in_part_words[i], move_in->taken[i]);
    json_end_object(&json);
    json_begin_array(&json, "lines");
    for (size_t i = 0; i < move_in->count && i < STORY_LINES_MOST; i++)
        move_in_put_line(&json, &move_in->lines[i]);
    json_end_array(&json);
    json_end_object(&json);
}

enum error_code move_in_keep_story(const struct move_in *move_in, struct error *error)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(STORY_MOST);

    put_story(move_in, &text);
    return service_state_put(move_in->store, MOVE_IN_STATE, buffer_string(&text), error);
}

enum error_code move_in_story(struct store *store, struct arena *arena, const char **ret,
                              struct error *error)
{
    enum error_code rc = service_state_get(store, arena, MOVE_IN_STATE, ret, error);

    if (rc || (*ret)[0] != '{')
        *ret = "";
    return rc;
}

#include "web/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "web/websocket.h"

enum { ID_SIZE = 48, AT_SIZE = CLOCK_TEXT_SIZE + 8, MESSAGE_SIZE = 2 * EVENT_SIZE };

/* A message on its way into the form that its listener reads. */
struct message {
    char id[ID_SIZE]; /* "": has none */
    const char *type;
    struct buffer text;
    struct json_writer json;
};

static void message_release(struct message *message)
{
    buffer_release(&message->text);
}

#define AUTO_MESSAGE AUTO(message_release)

static void begin_message(struct message *message, const char *type)
{
    *message = (struct message){.type = type, .text = BUFFER_WITH_LIMIT(MESSAGE_SIZE)};
    message->json = json_writer_to(&message->text);
    json_begin_object(&message->json, NULL);
}

static void put_id(struct message *message, const struct events *events, uint64_t number)
{
    snprintf(message->id, ID_SIZE, "%s-%" PRIu64, events_epoch(events), number);
    json_put_text(&message->json, "id", message->id);
}

static void put_type(struct message *message)
{
    json_put_text(&message->json, "type", message->type);
}

/* "2026-11-22T09:33:56.120Z" */
static void put_at(struct message *message, int64_t wall_ms)
{
    char seconds[CLOCK_TEXT_SIZE], text[AT_SIZE];

    clock_format_utc(wall_ms, seconds);
    snprintf(text, sizeof(text), "%.10sT%s.%03dZ", seconds, seconds + 11, (int)(wall_ms % 1000));
    json_put_text(&message->json, "at", text);
}

static void end_message(struct message *message, enum feed_form form, struct buffer *out)
{
    json_end_object(&message->json);
    const char *text = buffer_string(&message->text);
    if (form == FEED_FRAMES) {
        websocket_frame_text(out, text, message->text.length);
        return;
    }
    if (*message->id)
        buffer_print(out, "id: %s\n", message->id);
    buffer_print(out, "event: %s\ndata: ", message->type);
    buffer_append(out, text, message->text.length);
    buffer_text(out, "\n\n");
}

bool feed_wish_add(struct feed_wish *wish, const char *type)
{
    enum event_type event;

    if (strcmp(type, "log") == 0) {
        if (!wish->wants_log)
            wish->least = LOG_INFO;
        wish->wants_log = true;
        return true;
    }
    if (!event_from_word(type, &event))
        return false;
    wish->types |= 1u << event;
    return true;
}

bool feed_equal(const struct feed *a, const struct feed *b)
{
    return a->after == b->after && a->log_after == b->log_after && a->wish.types == b->wish.types &&
           a->wish.wants_log == b->wish.wants_log && a->wish.least == b->wish.least;
}

static uint64_t newest_log_line(void)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_lines lines;

    log_read(&(struct log_filter){.limit = 1}, arena, &lines);
    return lines.count ? lines.items[0].number : 0;
}

void feed_change(struct feed *feed, const struct feed_wish *wish)
{
    bool had_log = feed->wish.wants_log;

    feed->wish = *wish;
    if (!wish->wants_log)
        feed->log_after = 0;
    else if (!had_log)
        feed->log_after = newest_log_line();
}

/* Why a listener cannot go on where `id` ends; NULL when it can, from `ret` on. */
static const char *why_not_from(struct events *events, const char *id, uint64_t *ret)
{
    AUTO_BUFFER struct buffer json = BUFFER_WITH_LIMIT(EVENT_SIZE);
    const char *epoch = events_epoch(events);
    struct event event;
    int64_t number;

    if (!text_starts_with(id, epoch) || id[strlen(epoch)] != '-')
        return "restarted";
    if (!text_to_integer(id + strlen(epoch) + 1, 0, INT64_MAX, &number) ||
        events_next(events, (uint64_t)number, &event, &json) == EVENTS_LOST)
        return "too_late";
    *ret = (uint64_t)number;
    return NULL;
}

static void put_hello(const struct feed *feed, struct events *events, bool is_resumed,
                      enum feed_form form, struct buffer *out)
{
    AUTO_MESSAGE struct message message;

    begin_message(&message, "hello");
    put_id(&message, events, feed->after);
    put_type(&message);
    put_at(&message, clock_wall_ms());
    json_put_text(&message.json, "version", LISTSYNC_VERSION);
    json_put_bool(&message.json, "resumed", is_resumed);
    end_message(&message, form, out);
}

static void put_resync(const struct feed *feed, struct events *events, const char *reason,
                       enum feed_form form, struct buffer *out)
{
    AUTO_MESSAGE struct message message;

    begin_message(&message, "resync");
    put_id(&message, events, feed->after);
    put_type(&message);
    put_at(&message, clock_wall_ms());
    json_put_text(&message.json, "reason", reason);
    end_message(&message, form, out);
}

void feed_begin(struct feed *feed, const struct feed_wish *wish, struct events *events,
                const char *last_event_id, enum feed_form form, struct buffer *out)
{
    const char *reason = NULL;

    *feed = (struct feed){.after = events_newest(events)};
    feed_change(feed, wish);
    if (last_event_id)
        reason = why_not_from(events, last_event_id, &feed->after);
    put_hello(feed, events, last_event_id && !reason, form, out);
    if (reason)
        put_resync(feed, events, reason, form, out);
}

/* Progress counts only until there is later progress. */
static bool is_outdated(struct events *events, const struct event *event)
{
    return event->type == EVENT_RUN_PROGRESS &&
           events_newest_of(events, EVENT_RUN_PROGRESS) > event->number;
}

static void put_event(struct events *events, const struct event *event, const char *data,
                      enum feed_form form, struct buffer *out)
{
    AUTO_MESSAGE struct message message;

    begin_message(&message, event_word(event->type));
    put_id(&message, events, event->number);
    put_type(&message);
    put_at(&message, event->wall_ms);
    json_put_raw(&message.json, "data", data);
    end_message(&message, form, out);
}

static void next_events(struct feed *feed, struct events *events, enum feed_form form,
                        struct buffer *out)
{
    AUTO_BUFFER struct buffer data = BUFFER_WITH_LIMIT(EVENT_SIZE);

    while (out->length < FEED_PIECE) {
        struct event event;
        enum events_fate fate = events_next(events, feed->after, &event, &data);
        if (fate == EVENTS_NONE)
            return;
        if (fate == EVENTS_LOST) {
            feed->after = events_newest(events);
            put_resync(feed, events, "too_slow", form, out);
            continue;
        }
        feed->after = event.number;
        if (feed->wish.types & (1u << event.type) && !is_outdated(events, &event))
            put_event(events, &event, buffer_string(&data), form, out);
    }
}

static void put_log_line(const struct log_line *line, uint64_t missed, enum feed_form form,
                         struct buffer *out)
{
    AUTO_MESSAGE struct message message;

    begin_message(&message, "log");
    put_type(&message);
    put_at(&message, line->wall_ms);
    json_put_number(&message.json, "number", (int64_t)line->number);
    json_put_number(&message.json, "missed", (int64_t)missed);
    json_begin_object(&message.json, "data");
    json_put_text(&message.json, "level", log_level_word(line->level));
    json_put_text(&message.json, "part", line->part);
    json_put_text(&message.json, "sentence", line->sentence);
    json_put_raw(&message.json, "values", line->values);
    json_end_object(&message.json);
    end_message(&message, form, out);
}

static void next_log_lines(struct feed *feed, enum feed_form form, struct buffer *out)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct log_filter filter = {
        .least = feed->wish.least, .after = feed->log_after, .limit = FEED_LOG_LINES};
    uint64_t newest = newest_log_line();
    struct log_lines lines;

    if (newest == feed->log_after)
        return;

    log_read(&filter, arena, &lines);
    uint64_t missed = lines.oldest > feed->log_after + 1 ? lines.oldest - feed->log_after - 1 : 0;
    for (size_t i = 0; i < lines.count && out->length < FEED_PIECE; i++) {
        put_log_line(&lines.items[i], missed, form, out);
        feed->log_after = lines.items[i].number;
        missed = 0;
    }
    /* All others are lines that are not wanted. */
    if (!lines.count && feed->log_after < newest)
        feed->log_after = newest;
}

void feed_next(struct feed *feed, struct events *events, enum feed_form form, struct buffer *out)
{
    next_events(feed, events, form, out);
    if (feed->wish.wants_log)
        next_log_lines(feed, form, out);
}

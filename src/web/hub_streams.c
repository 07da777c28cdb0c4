#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "web/hub_parts.h"

/*
 * Read in threads of the server, woken and ended in the hub's. `wake` is called with the hub's
 * lock held, which the server's `end` takes too: so it is never called after that.
 */
struct hub_stream {
    struct hub *hub;
    struct hub_stream *next, **place; /* in hub->streams */
    int references;                   /* under the lock */
    struct hub_caller caller;
    int64_t recheck_at; /* the hub's thread alone; 0: at once */
    atomic_bool is_ended, wants_beat;
    void (*wake)(void *handle); /* under the lock; NULL: not begun, or ended */
    void *handle;
    /* The reader's own; `wish` never changes. */
    struct feed feed;
    struct buffer piece;
    size_t given;
};

static void link_in(struct hub_stream *stream)
{
    struct hub *hub = stream->hub;

    stream->next = hub->streams;
    stream->place = &hub->streams;
    if (stream->next)
        stream->next->place = &stream->next;
    hub->streams = stream;
    hub->stream_count++;
}

static void link_out(struct hub_stream *stream)
{
    *stream->place = stream->next;
    if (stream->next)
        stream->next->place = stream->place;
    stream->hub->stream_count--;
}

/* With the lock held. */
static void let_go(struct hub_stream *stream)
{
    if (--stream->references)
        return;
    hub_caller_release(&stream->caller);
    buffer_release(&stream->piece);
    free(stream);
}

static struct hub_stream *make_stream(struct hub *hub, const struct hub_listener *listener)
{
    struct hub_stream *stream = memory_new(sizeof(*stream));

    stream->hub = hub;
    stream->references = 1;
    hub_caller_init(&stream->caller, &listener->caller);
    buffer_init(&stream->piece, FEED_LIMIT);
    buffer_text(&stream->piece, "retry: 3000\n\n");
    feed_begin(&stream->feed, &listener->wish, hub->settings.events, listener->last_event_id,
               FEED_LINES, &stream->piece);
    return stream;
}

static void begin(void *context, void (*wake)(void *handle), void *handle)
{
    struct hub_stream *stream = context;

    pthread_mutex_lock(&stream->hub->lock);
    stream->wake = wake;
    stream->handle = handle;
    pthread_mutex_unlock(&stream->hub->lock);
}

static void fill(struct hub_stream *stream)
{
    buffer_clear(&stream->piece);
    stream->given = 0;
    feed_next(&stream->feed, stream->hub->settings.events, FEED_LINES, &stream->piece);
    if (atomic_exchange(&stream->wants_beat, false) && !stream->piece.length)
        buffer_text(&stream->piece, ":\n\n");
    if (!stream->piece.length)
        buffer_release(&stream->piece);
}

static int64_t read_stream(void *context, char *bytes, size_t size)
{
    struct hub_stream *stream = context;

    if (atomic_load(&stream->is_ended))
        return -1;
    if (stream->given == stream->piece.length)
        fill(stream);
    size_t left = stream->piece.length - stream->given;
    size_t length = left < size ? left : size;
    if (length)
        memcpy(bytes, stream->piece.bytes + stream->given, length);
    stream->given += length;
    return (int64_t)length;
}

static void end(void *context)
{
    struct hub_stream *stream = context;
    struct hub *hub = stream->hub;

    pthread_mutex_lock(&hub->lock);
    stream->wake = NULL;
    link_out(stream);
    let_go(stream);
    pthread_mutex_unlock(&hub->lock);
}

bool hub_take_stream(struct hub *hub, const struct hub_listener *listener, struct web_stream *ret)
{
    struct hub_stream *stream = make_stream(hub, listener);

    pthread_mutex_lock(&hub->lock);
    bool has_room = hub_has_room(hub);
    if (has_room)
        link_in(stream);
    else
        let_go(stream);
    pthread_mutex_unlock(&hub->lock);
    if (!has_room)
        return false;
    *ret = (struct web_stream){.read = read_stream, .begin = begin, .end = end, .context = stream};
    hub_signal(hub); /* what ended since the guard let it in was not told to us: asks once more */
    return true;
}

/* With the lock held. */
static void wake(struct hub_stream *stream)
{
    if (stream->wake)
        stream->wake(stream->handle);
}

void hub_streams_wake(struct hub *hub, unsigned news)
{
    pthread_mutex_lock(&hub->lock);
    for (struct hub_stream *stream = hub->streams; stream; stream = stream->next)
        if (news & HUB_EVENT || stream->feed.wish.wants_log)
            wake(stream);
    pthread_mutex_unlock(&hub->lock);
}

void hub_streams_beat(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (struct hub_stream *stream = hub->streams; stream; stream = stream->next) {
        atomic_store(&stream->wants_beat, true);
        wake(stream);
    }
    pthread_mutex_unlock(&hub->lock);
}

static void end_stream(struct hub_stream *stream)
{
    atomic_store(&stream->is_ended, true);
    wake(stream);
}

void hub_streams_end(struct hub *hub, const struct hub_ending *ending)
{
    pthread_mutex_lock(&hub->lock);
    for (struct hub_stream *stream = hub->streams; stream; stream = stream->next)
        if (!ending || hub_ending_means(ending, &stream->caller.caller))
            end_stream(stream);
    pthread_mutex_unlock(&hub->lock);
}

/* A stream whose time has come, held; NULL: none. Notes when the next one's will. */
static struct hub_stream *hold_due(struct hub *hub, int64_t now)
{
    struct hub_stream *due = NULL;

    pthread_mutex_lock(&hub->lock);
    for (struct hub_stream *stream = hub->streams; stream; stream = stream->next) {
        if (stream->recheck_at <= now)
            due = stream;
        else if (stream->recheck_at < hub->due_at)
            hub->due_at = stream->recheck_at;
    }
    if (due) {
        due->references++;
        due->recheck_at = now + hub->settings.recheck_ms;
    }
    pthread_mutex_unlock(&hub->lock);
    return due;
}

void hub_streams_hurry_recheck(struct hub *hub)
{
    pthread_mutex_lock(&hub->lock);
    for (struct hub_stream *stream = hub->streams; stream; stream = stream->next)
        stream->recheck_at = 0;
    pthread_mutex_unlock(&hub->lock);
}

void hub_streams_recheck(struct hub *hub, int64_t now)
{
    struct hub_stream *stream;

    while ((stream = hold_due(hub, now))) {
        enum access access = stream->feed.wish.wants_log ? ACCESS_ADMIN : ACCESS_READ;
        bool is_admitted =
            hub->settings.still_admitted(hub->settings.context, &stream->caller.caller, access);
        pthread_mutex_lock(&hub->lock);
        if (!is_admitted) {
            atomic_fetch_add(&hub->dropped, 1);
            end_stream(stream);
        }
        let_go(stream);
        pthread_mutex_unlock(&hub->lock);
    }
}

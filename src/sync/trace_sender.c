#include "sync/trace_sender.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/client.h"
#include "net/transport_curl.h"

enum {
    GATHER_MS = 2000,
    TIMEOUT_MS = 3000,
    LAST_MS = 500, /* at the end of the program */
    FIRST_PAUSE_MS = 5000,
    LONGEST_PAUSE_MS = 60000,
};

const struct option trace_sender_options[] = {
    {"LISTSYNC_TRACES", OPTION_URL, NULL, 0, 0,
     "address of an OpenTelemetry collector that takes OTLP over HTTP: http://jaeger:4318"},
    {"LISTSYNC_TRACES_SHARE", OPTION_DECIMAL, "1", 0, 1, "share of traces that are kept, 0 to 1"},
    {"LISTSYNC_TRACES_AUTHORIZATION", OPTION_SECRET, NULL, 0, 0,
     "value of the header Authorization for that collector"},
    {0},
};

struct trace_sender {
    char *url;
    struct secret authorization;
    struct tracer *tracer;
    const struct origins *origins;
    const char *user_agent;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping, hurry; /* under the lock */
    atomic_llong sent, lost;
    int64_t pause_ms; /* of the thread, likewise below; 0: the collector answers */
    int64_t until_ms; /* the message under way may take so long; steady */
};

/* One message to the collector. */
struct message {
    struct trace_sender *sender;
    struct buffer *body;
    bool was_asked, was_taken;
    int status;
    struct error error;
};

static bool next(void *state, struct http_request *request)
{
    struct message *message = state;

    if (message->was_asked)
        return false;
    message->was_asked = true;
    http_request_post(request, "%s", message->sender->url);
    http_request_header(request, "Content-Type", "application/json");
    http_request_secret_header(request, "Authorization", &message->sender->authorization);
    buffer_release(&request->body);
    request->body = *message->body;
    buffer_init(message->body, BUFFER_LIMIT_ANSWER);
    request->timeout_ms = TIMEOUT_MS;
    request->answer_limit = BUFFER_LIMIT_TEXT;
    request->no_redirects = true;
    return true;
}

static void answer(void *state, const struct http_response *response)
{
    struct message *message = state;

    message->status = response->status;
    message->was_taken = response->status >= 200 && response->status < 300;
}

static void failed(void *state, const struct error *error)
{
    struct message *message = state;

    message->error = *error;
}

static bool in_time(void *context)
{
    struct trace_sender *sender = context;

    pthread_mutex_lock(&sender->lock);
    bool stopping = sender->stopping;
    pthread_mutex_unlock(&sender->lock);
    int64_t now = clock_steady_ms();
    if (stopping && sender->until_ms > now + LAST_MS)
        sender->until_ms = now + LAST_MS;
    return now < sender->until_ms;
}

static struct client *make_client(const struct trace_sender *sender)
{
    struct client_settings settings = {
        .transport = transport_curl_new(TIMEOUT_MS),
        .origins = sender->origins,
        .user_agent = sender->user_agent,
        .retries = -1,
    };

    return client_new(&settings);
}

/* Said once, not with each message. */
static void tell(const struct trace_sender *sender, const struct message *message)
{
    if (message->was_taken && sender->pause_ms)
        log_info("traces", "the collector of traces takes them again", LOG_END);
    else if (!message->was_taken && !sender->pause_ms)
        log_warning("traces", "the collector of traces does not take them; they are dropped",
                    LOG_NUMBER("status", message->status),
                    LOG_TEXT("error", message->error.message), LOG_END);
}

static void judge(struct trace_sender *sender, const struct message *message, size_t count)
{
    atomic_fetch_add(message->was_taken ? &sender->sent : &sender->lost, (long long)count);
    tell(sender, message);
    if (message->was_taken)
        sender->pause_ms = 0;
    else
        sender->pause_ms = !sender->pause_ms                         ? FIRST_PAUSE_MS
                           : sender->pause_ms * 2 > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS
                                                                     : sender->pause_ms * 2;
}

/* False: nothing waited, or it was not taken. */
static bool send_some(struct trace_sender *sender)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_ANSWER);
    struct message message = {.sender = sender, .body = &body};
    struct exchange exchange = {
        .state = &message, .next = next, .answer = answer, .failed = failed};
    size_t count = tracer_take(sender->tracer, &body);

    if (!count)
        return false;
    struct client *client = make_client(sender);
    sender->until_ms = clock_steady_ms() + 2 * TIMEOUT_MS;
    client_add(client, &exchange);
    (void)client_run(client, in_time, sender); /* the message knows how it went */
    client_free(client);
    judge(sender, &message, count);
    return message.was_taken;
}

static void wait_for_spans(struct trace_sender *sender)
{
    struct timespec until;
    int64_t wait = sender->pause_ms ? sender->pause_ms : GATHER_MS;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += wait / 1000;
    pthread_mutex_lock(&sender->lock);
    while (!sender->stopping && (!sender->hurry || sender->pause_ms))
        if (pthread_cond_timedwait(&sender->wake, &sender->lock, &until))
            break;
    sender->hurry = false;
    pthread_mutex_unlock(&sender->lock);
}

static bool is_stopping(struct trace_sender *sender)
{
    pthread_mutex_lock(&sender->lock);
    bool stopping = sender->stopping;
    pthread_mutex_unlock(&sender->lock);
    return stopping;
}

static void *thread_main(void *context)
{
    struct trace_sender *sender = context;

    while (!is_stopping(sender)) {
        wait_for_spans(sender);
        while (send_some(sender) && !is_stopping(sender)) {
        }
    }
    if (!sender->pause_ms)
        send_some(sender);
    return NULL;
}

static void hurry(void *context)
{
    struct trace_sender *sender = context;

    pthread_mutex_lock(&sender->lock);
    sender->hurry = true;
    pthread_cond_signal(&sender->wake);
    pthread_mutex_unlock(&sender->lock);
}

static char *url_of(const char *given)
{
    static const char path[] = "/v1/traces";
    AUTO_FREE char *base = memory_text(given);

    for (size_t end = strlen(base); end && base[end - 1] == '/'; end--)
        base[end - 1] = '\0';
    return text_ends_with(base, path) ? TAKE(base) : memory_print("%s%s", base, path);
}

static void release(struct trace_sender *sender)
{
    tracer_free(sender->tracer);
    pthread_cond_destroy(&sender->wake);
    pthread_mutex_destroy(&sender->lock);
    secret_release(&sender->authorization);
    free(sender->url);
    free(sender);
}

static struct trace_sender *sender_new(const struct options *given)
{
    struct trace_sender *sender = memory_new(sizeof(*sender));
    pthread_condattr_t attributes;

    sender->url = url_of(options_text(given, "LISTSYNC_TRACES"));
    secret_set(&sender->authorization,
               secret_reveal(options_secret(given, "LISTSYNC_TRACES_AUTHORIZATION")));
    sender->tracer = tracer_new(options_decimal(given, "LISTSYNC_TRACES_SHARE"));
    pthread_mutex_init(&sender->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&sender->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    tracer_watch(sender->tracer, hurry, sender);
    return sender;
}

enum error_code trace_sender_start(const struct options *given, const struct origins *origins,
                                   const char *user_agent, struct trace_sender **ret,
                                   struct error *error)
{
    *ret = NULL;
    if (!options_is_set(given, "LISTSYNC_TRACES"))
        return ERROR_NONE;
    struct trace_sender *sender = sender_new(given);
    sender->origins = origins;
    sender->user_agent = user_agent;
    if (pthread_create(&sender->thread, NULL, thread_main, sender)) {
        release(sender);
        return error_set(error, ERROR_STORE, "the thread of the traces cannot be started");
    }
    *ret = sender;
    return ERROR_NONE;
}

void trace_sender_stop(struct trace_sender *sender)
{
    if (!sender)
        return;
    pthread_mutex_lock(&sender->lock);
    sender->stopping = true;
    pthread_cond_broadcast(&sender->wake);
    pthread_mutex_unlock(&sender->lock);
    pthread_join(sender->thread, NULL);
    release(sender);
}

struct tracer *trace_sender_tracer(const struct trace_sender *sender)
{
    return sender ? sender->tracer : NULL;
}

void trace_sender_figures(struct trace_sender *sender, struct trace_sender_figures *ret)
{
    struct tracer_figures figures;

    *ret = (struct trace_sender_figures){0};
    if (!sender)
        return;
    tracer_figures(sender->tracer, &figures);
    ret->sent = atomic_load(&sender->sent);
    ret->lost = atomic_load(&sender->lost) + figures.dropped;
}

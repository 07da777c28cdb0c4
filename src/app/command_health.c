#include <stdio.h>
#include <string.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/interrupt.h"
#include "app/session.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

/*
 * For containers and other keepers: one question to the service of these settings, by the way that
 * everybody else takes. Nothing is opened but a connection, so it may be asked every few seconds.
 */
enum { PATIENCE_MS = 4000, AT_ONCE_MS = 3000 };

struct question {
    char *url;
    bool asked, was_connected;
    int status; /* 0: no answer came */
    int64_t begun_ms, ended_ms;
    struct error failure;
};

static bool next(void *state, struct http_request *request)
{
    struct question *question = state;

    if (question->asked)
        return false;
    question->asked = true;
    question->begun_ms = clock_steady_ms();
    http_request_get(request, "%s", question->url);
    request->timeout_ms = PATIENCE_MS;
    request->no_redirects = true;
    request->repeatable = false; /* whoever asks here asks again soon */
    request->may_have_arrived = &question->was_connected;
    return true;
}

static void answer(void *state, const struct http_response *response)
{
    struct question *question = state;

    question->status = response->status;
}

static void failed(void *state, const struct error *error)
{
    struct question *question = state;

    question->failure = *error;
    question->ended_ms = clock_steady_ms();
}

/* Who listens on all addresses does so on this machine's own, too. */
static const char *host_of(const char *bind)
{
    return text_equal(bind, "::") || text_equal(bind, "0.0.0.0") ? "127.0.0.1" : bind;
}

/* As the service reads it: "listsync/" and "/listsync" are the same. */
static char *base_path_of(const struct options *options)
{
    const char *text = options_text(options, "LISTSYNC_BASE_PATH");
    size_t length = strlen(text);

    while (*text == '/')
        text++, length--;
    while (length && text[length - 1] == '/')
        length--;
    return length ? memory_print("/%.*s", (int)length, text) : memory_text("");
}

static enum error_code address_of(const struct options *options, char **ret, struct error *error)
{
    const char *host = host_of(options_text(options, "LISTSYNC_BIND"));
    int port = (int)options_number(options, "LISTSYNC_API_PORT");
    AUTO_FREE char *base = base_path_of(options);
    bool is_v6 = strchr(host, ':') != NULL;

    if (!port)
        return error_set(error, ERROR_USAGE,
                         "LISTSYNC_API_PORT is 0, so only the service's log knows its port");
    *ret = memory_print("http://%s%s%s:%d%s/api/health/ready", is_v6 ? "[" : "", host,
                        is_v6 ? "]" : "", port, base);
    return ERROR_NONE;
}

/*
 * The certificate is for a name that is not known here. But who speaks TLS hangs up on who does
 * not, and does so at once as long as it works.
 */
static bool hung_up(const struct question *question)
{
    return question->was_connected && question->failure.code &&
           question->ended_ms - question->begun_ms < AT_ONCE_MS;
}

static enum error_code judge(const struct session *session, const struct question *question,
                             struct error *error)
{
    bool speaks_tls = *options_text(&session->settings.options, "LISTSYNC_TLS_CERTIFICATE");

    if (question->status == 200 || (speaks_tls && hung_up(question)))
        return ERROR_NONE;
    if (question->failure.code) {
        *error = question->failure;
        return error->code;
    }
    return error_set(error, ERROR_STORE, "%s answers %d: the service cannot work", question->url,
                     question->status);
}

static bool tick(void *context)
{
    (void)context;
    return !interrupt_came();
}

static enum error_code ask(struct session *session, struct error *error)
{
    AUTO_FREE char *url = NULL;
    enum error_code rc = address_of(&session->settings.options, &url, error);

    if (rc)
        return rc;
    struct question question = {.url = url};
    const struct exchange exchange = {&question, next, answer, failed};
    session_open_network(session);
    client_add(session->client, &exchange);
    client_run(session->client, tick, NULL);
    return judge(session, &question, error);
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_health, "%s", error.message);
    if (words.count)
        return command_usage(&command_health, "health takes no words");
    interrupt_watch();
    enum error_code rc = session_open_outside(&session, origins.items, &error);
    if (!rc)
        rc = ask(&session, &error);
    session_close(&session);
    if (!rc) {
        puts("ready");
        return EXIT_DONE;
    }
    words_print(stderr, 0, "listsync: %s", error.message);
    return EXIT_WITH_ERRORS;
}

const struct command command_health = {
    .name = "health",
    .arguments = "",
    .summary = "ask the service whether it can work",
    .help =
        "  Asks /api/health/ready on the port of the settings, and ends with 0 or 1. It is what\n"
        "  the container's health check calls. A service that speaks TLS is asked in another\n"
        "  way, by the name in its certificate.\n",
    .run = run,
};

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "app/arguments.h"
#include "app/command.h"
#include "app/service.h"
#include "app/session.h"
#include "base/log.h"
#include "sync/backup_folder.h"
#include "sync/schedule.h"

enum { TIDY_SECONDS = 60 };

/* Before any thread is started: each inherits this, so signals come to this one alone. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
    signal(SIGXFSZ, SIG_IGN); /* no room for a file is an error like that of a full disk, no end */
}

/* A second signal while stopping is from somebody who does not want to wait. */
static void let_signals_end_us(const sigset_t *signals)
{
    pthread_sigmask(SIG_UNBLOCK, signals, NULL);
}

static const char *signal_name(int number)
{
    return number == SIGINT ? "SIGINT" : "SIGTERM";
}

/* Until a signal ends it. */
static void watch(struct service *service, const sigset_t *signals)
{
    static const struct timespec tidy = {.tv_sec = TIDY_SECONDS};

    for (;;) {
        int number = sigtimedwait(signals, NULL, &tidy);
        if (number < 0 && errno == EAGAIN)
            service_tidy(service);
        else if (number == SIGHUP)
            service_reload(service);
        else if (number > 0) {
            log_info("service", "stopping", LOG_TEXT("signal", signal_name(number)), LOG_END);
            return;
        }
    }
}

static enum error_code open_all(struct session *session, const struct words *origins,
                                struct error *error)
{
    enum error_code rc = session_open(session, origins->items, error);

    if (!rc) {
        settings_print_unused(&session->settings, stderr);
        rc = session_check_lists(session, error);
    }
    if (!rc)
        rc = schedule_check(&session->settings.options, error);
    if (!rc)
        rc = backup_folder_check(&session->settings.options, error);
    if (!rc)
        rc = secret_key_check(&session->settings.options, error);
    if (!rc)
        rc = session_lock_alone(session, error);
    if (rc)
        return rc;
    session_say_service(session);
    rc = session_make_store(session, error);
    if (!rc)
        rc = named_lists_drop_others(&session->named, session->store, error);
    /* It was opened for the lists of the settings; the service has connections of its own. */
    store_close(session->store);
    session->store = NULL;
    return rc;
}

static enum exit_code serve(struct session *session)
{
    struct service *service;
    struct error error = {0};
    sigset_t signals;

    block_signals(&signals);
    enum exit_code code = EXIT_DONE;
    if (service_start(session, &service, &error)) {
        code = session_fail(session, &error);
    } else {
        watch(service, &signals);
        let_signals_end_us(&signals);
        service_stop(service);
    }
    return code;
}

static enum exit_code run(int argc, char **argv)
{
    struct words origins = {0};
    struct words words = {0};
    struct session session;
    struct error error = {0};
    const struct flag flags[] = {{0}};

    if (arguments_read(argc, argv, flags, &origins, &words, &error))
        return command_usage(&command_serve, "%s", error.message);
    if (words.count)
        return command_usage(&command_serve, "serve takes no words");
    enum error_code rc = open_all(&session, &origins, &error);
    enum exit_code code = rc ? command_fail(&error) : serve(&session);
    session_close(&session);
    return code;
}

const struct command command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "run as a service: sync on schedule, REST API, WebSocket",
    .help =
        "  Runs until SIGINT or SIGTERM. The API answers on port 4222 (LISTSYNC_API_PORT), the "
        "web\n"
        "  interface on 3222 (LISTSYNC_UI_PORT). At the first start a line says how to create the\n"
        "  admin account. While it runs it holds the data directory: `listsync sync` waits for no\n"
        "  one and says so; trigger a run by the API instead.\n",
    .run = run,
};

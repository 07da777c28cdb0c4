#include "sync/crew.h"
#include "sync/run_state.h"

/* Two questions, asked at once: which server, and does it take the key? */
enum { ASK_SERVER, ASK_USER, QUESTIONS };

struct connecting {
    struct run *run;
    size_t next;
    struct error errors[QUESTIONS]; /* what is wrong with the server matters more than the key */
};

static bool ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct connecting *connecting = context;
    const struct seerr *seerr = connecting->run->tools->seerr;

    if (connecting->next == QUESTIONS)
        return false;
    *ret_job = connecting->next++;
    if (*ret_job == ASK_SERVER)
        connect_server_request(seerr, request);
    else
        connect_user_request(seerr, 0, request);
    return true;
}

static void answer(void *context, size_t job, const struct http_response *response)
{
    struct connecting *connecting = context;
    struct run *run = connecting->run;
    struct error *error = &connecting->errors[job];
    struct seerr_user user = {0};

    if (job == ASK_SERVER)
        connect_server_answer(response, &run->result->server, error);
    else if (connect_user_answer(response, 0, &user, error) == ERROR_NONE)
        run->key_user = user.id;
}

static void failed(void *context, size_t job, const struct error *error)
{
    struct connecting *connecting = context;

    connecting->errors[job] = *error;
}

static void warn_about_4k(struct run *run)
{
    const struct seerr_server *server = &run->result->server;

    if (run->settings->is_4k && !(server->movie_4k_enabled && server->series_4k_enabled))
        run_warn(run,
                 "4K is asked for, but %s has no 4K server for %s: such requests are accepted "
                 "and then never filled",
                 seerr_flavour_name(server->flavour),
                 server->movie_4k_enabled    ? "series"
                 : server->series_4k_enabled ? "films"
                                             : "films and series");
}

enum error_code connect_to_seerr(struct run *run)
{
    struct connecting connecting = {.run = run};
    struct crew crew = {
        .client = run->tools->client,
        .arena = run->arena,
        .workers = QUESTIONS,
        .context = &connecting,
        .ask = ask,
        .answer = answer,
        .failed = failed,
    };

    run_progress(run, SYNC_CONNECT, 0, 1);
    crew_feed(&crew);
    if (run_drive(run))
        return run->error.code;
    for (int i = 0; i < QUESTIONS; i++) {
        if (connecting.errors[i].code) {
            run->error = connecting.errors[i];
            return run->error.code;
        }
    }
    warn_about_4k(run);
    return ERROR_NONE;
}

#include "sync/preview.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "providers/provider.h"
#include "sync/crew.h"
#include "sync/run_client.h"

/* An errand: a client of its own, and questions that it works off. */
struct errand {
    const struct runner_tools *tools;
    struct client *client;
    struct arena *arena;
    int64_t most_ms;
    int64_t until; /* steady */
    struct error error;
};

static void errand_open(struct errand *errand, const struct runner_tools *tools,
                        struct arena *arena, int64_t most_ms)
{
    *errand = (struct errand){
        .tools = tools,
        .client = run_client_new(tools),
        .arena = arena,
        .most_ms = most_ms,
        .until = clock_steady_ms() + most_ms,
    };
}

static bool is_over(const struct errand *errand)
{
    return clock_steady_ms() >= errand->until;
}

static bool go_on(void *context)
{
    const struct errand *errand = context;

    return run_client_may_go_on(errand->tools) && !is_over(errand);
}

/* Drives it to its end; what went wrong first is the outcome. */
static enum error_code errand_run(struct errand *errand, struct error *error)
{
    enum error_code rc = client_run(errand->client, go_on, errand);

    client_free(TAKE(errand->client));
    if (errand->error.code && errand->error.code != ERROR_CANCELLED)
        return error_set(error, errand->error.code, "%s", errand->error.message);
    if (rc && is_over(errand))
        return error_set(error, ERROR_UNREACHABLE, "no complete answer in %d seconds",
                         (int)(errand->most_ms / 1000));
    return rc ? error_set(error, rc, "the program is ending") : ERROR_NONE;
}

static void keep_error(struct errand *errand, const struct error *error)
{
    if (!errand->error.code)
        errand->error = *error;
}

/* A list that is looked into. */
struct looking_in {
    struct errand errand;
    const struct provider *provider;
    struct fetch fetch;
};

static bool list_next(void *state, struct http_request *request)
{
    struct looking_in *looking = state;

    if (!looking->fetch.finished)
        looking->provider->request(&looking->fetch, request);
    request->party = looking->provider->name;
    return !looking->fetch.finished;
}

static void list_answer(void *state, const struct http_response *response)
{
    struct looking_in *looking = state;

    if (response->status == 304)
        fetch_finish(&looking->fetch, OUTCOME_CHANGED_FORMAT,
                     "the source says \"not changed\" (HTTP 304) and was not asked whether");
    else
        looking->provider->answer(&looking->fetch, response);
}

static void list_failed(void *state, const struct error *error)
{
    struct looking_in *looking = state;

    if (error->code == ERROR_CANCELLED && is_over(&looking->errand))
        fetch_finish(&looking->fetch, OUTCOME_PARTIAL, "not read to its end in %d seconds",
                     PREVIEW_MOST_MS / 1000);
    else
        fetch_finish(&looking->fetch,
                     error->code == ERROR_CANCELLED ? OUTCOME_CANCELLED
                     : error->code == ERROR_LIMIT   ? OUTCOME_CHANGED_FORMAT
                                                    : OUTCOME_UNREACHABLE,
                     "%s", error->message);
}

static void look_in(struct looking_in *looking)
{
    struct exchange exchange = {
        .state = looking, .next = list_next, .answer = list_answer, .failed = list_failed};
    struct error error = {0};

    client_add(looking->errand.client, &exchange);
    errand_run(&looking->errand, &error);
    if (!looking->fetch.finished)
        fetch_finish(&looking->fetch, OUTCOME_CANCELLED, "%s", error.message);
}

static void give_list(struct looking_in *looking, struct arena *arena, struct list_preview *ret)
{
    struct entry_list none;

    entry_list_init(&none, arena);
    *ret = (struct list_preview){
        .outcome = looking->fetch.outcome,
        .message = arena_text(arena, looking->fetch.message),
        .name = arena_text(arena, looking->fetch.name),
        .total = looking->fetch.total,
        .entries = looking->fetch.entries,
    };
    looking->fetch.entries = none;
}

void preview_list(const struct runner_tools *tools, const struct options *options,
                  const struct list_ref *ref, struct arena *arena, struct list_preview *ret)
{
    struct looking_in looking = {.provider = provider_find(ref->type)};

    fetch_init(&looking.fetch, ref, options, arena);
    if (looking.provider) {
        errand_open(&looking.errand, tools, arena, PREVIEW_MOST_MS);
        look_in(&looking);
    } else {
        fetch_finish(&looking.fetch, OUTCOME_NOT_FOUND, "there is no source \"%s\"", ref->type);
    }
    give_list(&looking, arena, ret);
    fetch_release(&looking.fetch);
}

/* Questions to Seerr, asked one after the other or at once; `job` counts from 0. */
struct inquiry {
    struct errand errand;
    const struct seerr *seerr;
    int64_t most_ms; /* 0: PREVIEW_MOST_MS */
    size_t asked;
    bool (*request)(struct inquiry *inquiry, size_t job, struct http_request *request);
    enum error_code (*answer)(struct inquiry *inquiry, size_t job,
                              const struct http_response *response, struct error *error);
    void *context;
};

static bool inquiry_ask(void *context, size_t *ret_job, struct http_request *request)
{
    struct inquiry *inquiry = context;

    if (inquiry->errand.error.code || !inquiry->request(inquiry, inquiry->asked, request))
        return false;
    *ret_job = inquiry->asked++;
    return true;
}

static void inquiry_answer(void *context, size_t job, const struct http_response *response)
{
    struct inquiry *inquiry = context;
    struct error error = {0};

    if (inquiry->answer(inquiry, job, response, &error))
        keep_error(&inquiry->errand, &error);
}

static void inquiry_failed(void *context, size_t job, const struct error *error)
{
    struct inquiry *inquiry = context;

    (void)job;
    keep_error(&inquiry->errand, error);
}

static enum error_code inquire(struct inquiry *inquiry, const struct runner_tools *tools,
                               struct arena *arena, size_t at_once, struct error *error)
{
    errand_open(&inquiry->errand, tools, arena,
                inquiry->most_ms ? inquiry->most_ms : PREVIEW_MOST_MS);
    struct crew crew = {
        .client = inquiry->errand.client,
        .arena = arena,
        .workers = at_once,
        .context = inquiry,
        .ask = inquiry_ask,
        .answer = inquiry_answer,
        .failed = inquiry_failed,
    };

    crew_feed(&crew);
    return errand_run(&inquiry->errand, error);
}

enum { ASK_SERVER, ASK_VERSION, ASK_USER, CHECKS };

struct checking {
    int64_t act_as;
    struct seerr_check *ret;
};

static bool check_request(struct inquiry *inquiry, size_t job, struct http_request *request)
{
    const struct checking *checking = inquiry->context;

    if (job == ASK_SERVER)
        connect_server_request(inquiry->seerr, request);
    else if (job == ASK_VERSION)
        connect_version_request(inquiry->seerr, request);
    else if (job == ASK_USER)
        connect_user_request(inquiry->seerr, checking->act_as, request);
    return job < CHECKS;
}

static enum error_code check_answer(struct inquiry *inquiry, size_t job,
                                    const struct http_response *response, struct error *error)
{
    const struct checking *checking = inquiry->context;
    struct seerr_check *ret = checking->ret;

    if (job == ASK_SERVER)
        return connect_server_answer(response, &ret->server, error);
    if (job == ASK_USER)
        return connect_user_answer(response, checking->act_as, &ret->user, error);
    connect_version_answer(response, ret->version, sizeof(ret->version));
    return ERROR_NONE;
}

enum error_code preview_seerr(const struct runner_tools *tools, const struct seerr *seerr,
                              int64_t act_as, struct seerr_check *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct checking checking = {act_as, ret};
    struct inquiry inquiry = {
        .seerr = seerr, .request = check_request, .answer = check_answer, .context = &checking};

    *ret = (struct seerr_check){0};
    /* In order: that it is no Seerr at all matters more than what it says to the key. */
    return inquire(&inquiry, tools, arena, 1, error);
}

static bool people_request(struct inquiry *inquiry, size_t job, struct http_request *request)
{
    const struct people_sweep *sweep = inquiry->context;

    (void)job;
    if (sweep->finished)
        return false;
    people_sweep_request(sweep, inquiry->seerr, request);
    return true;
}

static enum error_code people_answer(struct inquiry *inquiry, size_t job,
                                     const struct http_response *response, struct error *error)
{
    (void)job;
    return people_sweep_answer(inquiry->context, response, error);
}

enum error_code preview_seerr_users(const struct runner_tools *tools, const struct seerr *seerr,
                                    struct arena *arena, struct seerr_people *ret,
                                    struct error *error)
{
    struct people_sweep sweep;
    struct inquiry inquiry = {
        .seerr = seerr, .request = people_request, .answer = people_answer, .context = &sweep};

    people_sweep_init(&sweep, arena);
    enum error_code rc = inquire(&inquiry, tools, arena, 1, error);
    *ret = sweep.people;
    return rc;
}

static bool service_request(struct inquiry *inquiry, size_t job, struct http_request *request)
{
    if (job >= SERVICE_KINDS)
        return false;
    services_request(inquiry->seerr, (enum service_kind)job, request);
    return true;
}

static enum error_code service_answer(struct inquiry *inquiry, size_t job,
                                      const struct http_response *response, struct error *error)
{
    return services_answer(response, (enum service_kind)job, inquiry->errand.arena,
                           inquiry->context, error);
}

enum error_code preview_seerr_services(const struct runner_tools *tools, const struct seerr *seerr,
                                       struct arena *arena, struct seerr_services *ret,
                                       struct error *error)
{
    struct inquiry inquiry = {
        .seerr = seerr, .request = service_request, .answer = service_answer, .context = ret};

    *ret = (struct seerr_services){0};
    return inquire(&inquiry, tools, arena, 1, error);
}

static bool media_request(struct inquiry *inquiry, size_t job, struct http_request *request)
{
    const struct media_sweep *sweep = inquiry->context;

    (void)job;
    if (sweep->finished)
        return false;
    media_sweep_request(sweep, inquiry->seerr, request);
    return true;
}

static enum error_code media_answer(struct inquiry *inquiry, size_t job,
                                    const struct http_response *response, struct error *error)
{
    (void)job;
    return media_sweep_answer(inquiry->context, response, error);
}

enum error_code preview_media(const struct runner_tools *tools, const struct seerr *seerr,
                              struct media_sweep *ret, struct error *error)
{
    AUTO_ARENA struct arena *arena = arena_new();
    struct inquiry inquiry = {.seerr = seerr,
                              .most_ms = PREVIEW_MEDIA_MOST_MS,
                              .request = media_request,
                              .answer = media_answer,
                              .context = ret};

    return inquire(&inquiry, tools, arena, 1, error);
}

struct browsing {
    const char *query;
    struct match_candidates *ret;
};

static bool candidates_request(struct inquiry *inquiry, size_t job, struct http_request *request)
{
    const struct browsing *browsing = inquiry->context;

    if (job > 0)
        return false;
    browse_request(inquiry->seerr, browsing->query, request);
    return true;
}

static enum error_code candidates_answer(struct inquiry *inquiry, size_t job,
                                         const struct http_response *response, struct error *error)
{
    const struct browsing *browsing = inquiry->context;

    (void)job;
    return browse_answer(response, inquiry->errand.arena, browsing->ret, error);
}

enum error_code preview_candidates(const struct runner_tools *tools, const struct seerr *seerr,
                                   const char *query, struct arena *arena,
                                   struct match_candidates *ret, struct error *error)
{
    struct browsing browsing = {query, ret};
    struct inquiry inquiry = {.seerr = seerr,
                              .request = candidates_request,
                              .answer = candidates_answer,
                              .context = &browsing};

    *ret = (struct match_candidates){0};
    return inquire(&inquiry, tools, arena, 1, error);
}

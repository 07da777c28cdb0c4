#include "sync/poster_desk.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "net/transport_curl.h"
#include "seerr/look.h"
#include "store/posters.h"
#include "sync/live_settings.h"
#include "sync/run_client.h"

enum { IDLE_CLIENTS = 4, MISSES = 1024, IMAGE_TIMEOUT_MS = 10000 };

const struct option poster_desk_options[] = {
    {"POSTERS", OPTION_SWITCH, "true", 0, 0,
     "show posters, fetched from image.tmdb.org through this server and kept"},
    {"POSTERS_MB", OPTION_NUMBER, "200", 1, 1000000,
     "megabytes of posters that are kept in the data directory"},
    {0},
};

/* The servers that posters need. */
enum door { DOOR_SEERR, DOOR_IMAGES, DOORS };

struct miss {
    enum media_type media_type;
    int64_t tmdb;
    int64_t until; /* steady; 0: none */
    enum poster_answer answer;
};

struct poster_desk {
    const struct runner_tools *tools;
    struct poster_files *files;
    pthread_mutex_t lock;                 /* guards what follows; not held over the network */
    struct client *clients[IDLE_CLIENTS]; /* with connections for the next one */
    size_t client_count;
    bool was_used; /* since the last tidying */
    int64_t paused_until[DOORS];
    struct miss misses[MISSES]; /* by the number of the title; a later one takes the place */
};

struct poster_desk *poster_desk_new(const struct runner_tools *tools)
{
    static const struct pace pace = {.gap_ms = 20, .parallel = 4};

    if (!options_switch(tools->given, "POSTERS"))
        return NULL;
    struct poster_desk *desk = memory_new(sizeof(*desk));
    desk->tools = tools;
    desk->files =
        poster_files_new(tools->data_directory, options_number(tools->given, "POSTERS_MB") << 20);
    pthread_mutex_init(&desk->lock, NULL);
    pacer_set(tools->pacer, POSTER_DESK_HOST, &pace);
    return desk;
}

/* With the lock held, or alone. */
static void free_clients(struct poster_desk *desk)
{
    while (desk->client_count)
        client_free(desk->clients[--desk->client_count]);
}

void poster_desk_free(struct poster_desk *desk)
{
    if (!desk)
        return;
    free_clients(desk);
    poster_files_free(desk->files);
    pthread_mutex_destroy(&desk->lock);
    free(desk);
}

int64_t poster_desk_bytes(struct poster_desk *desk)
{
    return poster_files_bytes(desk->files);
}

void poster_desk_tidy(struct poster_desk *desk)
{
    if (!desk)
        return;
    pthread_mutex_lock(&desk->lock);
    if (!desk->was_used)
        free_clients(desk);
    bool was_used = desk->was_used;
    desk->was_used = false;
    pthread_mutex_unlock(&desk->lock);
    if (was_used)
        poster_files_tidy(desk->files);
}

/* ---- what was not to be had ---- */

static struct miss *miss_of(struct poster_desk *desk, const struct poster_key *key)
{
    return &desk->misses[((uint64_t)key->tmdb * 2 + (key->media_type == MEDIA_TV)) % MISSES];
}

static enum poster_answer remembered(struct poster_desk *desk, const struct poster_key *key)
{
    int64_t now = clock_steady_ms();

    pthread_mutex_lock(&desk->lock);
    const struct miss *miss = miss_of(desk, key);
    bool fits = miss->tmdb == key->tmdb && miss->media_type == key->media_type && miss->until > now;
    enum poster_answer answer = fits ? miss->answer : POSTER_UNKNOWN;
    if (!fits && desk->paused_until[DOOR_IMAGES] > now)
        answer = POSTER_UNREACHABLE;
    pthread_mutex_unlock(&desk->lock);
    return answer;
}

static enum poster_answer remember(struct poster_desk *desk, const struct poster_key *key,
                                   enum poster_answer answer, int64_t ms)
{
    pthread_mutex_lock(&desk->lock);
    *miss_of(desk, key) = (struct miss){key->media_type, key->tmdb, clock_steady_ms() + ms, answer};
    pthread_mutex_unlock(&desk->lock);
    return answer;
}

static enum poster_answer pause_at(struct poster_desk *desk, enum door door)
{
    pthread_mutex_lock(&desk->lock);
    desk->paused_until[door] = clock_steady_ms() + POSTER_DESK_PAUSE_MS;
    pthread_mutex_unlock(&desk->lock);
    return POSTER_UNREACHABLE;
}

static bool is_paused(struct poster_desk *desk, enum door door)
{
    pthread_mutex_lock(&desk->lock);
    bool paused = desk->paused_until[door] > clock_steady_ms();
    pthread_mutex_unlock(&desk->lock);
    return paused;
}

/* ---- one question over the network ---- */

struct question {
    const struct runner_tools *tools;
    int64_t until; /* steady */
    const struct seerr *seerr;
    const struct poster_key *key;
    const char *path; /* NULL: Seerr is asked for it */
    bool was_asked;
    bool was_answered;
    enum error_code rc; /* of the answer, as Seerr's */
    int status;
    char found[POSTER_PATH_SIZE];
    struct poster_image *image;
};

static bool question_next(void *state, struct http_request *request)
{
    struct question *question = state;
    const struct poster_key *key = question->key;

    if (question->was_asked)
        return false;
    question->was_asked = true;
    if (!question->path) {
        look_request(question->seerr, key->media_type, key->tmdb, request);
        return true;
    }
    http_request_get(request, "https://" POSTER_DESK_HOST "/t/p/%s%s", poster_size_width(key->size),
                     question->path);
    http_request_header(request, "Accept", "image/webp,image/png,image/jpeg");
    request->no_redirects = true;
    request->answer_limit = POSTER_BYTES_MOST;
    request->timeout_ms = IMAGE_TIMEOUT_MS;
    return true;
}

static void read_image(struct question *question, const struct http_response *response)
{
    const struct buffer *body = &response->body;
    struct poster_image *image = question->image;

    question->status = response->status;
    if (response->status != 200 ||
        !poster_kind_is_known(http_response_header(response, "Content-Type")))
        return;
    image->kind = poster_kind_of(buffer_string(body), body->length);
    if (image->kind)
        buffer_append(&image->bytes, body->bytes, body->length);
}

static void question_answer(void *state, const struct http_response *response)
{
    struct question *question = state;
    struct title_look look;

    question->was_answered = true;
    if (question->path) {
        read_image(question, response);
        return;
    }
    question->rc = look_answer(response, question->key->media_type, false, &look, NULL);
    if (!question->rc)
        text_copy(question->found, sizeof(question->found), look.poster);
}

static void question_failed(void *state, const struct error *error)
{
    struct question *question = state;

    question->rc = error->code;
}

static bool go_on(void *context)
{
    const struct question *question = context;

    return run_client_may_go_on(question->tools) && clock_steady_ms() < question->until;
}

static struct client *take_client(struct poster_desk *desk)
{
    struct client *client = NULL;

    pthread_mutex_lock(&desk->lock);
    desk->was_used = true;
    if (desk->client_count)
        client = desk->clients[--desk->client_count];
    pthread_mutex_unlock(&desk->lock);
    return client ? client : run_client_new(desk->tools);
}

/* A client that was cancelled stays so. */
static void give_client(struct poster_desk *desk, struct client *client)
{
    pthread_mutex_lock(&desk->lock);
    if (desk->client_count < IDLE_CLIENTS && !client_is_cancelled(client))
        desk->clients[desk->client_count++] = TAKE(client);
    pthread_mutex_unlock(&desk->lock);
    client_free(client);
}

static void ask(struct poster_desk *desk, struct question *question)
{
    struct exchange exchange = {.state = question,
                                .next = question_next,
                                .answer = question_answer,
                                .failed = question_failed};
    struct client *client = take_client(desk);

    question->tools = desk->tools;
    client_add(client, &exchange);
    (void)client_run(client, go_on, question); /* the question knows how it went */
    give_client(desk, client);
}

/* ---- the way of one poster ---- */

/* POSTER_HERE: `ret` holds the path, which may be "". */
static enum poster_answer ask_seerr(struct poster_desk *desk, struct store *store,
                                    const struct poster_key *key, int64_t until,
                                    char ret[POSTER_PATH_SIZE])
{
    struct question question = {.key = key, .until = until};
    struct seerr_login login;
    struct options options;

    if (live_settings_load(desk->tools->given, store, desk->tools->key, &options, NULL))
        return POSTER_UNREACHABLE;
    enum error_code rc = seerr_login_init(&login, &options, NULL);
    options_release(&options);
    if (rc)
        return POSTER_UNREACHABLE; /* no Seerr is set up */
    question.seerr = &login.seerr;
    ask(desk, &question);
    seerr_login_release(&login);
    if (!question.was_answered || question.rc == ERROR_REFUSED || question.rc == ERROR_FORMAT)
        return pause_at(desk, DOOR_SEERR);
    if (question.rc) /* its answer for a title that it does not know, and for trouble with TMDB */
        return remember(desk, key, POSTER_NONE, POSTER_DESK_BAD_MS);
    posters_learn(store, key->media_type, key->tmdb, question.found, NULL);
    text_copy(ret, POSTER_PATH_SIZE, question.found);
    return POSTER_HERE;
}

static enum poster_answer find_path(struct poster_desk *desk, struct store *store,
                                    const struct poster_key *key, int64_t until,
                                    char ret[POSTER_PATH_SIZE])
{
    enum poster_answer answer;

    if (posters_find(store, key->media_type, key->tmdb, ret, NULL) == ERROR_NONE)
        answer = POSTER_HERE;
    else if (is_paused(desk, DOOR_SEERR))
        answer = POSTER_UNREACHABLE;
    else
        answer = ask_seerr(desk, store, key, until, ret);
    if (answer == POSTER_HERE && !*ret)
        return remember(desk, key, POSTER_NONE, POSTER_DESK_MISS_MS);
    return answer;
}

static enum poster_answer ask_for_image(struct poster_desk *desk, struct store *store,
                                        const struct poster_key *key, int64_t until,
                                        const char *path, struct poster_image *ret)
{
    struct question question = {.key = key, .until = until, .path = path, .image = ret};

    ask(desk, &question);
    if (question.was_answered && ret->kind)
        return POSTER_HERE;
    if (question.status == 404 || question.status == 410) {
        /* Seerr may know a newer path: it is asked the next time. */
        posters_forget(store, key->media_type, key->tmdb, NULL);
        return remember(desk, key, POSTER_NONE, POSTER_DESK_MISS_MS);
    }
    if (question.status >= 500 || question.status == 429 ||
        (!question.was_answered && question.rc != ERROR_LIMIT))
        return pause_at(desk, DOOR_IMAGES);
    return remember(desk, key, POSTER_UNREACHABLE, POSTER_DESK_BAD_MS);
}

static enum poster_answer fetch(struct poster_desk *desk, struct store *store,
                                const struct poster_key *key, struct poster_image *ret)
{
    int64_t until = clock_steady_ms() + POSTER_DESK_MOST_MS;
    char path[POSTER_PATH_SIZE] = "";
    enum poster_answer answer = find_path(desk, store, key, until, path);

    if (answer == POSTER_HERE)
        answer = ask_for_image(desk, store, key, until, path, ret);
    if (answer == POSTER_HERE)
        poster_files_save(desk->files, key, ret->bytes.bytes, ret->bytes.length);
    return answer;
}

enum poster_answer poster_desk_find(struct poster_desk *desk, const struct poster_key *key,
                                    struct poster_image *ret)
{
    bool is_here = poster_files_read(desk->files, key, ret);
    enum poster_answer answer = is_here && !ret->is_old ? POSTER_HERE : remembered(desk, key);

    if (answer == POSTER_UNKNOWN)
        buffer_clear(&ret->bytes);
    else if (is_here)
        answer = POSTER_HERE;
    return answer;
}

enum poster_answer poster_desk_fetch(struct poster_desk *desk, struct store *store,
                                     const struct poster_key *key, struct poster_image *ret)
{
    enum poster_answer answer = poster_desk_find(desk, key, ret); /* while this one waited */

    if (answer != POSTER_UNKNOWN)
        return answer;
    ret->kind = NULL;
    answer = fetch(desk, store, key, ret);
    if (answer == POSTER_HERE)
        return answer;
    buffer_clear(&ret->bytes);
    return poster_files_read(desk->files, key, ret) ? POSTER_HERE : answer;
}

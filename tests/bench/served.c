#include "served.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/accounts.h"
#include "support/raw_http.h"

enum { START_MS = 20000, RUN_MS = 300000, LOOK_MS = 50 };

static void must(enum error_code rc, const struct error *error)
{
    if (rc == ERROR_NONE)
        return;
    fprintf(stderr, "the bench cannot go on: %s\n", error->message);
    exit(1);
}

static void wait_ms(int64_t ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

    nanosleep(&time, NULL);
}

static void add_key(struct store *store, int64_t user, const char *scope, char header[128])
{
    struct error error = {0};
    char token[CRYPTO_TOKEN_SIZE], digest[CRYPTO_DIGEST_SIZE];
    int64_t id = 0;

    crypto_token(token);
    AUTO_FREE char *text = memory_print("lsk_%s", token);
    crypto_digest(text, strlen(text), digest);
    const struct api_key key = {
        .user_id = user, .name = scope, .digest = digest, .hint = "", .scope = scope};
    must(api_keys_add(store, &key, &id, &error), &error);
    snprintf(header, 128, "X-Api-Key: %s\r\n", text);
}

static void make_database(struct served *served, const struct big_store *size)
{
    AUTO_FREE char *path = memory_print("%s/list_sync.db", served->data);
    const struct account account = {.name = "bench", .password = "", .role = "admin"};
    struct error error = {0};
    struct store *store = NULL;
    int64_t user = 0;

    crypto_begin();
    CHECK(mkdir(served->data, 0700) == 0);
    must(store_open(&db_driver_sqlite, path, &store, &error), &error);
    must(big_store_fill(store, size, clock_wall_ms(), &error), &error);
    must(accounts_add(store, &account, &user, &error), &error);
    add_key(store, user, "read", served->read_key);
    add_key(store, user, "admin", served->admin_key);
    store_close(store);
}

/* Only what a program may do between fork and exec. */
static void become(const char *const *names, int nothing, int log)
{
    const char *words[] = {LISTSYNC_PROGRAM, "serve", NULL};

    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(log, STDERR_FILENO);
    execve(LISTSYNC_PROGRAM, (char *const *)words, (char *const *)names);
    _exit(127);
}

static void start_process(struct served *served, const char *const *names)
{
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int log = open(served->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    CHECK(nothing >= 0 && log >= 0);
    served->process = fork();
    CHECK(served->process >= 0);
    if (served->process == 0)
        become(names, nothing, log);
    close(nothing);
    close(log);
}

/* From the line that says where it listens; 0: not yet. */
static int port_in_log(const struct served *served)
{
    static const char before[] = "\"api\":\"http://127.0.0.1:";
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct error error = {0};

    must(files_read(served->log, &text, &error), &error);
    const char *found = strstr(buffer_string(&text), before);
    return found ? atoi(found + strlen(before)) : 0;
}

static void wait_for_start(struct served *served)
{
    int64_t started = clock_steady_ms();

    while (!(served->port = port_in_log(served))) {
        if (clock_steady_ms() - started > START_MS || waitpid(served->process, NULL, WNOHANG)) {
            fprintf(stderr, "the service did not start; %s says why\n", served->log);
            exit(1);
        }
        wait_ms(1);
    }
    served->start_ms = clock_steady_ms() - started;
}

void served_start(struct served *served, const struct big_store *size, int latency_ms)
{
    AUTO_FREE char *latency = memory_print("%d", latency_ms);
    const char *options[] = {"--latency-ms", latency, "--titles", "20000", NULL};

    *served = (struct served){0};
    temp_dir_open(&served->dir);
    served->data = temp_dir_file(&served->dir, "data");
    served->log = temp_dir_file(&served->dir, "log");
    sim_start(&served->sim, options);
    make_database(served, size);
    AUTO_FREE char *url = memory_print("OVERSEERR_URL=%s", served->sim.url);
    AUTO_FREE char *data = memory_print("LISTSYNC_DATA_DIR=%s", served->data);
    const char *names[] = {url,
                           data,
                           "OVERSEERR_API_KEY=sim-key",
                           "LISTSYNC_BIND=127.0.0.1",
                           "LISTSYNC_API_PORT=0",
                           "LISTSYNC_UI_PORT=0",
                           "LISTSYNC_RATE_LIMIT=0",
                           "LISTSYNC_LOG_FORMAT=json",
                           "SYNC_INTERVAL=0",
                           NULL};
    start_process(served, names);
    wait_for_start(served);
}

void served_stop(struct served *served)
{
    int status = 0;

    kill(served->process, SIGTERM);
    CHECK(waitpid(served->process, &status, 0) == served->process);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fprintf(stderr, "the service did not end well: status %d\n", status);
    sim_stop(&served->sim);
    free(served->data);
    free(served->log);
    temp_dir_close(&served->dir);
}

static void read_of_process(const struct served *served, const char *name, struct buffer *ret)
{
    AUTO_FREE char *path = memory_print("/proc/%d/%s", (int)served->process, name);
    struct error error = {0};

    must(files_read(path, ret, &error), &error);
}

static int64_t number_after(const char *text, const char *name)
{
    const char *found = strstr(text, name);

    return found ? strtoll(found + strlen(name), NULL, 10) : 0;
}

struct served_memory served_memory(const struct served *served)
{
    AUTO_BUFFER struct buffer status = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    read_of_process(served, "status", &status);
    const char *text = buffer_string(&status);
    return (struct served_memory){
        .resident = number_after(text, "VmRSS:"),
        .own = number_after(text, "RssAnon:"),
        .peak = number_after(text, "VmHWM:"),
    };
}

int64_t served_cpu_ms(const struct served *served)
{
    enum { FIELDS_BEFORE = 11 };
    AUTO_BUFFER struct buffer stat = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    int64_t user = 0, system = 0;

    read_of_process(served, "stat", &stat);
    const char *at = strrchr(buffer_string(&stat), ')');
    for (int i = 0; at && i <= FIELDS_BEFORE; i++)
        at = strchr(at + 1, ' ');
    if (at && sscanf(at, "%" SCNd64 " %" SCNd64, &user, &system) != 2)
        return 0;
    return (user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

static void put_films(struct buffer *body, int first, int count)
{
    const char *comma = "";

    buffer_print(body, "{\"custom_list\":[");
    for (int number = first; count > 0; number++) {
        if (number % 10 == 0) /* a series, see the simulator */
            continue;
        buffer_print(body, "%s{\"tmdb_id\":%d,\"media_type\":\"movie\"}", comma, 9000000 + number);
        comma = ",";
        count--;
    }
    buffer_print(body, "]}");
}

int64_t served_order(const struct served *served, int first, int count)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_RAW_ANSWER struct raw_answer answer = {0};

    put_films(&body, first, count);
    AUTO_FREE char *request =
        memory_print("POST /api/sync/trigger HTTP/1.1\r\nHost: 127.0.0.1\r\n%s"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     served->admin_key, body.length, buffer_string(&body));
    if (!raw_http_ask(served->port, request, &answer) || answer.status != 200) {
        fprintf(stderr, "no sync was begun: %s\n", buffer_string(&answer.body));
        return 0;
    }
    return number_after(buffer_string(&answer.body), "\"run_id\":");
}

/* -1: it goes on, or nothing is known of it; -2: it ended without success. */
static int64_t look_at(const struct served *served, int64_t run)
{
    AUTO_RAW_ANSWER struct raw_answer answer = {0};
    AUTO_FREE char *path = memory_print("/api/runs/%" PRId64, run);

    if (!raw_http_get(served->port, path, served->admin_key, &answer) || answer.status != 200)
        return -1;
    const char *text = buffer_string(&answer.body);
    if (strstr(text, "\"state\":\"completed\""))
        return number_after(text, "\"duration_ms\":");
    return strstr(text, "\"state\":\"running\"") || strstr(text, "\"state\":\"queued\"") ? -1 : -2;
}

int64_t served_wait(const struct served *served, int64_t run)
{
    int64_t started = clock_steady_ms(), took = -1;

    while (run && took == -1 && clock_steady_ms() - started < RUN_MS) {
        wait_ms(LOOK_MS);
        took = look_at(served, run);
    }
    return took < 0 ? -1 : took;
}

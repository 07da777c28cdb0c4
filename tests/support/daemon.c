#include "support/daemon.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/json_writer.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/patience.h"

enum { LOG_MOST = 64 << 20, HEADERS_MOST = 128 << 10, INODES_MOST = 8192, ALIVE_MOST = 16 };

/* ---- what it logs ---- */

static void *read_log(void *context)
{
    struct daemon *daemon = context;
    char block[16384];
    ssize_t count;

    while ((count = read(daemon->errors, block, sizeof(block))) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        CHECK(count > 0);
        pthread_mutex_lock(&daemon->lock);
        buffer_append(&daemon->log, block, (size_t)count);
        pthread_cond_broadcast(&daemon->more);
        pthread_mutex_unlock(&daemon->lock);
    }
    pthread_mutex_lock(&daemon->lock);
    daemon->log_ended = true;
    pthread_cond_broadcast(&daemon->more);
    pthread_mutex_unlock(&daemon->lock);
    return NULL;
}

char *daemon_log(struct daemon *daemon)
{
    pthread_mutex_lock(&daemon->lock);
    char *log = memory_text(buffer_string(&daemon->log));
    pthread_mutex_unlock(&daemon->lock);
    return log;
}

static void give_up(struct daemon *daemon, const char *sentence)
{
    AUTO_FREE char *log = daemon_log(daemon);

    fprintf(stderr, "%s\n--- the daemon's log ---\n%s", sentence, log);
    if (daemon->is_running)
        process_signal(&daemon->process, SIGKILL);
    abort();
}

/* The whole line with that text, from `start` on; NULL. */
static char *find_line(const struct buffer *log, size_t start, const char *text)
{
    const char *begin = buffer_string(log) + start;
    const char *found = strstr(begin, text);
    const char *end = found ? strchr(found, '\n') : NULL;

    if (!end)
        return NULL;
    while (found > begin && found[-1] != '\n')
        found--;
    return memory_text_n(found, (size_t)(end - found));
}

static char *wait_for_log(struct daemon *daemon, size_t start, const char *text)
{
    struct timespec deadline;
    char *line;
    int rc = 0;

    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += PATIENCE_MOST_MS / 1000;
    pthread_mutex_lock(&daemon->lock);
    while (!(line = find_line(&daemon->log, start, text)) && !daemon->log_ended && rc == 0)
        rc = pthread_cond_timedwait(&daemon->more, &daemon->lock, &deadline);
    pthread_mutex_unlock(&daemon->lock);
    if (!line) {
        AUTO_FREE char *sentence = memory_print("nothing was logged with \"%s\"", text);
        give_up(daemon, sentence);
    }
    return line;
}

void daemon_limit_files(const struct daemon *daemon, int64_t most)
{
    struct rlimit limit;

    CHECK(prlimit(daemon->process.id, RLIMIT_FSIZE, NULL, &limit) == 0);
    limit.rlim_cur = most < 0 ? RLIM_INFINITY : (rlim_t)most;
    CHECK(prlimit(daemon->process.id, RLIMIT_FSIZE, &limit, NULL) == 0);
}

char *daemon_wait_for_log(struct daemon *daemon, const char *text)
{
    return wait_for_log(daemon, 0, text);
}

/* ---- start and stop ---- */

static int port_in(const struct json_value *line, const char *name)
{
    const char *address = json_value_get_text(line, name);
    const char *colon = address ? strrchr(address, ':') : NULL;
    int port = colon ? atoi(colon + 1) : 0;

    CHECK(port > 0);
    return port;
}

/* Those of tests that failed before they could close theirs shall not outlive us. */
static pid_t alive[ALIVE_MOST];

static void replace_alive(pid_t before, pid_t after)
{
    for (size_t i = 0; i < ARRAY_LENGTH(alive); i++)
        if (alive[i] == before) {
            alive[i] = after;
            return;
        }
}

static void end_alive(void)
{
    for (size_t i = 0; i < ARRAY_LENGTH(alive); i++)
        if (alive[i])
            kill(alive[i], SIGKILL);
}

static void note_alive(pid_t id)
{
    static bool is_registered;

    if (!is_registered)
        is_registered = atexit(end_alive) == 0;
    replace_alive(0, id);
}

void daemon_start(struct daemon *daemon)
{
    AUTO_JSON struct json_value *line = NULL;
    size_t start = daemon->log.length;

    world_start(&daemon->world, (const char *[]){"serve", NULL}, &daemon->process);
    note_alive(daemon->process.id);
    daemon->is_running = true;
    daemon->log_ended = false;
    daemon->errors = daemon->process.errors;
    daemon->process.errors = -1;
    CHECK(pthread_create(&daemon->reader, NULL, read_log, daemon) == 0);
    AUTO_FREE char *text = wait_for_log(daemon, start, "is listening");
    if (json_value_parse(text, strlen(text), &line, NULL))
        give_up(daemon, "the line with the ports is no JSON");
    daemon->port = port_in(line, "api");
    daemon->ui_port = port_in(line, "ui");
}

static void finish(struct daemon *daemon, struct process_result *result)
{
    replace_alive(daemon->process.id, 0);
    process_finish(&daemon->process, DAEMON_STOP_MS, result);
    daemon->is_running = false;
    pthread_join(daemon->reader, NULL);
    close(daemon->errors);
}

void daemon_stop(struct daemon *daemon)
{
    struct process_result result;

    process_signal(&daemon->process, SIGTERM);
    finish(daemon, &result);
    if (result.late)
        give_up(daemon, "the daemon did not stop in time");
    if (result.signal || result.exit_code != 0)
        give_up(daemon, "the daemon did not end as it should");
    process_result_release(&result);
}

void daemon_kill(struct daemon *daemon)
{
    struct process_result result;

    process_signal(&daemon->process, SIGKILL);
    finish(daemon, &result);
    CHECK(result.signal == SIGKILL);
    process_result_release(&result);
}

static void set_environment(struct world *world, const char *const *environment)
{
    world_set(world, "LISTSYNC_BIND", "127.0.0.1");
    world_set(world, "LISTSYNC_API_PORT", "0");
    world_set(world, "LISTSYNC_UI_PORT", "0");
    world_set(world, "LISTSYNC_LOG_FORMAT", "json");
    world_set(world, "LISTSYNC_RATE_LIMIT", "0");
    world_set(world, "SYNC_INTERVAL", "24");
    world_set(world, "LISTSYNC_ADMIN_USER", DAEMON_USER);
    world_set(world, "LISTSYNC_ADMIN_PASSWORD", DAEMON_PASSWORD);
    for (; environment && *environment; environment++) {
        size_t length = strcspn(*environment, "=");
        AUTO_FREE char *name = memory_text_n(*environment, length);
        world_set(world, name, (*environment)[length] ? *environment + length + 1 : NULL);
    }
    if (text_is_empty(world_get(world, "LISTSYNC_ADMIN_USER")))
        world_set(world, "LISTSYNC_ADMIN_PASSWORD", NULL); /* half an admin is refused */
}

static void make_credentials(struct daemon *daemon)
{
    free(daemon_wait_for_log(daemon, "made the admin account"));
    if (daemon_log_in(daemon, DAEMON_USER, DAEMON_PASSWORD, daemon->cookie, daemon->csrf) != 200)
        give_up(daemon, "the admin cannot log in");
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "read", daemon->read_key);
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "sync", daemon->sync_key);
    daemon_make_key(daemon, daemon->cookie, daemon->csrf, "admin", daemon->admin_key);
}

void daemon_open_with(struct daemon *daemon, const char *const *environment,
                      const char *const *sim_words)
{
    *daemon = (struct daemon){0};
    pthread_mutex_init(&daemon->lock, NULL);
    pthread_cond_init(&daemon->more, NULL);
    buffer_init(&daemon->log, LOG_MOST);
    world_open(&daemon->world, sim_words);
    set_environment(&daemon->world, environment);
    daemon_start(daemon);
    if (!text_is_empty(world_get(&daemon->world, "LISTSYNC_ADMIN_USER")))
        make_credentials(daemon);
}

void daemon_open(struct daemon *daemon, const char *const *environment)
{
    daemon_open_with(daemon, environment, NULL);
}

void daemon_close(struct daemon *daemon)
{
    if (daemon->is_running)
        daemon_stop(daemon);
    world_close(&daemon->world);
    buffer_release(&daemon->log);
    pthread_cond_destroy(&daemon->more);
    pthread_mutex_destroy(&daemon->lock);
}

/* ---- requests ---- */

static void answer_of(struct raw_answer *raw, struct daemon_answer *ret)
{
    *ret =
        (struct daemon_answer){.status = raw->status, .headers = raw->headers, .body = raw->body};
    if (ret->body.length)
        json_value_parse(ret->body.bytes, ret->body.length, &ret->document, NULL);
}

void daemon_call_with(const struct daemon *daemon, const char *method, const char *target,
                      const char *headers, const char *body, struct daemon_answer *ret)
{
    AUTO_BUFFER struct buffer head = BUFFER_WITH_LIMIT(HEADERS_MOST);
    AUTO_RAW_HTTP struct raw_http http;
    struct raw_answer raw = {0};

    buffer_print(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", method,
                 target, headers);
    if (body)
        buffer_print(&head, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                     strlen(body));
    buffer_text(&head, "\r\n");
    CHECK(!head.overflowed);
    raw_http_open(&http, daemon->port);
    raw_http_send_bytes(&http, head.bytes, head.length);
    raw_http_send_bytes(&http, body ? body : "", body ? strlen(body) : 0);
    if (text_equal(method, "HEAD") ? raw_http_read_head(&http, &raw) : raw_http_read(&http, &raw)) {
        answer_of(&raw, ret);
        return;
    }
    raw_answer_release(&raw);
    *ret = (struct daemon_answer){0};
}

void daemon_call(const struct daemon *daemon, const char *method, const char *target,
                 const char *key, const char *body, struct daemon_answer *ret)
{
    AUTO_FREE char *header = key ? memory_print("X-Api-Key: %s\r\n", key) : memory_text("");

    daemon_call_with(daemon, method, target, header, body, ret);
}

int daemon_status(const struct daemon *daemon, const char *method, const char *target,
                  const char *key, const char *body)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(daemon, method, target, key, body, &answer);
    return answer.status;
}

void daemon_answer_release(struct daemon_answer *answer)
{
    http_headers_release(&answer->headers);
    buffer_release(&answer->body);
    json_value_free(answer->document);
}

static void copy_token(char ret[DAEMON_TOKEN_SIZE], const char *text, size_t length)
{
    CHECK(text && length > 0 && length < DAEMON_TOKEN_SIZE);
    memcpy(ret, text, length);
    ret[length] = '\0';
}

int daemon_log_in(const struct daemon *daemon, const char *name, const char *password, char *cookie,
                  char *csrf)
{
    AUTO_BUFFER struct buffer body = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;
    struct json_writer json = json_writer_to(&body);

    json_begin_object(&json, NULL);
    json_put_text(&json, "username", name);
    json_put_text(&json, "password", password);
    json_end_object(&json);
    daemon_call(daemon, "POST", "/api/auth/login", NULL, buffer_string(&body), &answer);
    const char *set = http_headers_find(&answer.headers, "Set-Cookie");
    const char *token = json_value_get_text(answer.document, "csrf_token");
    if (answer.status == 200 && cookie)
        copy_token(cookie, set, set ? strcspn(set, ";") : 0);
    if (answer.status == 200 && csrf)
        copy_token(csrf, token, token ? strlen(token) : 0);
    return answer.status;
}

void daemon_make_key(const struct daemon *daemon, const char *cookie, const char *csrf,
                     const char *scope, char ret[DAEMON_TOKEN_SIZE])
{
    AUTO_FREE char *headers = memory_print("Cookie: %s\r\nX-CSRF-Token: %s\r\n", cookie, csrf);
    AUTO_FREE char *body = memory_print("{\"name\":\"test %s\",\"scope\":\"%s\"}", scope, scope);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call_with(daemon, "POST", "/api/auth/keys", headers, body, &answer);
    const char *key = json_value_get_text(answer.document, "key");
    if (answer.status != 201 || !key)
        fail_msg("no key was made: %d %s", answer.status, buffer_string(&answer.body));
    copy_token(ret, key, key ? strlen(key) : 0);
}

/* ---- syncs ---- */

static bool has_ended(const struct daemon *daemon, int64_t run)
{
    AUTO_FREE char *target = memory_print("/api/runs/%lld", (long long)run);
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(daemon, "GET", target, daemon->admin_key, NULL, &answer);
    const char *state = json_value_text(json_value_path(answer.document, "run.state"));
    if (answer.status != 200 || !state)
        fail_msg("run %lld: %d %s", (long long)run, answer.status, buffer_string(&answer.body));
    return !text_equal(state, "queued") && !text_equal(state, "running");
}

int64_t daemon_sync(struct daemon *daemon, const char *body)
{
    struct patience patience = {0};
    AUTO_DAEMON_ANSWER struct daemon_answer answer;

    daemon_call(daemon, "POST", "/api/sync/trigger", daemon->admin_key, body, &answer);
    int64_t run = json_value_get_integer(answer.document, "run_id");
    if (answer.status != 200 || !run)
        fail_msg("no sync: %d %s", answer.status, buffer_string(&answer.body));
    while (!has_ended(daemon, run))
        if (!patience_wait(&patience))
            give_up(daemon, "a sync did not end in time");
    return run;
}

/* ---- how it is ---- */

/* The numbers that the system has for the connections that came in by these ports. */
struct inodes {
    unsigned long items[INODES_MOST];
    size_t count;
};

static void read_connections(const char *table, const struct daemon *daemon, struct inodes *ret)
{
    enum { LISTENING = 10 };
    FILE *file = fopen(table, "r");
    unsigned port, state;
    unsigned long inode;
    char line[512];

    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "%*d: %*[^:]:%X %*s %X %*s %*s %*s %*s %*s %lu", &port, &state, &inode) !=
                3 ||
            ((int)port != daemon->port && (int)port != daemon->ui_port) || state == LISTENING)
            continue;
        CHECK(ret->count < INODES_MOST);
        ret->items[ret->count++] = inode;
    }
    if (file)
        fclose(file);
}

static bool is_connection(const struct inodes *inodes, const char *target)
{
    unsigned long inode = 0;

    if (sscanf(target, "socket:[%lu]", &inode) != 1)
        return false;
    for (size_t i = 0; i < inodes->count; i++)
        if (inodes->items[i] == inode)
            return true;
    return false;
}

static bool read_link(const char *folder, const char *name, char *ret, size_t size)
{
    AUTO_FREE char *link = memory_print("%s/%s", folder, name);
    ssize_t length = readlink(link, ret, size - 1);

    ret[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Both counts; `ret_connections` those of clients. */
static int count_handles(const struct daemon *daemon, int *ret_connections)
{
    AUTO_FREE char *folder = memory_print("/proc/%d/fd", (int)daemon->process.id);
    DIR *directory = opendir(folder);
    struct inodes inodes = {.count = 0};
    struct dirent *entry;
    char target[4096];
    int count = 0;

    CHECK(directory);
    *ret_connections = 0;
    read_connections("/proc/net/tcp", daemon, &inodes);
    read_connections("/proc/net/tcp6", daemon, &inodes);
    while ((entry = readdir(directory))) {
        if (!read_link(folder, entry->d_name, target, sizeof(target)) ||
            strstr(target, "/list_sync.db"))
            continue;
        if (is_connection(&inodes, target))
            ++*ret_connections;
        else
            count++;
    }
    closedir(directory);
    return count;
}

int daemon_handles(const struct daemon *daemon)
{
    int connections;

    return count_handles(daemon, &connections);
}

int daemon_connections(const struct daemon *daemon)
{
    int connections;

    count_handles(daemon, &connections);
    return connections;
}

void daemon_assert_well(struct daemon *daemon, int handles)
{
    struct patience patience = {0};
    int count, connections;

    if (daemon_status(daemon, "GET", "/api/system/health", NULL, NULL) != 200)
        give_up(daemon, "the daemon does not answer its health");
    while (((count = count_handles(daemon, &connections)) > handles || connections) &&
           patience_wait(&patience))
        ;
    if (count > handles || connections)
        fail_msg("the daemon holds %d files, not %d, and %d connections", count, handles,
                 connections);
}

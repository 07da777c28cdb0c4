#include "support/busy_clients.h"

#include <inttypes.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "base/check.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "support/busy_things.h"
#include "support/patience.h"

enum {
    CLIENTS = 4,
    LISTS = 4,  /* of each client */
    ITEMS = 10, /* likewise */
    THINGS = LISTS + ITEMS + 3,
    FIRST_TITLE = BUSY_TITLES_BEFORE, /* of the file; pushed lists hold those before */
    STARTS_KEPT = 5,                  /* titles stay on the file for so many starts */
    PUSHED_TITLES = 20,               /* few, so that the same wish is often waiting already */
    LISTENERS = 2,
    PAGE = 200,
};

#define BUSY_FILE "busy.csv"

const char *const busy_clients_environment[] = {"CUSTOM_LISTS=file:" BUSY_FILE,
                                                "LISTSYNC_ALLOWED_ADDRESSES=127.0.0.1", NULL};

struct client {
    struct busy_clients *all;
    pthread_t thread;
    int index;
    struct lot lot;
    struct busy_thing things[THINGS];
    int count;
    int64_t *runs; /* that were accepted */
    size_t run_count;
};

struct listener {
    struct busy_clients *all;
    pthread_t thread;
    bool is_websocket;
};

struct busy_clients {
    struct daemon *daemon;
    struct client clients[CLIENTS];
    struct listener listeners[LISTENERS];
    int64_t file_list; /* number of the list whose titles change */
    int starts;
    atomic_bool stopping;
    atomic_int_least64_t acknowledged, refused;
    pthread_mutex_t lock; /* of what follows */
    char *last_refusal;
};

/* ---- what each works with ---- */

static struct busy_thing *add_thing(struct client *client, const struct busy_kind *kind)
{
    struct busy_thing *thing = &client->things[client->count++];

    CHECK(client->count <= THINGS);
    *thing = (struct busy_thing){.kind = kind};
    return thing;
}

static void equip(struct client *client)
{
    static const char *const settings[CLIENTS] = {"SYNC_JITTER", "TRAKT_SPECIAL_ITEMS_LIMIT"};
    struct busy_thing *thing;

    for (int i = 0; i < LISTS; i++) {
        thing = add_thing(client, &busy_list);
        snprintf(thing->name, sizeof(thing->name),
                 "%s/host/popular-movies-data.stevenlu.com/movies.json?list=%d",
                 client->all->daemon->world.sim.url, client->index * LISTS + i);
    }
    for (int i = 0; i < 2; i++) {
        thing = add_thing(client, &busy_key);
        snprintf(thing->name, sizeof(thing->name), "busy %d %d", client->index, i);
    }
    if (settings[client->index])
        text_copy(add_thing(client, &busy_setting)->name, sizeof(thing->name),
                  settings[client->index]);
    else if (client->index == CLIENTS - 1)
        add_thing(client, &busy_interval);
}

/* Numbers of the simulator's titles; every tenth is a series. */
static void put_titles(struct buffer *text, int from, int count)
{
    for (int number = from; number < from + count; number++)
        buffer_print(text, "%d,Title %d,%s\n", 9000000 + number, number,
                     number % 10 ? "movie" : "tv");
}

static void write_file(struct busy_clients *all)
{
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_FILE);
    AUTO_FREE char *path = world_path(&all->daemon->world, BUSY_FILE);
    AUTO_FREE char *new_path = world_path(&all->daemon->world, BUSY_FILE ".new");
    int begin = all->starts > STARTS_KEPT ? all->starts - STARTS_KEPT : 0;

    all->starts++;
    buffer_text(&text, "tmdb_id,title,type\n");
    put_titles(&text, FIRST_TITLE + begin * BUSY_TITLES, (all->starts - begin) * BUSY_TITLES);
    world_write(&all->daemon->world, BUSY_FILE ".new", buffer_string(&text));
    CHECK(rename(new_path, path) == 0); /* a run may be reading it */
}

static bool has_item(const struct client *client, int64_t number)
{
    for (int i = 0; i < client->count; i++)
        if (client->things[i].kind == &busy_item && client->things[i].number == number)
            return true;
    return false;
}

/* Each item of the page that nobody has goes to the client whose turn it is. */
static void hand_out_items(struct busy_clients *all)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(all->daemon, "GET", "/api/items?limit=100&sort=added&reversed=true",
                all->daemon->read_key, NULL, &answer);
    const struct json_value *items = json_value_get(answer.document, "items");
    for (size_t i = 0; i < json_value_count(items); i++) {
        int64_t number = json_value_get_integer(json_value_at(items, i), "id");
        struct client *client = &all->clients[number % CLIENTS];
        if (client->count < THINGS && !has_item(client, number))
            add_thing(client, &busy_item)->number = number;
    }
}

static void find_file_list(struct busy_clients *all)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(all->daemon, "GET", "/api/lists?list_type=custom&search=" BUSY_FILE,
                all->daemon->read_key, NULL, &answer);
    all->file_list =
        json_value_get_integer(json_value_at(json_value_get(answer.document, "lists"), 0), "id");
    CHECK(all->file_list > 0);
}

struct busy_clients *busy_clients_new(struct daemon *daemon, uint64_t seed)
{
    struct busy_clients *all = memory_new(sizeof(*all));

    all->daemon = daemon;
    find_file_list(all);
    pthread_mutex_init(&all->lock, NULL);
    for (int i = 0; i < CLIENTS; i++) {
        all->clients[i] =
            (struct client){.all = all, .index = i, .lot = lot_of(seed + (unsigned)i)};
        equip(&all->clients[i]);
    }
    for (int i = 0; i < LISTENERS; i++)
        all->listeners[i] = (struct listener){.all = all, .is_websocket = i % 2};
    return all;
}

void busy_clients_free(struct busy_clients *all)
{
    for (int i = 0; i < CLIENTS; i++)
        free(all->clients[i].runs);
    pthread_mutex_destroy(&all->lock);
    free(all->last_refusal);
    free(all);
}

/* ---- one wish after the other ---- */

static bool is_done(int status)
{
    return status >= 200 && status < 300;
}

/* What came of it; false when there was no answer. */
static bool note(struct busy_clients *all, const char *what, const struct daemon_answer *answer)
{
    if (is_done(answer->status)) {
        atomic_fetch_add(&all->acknowledged, 1);
    } else if (answer->status) {
        atomic_fetch_add(&all->refused, 1);
        pthread_mutex_lock(&all->lock);
        free(all->last_refusal);
        all->last_refusal =
            memory_print("%s: %d %.300s", what, answer->status, buffer_string(&answer->body));
        pthread_mutex_unlock(&all->lock);
    }
    return answer->status != 0;
}

/* Was it done or not? False when there is no answer; `ret` is it. */
static bool settle(struct client *client, struct busy_thing *thing, struct daemon_answer *ret)
{
    char state[BUSY_STATE_SIZE];

    if (!thing->kind->look(client->all->daemon, thing, state, ret))
        return false;
    if (thing->in_doubt && text_equal(state, thing->maybe))
        text_copy(thing->is, sizeof(thing->is), state);
    thing->in_doubt = false;
    return text_equal(state, thing->is);
}

static bool change_something(struct client *client)
{
    struct busy_thing *thing = &client->things[lot_below(&client->lot, client->count)];
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_DAEMON_ANSWER struct daemon_answer looked = {0};

    if (thing->in_doubt && !settle(client, thing, &looked))
        return looked.status != 0;
    thing->kind->choose(thing, &client->lot, thing->maybe);
    thing->in_doubt = true;
    thing->kind->change(client->all->daemon, thing, thing->maybe, &answer);
    if (is_done(answer.status)) {
        text_copy(thing->is, sizeof(thing->is), thing->maybe);
        thing->in_doubt = false;
    }
    AUTO_FREE char *what =
        memory_print("%s %s -> \"%s\"", thing->kind->word, thing->name, thing->maybe);
    return note(client->all, what, &answer);
}

static void remember_run(struct client *client, int64_t run)
{
    client->runs = memory_resize(client->runs, client->run_count + 1, sizeof(*client->runs));
    client->runs[client->run_count++] = run;
}

/* The body of a trigger; NULL: everything. */
static char *choose_run(struct client *client)
{
    const struct busy_thing *list = &client->things[lot_below(&client->lot, LISTS)];
    int title = 1 + lot_below(&client->lot, PUSHED_TITLES);
    int lot = lot_below(&client->lot, 8);

    if (lot < 3)
        return memory_print("{\"lists\": [%" PRId64 "]}", client->all->file_list);
    if (lot < 5)
        return memory_print("{\"custom_list\": [{\"title\": \"Title %d\", \"tmdb_id\": %d, "
                            "\"media_type\": \"%s\"}]}",
                            title, 9000000 + title, title % 10 ? "movie" : "tv");
    if (lot < 6)
        return memory_text("{\"dry_run\": true}");
    if (lot < 7 && *list->is && !list->in_doubt)
        return memory_print("{\"lists\": [%" PRId64 "]}", list->number);
    return NULL;
}

static bool order_run(struct client *client)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    AUTO_FREE char *body = choose_run(client);

    daemon_call(client->all->daemon, "POST", "/api/sync/trigger", client->all->daemon->sync_key,
                body, &answer);
    if (is_done(answer.status))
        remember_run(client, json_value_get_integer(answer.document, "run_id"));
    return note(client->all, body ? body : "trigger", &answer);
}

/* There may be none. */
static bool cancel_run(struct client *client)
{
    return daemon_status(client->all->daemon, "POST", "/api/sync/current/cancel",
                         client->all->daemon->sync_key, NULL) != 0;
}

static bool read_something(struct client *client)
{
    static const char *const targets[] = {"/api/items?limit=50", "/api/runs", "/api/lists",
                                          "/api/sync/status", "/api/analytics/overview"};
    const char *target = targets[lot_below(&client->lot, ARRAY_LENGTH(targets))];
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};

    daemon_call(client->all->daemon, "GET", target, client->all->daemon->read_key, NULL, &answer);
    return is_done(answer.status) ? true : note(client->all, target, &answer);
}

static void *work(void *context)
{
    struct client *client = context;
    bool answered = true;

    while (answered && !atomic_load(&client->all->stopping)) {
        int lot = lot_below(&client->lot, 100);
        answered = lot < 70   ? change_something(client)
                   : lot < 80 ? order_run(client)
                   : lot < 81 ? cancel_run(client)
                              : read_something(client);
    }
    return NULL;
}

/* ---- who only listens ---- */

static void ask_to_listen(const struct listener *listener, struct raw_http *http)
{
    const struct daemon *daemon = listener->all->daemon;

    if (listener->is_websocket)
        raw_http_send(http,
                      "GET /api/ws HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n"
                      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                      daemon->read_key);
    else
        raw_http_send(http, "GET /api/events HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: %s\r\n\r\n",
                      daemon->read_key);
}

/* Reads for a while; false when the daemon is gone. */
static bool listen_once(const struct listener *listener)
{
    AUTO_RAW_HTTP struct raw_http http;
    char bytes[4096];
    ssize_t length = 1;
    int reads = 0;

    raw_http_open(&http, listener->all->daemon->port);
    ask_to_listen(listener, &http);
    while (http.socket >= 0 && length > 0 && reads < 30 && !atomic_load(&listener->all->stopping)) {
        struct pollfd ready = {.fd = http.socket, .events = POLLIN};
        if (poll(&ready, 1, 20) > 0) {
            length = recv(http.socket, bytes, sizeof(bytes), 0);
            reads++;
        }
    }
    return http.socket >= 0 && length > 0;
}

static void *listen_on(void *context)
{
    struct listener *listener = context;

    while (!atomic_load(&listener->all->stopping) && listen_once(listener))
        ;
    return NULL;
}

/* ---- all of them ---- */

void busy_clients_start(struct busy_clients *all)
{
    write_file(all);
    hand_out_items(all);
    atomic_store(&all->stopping, false);
    for (int i = 0; i < CLIENTS; i++)
        CHECK(pthread_create(&all->clients[i].thread, NULL, work, &all->clients[i]) == 0);
    for (int i = 0; i < LISTENERS; i++)
        CHECK(pthread_create(&all->listeners[i].thread, NULL, listen_on, &all->listeners[i]) == 0);
}

void busy_clients_stop(struct busy_clients *all)
{
    atomic_store(&all->stopping, true);
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(all->clients[i].thread, NULL);
    for (int i = 0; i < LISTENERS; i++)
        pthread_join(all->listeners[i].thread, NULL);
}

int64_t busy_clients_acknowledged(struct busy_clients *all)
{
    return atomic_load(&all->acknowledged);
}

int64_t busy_clients_refused(struct busy_clients *all)
{
    return atomic_load(&all->refused);
}

char *busy_clients_last_refusal(struct busy_clients *all)
{
    pthread_mutex_lock(&all->lock);
    char *text = memory_text(all->last_refusal ? all->last_refusal : "none");
    pthread_mutex_unlock(&all->lock);
    return text;
}

void busy_clients_wait(struct busy_clients *all, int64_t changes)
{
    int64_t enough = busy_clients_acknowledged(all) + changes;
    struct patience patience = {0};

    while (busy_clients_acknowledged(all) < enough)
        if (!patience_wait(&patience))
            fail_msg("the clients wait in vain; the last refusal: %s",
                     busy_clients_last_refusal(all));
}

/* ---- is all of it there? ---- */

static void check_thing(struct client *client, struct busy_thing *thing, const char *about)
{
    AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
    bool in_doubt = thing->in_doubt;

    if (!settle(client, thing, &answer))
        fail_msg("%s: %s %s (%" PRId64 ") should be \"%s\"%s%s; %d %.600s", about,
                 thing->kind->word, thing->name, thing->number, thing->is, in_doubt ? " or " : "",
                 in_doubt ? thing->maybe : "", answer.status, buffer_string(&answer.body));
}

/* States of all runs by number, as they are now: "completed". */
static void load_runs(struct busy_clients *all, struct map *ret)
{
    int64_t before = INT32_MAX;

    while (before) {
        AUTO_DAEMON_ANSWER struct daemon_answer answer = {0};
        AUTO_FREE char *target = memory_print("/api/runs?limit=%d&before=%" PRId64, PAGE, before);
        daemon_call(all->daemon, "GET", target, all->daemon->read_key, NULL, &answer);
        if (answer.status != 200)
            fail_msg("%s: %d %s", target, answer.status, buffer_string(&answer.body));
        const struct json_value *runs = json_value_get(answer.document, "runs");
        for (size_t i = 0; i < json_value_count(runs); i++) {
            const struct json_value *run = json_value_at(runs, i);
            AUTO_FREE char *number = memory_print("%" PRId64, json_value_get_integer(run, "id"));
            map_set(ret, number, memory_text(json_value_get_text(run, "state")));
        }
        before = json_value_get_integer(answer.document, "next_before");
    }
}

static void free_runs(struct map *runs)
{
    for (size_t i = 0; i < runs->capacity; i++)
        if (runs->entries[i].key)
            free(runs->entries[i].value);
    map_release(runs);
}

static bool is_open(const char *state)
{
    return text_equal(state, "queued") || text_equal(state, "running");
}

static void check_runs(struct busy_clients *all, const struct map *runs, bool ended,
                       const char *about)
{
    for (int i = 0; i < CLIENTS; i++) {
        const struct client *client = &all->clients[i];
        for (size_t at = 0; at < client->run_count; at++) {
            AUTO_FREE char *number = memory_print("%" PRId64, client->runs[at]);
            const char *state = map_get(runs, number);
            if (!state)
                fail_msg("%s: run %s was accepted and is not in the history", about, number);
            if (ended && is_open(state))
                fail_msg("%s: run %s was accepted and is still %s", about, number, state);
        }
    }
}

void busy_clients_check(struct busy_clients *all, const char *about)
{
    struct map runs = {0};

    for (int i = 0; i < CLIENTS; i++)
        for (int thing = 0; thing < all->clients[i].count; thing++)
            check_thing(&all->clients[i], &all->clients[i].things[thing], about);
    load_runs(all, &runs);
    check_runs(all, &runs, false, about);
    free_runs(&runs);
}

static size_t count_open(const struct map *runs)
{
    size_t count = 0;

    for (size_t i = 0; i < runs->capacity; i++)
        count += runs->entries[i].key && is_open(runs->entries[i].value);
    return count;
}

void busy_clients_drain(struct busy_clients *all)
{
    struct patience patience = {0};
    size_t open = 1;

    while (open > 0) {
        struct map runs = {0};
        load_runs(all, &runs);
        open = count_open(&runs);
        if (!open)
            check_runs(all, &runs, true, "at rest");
        free_runs(&runs);
        if (open && !patience_wait(&patience))
            fail_msg("%zu runs still wait or run", open);
    }
}

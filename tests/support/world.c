#include "support/world.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/memory.h"

enum { WORDS_MOST = 32 };

static const char usual_catalogue[] = LISTSYNC_TESTS_DIR "/sim/catalogue.tsv";

/* The hosts for which the simulator stands in. */
static const char *const hosts[] = {
    "api.graphql.imdb.com", "caching.graphql.imdb.com",
    "www.imdb.com",         "api.trakt.tv",
    "letterboxd.com",       "mdblist.com",
    "api.mdblist.com",      "popular-movies-data.stevenlu.com",
    "image.tmdb.org",
};

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void make_folder(struct world *world)
{
    const char *parent = getenv("TMPDIR");

    world->folder = memory_print("%s/listsync-test-XXXXXX", parent ? parent : "/tmp");
    CHECK(mkdtemp(world->folder));
}

static char *const *find(const struct world *world, const char *name)
{
    size_t length = strlen(name);
    char *const *place = world->environment;

    while (*place && !(strncmp(*place, name, length) == 0 && (*place)[length] == '='))
        place++;
    return place;
}

void world_set(struct world *world, const char *name, const char *value)
{
    char **place = (char **)find(world, name);
    char **last = place;

    free(*place);
    if (value) {
        CHECK(place < world->environment + WORLD_NAMES - 1);
        *place = memory_print("%s=%s", name, value);
        return;
    }
    while (*last && last[1])
        last++;
    *place = *last;
    *last = NULL;
}

const char *world_get(const struct world *world, const char *name)
{
    const char *pair = *find(world, name);

    return pair ? pair + strlen(name) + 1 : NULL;
}

char *world_path(const struct world *world, const char *name)
{
    return memory_print("%s/%s", world->folder, name);
}

void world_write(const struct world *world, const char *name, const char *text)
{
    AUTO_FREE char *path = world_path(world, name);
    FILE *file = fopen(path, "w");

    CHECK(file);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

static void set_origins(struct world *world)
{
    AUTO_BUFFER struct buffer origins = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    for (size_t i = 0; i < ARRAY_LENGTH(hosts); i++)
        buffer_print(&origins, "%s%s=%s/host/%s", i ? "," : "", hosts[i], world->sim.url, hosts[i]);
    world_set(world, "LISTSYNC_ORIGINS", buffer_string(&origins));
}

/* What a sanitizer is told must reach the program too. */
static void hand_on(struct world *world, const char *name)
{
    if (getenv(name))
        world_set(world, name, getenv(name));
}

/* A host that is forgotten above meets a closed door instead of the real network. */
static void bar_the_way_out(struct world *world)
{
    world_set(world, "http_proxy", "http://127.0.0.1:9");
    world_set(world, "https_proxy", "http://127.0.0.1:9");
    world_set(world, "no_proxy", "127.0.0.1");
}

static void set_environment(struct world *world)
{
    world_set(world, "PATH", "/usr/local/bin:/usr/bin:/bin");
    world_set(world, "HOME", world->folder);
    world_set(world, "LISTSYNC_DATA_DIR", world->folder);
    world_set(world, "OVERSEERR_URL", world->sim.url);
    world_set(world, "OVERSEERR_API_KEY", "sim-key");
    world_set(world, "TRAKT_CLIENT_ID", "sim-client");
    hand_on(world, "ASAN_OPTIONS");
    hand_on(world, "LSAN_OPTIONS");
    hand_on(world, "UBSAN_OPTIONS");
    hand_on(world, "TSAN_OPTIONS");
    set_origins(world);
    bar_the_way_out(world);
}

/* Of an option that is given twice the last counts. */
static void start_simulator(struct world *world, const char *port, const char *catalogue,
                            const char *const *words)
{
    const char *all[WORDS_MOST] = {"--port", port, "--catalogue", catalogue};
    size_t count = 4;

    for (; words && *words; words++) {
        CHECK(count < WORDS_MOST - 1);
        all[count++] = *words;
    }
    sim_start(&world->sim, all);
}

void world_open(struct world *world, const char *const *words)
{
    *world = (struct world){0};
    make_folder(world);
    start_simulator(world, "0", usual_catalogue, words);
    set_environment(world);
}

void world_restart(struct world *world, const char *catalogue, const char *const *words)
{
    AUTO_FREE char *port = memory_print("%d", world->sim.port);
    AUTO_FREE char *path = world_path(world, "catalogue.tsv");

    if (catalogue)
        world_write(world, "catalogue.tsv", catalogue);
    sim_stop(&world->sim);
    start_simulator(world, port, catalogue ? path : usual_catalogue, words);
}

void world_close(struct world *world)
{
    sim_stop(&world->sim);
    nftw(world->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(world->folder);
    for (char **place = world->environment; *place; place++)
        free(*place);
    *world = (struct world){0};
}

void world_start(const struct world *world, const char *const *arguments, struct process *process)
{
    const char *words[WORDS_MOST] = {LISTSYNC_PROGRAM};

    for (size_t i = 0; arguments[i]; i++) {
        CHECK(i < WORDS_MOST - 2);
        words[i + 1] = arguments[i];
    }
    process_start(&(struct process_call){.words = words,
                                         .environment = (const char *const *)world->environment,
                                         .folder = world->folder},
                  process);
}

void world_run(const struct world *world, const char *const *arguments,
               struct process_result *result)
{
    struct process process;

    world_start(world, arguments, &process);
    process_finish(&process, WORLD_DEADLINE_MS, result);
}

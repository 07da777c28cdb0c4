/*
 * listsync-bench: the program against the simulator, measured.
 *
 *     listsync-bench [--quick] RESULTS.json
 *
 * Each scene has a simulator and a data directory of its own and is run three times: as a dry
 * run, as the first sync, and as a second sync with nothing new. Everything is on loopback; the
 * simulator waits the given latency before each answer, as a Seerr on the network would.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/memory.h"
#include "measure.h"
#include "support/temp_dir.h"

/* What a list gives: TMDB ids (MDBList), IMDb ids to be resolved (IMDb), TMDB ids from a file. */
enum source { SOURCE_MDBLIST, SOURCE_IMDB, SOURCE_FILE };

static const char *const source_words[] = {"mdblist", "imdb", "file"};

struct scene {
    enum source source;
    int titles;
    int latency_ms;
    bool is_quick; /* also run with --quick */
};

static const struct scene scenes[] = {
    {SOURCE_MDBLIST, 1000, 0, true},    {SOURCE_MDBLIST, 1000, 20, true},
    {SOURCE_MDBLIST, 1000, 100, false}, {SOURCE_MDBLIST, 5000, 0, true},
    {SOURCE_MDBLIST, 5000, 20, false},  {SOURCE_MDBLIST, 5000, 100, false},
    {SOURCE_FILE, 5000, 20, false},     {SOURCE_IMDB, 1000, 20, true},
    {SOURCE_MDBLIST, 10000, 0, true},
};

enum run_kind { RUN_DRY, RUN_FIRST, RUN_AGAIN, RUN_KINDS };

static const char *const run_words[] = {"dry run", "first run", "again"};

/* The simulator's synthetic titles: every tenth is a series, the others are films. */
static int catalogue_size(const struct scene *scene)
{
    return scene->source == SOURCE_IMDB ? scene->titles : scene->titles * 10 / 9 + 10;
}

static void write_films(const char *path, int count)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return;
    fputs("tmdb,type\n", file);
    for (int number = 1, written = 0; written < count; number++) {
        if (number % 10 == 0)
            continue;
        fprintf(file, "%d,movie\n", 9000000 + number);
        written++;
    }
    fclose(file);
}

/* What --list takes; free() it. */
static char *list_of(const struct scene *scene, const struct temp_dir *dir)
{
    if (scene->source == SOURCE_MDBLIST)
        return memory_print("mdblist:bench/films-%d", scene->titles);
    if (scene->source == SOURCE_IMDB)
        return memory_print("imdb:ls9%09d", scene->titles);
    AUTO_FREE char *path = temp_dir_file(dir, "films.csv");
    write_films(path, scene->titles);
    return memory_print("file:%s", path);
}

static void print_heading(void)
{
    printf("%-8s %7s %8s  %-9s %10s %12s %10s %11s %6s %8s %8s\n", "source", "titles", "latency",
           "run", "wall", "titles/min", "requests", "Seerr calls", "each", "connect.", "peak");
}

static void print_line(const struct scene *scene, enum run_kind kind, const struct measure *measure)
{
    printf("%-8s %7d %5d ms  %-9s %8.2f s %12.0f %10" PRId64 " %11" PRId64 " %6.3f %8" PRId64
           " %5.1f MB%s\n",
           source_words[scene->source], scene->titles, scene->latency_ms, run_words[kind],
           (double)measure->wall_ms / 1000.0,
           60000.0 * scene->titles / (double)(measure->wall_ms ? measure->wall_ms : 1),
           measure->requested, measure->seerr_calls, (double)measure->seerr_calls / scene->titles,
           measure->connections, (double)measure->peak_kb / 1024.0,
           measure->exit_code ? "  FAILED" : "");
    fflush(stdout);
}

static void put_line(struct json_writer *json, const struct scene *scene, enum run_kind kind,
                     const struct measure *measure)
{
    json_begin_object(json, NULL);
    json_put_text(json, "source", source_words[scene->source]);
    json_put_number(json, "titles", scene->titles);
    json_put_number(json, "latency_ms", scene->latency_ms);
    json_put_text(json, "run", run_words[kind]);
    json_put_number(json, "wall_ms", measure->wall_ms);
    json_put_number(json, "cpu_ms", measure->cpu_ms);
    json_put_number(json, "peak_kb", measure->peak_kb);
    json_put_number(json, "requested", measure->requested);
    json_put_number(json, "asked_twice", measure->repeats);
    json_put_number(json, "seerr_calls", measure->seerr_calls);
    json_put_number(json, "source_calls", measure->source_calls);
    json_put_number(json, "connections", measure->connections);
    json_put_number(json, "exit_code", measure->exit_code);
    json_end_object(json);
}

/* False when the program failed or asked twice: then its figures mean nothing. */
static bool run_scene(const struct scene *scene, struct json_writer *json)
{
    struct sim sim;
    struct temp_dir dir;
    bool good = true;
    AUTO_FREE char *titles = memory_print("%d", catalogue_size(scene));
    AUTO_FREE char *latency = memory_print("%d", scene->latency_ms);
    const char *words[] = {"--titles", titles, "--latency-ms", latency, NULL};

    temp_dir_open(&dir);
    sim_start(&sim, words);
    AUTO_FREE char *list = list_of(scene, &dir);
    AUTO_FREE char *folder = temp_dir_file(&dir, "data");
    for (int kind = RUN_DRY; kind < RUN_KINDS; kind++) {
        struct measure measure = measure_sync(&sim, folder, list, kind == RUN_DRY);
        print_line(scene, (enum run_kind)kind, &measure);
        put_line(json, scene, (enum run_kind)kind, &measure);
        good &= measure.exit_code == 0 && measure.repeats == 0 &&
                measure.requested == (kind == RUN_FIRST ? scene->titles : 0);
    }
    sim_stop(&sim);
    temp_dir_close(&dir);
    return good;
}

static bool run_all(bool quick, struct json_writer *json)
{
    bool good = true;

    print_heading();
    json_begin_array(json, "runs");
    for (size_t i = 0; i < ARRAY_LENGTH(scenes); i++)
        if (!quick || scenes[i].is_quick)
            good &= run_scene(&scenes[i], json);
    json_end_array(json);
    return good;
}

static void measure_the_start(struct json_writer *json)
{
    enum { TRIES = 20 };
    struct measure best = measure_start();

    for (int i = 1; i < TRIES; i++) {
        struct measure measure = measure_start();
        if (measure.wall_ms < best.wall_ms)
            best = measure;
    }
    printf("\nstart to end of `listsync version`: %" PRId64 " ms, %.1f MB\n", best.wall_ms,
           (double)best.peak_kb / 1024.0);
    json_put_number(json, "start_ms", best.wall_ms);
    json_put_number(json, "start_peak_kb", best.peak_kb);
}

static bool write_results(const char *path, const struct buffer *text)
{
    FILE *file = fopen(path, "w");

    if (!file)
        return false;
    fprintf(file, "%s\n", buffer_string(text));
    return fclose(file) == 0;
}

int main(int argc, char **argv)
{
    bool quick = argc == 3 && strcmp(argv[1], "--quick") == 0;
    AUTO_BUFFER struct buffer text = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&text);

    if (argc != 2 + quick) {
        fputs("usage: listsync-bench [--quick] RESULTS.json\n", stderr);
        return 2;
    }
    json_begin_object(&json, NULL);
    bool good = run_all(quick, &json);
    measure_the_start(&json);
    json_end_object(&json);
    if (!write_results(argv[argc - 1], &text)) {
        perror(argv[argc - 1]);
        return 1;
    }
    if (!good)
        fputs("a run failed or did not request what it should have\n", stderr);
    return !good;
}

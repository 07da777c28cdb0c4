/*
 * measures.h: what the service counts. The table is measures.def; each row has its number here.
 *
 *     metrics_add(metrics, MEASURE_SYNC_OPERATIONS, (int)RUN_FAILED, 0, 1);
 *
 * What happens is counted where it happens, in one `struct metrics` of the service; what is a
 * state (memory, queues, ages) is looked at when somebody asks (web/metrics_page.h). The place of a
 * word in its label is the number of its enum, where it has one; for the others there are functions
 * here.
 */
#ifndef LISTSYNC_SYNC_MEASURES_H
#define LISTSYNC_SYNC_MEASURES_H

#include "base/metrics.h"
#include "model/run.h"
#include "net/client.h"

struct sync_result;
struct stored_run;

enum measure {
#define MEASURE(name, ...) MEASURE_##name,
#include "sync/measures.def"
#undef MEASURE
    MEASURE_COUNT
};

extern const struct metric measures[MEASURE_COUNT];

struct metrics *measures_new(void);

/* The place of a list type in the label "provider"; the last, "other", for what is none. */
int measure_provider(const char *list_type);
/* The place of a reading's word in "outcome"; "never" for "". */
int measure_outcome(const char *word);

enum measure_poster {
    MEASURE_POSTER_KEPT,
    MEASURE_POSTER_FETCHED,
    MEASURE_POSTER_NONE,
    MEASURE_POSTER_UNREACHABLE,
};

/* A run that ended; `result` NULL: it did not come to deciding anything. */
void measures_note_run(struct metrics *metrics, const struct stored_run *run,
                       const struct sync_result *result);
/* One request of the client that was carried out: to a source, to Seerr, or to neither. */
void measures_note_traffic(struct metrics *metrics, const struct client_traffic *traffic);

/* An answer of our own server; method and door by their numbers in web/message.h. */
struct answer_given {
    int method, door, status;
    int64_t bytes, duration_us;
    bool is_stream; /* its duration tells how long somebody listened */
};
void measures_note_answer(struct metrics *metrics, const struct answer_given *answer);

#endif

/*
 * metrics.h: figures of a running program, and the Prometheus text that tells them.
 *
 * A table says what there is: one row for each metric, with its help and its labels. The words of
 * a label are a closed list, so that the number of series is known beforehand and no stranger can
 * make it grow; the one exception, a text label, holds at most METRICS_TEXTS_MOST series. Counters
 * and histograms are there from the beginning, so that the first increase is seen; a gauge is told
 * once it was set.
 *
 *     static const struct metric table[] = {
 *         {"syncs_total", METRIC_COUNTER, "Syncs by their end.", {{"status", state_word}}},
 *     };
 *     metrics_add(metrics, 0, RUN_FAILED, 0, 1);
 *
 * Any thread; one lock inside, held for a few instructions. `metrics` may be NULL everywhere but in
 * metrics_put: then nobody counts. A row, a word or a text that is not there is our own mistake.
 */
#ifndef LISTSYNC_BASE_METRICS_H
#define LISTSYNC_BASE_METRICS_H

#include <stddef.h>

#include "base/buffer.h"

enum metric_kind {
    METRIC_COUNTER,
    METRIC_GAUGE,
    METRIC_HISTOGRAM,
    METRIC_KINDS,
};

/* Of a label's text, without the NUL; what is longer is cut. */
enum { METRICS_LABELS = 2, METRICS_TEXTS_MOST = 200, METRICS_TEXT_SIZE = 48 };

struct metric_label {
    const char *name;               /* NULL: none */
    const char *(*word)(int index); /* NULL after the last; no function: a text label, the last */
};

struct metric {
    const char *name;
    enum metric_kind kind;
    const char *help; /* a sentence */
    struct metric_label labels[METRICS_LABELS];
    const double *bounds; /* of a histogram: rising, ended by 0 */
};

struct metrics;

struct metrics *metrics_new(const struct metric *table, size_t count); /* the table is borrowed */
struct metrics *metrics_copy(struct metrics *metrics); /* as they are now; NULL of NULL */
void metrics_free(struct metrics *metrics);

/* `first` and `second` are places in the words of the labels; 0 where there is no label. */
void metrics_add(struct metrics *metrics, size_t row, int first, int second, double amount);
void metrics_set(struct metrics *metrics, size_t row, int first, int second, double value);
/* For gauges that are summed up: what was not set counts from 0. */
void metrics_gain(struct metrics *metrics, size_t row, int first, int second, double amount);
void metrics_observe(struct metrics *metrics, size_t row, int first, int second, double value);
/* A series of a gauge whose last label is a text. What is past METRICS_TEXTS_MOST is left out. */
void metrics_set_text(struct metrics *metrics, size_t row, int first, const char *text,
                      double value);

/* One series; for tests and for pages of our own. NAN: it was not set. */
double metrics_value(struct metrics *metrics, size_t row, int first, int second);

/* The Prometheus text format, version 0.0.4. */
void metrics_put(struct metrics *metrics, struct buffer *out);

#endif

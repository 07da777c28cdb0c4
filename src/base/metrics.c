#include "base/metrics.h"

#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/memory.h"
#include "base/text.h"

/* A series of a text label. */
struct text_series {
    int first;
    char text[METRICS_TEXT_SIZE];
    double value;
};

/* The values of one row: a series has one, or in a histogram a place for each bound, +Inf (which is
 * the count) and the sum. */
struct values {
    int words[METRICS_LABELS]; /* of each label; 1 where there is none */
    size_t bounds;
    size_t width; /* of one series */
    double *items;
    size_t count;
    struct text_series *texts;
    size_t text_count, text_capacity;
};

struct metrics {
    const struct metric *table;
    size_t count;
    pthread_mutex_t lock;
    struct values *rows;
};

static const char *const kind_words[METRIC_KINDS] = {
    [METRIC_COUNTER] = "counter",
    [METRIC_GAUGE] = "gauge",
    [METRIC_HISTOGRAM] = "histogram",
};

static int count_words(const struct metric_label *label)
{
    int count = 0;

    if (!label->name || !label->word)
        return 1;
    while (label->word(count))
        count++;
    return count;
}

static bool has_texts(const struct metric *metric)
{
    for (size_t i = 0; i < METRICS_LABELS; i++)
        if (metric->labels[i].name && !metric->labels[i].word)
            return true;
    return false;
}

static void init_values(const struct metric *metric, struct values *values)
{
    for (size_t i = 0; i < METRICS_LABELS; i++)
        values->words[i] = count_words(&metric->labels[i]);
    while (metric->bounds && metric->bounds[values->bounds] > 0)
        values->bounds++;
    values->width = metric->kind == METRIC_HISTOGRAM ? values->bounds + 2 : 1;
    values->count = (size_t)values->words[0] * (size_t)values->words[1] * values->width;
    values->items = memory_array(values->count, sizeof(*values->items));
    for (size_t i = 0; metric->kind == METRIC_GAUGE && i < values->count; i++)
        values->items[i] = NAN;
}

struct metrics *metrics_new(const struct metric *table, size_t count)
{
    struct metrics *metrics = memory_new(sizeof(*metrics));

    metrics->table = table;
    metrics->count = count;
    metrics->rows = memory_array(count, sizeof(*metrics->rows));
    pthread_mutex_init(&metrics->lock, NULL);
    for (size_t i = 0; i < count; i++)
        init_values(&table[i], &metrics->rows[i]);
    return metrics;
}

struct metrics *metrics_copy(struct metrics *metrics)
{
    if (!metrics)
        return NULL;
    struct metrics *copy = metrics_new(metrics->table, metrics->count);
    pthread_mutex_lock(&metrics->lock);
    for (size_t i = 0; i < metrics->count; i++) {
        const struct values *from = &metrics->rows[i];
        struct values *to = &copy->rows[i];
        memcpy(to->items, from->items, from->count * sizeof(*from->items));
        for (size_t n = 0; n < from->text_count; n++) {
            memory_grow(&to->texts, to->text_count, &to->text_capacity);
            to->texts[to->text_count++] = from->texts[n];
        }
    }
    pthread_mutex_unlock(&metrics->lock);
    return copy;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    for (size_t i = 0; i < metrics->count; i++) {
        free(metrics->rows[i].items);
        free(metrics->rows[i].texts);
    }
    free(metrics->rows);
    pthread_mutex_destroy(&metrics->lock);
    free(metrics);
}

/* The first value of a series. */
static double *series_at(const struct metrics *metrics, size_t row, int first, int second)
{
    CHECK(row < metrics->count);
    struct values *values = &metrics->rows[row];
    CHECK(first >= 0 && first < values->words[0] && second >= 0 && second < values->words[1]);
    return &values->items[((size_t)first * (size_t)values->words[1] + (size_t)second) *
                          values->width];
}

void metrics_add(struct metrics *metrics, size_t row, int first, int second, double amount)
{
    if (!metrics)
        return;
    CHECK(metrics->table[row].kind == METRIC_COUNTER && amount >= 0);
    pthread_mutex_lock(&metrics->lock);
    *series_at(metrics, row, first, second) += amount;
    pthread_mutex_unlock(&metrics->lock);
}

void metrics_set(struct metrics *metrics, size_t row, int first, int second, double value)
{
    if (!metrics)
        return;
    CHECK(metrics->table[row].kind != METRIC_HISTOGRAM && !has_texts(&metrics->table[row]));
    pthread_mutex_lock(&metrics->lock);
    *series_at(metrics, row, first, second) = value;
    pthread_mutex_unlock(&metrics->lock);
}

void metrics_gain(struct metrics *metrics, size_t row, int first, int second, double amount)
{
    if (!metrics)
        return;
    CHECK(metrics->table[row].kind == METRIC_GAUGE);
    pthread_mutex_lock(&metrics->lock);
    double *value = series_at(metrics, row, first, second);
    *value = isnan(*value) ? amount : *value + amount;
    pthread_mutex_unlock(&metrics->lock);
}

void metrics_observe(struct metrics *metrics, size_t row, int first, int second, double value)
{
    if (!metrics)
        return;
    const struct metric *metric = &metrics->table[row];
    CHECK(metric->kind == METRIC_HISTOGRAM);
    pthread_mutex_lock(&metrics->lock);
    const struct values *values = &metrics->rows[row];
    double *series = series_at(metrics, row, first, second);
    for (size_t i = 0; i < values->bounds; i++)
        series[i] += value <= metric->bounds[i];
    series[values->bounds] += 1;
    series[values->bounds + 1] += value;
    pthread_mutex_unlock(&metrics->lock);
}

void metrics_set_text(struct metrics *metrics, size_t row, int first, const char *text,
                      double value)
{
    if (!metrics)
        return;
    CHECK(metrics->table[row].kind == METRIC_GAUGE && has_texts(&metrics->table[row]));
    CHECK(first >= 0 && first < metrics->rows[row].words[0]);
    pthread_mutex_lock(&metrics->lock);
    struct values *values = &metrics->rows[row];
    if (values->text_count < METRICS_TEXTS_MOST) {
        memory_grow(&values->texts, values->text_count, &values->text_capacity);
        struct text_series *series = &values->texts[values->text_count++];
        series->first = first;
        series->value = value;
        text_copy(series->text, sizeof(series->text), text);
    }
    pthread_mutex_unlock(&metrics->lock);
}

double metrics_value(struct metrics *metrics, size_t row, int first, int second)
{
    pthread_mutex_lock(&metrics->lock);
    double value = *series_at(metrics, row, first, second);
    pthread_mutex_unlock(&metrics->lock);
    return value;
}

/* Backslash, quote and line break have a meaning in the format. */
static void put_escaped(struct buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\n')
            buffer_text(out, "\\n");
        else if (*text == '\\' || *text == '"')
            buffer_print(out, "\\%c", *text);
        else
            buffer_byte(out, *text);
    }
}

/* `bound` NAN: none. */
static void put_labels(struct buffer *out, const struct metric *metric,
                       const char *const texts[METRICS_LABELS], double bound)
{
    const char *between = "{";

    for (size_t i = 0; i < METRICS_LABELS && metric->labels[i].name; i++) {
        buffer_print(out, "%s%s=\"", between, metric->labels[i].name);
        put_escaped(out, texts[i]);
        buffer_byte(out, '"');
        between = ",";
    }
    if (isinf(bound))
        buffer_print(out, "%sle=\"+Inf\"", between);
    else if (!isnan(bound))
        buffer_print(out, "%sle=\"%g\"", between, bound);
    if (*between == ',' || !isnan(bound))
        buffer_byte(out, '}');
}

static void put_value(struct buffer *out, double value)
{
    if (value > -1e15 && value < 1e15 && value == (double)(int64_t)value)
        buffer_print(out, " %" PRId64 "\n", (int64_t)value);
    else
        buffer_print(out, " %.13g\n", value);
}

static void put_one(struct buffer *out, const struct metric *metric, const char *suffix,
                    const char *const texts[METRICS_LABELS], double bound, double value)
{
    buffer_print(out, "%s%s", metric->name, suffix);
    put_labels(out, metric, texts, bound);
    put_value(out, value);
}

static void put_histogram(struct buffer *out, const struct metric *metric, size_t bounds,
                          const char *const texts[METRICS_LABELS], const double *series)
{
    for (size_t i = 0; i < bounds; i++)
        put_one(out, metric, "_bucket", texts, metric->bounds[i], series[i]);
    put_one(out, metric, "_bucket", texts, INFINITY, series[bounds]);
    put_one(out, metric, "_sum", texts, NAN, series[bounds + 1]);
    put_one(out, metric, "_count", texts, NAN, series[bounds]);
}

static const char *word_of(const struct metric_label *label, int index)
{
    return label->name && label->word ? label->word(index) : "";
}

static void put_words(struct buffer *out, const struct metric *metric, const struct values *values)
{
    const double *series = values->items;

    for (int first = 0; first < values->words[0]; first++) {
        for (int second = 0; second < values->words[1]; second++, series += values->width) {
            const char *texts[METRICS_LABELS] = {word_of(&metric->labels[0], first),
                                                 word_of(&metric->labels[1], second)};
            if (metric->kind == METRIC_HISTOGRAM)
                put_histogram(out, metric, values->bounds, texts, series);
            else if (!isnan(*series))
                put_one(out, metric, "", texts, NAN, *series);
        }
    }
}

static void put_texts(struct buffer *out, const struct metric *metric, const struct values *values)
{
    bool is_first = !metric->labels[0].word;

    for (size_t i = 0; i < values->text_count; i++) {
        const struct text_series *series = &values->texts[i];
        const char *texts[METRICS_LABELS] = {
            is_first ? series->text : word_of(&metric->labels[0], series->first), series->text};
        put_one(out, metric, "", texts, NAN, series->value);
    }
}

void metrics_put(struct metrics *metrics, struct buffer *out)
{
    pthread_mutex_lock(&metrics->lock);
    for (size_t i = 0; i < metrics->count; i++) {
        const struct metric *metric = &metrics->table[i];
        buffer_print(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
                     kind_words[metric->kind]);
        if (has_texts(metric))
            put_texts(out, metric, &metrics->rows[i]);
        else
            put_words(out, metric, &metrics->rows[i]);
    }
    pthread_mutex_unlock(&metrics->lock);
}

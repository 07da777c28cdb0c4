#include "sync/measures.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/decision.h"
#include "model/media_state.h"
#include "model/outcome.h"
#include "providers/provider.h"
#include "seerr/kind.h"
#include "seerr/seerr.h"
#include "store/notification_deliveries.h"
#include "sync/sync.h"

/* How a request was answered. */
enum answer_class {
    ANSWER_OK,
    ANSWER_UNCHANGED,
    ANSWER_REDIRECT,
    ANSWER_REFUSED, /* any other 4xx */
    ANSWER_NOT_FOUND,
    ANSWER_RATE_LIMITED,
    ANSWER_SERVER_ERROR,
    ANSWER_UNREACHABLE, /* none came, or none that could be taken */
    ANSWER_CLASSES,
};

static const char *const answer_words[] = {
    [ANSWER_OK] = "ok",
    [ANSWER_UNCHANGED] = "unchanged",
    [ANSWER_REDIRECT] = "redirect",
    [ANSWER_REFUSED] = "refused",
    [ANSWER_NOT_FOUND] = "not_found",
    [ANSWER_RATE_LIMITED] = "rate_limited",
    [ANSWER_SERVER_ERROR] = "server_error",
    [ANSWER_UNREACHABLE] = "unreachable",
    [ANSWER_CLASSES] = NULL,
};

static const char *const run_words[] = {"completed", "completed_with_errors", "failed", "cancelled",
                                        NULL};
static const char *const method_words[] = {"GET",   "HEAD",   "POST",    "PUT",
                                           "PATCH", "DELETE", "OPTIONS", NULL};
static const char *const class_words[] = {"1xx", "2xx", "3xx", "4xx", "5xx", "none", NULL};
static const char *const door_words[] = {"api", "ui", NULL};
static const char *const listener_words[] = {"websocket", "stream", NULL};
static const char *const span_words[] = {"sent", "lost", NULL};
static const char *const cache_words[] = {"found", "missed", NULL};
static const char *const poster_words[] = {
    [MEASURE_POSTER_KEPT] = "kept",
    [MEASURE_POSTER_FETCHED] = "fetched",
    [MEASURE_POSTER_NONE] = "none",
    [MEASURE_POSTER_UNREACHABLE] = "unreachable",
    NULL,
};

enum { CLASS_NONE = 5 }; /* of class_words: the client left before */

/* ---- the words of labels ---- */

#define WORDS_OF(name, table)                                                                      \
    static const char *measure_##name##_word(int index)                                            \
    {                                                                                              \
        return (table)[index];                                                                     \
    }
#define WORDS_OF_ENUM(name, count, word)                                                           \
    static const char *measure_##name##_word(int index)                                            \
    {                                                                                              \
        return index < (int)(count) ? word(index) : NULL;                                          \
    }

WORDS_OF(answer, answer_words)
WORDS_OF(run, run_words)
WORDS_OF(method, method_words)
WORDS_OF(class, class_words)
WORDS_OF(door, door_words)
WORDS_OF(listener, listener_words)
WORDS_OF(cache, cache_words)
WORDS_OF(span, span_words)
WORDS_OF(delivery, delivery_state_words)
WORDS_OF(poster, poster_words)
WORDS_OF_ENUM(status, ITEM_STATUS_COUNT, item_status_word)
WORDS_OF_ENUM(ledger, LEDGER_STATES, ledger_state_word)
WORDS_OF_ENUM(level, LOG_LEVEL_COUNT, log_level_word)
WORDS_OF_ENUM(seerr, SEERR_KINDS, seerr_kind_word)

static const char *measure_provider_word(int index)
{
    const struct provider *const *all = provider_all();
    int count = 0;

    while (all[count])
        count++;
    return index < count ? all[index]->name : index == count ? "other" : NULL;
}

static const char *measure_outcome_word(int index)
{
    return index < OUTCOME_COUNT    ? outcome_word((enum outcome)index)
           : index == OUTCOME_COUNT ? "never"
                                    : NULL;
}

int measure_provider(const char *list_type)
{
    const struct provider *const *all = provider_all();
    int index = 0;

    while (all[index] && !text_equal(all[index]->name, list_type))
        index++;
    return index;
}

int measure_outcome(const char *word)
{
    enum outcome outcome;

    return outcome_from_word(word, &outcome) ? (int)outcome : OUTCOME_COUNT;
}

/* ---- the table ---- */

static const double quick_bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                      0.1,   0.25,   0.5,   1,    5,     0};
static const double short_bounds[] = {0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 0};
static const double long_bounds[] = {0.5, 1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 0};

#define LABEL(name_, word_)                                                                        \
    {                                                                                              \
        (name_), (word_)                                                                           \
    }
#define TEXT_LABEL(name_)                                                                          \
    {                                                                                              \
        (name_), NULL                                                                              \
    }
#define NO_LABEL                                                                                   \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

const struct metric measures[MEASURE_COUNT] = {
#define MEASURE(number, name_, kind_, help_, first_, second_, bounds_)                             \
    [MEASURE_##number] = {(name_), METRIC_##kind_, (help_), {first_, second_}, (bounds_)},
#include "sync/measures.def"
#undef MEASURE
};

struct metrics *measures_new(void)
{
    return metrics_new(measures, MEASURE_COUNT);
}

/* ---- what happened ---- */

static void note_items(struct metrics *metrics, const struct item_list *items)
{
    for (size_t i = 0; i < items->count; i++) {
        const struct item *item = &items->items[i];
        const char *type = item->source_count ? item->sources[0].list->ref->type : NULL;
        metrics_add(metrics, MEASURE_ITEMS_PROCESSED, measure_provider(type), (int)item->status, 1);
    }
}

void measures_note_run(struct metrics *metrics, const struct stored_run *run,
                       const struct sync_result *result)
{
    int state = (int)run->state - (int)RUN_COMPLETED;

    if (!metrics || state < 0)
        return;
    if (run->dry_run) {
        metrics_add(metrics, MEASURE_DRY_RUNS, state, 0, 1);
        return;
    }
    metrics_add(metrics, MEASURE_SYNC_OPERATIONS, state, 0, 1);
    metrics_observe(metrics, MEASURE_SYNC_DURATION, 0, 0, (double)run->duration_ms / 1000);
    if (result)
        note_items(metrics, &result->items);
}

static enum answer_class answer_class_of(int status)
{
    static const struct {
        int from; /* and what follows */
        enum answer_class class;
    } classes[] = {{500, ANSWER_SERVER_ERROR}, {430, ANSWER_REFUSED},   {429, ANSWER_RATE_LIMITED},
                   {411, ANSWER_REFUSED},      {410, ANSWER_NOT_FOUND}, {405, ANSWER_REFUSED},
                   {404, ANSWER_NOT_FOUND},    {400, ANSWER_REFUSED},   {305, ANSWER_REDIRECT},
                   {304, ANSWER_UNCHANGED},    {300, ANSWER_REDIRECT},  {200, ANSWER_OK}};

    for (size_t i = 0; i < ARRAY_LENGTH(classes); i++)
        if (status >= classes[i].from)
            return classes[i].class;
    return ANSWER_UNREACHABLE;
}

void measures_note_traffic(struct metrics *metrics, const struct client_traffic *traffic)
{
    const struct http_request *request = traffic->request;
    int class = (int)answer_class_of(traffic->status);
    double seconds = (double)traffic->duration_us / 1e6;

    if (!request->party || traffic->failure == ERROR_CANCELLED)
        return;
    if (text_equal(request->party, SEERR_PARTY)) {
        int kind = (int)seerr_kind_of(request);
        metrics_add(metrics, MEASURE_SEERR_REQUESTS, kind, class, 1);
        metrics_observe(metrics, MEASURE_SEERR_DURATION, kind, 0, seconds);
    } else {
        int provider = measure_provider(request->party);
        metrics_add(metrics, MEASURE_PROVIDER_REQUESTS, provider, class, 1);
        metrics_observe(metrics, MEASURE_PROVIDER_DURATION, provider, 0, seconds);
    }
}

void measures_note_answer(struct metrics *metrics, const struct answer_given *answer)
{
    int status = answer->status;
    int class = status >= 100 && status <= 599 ? status / 100 - 1 : CLASS_NONE;

    metrics_add(metrics, MEASURE_HTTP_REQUESTS, answer->method, class, 1);
    metrics_add(metrics, MEASURE_HTTP_BYTES, 0, 0, answer->bytes > 0 ? (double)answer->bytes : 0);
    if (!answer->is_stream)
        metrics_observe(metrics, MEASURE_HTTP_DURATION, answer->door, 0,
                        (double)answer->duration_us / 1e6);
}

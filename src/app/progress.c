#include "app/progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "app/interrupt.h"
#include "app/words.h"
#include "base/clock.h"
#include "base/text.h"

enum { BAR_WIDTH = 24, REDRAW_MS = 80, LINE_SIZE = 320 };

static void clear_bar(struct progress *progress)
{
    if (progress->bar_shown)
        fputs("\r\033[K", progress->out);
    progress->bar_shown = false;
}

void progress_end(struct progress *progress)
{
    clear_bar(progress);
    fflush(progress->out);
}

/* One less than the terminal has: a full line would wrap, and could not be drawn over. */
static size_t columns_of(const struct progress *progress)
{
    return words_columns(progress->out) - 1;
}

static void write_bar(char *line, int64_t done, int64_t total)
{
    char bar[BAR_WIDTH + 1];
    size_t filled = total > 0 && done < total ? (size_t)(done * BAR_WIDTH / total) : BAR_WIDTH;

    memset(bar, ' ', BAR_WIDTH);
    memset(bar, '=', filled);
    bar[BAR_WIDTH] = '\0';
    snprintf(line, LINE_SIZE, "[%s] %" PRId64 "/%" PRId64, bar, done, total);
}

/* Told while it matters. */
static void write_time_left(const struct progress *progress, char *text, int64_t done,
                            int64_t total)
{
    char left[CLOCK_TEXT_SIZE];
    double per_second = 0;
    int64_t left_ms = 0;

    text[0] = '\0';
    if (!speed_tell(&progress->speed, clock_steady_ms(), done, total, &per_second, &left_ms) ||
        left_ms < 1000)
        return;
    clock_format_duration(left_ms, left);
    snprintf(text, LINE_SIZE, "  %" PRId64 "/min, %s left", (int64_t)(per_second * 60), left);
}

static void draw_bar(struct progress *progress, int64_t done, int64_t total)
{
    char bar[LINE_SIZE];
    char left[LINE_SIZE];
    char line[4 * LINE_SIZE];

    write_bar(bar, done, total);
    write_time_left(progress, left, done, total);
    snprintf(line, sizeof(line), "%-18s %s%s  %s", sync_phase_word(progress->phase), bar, left,
             progress->subject);
    fprintf(progress->out, "\r\033[K%.*s", (int)text_fitting(line, columns_of(progress)), line);
    fflush(progress->out);
    progress->bar_shown = true;
}

static void on_progress(void *context, enum sync_phase phase, int64_t done, int64_t total)
{
    struct progress *progress = context;
    int64_t now = clock_steady_ms();

    if (progress->quiet || !progress->is_terminal || total == 0)
        return;
    if (phase != progress->phase || done == 0) {
        progress->phase = phase;
        speed_begin(&progress->speed, now, done);
        progress->last_drawn_ms = 0;
        progress->subject[0] = '\0';
    }
    if (now - progress->last_drawn_ms < REDRAW_MS && done < total)
        return;
    progress->last_drawn_ms = now;
    speed_note(&progress->speed, now, done);
    draw_bar(progress, done, total);
}

static void on_list(void *context, const struct sync_list *list)
{
    struct progress *progress = context;
    AUTO_ARENA struct arena *arena = arena_new();

    if (progress->quiet || progress->is_terminal)
        return;
    words_print(progress->out, 6, "list  %s:%s  %s, %s%s%s%s%s", list->list.ref.type,
                list->list.ref.id, words_plain(arena, outcome_word(list->outcome)),
                words_count(arena, list->count, "title", "titles"),
                list->from_snapshot ? " as read " : "", list->from_snapshot ? list->age_from : "",
                *list->message ? ": " : "", list->message);
}

static void on_item(void *context, const struct item *item)
{
    struct progress *progress = context;
    AUTO_ARENA struct arena *arena = arena_new();

    text_copy(progress->subject, sizeof(progress->subject),
              words_title(arena, item, sizeof(progress->subject) / 2));
    text_tame(progress->subject);
    if (progress->quiet || progress->is_terminal)
        return;
    const char *why = item->answer ? item->answer : item->reason;
    words_print(progress->out, 6, "%-17s  %s%s%s", words_verdict(item->decision, item->status),
                words_title(arena, item, SIZE_MAX), why ? "  " : "", why ? why : "");
}

static void on_warning(void *context, const char *sentence)
{
    struct progress *progress = context;

    clear_bar(progress);
    fflush(progress->out);
    words_print(stderr, 2, "warning: %s", sentence);
}

static bool keep_going(void *context)
{
    (void)context;
    return !interrupt_came();
}

struct sync_observer progress_observer(struct progress *progress, FILE *out, bool quiet)
{
    *progress = (struct progress){
        .out = out,
        .is_terminal = isatty(fileno(out)),
        .quiet = quiet,
        .phase = SYNC_CONNECT,
    };
    return (struct sync_observer){
        .context = progress,
        .progress = on_progress,
        .list_done = on_list,
        .item_done = on_item,
        .warning = on_warning,
        .keep_going = keep_going,
    };
}

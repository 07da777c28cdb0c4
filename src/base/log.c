#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/check.h"
#include "base/clock.h"
#include "base/files.h"
#include "base/json_writer.h"
#include "base/log_file.h"
#include "base/log_levels.h"
#include "base/memory.h"
#include "base/text.h"

enum { TIME_SIZE = 48, CARRIED_MOST = 2 };

/* A line as the ring keeps it: three texts, each with its NUL, in one piece of memory. */
struct kept_line {
    uint64_t number;
    int64_t wall_ms;
    int64_t run;
    enum log_level level;
    size_t size; /* of all of it */
    const char *part, *sentence, *values;
    char texts[];
};

static struct {
    atomic_bool is_on;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t woken;
    enum log_form form;
    struct log_file *file;             /* NULL: none */
    char *file_path;                   /* stays when the file is closed, for those who read it */
    struct kept_line *ring[LOG_LINES]; /* line n lies at n % LOG_LINES */
    uint64_t oldest, next;             /* numbers; those in between are kept */
    size_t bytes;
    int64_t counts[LOG_LEVEL_COUNT];
    void (*wake)(void *context);
    void *context;
    int waking; /* calls of wake under way */
} state = {
    .lock = PTHREAD_MUTEX_INITIALIZER, .woken = PTHREAD_COND_INITIALIZER, .oldest = 1, .next = 1};

void log_begin(enum log_level least, enum log_form form)
{
    pthread_mutex_lock(&state.lock);
    state.form = form;
    log_set_level(least);
    atomic_store(&state.is_on, true);
    pthread_mutex_unlock(&state.lock);
}

static void forget_oldest(void)
{
    struct kept_line **place = &state.ring[state.oldest++ % LOG_LINES];

    state.bytes -= (*place)->size;
    free(*place);
    *place = NULL;
}

void log_end(void)
{
    pthread_mutex_lock(&state.lock);
    atomic_store(&state.is_on, false);
    while (state.oldest < state.next)
        forget_oldest();
    log_file_close(TAKE(state.file));
    pthread_mutex_unlock(&state.lock);
}

/*
 * Numbers go on from a moment in time: no process logs a thousand lines in each millisecond of its
 * life, so those of an earlier one are smaller. They stay below 2^53.
 */
static void go_on_counting(void)
{
    uint64_t from = (uint64_t)clock_wall_ms() * 1000;

    if (state.oldest == state.next && state.next < from)
        state.oldest = state.next = from;
}

static enum error_code make_folder(const char *path, struct error *error)
{
    AUTO_FREE char *folder = files_directory_of(path);

    return files_make_directory(folder, error);
}

enum error_code log_open_file(const char *path, int64_t most_bytes, struct error *error)
{
    struct log_file *file = NULL;
    enum error_code rc = make_folder(path, error);

    if (!rc)
        rc = log_file_open(path, most_bytes, &file, error);
    if (rc)
        return rc;
    pthread_mutex_lock(&state.lock);
    log_file_close(state.file);
    free(state.file_path);
    state.file = file;
    state.file_path = memory_text(path);
    go_on_counting();
    pthread_mutex_unlock(&state.lock);
    return ERROR_NONE;
}

bool log_file_state(int64_t *ret_bytes, int64_t *ret_changed_ms)
{
    struct stat found;

    pthread_mutex_lock(&state.lock);
    bool is_there = state.file && stat(log_file_path(state.file), &found) == 0;
    pthread_mutex_unlock(&state.lock);
    *ret_bytes = is_there ? (int64_t)found.st_size : 0;
    *ret_changed_ms = is_there ? (int64_t)found.st_mtime * 1000 : 0;
    return is_there;
}

bool log_wants(enum log_level level, const char *part)
{
    return atomic_load(&state.is_on) && log_levels_want(level, part);
}

/* What this thread works on. */
static _Thread_local struct log_value carried[CARRIED_MOST];

void log_carry(const char *name, int64_t number)
{
    struct log_value *place = NULL;

    for (size_t i = 0; i < CARRIED_MOST; i++) {
        if (carried[i].number && text_equal(carried[i].name, name)) {
            carried[i].number = number;
            return;
        }
        if (!carried[i].number && !place)
            place = &carried[i];
    }
    CHECK(place || !number);
    if (place)
        *place = LOG_NUMBER(name, number);
}

/* One line on its way: the texts are cut and harmless already. */
struct line {
    int64_t wall_ms;
    enum log_level level;
    char part[LOG_PART_SIZE];
    char sentence[LOG_LINE_SIZE];
    struct log_value values[LOG_VALUES + 1];
    char texts[LOG_VALUES][LOG_VALUE_SIZE];
};

static const char *tame_copy(char *target, size_t size, const char *source)
{
    text_copy(target, size, source);
    text_tame(target);
    return target;
}

static bool has_value(const struct log_value *values, const char *name)
{
    for (; values->name; values++)
        if (text_equal(values->name, name))
            return true;
    return false;
}

static void compose(struct line *line, enum log_level level, const char *part, const char *sentence,
                    const struct log_value *values)
{
    line->wall_ms = clock_wall_ms();
    line->level = level;
    tame_copy(line->part, sizeof(line->part), part);
    tame_copy(line->sentence, sizeof(line->sentence), sentence);
    size_t count = 0;
    for (; count < LOG_VALUES && values[count].name; count++) {
        line->values[count] = values[count];
        if (values[count].text)
            line->values[count].text =
                tame_copy(line->texts[count], LOG_VALUE_SIZE, values[count].text);
    }
    for (size_t i = 0; i < CARRIED_MOST && count < LOG_VALUES; i++)
        if (carried[i].number && !has_value(values, carried[i].name))
            line->values[count++] = carried[i];
    line->values[count] = LOG_END;
}

static void put_values(struct json_writer *json, const struct log_value *values)
{
    for (; values->name; values++)
        if (values->text)
            json_put_text(json, values->name, values->text);
        else
            json_put_number(json, values->name, values->number);
}

/* "2026-11-22T09:33:56.123Z" */
static void format_time(int64_t wall_ms, char text[TIME_SIZE])
{
    char seconds[CLOCK_TEXT_SIZE];

    clock_format_utc(wall_ms, seconds);
    snprintf(text, TIME_SIZE, "%.10sT%s.%03dZ", seconds, seconds + 11, (int)(wall_ms % 1000));
}

static void print_json(const struct line *line, struct buffer *out)
{
    struct json_writer json = json_writer_to(out);
    char time[TIME_SIZE];

    format_time(line->wall_ms, time);
    json_begin_object(&json, NULL);
    json_put_text(&json, "time", time);
    json_put_text(&json, "level", log_level_word(line->level));
    json_put_text(&json, "part", line->part);
    json_put_text(&json, "message", line->sentence);
    put_values(&json, line->values);
    json_end_object(&json);
    buffer_byte(out, '\n');
}

/* Two spaces end it, so it has none itself: what a stranger says in it cannot pass for a value. */
static void print_sentence(const char *sentence, struct buffer *out)
{
    for (; *sentence; sentence++)
        if (*sentence != ' ' || sentence[1] != ' ')
            buffer_byte(out, *sentence);
}

/* Bare where it can be taken for nothing else. */
static void print_value(const char *text, struct buffer *out)
{
    if (*text && !strpbrk(text, " =\"\\")) {
        buffer_text(out, text);
        return;
    }
    buffer_byte(out, '"');
    for (; *text; text++) {
        if (strchr("\"\\", *text))
            buffer_byte(out, '\\');
        buffer_byte(out, *text);
    }
    buffer_byte(out, '"');
}

static void print_text(const struct line *line, struct buffer *out)
{
    char time[CLOCK_TEXT_SIZE];

    clock_format_utc(line->wall_ms, time);
    buffer_print(out, "%s %-5s %s: ", time + 11, log_level_word(line->level), line->part);
    print_sentence(line->sentence, out);
    for (const struct log_value *value = line->values; value->name; value++) {
        buffer_print(out, "%s%s=", value == line->values ? "  " : " ", value->name);
        if (!value->text)
            buffer_print(out, "%" PRId64, value->number);
        else
            print_value(value->text, out);
    }
    buffer_byte(out, '\n');
}

/* As a file keeps it: the id first, by which it is found, and the values last, in one piece. */
static void print_for_file(const struct line *line, const struct kept_line *kept,
                           struct buffer *out)
{
    struct json_writer json = json_writer_to(out);
    char time[TIME_SIZE];

    format_time(line->wall_ms, time);
    json_begin_object(&json, NULL);
    json_put_number(&json, "id", (int64_t)state.next);
    json_put_text(&json, "time", time);
    json_put_text(&json, "level", log_level_word(line->level));
    json_put_text(&json, "part", line->part);
    json_put_text(&json, "message", line->sentence);
    if (kept->run)
        json_put_number(&json, "run", kept->run);
    json_put_raw(&json, "values", kept->values);
    json_end_object(&json);
    buffer_byte(out, '\n');
}

static struct kept_line *keep(const struct line *line)
{
    AUTO_BUFFER struct buffer values = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);
    struct json_writer json = json_writer_to(&values);

    json_begin_object(&json, NULL);
    put_values(&json, line->values);
    json_end_object(&json);
    size_t part = strlen(line->part) + 1, sentence = strlen(line->sentence) + 1;
    size_t size = sizeof(struct kept_line) + part + sentence + values.length + 1;
    struct kept_line *kept = memory_new(size);
    kept->wall_ms = line->wall_ms;
    kept->level = line->level;
    kept->size = size;
    kept->part = memcpy(kept->texts, line->part, part);
    kept->sentence = memcpy(kept->texts + part, line->sentence, sentence);
    kept->values = memcpy(kept->texts + part + sentence, values.bytes, values.length + 1);
    for (const struct log_value *value = line->values; value->name; value++)
        if (!value->text && text_equal(value->name, "run"))
            kept->run = value->number;
    return kept;
}

/* Nobody can be told that this failed. */
static void write_stderr(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(STDERR_FILENO, bytes, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return;
        bytes += count;
        length -= (size_t)count;
    }
}

static void add_to_ring(struct kept_line *kept)
{
    while (state.oldest < state.next &&
           (state.next - state.oldest >= LOG_LINES || state.bytes + kept->size > LOG_RING_BYTES))
        forget_oldest();
    state.counts[kept->level]++;
    kept->number = state.next++;
    state.bytes += kept->size;
    state.ring[kept->number % LOG_LINES] = kept;
}

static void call_watcher(void)
{
    pthread_mutex_lock(&state.lock);
    void (*wake)(void *context) = state.wake;
    void *context = state.context;
    state.waking += wake != NULL;
    pthread_mutex_unlock(&state.lock);
    if (!wake)
        return;
    wake(context);
    pthread_mutex_lock(&state.lock);
    state.waking--;
    pthread_cond_broadcast(&state.woken);
    pthread_mutex_unlock(&state.lock);
}

static void put_out(const struct line *line, const struct kept_line *kept)
{
    AUTO_BUFFER struct buffer out = BUFFER_WITH_LIMIT(BUFFER_LIMIT_TEXT);

    if (state.form == LOG_AS_JSON)
        print_json(line, &out);
    else if (state.form == LOG_AS_TEXT)
        print_text(line, &out);
    write_stderr(buffer_string(&out), out.length);
    if (!state.file)
        return;
    buffer_clear(&out);
    print_for_file(line, kept, &out);
    log_file_write(state.file, buffer_string(&out), out.length);
}

void log_write(enum log_level level, const char *part, const char *sentence,
               const struct log_value *values)
{
    struct line line;

    if (!atomic_load(&state.is_on) || !log_levels_want(level, part))
        return;
    compose(&line, level, part, sentence, values);
    struct kept_line *kept = keep(&line);
    pthread_mutex_lock(&state.lock);
    bool is_on = atomic_load(&state.is_on); /* asked again: it may have ended meanwhile */
    if (is_on) {
        put_out(&line, kept);
        add_to_ring(kept);
    }
    pthread_mutex_unlock(&state.lock);
    if (is_on)
        call_watcher();
    else
        free(kept);
}

void log_counts(int64_t ret[LOG_LEVEL_COUNT])
{
    pthread_mutex_lock(&state.lock);
    memcpy(ret, state.counts, sizeof(state.counts));
    pthread_mutex_unlock(&state.lock);
}

void log_watch(void (*wake)(void *context), void *context)
{
    pthread_mutex_lock(&state.lock);
    state.wake = wake;
    state.context = context;
    while (state.waking > 0)
        pthread_cond_wait(&state.woken, &state.lock);
    pthread_mutex_unlock(&state.lock);
}

static bool fits(const struct kept_line *line, const struct log_filter *filter)
{
    return line->level >= filter->least && line->number > filter->after &&
           (!filter->before || line->number < filter->before) &&
           (!filter->part || text_equal(line->part, filter->part)) &&
           (!filter->run || line->run == filter->run) &&
           (!filter->search || strcasestr(line->sentence, filter->search));
}

static struct log_line copy_of(const struct kept_line *line, struct arena *arena)
{
    return (struct log_line){
        .number = line->number,
        .wall_ms = line->wall_ms,
        .level = line->level,
        .part = arena_text(arena, line->part),
        .sentence = arena_text(arena, line->sentence),
        .values = arena_text(arena, line->values),
    };
}

/* The lines that fit, in the order of the walk: upwards after a number, else downwards. */
static size_t choose(const struct log_filter *filter, const struct kept_line **ret, bool *ret_more)
{
    size_t kept = (size_t)(state.next - state.oldest);
    size_t limit = filter->limit && filter->limit < LOG_LINES ? filter->limit : LOG_LINES;
    size_t count = 0;

    *ret_more = false;
    for (size_t i = 0; i < kept && !*ret_more; i++) {
        uint64_t number = filter->after ? state.oldest + i : state.next - 1 - i;
        const struct kept_line *line = state.ring[number % LOG_LINES];
        if (!fits(line, filter))
            continue;
        *ret_more = count == limit;
        if (count < limit)
            ret[count++] = line;
    }
    return count;
}

void log_read(const struct log_filter *filter, struct arena *arena, struct log_lines *ret)
{
    AUTO_FREE const struct kept_line **chosen = memory_array(LOG_LINES, sizeof(*chosen));

    pthread_mutex_lock(&state.lock);
    ret->count = choose(filter, chosen, &ret->more);
    ret->items = arena_take(arena, (ret->count + 1) * sizeof(*ret->items));
    for (size_t i = 0; i < ret->count; i++)
        ret->items[i] = copy_of(chosen[filter->after ? i : ret->count - 1 - i], arena);
    ret->oldest = state.oldest;
    pthread_mutex_unlock(&state.lock);
}

static const char *path_of_file(struct arena *arena)
{
    pthread_mutex_lock(&state.lock);
    const char *path = state.file_path ? arena_text(arena, state.file_path) : NULL;
    pthread_mutex_unlock(&state.lock);
    return path;
}

/* What the ring has comes after what the files have. */
static void put_before(struct log_lines *lines, const struct log_lines *older, struct arena *arena)
{
    size_t count = older->count + lines->count;
    struct log_line *items = arena_take(arena, (count + 1) * sizeof(*items));

    for (size_t i = 0; i < count; i++)
        items[i] = i < older->count ? older->items[i] : lines->items[i - older->count];
    lines->items = items;
    lines->count = count;
    lines->more = older->more;
}

void log_read_older(const struct log_filter *filter, struct arena *arena, struct log_lines *ret)
{
    struct log_filter rest = *filter;
    struct log_lines older;

    log_read(filter, arena, ret);
    const char *path = path_of_file(arena);
    if (ret->more || !path)
        return;
    rest.limit = filter->limit - ret->count;
    if (!rest.before || rest.before > ret->oldest)
        rest.before = ret->oldest;
    log_file_read(path, &rest, arena, &older);
    put_before(ret, &older, arena);
    if (older.count)
        ret->oldest = older.items[0].number;
}

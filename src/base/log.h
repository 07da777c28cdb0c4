/*
 * log.h: what the program tells while it runs. Any thread; one lock inside, never held across
 * anything slow but the write to stderr.
 *
 * A line is a level, the part of the program that speaks, a sentence, and a few named values. It
 * goes to stderr (as text on a terminal, as one JSON object elsewhere), into a ring in memory and
 * into files of bounded size; the API reads both. Whoever wants to follow the ring waits for
 * log_watch's call. Secrets have a type of their own (secret.h) and so cannot be formatted;
 * text_tame is applied to all texts. In the form for terminals the values come after two spaces,
 * those with spaces or signs in quotes with \" and \\ inside, so that each line has one meaning.
 *
 *     log_info("sync", "run 12 asked for 3 titles", LOG_NUMBER("run", 12), LOG_END);
 *
 *     09:33:56 info  sync: run 12 asked for 3 titles  run=12
 *     {"time":"2026-11-22T09:33:56.123Z","level":"info","part":"sync","message":"...","run":12}
 *
 * What a thread works on is told by each of its lines: log_carry("run", 12).
 *
 * Nothing is logged before log_begin, so the command line stays as quiet as it is.
 */
#ifndef LISTSYNC_BASE_LOG_H
#define LISTSYNC_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_LEVEL_COUNT };

const char *log_level_word(enum log_level level); /* "debug", "info", "warning", "error" */
bool log_level_from_word(const char *word, enum log_level *ret);

enum { LOG_PARTS_MOST = 32, LOG_PART_SIZE = 32 };

enum log_form { LOG_AS_TEXT, LOG_AS_JSON, LOG_NOWHERE };

/* The ring holds so many lines, and at most LOG_RING_BYTES of them. */
enum { LOG_LINES = 2000, LOG_RING_BYTES = 1 << 20 };
/* What is longer is cut; what are more values is left out. */
enum { LOG_LINE_SIZE = 1024, LOG_VALUE_SIZE = 256, LOG_VALUES = 8 };

struct log_value {
    const char *name; /* NULL ends */
    const char *text; /* NULL: it is the number */
    int64_t number;
};

#define LOG_TEXT(name_, text_)     ((struct log_value){.name = (name_), .text = (text_)})
#define LOG_NUMBER(name_, number_) ((struct log_value){.name = (name_), .number = (number_)})
#define LOG_END                    ((struct log_value){0})

void log_begin(enum log_level least, enum log_form form);
void log_end(void); /* forgets all lines; numbers go on after another log_begin */
/*
 * From now on into this file too (log_file.h), and the folder it lies in is made. Before the first
 * line: the numbers of lines then go on from those of earlier processes. ERROR_STORE.
 */
enum error_code log_open_file(const char *path, int64_t most_bytes, struct error *error);

/* What is heard: of parts that have no level of their own, and of parts. */
void log_set_level(enum log_level least);
enum log_level log_get_level(void);
/* False: the part is no word of small letters, or too many have a level. */
bool log_set_part_level(const char *part, enum log_level least);
void log_reset_parts(void); /* all as log_get_level says */
/*
 * "info,web=debug,run=warning". ERROR_USAGE; what stands before the mistake holds. `known` (NULL:
 * any word) says which parts there are: ERROR_NOT_FOUND names one that there is not; all else
 * holds.
 */
enum error_code log_set_levels(const char *text, bool (*known)(const char *part),
                               struct error *error);
struct log_part_level {
    const char *part;
    enum log_level least;
};
size_t log_part_levels(struct log_part_level ret[LOG_PARTS_MOST]); /* how many */
bool log_wants(enum log_level level, const char *part);            /* worth composing a line? */

/*
 * Each line of this thread that does not name the value itself carries it from now on; 0: no more.
 * At most two names at once; the name must outlive it.
 */
void log_carry(const char *name, int64_t number);

void log_write(enum log_level level, const char *part, const char *sentence,
               const struct log_value *values);
#define log_at(level_, part_, sentence_, ...)                                                      \
    log_write(level_, part_, sentence_, (const struct log_value[]){__VA_ARGS__})
#define log_debug(...)   log_at(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)    log_at(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_at(LOG_WARNING, __VA_ARGS__)
#define log_error(...)   log_at(LOG_ERROR, __VA_ARGS__)

/* Lines of each level since log_begin was first called. */
void log_counts(int64_t ret[LOG_LEVEL_COUNT]);

struct log_line {
    uint64_t number; /* counts up, over restarts too where there is a file */
    int64_t wall_ms;
    enum log_level level;
    const char *part;
    const char *sentence;
    const char *values; /* JSON object as text, "{}" when there are none */
};

struct log_filter {
    enum log_level least;
    const char *part;   /* NULL: all */
    const char *search; /* part of the sentence, ASCII case ignored; NULL: all */
    int64_t run;        /* the value "run"; 0: all */
    uint64_t after;     /* only lines with a greater number */
    uint64_t before;    /* only lines with a smaller number; 0: no limit */
    size_t limit;       /* at most so many: the oldest after `after`, else the newest; 0: all */
};

struct log_lines {
    struct log_line *items; /* oldest first, in the arena */
    size_t count;
    bool more;       /* further lines fit */
    uint64_t oldest; /* number of the oldest line that is still kept */
};

/* Of the ring. */
void log_read(const struct log_filter *filter, struct arena *arena, struct log_lines *ret);
/* Older than filter->before, of ring and files; may take a while. filter->limit is not 0. */
void log_read_older(const struct log_filter *filter, struct arena *arena, struct log_lines *ret);
/* Of the file that is written; false: there is none. */
bool log_file_state(int64_t *ret_bytes, int64_t *ret_changed_ms);
/*
 * Called after each line, outside of the lock, in the thread that wrote it; NULL: nobody. No call
 * of the one before is under way any more when log_watch returns. `wake` itself neither logs nor
 * calls this.
 */
void log_watch(void (*wake)(void *context), void *context);

#endif
